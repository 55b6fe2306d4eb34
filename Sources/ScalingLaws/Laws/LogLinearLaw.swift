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
    let count = design.span.count
    return switch scale {
    case .logScore:
      // S = S(first) · (1 + (e^G − 1) · span), G the gain in ln S over the range.
      SeparableProblem(.level, over: .logGain) { theta, curve in
        let rise = LogRise(gain: theta[0])
        for i in 0..<count {
          (curve[i], _, curve[count + i]) = rise(share: design.span[i])
        }
      }
    case .score:
      SeparableProblem(
        linear: .line(isLevelNonNegative: false, isSlopeNonNegative: false)
      ) { _, curve in
        for i in 0..<count { curve[i] = design.span[i] }
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

/// ln(1 + (e^G − 1) · v): how far a score has risen that gains G in ln S over the range, where a share v
/// of the rise is done.
struct LogRise {
  private let growth: Double
  private let factor: Double

  init(gain: Double) {
    growth = Double.expMinusOne(gain)
    factor = Double.exp(gain)
  }

  /// The logarithm, and its derivatives with respect to v and to G.
  func callAsFunction(share v: Double) -> (value: Double, share: Double, gain: Double) {
    // Next to a loss of everything 1 + (e^G − 1) v is a difference of equals.
    let score = growth < -0.5 ? (1 - v) + factor * v : 1 + growth * v
    let value = growth.magnitude < 0.5 ? Double.log(onePlus: growth * v) : Double.log(score)
    return (value, growth / score, factor * v / score)
  }
}
