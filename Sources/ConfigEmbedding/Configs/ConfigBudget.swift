import ComputeCosts
import SourceText

/// The vision-token budget that a config sets.
public struct ConfigBudget: Sendable, Equatable {
  /// The most tokens of an image, by the processor's rule.
  public let tokens: Int
  /// The most tokens of any image: more than ``tokens`` where the framework resizes before the processor
  /// rounds, and for strips that would be less than one cell high.
  public let mostTokens: Int
  /// The same for images whose longer side is at most twice the shorter.
  public let mostTokensOfUsualShapes: Int
  /// The key that decides, its parts joined by dots.
  public let key: String
  /// What the key holds.
  public let value: String
  /// What the value counts.
  public let unit: BudgetUnit
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
    if let fixed = schema.fixed {
      return ConfigBudget(
        tokens: fixed.tokens, mostTokens: fixed.tokens, mostTokensOfUsualShapes: fixed.tokens,
        key: "", value: "", unit: .tokens, place: nil, origin: fixed.reason)
    }
    if let canvases = schema.canvases {
      guard let found = try? text.value(at: canvases.path), let list = found.text,
        let read = canvases.canvases(list)
      else { return nil }
      let tokens = canvases.tokens(read)
      return ConfigBudget(
        tokens: tokens, mostTokens: tokens, mostTokensOfUsualShapes: tokens, key: canvases.name,
        value: list, unit: .canvases,
        place: place(found.range), origin: nil)
    }
    guard let readings = try? readings(schema.most) else { return nil }
    if let reading = deciding(readings), let tokens = reading.tokens, let number = reading.number {
      return budget(reading.key, number, tokens, place: place(reading.found.range), origin: nil)
    }
    // Without a flag that switches it on, the key does not count.
    if let key = schema.most.first, key.switchPath != nil,
      readings.allSatisfy({ $0.isOff }), let single = family?.defaultCount("tokens_per_image")
    {
      return ConfigBudget(
        tokens: single, mostTokens: single, mostTokensOfUsualShapes: single,
        key: key.switchPath?.joined(separator: ".") ?? key.name,
        value: "false", unit: key.scale.unit, place: nil, origin: "pan and scan is off")
    }
    guard readings.isEmpty, let key = schema.most.first, let value = schema.fallback,
      let tokens = key.scale.tokens(under: value)
    else { return nil }
    return budget(key, value, tokens, place: nil, origin: schema.fallbackOrigin)
  }

  private func budget(
    _ key: BudgetKey, _ value: Int, _ tokens: Int, place: SourcePlace?, origin: String?
  ) -> ConfigBudget {
    let most = mostTokens(key, value) ?? tokens
    return ConfigBudget(
      tokens: isSafe(key, value) ? most : tokens, mostTokens: most,
      mostTokensOfUsualShapes: mostTokens(key, value, longestShape: 2) ?? tokens, key: key.name,
      value: key.prefix + String(value), unit: key.scale.unit, place: place, origin: origin)
  }

  /// Whether a number of pixels is the largest under which no image exceeds the tokens that it gives:
  /// whoever wrote it reckoned with the rounding.
  func isSafe(_ key: BudgetKey, _ value: Int) -> Bool {
    guard case .beforeProcessor = framework.resizing, let cell = key.scale.cell,
      let most = mostTokens(key, value), most > 0
    else { return false }
    return ResizeThenRound(cell: cell).safePixels(tokens: most) == value
  }

  /// The most tokens of images of any shape: by rounding, where the framework resizes first; else in
  /// strips, which are made one cell high though they would be less.
  ///
  /// - Parameter longestShape: The longest side over the shortest of the images that count.
  func mostTokens(_ key: BudgetKey, _ value: Int, longestShape: Int = 200) -> Int? {
    guard let cell = key.scale.cell, key.scale.unit == .pixels, value > 0 else { return nil }
    switch framework.resizing {
    case .beforeProcessor:
      return ResizeThenRound(cell: cell, longestShape: longestShape)
        .mostTokens(pixels: min(value, ProcessorLimits.pixels))
    case .processor:
      guard let tokens = key.scale.tokens(under: value), tokens < longestShape else { return nil }
      return max(tokens, wholeRoot(longestShape * tokens))
    }
  }

  /// Where bytes stand.
  func place(_ range: SourceRange) -> SourcePlace { source.place(range) }
}
