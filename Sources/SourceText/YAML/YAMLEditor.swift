/// Changes single values of a YAML or JSON document and keeps every other byte: comments, order,
/// quoting, indentation, anchors, line endings and a missing final line break.
package struct YAMLEditor {
  /// Why a value cannot be changed where it stands.
  package struct Refusal: Error {
    /// Which kind of obstacle.
    package enum Kind {
      /// An alias lets the value stand in another place too.
      case shared
      /// What the path leads through holds no keys.
      case notAMapping
      /// A mapping cannot be extended without changing something else.
      case notExtensible
    }

    package let kind: Kind
    /// What is in the way, in a clause without a full stop.
    package let message: String
    /// Its bytes.
    package let range: SourceRange
  }

  /// How a new value is written where nothing stands that could say.
  package enum Spelling: Sendable {
    /// As it is: a number or a truth value.
    case plain
    /// In quotes, those of its neighbours where they have some.
    case quoted
  }

  /// The document.
  package let source: SourceFile
  /// Its values.
  package let root: YAMLNode

  /// The values that an alias names, each where it is written.
  private let shared: [SourceRange]

  /// An editor of a document that has been read.
  package init(_ source: SourceFile, root: YAMLNode) {
    self.source = source
    self.root = root
    var shared: [SourceRange] = []
    Self.collectAliases(root, into: &shared)
    self.shared = shared
  }

  // MARK: Finding

  /// The value that keys lead to, merge keys (`<<`) followed.
  package func value(at path: [String]) -> YAMLNode? {
    var node = root
    for key in path {
      guard let next = Self.member(key, of: node) else { return nil }
      node = next
    }
    return node
  }

  private static func member(_ key: String, of node: YAMLNode) -> YAMLNode? {
    guard case .mapping(let entries) = node.content else { return nil }
    if let entry = entries.first(where: { $0.key == key }) { return entry.value }
    guard let merge = entries.first(where: { $0.key == "<<" })?.value else { return nil }
    if case .sequence(let parts) = merge.content {
      return parts.lazy.compactMap { member(key, of: $0) }.first
    }
    return member(key, of: merge)
  }

  /// The entry that keys lead to without merge keys, and whether an alias is on the way.
  private func entry(at path: [String]) -> (entry: YAMLEntry, alias: SourceRange?)? {
    var node = root
    var found: YAMLEntry?
    var alias = root.aliasRange
    for key in path {
      guard case .mapping(let entries) = node.content,
        let entry = entries.first(where: { $0.key == key })
      else { return nil }
      found = entry
      node = entry.value
      alias = alias ?? node.aliasRange
    }
    return found.map { ($0, alias) }
  }

  private static func collectAliases(_ node: YAMLNode, into ranges: inout [SourceRange]) {
    if node.aliasRange != nil {
      ranges.append(node.range)
      return
    }
    switch node.content {
    case .scalar: break
    case .sequence(let items): for item in items { collectAliases(item, into: &ranges) }
    case .mapping(let entries):
      for entry in entries { collectAliases(entry.value, into: &ranges) }
    }
  }

  // MARK: Changing

  /// The edits that put a value at a path.
  ///
  /// What stands there is replaced in its own quotes. A missing key is added behind one of its
  /// `neighbours`, or else as the last of its mapping; missing mappings on the way are added too.
  ///
  /// - Parameters:
  ///   - path: At least one key.
  ///   - value: The value's text, on one line.
  ///   - spelling: How it is written where nothing stands yet.
  ///   - neighbours: Keys behind which a person would look for it, the best first.
  /// - Throws: ``Refusal``.
  package func edits(
    setting path: [String], to value: String, spelling: Spelling = .plain,
    neighbours: [String] = []
  ) throws(Refusal) -> [TextEdit] {
    if let found = entry(at: path) {
      try requireUnshared(found.entry, alias: found.alias, path)
      return [
        try replacement(
          of: found.entry.value, with: value, key: found.entry.keyRange, spelling: spelling)
      ]
    }
    // The innermost mapping that is there.
    var depth = path.count - 1
    while depth > 0, entry(at: Array(path[..<depth])) == nil { depth -= 1 }
    let missing = Array(path[depth...])
    guard depth > 0 else {
      return try addition(
        missing, value, spelling, to: root, key: nil, neighbours: neighbours)
    }
    guard let (parent, alias) = entry(at: Array(path[..<depth])) else { return [] }
    try requireUnshared(parent, alias: alias, Array(path[..<depth]))
    return try addition(
      missing, value, spelling, to: parent.value, key: parent.keyRange, neighbours: neighbours)
  }

  private func requireUnshared(
    _ entry: YAMLEntry, alias: SourceRange?, _ path: [String]
  ) throws(Refusal) {
    let name = "'\(path.joined(separator: "."))'"
    if let alias {
      throw Refusal(
        kind: .shared,
        message:
          "\(name) is reached through an alias, so that a change would show in another place too",
        range: alias)
    }
    let range = entry.value.range
    if shared.contains(where: {
      $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
    }) {
      throw Refusal(
        kind: .shared,
        message: "\(name) has an anchor that an alias elsewhere names, so that a change would show "
          + "in another place too", range: entry.keyRange)
    }
  }

  /// The edit that writes another value in place of one, in its own quotes; a plain one gets some where
  /// it must be text.
  package func replacement(
    of node: YAMLNode, with value: String, key: SourceRange, spelling: Spelling = .plain
  ) throws(Refusal) -> TextEdit {
    guard case .scalar(let scalar) = node.content else {
      throw Refusal(
        kind: .notAMapping, message: "a single value is wanted here, found \(node.summary)",
        range: key)
    }
    switch scalar.style {
    case .singleQuoted: return TextEdit(node.range, "'" + Self.doubled(value) + "'")
    case .doubleQuoted: return TextEdit(node.range, "\"" + Self.escaped(value) + "\"")
    case .plain:
      let value = spelled(value, quoting(spelling, []))
      guard node.range.isEmpty else { return TextEdit(node.range, value) }
      // Nothing stands there: the value follows the colon after a blank.
      let offset = node.range.lowerBound
      let isApart = offset > 0 && [0x20, 0x09].contains(source.bytes[offset - 1])
      return .insert((isApart ? "" : " ") + value, at: offset)
    case .literal, .folded:
      // The line break at the end of a block stays.
      var end = node.range.upperBound
      while end > node.range.lowerBound,
        [0x0A, 0x0D, 0x20, 0x09].contains(source.bytes[end - 1])
      {
        end -= 1
      }
      return TextEdit(node.range.lowerBound..<end, value)
    }
  }

  // MARK: Adding

  private func addition(
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
  private func quoting(
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

  private func spelled(_ value: String, _ quote: String) -> String {
    switch quote {
    case "'": "'" + Self.doubled(value) + "'"
    case "\"": "\"" + Self.escaped(value) + "\""
    default: value
    }
  }

  private static func doubled(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "'" ? "''" : String($1) }
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\" + String($1) : String($1) }
  }
}

extension YAMLNode {
  /// Whether two values are the same with keys in the same order, wherever they stand and however they
  /// are quoted.
  ///
  /// - Complexity: O(values, aliases expanded).
  package func isSame(as other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let one), .scalar(let two)): one.text == two.text && one.kind == two.kind
    case (.sequence(let one), .sequence(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0.isSame(as: $1) }
    case (.mapping(let one), .mapping(let two)):
      one.count == two.count
        && zip(one, two).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    default: false
    }
  }
}
