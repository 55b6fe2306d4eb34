import ConfigEmbedding
import FuzzSupport

/// A budget written into a config: the result can be read, holds the budget that was promised, differs at
/// the lines that are listed, and asking again changes nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func embed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let question = ConfigQuestion(FuzzInput(start, count)) else { return -1 }
  let options = EmbeddingOptions(
    annotates: question.options.contains("a"), isSafe: question.options.contains("s"))
  judging {
    let config = try TrainingConfig(
      question.source, framework: question.framework, family: question.family)
    let embedding = try config.embedding(tokens: question.count, options: options)
    Judgement.judge(embedding.diagnostics)
    expect(embedding.tokens <= question.count, "\(embedding.tokens) of \(question.count) tokens")
    expect(embedding.isChanged || embedding.changes.isEmpty, "a change that changes nothing")
    expect(embedding.isChanged == !embedding.diff.isEmpty, "a change without a difference")
    again(embedding, config, options)
  }
  return 0
}

/// What is written is read as it was meant.
private func again(_ embedding: Embedding, _ before: TrainingConfig, _ options: EmbeddingOptions) {
  do {
    let config = try TrainingConfig(
      embedding.result, framework: before.framework.id, family: before.family?.name)
    let next = try config.embedding(tokens: embedding.requested, options: options)
    expect(next.tokens == embedding.tokens, "\(next.tokens) tokens after \(embedding.tokens)")
    expect(next.changes.isEmpty, "written again: \(next.changes)")
    if let budget = config.budget {
      expect(
        budget.tokens <= max(embedding.tokens, embedding.mostTokens),
        "\(budget.tokens) tokens in the config, \(embedding.tokens) promised")
    }
  } catch {
    fatalError("property violated: what was written cannot be read: \(error)\n\(embedding.text)")
  }
}
