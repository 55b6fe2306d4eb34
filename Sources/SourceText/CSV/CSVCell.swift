/// One cell of a row, with its place.
///
/// The place is bytes; lines and columns are counted when a problem is reported.
///
/// Every reading method returns `nil` after it has reported why.
package struct CSVCell {
  /// The column's name, for messages.
  package let column: String
  /// Where problems go.
  package let sink: DiagnosticSink

  private let span: CSVSpan

  init(column: String, span: CSVSpan, sink: DiagnosticSink) {
    self.column = column
    self.span = span
    self.sink = sink
  }

  /// The cell's bytes without blanks around it, quotes included.
  package var range: SourceRange { span.range }

  /// Where the cell stands.
  package var place: SourcePlace { sink.place(range) }

  /// Where the cell stands, without counting lines.
  package var location: SourceLocation { sink.location(range) }

  /// Whether nothing stands in the cell; `""` is nothing too.
  package var isEmpty: Bool { content.isEmpty }

  /// The cell's text: without its quotes, or without the blanks around it.
  package var content: String { text(of: contentRange) }

  /// Reports a problem with this cell that forbids using the file.
  package func report(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String,
    suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    sink.report(code, message(), at: range, suggestion: suggestion())
  }

  /// A text that is not empty.
  package func text() -> String? {
    let text = content
    guard !text.isEmpty else {
      report(.wrongType, "\(quoted(column)) must be text, found nothing")
      return nil
    }
    return text
  }

  /// A finite number, in the spellings that documents have; in quotes too.
  package func number(_ domain: NumberDomain = .finite) -> Double? {
    guard let value = plainDecimal() ?? ExactDecimal(content)?.double else {
      reportNoNumber()
      return nil
    }
    guard value.isFinite else {
      report(.notFinite, "\(quoted(column)) is too large: \(summary)")
      return nil
    }
    guard domain.contains(value) else {
      report(
        .outOfRange,
        "\(quoted(column)) must be \(domain.words(refusing: value)), found \(summary)")
      return nil
    }
    return value
  }

  /// A whole number.
  package func integer(in range: ClosedRange<Int>) -> Int? {
    guard let value = number() else { return nil }
    guard value == value.rounded() else {
      report(.notWhole, "\(quoted(column)) must be a whole number, found \(summary)")
      return nil
    }
    guard value >= Double(range.lowerBound), value <= Double(range.upperBound) else {
      report(
        .outOfRange,
        "\(quoted(column)) must be "
          + (value < Double(range.lowerBound)
            ? "at least \(range.lowerBound)" : "at most \(range.upperBound)") + ", found \(summary)"
      )
      return nil
    }
    return Int(value)
  }

  /// The number that stands in the cell; `nil`, and no report, where none does.
  package var plainNumber: Double? {
    plainDecimal() ?? ExactDecimal(content)?.double
  }

  /// The cell in words, for messages: "nothing", "text 'abc'", "5".
  package var summary: String {
    if isEmpty { return "nothing" }
    let text = shown
    if plainNumber == nil { return "text \(quoted(text))" }
    return text.count <= 60 ? text : quoted(text)
  }

  private func reportNoNumber() {
    let text = shown
    if NumberSpelling.isNonFinite(text) {
      report(.notFinite, "\(quoted(column)) must be a finite number, found \(text)")
      return
    }
    let suggestion: Suggestion? =
      text.hasSuffix("%")
      ? "leave out the '%'" : NumberSpelling.plain(text).map { Suggestion("write \($0)") }
    report(
      .wrongType, "\(quoted(column)) must be a number, found \(summary)", suggestion: suggestion)
  }

  // MARK: Bytes

  private var contentRange: SourceRange {
    guard span.isQuoted else { return span.range }
    let lower = span.range.lowerBound + 1
    return lower..<max(lower, span.range.upperBound - 1)
  }

  private func text(of range: SourceRange) -> String {
    let text = String(decoding: sink.source.bytes[range], as: UTF8.self)
    guard span.hasDoubledQuotes else { return text }
    var result = String.UnicodeScalarView()
    var isSecond = false
    for scalar in text.unicodeScalars {
      isSecond = scalar == "\"" && !isSecond
      if !isSecond { result.append(scalar) }
    }
    return String(result)
  }

  /// The start of the cell's text: a message has no use for megabytes.
  private var shown: String {
    let range = contentRange
    var upper = min(range.upperBound, range.lowerBound + 1000)
    let bytes = sink.source.bytes
    while upper < range.upperBound, bytes[upper] & 0xC0 == 0x80 { upper += 1 }
    return text(of: range.lowerBound..<upper)
  }

  /// The value of digits with at most one point, when a single rounding gives it: most cells of
  /// most files, without a string or an array.
  private func plainDecimal() -> Double? {
    let range = contentRange
    guard range.count <= 17 else { return nil }
    return sink.source.bytes.withUnsafeBufferPointer { bytes in
      var index = range.lowerBound
      let end = range.upperBound
      var isNegative = false
      if index < end, bytes[index] == 0x2B || bytes[index] == 0x2D {
        isNegative = bytes[index] == 0x2D
        index += 1
      }
      var digits: Int64 = 0
      var seen = 0
      var decimals: Int?
      while index < end {
        let byte = bytes[index]
        switch byte {
        case 0x30...0x39:
          digits = digits * 10 + Int64(byte - 0x30)
          seen += 1
          decimals = decimals.map { $0 + 1 }
        case 0x2E where decimals == nil: decimals = 0
        default: return nil
        }
        index += 1
      }
      // Both are exact below 2^53 and 10^22, so that their quotient is rounded once.
      guard seen > 0, seen <= 15 else { return nil }
      var power = 1.0
      for _ in 0..<(decimals ?? 0) { power *= 10 }
      let value = Double(digits) / power
      return isNegative ? -value : value
    }
  }
}
