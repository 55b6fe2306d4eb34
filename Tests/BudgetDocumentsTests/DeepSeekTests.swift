import BudgetDocuments
import ComputeCosts
import SourceText
import TestSupport
import Testing

/// DeepSeek-OCR, DeepSeek-OCR-2 and DeepSeek-VL2.
///
/// Counts of OCR-2 are those of `DeepseekOcr2ImageProcessor` of transformers 5.24; of the first those of the same grids
/// with the breaks of the code published with it; of VL2 those of `select_best_resolution`, width and height exchanged,
/// with the sums of the published code.
@Suite struct DeepSeekTests {
  private static let images = [
    (2000, 3000), (640, 480), (1280, 720), (333, 77), (5000, 400), (800, 800),
  ].compactMap { ImageSize(width: $0.0, height: $0.1) }

  private func tokens(_ family: String, _ settings: [String] = []) throws -> [Int] {
    try TokenCount(family: family, assignments: settings, images: Self.images).layouts.map(\.tokens)
  }

  @Test func pagesAndTiles() throws {
    #expect(try tokens("deepseek-ocr") == [903, 273, 483, 273, 1183, 693])
    #expect(try tokens("deepseek-ocr-2") == [1121, 257, 545, 257, 1121, 833])
    #expect(try tokens("deepseek-vl2") == [1429, 1023, 1807, 421, 1989, 2017])
    // With more than two images none is cut.
    #expect(try Set(tokens("deepseek-vl2", ["cropping=false"])) == [421])
  }

  /// 64, 100, 256 and 400 tokens, a break behind each row, and a separator.
  @Test(arguments: [(512, 64, 8), (640, 100, 10), (1024, 256, 16), (1280, 400, 20)])
  func modesWithoutTiles(side: Int, states: Int, rows: Int) throws {
    let counts = try tokens("deepseek-ocr", ["crop_mode=false", "image_size=\(side)"])
    #expect(Set(counts) == [states + rows + 1])
    let rule = PageTileTokens(
      page: 1024, tile: 640, patch: 16, reduction: 4, tiles: 2...9, breaksRows: true,
      resolutions: [512, 640, 1024, 1280])
    let offered = rule.budgets(for: Self.images[0])
    #expect(
      offered.first { $0.tokens == states + rows + 1 }?.setting
        == "image_size: \(side), crop_mode: false")
    #expect(offered.map(\.tokens).max() == 903)
  }

  /// The class has learned queries for two squares; what its processor counts of others the model cannot take.
  @Test func aSquareWithoutQueriesIsRefused() throws {
    for setting in ["tile_size=640", "size=1280", "size=1030"] {
      let failure = #expect(throws: InvalidDocument.self) {
        try tokens("deepseek-ocr-2", [setting])
      }
      #expect(failure?.diagnostics.map(\.code.name) == ["tokens.setting-invalid"])
    }
  }

  /// The class of the processor passes its own numbers of tiles on every call.
  @Test func tilesOfAProcessorFileHaveNoEffect() throws {
    let file = "{\"processor_class\": \"DeepseekOcr2Processor\", \"max_patches\": 9}"
    let count = try ImportedFile.with(file) { try TokenCount(processor: $0, images: Self.images) }
    #expect(count.layouts.map(\.tokens) == [1121, 257, 545, 257, 1121, 833])
    #expect(count.settings.diagnostics.map(\.code.name) == ["tokens.setting-without-effect"])
  }

  private static let text = """
    "first_k_dense_replace": 1, "hidden_size": 64, "intermediate_size": 96,
    "moe_intermediate_size": 24, "n_routed_experts": 4, "n_shared_experts": 2,
    "num_attention_heads": 4, "num_experts_per_tok": 2, "num_hidden_layers": 3,
    "num_key_value_heads": 4, "vocab_size": 320
    """

  private static func ocr2(published: Bool) -> String {
    let sam = "\"global_attn_indexes\": [1], "
    return published
      ? """
      {"model_type": "deepseek_vl_v2", "architectures": ["DeepseekOCR2ForCausalLM"],
       "language_config": {\(text), "use_mla": false, "kv_lora_rank": null},
       "projector_config": {"projector_type": "linear", "input_dim": 896, "n_embed": 64},
       "vision_config": {"model_type": "vision", "image_size": 1024, "width": {
         "qwen2-0-5b": {"dim": 896},
         "sam_vit_b": {\(sam)"downsample_channels": [512, 1024], "heads": 3, "layers": 2, "width": 48}}}}
      """
      : """
      {"model_type": "deepseek_ocr2", "text_config": {\(text)},
       "vision_config": {
         "encoder_config": {"hidden_size": 896, "intermediate_size": 4864,
           "num_attention_heads": 14, "num_key_value_heads": 2, "num_hidden_layers": 24},
         "sam_config": {\(sam)"hidden_size": 48, "num_attention_heads": 3,
           "num_hidden_layers": 2}}}
      """
  }

  /// The published layout, whose code fixes most sizes, and the framework's are one model.
  @Test func bothLayoutsOfOCR2() throws {
    let published = try ImportedFile.architecture(Self.ocr2(published: true))
    let newest = try ImportedFile.architecture(Self.ocr2(published: false))
    #expect(published.encoder == newest.encoder)
    #expect(published.connector == newest.connector)
    #expect(published.language == newest.language)
    #expect(newest.encoder.queries == [144, 256] && newest.encoder.kvHeads == 2)
    #expect(newest.encoder.trunk?.downsampled == [512, 896])
    #expect(newest.language.experts?.sharedIntermediate == 48)
  }

  /// The root of DeepSeek-OCR's files repeats the language model's keys.
  @Test func theRootMayRepeatTheLanguageModel() throws {
    let repeated = "\"num_experts_per_tok\": 2, \"n_shared_experts\": 2, \"use_mla\": false,"
    let file = Self.ocr2(published: true).replacing(
      "\"language_config\"", with: repeated + " \"language_config\"")
    #expect(try ImportedFile.model(file).diagnostics.isEmpty)
    for other in ["\"num_experts_per_tok\": 3,", "\"use_mla\": true,"] {
      let file = Self.ocr2(published: true).replacing(
        "\"language_config\"", with: other + " \"language_config\"")
      #expect(try ImportedFile.problems(file).map(\.code.name) == ["config.inconsistent"])
    }
  }

  /// The published 16-billion model's biases of the router are parameters of its class.
  @Test func aRouterWithoutLossHasBiases() throws {
    func parameters(_ method: String) throws -> Int128 {
      try ImportedFile.architecture(Self.vl2(text: ", \"topk_method\": \"\(method)\"")).parameters()
        .total
    }
    #expect(try parameters("noaux_tc") - parameters("greedy") == 2 * 4)
  }

  private static func vl2(
    root: String = "\"tile_tag\": \"2D\",", text more: String = "", projector: String = "",
    vision: String = ""
  ) -> String {
    """
    {"model_type": "deepseek_vl_v2", "architectures": ["DeepseekVLV2ForCausalLM"], \(root)
     "candidate_resolutions": [[384, 384], [384, 768]],
     "language_config": {\(text), "q_lora_rank": null\(more)},
     "projector_config": {"n_embed": 64, "input_dim": 48\(projector)},
     "vision_config": {"model_type": "vision", "width": 48, "heads": 3, "layers": 2,
       "mlp_ratio": 3.7362, "patch_size": 14\(vision)}}
    """
  }

  /// Widths stand before heights in its lists: a tall canvas for a tall image.
  @Test func canvasesHaveTheWidthFirst() throws {
    let model = try ImportedFile.costModel(Self.vl2())
    let image = try #require(ImageSize(width: 300, height: 700))
    let layout = try #require(try model.processor?.rule.layout(of: image))
    #expect(layout.grid == TileGrid(rows: 2, columns: 1))
    #expect(layout.tokens == 14 * 15 + 1 + 28 * 15)
  }

  @Test(arguments: [
    (vl2(root: "\"tile_tag\": \"1D\","), "config.unsupported"),
    (vl2(root: ""), "config.unsupported"),
    (vl2(root: "\"hidden_size\": 65, \"tile_tag\": \"2D\","), "config.inconsistent"),
    (vl2(projector: ", \"depth\": 3"), "config.unsupported"),
    (vl2(projector: ", \"token_pooling\": true"), "config.unsupported"),
    (vl2(text: ", \"moe_layer_freq\": 2"), "config.unsupported"),
    (vl2(vision: ", \"ignore_head\": false"), "config.unsupported"),
    (vl2(vision: ", \"global_pool\": \"avg\""), "config.unsupported"),
    (
      ocr2(published: true).replacing("\"input_dim\": 896", with: "\"input_dim\": 895"),
      "config.inconsistent"
    ),
    (
      ocr2(published: true).replacing("\"linear\"", with: "\"mlp_gelu\""), "config.unsupported"
    ),
    (
      ocr2(published: false).replacing(
        "[1], ", with: "[1], \"downsample_channels\": [512, 640, 896], "),
      "config.unsupported"
    ),
    (
      ocr2(published: false).replacing("\"hidden_size\": 896", with: "\"hidden_size\": 448"),
      "config.inconsistent"
    ),
  ])
  func whatHasNoRuleIsRefused(configuration: String, code: String) throws {
    #expect(try ImportedFile.problems(configuration).map(\.code.name) == [code])
  }
}
