import BudgetReports
import ConfigEmbedding
import SourceText
import TokenBudget

/// What `token-budget embed` answers.
struct EmbeddingReport {
  let config: TrainingConfig
  let embedding: Embedding
  /// Whether the file was replaced.
  let isWritten: Bool
  /// Whether the file was to stay as it is.
  let isKept: Bool
  /// What a reader should know of the advice that the budget is from.
  let remarks: [Diagnostic]

  /// What a reader should know.
  var diagnostics: [Diagnostic] { remarks + embedding.diagnostics }

  /// The report for people.
  var text: String {
    let file = printable(path: config.source.name)
    var lines = ["\(file): \(config.framework.title)" + (config.modelWords.map { ", \($0)" } ?? "")]
    if embedding.changes.isEmpty {
      lines.append("  already set: nothing to change")
    }
    for change in embedding.changes {
      lines.append(
        "  line \(change.place.span.line): \(change.key) "
          + (change.before.map { "\($0) -> \(change.after)" } ?? "added: \(change.after)"))
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
      + "up to \(embedding.mostTokensOfUsualShapes) tokens, strips up to \(embedding.mostTokens); --safe "
      + "writes \(safe), which keeps all within \(embedding.requested)"
  }

  /// The report for scripts.
  func json(withText: Bool) -> String {
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
  var modelWords: String? {
    guard let family else { return nil }
    return switch familySource {
    case .given: "\(family.name) as given"
    case .model(let name): "\(family.name) by its model \(quoted(name))"
    case .shown: "\(family.name) by its other keys"
    case .notNeeded: nil
    }
  }
}
