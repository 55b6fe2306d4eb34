import BudgetDocuments
import Foundation
import SourceText
import TestSupport
import Testing

@testable import ComputeCosts

/// Gemma 4 and the forms that came with it, by sums of their own.
@Suite struct Gemma4Tests {
  private func shipped(_ id: String) throws -> (model: VisionLanguageModel, rule: any TokenRule) {
    let document = try ComputeCostModel.load(Repository.path("profiles/compute/\(id).yaml"))
    guard case .architecture(let model, _) = document.basis else { throw CountOverflow() }
    return (model, try #require(document.processor).rule)
  }

  /// The encoder runs on as many patches for every image, and averages nine of them.
  @Test func everyImageIsPaddedToTheBudget() throws {
    let (model, rule) = try shipped("gemma-4-e2b")
    let layer: Int128 = 4 * 768 * 768 + 3 * 768 * 3072
    let patches: Int128 = 2520
    let expected =
      2 * (16 * layer + 3 * 16 * 16 * 768) * patches  // weights
      + 4 * 16 * patches * patches * 768  // attention
      + 2 * 280 * patches * 768  // averages
    for (width, height, tokens) in [(1280, 720, 264), (3000, 400, 270), (64, 64, 256)] {
      let layout = try rule.layout(of: try #require(ImageSize(width: width, height: height)))
      #expect(layout.tokens == tokens, "\(width)x\(height)")
      #expect(layout.inputs.map(\.paddedPatches) == [2520])
      let flops = try model.visionFLOPs(of: [layout])
      #expect(try flops.encoder.total() == expected, "\(width)x\(height)")
      // The projector reads the tokens that are kept.
      #expect(flops.connector == 2 * 768 * 1536 * Int128(tokens))
    }
  }

  /// Without padding the encoder costs what an image has.
  @Test func paddingCanBeLeftOut() throws {
    let (model, rule) = try shipped("gemma-4-e2b")
    let layout = try rule.layout(of: try #require(ImageSize(width: 1280, height: 720)))
    var convention = Convention()
    convention.padding = .excluded
    let patches: Int128 = 264 * 9
    let layer: Int128 = 4 * 768 * 768 + 3 * 768 * 3072
    #expect(
      try model.visionFLOPs(of: [layout], convention).encoder.total()
        == 2 * (16 * layer + 768 * 768) * patches + 4 * 16 * patches * patches * 768
        + 2 * 264 * patches * 768)
  }

  /// Fifteen layers cache, of which twelve a window; the other twenty read what those have.
  @Test func sharedLayersCacheNothingAndReadAll() throws {
    let language = try shipped("gemma-4-e2b").model.language
    let window: Int128 = 2 * 256
    let full: Int128 = 2 * 512
    for positions: Int128 in [1, 511, 512, 513, 5000] {
      let slid = min(positions, 512)
      #expect(
        try language.cacheSize(positions: positions, states: 0)
          == 12 * window * slid + 3 * full * positions)
      // One step reads the caches of all 35 layers, its own position among them.
      #expect(
        try language.cacheReads(
          prompt: positions, steps: 1, states: 0, batch: 1, storedAs: .bf16)
          == 2 * (28 * window * min(positions + 1, 512) + 7 * full * (positions + 1)))
    }
  }

  /// One projection for keys and values, two of them in the cache.
  @Test func keysThatAreValuesAreCachedTwice() throws {
    let heads = AttentionHeads(heads: 16, kvHeads: 2, headDim: 512, keysAreValues: true)
    #expect(try heads.weights(hidden: 2816) == 2816 * 512 * (2 * 16 + 2))
    #expect(try heads.cached(positions: 10) == 2 * 2 * 512 * 10)
    let shared = AttentionHeads(heads: 16, kvHeads: 2, headDim: 512, sharedCache: true)
    #expect(try shared.weights(hidden: 2816) == 2 * 2816 * 512 * 16)
    #expect(try shared.cached(positions: 10) == 0)
    // Adapters stand beside the matrices that there are: two of 2816 and 8192 wide, and one of 1024.
    #expect(try heads.adapterWidths(hidden: 2816) == 2 * (2816 + 8192) + (2816 + 1024))
    #expect(try shared.adapterWidths(hidden: 2816) == 2 * (2816 + 8192))
  }

  /// A token meets the MLP, the router and eight of 128 experts.
  @Test func expertsAreAddedToTheMLP() throws {
    let language = try shipped("gemma-4-26b-a4b").model.language
    let mlp: Int128 = 3 * 2816 * 2112
    let expert: Int128 = 3 * 2816 * 704
    #expect(try language.activeMLPWeights() == 30 * (mlp + 8 * expert + 2816 * 128))
    #expect(try language.mlpParameters() == 30 * (mlp + 128 * expert + 2816 * 128))
    let adapters = try language.adapterWeights(rank: 1)
    let attention: Int128 =
      25 * (2 * (2816 + 4096) + 2 * (2816 + 2048)) + 5 * (2 * (2816 + 8192) + (2816 + 1024))
    #expect(
      adapters.active == attention + 30 * 3 * ((2816 + 2112) + 8 * (2816 + 704)))
  }

  /// MLPs of two sizes, and embeddings of layers.
  @Test func mlpsAndEmbeddingsOfLayers() throws {
    let language = try shipped("gemma-4-e2b").model.language
    #expect(try language.activeMLPWeights() == 3 * 1536 * (15 * 6144 + 20 * 12288))
    #expect(try language.layerEmbeddingTable() == 262_144 * 35 * 256)
    #expect(try language.layerEmbeddingWeights() == 3 * 1536 * 35 * 256)
    // One matrix from the input of all layers, and two in each.
    #expect(
      try language.layerEmbeddingWidths()
        == (1536 + 35 * 256) + 35 * 2 * (1536 + 256))
  }

  /// What a document says of the forms is judged.
  @Test(arguments: [
    ("mlps: [{ layers: 4, intermediate: 8 }]", "4 layers of mlps are more than the 3"),
    (
      "experts: { count: 2, active: 1, intermediate: 8, dense_layers: 1 }, "
        + "mlps: [{ layers: 2, intermediate: 8 }]", "2 layers of mlps are more than the 1"
    ),
    ("layer_embeddings: { rows: 0, width: 4 }", "rows"),
    (
      "mixers: [{ form: attention, layers: 1, heads: 2, kv_heads: 1, head_dim: 4, shared_cache: 1 }]",
      "shared_cache"
    ),
  ])
  func documentsAreChecked(member: String, message: String) throws {
    let text = """
      kind: compute-cost-model
      schema: 1
      id: x
      vision:
        family: gemma4
        encoder: { layers: 0, hidden: 8, intermediate: 8, heads: 2, kv_heads: 1, patch: 8, class_token: false, pooling: 3 }
        connector: { form: linear }
        processor: { patch_size: 8, pooling_kernel: 3, max_soft_tokens: 70 }
      language: { layers: 3, hidden: 8, heads: 2, kv_heads: 1, intermediate: 16, vocabulary: 9, MEMBER }
      tokens: { reduce: processor }
      workload: { images: 1, text_tokens: 1, output_tokens: 2, batch: 1 }
      source: { cite: "a test" }
      """
    let sound = text.replacingOccurrences(of: ", MEMBER", with: "")
    _ = try ComputeCostModel.parse(sound, name: "x.yaml")
    let problem = #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(
        text.replacingOccurrences(of: "MEMBER", with: member), name: "x.yaml")
    }
    #expect(
      try #require(problem).diagnostics.contains { $0.message.contains(message) },
      "\(String(describing: problem?.diagnostics.map(\.message)))")
  }

  /// `save_pretrained` writes the numbers of layers with leading zeros where there are ten or more.
  @Test func layersAreListedWithLeadingZerosToo() throws {
    func parameters(_ names: [String]) throws -> Int128 {
      let layers = names.map { "\"\($0)\": {\"head_dim\": 32}" }.joined(separator: ", ")
      return try ImportedFile.architecture(
        """
        {"model_type": "gemma4", "vision_config": {"model_type": "gemma4_vision"},
         "text_config": {"model_type": "gemma4_text", "num_hidden_layers": 12, "hidden_size": 64,
          "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16,
          "hidden_size_per_layer_input": 0, "per_layer_config": {\(layers)}}}
        """
      ).parameters().languageLayers
    }
    let padded = try parameters(["05", "11"])
    #expect(try padded == parameters(["5", "11"]))
    // Queries and outputs of two heads, keys and values of one, 16 wider each, and two norms.
    #expect(try padded - parameters(["11"]) == 16 * (2 * 2 + 2) * 64 + 2 * 16)
    let problems = try ImportedFile.problems(
      """
      {"model_type": "gemma4", "vision_config": {"model_type": "gemma4_vision"},
       "text_config": {"model_type": "gemma4_text", "per_layer_config": {"last": {}}}}
      """)
    #expect(problems.contains { $0.message.contains("is no layer's number") })
  }

  @Test(arguments: [
    ("\"num_kv_shared_layers\": 2", "no layer before them has those of each kind"),
    ("\"use_bidirectional_attention\": \"all\"", "windows of its layers"),
    ("\"per_layer_config\": {\"1\": {\"intermediate_size\": 8}}", "of its own"),
    ("\"enable_moe_block\": true", "lacks 'num_experts'"),
    ("\"layer_types\": [\"full_attention\"]", "1 layer_types for 3 layers"),
  ])
  func whatHasNoRuleIsRefused(member: String, message: String) throws {
    let kinds =
      member.contains("layer_types")
      ? ""
      : "\"layer_types\": [\"sliding_attention\", \"full_attention\", \"full_attention\"], "
    let json = """
      {"model_type": "gemma4", "vision_config": {"model_type": "gemma4_vision"},
       "text_config": {"model_type": "gemma4_text", "num_hidden_layers": 3, "hidden_size": 64,
        \(kinds)\(member)}}
      """
    let problems = try ImportedFile.problems(json)
    #expect(problems.contains { $0.message.contains(message) }, "\(problems.map(\.message))")
  }
}
