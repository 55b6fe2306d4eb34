import ConfigEmbedding
import FuzzSupport

/// Mistakes of a config, against itself as the one it is served with: each has a place, and what is
/// mended can be read, has fewer of them, and is mended at once.
@_cdecl("LLVMFuzzerTestOneInput")
public func check(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let question = ConfigQuestion(FuzzInput(start, count)) else { return -1 }
  let images = min(question.count, 1_000_000)
  judging {
    let config = try TrainingConfig(
      question.source, framework: question.framework, family: question.family)
    Judgement.judge(config.diagnostics)
    let findings = config.findings(
      images: images, serving: question.options.contains("v") ? config : nil)
    Judgement.judge(findings.map(\.diagnostic))
    let mendable = config.findings(images: images).filter { $0.fix != nil }
    guard let mended = config.fixed(images: images) else { return }
    expect(!mendable.isEmpty, "mended, and nothing could be")
    expect(mended.bytes != question.source.bytes, "mended, and the same")
    do {
      let after = try TrainingConfig(
        mended, framework: question.framework, family: question.family)
      let left = after.findings(images: images).filter { $0.fix != nil }
      expect(
        left.count < mendable.count, "\(left.count) of \(mendable.count) mistakes after mending")
    } catch {
      fatalError("property violated: what was mended cannot be read: \(error)\n\(mended.text)")
    }
  }
  return 0
}
