import BudgetDocuments
import ComputeCosts
import Foundation
import TestSupport
import Testing

/// FLOPs of the reference implementations, to the last digit, through `import`.
@Suite struct FLOPOracleTests {
  /// An outer product that the reference builds a mask with, 2 · (4 · 1608)² an image: no work of
  /// the model, and in no report.
  private static let llamaMask = 82_741_248

  private func compare(
    _ file: String, skipping: Set<String> = []
  ) throws -> (vision: Int, prefill: Int) {
    let reference = try FLOPRecords(file)
    var models: [String: ComputeCostModel] = [:]
    var compared = (vision: 0, prefill: 0)
    for (id, model) in reference.models.sorted(by: { $0.key < $1.key }) where !skipping.contains(id)
    {
      let imported = try reference.imported(id)
      models[id] = imported
      try compareParameters(id, imported, model.params)
    }
    for record in reference.records {
      guard let model = models[record.model] else { continue }
      switch record {
      case .vision(let id, let vision):
        try compareVision(id, model, vision)
        compared.vision += 1
      case .prefill(let id, let prefill):
        try comparePrefill(id, model, prefill)
        compared.prefill += 1
      }
    }
    return compared
  }

  private func architecture(_ model: ComputeCostModel) throws -> VisionLanguageModel {
    guard case .architecture(let architecture, _) = model.basis else {
      throw CountOverflow()
    }
    return architecture
  }

  private func compareParameters(
    _ id: String, _ model: ComputeCostModel, _ expected: FLOPRecords.Model.Parameters
  ) throws {
    let counts = try architecture(model).parameters()
    #expect(counts.visionEncoder == Int128(expected.vision_encoder), "\(id)")
    // The newline embedding stands with the connector here.
    #expect(counts.connector == Int128(expected.connector + expected.other), "\(id)")
    #expect(counts.languageLayers == Int128(expected.llm_without_embeddings_and_head), "\(id)")
    #expect(counts.embedding == Int128(expected.embed_tokens), "\(id)")
    #expect(counts.head == Int128(expected.lm_head), "\(id)")
    #expect(counts.total == Int128(expected.total), "\(id)")
  }

  private func compareVision(
    _ id: String, _ model: ComputeCostModel, _ expected: FLOPRecords.Vision
  ) throws {
    let architecture = try architecture(model)
    let layouts = try expected.layouts(model)
    let name = "\(id) \(expected.input)"
    let tokens = layouts.reduce(0) { $0 + $1.tokens }
    let counts = try architecture.visionFLOPs(of: layouts)
    let split = expected.vision_encoder_split
    #expect(counts.encoder.convolution == Int128(split.conv_patch_embed), "\(name)")
    #expect(counts.encoder.linear == Int128(split.linear), "\(name)")
    #expect(counts.encoder.attention == Int128(split.attention), "\(name)")
    let mask =
      id.hasPrefix("llama-3.2") ? Int128(Self.llamaMask * expected.input.images) : 0
    #expect(
      try counts.encoder.total() + mask == Int128(expected.vision_encoder_flops), "\(name)")
    #expect(counts.connector == Int128(expected.connector_flops), "\(name)")
    if architecture.language.crossLayers > 0 {
      #expect(try architecture.statesRead(of: layouts) == Int128(expected.vision_tokens_to_llm))
    } else {
      #expect(tokens == expected.vision_tokens_to_llm, "\(name)")
    }
  }

  private func comparePrefill(
    _ id: String, _ model: ComputeCostModel, _ expected: FLOPRecords.Prefill
  ) throws {
    let architecture = try architecture(model)
    let name = "\(id) \(expected.n_vision) + \(expected.n_text)"
    let workload = Workload(
      images: 1, textTokens: expected.n_text, outputTokens: 2, batch: 1)
    let breakdown = try architecture.languageBreakdown(
      visionTokens: expected.n_vision, under: workload)
    let parts = try #require(breakdown.parts)
    #expect(parts.visionEncoder == nil && parts.connector == nil)
    #expect(parts.prefillLinear == Int128(expected.split.weights), "\(name)")
    #expect(parts.prefillAttention == Int128(expected.split.attention), "\(name)")
    #expect(parts.prefill == Int128(expected.llm_layers_flops), "\(name)")
    #expect(parts.lmHeadLast == Int128(expected.lm_head_last_token_flops), "\(name)")
    let decode = expected.decode
    #expect(parts.decodeStepLinear == Int128(decode.split.weights), "\(name)")
    #expect(parts.decodeStepAttention == Int128(decode.split.attention), "\(name)")
    // With two output tokens there is one decode step, and it has its own head.
    #expect(parts.decode == Int128(decode.llm_layers_flops + decode.lm_head_flops), "\(name)")
    var all = Convention()
    all.head = .all
    let everyPosition = try architecture.languageBreakdown(
      visionTokens: expected.n_vision, under: workload, convention: all)
    #expect(
      try #require(everyPosition.parts).lmHead == Int128(expected.lm_head_all_positions_flops))
  }

  @Test func everyRecordIsReproducedToTheLastDigit() throws {
    let compared = try compare("flops_oracle.json")
    #expect(compared.vision + compared.prefill == 290)
  }

  /// Other sizes of the same families, mixtures of experts, and families without a record above.
  @Test func siblingsAreRightToo() throws {
    let compared = try compare("siblings.json")
    #expect(compared == (71, 94))
  }

  /// Published models whose layers come in several kinds, by their parameters.
  @Test(arguments: try FLOPRecords.tinyModels)
  func modelsOfMixedLayersHaveTheirParameters(file: String) throws {
    _ = try compare(file)
  }
}
