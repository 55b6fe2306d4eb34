import SourceText

extension TrainingConfig {
  /// The comment that says what a value means.
  static func note(_ tokens: Int) -> String { "# \(tokens) vision tokens (token-budget)" }

  /// The text with the comment, or with one that is there brought up to date.
  ///
  /// A comment of ours that stays must not lie, so it follows the value whether or not one was asked
  /// for. Comments of other people stay as they are; where one speaks of numbers, the report says so.
  func annotated(
    _ config: ConfigText, _ options: EmbeddingOptions, tokens: Int, _ assignments: [Assignment],
    _ notes: inout [Diagnostic]
  ) throws(InvalidDocument) -> ConfigText {
    var current = config
    let isChanged = config.source.bytes != source.bytes
    for (index, assignment) in assignments.enumerated() where !assignment.path.isEmpty {
      guard let found = (try? current.value(at: assignment.path)).flatMap({ $0 }) else { continue }
      if let comment = found.comment,
        let old = Self.tokensNoted(in: current.source.text(comment))
      {
        guard let allowed = assignment.tokens else { continue }
        let text = current.source.text(comment)
        guard old.tokens != allowed, let place = text.firstRange(of: Self.note(old.tokens)) else {
          continue
        }
        let start =
          comment.lowerBound + text.utf8.distance(from: text.startIndex, to: place.lowerBound)
        let edit = TextEdit(
          start..<(start + Self.note(old.tokens).utf8.count), Self.note(allowed))
        current = try ConfigText(current.source.applying([edit]), form: current.form)
        continue
      }
      if isChanged, assignment.key != nil || assignment.tokens != nil, let comment = found.comment,
        current.source.text(comment).contains(where: \.isNumber)
      {
        let sink = DiagnosticSink(current.source)
        sink.warn(
          .embedStaleComment, "this comment speaks of numbers and may now be wrong", at: comment,
          suggestion: "check it; comments are never changed here")
        notes += sink.diagnostics
      }
      guard options.annotates, index == 0, let allowed = assignment.tokens else { continue }
      current = annotation(current, found, Self.note(allowed), assignment.path, &notes)
    }
    return current
  }

  /// The text with a comment at the end of a value's line, where one can stand there.
  private func annotation(
    _ config: ConfigText, _ found: FoundValue, _ note: String, _ path: [String],
    _ notes: inout [Diagnostic]
  ) -> ConfigText {
    let end = config.source.lineEnd(found.range.upperBound)
    let line = config.source.bytes[found.range.upperBound..<max(found.range.upperBound, end)]
    let isContinued = config.form == .shell && line.last == 0x5C
    if config.form != .json, !isContinued {
      let isApart = line.last == 0x20 || line.last == 0x09
      let edit = TextEdit.insert((isApart ? "" : "  ") + note, at: end)
      if let next = try? ConfigText(config.source.applying([edit]), form: config.form),
        next.isSame(as: config), (try? next.value(at: path))?.comment != nil
      {
        return next
      }
    }
    let sink = DiagnosticSink(config.source)
    sink.warn(
      .embedNotAnnotated,
      config.form == .json
        ? "JSON has no comments, so nothing says how many tokens this value means"
        : "a comment cannot stand at the end of this line, so nothing says how many tokens this value "
          + "means", at: found.range)
    notes += sink.diagnostics
    return config
  }

  /// The tokens that a comment of ours speaks of.
  static func tokensNoted(in comment: String) -> (tokens: Int, Void)? {
    for match in comment.matches(of: /# (\d{1,9}) vision tokens \(token-budget\)/) {
      if let tokens = Int(match.1) { return (tokens, ()) }
    }
    return nil
  }
}

extension ConfigText {
  /// Whether two configs say the same.
  func isSame(as other: ConfigText) -> Bool {
    if let root, let theirs = other.root { return root.isSame(as: theirs) }
    return wordTexts == other.wordTexts
  }

  /// Whether two configs say the same but for the value at a path.
  func differsOnly(from other: ConfigText, at path: [String]) -> Bool {
    if let root, let theirs = other.root {
      let mine = root.removing(path[...])
      let before = theirs.removing(path[...])
      switch (mine, before) {
      case (nil, nil): return true
      case (let mine?, let before?): return mine.isSame(as: before)
      default: return false
      }
    }
    // Of a script a word is replaced, or a flag and its value are added; a word in a quoted string
    // changes the string too.
    var removed = 0
    var inserted = 0
    for change in wordTexts.difference(from: other.wordTexts) {
      switch change {
      case .remove: removed += 1
      case .insert: inserted += 1
      }
    }
    return removed <= 2 && inserted <= removed + 2
  }
}

extension YAMLNode {
  /// The value without what stands at a path, and without mappings that are empty then. A text that
  /// holds JSON goes as a whole: what is in it is compared by reading it.
  fileprivate func removing(_ path: ArraySlice<String>) -> YAMLNode? {
    guard let key = path.first else { return nil }
    guard case .mapping(let entries) = content else {
      if case .scalar(let scalar) = content, scalar.kind == .null { return nil }
      return path.count > 0 && isText ? nil : self
    }
    let left = entries.compactMap { entry -> YAMLEntry? in
      guard entry.key == key else { return entry }
      return entry.value.removing(path.dropFirst()).map {
        YAMLEntry(key: entry.key, keyRange: entry.keyRange, value: $0)
      }
    }
    return left.isEmpty ? nil : YAMLNode(content: .mapping(left), range: range)
  }

  private var isText: Bool {
    if case .scalar(let scalar) = content { return scalar.style != .plain }
    return false
  }
}

extension Diagnostic.Code {
  /// A comment beside a changed value speaks of numbers.
  public static let embedStaleComment = Self("embed.stale-comment")
  /// A comment was asked for where none can stand.
  public static let embedNotAnnotated = Self("embed.not-annotated")
}
