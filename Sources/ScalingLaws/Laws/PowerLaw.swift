import RealModule

/// The power law, S(n) = c · n^(−α).
///
/// The sign follows the paper: a **negative** α is a score that grows with n.
///
/// - Source: Li et al., *Scaling Capability in Token Space*, JMLR 26(253), 2025: S(n) ≈ c / n^α.
public struct PowerLaw: ParametricLaw {
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

  public func gradient(at tokens: Double) -> [Double] {
    let unit = Double.pow(tokens, -alpha)
    return [unit, -c * unit * Double.log(tokens)]
  }

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

extension PowerLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    let count = design.span.count
    return switch scale {
    case .logScore:
      SeparableProblem(
        linear: .line(isLevelNonNegative: false, isSlopeNonNegative: false)
      ) { _, curve in
        for i in 0..<count { curve[i] = design.span[i] }
      }
    case .score:
      // 1 where the score is highest.
      SeparableProblem(.scale(base: 0), over: .gain) { theta, curve in
        for i in 0..<count {
          let distance = design.span[i] - (theta[0] > 0 ? 1 : 0)
          curve[i] = Double.exp(theta[0] * distance)
          curve[count + i] = curve[i] * distance
        }
      }
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let gain = scale == .logScore ? fit.linear[1] : fit.theta[0]
    let exponent = gain / design.width
    let start = scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[1]
    let top = scale == .score && gain > 0 ? design.first + design.width : design.first
    return [start * Double.exp(-exponent * top), -exponent]
  }
}
