import RealModule

/// The log-linear law, S(n) = a + b · ln n: every doubling of n adds the same score.
public struct LogLinearLaw: ParametricLaw {
  public static let form = LawForm(
    id: "log-linear", formula: "a + b * ln(n)",
    parameters: [LawParameter("a", .finite), LawParameter("b", .finite)])

  /// The score at one token, S(1).
  public let a: Double
  /// The score that e-folding the tokens adds.
  public let b: Double

  /// A log-linear law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless both are finite.
  public init(a: Double, b: Double) throws(InvalidLawParameter) {
    try self.init(values: [a, b])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    a = values[0]
    b = values[1]
  }

  public var values: [Double] { [a, b] }

  public func score(at tokens: Double) -> Double { a + b * Double.log(tokens) }

  public func elasticity(at tokens: Double) -> Double {
    let score = score(at: tokens)
    return score > 0 ? b / score : .nan
  }

  public func gradient(at tokens: Double) -> [Double] { [1, Double.log(tokens)] }

  public func tokens(reaching score: Double) -> Double? {
    guard b != 0 else { return nil }
    return finitePositive(Double.exp((score - a) / b))
  }

  public var trend: Trend { b > 0 ? .increasing : b < 0 ? .decreasing : .constant }

  public var elasticityShape: ElasticityShape { .nonincreasing }
}

extension LogLinearLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    switch scale {
    case .logScore:
      // S = S(first) · (1 + (e^G − 1) · span), G the gain in ln S over the range.
      SeparableProblem(axes: [.logGain], hasSecond: false) { theta, basis in
        let growth = Double.expMinusOne(theta[0])
        for i in design.span.indices {
          basis.offset[i] = Double.log(onePlus: growth * design.span[i])
        }
      }
    case .score:
      SeparableProblem(axes: [], hasSecond: true) { _, basis in
        for i in design.span.indices { basis.second[i] = design.span[i] }
      }
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let start = scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[0]
    let rise = scale == .logScore ? start * Double.expMinusOne(fit.theta[0]) : fit.linear[1]
    let b = rise / design.width
    return [start - b * design.first, b]
  }
}
