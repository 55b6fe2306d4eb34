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

extension ConfigurationValue {
  /// Whether a key is there with the value null.
  func hasNull(_ key: String) -> Bool {
    guard case .mapping(let members) = self else { return false }
    return members[key] == .null
  }
}
