import RealModule

/// Where the residuals of a joint law are taken.
public enum JointScale: String, Sendable, CaseIterable {
  /// measured − law as a share of the metric's range: the same in score and in error.
  case error
  /// ln of the errors, for laws of the error.
  case logError = "log-error"
}

/// A joint law of model size and tokens, fitted.
public struct JointFit: Sendable {
  /// The law.
  public let law: JointLaw
  /// Where residuals were taken.
  public let scale: JointScale
  /// How the search ended.
  public let status: LawFit.Status
  /// The residual sum of squares, on the scale of errors from 0 to 1.
  public let rss: Double
  /// How many measurements were fitted.
  public let count: Int
  /// Akaike's criterion for short series; `nil` where parameters run away.
  public let aicc: Double?
  /// The residual standard deviation, as a share of the metric's range.
  public let standardDeviation: Double?
}

/// The joint laws fitted to one grid of sizes and token counts.
public struct JointComparison: Sendable {
  /// What the error form does once its floor d may be negative.
  public enum FreeFloor: Sendable, Equatable {
    /// An optimum: the floor and the residual sum of squares.
    case optimum(d: Double, rss: Double)
    /// No optimum: the residual sum falls towards the log-linear form's as a → ∞ and d → −∞.
    case runsAway(limitRSS: Double)
    /// No optimum: an exponent grows without end, the curve becomes a step.
    case steps(rss: Double)
  }

  /// The fits: error form, score form, log-linear form.
  public let fits: [JointFit]
  /// What the error form does with d free.
  public let freeFloor: FreeFloor
  /// The fit with the lowest AICc.
  public let chosen: Int?
  /// The measurements.
  public let measurements: [Measurement]
  /// The metric's range.
  public let range: ClosedRange<Double>
  /// The least and the most tokens.
  public let tokenRange: ClosedRange<Double>
  /// The smallest and the largest model, in billions of parameters.
  public let sizeRange: ClosedRange<Double>

  /// Why there is no fit.
  public enum Problem: Error, Sendable, Equatable {
    /// Fewer than six measurements, or than two sizes, or than two token counts, or tokens that are
    /// given by the size.
    case tooFew
    /// A value that is missing, not finite or not greater than 0 where it must be, or an error of 0.
    case invalid(index: Int)
  }

  /// Fits the joint laws.
  ///
  /// - Parameters:
  ///   - measurements: At least six, each with a size, over at least two sizes and two token counts. From
  ///     seven on the error form's floor is fitted too; with six it is held at 0.
  ///   - range: The scores that stand for errors of 1 and 0.
  ///   - scale: Where residuals are taken; the score and the log-linear form always in shares of the
  ///     range.
  /// - Complexity: O(m) for each of some hundred points of a grid.
  public init(
    of measurements: [Measurement], range: ClosedRange<Double>, scale: JointScale = .error
  ) throws(Problem) {
    precondition(range.lowerBound < range.upperBound, "\(range) holds no scores")
    let span = range.upperBound - range.lowerBound
    let share = measurements.map { ($0.score - range.lowerBound) / span }
    let sizeCounts = measurements.map { $0.parametersBillions ?? .nan }
    let errors = share.map { 1 - $0 }
    for (index, point) in measurements.enumerated() {
      guard sizeCounts[index] > 0, sizeCounts[index].isFinite, point.tokens > 0,
        point.tokens.isFinite, share[index].isFinite, point.weight > 0, point.weight.isFinite,
        scale == .error || errors[index] > 0
      else { throw .invalid(index: index) }
    }
    let sizes = sizeCounts.map { Double.log($0) }
    let tokens = measurements.map { Double.log($0.tokens) }
    let isFloorHeld = measurements.count < 7 || scale == .logError
    let grid = Grid(sizes: sizes, tokens: tokens, weights: measurements.relativeWeights)
    guard measurements.count >= 6, Set(sizes).count >= 2, Set(tokens).count >= 2, grid.isPlane
    else { throw .tooFew }
    // a and the exponents' signs are those of scores: an error falls where a score grows.
    func fit(_ shape: JointLaw.Shape, _ values: [Double]?, _ rss: Double, _ status: LawFit.Status)
      -> JointFit?
    {
      guard let values, let law = try? JointLaw(shape: shape, values: values, range: range) else {
        return nil
      }
      let parameters = values.count - (shape == .error && isFloorHeld ? 1 : 0)
      let freedom = measurements.count - parameters
      return JointFit(
        law: law, scale: scale, status: status, rss: rss, count: measurements.count,
        aicc: status == .unbounded
          ? nil
          : AkaikeCriterion.corrected(
            rss: rss, count: measurements.count, parameters: parameters),
        standardDeviation: freedom > 0 ? (rss / Double(freedom)).squareRoot() : nil)
    }
    var fits: [JointFit] = []
    let plane = grid.plane(share)
    switch scale {
    case .error:
      let error = grid.power(errors, hasFloor: !isFloorHeld, isFloorFree: false)
      fits += [
        fit(
          .error, [error.a, error.b, error.c, error.d], error.rss,
          error.isAtBound ? .unbounded : error.d == 0 ? .atBound(parameters: ["d"]) : .optimum)
      ].compactMap { $0 }
      let free = grid.power(errors, hasFloor: true, isFloorFree: true)
      freeFloor =
        free.rss >= plane.rss * (1 - 1e-6)
        ? .runsAway(limitRSS: plane.rss)
        : free.isAtBound ? .steps(rss: free.rss) : .optimum(d: free.d, rss: free.rss)
    case .logError:
      let error = grid.plane(errors.map { Double.log($0) })
      fits += [
        fit(
          .error, [Double.exp(error.a), -error.b, -error.c, 0], error.rss,
          .atBound(parameters: ["d"]))
      ].compactMap { $0 }
      freeFloor = .runsAway(limitRSS: plane.rss)
    }
    if scale == .error {
      let score = grid.power(share, hasFloor: false, isFloorFree: false)
      let unit = span
      // The score form is in the metric's unit, and holds where the range begins at 0.
      if range.lowerBound == 0 {
        fits += [
          fit(
            .score, [unit * score.a, -score.b, -score.c], score.rss,
            score.isAtBound ? .unbounded : .optimum)
        ].compactMap { $0 }
      }
      fits += [
        fit(
          .logLinear, [range.lowerBound + unit * plane.a, unit * plane.b, unit * plane.c],
          plane.rss, .optimum)
      ].compactMap { $0 }
    }
    self.fits = fits
    chosen = fits.indices.filter { fits[$0].aicc != nil }.min {
      (fits[$0].aicc ?? 0, $0) < (fits[$1].aicc ?? 0, $1)
    }
    self.measurements = measurements
    self.range = range
    let tokenCounts = measurements.map(\.tokens)
    tokenRange = (tokenCounts.min() ?? 1)...(tokenCounts.max() ?? 1)
    sizeRange = (sizeCounts.min() ?? 1)...(sizeCounts.max() ?? 1)
  }

  /// The fits' Akaike weights, in their order.
  public var weights: [Double] { AkaikeCriterion.weights(fits.map(\.aicc)) }

  /// The fits whose AICc lies within 2 of the lowest.
  public var ties: [JointFit] {
    let lowest = fits.compactMap(\.aicc).min() ?? 0
    return fits.filter { $0.aicc.map { $0 - lowest < 2 } ?? false }
  }
}

/// ln N and ln n of a grid of measurements, and weights of mean 1.
private struct Grid {
  let sizes: [Double]
  let tokens: [Double]
  let weights: [Double]

  /// Whether sizes and tokens vary apart from each other.
  var isPlane: Bool {
    let ones = sizes.map { _ in 1.0 }
    let own = StraightLine(x: tokens, y: tokens, weights: ones)
    return StraightLine(x: sizes, y: tokens, weights: ones).rss > 1e-9 * own.spread
  }

  /// y ≈ a + b · ln N + c · ln n, by weighted least squares.
  func plane(_ y: [Double]) -> (a: Double, b: Double, c: Double, rss: Double) {
    let line = StraightLine(x: sizes, y: y, weights: weights)
    let tokenLine = StraightLine(x: sizes, y: tokens, weights: weights)
    var (products, squares) = (0.0, 0.0)
    for i in y.indices {
      let rest = tokenLine.residual(x: sizes[i], y: tokens[i])
      products += weights[i] * rest * line.residual(x: sizes[i], y: y[i])
      squares += weights[i] * rest * rest
    }
    let c = squares > 0 ? products / squares : 0
    let b = line.slope - c * tokenLine.slope
    let a = line.meanY - b * line.meanX - c * tokenLine.meanY
    var rss = 0.0
    for i in y.indices {
      let r = y[i] - a - b * sizes[i] - c * tokens[i]
      rss += weights[i] * r * r
    }
    return (a, b, c, rss)
  }

  /// y ≈ a / (N^b · n^c) + d with a > 0, by a global search of the exponents.
  func power(
    _ y: [Double], hasFloor: Bool, isFloorFree: Bool
  ) -> (a: Double, b: Double, c: Double, d: Double, rss: Double, isAtBound: Bool) {
    func span(_ x: [Double]) -> (middle: Double, half: Double) {
      let (low, high) = (x.min() ?? 0, x.max() ?? 0)
      return ((low + high) / 2, (high - low) / 2)
    }
    let (size, token) = (span(sizes), span(tokens))
    let steps = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.07, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10]
    let axis = SeparableProblem.Axis(grid: steps.reversed().map { -$0 } + [0] + steps)
    let count = sizes.count
    let problem = SeparableProblem(
      hasFloor
        ? .line(isLevelNonNegative: !isFloorFree, isSlopeNonNegative: true) : .scale(base: 0),
      over: axis, axis
    ) { theta, curve in
      for i in 0..<count {
        let (a, b) = (
          -(sizes[i] - size.middle) / size.half, -(tokens[i] - token.middle) / token.half
        )
        curve[i] = Double.exp(theta[0] * a + theta[1] * b)
        curve[count + i] = curve[i] * a
        curve[2 * count + i] = curve[i] * b
      }
    }
    var solver = SeparableSolver(problem, weights: weights)
    let fit = solver.solve(y)
    let (b, c) = (fit.theta[0] / size.half, fit.theta[1] / token.half)
    let middle = fit.linear[1]
    let isAtBound = [fit.theta[0], fit.theta[1]].contains {
      $0 <= axis.lower || $0 >= axis.upper
    }
    return (
      middle * Double.exp(b * size.middle + c * token.middle), b, c,
      hasFloor ? fit.linear[0] : 0, fit.rss, isAtBound
    )
  }
}
