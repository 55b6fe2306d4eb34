import RealModule

/// The logistic law in ln n, S(n) = ceiling / (1 + (midpoint / n)^slope).
///
/// Far below the midpoint it is a power law of exponent `slope`, far above it the ceiling.
public struct LogisticLaw: ParametricLaw {
  public static let form = LawForm(
    id: "logistic", formula: "ceiling / (1 + (midpoint / n)^slope)",
    parameters: [
      LawParameter("ceiling", .positive), LawParameter("midpoint", .positive),
      LawParameter("slope", .positive),
    ])

  /// The score for unboundedly many tokens.
  public let ceiling: Double
  /// The token count at which half of the ceiling is reached.
  public let midpoint: Double
  /// The elasticity for few tokens.
  public let slope: Double

  /// A logistic law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless all are finite and greater than 0.
  public init(ceiling: Double, midpoint: Double, slope: Double) throws(InvalidLawParameter) {
    try self.init(values: [ceiling, midpoint, slope])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    ceiling = values[0]
    midpoint = values[1]
    slope = values[2]
  }

  public var values: [Double] { [ceiling, midpoint, slope] }

  /// (midpoint / n)^slope, the odds against the ceiling.
  private func odds(at tokens: Double) -> Double { Double.pow(midpoint / tokens, slope) }

  public func score(at tokens: Double) -> Double { ceiling / (1 + odds(at: tokens)) }

  public func elasticity(at tokens: Double) -> Double {
    let odds = odds(at: tokens)
    return odds.isFinite ? slope * (odds / (1 + odds)) : slope
  }

  public func gradient(at tokens: Double) -> [Double] {
    let odds = odds(at: tokens)
    let share = 1 / (1 + odds)
    let fall = odds.isFinite ? ceiling * share * (odds * share) : 0
    return [share, -fall * slope / midpoint, -fall * Double.log(midpoint / tokens)]
  }

  public func tokens(reaching score: Double) -> Double? {
    guard score > 0, score < ceiling else { return nil }
    return finitePositive(midpoint * Double.pow(score / (ceiling - score), 1 / slope))
  }

  public var trend: Trend { .increasing }

  public var elasticityShape: ElasticityShape { .nonincreasing }
}

extension LogisticLaw: SeparableLaw {
  static func problem(on design: Design, _ scale: ResidualScale) -> SeparableProblem {
    // 1/S = (1/S(first)) · (1 + (e^−G − 1) · v): the reciprocal falls like a saturating law.
    // A gain G above the slope times the range would put the ceiling below 0, so θ₀ is the logarithm
    // of what that product has above G; at 0 the law is a power law.
    func fillLogs(_ theta: SIMD2<Double>, _ logs: inout [Double]) {
      let decay = theta[1] + Double.exp(theta[0])
      let fall = Double.expMinusOne(-theta[1])
      design.fillShares(decay: decay, into: &logs)
      for i in logs.indices { logs[i] = -Double.log(onePlus: fall * logs[i]) }
    }
    let axes: [SeparableProblem.Axis] = [.decay(on: design), .positiveLogGain]
    return switch scale {
    case .logScore:
      SeparableProblem(axes: axes, hasSecond: false) { theta, basis in
        fillLogs(theta, &basis.offset)
      }
    case .score:
      SeparableProblem(axes: axes, hasSecond: false, isProfiled: true) { theta, basis in
        fillLogs(theta, &basis.first)
        for i in basis.first.indices { basis.first[i] = Double.exp(basis.first[i]) }
      }
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let start = scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[0]
    let excess = Double.exp(fit.theta[0])
    let decay = fit.theta[1] + excess
    // The share of the reciprocal that vanishes for unboundedly many tokens, and what is left.
    let fall = Double.expMinusOne(-fit.theta[1]) / Double.expMinusOne(-decay)
    let rest =
      Double.exp(-fit.theta[1]) * Double.expMinusOne(-excess) / Double.expMinusOne(-decay)
    let slope = decay / design.width
    let midpoint = design.first + Double.log(fall / rest) / slope
    return [start / rest, Double.exp(midpoint), slope]
  }

  static var limits: [any ParametricLaw.Type] { [PowerLaw.self, ConstantLaw.self] }

  /// The slope is greater than 0: a falling power law is no limit.
  static func canTurnInto(_ law: any ParametricLaw) -> Bool {
    (law as? PowerLaw).map { $0.alpha <= 0 } ?? true
  }
}
