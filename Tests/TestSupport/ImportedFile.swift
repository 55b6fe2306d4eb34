package import BudgetDocuments
package import ComputeCosts
import Foundation
package import SourceText

/// A configuration as a file, imported.
package enum ImportedFile {
  package static func with<Result>(
    _ json: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString + ".json").path
    try json.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  package static func model(_ json: String) throws -> ModelImport {
    try with(json) { try ModelImport(configuration: $0, id: "imported") }
  }

  package static func costModel(_ json: String) throws -> ComputeCostModel {
    try ComputeCostModel.parse(model(json).yaml)
  }

  package static func architecture(_ json: String) throws -> VisionLanguageModel {
    guard case .architecture(let model, _) = try costModel(json).basis else {
      throw CountOverflow()
    }
    return model
  }

  /// What is wrong with it; none where it can be imported.
  package static func problems(_ json: String) throws -> [Diagnostic] {
    do {
      _ = try model(json)
      return []
    } catch let invalid as InvalidDocument {
      return invalid.diagnostics
    }
  }
}
