import BudgetDocuments
import SourceText

/// One change to a document, as `--set` takes it: `language.layers=36`.
///
/// The path is what diagnostics print: keys joined by dots, items of a list counted from 0 in brackets,
/// `measurements[0].score`. A key that holds a dot, a bracket, a quote, a blank or `=` is put in double
/// quotes, with `\"` and `\\` for what would end them. In front of the path may stand which document is
/// meant, `policy.title`; no document has a key `profile`, `cost` or `policy` at its root, and a quoted
/// first key never means a document.
///
/// The value is what could stand behind the key in a file: one value, a list in brackets or a mapping
/// in braces, typed as there: `limits.min_score=43 percent`, `tokens.lattice={ squares: { max: 576 } }`.
public struct DocumentSetting: Sendable {
  /// The argument as it was given.
  public let argument: String

  /// Where the value goes, without the document in front.
  public let path: String

  /// The document that the argument names; `nil` where it leaves that to the path.
  public let role: DocumentRole?

  /// The argument under the name that diagnostics print.
  let source: SourceFile
  let steps: [YAMLStep]
  let value: YAMLNode

  /// The most parts of a path: no document nests deeper.
  static let mostSteps = YAMLLimits().depth

  /// Reads an argument.
  ///
  /// - Parameters:
  ///   - argument: `path=value`.
  ///   - position: The argument's place among its kind, from 1: the diagnostics of the second name it
  ///     `set (2nd)`, with the parameter as the caller spells it.
  /// - Throws: ``SourceText/InvalidDocument`` that points into the argument, when it has no path, no value, or a
  ///   value that is not YAML.
  /// - Complexity: O(length).
  public init(_ argument: String, position: Int) throws(InvalidDocument) {
    let source = SourceFile(name: "\(Parameter.set) (\(ordinal(position)))", text: argument)
    let sink = DiagnosticSink(source)
    var scanner = SettingScanner(source.bytes, sink: sink)
    guard let steps = scanner.path(),
      let value = scanner.value(in: source)
    else { throw sink.failure }
    var rest = steps[...]
    var role: DocumentRole?
    if let first = steps.first, case .key(let key) = first.part,
      !scanner.isQuoted(first), let named = DocumentRole(rawValue: key)
    {
      rest = rest.dropFirst()
      role = named
      guard case .key = rest.first?.part else {
        sink.report(
          .settingPath, "'\(key)' names a document and no key in it",
          at: first.range, suggestion: "for example '\(key).title=…'")
        throw sink.failure
      }
    }
    if let first = rest.first, case .key(let key) = first.part, key == "kind" || key == "schema" {
      sink.report(
        .settingFixed, "'\(key)' says how \(role?.words ?? "a document") is read and cannot be set",
        at: first.range,
        suggestion: key == "kind" ? "give another document instead" : nil)
      throw sink.failure
    }
    self.argument = argument
    self.source = source
    self.role = role
    self.steps = Array(rest)
    self.value = value
    path = Self.path(rest)
  }

  /// The parts of a path as they are written.
  static func path(_ steps: ArraySlice<YAMLStep>) -> String {
    var path = ""
    for step in steps {
      switch step.part {
      case .item(let index): path += "[\(index)]"
      case .key(let key):
        if !path.isEmpty { path += "." }
        path += SettingScanner.spelling(of: key)
      }
    }
    return path
  }
}

/// A number as a place in a row: 1st, 2nd, 3rd, 4th, 11th, 21st.
private func ordinal(_ number: Int) -> String {
  let ending =
    switch (number % 10, number % 100) {
    case (_, 11...13): "th"
    case (1, _): "st"
    case (2, _): "nd"
    case (3, _): "rd"
    default: "th"
    }
  return "\(number)\(ending)"
}

/// Reads the two halves of an argument.
private struct SettingScanner {
  private let bytes: [UInt8]
  private let sink: DiagnosticSink
  private var offset = 0

  init(_ bytes: [UInt8], sink: DiagnosticSink) {
    self.bytes = bytes
    self.sink = sink
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
  /// What ends a key that is not in quotes: `.`, `[`, `]`, `=` and `"`.
  private static let marks: Set<UInt8> = [0x2E, 0x5B, 0x5D, 0x3D, 0x22]

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func isBlank(_ offset: Int) -> Bool {
    offset < bytes.count && Self.blanks.contains(bytes[offset])
  }

  /// A key as it is written in a path.
  static func spelling(of key: String) -> String {
    let isBare =
      !key.isEmpty && key.utf8.allSatisfy { !marks.contains($0) && !blanks.contains($0) }
    guard !isBare else { return printable(key) }
    return "\""
      + printable(key).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  func isQuoted(_ step: YAMLStep) -> Bool { bytes[step.range.lowerBound] == 0x22 }

  // MARK: The path

  /// The parts up to the `=`, which is left behind; `nil` after reporting what is wrong with them.
  mutating func path() -> [YAMLStep]? {
    // A byte-order mark belongs to no line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    while isBlank(offset) { offset += 1 }
    var steps: [YAMLStep] = []
    guard next != 0x3D else {
      report(
        "nothing says what to set: a path is missing before the '='", at: offset,
        suggestion: Self.example)
      return nil
    }
    guard next != nil else {
      report("the setting is empty", at: nil, suggestion: Self.example)
      return nil
    }
    guard let first = key() else { return nil }
    steps.append(first)
    while let byte = next, byte != 0x3D {
      let step: YAMLStep?
      switch byte {
      case 0x2E:
        offset += 1
        step = key()
      case 0x5B: step = item()
      case _ where isBlank(offset):
        // Behind a key in quotes or an item: blanks may stand before the '='.
        while isBlank(offset) { offset += 1 }
        if next == 0x3D || next == nil { continue }
        report("a '.', a '[' or the '=' is missing here", at: offset)
        return nil
      default:
        report(
          byte == 0x5D
            ? "no '[' opens what this ']' closes" : "a '.', a '[' or the '=' is missing here",
          at: offset)
        return nil
      }
      guard let step else { return nil }
      steps.append(step)
      guard steps.count <= DocumentSetting.mostSteps else {
        sink.report(
          .settingPath, "the path has more than \(DocumentSetting.mostSteps) parts", at: step.range)
        return nil
      }
    }
    guard next == 0x3D else {
      report(
        "'=' and a value are missing behind the path", at: bytes.count, suggestion: Self.example)
      return nil
    }
    offset += 1
    return steps
  }

  private static let example: Suggestion = "for example 'language.layers=36'"

  private func report(_ message: String, at offset: Int?, suggestion: Suggestion? = nil) {
    let range = offset.map { start in
      var end = min(start + 1, bytes.count)
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      return start..<end
    }
    sink.report(.settingPath, message, at: range, suggestion: suggestion)
  }

  private mutating func key() -> YAMLStep? {
    if next == 0x22 { return quotedKey() }
    let start = offset
    while let byte = next, !Self.marks.contains(byte) { offset += 1 }
    var end = offset
    if next == 0x3D || next == nil {
      while end > start, isBlank(end - 1) { end -= 1 }
    }
    guard end > start else {
      report(
        "a key is missing here", at: start,
        suggestion: next == 0x5B ? "items follow the key of their list: 'measurements[0]'" : nil)
      return nil
    }
    return YAMLStep(.key(String(decoding: bytes[start..<end], as: UTF8.self)), range: start..<end)
  }

  private mutating func quotedKey() -> YAMLStep? {
    let start = offset
    var key: [UInt8] = []
    offset += 1
    while let byte = next, byte != 0x22 {
      if byte == 0x5C, offset + 1 < bytes.count, [0x22, 0x5C].contains(bytes[offset + 1]) {
        offset += 1
      }
      key.append(bytes[offset])
      offset += 1
    }
    guard next != nil else {
      report("the quoted key that starts here is never closed", at: start)
      return nil
    }
    offset += 1
    guard !key.isEmpty else {
      sink.report(.settingPath, "a key is empty", at: start..<offset)
      return nil
    }
    return YAMLStep(.key(String(decoding: key, as: UTF8.self)), range: start..<offset)
  }

  private mutating func item() -> YAMLStep? {
    let start = offset
    offset += 1
    while let byte = next, byte != 0x5D, byte != 0x3D, byte != 0x5B { offset += 1 }
    guard next == 0x5D else {
      report("the '[' that starts here is never closed", at: start)
      return nil
    }
    let digits = bytes[start + 1..<offset]
    offset += 1
    // Eighteen digits fit an Int, and no list has so many items.
    guard (1...18).contains(digits.count), digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let index = Int(String(decoding: digits, as: UTF8.self))
    else {
      sink.report(
        .settingPath, "an item's place in its list must stand between the brackets, counted from 0",
        at: start..<offset, suggestion: "for example '[0]'; put a key that has brackets in quotes")
      return nil
    }
    return YAMLStep(.item(index), range: start..<offset)
  }

  // MARK: The value

  /// What stands behind the `=`; `nil` after reporting what is wrong with it.
  func value(in source: SourceFile) -> YAMLNode? {
    var start = offset
    while isBlank(start) { start += 1 }
    guard start < bytes.count, bytes[start] != 0x23 else {
      sink.report(
        .settingValue,
        start < bytes.count
          ? "what stands behind the '=' is a comment" : "a value is missing behind the '='",
        at: offset - 1..<offset,
        suggestion: start < bytes.count
          ? "put text that starts with '#' in quotes" : "write \"\" for a text without letters")
      return nil
    }
    // The path makes room for blanks, so that the composer's positions are those of the argument.
    var text = bytes
    for index in 0..<offset { text[index] = 0x20 }
    let limits = YAMLLimits(expandedNodes: 100_000, expandedBytes: 1 << 20, anchors: 100)
    let field = Field.document(
      SourceFile(name: source.name, bytes: text), limits: limits, sink: sink)
    guard let field, !sink.hasErrors else { return nil }
    let node = field.node
    let isBracketed = [0x7B, 0x5B].contains(bytes[min(node.range.lowerBound, bytes.count - 1)])
    switch node.content {
    case .mapping where !isBracketed:
      sink.report(
        .settingValue, "a mapping must stand in braces here", at: node.range,
        suggestion: "write '{ key: value }', or put text that has a ': ' in quotes")
      return nil
    case .sequence where !isBracketed:
      sink.report(
        .settingValue, "a list must stand in brackets here", at: node.range,
        suggestion: "write '[1, 2]', or put text that starts with '- ' in quotes")
      return nil
    case .scalar(let scalar) where scalar.style == .literal || scalar.style == .folded:
      sink.report(
        .settingValue, "text on lines of its own has no place here", at: node.range,
        suggestion: "put it in quotes")
      return nil
    default: return node
    }
  }
}

extension Diagnostic.Code {
  /// The path of a setting is malformed.
  public static let settingPath = Self("setting.path")
  /// A setting has no value, or one that has no place on a command line.
  public static let settingValue = Self("setting.value")
  /// A setting of `kind` or `schema`.
  public static let settingFixed = Self("setting.fixed-key")
}
