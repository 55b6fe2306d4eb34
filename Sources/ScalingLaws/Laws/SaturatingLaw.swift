import RealModule

/// The saturating law, S(n) = ceiling − amplitude · n^(−exponent).
///
/// A negative amplitude describes a score that falls towards the ceiling from above.
public struct SaturatingLaw: ScoreLaw {
  public static let form = LawForm(
    id: "saturating", formula: "ceiling - amplitude / n^exponent",
    parameters: [
      LawParameter("ceiling", .finite), LawParameter("amplitude", .finite),
      LawParameter("exponent", .positive),
    ])

  /// The score for unboundedly many tokens.
  public let ceiling: Double
  /// How far S(1) lies below the ceiling.
  public let amplitude: Double
  /// How fast the gap closes.
  public let exponent: Double

  /// A saturating law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless the exponent is greater than 0 and all are finite.
  public init(ceiling: Double, amplitude: Double, exponent: Double) throws(InvalidLawParameter) {
    try self.init(values: [ceiling, amplitude, exponent])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    ceiling = values[0]
    amplitude = values[1]
    exponent = values[2]
  }

  public var values: [Double] { [ceiling, amplitude, exponent] }

  public func score(at tokens: Double) -> Double {
    ceiling - amplitude * Double.pow(tokens, -exponent)
  }

  public func elasticity(at tokens: Double) -> Double {
    let gap = amplitude * Double.pow(tokens, -exponent)
    let score = ceiling - gap
    return score > 0 ? exponent * gap / score : .nan
  }

  public func tokens(reaching score: Double) -> Double? {
    let ratio = (ceiling - score) / amplitude
    guard amplitude != 0, ratio > 0 else { return nil }
    return finitePositive(Double.pow(ratio, -1 / exponent))
  }

  public var trend: Trend {
    amplitude > 0 ? .increasing : amplitude < 0 ? .decreasing : .constant
  }

  public var elasticityShape: ElasticityShape { .nonincreasing }
}
