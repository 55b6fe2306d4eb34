import RealModule

/// Fits the Hill law with a floor.
///
/// In the score itself, floor and rise are linear in the curve of the threshold: a separable problem like
/// others. In ln S they are not. The valleys are then those of the score under weights S², for which
/// residuals are nearly those in ln S, and each of them is followed in ln S: with θ₂ the gain of ln S over
/// the range and the level free, or where the floor is known with θ₂ the logarithm of the rise.
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
  /// The highest response of what was fitted last.
  private var top = 0.0

  init(on design: Design, _ scale: ResidualScale) {
    self.design = design
    self.scale = scale
    outline = Design.Outline(of: design)
    threshold = Threshold(on: design)
    rough = SeparableSolver(
      Self.roughProblem(on: design, base: design.floor ?? 0, grid: outline?.design),
      weights: design.weights)
  }

  mutating func fit(_ y: [Double]) -> RawFit? { search(y, .full) }

  /// From the optimum and the valleys of what was fitted last: a grid for each of a thousand draws would cost
  /// as much as all laws' fits together.
  mutating func draw(_ y: [Double]) -> RawFit? {
    guard outline == nil, let last else { return search(y, .brief) }
    return again(y, near: last.theta, design.weights)
  }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    if last?.y != y { _ = fit(y) }
    guard outline == nil, let last else {
      return HillLaw.fitAnew(y, without: index, on: design, scale)
    }
    var weights = design.weights
    weights[index] = 0
    return again(y, near: last.theta, weights)
  }

  /// The optimum near that of the last search, under other weights or for another y.
  private mutating func again(
    _ y: [Double], near theta: Coordinates, _ weights: [Double]
  ) -> RawFit? {
    if scale == .score {
      rough.weights = weights
      return raw(rough.solveAgain(y, near: theta), y, top: 1, weights)
    }
    guard exact != nil else { return nil }
    exact?.weights = weights
    // A known floor is a share of the highest score that was fitted, and stays that.
    let logs = y.map { $0 - top }
    let fit = exact?.solveAgain(logs, near: theta)
    return fit.flatMap { raw(bounded($0, logs, weights, .brief), y, top: top, weights) }
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
    top = y.max() ?? 0
    let top = top
    let logs = y.map { $0 - top }
    let base = (design.floor ?? 0) / Double.exp(top)
    var starts: [Coordinates]
    if let outline {
      let means = outline.means(of: logs)
      var coarse = SeparableSolver(
        Self.roughProblem(on: outline.design, base: base), weights: outline.design.weights)
      starts = Self.starts(&coarse, means, outline.design, effort)
    } else {
      rough.problem.linear = Self.linear(design, base: base)
      starts = Self.starts(&rough, logs, design, effort)
    }
    var problem = exactProblem(base: base)
    let gain = logs[design.ends.most] - logs[design.ends.least]
    let isSteep = design.floor == nil && outline == nil && gain > Self.steepGain
    if isSteep {
      problem.rows = threshold.rows(.score).map { row in
        row.filter { $0[1] >= -20 }.map {
          var theta = $0
          theta[2] = min(gain, Self.far)
          return problem.project?(theta) ?? theta
        }
      }
      problem.along = 1
      problem.distance = Threshold.distance
    }
    var exact = SeparableSolver(problem, weights: design.weights)
    if isSteep {
      let valleys = exact.valleys(logs)
      starts += valleys.prefix(effort.valleys).map(\.theta)
    }
    let fit = bounded(exact.solve(logs, from: starts, effort), logs, design.weights, effort)
    self.exact = exact
    last = (y, fit.theta)
    return raw(fit, y, top: top, design.weights)
  }

  // MARK: The problems

  private static func linear(_ design: Design, base: Double) -> SeparableProblem.LinearPart {
    design.floor == nil
      ? .line(isLevelNonNegative: true, isSlopeNonNegative: true) : .scale(base: base)
  }

  /// - Parameter grid: The design whose grid it has: of a long one the outline's is searched, and its own would have
  ///   places around each of its measurements.
  private static func roughProblem(
    on design: Design, base: Double, grid: Design? = nil
  ) -> SeparableProblem {
    let threshold = Threshold(on: design)
    let rows = grid.map { Threshold(on: $0).rows(.score) } ?? threshold.rows(.score)
    return SeparableProblem(
      linear: linear(design, base: base), bounds: threshold.bounds, rows: rows,
      along: 1, distance: Threshold.distance, fill: { threshold.fillShares($0, $1) })
  }

  /// How far the logarithm of the rise goes from 0, and the gain of ln S: e⁻⁴⁰ is rounding.
  private static var far: Double { 40 }

  /// From this gain of ln S on, weights S² see little of the lower end, and the curve in ln S is searched on a
  /// grid of its own, with the gain that the ends of the measurements have.
  private static var steepGain: Double { 1.5 }

  private func exactProblem(base: Double) -> SeparableProblem {
    let (count, threshold) = (design.tokens.count, threshold)
    guard design.floor == nil else {
      // ln(base + e^θ₂ h)
      return SeparableProblem(
        linear: .none, bounds: threshold.bounds + [-Self.far...Self.far]
      ) { theta, curve in
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
    // ln(1 + (e^G − 1) v), v the share of the rise over the range: the gain is what the data say, whatever
    // the threshold. It can be no more than that without a floor.
    let least = design.ends.least
    return SeparableProblem(
      linear: .level, bounds: [threshold.bounds[0], -20...100, 0...Self.far],
      project: { theta in
        var theta = theta
        theta[2] = min(theta[2], -Double.log(max(threshold.least(theta), 1e-300)))
        return theta
      }
    ) { theta, curve in
      threshold.fillShares(theta, curve)
      let rise = LogRise(gain: theta[2])
      let low = (curve[least], curve[count + least], curve[2 * count + least])
      let whole = max(1 - low.0, 1e-300)
      for i in 0..<count {
        let share = (curve[i] - low.0) / whole
        let (value, slope, gain) = rise(share: share)
        curve[i] = value
        curve[count + i] = slope * (curve[count + i] - low.1 * (1 - share)) / whole
        curve[2 * count + i] = slope * (curve[2 * count + i] - low.2 * (1 - share)) / whole
        curve[3 * count + i] = gain
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
    let threshold = Threshold(on: design)
    func start(_ theta: Coordinates, _ third: Double) -> Coordinates {
      var start = theta
      start[1] = max(start[1], -20)
      start[2] = min(far - 1, max(1 - far, third))
      return start
    }
    var starts = solver.valleys(scores).prefix(effort.valleys).map { valley in
      let linear = solver.assess(valley.theta, scores).linear
      guard design.floor == nil else {
        return start(valley.theta, Double.log(max(linear[1], 1e-12)))
      }
      let first = linear[0] + linear[1] * threshold.least(valley.theta)
      return start(valley.theta, Double.log((linear[0] + linear[1]) / max(first, 1e-17)))
    }
    guard design.floor == nil else { return starts }
    solver.weights = design.weights
    let part = solver.problem.linear
    solver.problem.linear = .line(isLevelNonNegative: false, isSlopeNonNegative: true)
    starts += solver.valleys(logs).prefix(effort.valleys).map { valley in
      let rise = solver.assess(valley.theta, logs).linear[1]
      return start(valley.theta, rise * (1 - threshold.least(valley.theta)))
    }
    solver.problem.linear = part
    return starts
  }

  /// The gain of ln S that a threshold gives without a floor.
  private func wholeGain(_ theta: Coordinates) -> Double {
    -Double.log(max(threshold.least(theta), 1e-300))
  }

  /// A fit in ln S whose free floor ended at 0, without the floor: the bound bends, and is not followed
  /// otherwise.
  private func bounded(
    _ fit: SeparableFit, _ logs: [Double], _ weights: [Double], _ effort: SeparableSolver.Effort
  ) -> SeparableFit {
    guard design.floor == nil, fit.theta[2] >= wholeGain(fit.theta) * (1 - 1e-9) else { return fit }
    let threshold = threshold
    var solver = SeparableSolver(
      SeparableProblem(
        linear: .level, bounds: threshold.bounds, fill: { threshold.fillLogs($0, $1) }),
      weights: weights)
    var without = solver.best(from: [fit.theta], logs, tolerance: effort.tolerance)
    guard without.rss <= fit.rss else { return fit }
    without.theta[2] = wholeGain(without.theta)
    // The level is that at the most tokens; with a floor it is that at the least.
    without.linear[0] -= without.theta[2]
    without.isAtBound = true
    return without
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
      let first = Double.exp(fit.linear[0] + top)
      let least = threshold.least(fit.theta)
      let isWithout = fit.theta[2] >= wholeGain(fit.theta) * (1 - 1e-9)
      rise =
        isWithout
        ? first * Double.exp(fit.theta[2])
        : first * Double.expMinusOne(fit.theta[2]) / (1 - least)
      floor = isWithout ? 0 : max(0, first - rise * least)
    }
    return HillLaw.raw(
      [floor, floor + rise * place.rest, Double.exp(place.logMidpoint), place.slope], of: fit, y,
      on: design, weights, scale)
  }
}
