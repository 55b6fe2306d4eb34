import RealModule

/// The power law, S(n) = c · n^(−α).
///
/// The sign follows the paper: a **negative** α is a score that grows with n.
///
/// - Source: Li et al., *Scaling Capability in Token Space*, JMLR 26(253), 2025: S(n) ≈ c / n^α.
public struct PowerLaw: ScoreLaw {
  public static let form = LawForm(
    id: "power", formula: "c / n^alpha",
    parameters: [LawParameter("c", .positive), LawParameter("alpha", .finite)])

  /// The score at one token, S(1).
  public let c: Double
  /// The exponent α, constant in n.
  public let alpha: Double

  /// A power law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless c is greater than 0 and α is finite.
  public init(c: Double, alpha: Double) throws(InvalidLawParameter) {
    try self.init(values: [c, alpha])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    c = values[0]
    alpha = values[1]
  }

  public var values: [Double] { [c, alpha] }

  public func score(at tokens: Double) -> Double { c * Double.pow(tokens, -alpha) }

  public func elasticity(at tokens: Double) -> Double { -alpha }

  public func tokens(reaching score: Double) -> Double? {
    guard score > 0, alpha != 0 else { return nil }
    return finitePositive(Double.pow(score / c, -1 / alpha))
  }

  public var trend: Trend { alpha < 0 ? .increasing : alpha > 0 ? .decreasing : .constant }

  public var elasticityShape: ElasticityShape {
    .rational(numerator: (-alpha, 0), denominator: (1, 0))
  }
}

/// A token count, unless the inverse left what a double can hold.
func finitePositive(_ tokens: Double) -> Double? {
  tokens.isFinite && tokens > 0 ? tokens : nil
}
