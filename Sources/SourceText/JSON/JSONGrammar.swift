/// Whether a text is JSON as the parsers of other programs take it.
///
/// Our reader takes YAML, of which JSON is nearly a part; a trailing comma, a comment or a key without
/// quotes is YAML too, and stops Python's `json`. Its `NaN`, `Infinity` and `-Infinity` are taken.
package struct JSONGrammar {
  /// The first thing that is not JSON.
  package struct Problem: Error, Equatable {
    /// What is wrong, in a sentence without a full stop.
    package let message: String
    /// Where in the text.
    package let offset: Int
  }

  /// The deepest nesting, as for YAML.
  private static let deepest = 64

  /// What may follow a backslash.
  private static let escapes = Array("\"\\/bfnrtu".utf8)

  private let bytes: [UInt8]
  private var index = 0

  /// The first problem of a text; `nil` for JSON.
  ///
  /// - Complexity: O(size).
  package static func problem(in bytes: [UInt8]) -> Problem? {
    var grammar = JSONGrammar(bytes)
    do throws(Problem) {
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { grammar.index = 3 }
      try grammar.value(depth: 0)
      grammar.skipBlanks()
      if grammar.index < bytes.count {
        throw grammar.problem("text follows the end of the JSON value")
      }
      return nil
    } catch {
      return error
    }
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ message: String) -> Problem { Problem(message: message, offset: index) }

  private mutating func skipBlanks() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private mutating func next() -> UInt8? {
    skipBlanks()
    return index < bytes.count ? bytes[index] : nil
  }

  private mutating func value(depth: Int) throws(Problem) {
    guard depth < Self.deepest else {
      throw problem("lists and objects are nested more than \(Self.deepest) levels deep")
    }
    switch next() {
    case 0x7B:
      try members(closedBy: 0x7D) { (grammar: inout JSONGrammar) throws(Problem) in
        guard grammar.next() == 0x22 else {
          throw grammar.problem("a key must be in double quotes")
        }
        try grammar.string()
        guard grammar.next() == 0x3A else {
          throw grammar.problem("a ':' is missing behind the key")
        }
        grammar.index += 1
        try grammar.value(depth: depth + 1)
      }
    case 0x5B:
      try members(closedBy: 0x5D) { (grammar: inout JSONGrammar) throws(Problem) in
        try grammar.value(depth: depth + 1)
      }
    case 0x22: try string()
    case nil: throw problem("a value is missing")
    default: try literal()
    }
  }

  /// What stands between brackets, with commas between and none at the end.
  private mutating func members(
    closedBy close: UInt8, _ member: (inout JSONGrammar) throws(Problem) -> Void
  ) throws(Problem) {
    index += 1
    if next() == close {
      index += 1
      return
    }
    while true {
      try member(&self)
      switch next() {
      case close:
        index += 1
        return
      case 0x2C:
        let comma = index
        index += 1
        if next() == close {
          index = comma
          throw problem("JSON has no comma behind the last entry")
        }
      default: throw problem("a ',' or the closing bracket is missing")
      }
    }
  }

  private mutating func string() throws(Problem) {
    let start = index
    index += 1
    while index < bytes.count {
      switch bytes[index] {
      case 0x22:
        index += 1
        return
      case 0x5C:
        guard index + 1 < bytes.count, Self.escapes.contains(bytes[index + 1]) else {
          throw problem("JSON has no such escape")
        }
        index += 2
      case 0..<0x20: throw problem("a control character must be escaped in JSON")
      default: index += 1
      }
    }
    index = start
    throw problem("the text that opens here is never closed")
  }

  /// A number, `true`, `false`, `null`, or what Python writes for numbers that are not finite.
  private mutating func literal() throws(Problem) {
    let start = index
    while index < bytes.count,
      ![0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5D, 0x7D, 0x3A].contains(bytes[index])
    {
      index += 1
    }
    let text = bytes[start..<index]
    if Self.words.contains(where: { text.elementsEqual($0) }) || Self.isNumber(text) { return }
    index = start
    throw problem("this is no value of JSON")
  }

  private static let words = ["true", "false", "null", "NaN", "Infinity", "-Infinity"].map {
    Array($0.utf8)
  }

  /// Whether a text is a number: `-?(0|[1-9][0-9]*)(.[0-9]+)?([eE][-+]?[0-9]+)?`.
  private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    /// Takes digits off the front, and says how many.
    func digits() -> Int {
      let count = rest.prefix { 0x30...0x39 ~= $0 }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == 0x2D { rest = rest.dropFirst() }
    let startsWithZero = rest.first == 0x30
    let whole = digits()
    guard whole == 1 || (whole > 1 && !startsWithZero) else { return false }
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == 0x65 || rest.first == 0x45 {
      rest = rest.dropFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}

extension Diagnostic.Code {
  /// A text that must be JSON is YAML at best.
  package static let jsonSyntax = Self("json.syntax")
}
