/// A value of a model's published configuration.
public indirect enum ConfigurationValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number with a fraction, or one that no `Int` holds.
  case number(Double)
  case text(String)
  case list([ConfigurationValue])
  case mapping([String: ConfigurationValue])

  /// The value of a key; `nil` where this is no mapping, the key is absent, or its value is null.
  public subscript(key: String) -> ConfigurationValue? {
    guard case .mapping(let members) = self, let value = members[key], value != .null else {
      return nil
    }
    return value
  }

  /// The value at a path of keys.
  public subscript(path: [String]) -> ConfigurationValue? {
    path.reduce(self as ConfigurationValue?) { value, key in value?[key] }
  }

  /// What kind of value it is, for messages.
  var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .text(let value): "the text '\(value.prefix(40))'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// Something in a configuration that cannot be used.
public struct ConfigurationProblem: Sendable, Equatable {
  /// What is wrong.
  public enum Kind: String, Sendable {
    /// A key without a default is absent.
    case missing
    /// A value is of another type, fractional, or out of range.
    case wrongValue = "wrong-value"
    /// Values contradict each other.
    case inconsistent
    /// A part of the model is one that has no closed form here.
    case unsupported
  }

  /// What is wrong.
  public let kind: Kind
  /// The keys that lead to the value, or to the mapping that lacks it.
  public let path: [String]
  /// What is wrong, in a sentence without a full stop.
  public let message: String
}

/// A value that a configuration leaves out.
public struct ConfigurationDefault: Sendable, Equatable {
  /// The keys that would lead to it.
  public let path: [String]
  /// The value taken.
  public let value: String
  /// Why: the default of which class, or by which rule.
  public let reason: String
}

/// Reads a configuration, and collects what is wrong with it and what it leaves out.
///
/// It belongs to the call that reads one configuration; it is not shared between threads.
public final class ConfigurationReader {
  /// The whole configuration.
  public let root: ConfigurationValue
  /// What is wrong with it.
  public private(set) var problems: [ConfigurationProblem] = []
  /// What it leaves out, in the order asked for.
  public private(set) var defaults: [ConfigurationDefault] = []

  /// A reader of a configuration.
  public init(_ root: ConfigurationValue) { self.root = root }

  func report(_ kind: ConfigurationProblem.Kind, _ path: [String], _ message: String) {
    let problem = ConfigurationProblem(kind: kind, path: path, message: message)
    if !problems.contains(problem) { problems.append(problem) }
  }

  func note(_ path: [String], _ value: String, _ reason: String) {
    guard !defaults.contains(where: { $0.path == path }) else { return }
    defaults.append(ConfigurationDefault(path: path, value: value, reason: reason))
  }

  /// The whole configuration as a section of a model type.
  func rootSection(modelType: String) -> ConfigurationSection {
    ConfigurationSection(reader: self, path: [], value: root, modelType: modelType)
  }

  /// A part of the configuration.
  ///
  /// - Parameters:
  ///   - keys: Where it may stand; the first that is present counts.
  ///   - modelType: The model type of a part that does not name its own.
  ///   - defaults: The defaults of a part that is absent altogether, where they are not its class's.
  ///   - isRequired: Whether a configuration without it is refused, since the family's own class
  ///     would fill in another part than the part's class does.
  func section(
    _ keys: [String], modelType: String, whenAbsent defaults: String? = nil,
    isRequired: Bool = false
  ) -> ConfigurationSection {
    for key in keys {
      guard let value = root[key] else { continue }
      guard case .mapping = value else {
        report(.wrongValue, [key], "'\(key)' must be a mapping, found \(value.summary)")
        break
      }
      var named = modelType
      if let type = value["model_type"] {
        if case .text(let text) = type {
          named = text
        } else {
          report(
            .wrongValue, [key, "model_type"],
            "'\(key).model_type' must be text, found \(type.summary)")
        }
      }
      return ConfigurationSection(reader: self, path: [key], value: value, modelType: named)
    }
    if isRequired { report(.missing, [], "the configuration lacks '\(keys[0])'") }
    return ConfigurationSection(
      reader: self, path: [keys[0]], value: .mapping([:]), modelType: defaults ?? modelType)
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

/// One part of a configuration: the whole, or that of the encoder or the language model.
struct ConfigurationSection {
  let reader: ConfigurationReader
  let path: [String]
  let value: ConfigurationValue
  /// The model type whose class defaults fill what is left out.
  let modelType: String

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
  func has(_ key: String) -> Bool { value[key] != nil }

  /// A size that is given; `nil` where it is absent, null or wrong.
  func given(_ key: String, in range: ClosedRange<Int> = 1...largestSize) -> Int? {
    guard let found = value[key] else { return nil }
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
    if let value = ClassDefaults.sizes[modelType]?[key] {
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
    guard let found = value[key] else {
      reader.note(path + [key], String(fallback), "default of the class")
      return fallback
    }
    guard case .bool(let flag) = found else {
      report(.wrongValue, key, "'\(name(key))' must be true or false, found \(found.summary)")
      return fallback
    }
    return flag
  }

  /// A list of whole numbers that is given; `nil` where it is absent or wrong.
  func integers(_ key: String) -> [Int]? {
    guard let found = value[key] else { return nil }
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
    guard let found = value[key] else { return nil }
    if case .list(let items) = found { return items.count }
    report(.wrongValue, key, "'\(name(key))' must be a list, found \(found.summary)")
    return nil
  }

  /// A list of words that is given; `nil` where it is absent or wrong.
  func words(_ key: String) -> [String]? {
    guard let found = value[key] else { return nil }
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
    guard let found = value[key] else { return nil }
    if case .text(let text) = found { return text }
    report(.wrongValue, key, "'\(name(key))' must be text, found \(found.summary)")
    return nil
  }

  /// A number that is given; `nil` where it is absent or wrong.
  func number(_ key: String) -> Double? {
    switch value[key] {
    case nil: return nil
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case .some(let found):
      report(.wrongValue, key, "'\(name(key))' must be a number, found \(found.summary)")
      return nil
    }
  }
}
