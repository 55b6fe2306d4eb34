import BudgetSearch
import SourceText

extension Policy {
  public static func decode(_ root: Field) -> Policy? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let objective = reader.required(
      "objective", suggestion: "for example 'objective: { maximize: score_per_flop }'"
    ).flatMap(decodeObjective)
    let limits = reader.optional("limits").map(decodeLimits)
    let search = reader.optional("search").map(decodeSearch)
    reader.finish(unavailable: [
      "mix": "is not available in this version: give one profile",
      "risk": "is not available in this version: uncertainty does not enter the choice yet",
    ])
    guard !root.sink.hasErrors, let objective else { return nil }
    var policy = Policy(
      id: header.id, title: header.title, objective: objective,
      minimumScore: limits?.minimumScore, maximumFLOPs: limits?.maximumFLOPs,
      candidates: search?.candidates ?? .model)
    policy.candidatesPlace = search?.place
    return policy
  }

  private static func decodeObjective(_ field: Field) -> Objective? {
    guard var reader = field.mapping() else { return nil }
    let verbs = Set(Objective.allCases.map(\.spelling.verb)).sorted()
    let given = verbs.compactMap { verb in reader.optional(verb).map { (verb, $0) } }
    reader.finish()
    guard given.count == 1, let (verb, quantity) = given.first else {
      if given.count > 1 || reader.keys.isEmpty {
        field.report(
          .objectiveShape, "\(field.name) must have exactly one of 'maximize' and 'minimize'")
      }
      return nil
    }
    let choices = Objective.allCases.filter { $0.spelling.verb == verb }
    let word = quantity.word(among: choices.map(\.spelling.quantity))
    return choices.first { $0.spelling.quantity == word }
  }

  private static func decodeLimits(
    _ field: Field
  ) -> (minimumScore: ScoreFloor?, maximumFLOPs: Int128?) {
    guard var reader = field.mapping() else { return (nil, nil) }
    var floor: ScoreFloor?
    if let field = reader.optional(LimitName.minimumScore.rawValue),
      let quantity = field.quantity(Units.score, insteadOf: Units.all),
      let unit = ScoreUnit(rawValue: quantity.unit.symbol)
    {
      let value = quantity.decimal.double
      if value.isFinite {
        floor = ScoreFloor(value, unit)
        floor?.place = field.place
      } else {
        field.report(.notFinite, "\(field.name) is too large")
      }
    }
    var ceiling: Int128?
    if let field = reader.optional(LimitName.maximumFLOPs.rawValue),
      let quantity = field.quantity(Units.compute, insteadOf: Units.all)
    {
      // FLOPs are whole, so a fraction above the last whole one allows nothing more.
      let value = quantity.roundedDownInBaseUnit
      if let value, value > 0 {
        ceiling = value
      } else if value != nil || quantity.decimal.isBelowZero {
        field.report(
          .outOfRange, "\(field.name) must be at least 1 FLOP, found \(field.node.summary)")
      } else {
        field.report(.outOfRange, "\(field.name) is too large: it must fit 127 bits in FLOP")
      }
    }
    let note =
      "is not available in this version, which decides by score and FLOPs; 'token-budget cost' "
      + "estimates it"
    reader.finish(unavailable: [
      "max_latency": note, "max_memory": note, "max_price": note,
    ])
    return (floor, ceiling)
  }

  private static func decodeSearch(_ field: Field) -> (candidates: Candidates?, place: SourcePlace?)
  {
    guard var reader = field.mapping() else { return (nil, nil) }
    let lattice = reader.required("lattice")
    reader.finish()
    guard let lattice else { return (nil, nil) }
    if case .scalar(let scalar) = lattice.node.content {
      guard scalar.text == "model" else {
        lattice.report(
          .latticeShape,
          "\(lattice.name) must be 'model' or a mapping, found \(lattice.node.summary)",
          suggestion: "for example 'lattice: model' or 'lattice: { squares: { max: 576 } }'")
        return (nil, nil)
      }
      return (.model, lattice.place)
    }
    return (Lattice.decode(lattice).map { .lattice($0) }, lattice.place)
  }
}

extension Diagnostic.Code {
  /// A policy names no objective, or several.
  public static let objectiveShape = Self("policy.objective")
}
