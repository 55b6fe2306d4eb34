import RealModule

/// The constant law, S(n) = a: more tokens buy nothing.
public struct ConstantLaw: ParametricLaw {
  public static let form = LawForm(
    id: "constant", formula: "a", parameters: [LawParameter("a", .finite)])

  /// The score at every token count.
  public let a: Double

  /// A constant law from its parameter.
  ///
  /// - Throws: ``InvalidLawParameter`` unless the score is finite.
  public init(a: Double) throws(InvalidLawParameter) {
    try self.init(values: [a])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    a = values[0]
  }

  public var values: [Double] { [a] }

  public func score(at tokens: Double) -> Double { a }

  public func elasticity(at tokens: Double) -> Double { a > 0 ? 0 : .nan }

  public func gradient(at tokens: Double) -> [Double] { [1] }

  public func tokens(reaching score: Double) -> Double? { nil }

  public var trend: Trend { .constant }

  public var elasticityShape: ElasticityShape { .nonincreasing }
}

extension ConstantLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    SeparableProblem(linear: .level) { _, curve in curve.update(repeating: 0) }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    [scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[0]]
  }
}
