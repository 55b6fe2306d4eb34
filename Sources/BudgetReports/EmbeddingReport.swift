public import ConfigEmbedding
public import SourceText

/// What is said of a budget that was written into a config.
public struct EmbeddingReport: Sendable {
  private let config: TrainingConfig
  private let embedding: Embedding
  private let isWritten: Bool
  private let isKept: Bool
  private let remarks: [Diagnostic]

  /// A report on an embedding.
  ///
  /// - Parameters:
  ///   - embedding: What was written.
  ///   - config: The config as it was.
  ///   - isWritten: Whether the file was replaced.
  ///   - isKept: Whether the file was to stay as it is.
  ///   - remarks: What a reader should know of the advice that the budget is from.
  public init(
    _ embedding: Embedding, into config: TrainingConfig, isWritten: Bool, isKept: Bool = false,
    remarks: [Diagnostic] = []
  ) {
    self.config = config
    self.embedding = embedding
    self.isWritten = isWritten
    self.isKept = isKept
    self.remarks = remarks
  }

  /// What a reader should know.
  public var diagnostics: [Diagnostic] { remarks + embedding.diagnostics }

  /// The report for people.
  public var text: String {
    let file = printable(path: config.source.name)
    var lines = ["\(file): \(config.framework.title)" + (config.modelWords.map { ", \($0)" } ?? "")]
    if embedding.changes.isEmpty {
      lines.append("  already set: nothing to change")
    }
    for change in embedding.changes {
      lines.append(
        "  line \(change.place.span.line): \(change.key) "
          + (change.before.map { "\(shortened($0)) -> " } ?? "added: ") + shortened(change.after))
    }
    lines.append("  \(meaning)")
    if let rounding { lines.append("  \(rounding)") }
    if isKept, embedding.isChanged { lines.append("  the file was not changed") }
    return lines.map { printable($0) }.joined(separator: "\n") + "\n"
  }

  private var meaning: String {
    let tokens = "at most \(embedding.tokens) vision tokens an image"
    return embedding.tokens == embedding.requested
      ? tokens : "\(tokens), the largest that can be set up to \(embedding.requested)"
  }

  private var rounding: String? {
    guard let safe = embedding.safeValue else {
      return embedding.mostTokens > embedding.tokens
        ? "but for strips longer than \(embedding.tokens):1, which get up to \(embedding.mostTokens)"
        : nil
    }
    if embedding.mostTokens <= embedding.requested {
      return "no image exceeds it after the processor's rounding: this is the safe value"
    }
    return
      "\(config.framework.title) resizes first and the processor rounds after it: images up to 2:1 get "
      + "up to \(embedding.mostTokensOfUsualShapes) tokens, strips up to \(embedding.mostTokens); "
      + "\(Parameter.safe) writes \(safe), which keeps all within \(embedding.requested)"
  }

  /// The report as JSON text.
  ///
  /// - Parameter withText: Whether the new config is in it.
  public func json(withText: Bool) -> String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "file": .string(config.source.name),
      "framework": .string(config.framework.id.name),
      "family": .optional(config.family) { .string($0.name) },
      "requested_tokens": .integer(embedding.requested),
      "tokens": .integer(embedding.tokens),
      "most_tokens": .integer(embedding.mostTokens),
      "most_tokens_up_to_2_to_1": .integer(embedding.mostTokensOfUsualShapes),
      "safe_value": .optional(embedding.safeValue) { .integer($0) },
      "changes": .list(embedding.changes) { change in
        .object([
          "key": .string(change.key),
          "before": .optional(change.before) { .string($0) },
          "after": .string(change.after),
          "line": .integer(change.place.span.line),
          "column": .integer(change.place.span.column),
        ])
      },
      "changed": .bool(embedding.isChanged),
      "written": .bool(isWritten),
      "diff": .string(embedding.diff),
      "text": withText ? .string(embedding.text) : .null,
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}

extension TrainingConfig {
  /// The model's family and how it is known, in words.
  fileprivate var modelWords: String? {
    guard let family else { return nil }
    return switch familySource {
    case .given: "\(family.name) as given"
    case .model(let name): "\(family.name) by its model \(quoted(name))"
    case .shown: "\(family.name) by its other keys"
    case .notNeeded: nil
    }
  }
}
