import BudgetDocuments
import TokenBudget

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A JSON text in the making.
///
/// Reports are built from the typed results as one literal, so the shape that a script sees can be
/// read off one screen. Absent values are written as `null`: a key never disappears.
package enum JSONValue: Encodable {
  case null
  case bool(Bool)
  case integer(Int128)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package static func integer(_ value: Int) -> JSONValue { .integer(Int128(value)) }

  /// Texts in order.
  package static func strings(_ values: [String]) -> JSONValue {
    .array(values.map { .string($0) })
  }

  /// Elements in order, each written by `describe`.
  package static func list<Element>(
    _ values: [Element], _ describe: (Element) -> JSONValue
  ) -> JSONValue {
    .array(values.map(describe))
  }

  /// A value written by `describe`, or `null` where there is none.
  package static func optional<Wrapped>(
    _ value: Wrapped?, _ describe: (Wrapped) -> JSONValue
  ) -> JSONValue {
    value.map(describe) ?? .null
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: MemberName.self)
      for (name, value) in members { try container.encode(value, forKey: MemberName(name)) }
    case .array(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .bool(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .integer(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .number(let value):
      var container = encoder.singleValueContainer()
      // JSON has no infinity and no NaN, and a zero needs no sign.
      if value.isFinite {
        try container.encode(value == 0 ? 0 : value)
      } else {
        try container.encodeNil()
      }
    case .string(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The text: sorted keys, two-space indentation, a final line break.
  package var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return Self.escaped(String(decoding: try encoder.encode(self), as: UTF8.self)) + "\n"
    } catch {
      // Only numbers that are not finite can fail, and they are written as null.
      preconditionFailure("a report could not be encoded: \(error)")
    }
  }

  /// JSON with what a terminal would act on as escapes: the same value. Outside of strings JSON has none of it.
  private static func escaped(_ json: String) -> String {
    guard !json.utf8.allSatisfy({ $0 < 0x7F }) else { return json }
    var result = ""
    for scalar in json.unicodeScalars {
      if scalar == "\n" || scalar.isSafeToPrint {
        result.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result
  }
}
