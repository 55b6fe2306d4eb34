import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// `References/processor_counts.json`: image tokens as the processors of transformers write them into the prompt, ten
/// images at each of five settings of every family that has a processor class there. `make check-tokens` draws
/// many more.
@Suite struct ProcessorCountTests {
  private typealias Row = [String: Any]

  @Test func everyProcessorsCountIsReproduced() throws {
    let text = try Repository.text("Tests/ComputeCostsTests/References/processor_counts.json")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let rows = try #require(document["rows"] as? [Row])
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var (compared, refused) = (0, 0)
    for row in rows {
      let type = try #require(row["type"] as? String)
      let processor = try #require(try file("processor.json", row["processor"], in: folder))
      let configuration = try file("config.json", row["config"], in: folder)
      let assignments = try #require(row["set"] as? [String])
      for image in try #require(row["images"] as? [[Any]]) {
        let width = try #require(image[0] as? Int)
        let height = try #require(image[1] as? Int)
        let count = Result {
          try TokenCount(
            family: row["family"] as? String, configuration: configuration, processor: processor,
            assignments: assignments,
            images: [try #require(ImageSize(width: width, height: height))]
          )
        }
        let name: Comment = "\(type) \(width)x\(height) \(row["processor"] ?? "")"
        guard let tokens = image[2] as? Int else {
          #expect(throws: InvalidDocument.self, name) { _ = try count.get() }
          refused += 1
          continue
        }
        let layout = try count.get().layouts[0]
        #expect(layout.tokens == tokens, name)
        if let markers = image[3] as? Int { #expect(layout.extraTextTokens == markers, name) }
        compared += 1
      }
    }
    #expect(compared >= 2600 && refused >= 10, "\(compared) and \(refused)")
  }

  /// A part of a row as a file; `nil` for none.
  private func file(_ name: String, _ value: Any?, in folder: URL) throws -> String? {
    guard let value = value as? [String: Any] else { return nil }
    let url = folder.appendingPathComponent(name)
    try JSONSerialization.data(withJSONObject: value, options: .sortedKeys).write(to: url)
    return url.path
  }
}
