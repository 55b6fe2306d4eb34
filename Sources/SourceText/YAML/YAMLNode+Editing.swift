/// One part of a path into a tree, with the bytes that it was written in.
package struct YAMLStep: Sendable {
  /// What the part names.
  package enum Part: Sendable, Hashable {
    /// A key of a mapping.
    case key(String)
    /// An item of a list, counted from 0.
    case item(Int)
  }

  /// What the part names.
  package let part: Part
  /// The part's bytes, quotes or brackets included.
  package let range: SourceRange

  /// A part of a path.
  package init(_ part: Part, range: SourceRange) {
    self.part = part
    self.range = range
  }
}

/// Why a value cannot stand at a path.
package enum YAMLPathProblem: Error, Equatable {
  /// The part at this index names an item behind the end of a list of so many.
  case noSuchItem(at: Int, count: Int)
  /// The part at this index names an item of something that is no list.
  case notAList(at: Int, found: String)
  /// The part at this index names a key of a list.
  case isAList(at: Int)
}

extension YAMLNode {
  /// Puts a value at a path, in place of what stands there.
  ///
  /// Mappings that are missing on the way are added, and a single value on the way makes room for one.
  /// The item behind the last one of a list is appended. Only this place changes: what an alias
  /// elsewhere stands for stays as it is.
  ///
  /// - Parameters:
  ///   - path: The parts of the path.
  ///   - value: The value.
  /// - Throws: ``YAMLPathProblem``; the tree is then as it was.
  /// - Complexity: O(entries of the mappings on the way); lists that are shared with another tree are
  ///   copied once.
  package mutating func set(
    _ path: [YAMLStep], to value: YAMLNode
  ) throws(YAMLPathProblem) {
    try set(path[...], to: value)
  }

  private mutating func set(
    _ path: ArraySlice<YAMLStep>, to value: YAMLNode
  ) throws(YAMLPathProblem) {
    guard let step = path.first else {
      self = value
      return
    }
    let rest = path.dropFirst()
    switch content {
    case .scalar(let scalar):
      if case .item = step.part, scalar.kind != .null {
        throw .notAList(at: path.startIndex, found: summary)
      }
      self = try Self.made(path, value)
    case .mapping(var entries):
      guard case .key(let key) = step.part else {
        throw .notAList(at: path.startIndex, found: summary)
      }
      // The enum lets go of the array before it changes, so that nothing is copied.
      content = .sequence([])
      defer { content = .mapping(entries) }
      guard let index = entries.firstIndex(where: { $0.key == key }) else {
        entries.append(
          YAMLEntry(key: key, keyRange: step.range, value: try Self.made(rest, value)))
        return
      }
      try entries[index].value.set(rest, to: value)
      if rest.isEmpty { entries[index].keyRange = step.range }
    case .sequence(var items):
      guard case .item(let index) = step.part else { throw .isAList(at: path.startIndex) }
      guard index <= items.count else {
        throw .noSuchItem(at: path.startIndex, count: items.count)
      }
      content = .sequence([])
      defer { content = .sequence(items) }
      if index == items.count {
        items.append(try Self.made(rest, value))
      } else {
        try items[index].set(rest, to: value)
      }
    }
  }

  /// What stands at the beginning of a path where nothing stood: mappings, and lists of one item.
  private static func made(
    _ path: ArraySlice<YAMLStep>, _ value: YAMLNode
  ) throws(YAMLPathProblem) -> YAMLNode {
    guard let step = path.first else { return value }
    let child = try made(path.dropFirst(), value)
    let range = step.range.lowerBound..<max(step.range.upperBound, value.range.upperBound)
    switch step.part {
    case .key(let key):
      return YAMLNode(
        content: .mapping([YAMLEntry(key: key, keyRange: step.range, value: child)]), range: range)
    case .item(0): return YAMLNode(content: .sequence([child]), range: range)
    case .item: throw .noSuchItem(at: path.startIndex, count: 0)
    }
  }

  /// The value with all its positions moved, to be spliced into a document: see
  /// ``DiagnosticSink/spliceOffset(_:)``.
  ///
  /// - Complexity: O(values, aliases expanded).
  package func moved(by offset: Int) -> YAMLNode {
    let moved: Content =
      switch content {
      case .scalar: content
      case .sequence(let items): .sequence(items.map { $0.moved(by: offset) })
      case .mapping(let entries):
        .mapping(
          entries.map {
            YAMLEntry(
              key: $0.key, keyRange: $0.keyRange.moved(by: offset),
              value: $0.value.moved(by: offset))
          })
      }
    return YAMLNode(
      content: moved, range: range.moved(by: offset), aliasRange: aliasRange?.moved(by: offset))
  }
}

extension SourceRange {
  /// The range, so many bytes on.
  package func moved(by offset: Int) -> SourceRange {
    lowerBound + offset..<upperBound + offset
  }
}
