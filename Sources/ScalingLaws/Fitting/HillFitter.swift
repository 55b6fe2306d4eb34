import RealModule

/// Fits the Hill law with a floor.
///
/// In the score itself, floor and rise are linear in the curve of the threshold: a separable problem like
/// others. In ln S they are not. The valleys are then those of the score under weights S², for which
/// residuals are nearly those in ln S, and each of them is followed in ln S: with θ₂ the logarithm of
/// floor over rise and the level free, or where the floor is known with θ₂ the logarithm of the rise.
struct HillFitter: LawFitter {
  private let design: Design
  private let scale: ResidualScale
  private let threshold: Threshold
  /// The curve in the score itself.
  private var rough: SeparableSolver
  /// The curve in ln S.
  private var exact: SeparableSolver?
  private let outline: Design.Outline?
  /// What was fitted last, and where the optimum was.
  private var last: (y: [Double], theta: Coordinates)?

  init(on design: Design, _ scale: ResidualScale) {
    self.design = design
    self.scale = scale
    outline = Design.Outline(of: design)
    threshold = Threshold(on: design)
    rough = SeparableSolver(
      Self.roughProblem(on: design, base: design.floor ?? 0), weights: design.weights)
  }

  mutating func fit(_ y: [Double]) -> RawFit? { search(y, .full) }

  mutating func draw(_ y: [Double]) -> RawFit? { search(y, .brief) }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    if last?.y != y { _ = fit(y) }
    guard outline == nil, let last else {
      var rest = y
      rest.remove(at: index)
      var fitter = HillFitter(on: design.without(index), scale)
      return fitter.fit(rest)
    }
    var weights = design.weights
    weights[index] = 0
    if scale == .score {
      rough.weights = weights
      return raw(rough.solveAgain(y, near: last.theta), y, top: 1, weights)
    }
    guard var exact else { return nil }
    exact.weights = weights
    let top = y.max() ?? 0
    return raw(exact.solveAgain(y.map { $0 - top }, near: last.theta), y, top: top, weights)
  }

  private mutating func search(_ y: [Double], _ effort: SeparableSolver.Effort) -> RawFit? {
    guard scale == .logScore else {
      rough.weights = design.weights
      let fit: SeparableFit
      if let outline {
        var coarse = SeparableSolver(
          Self.roughProblem(on: outline.design, base: design.floor ?? 0),
          weights: outline.design.weights)
        fit = rough.solve(
          y, from: coarse.valleys(outline.means(of: y)).map(\.theta), effort)
      } else {
        fit = rough.solve(y, effort)
      }
      last = (y, fit.theta)
      return raw(fit, y, top: 1, design.weights)
    }
    // As shares of the highest score nothing overflows.
    let top = y.max() ?? 0
    let logs = y.map { $0 - top }
    let base = (design.floor ?? 0) / Double.exp(top)
    let starts: [Coordinates]
    if let outline {
      let means = outline.means(of: logs)
      var coarse = SeparableSolver(
        Self.roughProblem(on: outline.design, base: base), weights: outline.design.weights)
      starts = Self.starts(&coarse, means, outline.design, effort)
    } else {
      rough.problem.linear = Self.linear(design, base: base)
      starts = Self.starts(&rough, logs, design, effort)
    }
    var exact = SeparableSolver(exactProblem(base: base), weights: design.weights)
    let fit = exact.solve(logs, from: starts, effort)
    self.exact = exact
    last = (y, fit.theta)
    return raw(fit, y, top: top, design.weights)
  }

  // MARK: The problems

  private static func linear(_ design: Design, base: Double) -> SeparableProblem.LinearPart {
    design.floor == nil
      ? .line(isLevelNonNegative: true, isSlopeNonNegative: true) : .scale(base: base)
  }

  private static func roughProblem(on design: Design, base: Double) -> SeparableProblem {
    let threshold = Threshold(on: design)
    return SeparableProblem(
      linear: linear(design, base: base), bounds: threshold.bounds, rows: threshold.rows(.score),
      along: 1, distance: Threshold.distance, fill: { threshold.fillShares($0, $1) })
  }

  /// How far the logarithms of floor over rise and of the rise go from 0: e⁻⁴⁰ is rounding.
  private static var far: Double { 40 }

  private func exactProblem(base: Double) -> SeparableProblem {
    let (count, threshold) = (design.tokens.count, threshold)
    let bounds = threshold.bounds + [-Self.far...Self.far]
    guard design.floor == nil else {
      // ln(base + e^θ₂ h)
      return SeparableProblem(linear: .none, bounds: bounds) { theta, curve in
        threshold.fillShares(theta, curve)
        let rise = Double.exp(theta[2])
        for i in 0..<count {
          let part = rise * curve[i]
          let score = max(base + part, Double.leastNormalMagnitude)
          curve[i] = Double.log(score)
          curve[count + i] *= rise / score
          curve[2 * count + i] *= rise / score
          curve[3 * count + i] = part / score
        }
      }
    }
    // ln((h + q) / (1 + q)), q = e^θ₂ the floor over the rise
    return SeparableProblem(linear: .level, bounds: bounds) { theta, curve in
      threshold.fillShares(theta, curve)
      let q = Double.exp(theta[2])
      let whole = Double.log(onePlus: q)
      for i in 0..<count {
        let score = curve[i] + q
        curve[i] = Double.log(score) - whole
        curve[count + i] /= score
        curve[2 * count + i] /= score
        curve[3 * count + i] = q / score - q / (1 + q)
      }
    }
  }

  /// Where to begin in ln S: the valleys of the score under weights S², and where the floor is free those of
  /// ln S itself as linear in the curve, which it is where the floor is far above the rise.
  private static func starts(
    _ solver: inout SeparableSolver, _ logs: [Double], _ design: Design,
    _ effort: SeparableSolver.Effort
  ) -> [Coordinates] {
    let scores = logs.map { Double.exp($0) }
    solver.weights = zip(design.weights, scores).map { $0 * $1 * $1 }
    let lowest = scores.min() ?? 1
    func start(_ theta: Coordinates, _ logRatio: Double) -> Coordinates {
      var start = theta
      start[2] = min(far - 1, max(1 - far, logRatio))
      return start
    }
    var starts = solver.valleys(scores).prefix(effort.valleys).map { valley in
      let linear = solver.assess(valley.theta, scores).linear
      guard design.floor == nil else {
        return start(valley.theta, Double.log(max(linear[1], 1e-12)))
      }
      // Without a floor in the score there may be one below the lowest score in its logarithm.
      let floor = linear[0] > 0 ? linear[0] : 0.2 * lowest
      return start(valley.theta, linear[1] > 0 ? Double.log(floor / linear[1]) : 3)
    }
    guard design.floor == nil else { return starts }
    solver.weights = design.weights
    let part = solver.problem.linear
    solver.problem.linear = .line(isLevelNonNegative: false, isSlopeNonNegative: true)
    starts += solver.valleys(logs).prefix(effort.valleys).map { valley in
      let rise = solver.assess(valley.theta, logs).linear[1]
      return start(valley.theta, rise > 0 ? -Double.log(Double.expMinusOne(rise)) : 3)
    }
    solver.problem.linear = part
    return starts
  }

  private func raw(
    _ fit: SeparableFit, _ y: [Double], top: Double, _ weights: [Double]
  ) -> RawFit? {
    let place = threshold.place(fit.theta)
    let (floor, rise): (Double, Double)
    switch (scale, design.floor) {
    case (.score, _): (floor, rise) = (fit.linear[0], fit.linear[1])
    case (.logScore, let known?): (floor, rise) = (known, Double.exp(top + fit.theta[2]))
    case (.logScore, nil):
      let last = Double.exp(fit.linear[0] + top)
      let q = Double.exp(fit.theta[2])
      (floor, rise) = (last * q / (1 + q), last / (1 + q))
    }
    return HillLaw.raw(
      [floor, floor + rise * place.rest, Double.exp(place.logMidpoint), place.slope], of: fit, y,
      on: design, weights, scale)
  }
}
