import Testing

@testable import SourceText

/// What a file holds cannot steer a terminal or a log, and no place in it is outside of its lines.
@Suite struct UnsafeTextTests {
  /// Escapes, a bell, a line break and a bidirectional override.
  private static let unsafe = "a\u{1B}[2J\u{1B}]0;x\u{7}b\nc\u{202E}d\u{2028}e\u{85}f\u{9B}g"
  private static let shown = #"a\u{1B}[2J\u{1B}]0;x\u{7}b\nc\u{202E}d\u{2028}e\u{85}f\u{9B}g"#

  @Test func diagnosticsEscapeTheirTexts() {
    let diagnostic = Diagnostic(
      code: .wrongType, severity: .error, message: "found " + Self.unsafe,
      suggestion: "write \(Self.unsafe)", file: "a\u{1B}.json")
    #expect(diagnostic.message == "found " + Self.shown)
    #expect(diagnostic.suggestion == "write \(Self.shown)")
    let rendered = diagnostic.rendered()
    #expect(
      rendered
        == "'a\\u{1B}.json': error: found \(Self.shown) [document.wrong-type]\n  = write \(Self.shown)"
    )
    // Quoted text is not escaped twice.
    let quotedText = quoted(Self.unsafe)
    #expect(quotedText == "'\(Self.shown)'" && escaped(quotedText) == quotedText)
    #expect(escaped("größe 日本語 👩‍🚀") == "größe 日本語 👩‍🚀")
  }

  @Test func linesKeepTheirBreaks() {
    #expect(escaped(lines: "a\tb\r\n\u{1B}c\n\rd\r\r\ne\r") == "a\tb\r\n\\u{1B}c\n\\rd\\r\r\ne\\r")
    #expect(escaped(lines: "+größe\n-\u{202E}x\n") == "+größe\n-\\u{202E}x\n")
  }

  /// A byte-order mark belongs to no line; what lies in it is shown at the first.
  @Test(arguments: [0..<0, 0..<3, 1..<2, 0..<4, 3..<3, 3..<4])
  func placesInAByteOrderMark(range: SourceRange) {
    let place = DiagnosticSink(SourceFile(name: "t.yaml", text: "\u{FEFF}kind: x\n")).place(range)
    #expect(place.span.line == 1 && place.span.column == 1 && place.span.endLine == 1)
    #expect(place.excerpt.text == "kind: x" && place.excerpt.leadingScalars == 0)
    let empty = DiagnosticSink(SourceFile(name: "t.yaml", text: "\u{FEFF}")).place(range)
    #expect(empty.span.line == 1 && empty.excerpt.text.isEmpty)
  }

  @Test func domainsOfASize() {
    let domain = NumberDomain.ofSize(1e-3...1e3)
    for value in [0, -0.0, 1e-3, -1e-3, 1e3, -1e3] { #expect(domain.contains(value)) }
    for value in [1e-4, -1e-4, 1e4, -1e4, .nan, .infinity] { #expect(!domain.contains(value)) }
    let positive = NumberDomain.positiveWithin(1e-3...1e3)
    #expect(positive.contains(1e3) && !positive.contains(1e4) && !positive.contains(0))
    #expect(positive.words(refusing: 1e4) == "from 0.001 to 1000.0")
    #expect(positive.words(refusing: 0) == "greater than 0")
    #expect(domain.words == "0 or from 0.001 to 1000.0 in size")
  }
}
