import RealModule

/// Two power laws that meet, S(n) = c · (n / n*)^before up to the break n*, c · (n / n*)^after from
/// there. Both exponents go the same way, or one of them is 0.
public struct BrokenPowerLaw: ParametricLaw {
  public static let form = LawForm(
    id: "broken-power",
    formula:
      "c * (n / break_tokens)^exponent_before up to break_tokens, ^exponent_after from there",
    parameters: [
      LawParameter("c", .positive), LawParameter("exponent_before", .finite),
      LawParameter("exponent_after", .finite), LawParameter("break_tokens", .positive),
    ])

  /// The score at the break.
  public let c: Double
  /// The elasticity below the break.
  public let exponentBefore: Double
  /// The elasticity above the break.
  public let exponentAfter: Double
  /// The token count n* at which the elasticity changes.
  public let breakTokens: Double

  /// A broken power law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless c and the break are greater than 0, all are finite, and
  ///   the exponents do not have opposite signs: every law is monotone.
  public init(
    c: Double, exponentBefore: Double, exponentAfter: Double, breakTokens: Double
  ) throws(InvalidLawParameter) {
    try self.init(values: [c, exponentBefore, exponentAfter, breakTokens])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    guard !(values[1] < 0 && values[2] > 0), !(values[1] > 0 && values[2] < 0) else {
      throw InvalidLawParameter(
        form: Self.form.id, parameter: Self.form.parameters[2], values: [values[2]])
    }
    c = values[0]
    exponentBefore = values[1]
    exponentAfter = values[2]
    breakTokens = values[3]
  }

  public var values: [Double] { [c, exponentBefore, exponentAfter, breakTokens] }

  private func exponent(at tokens: Double) -> Double {
    tokens < breakTokens ? exponentBefore : exponentAfter
  }

  public func score(at tokens: Double) -> Double {
    c * Double.pow(tokens / breakTokens, exponent(at: tokens))
  }

  /// The elasticity; at the break itself that of the piece behind it.
  public func elasticity(at tokens: Double) -> Double { exponent(at: tokens) }

  public func gradient(at tokens: Double) -> [Double] {
    let exponent = exponent(at: tokens)
    let unit = Double.pow(tokens / breakTokens, exponent)
    let growth = c * unit * Double.log(tokens / breakTokens)
    return [
      unit, tokens < breakTokens ? growth : 0, tokens < breakTokens ? 0 : growth,
      -c * unit * exponent / breakTokens,
    ]
  }

  public func tokens(reaching score: Double) -> Double? {
    guard score > 0, trend != .constant else { return nil }
    let isBefore = (score < c) == (trend == .increasing)
    let exponent = isBefore ? exponentBefore : exponentAfter
    guard exponent != 0 else { return score == c ? breakTokens : nil }
    return finitePositive(breakTokens * Double.pow(score / c, 1 / exponent))
  }

  public var trend: Trend {
    let exponent = exponentAfter != 0 ? exponentAfter : exponentBefore
    return exponent > 0 ? .increasing : exponent < 0 ? .decreasing : .constant
  }

  public var elasticityShape: ElasticityShape { .nonincreasing }

  public var breakpoints: [Double] { [breakTokens] }
}
