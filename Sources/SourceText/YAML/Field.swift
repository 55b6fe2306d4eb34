/// A value of a document on its way to becoming typed: the node, the path that leads to it, and
/// the sink for what is wrong with it.
///
/// Documents are decoded from it; what it can be asked is of this package alone. Every reading method returns `nil`
/// after it has reported why.
public struct Field {
  /// The value.
  package let node: YAMLNode
  /// Where problems go.
  package let sink: DiagnosticSink

  private let parent: String
  private let index: Int?

  /// A field from its parts.
  package init(node: YAMLNode, path: String, sink: DiagnosticSink) {
    self.init(node: node, parent: path, index: nil, sink: sink)
  }

  fileprivate init(node: YAMLNode, parent: String, index: Int?, sink: DiagnosticSink) {
    self.node = node
    self.parent = parent
    self.index = index
    self.sink = sink
  }

  /// The keys that lead to it, joined by dots: `language.layers`, `tokens.lattice.list[3]`. Empty
  /// for the document.
  package var path: String { index.map { "\(parent)[\($0)]" } ?? parent }

  /// Where the value stands: for an alias the alias itself, since what it names may be right there.
  package var range: SourceRange { node.aliasRange ?? node.range }

  /// The root of a YAML document.
  ///
  /// - Parameters:
  ///   - source: The document.
  ///   - limits: Bounds on its size, depth and expansion.
  ///   - sink: Where problems go.
  /// - Returns: `nil` when the document is no YAML; `sink` then has errors.
  package static func document(
    _ source: SourceFile, limits: YAMLLimits = YAMLLimits(), sink: DiagnosticSink
  ) -> Field? {
    YAMLComposer.compose(source, limits: limits, sink: sink).map {
      Field(node: $0, path: "", sink: sink)
    }
  }

  /// The path in quotes, or "the document".
  package var name: String { path.isEmpty ? "the document" : "'\(path)'" }

  /// Reports a problem with this value that forbids using the document.
  package func report(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String,
    suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    sink.report(code, message(), at: range, suggestion: suggestion())
  }

  /// Reports something a reader should know about this value.
  package func warn(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String,
    suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    sink.warn(code, message(), at: range, suggestion: suggestion())
  }

  private func reportType(
    _ wanted: String, suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    report(
      .wrongType, "\(name) must be \(wanted), found \(node.summary)", suggestion: suggestion())
  }

  // MARK: Scalars

  private func scalar(_ wanted: String) -> YAMLScalar? {
    guard case .scalar(let scalar) = node.content else {
      reportType(wanted)
      return nil
    }
    return scalar
  }

  /// A text that is not empty.
  package func text() -> String? {
    guard let scalar = scalar("text") else { return nil }
    guard scalar.kind == .string else {
      reportType("text", suggestion: scalar.kind == .null ? nil : "put it in quotes")
      return nil
    }
    guard !scalar.text.isEmpty else {
      reportType("text")
      return nil
    }
    return scalar.text
  }

  /// A plain text as written, whatever the core schema would make of it: for dates and labels.
  package func label() -> String? {
    guard let scalar = scalar("text"), scalar.kind != .null, !scalar.text.isEmpty else {
      if case .scalar = node.content { reportType("text") }
      return nil
    }
    return scalar.text
  }

  /// `true` or `false`.
  package func bool() -> Bool? {
    guard let scalar = scalar("true or false") else { return nil }
    if case .bool(let value) = scalar.kind { return value }
    let near = ["yes": "true", "on": "true", "no": "false", "off": "false"][
      scalar.text.lowercased()]
    reportType("true or false", suggestion: near.map { "write \($0)" })
    return nil
  }

  /// One of a fixed set of words.
  ///
  /// - Parameters:
  ///   - words: The accepted spellings.
  ///   - code: The code to report under when it is none of them.
  package func word(among words: [String], code: Diagnostic.Code = .unknownWord) -> String? {
    guard let value = text() else { return nil }
    guard words.contains(value) else {
      report(
        code, "\(name) must be \(oneOf(words)), found \(quoted(value))",
        suggestion: nearestName(to: value, among: words).map { "did you mean '\($0)'?" })
      return nil
    }
    return value
  }

  /// A finite number.
  package func number(_ domain: NumberDomain = .finite) -> Double? {
    guard let decimal = decimal() else { return nil }
    let value = decimal.double
    guard value.isFinite else {
      report(.notFinite, "\(name) is too large: \(node.summary)")
      return nil
    }
    guard domain.contains(value) else {
      report(
        .outOfRange, "\(name) must be \(domain.words(refusing: value)), found \(node.summary)")
      return nil
    }
    return value
  }

  /// A whole number; `1e6` and `6.0` are whole.
  package func integer(in range: ClosedRange<Int>) -> Int? {
    guard let value = integer(in: Int128(range.lowerBound)...Int128(range.upperBound)) else {
      return nil
    }
    return Int(value)
  }

  /// A whole number of any size that fits.
  package func integer(in range: ClosedRange<Int128>) -> Int128? {
    guard let decimal = decimal() else { return nil }
    guard let value = decimal.integer else {
      if decimal.scaledInteger(multiplier: 1, powerOfTen: 0, rounding: .down) == nil {
        report(.outOfRange, "\(name) is too large: \(node.summary)")
      } else {
        report(.notWhole, "\(name) must be a whole number, found \(node.summary)")
      }
      return nil
    }
    guard range.contains(value) else {
      let words =
        value < range.lowerBound ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
      report(.outOfRange, "\(name) must be \(words), found \(node.summary)")
      return nil
    }
    return value
  }

  private func decimal() -> ExactDecimal? {
    guard let scalar = scalar("a number") else { return nil }
    switch scalar.kind {
    case .number: return scalar.decimal
    case .nonFinite:
      report(.notFinite, "\(name) must be a finite number, found \(scalar.text)")
      return nil
    case .string:
      if NumberSpelling.isNonFinite(scalar.text) {
        report(.notFinite, "\(name) must be a finite number, found \(scalar.text)")
        return nil
      }
      reportType(
        "a number", suggestion: NumberSpelling.plain(scalar.text).map { "write \($0)" })
      return nil
    case .null, .bool:
      reportType("a number")
      return nil
    }
  }

  /// A number with a unit, such as `5 TFLOP`.
  ///
  /// - Parameters:
  ///   - table: The units accepted.
  ///   - others: Units of other dimensions, to name what was written instead.
  /// - Returns: The number and the unit it came with, unconverted.
  package func quantity(_ table: UnitTable, insteadOf others: [UnitTable] = []) -> Quantity? {
    guard let scalar = scalar("a number with a unit") else { return nil }
    let example: Suggestion = "for example '\(table.example)'"
    switch scalar.kind {
    case .number:
      report(
        .unitMissing, "\(name) needs a unit behind \(node.summary)",
        suggestion: "\(example); units: \(table.symbols.joined(separator: ", "))")
      return nil
    case .nonFinite:
      report(.notFinite, "\(name) must be a finite number, found \(scalar.text)")
      return nil
    case .null, .bool:
      reportType("a number with a unit", suggestion: example)
      return nil
    case .string: break
    }
    let (number, symbol) = Quantity.split(scalar.text)
    guard let decimal = ExactDecimal(number), !symbol.isEmpty else {
      let word = scalar.text.lowercased().drop { $0 == "+" || $0 == "-" || $0 == "." }
      if word.hasPrefix("nan") || word.hasPrefix("inf") {
        report(.notFinite, "\(name) must be a finite number, found \(quoted(scalar.text))")
      } else {
        reportType("a number with a unit", suggestion: example)
      }
      return nil
    }
    if let unit = table.unit(symbol) { return Quantity(decimal: decimal, unit: unit) }
    if let other = others.first(where: { $0.unit(symbol) != nil }) {
      report(
        .unitWrong,
        "\(name) is \(table.dimension), but '\(symbol)' is a unit of \(other.dimension)",
        suggestion: example)
    } else {
      let nearest = nearestName(to: symbol, among: table.symbols)
      report(
        .unitWrong, "\(name) has the unknown unit \(quoted(symbol))",
        suggestion: nearest.map { "did you mean '\($0)'?" }
          ?? "units: \(table.symbols.joined(separator: ", "))")
    }
    return nil
  }

  // MARK: Collections

  /// The values of a list, in order.
  ///
  /// - Parameter atLeast: The fewest accepted.
  package func items(atLeast: Int = 0) -> FieldList? {
    sink.recorder?.noteList(path)
    guard case .sequence(let nodes) = node.content else {
      reportType("a list")
      return nil
    }
    guard nodes.count >= atLeast else {
      report(
        .tooFewItems,
        "\(name) must have at least \(atLeast) \(atLeast == 1 ? "item" : "items"), found \(nodes.count)"
      )
      return nil
    }
    return FieldList(nodes: nodes, parent: path, sink: sink)
  }

  /// A reader of the mapping's keys; `nil` after reporting that this is no mapping.
  package func mapping() -> MappingReader? {
    guard case .mapping(let entries) = node.content else {
      reportType("a mapping")
      return nil
    }
    return MappingReader(field: self, entries: entries)
  }
}

/// The values of a list, made one at a time: a list may have a million.
package struct FieldList: RandomAccessCollection {
  fileprivate let nodes: [YAMLNode]
  fileprivate let parent: String
  fileprivate let sink: DiagnosticSink

  package var startIndex: Int { 0 }
  package var endIndex: Int { nodes.count }

  package subscript(index: Int) -> Field {
    Field(node: nodes[index], parent: parent, index: index, sink: sink)
  }
}

/// A list of words as prose: "'a'", "'a' or 'b'", "one of 'a', 'b', 'c'".
func oneOf(_ words: [String]) -> String {
  let quotedWords = words.map { "'\($0)'" }
  switch words.count {
  case 1: return quotedWords[0]
  case 2: return quotedWords.joined(separator: " or ")
  default: return "one of " + quotedWords.joined(separator: ", ")
  }
}

/// The numbers that a field accepts.
package enum NumberDomain: Sendable {
  /// Any finite number.
  case finite
  /// Greater than 0.
  case positive
  /// At least 0.
  case nonNegative
  /// Within bounds, ends included.
  case within(ClosedRange<Double>)
  /// Greater than 0, and within bounds that are far beyond any that is meant.
  case positiveWithin(ClosedRange<Double>)
  /// 0, or of either sign with a size within bounds.
  case ofSize(ClosedRange<Double>)

  /// Whether a finite number is accepted.
  package func contains(_ value: Double) -> Bool {
    switch self {
    case .finite: true
    case .positive: value > 0
    case .nonNegative: value >= 0
    case .within(let range), .positiveWithin(let range): range.contains(value)
    case .ofSize(let range): value == 0 || range.contains(value.magnitude)
    }
  }

  /// The domain behind "must be", for a number that is not in it: the bounds matter to who is beyond them only.
  func words(refusing value: Double) -> String {
    if case .positiveWithin = self, !(value > 0) { return NumberDomain.positive.words }
    return words
  }

  /// The domain behind "must be".
  package var words: String {
    switch self {
    case .finite: "a finite number"
    case .positive: "greater than 0"
    case .nonNegative: "at least 0"
    case .within(let range), .positiveWithin(let range):
      "from \(range.lowerBound) to \(range.upperBound)"
    case .ofSize(let range):
      "0 or from \(range.lowerBound) to \(range.upperBound) in size"
    }
  }
}

extension Diagnostic.Code {
  /// A value is of another type than its key takes.
  package static let wrongType = Self("document.wrong-type")
  /// A word is none of those accepted.
  package static let unknownWord = Self("document.unknown-word")
  /// A list is too short.
  package static let tooFewItems = Self("document.too-few-items")
  /// A number is infinite, not a number, or too large for a double.
  package static let notFinite = Self("number.not-finite")
  /// A number lies outside its domain.
  package static let outOfRange = Self("number.out-of-range")
  /// A count has a fraction.
  package static let notWhole = Self("number.not-whole")
  /// A number stands alone where a unit is needed.
  package static let unitMissing = Self("unit.missing")
  /// A unit is unknown or of another dimension.
  package static let unitWrong = Self("unit.wrong")
}

extension Field {
  /// Where the value stands.
  package var place: SourcePlace { sink.place(range) }
}
