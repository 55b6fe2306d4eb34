import BudgetDocuments
import ComputeCosts
import TestSupport
import Testing

/// dots.ocr, whose class is in no package: its published configuration against sums of products by hand.
@Suite struct DotsOCRTests {
  private static let published = """
    {"architectures": ["DotsOCRForCausalLM"], "model_type": "dots_ocr", "attention_bias": true,
     "hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28,
     "num_attention_heads": 12, "num_key_value_heads": 2, "sliding_window": 131072,
     "use_sliding_window": false, "max_window_layers": 28, "vocab_size": 151936,
     "tie_word_embeddings": false, "image_token_id": 151665, "video_token_id": 151656,
     "vision_config": {"attn_implementation": "flash_attention_2", "embed_dim": 1536,
      "hidden_size": 1536, "init_merger_std": 0.02, "intermediate_size": 4224, "is_causal": false,
      "num_attention_heads": 12, "num_channels": 3, "num_hidden_layers": 42, "patch_size": 14,
      "post_norm": true, "rms_norm_eps": 1e-05, "spatial_merge_size": 2, "temporal_patch_size": 1,
      "use_bias": false}}
    """

  /// The published weights are 3,039,179,264 numbers.
  @Test func thePublishedModelHasItsParameters() throws {
    let result = try ImportedFile.model(Self.published)
    #expect(result.diagnostics.map(\.message) == [])
    let model = try ImportedFile.architecture(Self.published)
    #expect(try model.parameters().total == 3_039_179_264)
    #expect(!model.language.tiedEmbeddings)
  }

  @Test func theVisionPathCostsTheSumOfItsProducts() throws {
    let model = try ImportedFile.architecture(Self.published)
    let layout = ImageLayout(tokens: 8 * 10, inputs: [EncoderInput(rows: 16, columns: 20)])
    let patches = 16 * 20
    var products = [(patches, 3 * 14 * 14, 1536)]
    for _ in 0..<42 {
      products += [(patches, 1536, 3 * 1536), (patches, 1536, 1536)]
      for _ in 0..<12 { products += [(patches, 128, patches), (patches, patches, 128)] }
      products += [(patches, 1536, 4224), (patches, 1536, 4224), (patches, 4224, 1536)]
    }
    let merger = [(80, 4 * 1536, 4 * 1536), (80, 4 * 1536, 1536)]
    func sum(_ products: [(Int, Int, Int)]) -> Int128 {
      products.reduce(0) { $0 + 2 * Int128($1.0) * Int128($1.1) * Int128($1.2) }
    }
    let flops = try model.visionFLOPs(of: [layout])
    #expect(try flops.encoder.total() == sum(products))
    #expect(flops.connector == sum(merger))
  }

  @Test func theShippedModelIsTheImportedOne() throws {
    let shipped = try ComputeCostModel.load(Repository.path("profiles/compute/dots-ocr-3b.yaml"))
    guard case .architecture(let model, _) = shipped.basis else {
      Issue.record("no architecture")
      return
    }
    let imported = try ImportedFile.architecture(Self.published)
    #expect(model.encoder == imported.encoder && model.connector == imported.connector)
    #expect(model.language == imported.language)
  }
}
