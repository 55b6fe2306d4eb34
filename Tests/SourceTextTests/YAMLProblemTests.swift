import Testing

@testable import SourceText

private func problems(
  _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
) -> [Diagnostic] {
  let sink = DiagnosticSink(SourceFile(name: "t", bytes: bytes))
  let node = YAMLComposer.compose(sink.source, limits: limits, sink: sink)
  let isFatal = sink.diagnostics.contains { $0.severity == .error && $0.code != .duplicateKey }
  #expect((node == nil) == isFatal)
  return sink.diagnostics
}

private func problems(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [Diagnostic] {
  problems(Array(text.utf8), limits: limits)
}

@Suite struct YAMLProblemTests {
  @Test(arguments: [
    ("", "yaml.empty-document", 0, 0),
    ("# only a comment\n", "yaml.empty-document", 0, 0),
    ("a: 1\n---\nb: 2\n", "yaml.several-documents", 2, 1),
    ("a: 1\n b: 2\n", "yaml.syntax", 2, 3),
    ("a:\n\t- 1\n", "yaml.syntax", 2, 1),
    ("a: [1, 2\nb: 3\n", "yaml.syntax", 2, 2),
    ("a: 'open\nb: 2\n", "yaml.syntax", 1, 4),
    ("a: 1\nno colon\nb: 2\n", "yaml.syntax", 2, 1),
    ("a: [1,,2]\n", "yaml.syntax", 1, 7),
    ("a: **x\n", "yaml.syntax", 1, 5),
    ("a: \"\\q\"\n", "yaml.syntax", 1, 5),
    ("a: @x\n", "yaml.syntax", 1, 4),
    ("a: *nobody\n", "yaml.unknown-alias", 1, 4),
    ("a: &a [*a]\n", "yaml.unknown-alias", 1, 8),
    ("? [1]\n: 2\n", "yaml.key-not-text", 1, 3),
    ("a: 1\nb: 2\na: 3\n", "document.duplicate-key", 3, 1),
    ("a: !vendor 1\n", "yaml.tag", 1, 4),
    ("a: !!int x\n", "yaml.tag", 1, 4),
    ("a: \u{1}\n", "yaml.encoding", 1, 4),
  ])
  func problemsPointAtTheirPlace(text: String, code: String, line: Int, column: Int) {
    let found = problems(text)
    #expect(found.map(\.code.name) == [code])
    #expect(found.first?.span?.line ?? 0 == line)
    #expect(found.first?.span?.column ?? 0 == column)
  }

  @Test func duplicateKeysNameTheFirst() {
    let found = problems("b: 1\né: 1\n'é': 2\n")
    #expect(found.map(\.message) == ["key 'é' is given twice; the first is on line 2"])
    #expect(found.first?.span == SourceSpan(line: 3, column: 1, endLine: 3, endColumn: 4))
  }

  @Test func bytesThatAreNoTextAreLocated() {
    let found = problems([0x61, 0x3A, 0x20, 0xC3, 0x28])
    #expect(found.map(\.code.name) == ["yaml.encoding"])
    #expect(found.first?.span?.column == 4)
    #expect(problems([0xFF, 0xFE, 0x61, 0x00]).map(\.code.name) == ["yaml.encoding"])
  }

  @Test(
    arguments: [
      ([0xC0, 0x80], 0), ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0),
      ([0x61, 0xE2, 0x82], 1), ([0xF0, 0x80, 0x80, 0x80], 0), ([0x80], 0),
    ] as [([UInt8], Int)])
  func illFormedUTF8IsFound(bytes: [UInt8], offset: Int) {
    #expect(bytes.firstInvalidUTF8() == offset)
  }

  @Test func wellFormedUTF8Passes() {
    let text = "aé€😀\u{10FFFF}\u{D7FF}\u{E000}\u{0}"
    #expect(Array(text.utf8).firstInvalidUTF8() == nil)
  }

  @Test func aliasBombIsRefusedBeforeItGrows() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let found = problems(text)
    #expect(found.map(\.code.name) == ["yaml.alias-expansion"])
    #expect(found.first?.span?.line == 6)
  }

  @Test func expandedTextIsBounded() {
    let text =
      "a: &a \(String(repeating: "1", count: 200_000))\n"
      + "b: [\(Array(repeating: "*a", count: 100).joined(separator: ", "))]\n"
    let found = problems(text)
    #expect(found.map(\.code.name) == ["yaml.alias-expansion"])
    #expect(found.first?.span?.line == 2)
    #expect(problems(text, limits: YAMLLimits(expandedBytes: 1 << 30)).isEmpty)
  }

  @Test func anchorsAndDirectivesAreBounded() {
    let anchors = (0...10_000).map { "- &a\($0) x\n" }.joined()
    #expect(problems(anchors).map(\.code.name) == ["yaml.alias-expansion"])
    let directives = (0..<50_000).map { "%TAG !e\($0)! tag:e,2000:\n" }.joined() + "--- a\n"
    let found = problems(directives)
    #expect(found.map(\.code.name) == ["yaml.syntax"])
    #expect(found.first?.span?.line == 101)
  }

  /// One line of a hundred thousand duplicates: each problem costs no walk over the line.
  @Test func manyProblemsOnOneLineAreCounted() {
    let text = "{" + Array(repeating: "a: 1", count: 100_000).joined(separator: ", ") + "}"
    let found = problems(text)
    #expect(found.count == 101)
    #expect(found.first?.span == SourceSpan(line: 1, column: 8, endLine: 1, endColumn: 9))
    #expect(found[99].span == SourceSpan(line: 1, column: 602, endLine: 1, endColumn: 603))
    #expect(found.last?.message == "99899 further errors are not shown")
  }

  @Test func nestingIsBounded() {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(problems(deep).isEmpty)
    let deeper = "[" + deep + "]"
    #expect(problems(deeper).map(\.code.name) == ["yaml.nesting-depth"])
    let endless = String(repeating: "{a: ", count: 100_000)
    #expect(problems(endless).map(\.code.name) == ["yaml.nesting-depth"])
  }

  @Test func sizeIsBounded() {
    let found = problems("a: 123", limits: YAMLLimits(bytes: 5))
    #expect(found.map(\.code.name) == ["file.too-large"])
    #expect(
      problems("[1, 2, 3, 4]", limits: YAMLLimits(expandedNodes: 4)).map(\.code.name)
        == ["yaml.too-many-values"])
  }

  @Test func anchorsMayBeRedefined() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "a: &x 1\nb: &x 2\nc: *x\n"))
    let root = try #require(Field.document(sink.source, sink: sink))
    var reader = try #require(root.mapping())
    #expect(reader.optional("c")?.number() == 2)
  }
}
