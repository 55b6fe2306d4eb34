import SeededRandom
import Testing

@testable import SourceText

/// The bytes of every key and scalar, as text, in the order of the source.
private func pieces(_ node: YAMLNode, of source: SourceFile) -> [String] {
  func text(_ range: SourceRange) -> String {
    String(decoding: source.bytes[range], as: UTF8.self)
  }
  switch node.content {
  case .scalar: return [text(node.range)]
  case .sequence(let items): return items.flatMap { pieces($0, of: source) }
  case .mapping(let entries):
    return entries.flatMap { [text($0.keyRange)] + pieces($0.value, of: source) }
  }
}

private func compose(_ text: String) throws -> (YAMLNode, SourceFile) {
  let source = SourceFile(name: "test.yaml", text: text)
  let sink = DiagnosticSink(source)
  let node = YAMLComposer.compose(source, sink: sink)
  try #require(sink.diagnostics.isEmpty, "\(sink.failure)")
  return (try #require(node), source)
}

@Suite struct YAMLPositionTests {
  @Test(arguments: [
    ("a: 1\nb: two\n", ["a", "1", "b", "two"]),
    ("größe: ä 1\nb: 2\n", ["größe", "ä 1", "b", "2"]),
    ("键: 值 # 注释\nb: '😀 x'\n", ["键", "值", "b", "'😀 x'"]),
    ("a: 1\r\nb: \"q\\n\"\r\n", ["a", "1", "b", "\"q\\n\""]),
    ("a: 1\rb: 2\r", ["a", "1", "b", "2"]),
    ("\u{FEFF}a: é\nb: 2", ["a", "é", "b", "2"]),
    ("a:\t1\nb:\t\t2", ["a", "1", "b", "2"]),
    ("{ a: [1, é, 3], 'b c': {} }", ["a", "1", "é", "3", "'b c'"]),
    ("a: &x 1\nb: !!str 2\nc: &y !!int 3\nd: *x", ["a", "1", "b", "2", "c", "3", "d", "1"]),
    ("a: &m\n  k: v\nb: *m\n", ["a", "k", "v", "b", "k", "v"]),
    ("a: |\n  line\n  two\nb: 1\n", ["a", "|\n  line\n  two\n", "b", "1"]),
    ("a:\nb: ~\n", ["a", "", "b", "~"]),
    ("- a\n-   b # c\n", ["a", "b"]),
    ("a: one two  \nb: 3", ["a", "one two", "b", "3"]),
    ("x: 1\u{85}  \ny: 2", ["x", "1", "y", "2"]),
  ])
  func rangesAreByteExact(text: String, expected: [String]) throws {
    let (node, source) = try compose(text)
    #expect(pieces(node, of: source) == expected)
  }

  @Test func collectionsSpanTheirContent() throws {
    let (node, source) = try compose("a:\n  b: [1, 2]\n  c: &z\n    - x\n    - y\nd: { e: 1 }\n")
    guard case .mapping(let entries) = node.content else {
      Issue.record("no mapping")
      return
    }
    let texts = entries.map { String(decoding: source.bytes[$0.value.range], as: UTF8.self) }
    #expect(texts == ["b: [1, 2]\n  c: &z\n    - x\n    - y", "{ e: 1 }"])
  }

  @Test func singlePairsEndWithTheirValue() throws {
    let (node, source) = try compose("[a: 1   , b: [2]  # x\n  , 3]")
    guard case .sequence(let items) = node.content else {
      Issue.record("no list")
      return
    }
    let texts = items.map { String(decoding: source.bytes[$0.range], as: UTF8.self) }
    #expect(texts == ["a: 1", "b: [2]", "3"])
  }

  /// A document is written from random scalars, and each must be found again at its own bytes.
  @Test(arguments: 1...200)
  func randomDocumentsKeepTheirRanges(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let alphabets: [[Character]] = [
      Array("abcxyz"), Array("äöüßé"), Array("数据表"), Array("😀🚀"), Array("01234"),
    ]
    var text = Bool.random(using: &random) ? "\u{FEFF}" : ""
    var expected: [String] = []
    let lineBreak = ["\n", "\r\n"].randomElement(using: &random) ?? "\n"
    for index in 0..<Int.random(in: 1...30, using: &random) {
      let alphabet = alphabets.randomElement(using: &random) ?? []
      let word = String(
        (0..<Int.random(in: 1...8, using: &random)).compactMap { _ in
          alphabet.randomElement(using: &random)
        })
      let quote = ["", "'", "\""].randomElement(using: &random) ?? ""
      let comment = Bool.random(using: &random) ? "  # ü" + word : ""
      let blank = [" ", "   ", "\t"].randomElement(using: &random) ?? " "
      text += "k\(index)é:\(blank)\(quote)\(word)\(quote)\(comment)\(lineBreak)"
      expected += ["k\(index)é", quote + word + quote]
    }
    let (node, source) = try compose(text)
    #expect(pieces(node, of: source) == expected, "seed \(seed)")
  }

  @Test func lineAndColumnCountScalarsFromOne() throws {
    let source = SourceFile(name: "t", text: "\u{FEFF}é: 1\r\n日本: x\rz: [1,\n 2]")
    let lines = LineIndex(source)
    func span(of text: String) throws -> SourceSpan {
      let bytes = Array(text.utf8)
      let start = try #require(
        (0...(source.bytes.count - bytes.count)).first {
          Array(source.bytes[$0..<($0 + bytes.count)]) == bytes
        })
      return lines.locate(start..<(start + bytes.count)).span
    }
    #expect(try span(of: "é") == SourceSpan(line: 1, column: 1, endLine: 1, endColumn: 2))
    #expect(try span(of: "1") == SourceSpan(line: 1, column: 4, endLine: 1, endColumn: 5))
    #expect(try span(of: "x") == SourceSpan(line: 2, column: 5, endLine: 2, endColumn: 6))
    #expect(try span(of: "[1,\n 2]") == SourceSpan(line: 3, column: 4, endLine: 4, endColumn: 4))
  }
}
