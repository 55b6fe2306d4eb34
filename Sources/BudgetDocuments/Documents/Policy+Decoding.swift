import BudgetSearch
import ComputeCosts
import LongWork
import ScalingLaws
import SourceText

extension Policy {
  public static func decode(_ root: Field) -> Policy? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let objectiveField = reader.required(
      "objective", suggestion: "for example 'objective: { maximize: score_per_flop }'")
    let objective = objectiveField.flatMap(decodeObjective)
    let mixField = reader.optional("mix")
    let mix = mixField.flatMap(decodeMix)
    let limits = reader.optional("limits").map { decodeLimits($0, isMixed: mixField != nil) }
    let search = reader.optional("search").map(decodeSearch)
    let serving = reader.optional("serving").flatMap(decodeServing)
    let pricesField = reader.optional("prices")
    let prices = pricesField.flatMap(decodePrices)
    let lifetime = reader.optional("lifetime").flatMap(decodeLifetime)
    let risk = reader.optional("risk").flatMap(decodeRisk)
    let assumesSameScores = reader.optional("assume").map(decodeAssumptions) ?? false
    reader.finish()
    if prices == nil, pricesField == nil {
      if let measure = objective?.objective.measure, measure.row.needs.contains(.prices) {
        objectiveField?.report(
          .pricesMissing, "\(root.name) asks for a price and does not say what is paid",
          suggestion: pricesSuggestion)
      }
      for measure in Measure.all
      where limits?.maxima[measure] != nil && measure.row.needs.contains(.prices) {
        root.sink.report(
          .pricesMissing,
          "'limits.\(LimitName.ceiling(measure).key)' limits a price and the policy does not say what is paid",
          at: nil, suggestion: pricesSuggestion)
      }
    }
    if mixField == nil, objective?.combination != nil {
      objectiveField?.report(
        .combinationWithoutMix, "'objective.combine' is how the benchmarks of 'mix' count together")
    }
    guard !root.sink.hasErrors, let objective else { return nil }
    var policy = Policy(
      id: header.id, title: header.title, objective: objective.objective,
      minimumScore: limits?.minimumScore, candidates: search?.candidates ?? .model)
    policy.abovePlace = objective.above
    policy.isAboveChance = objective.above != nil
    policy.mix = mix.map { Mix($0, objective.combination ?? .weightedMean) }
    policy.keptShare = limits?.keptShare
    policy.maxima = limits?.maxima ?? [:]
    policy.measurePlaces = limits?.places ?? [:]
    if let measure = objective.objective.measure, policy.measurePlaces[measure] == nil {
      policy.measurePlaces[measure] = objectiveField?.place
    }
    policy.candidatesPlace = search?.place
    policy.beyond = search?.beyond ?? 1
    policy.serving = serving ?? Serving()
    policy.prices = prices
    policy.lifetime = lifetime
    policy.risk = risk
    policy.assumesSameScores = assumesSameScores
    return policy
  }

  package static let pricesSuggestion: Suggestion =
    "add 'prices: { device_hour: 2.5 }', in your currency"

  // MARK: Objective

  private struct DecodedObjective {
    var objective: Objective
    var combination: MixedScore.Combination?
    var above: SourcePlace?
  }

  private static func decodeObjective(_ field: Field) -> DecodedObjective? {
    guard var reader = field.mapping() else { return nil }
    let given = ["maximize", "minimize", "elasticity"].compactMap { verb in
      reader.optional(verb).map { (verb, $0) }
    }
    let combination = reader.optional("combine")?
      .word(among: MixedScore.Combination.allCases.map(\.rawValue))
      .flatMap(MixedScore.Combination.init)
    let above = reader.optional("above")
    guard given.count == 1, let (verb, quantity) = given.first else {
      reader.finish()
      if given.count > 1 || reader.keys.isEmpty {
        field.report(
          .objectiveShape,
          "\(field.name) must have exactly one of 'maximize', 'minimize' and 'elasticity'",
          suggestion: "for example 'objective: { minimize: flops }'")
      }
      return nil
    }
    var objective: Objective?
    switch verb {
    case "minimize":
      objective = measure(quantity).map { .least($0) }
    case "elasticity":
      objective = quantity.number(.within(1e-6...10)).map { .elasticity($0) }
    default:
      switch quantity.word(among: ["score_per_flop", "score", "value"]) {
      case "score_per_flop": objective = .scorePerFLOP
      case "score": objective = .score
      case "value": objective = decodeValue(&reader)
      default: break
      }
    }
    if let above, above.word(among: ["chance"]) != nil {
      switch objective {
      case .scorePerFLOP, .score, .elasticity, nil: break
      case .least, .value:
        above.report(
          .aboveWithoutScore,
          "\(above.name) changes nothing here: only 'score_per_flop', 'score' and 'elasticity' take scores "
            + "above guessing")
      }
    }
    reader.finish()
    return objective.map {
      DecodedObjective(objective: $0, combination: combination, above: above?.place)
    }
  }

  private static func measure(_ field: Field) -> Measure? {
    field.word(among: Measure.all.map(\.key)).flatMap(Measure.init(named:))
  }

  /// worth · score − price · cost.
  private static func decodeValue(_ reader: inout MappingReader) -> Objective? {
    let worth = reader.required(
      "worth", suggestion: "what one unit of score is worth, in your currency: 'worth: 0.02'"
    )?.number(.within(0...1e30))
    let cost = reader.optional("cost").map(measure) ?? Measure.price
    let price: Double?
    if cost?.unit == .money {
      price = reader.optional("price").map { $0.number(.within(0...1e30)) } ?? 1
    } else {
      price = reader.required(
        "price", suggestion: "what one unit of 'cost' takes away, in FLOP, s, B, J or tokens"
      )?.number(.within(0...1e30))
    }
    guard let worth, let cost, let price else { return nil }
    return .value(worth: worth, price: price, cost)
  }

  private static func decodeMix(_ field: Field) -> [Mix.Part]? {
    guard let items = field.items(atLeast: 1) else { return nil }
    guard items.count <= WorkLimits.benchmarks else {
      field.report(
        .mixTooLong,
        "a mix has \(WorkLimits.benchmarks) profiles at most, and this one \(grouped(items.count))",
        suggestion: "leave out those of the least weight, or mix them into one profile before")
      return nil
    }
    var parts: [Mix.Part] = []
    for item in items {
      guard var reader = item.mapping() else { continue }
      let profileField = reader.required("profile")
      let profile = profileField?.identifier()
      let weight = reader.optional("weight").map { $0.number(.within(1e-9...1e9)) } ?? 1
      let floorField = reader.optional(LimitName.minimumScore.key)
      let floor = floorField.flatMap(decodeFloor)
      reader.finish()
      guard let profile, let weight else { continue }
      if parts.contains(where: { $0.profile == profile }) {
        profileField?.report(.mixRepeats, "\(quoted(profile)) stands in the mix already")
        continue
      }
      var part = Mix.Part(profile: profile, weight: weight, minimumScore: floor)
      part.place = profileField?.place
      parts.append(part)
    }
    return field.sink.hasErrors ? nil : parts
  }

  // MARK: Candidates

  private struct DecodedSearch {
    var candidates: Candidates?
    var place: SourcePlace?
    var beyond: Double?
  }

  private static func decodeSearch(_ field: Field) -> DecodedSearch {
    guard var reader = field.mapping() else { return DecodedSearch() }
    let beyond = reader.optional("beyond")
    // One of the two must be there: an empty 'search' says nothing.
    let lattice = beyond == nil ? reader.required("lattice") : reader.optional("lattice")
    let factor = beyond.flatMap(decodeFactor)
    reader.finish()
    let (candidates, place) = lattice.map(decodeCandidates) ?? (nil, nil)
    return DecodedSearch(candidates: candidates, place: place ?? beyond?.place, beyond: factor)
  }

  /// A factor of at least 1: `4x`.
  static func decodeFactor(_ field: Field) -> Double? {
    guard let quantity = field.quantity(Units.factor, insteadOf: Units.all) else { return nil }
    let factor = quantity.inBaseUnit
    guard factor >= 1, factor <= 1e9 else {
      field.report(
        .outOfRange,
        "\(field.name) must be at least 1x and at most 1e9x, found \(field.node.summary)")
      return nil
    }
    return factor
  }

  private static func decodeCandidates(
    _ lattice: Field
  ) -> (candidates: Candidates?, place: SourcePlace?) {
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

  // MARK: Serving, lifetime, risk

  private static func decodeServing(_ field: Field) -> Serving? {
    guard var reader = field.mapping() else { return nil }
    var serving = Serving()
    let hardware = reader.optional("hardware")
    serving.hardware = hardware?.identifier()
    serving.hardwarePlace = hardware?.place
    let types = DataType.allCases.map(\.rawValue)
    if let type = reader.optional("weights")?.word(among: types).flatMap(DataType.init) {
      serving.plan.weights = type
    }
    if let type = reader.optional("cache")?.word(among: types).flatMap(DataType.init) {
      serving.plan.cache = type
    }
    if let devices = reader.optional("devices")?.integer(in: 1...1_000_000) {
      serving.plan.devices = devices
    }
    if let mfu = reader.optional("mfu")?.number(.within(0.001...1)) {
      serving.plan.utilization.mfu = mfu
    }
    if let mbu = reader.optional("mbu")?.number(.within(0.001...1)) {
      serving.plan.utilization.mbu = mbu
    }
    reader.finish()
    return serving
  }

  private static func decodePrices(_ field: Field) -> Prices? {
    guard var reader = field.mapping() else { return nil }
    func price(_ key: String) -> Double? { reader.optional(key)?.number(.within(0...1e9)) }
    let prices = Prices(
      perDeviceHour: price("device_hour"), perMillionInput: price("million_input"),
      perMillionOutput: price("million_output"))
    reader.finish()
    guard prices != Prices() else {
      if reader.keys.isEmpty {
        field.report(
          .pricesMissing, "\(field.name) names no price",
          suggestion: "for example 'prices: { device_hour: 2.5 }', in your currency")
      }
      return nil
    }
    return prices
  }

  private static func decodeLifetime(_ field: Field) -> Lifetime? {
    guard var reader = field.mapping() else { return nil }
    let requests = reader.required("requests")?.integer(in: 1...1_000_000_000_000_000)
    let samplesField = reader.optional("samples")
    let samples = samplesField?.integer(in: 1...1_000_000_000_000)
    let train = reader.optional("train")
    let rankField = reader.optional("lora_rank")
    let rank = rankField?.integer(in: 1...1_000_000)
    reader.finish()
    var plan: TrainingPlan?
    if train != nil || rankField != nil {
      var trained = TrainingPlan(encoder: .frozen, connector: .frozen, language: .frozen)
      for item in train?.items(atLeast: 1).map(Array.init) ?? [] {
        switch item.word(among: ["encoder", "connector", "language"]) {
        case "encoder": trained.encoder = .full
        case "connector": trained.connector = .full
        case "language": trained.language = .full
        default: break
        }
      }
      if let rank {
        if trained.language == .full {
          rankField?.report(
            .loraBesideFull,
            "\(rankField?.name ?? "") keeps the language model's weights, which 'train' names")
        }
        trained.language = .lora(rank: rank)
      }
      plan = trained
      if samplesField == nil {
        field.report(
          .samplesMissing, "\(field.name) trains, and does not say on how many samples",
          suggestion: "add 'samples: 665000'")
      }
    } else if let samplesField {
      samplesField.report(
        .samplesMissing, "\(samplesField.name) are those of a training run, and nothing is trained",
        suggestion: "add 'train: [connector, language]' or 'lora_rank: 64'")
    }
    guard let requests else { return nil }
    var lifetime = Lifetime(requests: requests, training: plan, samples: samples ?? 0)
    lifetime.place = field.place
    return lifetime
  }

  private static func decodeAssumptions(_ field: Field) -> Bool {
    guard var reader = field.mapping() else { return false }
    let sameScores = reader.optional("same_scores")?.bool()
    reader.finish()
    return sameScores ?? false
  }

  private static func decodeRisk(_ field: Field) -> Risk? {
    guard var reader = field.mapping() else { return nil }
    var risk = Risk()
    let level = reader.required("level", suggestion: "for example 'risk: { level: 0.9 }'")?
      .number(.within(0.01...0.999))
    if let draws = reader.optional("draws")?.integer(in: 20...WorkLimits.draws) {
      risk.draws = draws
    }
    if let seed = reader.optional("seed")?.integer(in: 0...Int.max) { risk.seed = UInt64(seed) }
    reader.finish()
    guard let level else { return nil }
    risk.level = level
    return risk
  }
}

extension Diagnostic.Code {
  /// A policy names no objective, or several.
  public static let objectiveShape = Self("policy.objective")
  /// An objective or a limit is a price, and nothing is paid.
  public static let pricesMissing = Self("policy.prices-missing")
  /// Scores above guessing, and an objective that they do not change.
  public static let aboveWithoutScore = Self("policy.above-without-score")
  /// How benchmarks count together, and there is one.
  public static let combinationWithoutMix = Self("policy.combine-without-mix")
  /// A profile stands in a mix twice.
  public static let mixRepeats = Self("policy.mix-repeats")
  /// A mix of more profiles than are counted together.
  public static let mixTooLong = Self("policy.mix-too-long")
  /// One floor for several benchmarks.
  public static let floorOfMix = Self("policy.floor-of-mix")
  /// Adapters beside weights that are trained themselves.
  public static let loraBesideFull = Self("policy.lora-beside-full")
  /// Training without samples, or samples without training.
  public static let samplesMissing = Self("policy.samples")
}
