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
