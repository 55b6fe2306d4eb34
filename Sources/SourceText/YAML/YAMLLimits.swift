/// Bounds on a YAML document, so that no input can exhaust memory or time.
package struct YAMLLimits: Sendable {
  /// The largest document, in bytes.
  package var bytes: Int

  /// The deepest nesting of sequences and mappings.
  package var depth: Int

  /// The most values after every alias is replaced by what it stands for. A document of a few
  /// hundred bytes can otherwise stand for billions of values.
  package var expandedNodes: Int

  /// The most bytes of text after every alias is replaced.
  package var expandedBytes: Int

  /// The most anchors. Each keeps its value until the document ends.
  package var anchors: Int

  /// The most `%` directives. libyaml compares each with all before it.
  package var directives: Int

  /// What to do with a document that is too large, where that is known.
  package var largeFileHint: Suggestion? = SourceFile.shorterForm

  /// Limits far above any document that people write, and far below what harms a machine.
  package init(
    bytes: Int = SourceFile.defaultByteLimit, depth: Int = 64, expandedNodes: Int = 1_000_000,
    expandedBytes: Int = 2 * SourceFile.defaultByteLimit, anchors: Int = 10_000,
    directives: Int = 100
  ) {
    self.bytes = bytes
    self.depth = depth
    self.expandedNodes = expandedNodes
    self.expandedBytes = expandedBytes
    self.anchors = anchors
    self.directives = directives
  }
}

extension Diagnostic.Code {
  /// The text is not UTF-8, or holds characters that YAML forbids.
  package static let yamlEncoding = Self("yaml.encoding")
  /// The text is not YAML.
  package static let yamlSyntax = Self("yaml.syntax")
  /// The file holds no document.
  package static let yamlEmpty = Self("yaml.empty-document")
  /// The file holds more than one document.
  package static let yamlSeveralDocuments = Self("yaml.several-documents")
  /// Sequences and mappings are nested too deeply.
  package static let yamlDepth = Self("yaml.nesting-depth")
  /// Aliases stand for too many values.
  package static let yamlExpansion = Self("yaml.alias-expansion")
  /// The document holds too many values or too much text, without any alias.
  package static let yamlTooManyValues = Self("yaml.too-many-values")
  /// An alias names no anchor before it, or one that it is part of.
  package static let yamlAlias = Self("yaml.unknown-alias")
  /// A tag is none of the core schema's, or its value is not of that type.
  package static let yamlTag = Self("yaml.tag")
  /// A key is a sequence or a mapping.
  package static let yamlKey = Self("yaml.key-not-text")
  /// A mapping has the same key twice.
  package static let duplicateKey = Self("document.duplicate-key")
}
