extension YAMLEditor {
  // MARK: Adding

  func addition(
    _ missing: [String], _ value: String, _ spelling: Spelling, to node: YAMLNode,
    key: SourceRange?, neighbours: [String]
  ) throws(Refusal) -> [TextEdit] {
    switch node.content {
    case .mapping(let entries) where isFlow(node):
      return try flowAddition(
        missing, value, spelling, to: node, entries, neighbours: neighbours)
    case .mapping(let entries):
      return [blockAddition(missing, value, spelling, entries, neighbours: neighbours)]
    case .scalar(let scalar) where scalar.kind == .null:
      guard let key else { break }
      let indent = indentation(of: key.lowerBound) + step
      var edits: [TextEdit] = []
      // A written null makes room.
      if !node.range.isEmpty { edits.append(TextEdit(node.range, "")) }
      let lines = lines(missing, value, quoting(spelling, []), indent: indent)
      edits.append(insertion(ofLines: lines, behind: max(key.upperBound, node.range.upperBound)))
      return edits
    default: break
    }
    throw Refusal(
      kind: .notAMapping,
      message: "'\(missing[0])' belongs into a mapping here, found \(node.summary)",
      range: key ?? node.range)
  }

  private func isFlow(_ node: YAMLNode) -> Bool {
    node.range.lowerBound < source.bytes.count && source.bytes[node.range.lowerBound] == 0x7B
  }

  private func blockAddition(
    _ missing: [String], _ value: String, _ spelling: Spelling, _ entries: [YAMLEntry],
    neighbours: [String]
  ) -> TextEdit {
    let sibling = neighbour(in: entries, neighbours) ?? entries[entries.count - 1]
    let lines = lines(
      missing, value, quoting(spelling, entries),
      indent: indentation(of: sibling.keyRange.lowerBound),
      quotesKey: quotesKeys(entries))
    return insertion(ofLines: lines, behind: end(of: sibling))
  }

  private func neighbour(in entries: [YAMLEntry], _ names: [String]) -> YAMLEntry? {
    names.lazy.compactMap { name in entries.first { $0.key == name } }.first
  }

  /// Where an entry's last visible byte ends.
  private func end(of entry: YAMLEntry) -> Int {
    let value = entry.value.aliasRange ?? entry.value.range
    var end = max(entry.keyRange.upperBound, value.upperBound)
    while end > entry.keyRange.upperBound,
      [0x0A, 0x0D, 0x20, 0x09].contains(source.bytes[end - 1])
    {
      end -= 1
    }
    return end
  }

  /// Lines added behind the line of an offset, whatever follows on it.
  private func insertion(ofLines lines: [String], behind offset: Int) -> TextEdit {
    let lineBreak = source.lineBreak
    let text = lines.joined(separator: lineBreak)
    guard let next = source.nextLine(offset) else {
      return .insert(lineBreak + text, at: source.bytes.count)
    }
    return .insert(text + lineBreak, at: next)
  }

  private func lines(
    _ missing: [String], _ value: String, _ quoting: String, indent: String,
    quotesKey: Bool = false
  ) -> [String] {
    missing.enumerated().map { index, key in
      let margin = indent + String(repeating: step, count: index)
      let name = quotesKey ? "\"\(key)\"" : key
      let isLast = index == missing.count - 1
      return margin + name + ":" + (isLast ? " " + spelled(value, quoting) : "")
    }
  }

  /// The blanks in front of a column, whatever stands there (`- key:` indents as far as the key).
  private func indentation(of offset: Int) -> String {
    let start = source.lineStart(offset)
    return String(
      String.UnicodeScalarView(
        source.text(start..<offset).unicodeScalars.map { $0 == "\t" ? "\t" : " " }))
  }

  /// What the document indents by: the least that one of its lines has; two blanks where none has.
  private var step: String {
    var least: Int?
    var start: Int? = 0
    while let line = start {
      var column = line
      while column < source.bytes.count, source.bytes[column] == 0x20 { column += 1 }
      let isText =
        column < source.bytes.count && ![0x0A, 0x0D, 0x23].contains(source.bytes[column])
      if isText, column > line { least = min(least ?? .max, column - line) }
      start = source.nextLine(line)
    }
    return String(repeating: " ", count: min(least ?? 2, 8))
  }

  // MARK: Flow mappings

  private func flowAddition(
    _ missing: [String], _ value: String, _ spelling: Spelling, to node: YAMLNode,
    _ entries: [YAMLEntry], neighbours: [String]
  ) throws(Refusal) -> [TextEdit] {
    let isWide = !isCompact(entries)
    let quotesKey = quotesKeys(entries) || (entries.isEmpty && looksLikeJSON)
    func name(_ key: String) -> String { (quotesKey ? "\"\(key)\"" : key) + (isWide ? ": " : ":") }
    var text = spelled(value, quoting(spelling, entries, prefersDouble: quotesKey))
    for key in missing.dropFirst().reversed() { text = "{" + name(key) + text + "}" }
    text = name(missing[0]) + text
    guard let last = entries.last else {
      // Between empty braces there may be blanks and comments.
      let inside = (node.range.lowerBound + 1)..<(node.range.upperBound - 1)
      guard source.bytes[inside].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
        throw notExtensible(node, missing[0])
      }
      return [TextEdit(inside, text)]
    }
    let isOneLine = !source.bytes[node.range].contains { $0 == 0x0A || $0 == 0x0D }
    if isOneLine {
      let sibling = neighbour(in: entries, neighbours) ?? last
      return [.insert((isWide ? ", " : ",") + text, at: flowEnd(of: sibling))]
    }
    // Over several lines every entry must have one of its own, without a comment.
    for (index, entry) in entries.enumerated() {
      let start = entry.keyRange.lowerBound
      let isFirstOnLine = source.bytes[source.lineStart(start)..<start]
        .allSatisfy { $0 == 0x20 || $0 == 0x09 }
      let end = flowEnd(of: entry)
      let next =
        index + 1 < entries.count
        ? entries[index + 1].keyRange.lowerBound
        : node.range.upperBound - 1
      guard isFirstOnLine, end <= next,
        source.bytes[end..<next].allSatisfy({ [0x20, 0x09, 0x0A, 0x0D, 0x2C].contains($0) })
      else { throw notExtensible(node, missing[0]) }
    }
    let sibling = neighbour(in: entries, neighbours) ?? last
    let indent = indentation(of: sibling.keyRange.lowerBound)
    return [.insert("," + source.lineBreak + indent + text, at: flowEnd(of: sibling))]
  }

  private func notExtensible(_ node: YAMLNode, _ key: String) -> Refusal {
    Refusal(
      kind: .notExtensible,
      message:
        "'\(key)' cannot be added to this mapping over several lines without moving a comment "
        + "or another entry", range: node.range.lowerBound..<(node.range.lowerBound + 1))
  }

  private func flowEnd(of entry: YAMLEntry) -> Int {
    max(
      entry.keyRange.upperBound, (entry.value.aliasRange ?? entry.value.range).upperBound)
  }

  private var looksLikeJSON: Bool { isFlow(root) }

  private func quotesKeys(_ entries: [YAMLEntry]) -> Bool {
    !entries.isEmpty && entries.allSatisfy { source.bytes[$0.keyRange.lowerBound] == 0x22 }
  }

  /// Whether no blank follows the colons.
  private func isCompact(_ entries: [YAMLEntry]) -> Bool {
    !entries.isEmpty
      && entries.allSatisfy { entry in
        let end = (entry.value.aliasRange ?? entry.value.range).lowerBound
        return entry.keyRange.upperBound < end && source.bytes[end - 1] == 0x3A
      }
  }

  // MARK: Spelling

  /// The quotes of a new value: those of its neighbours where it needs some.
  func quoting(
    _ spelling: Spelling, _ entries: [YAMLEntry], prefersDouble: Bool = false
  ) -> String {
    guard case .quoted = spelling else { return "" }
    for entry in entries.reversed() {
      guard case .scalar(let scalar) = entry.value.content else { continue }
      if scalar.style == .singleQuoted { return "'" }
      if scalar.style == .doubleQuoted { return "\"" }
    }
    return prefersDouble ? "\"" : "'"
  }

  func spelled(_ value: String, _ quote: String) -> String {
    switch quote {
    case "'": "'" + Self.doubled(value) + "'"
    case "\"": "\"" + Self.escaped(value) + "\""
    default: value
    }
  }

  static func doubled(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "'" ? "''" : String($1) }
  }

  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\" + String($1) : String($1) }
  }
}
