import ComputeCosts
import SourceText

/// The vision-token budget that a config sets.
public struct ConfigBudget: Sendable, Equatable {
  /// The most tokens of an image, by the processor's rule.
  public let tokens: Int
  /// The most tokens of an image once the framework has resized it; more than ``tokens`` where it
  /// resizes before the processor rounds.
  public let mostTokens: Int
  /// The key that decides, its parts joined by dots.
  public let key: String
  /// What the key holds.
  public let value: String
  /// What the value counts, in the plural.
  public let unit: String
  /// Where the value stands; `nil` where no key is there and the framework's default holds.
  public let place: SourcePlace?
  /// Who takes the value, where no key is there.
  public let origin: String?
}

extension TrainingConfig {
  /// A budget's key with what it holds.
  struct Reading {
    let key: BudgetKey
    let found: FoundValue
    /// The number in it.
    let number: Int?
    /// The most tokens under it; `nil` for what is no value of the key.
    let tokens: Int?
    /// Whether a flag switches the key off.
    let isOff: Bool
  }

  /// What a key holds.
  ///
  /// - Returns: `nil` where it is not there.
  func reading(_ key: BudgetKey) throws(ConfigObstacle) -> Reading? {
    guard let found = try text.value(at: key.path) else { return nil }
    var isOff = false
    if let path = key.switchPath {
      let flag = try text.value(at: path)?.content
      isOff = flag != .flag(true)
    }
    if found.content == .null { return nil }
    var number = found.integer
    if !key.prefix.isEmpty {
      number = found.text.flatMap { text in
        text.hasPrefix(key.prefix) ? Int(text.dropFirst(key.prefix.count)) : nil
      }
    }
    return Reading(
      key: key, found: found, number: number,
      tokens: number.flatMap { key.scale.tokens(under: $0) },
      isOff: isOff)
  }

  /// The keys of the largest budget that are there.
  func readings(_ keys: [BudgetKey]) throws(ConfigObstacle) -> [Reading] {
    var readings: [Reading] = []
    for key in keys {
      if let reading = try reading(key) { readings.append(reading) }
    }
    return readings
  }

  /// The key that decides, of those that are there.
  func deciding(_ readings: [Reading]) -> Reading? {
    let usable = readings.filter { $0.tokens != nil && !$0.isOff }
    if schema.firstDecides { return usable.first }
    return usable.min { ($0.tokens ?? 0) < ($1.tokens ?? 0) }
  }

  /// The budget that the config sets; `nil` where it sets none and the framework's default is not
  /// known, or where a value cannot be read: ``findings(images:serving:)`` says why.
  public var budget: ConfigBudget? {
    if let canvases = schema.canvases {
      guard let found = try? text.value(at: canvases.path), let list = found.text,
        let read = canvases.canvases(list)
      else { return nil }
      let tokens = canvases.tokens(read)
      return ConfigBudget(
        tokens: tokens, mostTokens: tokens, key: canvases.name, value: list, unit: "canvases",
        place: place(found.range), origin: nil)
    }
    guard let readings = try? readings(schema.most) else { return nil }
    if let reading = deciding(readings), let tokens = reading.tokens, let number = reading.number {
      return ConfigBudget(
        tokens: tokens, mostTokens: mostTokens(reading.key, number) ?? tokens,
        key: reading.key.name, value: reading.key.prefix + String(number),
        unit: reading.key.scale.unit, place: place(reading.found.range), origin: nil)
    }
    // Without a flag that switches it on, the key does not count.
    if let key = schema.most.first, key.switchPath != nil,
      readings.allSatisfy({ $0.isOff }), let single = family?.defaultCount("tokens_per_image")
    {
      return ConfigBudget(
        tokens: single, mostTokens: single, key: key.switchPath?.joined(separator: ".") ?? key.name,
        value: "false", unit: key.scale.unit, place: nil, origin: "pan and scan is off")
    }
    guard readings.isEmpty, let key = schema.most.first, let value = schema.fallback,
      let tokens = key.scale.tokens(under: value)
    else { return nil }
    return ConfigBudget(
      tokens: tokens, mostTokens: mostTokens(key, value) ?? tokens, key: key.name,
      value: key.prefix + String(value), unit: key.scale.unit, place: nil,
      origin: schema.fallbackOrigin)
  }

  /// The most tokens where the framework resizes before the processor rounds.
  ///
  /// - Parameter longestShape: The longest side over the shortest of the images that count.
  func mostTokens(_ key: BudgetKey, _ value: Int, longestShape: Int = 200) -> Int? {
    guard case .beforeProcessor = framework.resizing, let cell = key.scale.cell, value > 0 else {
      return nil
    }
    return ResizeThenRound(cell: cell, longestShape: longestShape)
      .mostTokens(pixels: min(value, ProcessorLimits.pixels))
  }

  /// Where bytes stand.
  func place(_ range: SourceRange) -> SourcePlace { DiagnosticSink(source).place(range) }
}
