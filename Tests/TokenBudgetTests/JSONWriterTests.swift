import Foundation
import SeededRandom
import Testing

@testable import BudgetReports

/// The one writer writes what Foundation's encoder does, but for escapes of what a terminal would act on.
@Suite struct JSONWriterTests {
  /// A value as Foundation takes it.
  private struct Encoded: Encodable {
    let value: JSONValue

    func encode(to encoder: any Encoder) throws {
      switch value {
      case .object(let members):
        var container = encoder.container(keyedBy: Name.self)
        for (name, value) in members {
          try container.encode(Encoded(value: value), forKey: Name(stringValue: name))
        }
      case .array(let items):
        var container = encoder.unkeyedContainer()
        for item in items { try container.encode(Encoded(value: item)) }
      default:
        var container = encoder.singleValueContainer()
        switch value {
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value) where value.isFinite: try container.encode(value == 0 ? 0 : value)
        case .string(let value): try container.encode(value)
        default: try container.encodeNil()
        }
      }
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private func expected(_ value: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Encoded(value: value)), as: UTF8.self) + "\n"
  }

  /// A value of any shape, of text that is safe to print, or acted on by JSON alone.
  private func value(_ depth: Int, _ random: inout SeededRandom) -> JSONValue {
    let letters = Array("abzAZ_.-/ \"\\\n\r\tüß日語🙂é09")
    func text() -> String {
      String(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          letters[Int.random(in: 0..<letters.count, using: &random)]
        })
    }
    switch Int.random(in: 0...(depth > 0 ? 8 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int128(Int.random(in: .min ... .max, using: &random)) * 1_000_003)
    case 3:
      let number = Double(bitPattern: UInt64.random(in: 0...(.max), using: &random))
      return .number(number)
    case 4: return .number(Double(Int.random(in: -4000...4000, using: &random)) / 8)
    case 5: return .string(text())
    case 6:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth - 1, &random) })
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        members[text()] = value(depth - 1, &random)
      }
      return .object(members)
    }
  }

  @Test(arguments: 1...200)
  func writesWhatTheEncoderWrites(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let value = value(4, &random)
    #expect(try value.text == expected(value))
  }

  @Test func numbersAndControlsAreTheEncoders() throws {
    let numbers = [
      0, -0.0, 1, -1, 0.1, 1e15, 1e16, 123_456_789_012_345_680, 1e22, 5e-324, 1.7e308, 1e-5, 0.0001,
    ]
    let controls = (0...0x1F).map { JSONValue.string("a\(Unicode.Scalar(UInt8($0)))b") }
    let value = JSONValue.array(numbers.map { .number($0) } + controls)
    #expect(try value.text == expected(value))
  }
}
