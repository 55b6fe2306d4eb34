import RealModule

/// The saturating law, S(n) = ceiling − amplitude · n^(−exponent).
///
/// A negative amplitude describes a score that falls towards the ceiling from above.
public struct SaturatingLaw: ParametricLaw {
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

  public func gradient(at tokens: Double) -> [Double] {
    let unit = Double.pow(tokens, -exponent)
    return [1, -unit, amplitude * unit * Double.log(tokens)]
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

extension SaturatingLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    let count = design.span.count
    let last = LastValue<[Double]>([])
    return switch scale {
    case .logScore:
      // S = S(first) · (1 + (e^G − 1) · v), v the share of the range's growth that is done at n.
      SeparableProblem(.level, over: .decay(on: design), .logGain) { theta, curve in
        let shares = last(at: theta[0]) {
          design.shares(decay: Double.expMinusOne(theta[0]))
        }
        let rise = LogRise(gain: theta[1])
        for i in 0..<count {
          let (value, slope, gain) = rise(share: shares[i])
          curve[i] = value
          curve[count + i] = slope * shares[count + i]
          curve[2 * count + i] = gain
        }
      }
    case .score:
      SeparableProblem(
        .line(isLevelNonNegative: false, isSlopeNonNegative: false), over: .decay(on: design)
      ) { theta, curve in
        let shares = design.shares(decay: Double.expMinusOne(theta[0]))
        for i in 0..<(2 * count) { curve[i] = shares[i] }
      }
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let start = scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[0]
    let rise = scale == .logScore ? start * Double.expMinusOne(fit.theta[1]) : fit.linear[1]
    let decay = Double.expMinusOne(fit.theta[0])
    let gap = -rise / Double.expMinusOne(-decay)
    let exponent = decay / design.width
    return [start + gap, gap * Double.exp(exponent * design.first), exponent]
  }

  static var limits: [any ParametricLaw.Type] { [LogLinearLaw.self, ConstantLaw.self] }
}
