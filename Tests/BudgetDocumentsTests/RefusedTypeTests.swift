import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Every model type from images and text to text of transformers 5.24: of a family here, or refused in a way that names
/// it and says how to go on. `Scripts/models/census.py` compares what is imported with the models themselves.
@Suite struct RefusedTypeTests {
  private struct Types: Decodable {
    let types: [String]

    static func load() throws -> [String] {
      let text = try Repository.text(
        "Tests/ComputeCostsTests/References/image_text_types.json")
      return try JSONDecoder().decode(Types.self, from: Data(text.utf8)).types
    }
  }

  @Test func everyTypeIsOfAFamilyOrRefusedWithAWayOn() throws {
    let types = try Types.load()
    #expect(types.count == 100)
    var imported = 0
    for type in types {
      let json = "{\"model_type\": \"\(type)\"}"
      if ModelFamily.importableModelTypes.contains(type) {
        imported += 1
        // The name alone may be too little; what is missing is said, and no word of the type.
        for problem in try ImportedFile.problems(json) {
          #expect(!problem.message.contains("no closed form here"), "\(type)")
        }
        continue
      }
      let problem = try #require(try ImportedFile.problems(json).first, "\(type) is imported")
      #expect(problem.code == .configurationUnsupported, "\(type)")
      #expect(problem.message.contains("'\(type)'"), "\(type): \(problem.message)")
      let hint = try #require(problem.suggestion?.description, "\(type)")
      if ModelFamily.languageModelTypes.contains(type) {
        #expect(hint.contains("whole vision-language model"), "\(type): \(hint)")
        continue
      }
      #expect(hint.contains("docs/documents.md"), "\(type): \(hint)")
      let isCounted = ModelFamily.countableModelTypes.contains(type)
      #expect(hint.contains("counted by 'tokens'") == isCounted, "\(type): \(hint)")
      #expect(problem.message.contains("has the token rule of") == isCounted, "\(type)")
    }
    // Those of today; more may be imported, and none may go.
    #expect(imported >= 36)
  }

  @Test func aLanguageModelAloneIsCalledOne() throws {
    for type in ["qwen3", "llama", "gemma3_text"] {
      let problem = try #require(try ImportedFile.problems("{\"model_type\": \"\(type)\"}").first)
      #expect(problem.code == .configurationUnsupported)
      #expect(problem.message.contains("'\(type)' is the type of a language model alone"))
      #expect(problem.suggestion?.description.contains("whole vision-language model") == true)
    }
  }

  /// What is wrong with the parts of a family's own configuration comes with a way on too.
  @Test func partsThatDoNotFitAreRefusedWithAWayOn() throws {
    let inconsistent = """
      {"model_type": "qwen2_5_vl", "text_config": {"hidden_size": 64},
       "vision_config": {"out_hidden_size": 32}}
      """
    for json in [inconsistent, "{\"model_type\": \"gemma3\"}"] {
      for problem in try ImportedFile.problems(json) {
        #expect(problem.suggestion != nil, "\(problem.message)")
      }
      #expect(try !ImportedFile.problems(json).isEmpty)
    }
  }

  /// Some processors have a number of tokens and say nothing of the encoder: FLOPs would be those of no image.
  @Test func aRuleThatSaysNothingOfTheEncoderMakesNoCostModel() throws {
    func document(_ family: String, _ processor: String) -> String {
      """
      kind: compute-cost-model
      schema: 1
      id: hand-written
      vision:
        family: \(family)
        encoder: { layers: 24, hidden: 1024, intermediate: 4096, heads: 16, patch: 16, class_token: false }
        connector: { form: mlp2 }
        processor: \(processor)
      language: { layers: 2, hidden: 64, heads: 2, kv_heads: 2, head_dim: 32, intermediate: 96, vocabulary: 320 }
      tokens: { reduce: processor }
      workload: { images: 1, text_tokens: 64, output_tokens: 8, batch: 1 }
      source: { cite: "a test" }
      """
    }
    _ = try ComputeCostModel.parse(
      document("janus", "{ image_size: 384, patch_size: 16 }"), name: "janus.yaml")
    let error = #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(
        document("chameleon", "{ image_seq_length: 1024 }"), name: "chameleon.yaml")
    }
    let problem = try #require(error?.diagnostics.first)
    #expect(problem.message.contains("does not say what its encoder sees"))
    #expect(problem.suggestion?.description.contains("'flops: {") == true)
  }
}
