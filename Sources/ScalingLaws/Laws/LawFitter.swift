import LongWork

/// Fits one law to any responses on one design.
protocol LawFitter {
  /// The global optimum; `nil` where the numbers leave what a double can hold.
  mutating func fit(_ y: [Double]) -> RawFit?

  /// The optimum for one of many draws, to some six digits.
  mutating func draw(_ y: [Double]) -> RawFit?

  /// The global optimum without one observation, to some six digits, as far as the valleys with it are
  /// those without it.
  mutating func fit(_ y: [Double], without index: Int) -> RawFit?
}

extension LawFitter {
  mutating func draw(_ y: [Double]) -> RawFit? { fit(y) }
}

/// Parameter values and how well they fit.
struct RawFit: Sendable {
  /// In the order of the law's form.
  var values: [Double]
  /// The weighted residual sum of squares.
  var rss: Double
  /// The non-linear coordinates, to start again from.
  var theta: Coordinates
  /// Whether a coordinate or a coefficient ended at a bound.
  var isAtBound: Bool
  /// Whether the parameters leave what a double can hold; the values are then the nearest that can.
  var isHeld = false
}

/// A law that can be fitted.
protocol FittableLaw: ParametricLaw {
  /// A fitter for a design.
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter

  /// The parameters, by their place in the form, whose values are known and not fitted.
  static func fixedParameters(on design: Design) -> [Int]

  /// The simpler laws that this one turns into where parameters run away.
  static func limits(on design: Design) -> [any ParametricLaw.Type]

  /// Whether a fit of one of the limits is one within this law's domains.
  static func canTurnInto(_ law: any ParametricLaw) -> Bool
}

extension FittableLaw {
  static func fixedParameters(on design: Design) -> [Int] { [] }
  static func limits(on design: Design) -> [any ParametricLaw.Type] { [] }
  static func canTurnInto(_ law: any ParametricLaw) -> Bool { true }

  /// How many parameters are fitted.
  static func fittedCount(on design: Design) -> Int {
    form.parameters.count - fixedParameters(on: design).count
  }

  /// The optimum without one observation, found as if it had never been there.
  static func fitAnew(
    _ y: [Double], without index: Int, on design: Design, _ scale: ResidualScale
  ) -> RawFit? {
    var rest = y
    rest.remove(at: index)
    var fitter = fitter(on: design.without(index), scale)
    return fitter.fit(rest)
  }

  /// What a search has found, as parameter values.
  static func raw(
    _ values: [Double], of fit: SeparableFit, _ y: [Double], on design: Design,
    _ weights: [Double], _ scale: ResidualScale
  ) -> RawFit? {
    guard fit.rss.isFinite else { return nil }
    if let law = try? Self(values: values), isFaithful(law, fit.rss, y, design, weights, scale) {
      return RawFit(values: values, rss: fit.rss, theta: fit.theta, isAtBound: fit.isAtBound)
    }
    // The curve is there, but its parameters leave what a double can hold: they run away.
    let held = zip(form.parameters, values).map { parameter, value in
      let finite = value.isNaN ? 1 : min(1e300, max(-1e300, value))
      return switch parameter.domain {
      case .finite: finite
      case .nonNegative: max(0, finite)
      case .positive: max(1e-300, finite)
      }
    }
    guard (try? Self(values: held)) != nil else { return nil }
    return RawFit(values: held, rss: fit.rss, theta: fit.theta, isAtBound: true, isHeld: true)
  }

  /// Whether a law with its parameters as doubles still is the curve that was fitted.
  private static func isFaithful(
    _ law: Self, _ rss: Double, _ y: [Double], _ design: Design, _ weights: [Double],
    _ scale: ResidualScale
  ) -> Bool {
    var (sum, size) = (0.0, 0.0)
    var pace = Pace()
    for i in y.indices where weights[i] > 0 {
      guard pace.goesOn(after: 1) else { return false }
      let r = y[i] - scale.value(law.score(at: design.tokens[i]))
      sum += weights[i] * r * r
      size += weights[i] * max(1e-300, y[i] * y[i])
    }
    return (sum - rss).magnitude <= 1e-3 * rss + 1e-16 * max(size, scale == .logScore ? 1 : 0)
  }
}

/// A law whose fit is a separable least-squares problem.
protocol SeparableLaw: FittableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem

  /// The parameter values of a fit, in the order of the form.
  static func values(of fit: SeparableFit, on design: Design, _ scale: ResidualScale) -> [Double]
}

extension SeparableLaw {
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter {
    SeparableFitter<Self>(on: design, scale)
  }
}

/// Fits a separable law: the grid is searched on at most some hundred points, each valley is followed on
/// all of them.
struct SeparableFitter<Law: SeparableLaw>: LawFitter {
  private let design: Design
  private let scale: ResidualScale
  private var solver: SeparableSolver
  private let outline: Design.Outline?
  /// What was fitted last, and where the optimum was.
  private var last: (y: [Double], theta: Coordinates)?

  init(on design: Design, _ scale: ResidualScale) {
    self.design = design
    self.scale = scale
    solver = SeparableSolver(Law.problem(on: design, scale), weights: design.weights)
    outline = Design.Outline(of: design)
  }

  mutating func fit(_ y: [Double]) -> RawFit? {
    guard let outline else {
      let fit = solver.solve(y)
      last = (y, fit.theta)
      return raw(fit, y)
    }
    var rough = SeparableSolver(
      Law.problem(on: outline.design, scale), weights: outline.design.weights)
    return raw(solver.best(from: [rough.solve(outline.means(of: y)).theta], y), y)
  }

  mutating func draw(_ y: [Double]) -> RawFit? {
    guard outline == nil else { return fit(y) }
    return raw(solver.solve(y, .brief), y)
  }

  mutating func fit(_ y: [Double], without index: Int) -> RawFit? {
    // The design stays what it is, so that coordinates mean the same.
    if last?.y != y { _ = fit(y) }
    guard outline == nil, let last else {
      return Law.fitAnew(y, without: index, on: design, scale)
    }
    let weights = solver.weights
    solver.weights[index] = 0
    defer { solver.weights = weights }
    return raw(solver.solveAgain(y, near: last.theta), y)
  }

  private func raw(_ fit: SeparableFit, _ y: [Double]) -> RawFit? {
    Law.raw(
      Law.values(of: fit, on: design, scale), of: fit, y, on: design, solver.weights, scale)
  }
}
