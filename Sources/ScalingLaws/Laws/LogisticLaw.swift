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
    let threshold = Threshold(on: design)
    return switch scale {
    case .logScore:
      SeparableProblem(
        linear: .level, bounds: threshold.bounds, rows: threshold.rows(scale), along: 1,
        fill: { threshold.fillLogs($0, $1) })
    case .score:
      SeparableProblem(
        linear: .scale(base: 0), bounds: threshold.bounds, rows: threshold.rows(scale), along: 1,
        fill: { threshold.fillShares($0, $1) })
    }
  }

  static func values(
    of fit: SeparableFit, on design: Design, _ scale: ResidualScale
  ) -> [Double] {
    let last = scale == .logScore ? Double.exp(fit.linear[0]) : fit.linear[1]
    let place = Threshold(on: design).place(fit.theta)
    return [last * place.rest, Double.exp(place.logMidpoint), place.slope]
  }

  static var limits: [any ParametricLaw.Type] { [PowerLaw.self, ConstantLaw.self] }

  /// The slope is greater than 0: a falling power law is no limit.
  static func canTurnInto(_ law: any ParametricLaw) -> Bool {
    (law as? PowerLaw).map { $0.alpha <= 0 } ?? true
  }
}
