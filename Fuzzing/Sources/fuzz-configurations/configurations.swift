import BudgetReports
import Foundation
import FuzzSupport

/// Where the files of an input lie while they are read: the imports take paths.
private let folder = FileManager.default.temporaryDirectory
  .appendingPathComponent("token-budget-fuzz-\(ProcessInfo.processInfo.processIdentifier)").path

/// A published `config.json`, and a processor file behind a line of five `=`: importing it ends in a cost
/// model that can be read, or in reasons; so does counting an image's tokens.
@_cdecl("LLVMFuzzerTestOneInput")
public func configurations(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let parts = FuzzInput(start, count).parts
  let configuration = file("config.json", parts[0])
  let processor = parts.count > 1 ? file("preprocessor_config.json", parts[1]) : nil
  judging {
    let imported = try ModelImport(configuration: configuration, processor: processor)
    Judgement.judge(imported.diagnostics)
    Judgement.judge(json: imported.json)
    let model = try ComputeCostModel.parse(imported.yaml)
    expect(model.file != nil, "a document that was read has a file")
  }
  for size in [(1280, 720), (33, 4000)] {
    guard let image = ImageSize(width: size.0, height: size.1) else { continue }
    judging {
      let count = try TokenCount(
        configuration: parts.count > 1 ? configuration : nil,
        processor: processor ?? configuration, images: [image])
      expect(count.tokens >= 0, "an image of \(count.tokens) tokens")
      Judgement.judge(json: count.json)
    }
  }
  return 0
}

private func file(_ name: String, _ bytes: [UInt8]) -> String {
  let path = "\(folder)/\(name)"
  do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  } catch {
    fatalError("\(path) cannot be written: \(error)")
  }
  return path
}
