/// One part of a configuration: the whole, or that of the encoder or the language model.
struct ConfigurationSection {
  let reader: ConfigurationReader
  let path: [String]
  let value: ConfigurationValue
  /// The model type whose class defaults fill what is left out.
  let modelType: String
  /// Those defaults, by key.
  var defaults: [String: Int]

  /// - Parameter modelType: The class whose defaults count, where it is one of those of encoders.
  init(reader: ConfigurationReader, path: [String], value: ConfigurationValue, modelType: String) {
    self.reader = reader
    self.path = path
    self.value = value
    self.modelType = modelType
    defaults = ClassDefaults.sizes[modelType] ?? [:]
  }

  /// The value of a key, which counts as read from then on; `nil` where it is absent or null.
  subscript(key: String) -> ConfigurationValue? {
    reader.ask(path + [key])
    return value[key]
  }

  private func name(_ key: String) -> String { (path + [key]).joined(separator: ".") }

  func report(_ kind: ConfigurationProblem.Kind, _ key: String?, _ message: String) {
    reader.report(kind, key.map { path + [$0] } ?? path, message)
  }

  /// Whether the model type is one of those known, where the part names one.
  func isModelType(among known: [String]) -> Bool {
    guard let type = text("model_type"), !known.contains(type) else { return true }
    report(
      .unsupported, "model_type",
      "no closed form for the part '\(type.prefix(60))' in this family; supported: "
        + known.joined(separator: ", "))
    return false
  }

  /// Whether a key is given, and not null.
  func has(_ key: String) -> Bool { self[key] != nil }

  /// A size that is given; `nil` where it is absent, null or wrong.
  func given(_ key: String, in range: ClosedRange<Int> = 1...largestSize) -> Int? {
    guard let found = self[key] else { return nil }
    let size: Int?
    switch found {
    case .integer(let value): size = value
    case .number(let value):
      guard value == value.rounded(), value.magnitude < 1e15 else {
        report(.wrongValue, key, "'\(name(key))' must be a whole number, found \(found.summary)")
        return nil
      }
      size = Int(value)
    // A side given for height and width apart, as [448, 448].
    case .list(let items) where items.count == 2 && items[0] == items[1]:
      if case .integer(let value) = items[0] { size = value } else { size = nil }
    default: size = nil
    }
    guard let size else {
      report(.wrongValue, key, "'\(name(key))' must be a whole number, found \(found.summary)")
      return nil
    }
    guard range.contains(size) else {
      report(
        .wrongValue, key,
        "'\(name(key))' must be from \(range.lowerBound) to \(range.upperBound), found \(size)")
      return nil
    }
    return size
  }

  /// A size, by the class's default where it is left out.
  ///
  /// - Parameter fallback: A rule that gives it instead, and the rule in words.
  /// - Returns: `nil` after reporting that it is wrong, or missing without a default.
  func size(
    _ key: String, in range: ClosedRange<Int> = 1...largestSize, or fallback: (Int, String)? = nil
  ) -> Int? {
    if has(key) { return given(key, in: range) }
    if let (value, rule) = fallback {
      reader.note(path + [key], String(value), rule)
      return value
    }
    if let value = defaults[key] {
      // Older files say "none" so, and the class of today refuses them: a default would be a guess.
      guard !self.value.hasNull(key) else {
        report(
          .wrongValue, key,
          "'\(name(key))' is null, which is no number; left out it is \(value), the default of the class \(modelType)"
        )
        return nil
      }
      reader.note(path + [key], String(value), "default of the class \(modelType)")
      return value
    }
    report(
      .missing, nil,
      (path.isEmpty ? "the configuration" : "'\(path.joined(separator: "."))'")
        + " lacks '\(key)', and the class '\(modelType)' has no default for it")
    return nil
  }

  /// A flag, `fallback` where it is left out.
  func flag(_ key: String, or fallback: Bool) -> Bool {
    guard let found = self[key] else {
      reader.note(path + [key], String(fallback), "default of the class")
      return fallback
    }
    guard case .bool(let flag) = found else {
      report(.wrongValue, key, "'\(name(key))' must be true or false, found \(found.summary)")
      return fallback
    }
    return flag
  }

  /// A flag that is given; `nil` where it is absent or wrong.
  func flagIfGiven(_ key: String) -> Bool? { has(key) ? flag(key, or: false) : nil }

  /// A list of whole numbers that is given; `nil` where it is absent or wrong.
  func integers(_ key: String) -> [Int]? {
    guard let found = self[key] else { return nil }
    guard case .list(let items) = found else {
      report(.wrongValue, key, "'\(name(key))' must be a list, found \(found.summary)")
      return nil
    }
    var result: [Int] = []
    for item in items {
      guard case .integer(let value) = item else {
        report(
          .wrongValue, key, "'\(name(key))' must hold whole numbers, found \(item.summary)")
        return nil
      }
      result.append(value)
    }
    return result
  }

  /// How many items a list has that is given; `nil` where it is absent or wrong.
  func count(ofList key: String) -> Int? {
    guard let found = self[key] else { return nil }
    if case .list(let items) = found { return items.count }
    report(.wrongValue, key, "'\(name(key))' must be a list, found \(found.summary)")
    return nil
  }

  /// A list of words that is given; `nil` where it is absent or wrong.
  func words(_ key: String) -> [String]? {
    guard let found = self[key] else { return nil }
    if case .list(let items) = found {
      let words = items.compactMap { item -> String? in
        if case .text(let word) = item { return word }
        return nil
      }
      if words.count == items.count { return words }
    }
    report(.wrongValue, key, "'\(name(key))' must be a list of words, found \(found.summary)")
    return nil
  }

  /// A text that is given; `nil` where it is absent or wrong.
  func text(_ key: String) -> String? {
    guard let found = self[key] else { return nil }
    if case .text(let text) = found { return text }
    report(.wrongValue, key, "'\(name(key))' must be text, found \(found.summary)")
    return nil
  }

  /// A number that is given; `nil` where it is absent or wrong.
  func number(_ key: String) -> Double? {
    switch self[key] {
    case nil: return nil
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case .some(let found):
      report(.wrongValue, key, "'\(name(key))' must be a number, found \(found.summary)")
      return nil
    }
  }
}

extension ConfigurationSection {
  /// A count of parameters that no product has, from sizes that are each in range but whose sum may
  /// not be; `nil` after reporting that.
  func parameters(_ terms: Int128...) -> Int? {
    let most: Int128 = 1_000_000_000_000
    var sum: Int128 = 0
    for term in terms { sum += term }
    guard sum <= most else {
      report(
        .inconsistent, nil,
        "norms, biases and embeddings of \(sum) parameters: no model is so large")
      return nil
    }
    return Int(sum)
  }
}

extension Int128 {
  /// The product as a count that cannot overflow, for sizes of an architecture.
  static func many(_ factors: Int...) -> Int128 { factors.reduce(1) { $0 * Int128($1) } }
}
