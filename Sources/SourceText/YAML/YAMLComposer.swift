import CLibYAML

/// Builds the tree of one YAML document from libyaml's events.
///
/// The nesting is held on a stack of the composer's own, so depth costs no call stack, and an
/// alias shares its node's storage, so an expansion costs no memory.
struct YAMLComposer {
  /// Parses a document.
  ///
  /// - Parameters:
  ///   - source: The document, in UTF-8, with or without a byte-order mark.
  ///   - limits: Bounds on its size, depth and expansion.
  ///   - sink: Receives everything that is wrong. Duplicate keys are collected; anything after
  ///     which the rest cannot be read ends the parse.
  /// - Returns: The root; `nil` when no usable tree was found, and then `sink` has errors.
  /// - Complexity: O(size).
  static func compose(
    _ source: SourceFile, limits: YAMLLimits = YAMLLimits(), sink: DiagnosticSink
  ) -> YAMLNode? {
    guard source.bytes.count <= limits.bytes else {
      sink.report(
        .fileTooLarge, "the file is larger than the limit of \(limits.bytes) bytes", at: nil,
        suggestion: limits.largeFileHint)
      return nil
    }
    guard sink.requireUTF8() else { return nil }
    if let offset = source.bytes.firstDirective(past: limits.directives) {
      sink.report(
        .yamlSyntax, "the document has more than \(limits.directives) '%' directives",
        at: offset..<(offset + 1))
      return nil
    }
    var composer = YAMLComposer(source: source, limits: limits, sink: sink)
    return composer.run()
  }

  let source: SourceFile
  private let limits: YAMLLimits
  let sink: DiagnosticSink
  let base: Int
  let index: CodePointIndex

  private var open: [OpenCollection] = []
  private var anchors: [String: Anchored] = [:]
  private var root: YAMLNode?
  private var nodeCount = 0
  private var documents = 0

  private init(source: SourceFile, limits: YAMLLimits, sink: DiagnosticSink) {
    self.source = source
    self.limits = limits
    self.sink = sink
    base = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    index = CodePointIndex(source.bytes, base: base)
  }

  private mutating func run() -> YAMLNode? {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      preconditionFailure("libyaml could not allocate a parser")
    }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    return source.bytes.withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(
        &parser, bytes.baseAddress.map { $0 + base }, bytes.count - base)
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
          reportSyntaxError(parser)
          return nil
        }
        defer { yaml_event_delete(&event) }
        if event.type == YAML_STREAM_END_EVENT { break }
        guard handle(event) else { return nil }
      }
      if documents == 0 {
        sink.report(
          .yamlEmpty, "the file holds no document: it is empty or has only comments", at: nil)
      }
      return root
    }
  }

  /// Takes one event in. Returns `false` when the parse must end; `sink` then says why.
  private mutating func handle(_ event: yaml_event_t) -> Bool {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      guard documents == 1 else {
        sink.report(
          .yamlSeveralDocuments, "the file holds more than one document", at: range(of: event),
          suggestion: "put each document in a file of its own")
        return false
      }
      return true
    case YAML_SCALAR_EVENT:
      return scalar(event)
    case YAML_ALIAS_EVENT:
      return alias(event)
    case YAML_SEQUENCE_START_EVENT:
      return start(
        event, .sequence([]), anchor: text(event.data.sequence_start.anchor),
        tag: text(event.data.sequence_start.tag), expectedTag: "tag:yaml.org,2002:seq",
        isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      return start(
        event, .mapping([], keys: [:]), anchor: text(event.data.mapping_start.anchor),
        tag: text(event.data.mapping_start.tag), expectedTag: "tag:yaml.org,2002:map",
        isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return end(event)
    default:
      return true
    }
  }

  // MARK: Scalars and aliases

  private mutating func scalar(_ event: yaml_event_t) -> Bool {
    let data = event.data.scalar
    let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
    let text = String(decoding: bytes, as: UTF8.self)
    let style: YAMLScalar.Style =
      switch data.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE: .literal
      case YAML_FOLDED_SCALAR_STYLE: .folded
      default: .plain
      }
    let range = contentRange(of: event, hasProperties: data.anchor != nil || data.tag != nil)
    var value = YAMLScalar(text: text, style: style)
    if let tag = self.text(data.tag) {
      guard let tagged = YAMLScalar(text: text, style: style, tag: tag) else {
        reportTag(tag, at: self.range(of: event))
        return false
      }
      value = tagged
    }
    return add(
      YAMLNode(content: .scalar(value), range: range), anchor: self.text(data.anchor), size: 1,
      bytes: data.length)
  }

  private mutating func alias(_ event: yaml_event_t) -> Bool {
    let name = text(event.data.alias.anchor) ?? ""
    let place = range(of: event)
    guard let anchored = anchors[name] else {
      let isOpen = open.contains { $0.anchor == name }
      sink.report(
        .yamlAlias,
        isOpen
          ? "alias \(quoted("*" + name)) stands inside the value that it names"
          : "alias \(quoted("*" + name)) names no anchor before it",
        at: place,
        suggestion: isOpen
          ? nil
          : nearestName(to: name, among: anchors.keys.sorted())
            .map { "did you mean '*\($0)'?" })
      return false
    }
    let node = YAMLNode(
      content: anchored.node.content, range: anchored.node.range, aliasRange: place)
    return add(node, anchor: nil, size: anchored.size, bytes: anchored.bytes, at: place)
  }

  // MARK: Collections

  private mutating func start(
    _ event: yaml_event_t, _ kind: OpenCollection.Kind, anchor: String?, tag: String?,
    expectedTag: String, isFlow: Bool
  ) -> Bool {
    let place = contentRange(of: event, hasProperties: anchor != nil || tag != nil)
    guard open.count < limits.depth else {
      sink.report(
        .yamlDepth, "lists and mappings are nested more than \(limits.depth) levels deep", at: place
      )
      return false
    }
    if let tag, tag != expectedTag, tag != "!" {
      reportTag(tag, at: range(of: event))
      return false
    }
    if case .mapping = open.last?.kind, open.last?.pendingKey == nil {
      sink.report(
        .yamlKey, "a key must be text, not a list or a mapping", at: place,
        suggestion: "quote it, if '{' or '[' is meant as text")
      return false
    }
    // The anchor now names this node, not an earlier one of the same name.
    if let anchor { anchors[anchor] = nil }
    // The single pair of `[a: 1]` is a flow mapping without braces of its own.
    let first = place.lowerBound < source.bytes.count ? source.bytes[place.lowerBound] : nil
    let isBracketed = isFlow && (first == 0x7B || first == 0x5B)
    open.append(
      OpenCollection(
        kind: kind, start: place.lowerBound, anchor: anchor, isBracketed: isBracketed))
    return true
  }

  private mutating func end(_ event: yaml_event_t) -> Bool {
    guard let collection = open.popLast() else {
      preconditionFailure("libyaml closed a collection that it never opened")
    }
    let content: YAMLNode.Content
    let lastChild: SourceRange?
    switch collection.kind {
    case .sequence(let items):
      content = .sequence(items)
      lastChild = items.last.map { $0.aliasRange ?? $0.range }
    case .mapping(let entries, _):
      content = .mapping(entries)
      lastChild = entries.last.map { $0.value.aliasRange ?? $0.value.range }
    }
    // Without a closing mark a collection ends where its last value does.
    let upper =
      collection.isBracketed
      ? range(of: event).upperBound : lastChild?.upperBound ?? collection.start
    return add(
      YAMLNode(content: content, range: collection.start..<max(collection.start, upper)),
      anchor: collection.anchor, size: collection.size, bytes: collection.bytes)
  }

  /// Puts a finished node where it belongs: into the innermost open collection, or at the root.
  ///
  /// - Parameters:
  ///   - size: Values the node stands for after expansion, itself included.
  ///   - bytes: Bytes of text that it stands for after expansion.
  ///   - place: Where to report an expansion past the limit, when not at the node itself.
  private mutating func add(
    _ node: YAMLNode, anchor: String?, size: Int, bytes: Int, at place: SourceRange? = nil
  ) -> Bool {
    if let anchor {
      anchors[anchor] = Anchored(node: node, size: size, bytes: bytes)
      guard anchors.count <= limits.anchors else {
        sink.report(
          .yamlExpansion, "the document has more than \(limits.anchors) anchors", at: node.range)
        return false
      }
    }
    guard var parent = open.popLast() else {
      root = node
      return true
    }
    nodeCount += 1
    let (total, overflow) = parent.size.addingReportingOverflow(size)
    // Sizes were bounded one by one, so their sum is far from what an `Int` holds.
    let bytes = parent.bytes + bytes
    guard !overflow, total <= limits.expandedNodes, nodeCount <= limits.expandedNodes,
      bytes <= limits.expandedBytes
    else {
      if anchors.isEmpty {
        sink.report(
          .yamlTooManyValues,
          "the document holds more than \(limits.expandedNodes) values or "
            + "\(limits.expandedBytes) bytes of text", at: place ?? node.range,
          suggestion: limits.largeFileHint)
      } else {
        sink.report(
          .yamlExpansion,
          "the document stands for more than \(limits.expandedNodes) values or "
            + "\(limits.expandedBytes) bytes once its aliases are expanded",
          at: place ?? node.range)
      }
      return false
    }
    parent.size = total
    parent.bytes = bytes
    switch parent.kind {
    case .sequence(var items):
      // The enum lets go of the array before it grows, so appending copies nothing.
      parent.kind = .sequence([])
      items.append(node)
      parent.kind = .sequence(items)
    case .mapping(var entries, var keys):
      guard let key = parent.pendingKey else {
        guard case .scalar(let scalar) = node.content else {
          sink.report(
            .yamlKey, "a key must be text, not a list or a mapping",
            at: node.aliasRange ?? node.range)
          return false
        }
        parent.pendingKey = (scalar.text, node.aliasRange ?? node.range)
        open.append(parent)
        return true
      }
      parent.kind = .sequence([])
      parent.pendingKey = nil
      if let first = keys[key.text] {
        sink.report(
          .duplicateKey,
          "key \(quoted(key.text)) is given twice; the first is on line \(sink.line(of: first))",
          at: key.range, suggestion: "keep one of the two")
      } else {
        keys[key.text] = key.range.lowerBound
        entries.append(YAMLEntry(key: key.text, keyRange: key.range, value: node))
      }
      parent.kind = .mapping(entries, keys: keys)
    }
    open.append(parent)
    return true
  }

  // MARK: Positions

  private func range(of event: yaml_event_t) -> SourceRange {
    let lower = index.byteOffset(ofCodePoint: event.start_mark.index)
    return lower..<max(lower, index.byteOffset(ofCodePoint: event.end_mark.index))
  }

  /// The event's bytes without its anchor and tag.
  private func contentRange(of event: yaml_event_t, hasProperties: Bool) -> SourceRange {
    let whole = range(of: event)
    guard hasProperties else { return whole }
    var offset = whole.lowerBound
    let bytes = source.bytes
    func skipBlanks() {
      while offset < bytes.count {
        switch bytes[offset] {
        case 0x20, 0x09, 0x0A, 0x0D: offset += 1
        case 0x23:  // a comment, to the end of its line
          while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
        default: return
        }
      }
    }
    for _ in 0..<2 where offset < bytes.count && (bytes[offset] == 0x26 || bytes[offset] == 0x21) {
      while offset < bytes.count, ![0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
      skipBlanks()
    }
    // An empty value behind its properties ends where the event does.
    let limit = event.type == YAML_SCALAR_EVENT ? whole.upperBound : bytes.count
    let lower = min(offset, limit)
    return lower..<max(lower, whole.upperBound)
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}

/// A node that an alias can name, and how many values and bytes it stands for.
private struct Anchored {
  let node: YAMLNode
  let size: Int
  let bytes: Int
}

/// A sequence or mapping whose end has not come yet.
private struct OpenCollection {
  enum Kind {
    case sequence([YAMLNode])
    /// `keys` maps a key's text to the byte offset of its first use.
    case mapping([YAMLEntry], keys: [String: Int])
  }

  var kind: Kind
  let start: Int
  let anchor: String?
  let isBracketed: Bool
  var pendingKey: (text: String, range: SourceRange)?
  var size = 1
  var bytes = 0
}
