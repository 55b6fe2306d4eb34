import SourceText
import Synchronization

/// The documents in a config's texts, each read once, however often it is looked into.
final class EmbeddedDocuments: Sendable {
  private let read = Mutex<[SourceRange: Result<ConfigLayer, ConfigObstacle>]>([:])

  /// The document at a place of the file.
  ///
  /// - Parameter make: Reads it.
  /// - Throws: What `make` throws, each time.
  func document(
    at range: SourceRange, _ make: () throws(ConfigObstacle) -> ConfigLayer
  ) throws(ConfigObstacle) -> ConfigLayer {
    if let known = read.withLock({ $0[range] }) { return try known.get() }
    let result = Result(catching: make)
    read.withLock { $0[range] = result }
    return try result.get()
  }
}

/// A YAML or JSON document, and where it stands in the file: a text may hold one.
struct ConfigLayer: Sendable {
  let editor: YAMLEditor
  let text: EscapedText?
  /// Where the text that holds it ends in the file.
  let end: Int?

  /// The bytes of a text that can be read and not be changed in place; every value is said to be there.
  let fixedPlace: SourceRange?

  /// The documents in its texts.
  private let embedded: EmbeddedDocuments

  init(
    _ editor: YAMLEditor, embedded: EmbeddedDocuments = EmbeddedDocuments(),
    text: EscapedText? = nil, end: Int? = nil, fixedPlace: SourceRange? = nil
  ) {
    self.editor = editor
    self.embedded = embedded
    self.text = text
    self.end = end
    self.fixedPlace = fixedPlace
  }

  func lift(_ range: SourceRange) -> SourceRange { fixedPlace ?? text?.range(range) ?? range }

  /// The value that keys lead to, through texts that hold JSON.
  func resolve(
    _ path: ArraySlice<String>
  ) throws(ConfigObstacle) -> (node: YAMLNode, layer: ConfigLayer)? {
    if let node = editor.value(at: Array(path)) { return (node, self) }
    for depth in path.indices.dropFirst().reversed() {
      guard let node = editor.value(at: Array(path[..<depth])) else { continue }
      guard let inner = try inner(node) else { return nil }
      return try inner.resolve(path[depth...])
    }
    return nil
  }

  /// The document in a text; `nil` where the value is no text in braces.
  private func inner(_ node: YAMLNode) throws(ConfigObstacle) -> ConfigLayer? {
    guard text == nil, fixedPlace == nil, case .scalar(let scalar) = node.content,
      scalar.style != .plain,
      scalar.text.first(where: { !$0.isWhitespace }) == "{"
    else { return nil }
    return try embedded.document(at: node.range) { () throws(ConfigObstacle) in
      try read(scalar, at: node)
    }
  }

  private func read(
    _ scalar: YAMLScalar, at node: YAMLNode
  ) throws(ConfigObstacle) -> ConfigLayer {
    let quoting: EscapedText.Quoting =
      scalar.style == .singleQuoted ? .yamlSingle : .yamlDouble
    let start = node.range.lowerBound + 1
    let inside = start..<max(start, node.range.upperBound - 1)
    if scalar.style == .singleQuoted || scalar.style == .doubleQuoted,
      let text = EscapedText(editor.source, inside, quoting)
    {
      return try ConfigLayer.json(text, at: node.range)
    }
    // Lines that YAML folds, and escapes, have no bytes of their own.
    let editor = try Self.editor(Array(scalar.text.utf8), at: node.range)
    return ConfigLayer(editor, end: node.range.upperBound, fixedPlace: node.range)
  }

  static func json(_ text: EscapedText, at range: SourceRange) throws(ConfigObstacle) -> ConfigLayer
  {
    ConfigLayer(try editor(text.bytes, at: range), text: text, end: range.upperBound)
  }

  private static func editor(
    _ bytes: [UInt8], at range: SourceRange
  ) throws(ConfigObstacle) -> YAMLEditor {
    let source = SourceFile(name: "(JSON text)", bytes: bytes)
    let sink = DiagnosticSink(source)
    let problem = JSONGrammar.problem(in: bytes)
    guard problem == nil, let editor = ConfigText.editor(of: source, sink: sink) else {
      throw ConfigObstacle(
        code: .jsonSyntax,
        message: "this text is no JSON: "
          + (problem?.message ?? sink.diagnostics.first?.message ?? ""), range: range)
    }
    return editor
  }

  func edits(
    _ path: [String], _ value: String, _ spelling: YAMLEditor.Spelling, _ neighbours: [String]
  ) throws(ConfigObstacle) -> [TextEdit] {
    if let fixedPlace {
      throw ConfigObstacle(
        code: .embedUnresolved,
        message: "JSON over several lines of text cannot be changed in place", range: fixedPlace,
        suggestion: "write it as a mapping, or on one line in single quotes")
    }
    for depth in path.indices.dropFirst().reversed() {
      guard let node = editor.value(at: Array(path[..<depth])) else { continue }
      if let inner = try inner(node) {
        // A text that is reached through an alias is written in another place too.
        if node.aliasRange != nil {
          throw ConfigObstacle(
            code: .embedShared,
            message:
              "'\(path[..<depth].joined(separator: "."))' is an alias, so that a change would "
              + "show in another place too", range: node.aliasRange)
        }
        return try inner.edits(Array(path[depth...]), value, .plain, neighbours)
      }
      break
    }
    do throws(YAMLEditor.Refusal) {
      let edits = try editor.edits(
        setting: path, to: value, spelling: spelling, neighbours: neighbours)
      guard let text else { return edits }
      return edits.map { text.edit($0) }
    } catch {
      throw ConfigObstacle(
        code: error.kind.code, message: error.message, range: lift(error.range),
        suggestion: error.kind.suggestion)
    }
  }
}

extension YAMLEditor.Refusal.Kind {
  fileprivate var code: Diagnostic.Code {
    switch self {
    case .shared: .embedShared
    case .notAMapping: .embedNotAMapping
    case .notExtensible: .embedNotExtensible
    }
  }

  fileprivate var suggestion: Suggestion {
    switch self {
    case .shared: "write the value out here in place of the alias, then run this again"
    case .notAMapping: "mend the structure of the config first"
    case .notExtensible: "put each entry on a line of its own, or add the key yourself"
    }
  }
}
