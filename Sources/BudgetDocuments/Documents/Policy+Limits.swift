import BudgetSearch
import SourceText

/// The `limits` of a policy.
extension Policy {
  struct DecodedLimits {
    var minimumScore: ScoreFloor?
    var keptShare: Double?
    var maxima: [Measure: Amount] = [:]
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
    for measure in Measure.all {
      guard let field = reader.optional(LimitName.ceiling(measure).key) else { continue }
      limits.places[measure] = field.place
      limits.maxima[measure] = measure.unit.limit(field)
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
}
