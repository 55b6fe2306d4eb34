import BudgetSearch
import SourceText

/// The `limits` of a policy.
extension Policy {
  struct DecodedLimits {
    var minimumScore: ScoreFloor?
    var keptShare: Double?
    var maximumFLOPs: Int128?
    var maxima: [Measure: Double] = [:]
    var places: [Measure: SourcePlace] = [:]
  }

  static func decodeFloor(_ field: Field) -> ScoreFloor? {
    guard let quantity = field.quantity(Units.score, insteadOf: Units.all),
      let unit = ScoreUnit(rawValue: quantity.unit.symbol)
    else { return nil }
    let value = quantity.decimal.double
    guard value.isFinite else {
      field.report(.notFinite, "\(field.name) is too large")
      return nil
    }
    guard NumberDomain.score.contains(value) else {
      field.report(
        .outOfRange,
        "\(field.name) must be \(NumberDomain.score.words), found \(field.node.summary)")
      return nil
    }
    var floor = ScoreFloor(value, unit)
    floor.place = field.place
    return floor
  }

  static func decodeLimits(_ field: Field, isMixed: Bool) -> DecodedLimits {
    var limits = DecodedLimits()
    guard var reader = field.mapping() else { return limits }
    if let floor = reader.optional(LimitName.minimumScore.key) {
      if isMixed {
        floor.report(
          .floorOfMix, "\(floor.name) is one floor for several benchmarks",
          suggestion: "give each its own: 'mix: [{ profile: …, min_score: 45 percent }]'")
      } else {
        limits.minimumScore = decodeFloor(floor)
      }
    }
    limits.keptShare = reader.optional(LimitName.kept.key).flatMap(decodeKeptShare)
    for measure in Measure.allCases {
      guard let field = reader.optional(LimitName.ceiling(measure).key) else { continue }
      limits.places[measure] = field.place
      if measure == .flops {
        limits.maximumFLOPs = decodeFLOPs(field)
      } else {
        limits.maxima[measure] = decodeCeiling(field, measure)
      }
    }
    reader.finish()
    return limits
  }

  /// A share of the best score: `95%`.
  static func decodeKeptShare(_ field: Field) -> Double? {
    guard let quantity = field.quantity(Units.share, insteadOf: Units.all) else { return nil }
    // One division, so that 99.5% is the double nearest to 0.995.
    let share = quantity.decimal.double / 100
    guard share > 0, share <= 1 else {
      field.report(
        .outOfRange,
        "\(field.name) must be above 0% and at most 100%, found \(field.node.summary)")
      return nil
    }
    return share
  }

  private static func decodeFLOPs(_ field: Field) -> Int128? {
    guard let quantity = field.quantity(Units.compute, insteadOf: Units.all) else { return nil }
    // FLOPs are whole, so a fraction above the last whole one allows nothing more.
    let value = quantity.roundedDownInBaseUnit
    if let value, value > 0 { return value }
    if value != nil || quantity.decimal.isBelowZero {
      field.report(
        .outOfRange, "\(field.name) must be at least 1 FLOP, found \(field.node.summary)")
    } else {
      field.report(.outOfRange, "\(field.name) is too large: it must fit 127 bits in FLOP")
    }
    return nil
  }

  private static func decodeCeiling(_ field: Field, _ measure: Measure) -> Double? {
    switch measure {
    case .flops: return nil
    case .latency, .timeToFirstToken, .timePerOutputToken: return field.positive(Units.time)
    case .memory: return field.positive(Units.memory)
    case .energy: return field.positive(Units.energy)
    case .context, .encoderCache:
      return field.integer(in: 1...Int.max / 2).map(Double.init)
    case .price: return field.number(.within(0...1e15))
    }
  }
}
