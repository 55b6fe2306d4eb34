/// Fits one law to any responses on one design.
protocol LawFitter {
  /// The global optimum; `nil` where the numbers leave what a double can hold.
  mutating func fit(_ y: [Double]) -> RawFit?

  /// The optimum in the valley of another fit, on this design, to some six digits.
  mutating func fit(_ y: [Double], near fit: RawFit) -> RawFit?
}

/// Parameter values and how well they fit.
struct RawFit: Sendable {
  /// In the order of the law's form.
  var values: [Double]
  /// The weighted residual sum of squares.
  var rss: Double
  /// The non-linear coordinates, to start again from.
  var theta: SIMD2<Double>
  /// Whether a coordinate or a coefficient ended at a bound.
  var isAtBound: Bool
}

/// A law that can be fitted.
protocol FittableLaw: ParametricLaw {
  /// A fitter for a design.
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter

  /// The simpler laws that this one turns into where parameters run away.
  static var limits: [any ParametricLaw.Type] { get }
}

extension FittableLaw {
  static var limits: [any ParametricLaw.Type] { [] }
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

  init(on design: Design, _ scale: ResidualScale) {
    self.design = design
    self.scale = scale
    solver = SeparableSolver(Law.problem(on: design, scale), weights: design.weights)
    outline = Design.Outline(of: design)
  }

  mutating func fit(_ y: [Double]) -> RawFit? {
    guard let outline else { return raw(solver.solve(y)) }
    var rough = SeparableSolver(
      Law.problem(on: outline.design, scale), weights: outline.design.weights)
    return raw(solver.best(from: [rough.solve(outline.means(of: y)).theta], y))
  }

  mutating func fit(_ y: [Double], near fit: RawFit) -> RawFit? {
    raw(solver.best(from: [fit.theta], y, tolerance: 1e-11))
  }

  private func raw(_ fit: SeparableFit) -> RawFit? {
    let values = Law.values(of: fit, on: design, scale)
    guard (try? Law(values: values)) != nil, fit.rss.isFinite else { return nil }
    return RawFit(
      values: values, rss: fit.rss, theta: fit.theta,
      isAtBound: fit.isAtBound.0 || fit.isAtBound.1 || fit.isClamped.first || fit.isClamped.second)
  }
}
