import Testing

@testable import SourceText

private func rendered(_ text: String, marking piece: String) throws -> [String] {
  let source = SourceFile(name: "t.yaml", text: text)
  let bytes = Array(piece.utf8)
  let start = try #require(
    (0...(source.bytes.count - bytes.count)).first {
      Array(source.bytes[$0..<($0 + bytes.count)]) == bytes
    })
  let sink = DiagnosticSink(source)
  sink.report(
    .wrongType, "is wrong", at: start..<(start + bytes.count), suggestion: "mend it")
  let diagnostic = try #require(sink.diagnostics.first)
  return diagnostic.rendered().split(separator: "\n", omittingEmptySubsequences: false)
    .map(String.init)
}

@Suite struct DiagnosticRenderingTests {
  @Test func looksLikeACompilersMessage() throws {
    #expect(
      try rendered("a: 1\n  beta: -0.02\n", marking: "-0.02") == [
        "t.yaml:2:9: error: is wrong [document.wrong-type]",
        "2 |   beta: -0.02",
        "  |         ^~~~~",
        "  = mend it",
      ])
  }

  @Test(arguments: [
    ("größe: x", "x", "       ^"),
    ("日本語: x", "x", "        ^"),
    ("a: 日本語", "日本語", "   ^~~~~~"),
    ("😀: x", "x", "    ^"),
    ("e\u{301}: x", "x", "   ^"),
    ("a:\tx", "x", "  \t^"),
    ("\ta\tbc", "bc", "\t \t^~"),
    ("ｆｕｌｌ: x", "x", "          ^"),
    ("🇩🇪: x", "x", "    ^"),
    ("\u{1112}\u{1161}\u{11AB}: x", "x", "    ^"),
  ])
  func caretStandsUnderTheText(line: String, piece: String, caret: String) throws {
    let lines = try rendered(line, marking: piece)
    #expect(lines[1] == "1 | " + line)
    #expect(lines[2] == "  | " + caret)
  }

  @Test func longLinesAreCutAroundTheMark() throws {
    let line = String(repeating: "é", count: 5000) + "X" + String(repeating: "b", count: 5000)
    let lines = try rendered(line, marking: "X")
    #expect(lines[0].hasPrefix("t.yaml:1:5001: error"))
    #expect(lines[1].count < 175)
    let mark = try #require(lines[1].firstIndex(of: "X"))
    let caret = try #require(lines[2].firstIndex(of: "^"))
    #expect(
      lines[1].distance(from: lines[1].startIndex, to: mark)
        == lines[2].distance(from: lines[2].startIndex, to: caret))
  }

  @Test func sourceCannotSteerTheTerminal() throws {
    let lines = try rendered("a: \u{1B}[31mred\u{202E}x", marking: "red")
    #expect(lines[1] == "1 | a: ·[31mred·x")
    #expect(quoted("a\u{1B}[2Jb\n") == "'a\\u{1B}[2Jb\\n'")
    #expect(quoted(String(repeating: "a", count: 100)).count == 63)
    #expect(printable("a\u{1B}]0;b\u{7}") == "a·]0;b·")
    #expect(printable(path: "") == "''")
    #expect(printable(path: "a b.yaml") == "a b.yaml")
    #expect(printable(path: "a\u{1B}b") == "'a\\u{1B}b'")
  }

  @Test func colourWrapsWithoutChangingTheText() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "abc"))
    sink.warn(.wrongType, "odd", at: 0..<3)
    let diagnostic = try #require(sink.diagnostics.first)
    var plain = diagnostic.rendered(colour: true)
    for code in ["\u{1B}[1m", "\u{1B}[1;33m", "\u{1B}[0m"] {
      plain = plain.split(separator: code, omittingEmptySubsequences: false).joined()
    }
    #expect(plain == diagnostic.rendered())
    #expect(diagnostic.rendered(colour: true) != plain)
  }

  @Test func rangesOverLinesUnderlineTheFirst() throws {
    let lines = try rendered("a: [1,\n 2]\n", marking: "[1,\n 2]")
    #expect(lines[1] == "1 | a: [1,")
    #expect(lines[2] == "  |    ^~~")
  }
}
