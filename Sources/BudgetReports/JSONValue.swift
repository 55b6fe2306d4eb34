import LongWork
import SourceText

/// A JSON text in the making.
///
/// Reports are built from the typed results as one literal, so the shape that a script sees can be
/// read off one screen. Absent values are written as `null`: a key never disappears.
package enum JSONValue {
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

  /// Elements in order, each written by `describe`; fewer where work should not go on.
  package static func list<Element>(
    _ values: [Element], _ describe: (Element) -> JSONValue
  ) -> JSONValue {
    .array(Watch.current.map(values, describe))
  }

  /// A value written by `describe`, or `null` where there is none.
  package static func optional<Wrapped>(
    _ value: Wrapped?, _ describe: (Wrapped) -> JSONValue
  ) -> JSONValue {
    value.map(describe) ?? .null
  }

  /// The text: sorted keys, two-space indentation, a final line break. Where work should not go on it ends
  /// anywhere, and the watch sees to it that nobody gets it.
  ///
  /// - Complexity: O(size).
  package var text: String {
    var writer = JSONWriter()
    writer.write(self, indent: 0)
    writer.bytes.append(0x0A)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Writes a value as Foundation's encoder does, pretty and sorted, and asks the watch as it goes.
private struct JSONWriter {
  var bytes: [UInt8] = []
  private var pace = Pace()

  mutating func write(_ value: JSONValue, indent: Int) {
    guard pace.goesOn(after: 1) else { return }
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += value.description.utf8
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        line(indent + 1)
        write(item, indent: indent + 1)
      }
      close("]", isEmpty: items.isEmpty, indent)
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, name) in members.keys.sorted().enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        line(indent + 1)
        write(name)
        bytes += " : ".utf8
        write(members[name] ?? .null, indent: indent + 1)
      }
      close("}", isEmpty: members.isEmpty, indent)
    }
  }

  private mutating func line(_ indent: Int) {
    bytes.append(0x0A)
    for _ in 0..<indent { bytes += "  ".utf8 }
  }

  private mutating func close(_ mark: Unicode.Scalar, isEmpty: Bool, _ indent: Int) {
    // An empty list has an empty line in it.
    if isEmpty { bytes.append(0x0A) }
    line(indent)
    bytes.append(UInt8(ascii: mark))
  }

  /// JSON has no infinity and no NaN, and a zero needs no sign.
  private mutating func write(_ value: Double) {
    guard value.isFinite else {
      bytes += "null".utf8
      return
    }
    let text = (value == 0 ? 0 : value).description
    bytes += text.hasSuffix(".0") ? text.dropLast(2).utf8 : text[...].utf8
  }

  /// What a terminal would act on is written as escapes: the same text.
  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
      case "\u{8}": bytes += "\\b".utf8
      case "\u{C}": bytes += "\\f".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case " "..."~": bytes.append(UInt8(ascii: scalar))
      case _ where scalar.isSafeToPrint: bytes += String(scalar).utf8
      default:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
