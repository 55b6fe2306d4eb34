import SeededRandom
import Testing

@testable import SourceText

/// Edits of single values keep every other byte.
@Suite struct YAMLEditorTests {
  private func editor(_ text: String) throws -> YAMLEditor {
    let source = SourceFile(name: "test.yaml", text: text)
    let sink = DiagnosticSink(source)
    let root = try #require(Field.document(source, sink: sink), "\(sink.failure)\n\(text)")
    return YAMLEditor(source, root: root.node)
  }

  private func setting(
    _ path: String, to value: String, in text: String, spelling: YAMLEditor.Spelling = .plain,
    neighbours: [String] = []
  ) throws -> String {
    let editor = try editor(text)
    let edits = try editor.edits(
      setting: path.split(separator: ".").map(String.init), to: value, spelling: spelling,
      neighbours: neighbours)
    return editor.source.applying(edits).text
  }

  // MARK: Replacing

  @Test(arguments: [
    ("a: 1 # one\n", "a: 7 # one\n"), ("a:   '1'\r\nb: 2", "a:   '7'\r\nb: 2"),
    ("a: \"1\"  \n", "a: \"7\"  \n"), ("a: &x 1\n", "a: &x 7\n"), ("a: !!int 1\n", "a: !!int 7\n"),
    ("a:\nb: 2\n", "a: 7\nb: 2\n"), ("a: \nb: 2\n", "a: 7 \nb: 2\n"), ("a: # c\n", "a: 7 # c\n"),
    ("{a: 1, b: 2}", "{a: 7, b: 2}"), ("{\"a\":1}", "{\"a\":7}"),
    ("a: |\n  text\n  more\nb: 2\n", "a: 7\nb: 2\n"), ("\u{FEFF}a: 1\n", "\u{FEFF}a: 7\n"),
    ("键: 值 # 注释\na: 1\n", "键: 值 # 注释\na: 7\n"),
  ])
  func replaces(before: String, after: String) throws {
    #expect(try setting("a", to: "7", in: before) == after)
  }

  // MARK: Adding

  @Test(
    arguments: [
      // Behind a neighbour, or as the last of the mapping.
      ("x: 1\ny: 2\n", "a", ["x"], "x: 1\na: 7\ny: 2\n"),
      ("x: 1\ny: 2\n", "a", [], "x: 1\ny: 2\na: 7\n"),
      ("x: 1 # c\n\n# end\n", "a", [], "x: 1 # c\na: 7\n\n# end\n"),
      // No final line break stays none; CR LF stays.
      ("x: 1", "a", [], "x: 1\na: 7"), ("x: 1\r\ny: 2\r\n", "a", ["x"], "x: 1\r\na: 7\r\ny: 2\r\n"),
      // The document's own indentation.
      ("p:\n    x: 1\nq: 2\n", "p.a", [], "p:\n    x: 1\n    a: 7\nq: 2\n"),
      ("p:\n    x: 1\n", "r.a", [], "p:\n    x: 1\nr:\n    a: 7\n"),
      ("x: 1\n", "r.s.a", [], "x: 1\nr:\n  s:\n    a: 7\n"),
      // Nothing, null and empty braces make room.
      ("p:\nq: 1\n", "p.a", [], "p:\n  a: 7\nq: 1\n"),
      ("p: # c\nq: 1\n", "p.a", [], "p: # c\n  a: 7\nq: 1\n"),
      ("p: null\nq: 1\n", "p.a", [], "p: \n  a: 7\nq: 1\n"), ("p: {}\n", "p.a", [], "p: {a: 7}\n"),
      // Lists and texts of several lines before it.
      ("x:\n  - 1\n  - 2\ny: 1\n", "a", ["x"], "x:\n  - 1\n  - 2\na: 7\ny: 1\n"),
      ("x: |\n  one\n  two\n\ny: 1\n", "a", ["x"], "x: |\n  one\n  two\na: 7\n\ny: 1\n"),
      ("x: >-\n  one\n  two\ny: 1\n", "a", ["x"], "x: >-\n  one\n  two\na: 7\ny: 1\n"),
      // Flow mappings in their own style.
      ("{x: 1, y: 2}\n", "a", ["x"], "{x: 1, a: 7, y: 2}\n"),
      ("{\"x\":1}", "a", [], "{\"x\":1,\"a\":7}"),
      ("{\"x\": 1}", "p.a", [], "{\"x\": 1, \"p\": {\"a\": 7}}"),
      (
        "{\n  \"x\": 1,\n  \"y\": 2\n}\n", "a", ["x"],
        "{\n  \"x\": 1,\n  \"a\": 7,\n  \"y\": 2\n}\n"
      ),
      (
        "{\n  \"x\": 1,\n  \"y\": [\n    1\n  ]\n}", "a", [],
        "{\n  \"x\": 1,\n  \"y\": [\n    1\n  ],\n  \"a\": 7\n}"
      ),
    ] as [(String, String, [String], String)])
  func adds(before: String, path: String, neighbours: [String], after: String) throws {
    #expect(try setting(path, to: "7", in: before, neighbours: neighbours) == after)
  }

  @Test func quotesAsItsNeighbours() throws {
    #expect(
      try setting("p.a", to: "7", in: "p:\n  x: \"1\"\n", spelling: .quoted)
        == "p:\n  x: \"1\"\n  a: \"7\"\n")
    #expect(
      try setting("p.a", to: "7", in: "p: {x: 'y'}\n", spelling: .quoted) == "p: {x: 'y', a: '7'}\n"
    )
    #expect(try setting("p.a", to: "7", in: "p:\n", spelling: .quoted) == "p:\n  a: '7'\n")
  }

  @Test(
    arguments: [
      ("x: &p {a: 1}\ny: *p\n", "x.a", YAMLEditor.Refusal.Kind.shared),
      ("x: &p {a: 1}\ny: *p\n", "y.a", .shared), ("x: &p 1\ny: *p\n", "x", .shared),
      ("x: &p\n  b: 1\ny:\n  <<: *p\n", "x.a", .shared),
      ("x: [1]\n", "x.a", .notAMapping), ("x: 1\n", "x.a", .notAMapping),
      ("x: {a: 1}\n", "x", .notAMapping), ("x: {b: 1,\n  c: 2}\n", "x.a", .notExtensible),
      ("x: {\n  b: 1 # one\n}\n", "x.a", .notExtensible),
    ] as [(String, String, YAMLEditor.Refusal.Kind)])
  func refuses(text: String, path: String, kind: YAMLEditor.Refusal.Kind) throws {
    let editor = try editor(text)
    let keys = path.split(separator: ".").map(String.init)
    #expect {
      try editor.edits(setting: keys, to: "7")
    } throws: { error in
      (error as? YAMLEditor.Refusal)?.kind == kind
    }
  }

  @Test func keysOfAMergedMappingAreOverridden() throws {
    let text = "base: &b\n  a: 1\nrun:\n  <<: *b\n  c: 2\n"
    #expect(try editor(text).value(at: ["run", "a"])?.summary == "1")
    #expect(
      try setting("run.a", to: "7", in: text)
        == "base: &b\n  a: 1\nrun:\n  <<: *b\n  c: 2\n  a: 7\n")
  }

  // MARK: Random documents

  @Test func keepsEveryOtherByteOfRandomDocuments() throws {
    var generator = RandomYAML(seed: 6)
    var edited = 0
    var styles: Set<String> = []
    for number in 0..<5_000 {
      let text = generator.document()
      let editor = try editor(text)
      var scalars: [YAMLNode] = []
      collect(editor.root, &scalars)
      guard let node = scalars.randomElement(using: &generator.random),
        case .scalar(let scalar) = node.content
      else { continue }
      styles.insert("\(scalar.style)")
      let value = "98765\(number)"
      let edit: TextEdit
      do {
        edit = try editor.replacement(of: node, with: value, key: node.range)
      } catch {
        Issue.record("\(error.message)\n\(text)")
        continue
      }
      let result = editor.source.applying([edit])
      let (old, new) = (editor.source.bytes, result.bytes)
      // Only the value's own bytes differ.
      #expect(new.prefix(edit.range.lowerBound) == old.prefix(edit.range.lowerBound))
      let tail = old.count - edit.range.upperBound
      #expect(new.suffix(tail).elementsEqual(old.suffix(tail)))
      #expect(node.range.contains(edit.range.lowerBound) || node.range.isEmpty)
      #expect(edit.range.upperBound <= node.range.upperBound)
      // And read again, only this value.
      let again = try self.editor(result.text)
      var after: [YAMLNode] = []
      collect(again.root, &after)
      #expect(after.count == scalars.count, "\(text)\n---\n\(result.text)")
      let differing = zip(scalars, after).filter { !$0.isSame(as: $1) }
      #expect(differing.count <= 1)
      #expect(differing.first.map { $0.0.range == node.range } ?? true)
      #expect(after.contains { $0.text == value })
      edited += 1
    }
    #expect(edited > 4_900)
    #expect(styles.count == 5, "\(styles)")
  }

  @Test func addsToRandomDocuments() throws {
    var generator = RandomYAML(seed: 7)
    var added = 0
    for _ in 0..<2_000 {
      let text = generator.document()
      let editor = try editor(text)
      var mappings: [[String]] = []
      paths(editor.root, [], &mappings)
      guard let path = mappings.randomElement(using: &generator.random),
        let edits = try? editor.edits(setting: path + ["added_key"], to: "123")
      else { continue }
      let result = editor.source.applying(edits)
      // What is added can be taken out again, and nothing else is touched.
      let isOnlyAdded = edits.allSatisfy {
        $0.range.isEmpty || editor.source.text($0.range).allSatisfy { " ~nul{}".contains($0) }
      }
      #expect(isOnlyAdded)
      let again = try self.editor(result.text)
      #expect(again.value(at: path + ["added_key"])?.text == "123", "\(text)\n---\n\(result.text)")
      var (before, after): ([YAMLNode], [YAMLNode]) = ([], [])
      collect(editor.root, &before)
      collect(again.root, &after)
      #expect(after.count == before.count + 1, "\(text)\n---\n\(result.text)")
      added += 1
    }
    #expect(added > 1_500)
  }

  private func collect(_ node: YAMLNode, _ scalars: inout [YAMLNode]) {
    switch node.content {
    case .scalar: scalars.append(node)
    case .sequence(let items): for item in items { collect(item, &scalars) }
    case .mapping(let entries): for entry in entries { collect(entry.value, &scalars) }
    }
  }

  private func paths(_ node: YAMLNode, _ path: [String], _ found: inout [[String]]) {
    guard case .mapping(let entries) = node.content else { return }
    found.append(path)
    for entry in entries { paths(entry.value, path + [entry.key], &found) }
  }
}

extension YAMLNode {
  fileprivate var text: String? {
    if case .scalar(let scalar) = content { return scalar.text }
    return nil
  }
}

/// Writes YAML as people do: comments, odd spacing, all styles of scalars, block and flow collections.
private struct RandomYAML {
  var random: SeededRandom
  private var lineBreak = "\n"
  private var step = 2
  private var key = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func one<Element>(_ values: [Element]) -> Element {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  mutating func document() -> String {
    lineBreak = chance(25) ? "\r\n" : "\n"
    step = one([2, 2, 4, 3])
    key = 0
    var lines = chance(20) ? ["# 配置 for a run", ""] : []
    if chance(10) { lines.insert("---", at: 0) }
    lines += mapping(indent: 0, depth: 0)
    if chance(20) { lines += ["# end"] }
    return lines.joined(separator: lineBreak) + (chance(80) ? lineBreak : "")
  }

  private mutating func name() -> String {
    key += 1
    return one(["max_pixels", "lr", "名称", "a-b", "model.name"]) + "\(key)"
  }

  private mutating func mapping(indent: Int, depth: Int) -> [String] {
    var lines: [String] = []
    let margin = String(repeating: " ", count: indent)
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      if chance(15) { lines.append(one(["", margin + "# note: 1280*28*28", "   "])) }
      let head = margin + name() + ":"
      let choice = Int.random(in: 0..<10, using: &random)
      if choice == 0, depth < 3 {
        lines.append(head + comment())
        lines += mapping(indent: indent + step, depth: depth + 1)
      } else if choice == 1, depth < 3 {
        lines.append(head + comment())
        let inner = String(repeating: " ", count: indent + (chance(50) ? step : 0))
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          lines.append(inner + "- " + scalar() + comment())
        }
      } else if choice == 2 {
        lines.append(head + " " + flow(depth: 0) + comment())
      } else if choice == 3 {
        let inner = String(repeating: " ", count: indent + step)
        lines.append(head + " " + one(["|", ">", "|-", ">-"]))
        lines += [inner + "some text # no comment", inner + "more: text"]
      } else if choice == 4, chance(30) {
        lines.append(head + comment())
      } else {
        lines.append(head + one([" ", "  ", "   "]) + scalar() + comment())
      }
    }
    return lines
  }

  private mutating func flow(depth: Int) -> String {
    let count = Int.random(in: 1...3, using: &random)
    let blank = one(["", " "])
    if chance(50) {
      let items = (0..<count).map { _ in chance(20) && depth < 2 ? flow(depth: depth + 1) : scalar()
      }
      return "[" + blank + items.joined(separator: ", ") + blank + "]"
    }
    let items = (0..<count).map { _ in name() + ": " + scalar() }
    return "{" + blank + items.joined(separator: ", ") + blank + "}"
  }

  private mutating func scalar() -> String {
    one([
      "1003520", "1e-4", "true", "null", "'it''s'", "\"a \\\"b\\\"\"", "Qwen/Qwen2.5-VL",
      "'1003520'",
      "\"多行\"", "plain text", "0.5", "~", "'# no comment'",
    ])
  }

  private mutating func comment() -> String {
    chance(25) ? one(["  # 576 tokens", " # '", "   # 注释"]) : one(["", "", "", " "])
  }
}
