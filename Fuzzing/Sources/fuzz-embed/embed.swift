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
    // A value stands on one line, but for one that a last line without a break grows by.
    let gone = lines(of: embedding.original).subtracting(lines(of: embedding.result))
    expect(
      options.annotates || gone.count <= embedding.changes.count + 1,
      "\(gone.count) lines are gone for \(embedding.changes.count) changes:\n\(embedding.diff)")
    again(embedding, config, options)
  }
  return 0
}

/// The lines of a file.
private func lines(of file: SourceFile) -> Set<ArraySlice<UInt8>> {
  Set(file.bytes.split(separator: 0x0A))
}

/// What is written is read as it was meant.
private func again(_ embedding: Embedding, _ before: TrainingConfig, _ options: EmbeddingOptions) {
  do {
    let config = try TrainingConfig(
      embedding.result, framework: before.framework.id.name, family: before.family?.name)
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
