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
  var suggestion: String?
}

/// A config that has been taken apart, with the two things that an adapter needs: the value at a path,
/// and the edits that set it.
///
/// A path is a list of keys. In a script its first part is a flag, or a variable with a final `=`. A
/// text that holds JSON is entered like a mapping.
struct ConfigText: Sendable {
  private enum Body: Sendable {
    case structured(YAMLEditor)
    case shell(ShellText)
  }

  let source: SourceFile
  let form: ConfigForm
  private let body: Body

  /// Bounds for configs of other programs. They are small; what is large is something else.
  static let byteLimit = 16 << 20

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
      guard case .mapping = editor.root.content else {
        sink.report(
          .configShape, "a config is a mapping of keys, found \(editor.root.summary)",
          at: editor.root.range)
        throw sink.failure
      }
      body = .structured(editor)
    }
  }

  private static func editor(of source: SourceFile, sink: DiagnosticSink) -> YAMLEditor? {
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
      guard let place = try Layer(editor).resolve(path[...]) else { return nil }
      var found = Self.found(place.node, place.layer)
      found.comment = comment(behind: place.layer.end ?? found.range.upperBound)
      return found
    case .shell(let shell):
      guard let word = try flagValue(path[0], shell) else { return nil }
      if path.count == 1 {
        var found = try shellValue(word, shell)
        if word.context == .script { found.comment = comment(behind: found.range.upperBound) }
        return found
      }
      guard let layer = try jsonLayer(of: word) else { return nil }
      return try layer.resolve(path.dropFirst()).map { Self.found($0.node, $0.layer) }
    }
  }

  private static func found(_ node: YAMLNode, _ layer: Layer) -> FoundValue {
    let range = layer.lift(node.aliasRange ?? node.range)
    guard case .scalar(let scalar) = node.content else {
      return FoundValue(content: .other(node.summary), range: range)
    }
    var found = FoundValue(content: .text(scalar.text), range: range)
    if scalar.style == .plain {
      if let integer = PyYAMLNumber.integer(scalar.text) {
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
  private func comment(behind offset: Int) -> SourceRange? {
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
      return try Layer(editor).edits(
        path, value.plain, isQuoted ? .quoted : .plain, neighbours)
    case .shell(let shell):
      guard let word = try flagValue(path[0], shell) else {
        return [try addition(ofFlag: path, value, shell, neighbours)]
      }
      guard path.count > 1 else { return try shellEdits(word, value, shell) }
      guard let layer = try jsonLayer(of: word) else {
        throw ConfigObstacle(
          code: .embedUnresolved,
          message: "the value of \(path[0]) is no JSON text that could be changed here",
          range: word.range)
      }
      return try layer.edits(Array(path.dropFirst()), value.plain, .plain, neighbours)
    }
  }

  // MARK: Structured text

  /// A document, and where it stands in the file.
  private struct Layer {
    let editor: YAMLEditor
    let text: EscapedText?
    /// Where the text that holds it ends in the file.
    let end: Int?

    init(_ editor: YAMLEditor, text: EscapedText? = nil, end: Int? = nil) {
      self.editor = editor
      self.text = text
      self.end = end
    }

    func lift(_ range: SourceRange) -> SourceRange { text?.range(range) ?? range }

    /// The value that keys lead to, through texts that hold JSON.
    func resolve(
      _ path: ArraySlice<String>
    ) throws(ConfigObstacle) -> (node: YAMLNode, layer: Layer)? {
      if let node = editor.value(at: Array(path)) { return (node, self) }
      for depth in path.indices.dropFirst().reversed() {
        guard let node = editor.value(at: Array(path[..<depth])) else { continue }
        guard let inner = try inner(node) else { return nil }
        return try inner.resolve(path[depth...])
      }
      return nil
    }

    /// The document in a text; `nil` where the value is no text in braces.
    private func inner(_ node: YAMLNode) throws(ConfigObstacle) -> Layer? {
      guard text == nil, case .scalar(let scalar) = node.content, scalar.style != .plain,
        scalar.text.first(where: { !$0.isWhitespace }) == "{"
      else { return nil }
      let quoting: EscapedText.Quoting =
        scalar.style == .singleQuoted ? .yamlSingle : .yamlDouble
      let start = node.range.lowerBound + 1
      let inside = start..<max(start, node.range.upperBound - 1)
      guard scalar.style == .singleQuoted || scalar.style == .doubleQuoted,
        let text = EscapedText(editor.source, inside, quoting)
      else {
        throw ConfigObstacle(
          code: .embedUnresolved,
          message: "JSON over several lines of text cannot be changed in place",
          range: node.range, suggestion: "write it as a mapping, or on one line in single quotes")
      }
      return try Layer.json(text, at: node.range)
    }

    static func json(_ text: EscapedText, at range: SourceRange) throws(ConfigObstacle) -> Layer {
      let source = SourceFile(name: "(JSON text)", bytes: text.bytes)
      let sink = DiagnosticSink(source)
      guard let editor = ConfigText.editor(of: source, sink: sink) else {
        throw ConfigObstacle(
          code: .yamlSyntax,
          message: "this text is no JSON: \(sink.diagnostics.first?.message ?? "")", range: range)
      }
      return Layer(editor, text: text, end: range.upperBound)
    }

    func edits(
      _ path: [String], _ value: String, _ spelling: YAMLEditor.Spelling, _ neighbours: [String]
    ) throws(ConfigObstacle) -> [TextEdit] {
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

  // MARK: Scripts

  /// The word that holds a flag's value, or a variable's where the name ends in `=`.
  private func flagValue(
    _ flag: String, _ shell: ShellText
  ) throws(ConfigObstacle) -> ShellText.Word? {
    let name = Array(flag.utf8)
    let isVariable = name.last == 0x3D
    var found: [(value: ShellText.Word, flag: SourceRange)] = []
    for (index, word) in shell.words.enumerated() {
      let bytes = source.bytes[word.range]
      if isVariable {
        guard word.context == .script, bytes.starts(with: name) else { continue }
      } else if bytes.elementsEqual(name) {
        guard index + 1 < shell.words.count, shell.words[index + 1].context == word.context,
          !source.bytes[shell.words[index + 1].range].starts(with: [0x2D, 0x2D])
        else {
          throw ConfigObstacle(
            code: .embedUnresolved, message: "\(flag) has no value", range: word.range)
        }
        found.append((shell.words[index + 1], word.range))
        continue
      } else {
        guard bytes.starts(with: name + [0x3D]) else { continue }
      }
      let start = word.range.lowerBound + name.count + (isVariable ? 0 : 1)
      found.append(
        (ShellText.Word(range: start..<word.range.upperBound, context: word.context), word.range))
    }
    if found.count > 1 {
      throw ConfigObstacle(
        code: .embedRepeated,
        message:
          "\(flag) is given \(found.count) times in this script, and which one counts is open",
        range: found[found.count - 1].flag, suggestion: "split the script, or keep one of them")
    }
    return found.first?.value
  }

  /// The bytes of a word without the quotes around all of it.
  private func unquoted(_ word: ShellText.Word) -> SourceRange {
    let range = word.range
    guard range.count >= 2, let first = source.bytes[range].first,
      first == 0x22 || first == 0x27, source.bytes[range.upperBound - 1] == first,
      !source.bytes[(range.lowerBound + 1)..<(range.upperBound - 1)].contains(first)
    else {
      // Quotes that are escaped within a double-quoted string.
      if range.count >= 4, source.bytes[range].starts(with: [0x5C, 0x22]),
        source.bytes[(range.upperBound - 2)..<range.upperBound].elementsEqual([0x5C, 0x22])
      {
        return (range.lowerBound + 2)..<(range.upperBound - 2)
      }
      return range
    }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  /// Where the value of a word is written: the word itself, the one assignment to the variable that it
  /// names, or the default of `${NAME:-…}`.
  private func written(
    _ word: ShellText.Word, _ shell: ShellText, depth: Int = 0
  ) throws(ConfigObstacle) -> (range: SourceRange, isArithmetic: Bool) {
    let range = unquoted(word)
    let bytes = source.bytes[range]
    if bytes.starts(with: Array("$((".utf8)), bytes.suffix(2).elementsEqual(Array("))".utf8)) {
      return ((range.lowerBound + 3)..<(range.upperBound - 2), true)
    }
    guard bytes.first == 0x24, let name = Self.variable(bytes) else { return (range, false) }
    if let fallback = name.fallback {
      return try written(
        ShellText.Word(range: fallback, context: word.context), shell, depth: depth + 1)
    }
    guard depth < 8, let value = try flagValue(name.text + "=", shell) else {
      throw ConfigObstacle(
        code: .embedUnresolved,
        message: "the value is '\(source.text(range))', which this script does not set",
        range: word.range, suggestion: "write the number here, or set the variable in the script")
    }
    return try written(value, shell, depth: depth + 1)
  }

  /// The name in `$NAME`, `${NAME}` or `${NAME:-default}`.
  private static func variable(
    _ bytes: ArraySlice<UInt8>
  ) -> (text: String, fallback: SourceRange?)? {
    var index = bytes.startIndex + 1
    let isBraced = index < bytes.endIndex && bytes[index] == 0x7B
    if isBraced { index += 1 }
    let start = index
    func isName(_ byte: UInt8) -> Bool {
      byte == 0x5F || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }
    while index < bytes.endIndex, isName(bytes[index]) { index += 1 }
    guard index > start else { return nil }
    let name = String(decoding: bytes[start..<index], as: UTF8.self)
    guard isBraced else { return index == bytes.endIndex ? (name, nil) : nil }
    guard bytes.last == 0x7D else { return nil }
    let rest = bytes[index..<(bytes.endIndex - 1)]
    if rest.isEmpty { return (name, nil) }
    guard rest.starts(with: [0x3A, 0x2D]) else { return nil }
    return (name, (index + 2)..<(bytes.endIndex - 1))
  }

  private func shellValue(
    _ word: ShellText.Word, _ shell: ShellText
  ) throws(ConfigObstacle) -> FoundValue {
    let place = try written(word, shell)
    let text = source.text(place.range)
    if place.isArithmetic || !text.isEmpty && text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let arithmetic = ShellArithmetic(source.bytes, place.range)
    {
      var found = FoundValue(content: .integer(arithmetic.value), range: place.range)
      found.factors = arithmetic.factors
      return found
    }
    if place.isArithmetic { throw unresolved(place.range) }
    if text == "True" || text == "true" || text == "False" || text == "false" {
      return FoundValue(content: .flag(text.lowercased() == "true"), range: place.range)
    }
    var found = FoundValue(content: .text(text), range: place.range)
    found.looksNumeric = ShellArithmetic(source.bytes, place.range) != nil
    return found
  }

  private func shellEdits(
    _ word: ShellText.Word, _ value: NewValue, _ shell: ShellText
  ) throws(ConfigObstacle) -> [TextEdit] {
    let place = try written(word, shell)
    guard place.isArithmetic, case .integer(let number, let tokens, let cell) = value else {
      return [TextEdit(place.range, shellSpelling(value))]
    }
    guard ShellArithmetic(source.bytes, place.range) != nil else { throw unresolved(place.range) }
    guard let tokens, let cell, tokens * cell * cell == number else {
      return [TextEdit(place.range, String(number))]
    }
    let old = ShellArithmetic(source.bytes, place.range)?.factors ?? []
    // Of n * 28 * 28 only the tokens change.
    if old.count == 3, old[1].value == cell, old[2].value == cell {
      return [TextEdit(old[0].range, String(tokens))]
    }
    let sign = source.bytes[place.range].contains(0x20) ? " * " : "*"
    return [
      TextEdit(place.range, ["\(tokens)", "\(cell)", "\(cell)"].joined(separator: sign))
    ]
  }

  /// An expression that depends on what the shell knows when it runs.
  private func unresolved(_ range: SourceRange) -> ConfigObstacle {
    ConfigObstacle(
      code: .embedUnresolved,
      message: "the value is the expression '\(source.text(range))', which is more than numbers",
      range: range, suggestion: "write the number here")
  }

  private func shellSpelling(_ value: NewValue) -> String {
    if case .flag(let flag) = value { return flag ? "True" : "False" }
    return value.plain
  }

  /// A flag in front of one that is there, apart from it as that one is from what is before it.
  private func addition(
    ofFlag path: [String], _ value: NewValue, _ shell: ShellText, _ neighbours: [String]
  ) throws(ConfigObstacle) -> TextEdit {
    var text = shellSpelling(value)
    for key in path.dropFirst().reversed() { text = "{\"\(key)\": \(text)}" }
    for neighbour in neighbours {
      let places = shell.words.indices.filter { index in
        let bytes = source.bytes[shell.words[index].range]
        return bytes.elementsEqual(Array(neighbour.utf8))
          || bytes.starts(with: Array((neighbour + "=").utf8))
      }
      guard places.count == 1, let index = places.first, index > 0 else { continue }
      let word = shell.words[index]
      // What keeps it apart from the word before, or from the quote that it follows.
      var from = word.range.lowerBound
      while from > 0, [0x20, 0x09, 0x0A, 0x0D, 0x5C].contains(source.bytes[from - 1]) { from -= 1 }
      let gap = source.bytes[from..<word.range.lowerBound]
      if path.count > 1 {
        text = word.context == .singleQuotes ? "\"\(text)\"" : "'\(text)'"
      }
      let isContinued = gap.contains(0x5C) || word.context != .script
      // A variable belongs to the command in front of which it stands on the same line.
      let apart =
        path[0].hasSuffix("=") && !isContinued || gap.isEmpty
        ? " " : String(decoding: gap, as: UTF8.self)
      let flag = path[0].hasSuffix("=") ? path[0] : path[0] + " "
      return .insert(flag + text + apart, at: word.range.lowerBound)
    }
    throw ConfigObstacle(
      code: .embedNoPlace,
      message:
        "\(path[0]) is not in this script, and none of the flags that it usually stands with is "
        + "there just once", range: nil,
      suggestion:
        "add '\(path[0])\(path[0].hasSuffix("=") ? "" : " ")\(text)' to the command yourself, then run this again"
    )
  }

  /// The JSON text of a word.
  private func jsonLayer(of word: ShellText.Word) throws(ConfigObstacle) -> Layer? {
    let range = unquotedJSON(word)
    let quoting: EscapedText.Quoting =
      switch source.bytes[word.range].first {
      case 0x22: .shellDouble
      case 0x27: .shellSingle
      default: .none
      }
    guard let text = EscapedText(source, range, quoting), text.bytes.first == 0x7B else {
      return nil
    }
    return try Layer.json(text, at: word.range)
  }

  /// Quotes around a JSON text; it may hold escaped ones.
  private func unquotedJSON(_ word: ShellText.Word) -> SourceRange {
    let range = word.range
    guard range.count >= 2, let first = source.bytes[range].first, first == 0x22 || first == 0x27,
      source.bytes[range.upperBound - 1] == first
    else { return range }
    return (range.lowerBound + 1)..<(range.upperBound - 1)
  }

  /// The texts of a script's words, to compare two versions of it.
  var wordTexts: [String] {
    guard case .shell(let shell) = body else { return [] }
    return shell.words.map { source.text($0.range) }
  }

  /// The words of a script in order.
  func hasWord(where isWanted: (String) -> Bool) -> Bool { wordTexts.contains(where: isWanted) }
}

extension YAMLEditor.Refusal.Kind {
  fileprivate var code: Diagnostic.Code {
    switch self {
    case .shared: .embedShared
    case .notAMapping: .embedNotAMapping
    case .notExtensible: .embedNotExtensible
    }
  }

  fileprivate var suggestion: String {
    switch self {
    case .shared: "write the value out here in place of the alias, then run this again"
    case .notAMapping: "mend the structure of the config first"
    case .notExtensible: "put each entry on a line of its own, or add the key yourself"
    }
  }
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
