/// One value of a YAML document, with the bytes it was written in.
package struct YAMLNode: Sendable {
  /// What the value is made of.
  package enum Content: Sendable {
    /// A single value, not yet typed.
    case scalar(YAMLScalar)
    /// Values in order.
    case sequence([YAMLNode])
    /// Entries in the order of the source. Keys are distinct.
    case mapping([YAMLEntry])
  }

  /// The value itself. An alias has the content of the node it stands for.
  package internal(set) var content: Content

  /// The value's bytes, quotes and brackets included, anchor and tag excluded. For an alias these
  /// are the bytes of the node it stands for.
  package let range: SourceRange

  /// Where the alias stands, when the value was written as one.
  package let aliasRange: SourceRange?

  /// A node from its parts.
  package init(content: Content, range: SourceRange, aliasRange: SourceRange? = nil) {
    self.content = content
    self.range = range
    self.aliasRange = aliasRange
  }

  /// The value in words, for messages: "a mapping", "text 'abc'", "the number 3".
  package var summary: String {
    switch content {
    case .mapping: "a mapping"
    case .sequence(let items): items.isEmpty ? "an empty list" : "a list"
    case .scalar(let scalar): scalar.summary
    }
  }
}

/// A key and its value.
package struct YAMLEntry: Sendable {
  /// The key's text.
  package let key: String
  /// The key's bytes, quotes included.
  package internal(set) var keyRange: SourceRange
  /// The value.
  package internal(set) var value: YAMLNode

  /// An entry from its parts.
  package init(key: String, keyRange: SourceRange, value: YAMLNode) {
    self.key = key
    self.keyRange = keyRange
    self.value = value
  }
}
