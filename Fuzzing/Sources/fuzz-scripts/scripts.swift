import ConfigEmbedding
import FuzzSupport

/// A launch script: what is found in it lies in it, and reading it changes nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func scripts(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let question = ConfigQuestion(FuzzInput(start, count)) else { return -1 }
  let source = SourceFile(name: "train.sh", bytes: question.source.bytes)
  judging {
    let config = try TrainingConfig(
      source, framework: question.framework, family: question.family)
    Judgement.judge(config.diagnostics)
    expect(config.source.bytes == source.bytes, "a config that was read is another")
    if let budget = config.budget {
      expect(budget.tokens >= 0, "a budget of \(budget.tokens) tokens")
      expect(budget.mostTokens >= budget.tokens, "at most \(budget.mostTokens) of \(budget.tokens)")
    }
    Judgement.judge(config.findings(images: question.count).map(\.diagnostic))
  }
  return 0
}
