import RealModule

/// The Hill law with a floor, S(n) = floor + (ceiling − floor) / (1 + (midpoint / n)^slope): a score that
/// guessing gives already, and a threshold from which on tokens count.
///
/// With a floor of 0 it is the logistic law in ln n.
///
/// - Source: Hill, J. Physiol. 40, 1910, with a floor as in dose–response curves (the four-parameter
///   logistic).
public struct HillLaw: ParametricLaw {
  public static let form = LawForm(
    id: "hill", formula: "floor + (ceiling - floor) / (1 + (midpoint / n)^slope)",
    parameters: [
      LawParameter("floor", .nonNegative), LawParameter("ceiling", .positive),
      LawParameter("midpoint", .positive), LawParameter("slope", .positive),
    ])

  /// The score without any tokens.
  public let floor: Double
  /// The score for unboundedly many tokens.
  public let ceiling: Double
  /// The token count at which half of the way from the floor to the ceiling is done.
  public let midpoint: Double
  /// How steep the threshold is: the elasticity of what is above the floor, for few tokens.
  public let slope: Double

  /// A Hill law from its parameters.
  ///
  /// - Throws: ``InvalidLawParameter`` unless the floor is at least 0, the ceiling not below it, and the
  ///   others are greater than 0, all finite.
  public init(
    floor: Double, ceiling: Double, midpoint: Double, slope: Double
  ) throws(InvalidLawParameter) {
    try self.init(values: [floor, ceiling, midpoint, slope])
  }

  public init(values: [Double]) throws(InvalidLawParameter) {
    try Self.validate(values)
    guard values[1] >= values[0] else {
      throw InvalidLawParameter(
        form: Self.form.id, parameter: Self.form.parameters[1], values: [values[1]])
    }
    floor = values[0]
    ceiling = values[1]
    midpoint = values[2]
    slope = values[3]
  }

  public var values: [Double] { [floor, ceiling, midpoint, slope] }

  /// The share of the way to the ceiling that is done, and the share that is left.
  private func shares(at tokens: Double) -> (done: Double, left: Double) {
    let odds = Double.pow(midpoint / tokens, slope)
    return (1 / (1 + odds), odds.isFinite ? odds / (1 + odds) : 1)
  }

  public func score(at tokens: Double) -> Double {
    let shares = shares(at: tokens)
    return floor * shares.left + ceiling * shares.done
  }

  public func elasticity(at tokens: Double) -> Double {
    let shares = shares(at: tokens)
    guard floor > 0 else { return slope * shares.left }
    let score = floor * shares.left + ceiling * shares.done
    return slope * (ceiling - floor) * shares.done * shares.left / score
  }

  public func gradient(at tokens: Double) -> [Double] {
    let shares = shares(at: tokens)
    let fall = (ceiling - floor) * shares.done * shares.left
    return [
      shares.left, shares.done, -fall * slope / midpoint,
      fall == 0 ? 0 : -fall * Double.log(midpoint / tokens),
    ]
  }

  public func tokens(reaching score: Double) -> Double? {
    guard score > floor, score < ceiling else { return nil }
    return finitePositive(
      midpoint * Double.pow((score - floor) / (ceiling - score), 1 / slope))
  }

  public var trend: Trend { ceiling > floor ? .increasing : .constant }

  /// With a floor the elasticity rises up to the threshold and falls behind it.
  public var elasticityShape: ElasticityShape {
    floor > 0 && ceiling > floor ? .unknown : .nonincreasing
  }
}

extension HillLaw: FittableLaw {
  static func fitter(on design: Design, _ scale: ResidualScale) -> any LawFitter {
    HillFitter(on: design, scale)
  }

  /// The floor, where guessing is known to give more than 0.
  static func fixedParameters(on design: Design) -> [Int] { design.floor == nil ? [] : [0] }

  static func limits(on design: Design) -> [any ParametricLaw.Type] {
    design.floor == nil
      ? [LogisticLaw.self, PowerLaw.self, ConstantLaw.self] : [ConstantLaw.self]
  }

  /// The score never falls: nor does a limit.
  static func canTurnInto(_ law: any ParametricLaw) -> Bool { law.trend != .decreasing }
}
