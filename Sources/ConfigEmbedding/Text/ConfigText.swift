import LongWork
import SourceText

/// How a config is written.
public enum ConfigForm: String, Sendable {
  case yaml, json, shell
}

/// A value of a config, where it stands.
struct FoundValue: Sendable {
  /// What it is.
  enum Content: Sendable, Equatable {
    case integer(Int)
    case flag(Bool)
    case text(String)
    case null
    /// A mapping or a list, in words.
    case other(String)
  }

  let content: Content
  /// Its bytes in the file, quotes included.
  let range: SourceRange
  /// The product that it is written as, with the places of its factors in the file.
  var factors: [(value: Int, range: SourceRange)] = []
  /// The comment behind it on its line, from the `#` on.
  var comment: SourceRange?
  /// Whether YAML's own rules make text of something that looks like a number.
  var looksNumeric = false
  /// Whether it is a number in quotes, which is text to what reads it.
  var isQuotedNumber = false

  var integer: Int? {
    if case .integer(let value) = content { return value }
    return nil
  }

  var text: String? {
    switch content {
    case .text(let text): text
    case .integer(let value): String(value)
    case .flag, .null, .other: nil
    }
  }
}

/// A value to be written.
enum NewValue: Sendable, Equatable {
  /// A number; where it is `tokens` times the area of a cell, an expression of a script says so.
  case integer(Int, tokens: Int? = nil, cell: Int? = nil)
  case flag(Bool)
  case text(String)

  /// How it is written in YAML and JSON.
  var plain: String {
    switch self {
    case .integer(let value, _, _): String(value)
    case .flag(let flag): flag ? "true" : "false"
    case .text(let text): text
    }
  }
}

/// Why a config cannot be read or changed at a place.
struct ConfigObstacle: Error {
  let code: Diagnostic.Code
  let message: String
  let range: SourceRange?
  var suggestion: Suggestion?
}

/// A config that has been taken apart, with the two things that an adapter needs: the value at a path,
/// and the edits that set it.
///
/// A path is a list of keys. In a script its first part is a flag, or a variable with a final `=`. A
/// text that holds JSON is entered like a mapping.
struct ConfigText: Sendable {
  enum Body: Sendable {
    case structured(YAMLEditor)
    case shell(ShellText)
  }

  let source: SourceFile
  let form: ConfigForm
  let body: Body
  /// The documents in its texts.
  let embedded = EmbeddedDocuments()

  /// Bounds for configs of other programs. They are small; what is large is something else.
  static let byteLimit = WorkLimits.configBytes

  /// Takes a config apart.
  ///
  /// - Throws: ``InvalidDocument`` with everything that is wrong.
  init(_ source: SourceFile, form: ConfigForm) throws(InvalidDocument) {
    self.source = source
    self.form = form
    let sink = DiagnosticSink(source)
    if source.bytes.count > Self.byteLimit {
      sink.report(
        .fileTooLarge,
        "the file has \(source.bytes.count) bytes, more than the \(Self.byteLimit) "
          + "that a config may have", at: nil)
      throw sink.failure
    }
    switch form {
    case .shell:
      guard let shell = ShellText(source, sink: sink) else { throw sink.failure }
      body = .shell(shell)
    case .yaml, .json:
      guard let editor = Self.editor(of: source, sink: sink) else { throw sink.failure }
      if form == .json, let problem = JSONGrammar.problem(in: source.bytes) {
        sink.report(
          .jsonSyntax, problem.message,
          at: problem.offset..<min(problem.offset + 1, source.bytes.count))
        throw sink.failure
      }
      guard case .mapping = editor.root.content else {
        sink.report(
          .configShape, "a config is a mapping of keys, found \(editor.root.summary)",
          at: editor.root.range)
        throw sink.failure
      }
      body = .structured(editor)
    }
  }

  static func editor(of source: SourceFile, sink: DiagnosticSink) -> YAMLEditor? {
    // JSON has escapes of surrogates that YAML has not; none is in what is edited.
    var limits = YAMLLimits(bytes: byteLimit)
    limits.largeFileHint = nil
    guard
      let root = Field.document(source.withoutSurrogateEscapes, limits: limits, sink: sink),
      !sink.hasErrors
    else { return nil }
    return YAMLEditor(source, root: root.node)
  }

  /// The root of a YAML or JSON config.
  var root: YAMLNode? {
    if case .structured(let editor) = body { return editor.root }
    return nil
  }

  // MARK: Reading

  /// Whether a path leads to something.
  func has(_ path: [String]) -> Bool {
    if case .some = try? value(at: path) { return true }
    return false
  }

  /// The value at a path.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``ConfigObstacle`` where it cannot be told.
  func value(at path: [String]) throws(ConfigObstacle) -> FoundValue? {
    switch body {
    case .structured(let editor):
      let layer = ConfigLayer(editor, embedded: embedded)
      guard let place = try layer.resolve(path[...]) else { return nil }
      var found = Self.found(place.node, place.layer)
      found.comment = comment(behind: place.layer.end ?? found.range.upperBound)
      return found
    case .shell(let shell):
      guard let word = try flagValue(path[0], shell, isOnlyRead: true) else { return nil }
      guard path.count > 1 else { return try shellValue(word, shell) }
      let layer = try jsonLayer(of: word, shell, isEdited: false)
      return try layer.resolve(path.dropFirst()).map { Self.found($0.node, $0.layer) }
    }
  }

  private static func found(_ node: YAMLNode, _ layer: ConfigLayer) -> FoundValue {
    let range = layer.lift(node.aliasRange ?? node.range)
    guard case .scalar(let scalar) = node.content else {
      return FoundValue(content: .other(node.summary), range: range)
    }
    var found = FoundValue(content: .text(scalar.text), range: range)
    if scalar.style == .plain {
      if let integer = PyYAMLNumber.integer(scalar.text) ?? PyYAMLNumber.wholeFloat(scalar) {
        found = FoundValue(content: .integer(integer), range: range)
      } else if scalar.kind == .null {
        found = FoundValue(content: .null, range: range)
      } else if case .bool(let flag) = scalar.kind {
        found = FoundValue(content: .flag(flag), range: range)
      } else {
        found.looksNumeric =
          scalar.kind == .number
          || ShellArithmetic(Array(scalar.text.utf8), 0..<scalar.text.utf8.count) != nil
      }
    } else if let integer = Int(scalar.text.trimmingBlanks) {
      found = FoundValue(content: .integer(integer), range: range)
      found.isQuotedNumber = true
    }
    return found
  }

  /// The comment behind an offset on its line.
  func comment(behind offset: Int) -> SourceRange? {
    guard form != .json else { return nil }
    let end = source.lineEnd(offset)
    var quote: UInt8?
    for index in offset..<max(offset, end) {
      let byte = source.bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x23, index > 0, [0x20, 0x09].contains(source.bytes[index - 1]) {
        return index..<end
      }
    }
    return nil
  }

  // MARK: Writing

  /// The edits that put a value at a path.
  ///
  /// - Parameters:
  ///   - isQuoted: Whether a value that is added to YAML must be text.
  ///   - neighbours: Keys or flags behind or before which a person would look for it.
  /// - Throws: ``ConfigObstacle``.
  func edits(
    setting path: [String], to value: NewValue, isQuoted: Bool, neighbours: [String]
  ) throws(ConfigObstacle) -> [TextEdit] {
    switch body {
    case .structured(let editor):
      return try ConfigLayer(editor, embedded: embedded).edits(
        path, value.plain, isQuoted ? .quoted : .plain, neighbours)
    case .shell(let shell):
      guard let word = try flagValue(path[0], shell, isOnlyRead: false) else {
        return [try addition(ofFlag: path, value, shell, neighbours)]
      }
      guard path.count > 1 else { return try shellEdits(word, value, shell) }
      let layer = try jsonLayer(of: word, shell, isEdited: true)
      return try layer.edits(Array(path.dropFirst()), value.plain, .plain, neighbours)
    }
  }

  /// The texts of a script's words, to compare two versions of it.
  var wordTexts: [String] {
    guard case .shell(let shell) = body else { return [] }
    return shell.words.map { source.text($0.range) }
  }

  /// The words of a script in order.
  func hasWord(where isWanted: (String) -> Bool) -> Bool { wordTexts.contains(where: isWanted) }
}

extension String {
  /// The text without blanks around it.
  var trimmingBlanks: Substring {
    drop { $0 == " " || $0 == "\t" }.reversedTrim
  }
}

extension Substring {
  fileprivate var reversedTrim: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}

extension Diagnostic.Code {
  /// A config is no mapping of keys.
  public static let configShape = Self("embed.not-a-config")
  /// A value is shared with another place by an alias.
  public static let embedShared = Self("embed.shared-value")
  /// A single value or a list stands where a mapping must be, or a mapping where a value must be.
  public static let embedNotAMapping = Self("embed.wrong-shape")
  /// A mapping over several lines cannot be extended without moving something else.
  public static let embedNotExtensible = Self("embed.not-extensible")
  /// A value is written in a way that cannot be changed, such as a variable that is set elsewhere.
  public static let embedUnresolved = Self("embed.unresolved-value")
  /// A flag is given several times in one script.
  public static let embedRepeated = Self("embed.repeated-flag")
  /// A missing flag has no place in a script where it surely belongs.
  public static let embedNoPlace = Self("embed.no-place")
}
