import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Checkpoints of LLaVA's own code, by the layout that it publishes.
///
/// Parameters and tokens are those of transformers 5.24 for the same model in its layout: `LlavaForConditional-
/// Generation` and its like on the meta device, `LlavaNextProcessor` and `LlavaOnevisionProcessor`.
@Suite struct LegacyLLaVATests {
  /// liuhaotian/llava-v1.5-13b and llava-v1.6-vicuna-7b, lmms-lab/llava-onevision-qwen2-7b-ov, without
  /// what has no bearing on the count.
  private static func file(
    _ architecture: String = "LlavaLlamaForCausalLM", type: String = "llava", sizes: String,
    images: String, tower: String = "openai/clip-vit-large-patch14-336", width: Int = 1024,
    more: String = ""
  ) -> String {
    """
    {"architectures": ["\(architecture)"], "freeze_mm_mlp_adapter": false, "hidden_act": "silu",
     \(images), "mm_hidden_size": \(width), "mm_projector_type": "mlp2x_gelu",
     "mm_resampler_type": null, "mm_use_im_start_end": false, "mm_vision_select_feature": "patch",
     "mm_vision_select_layer": -2, "mm_vision_tower": "\(tower)", "model_type": "\(type)",
     "rms_norm_eps": 1e-05, "rope_scaling": null, "tie_word_embeddings": false,
     "tune_mm_mlp_adapter": false, "use_mm_proj": true, \(more) \(sizes)}
    """
  }

  private static let pad = "\"image_aspect_ratio\": \"pad\""
  private static let anyres = """
    "image_aspect_ratio": "anyres", "mm_patch_merge_type": "spatial_unpad",
    "image_grid_pinpoints": [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]
    """
  private static let anyres9 = """
    "image_aspect_ratio": "anyres_max_9", "mm_patch_merge_type": "spatial_unpad",
    "image_grid_pinpoints": "(1x1),...,(6x6)"
    """
  private static let vicuna7 = """
    "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
    "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32000
    """
  private static let vicuna13 = """
    "hidden_size": 5120, "intermediate_size": 13824, "num_attention_heads": 40,
    "num_hidden_layers": 40, "num_key_value_heads": 40, "vocab_size": 32000
    """
  private static let qwen7 = """
    "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
    "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 152064
    """
  static let thirteen = file(sizes: vicuna13, images: pad)
  static let next = file(sizes: vicuna7, images: anyres)
  static let oneVision = file(
    "LlavaQwenForCausalLM", type: "llava", sizes: qwen7, images: anyres9,
    tower: "google/siglip-so400m-patch14-384", width: 1152,
    more: "\"use_pos_skipping\": false, \"mm_spatial_pool_stride\": null,")

  @Test(arguments: [
    (thirteen, 13_350_839_296, 303_507_456, 31_467_520, 40),
    (next, 7_062_906_880, 303_507_456, 20_979_712 + 4096, 32),
    (oneVision, 8_030_348_832, 397_747_744, 16_980_992 + 3584, 28),
  ])
  func parametersAreThoseOfTheReference(
    json: String, total: Int, encoder: Int, connector: Int, layers: Int
  ) throws {
    let result = try ImportedFile.model(json)
    #expect(result.diagnostics.map(\.message) == [])
    let model = try ImportedFile.architecture(json)
    let counts = try model.parameters()
    #expect(counts.total == Int128(total))
    #expect(counts.visionEncoder == Int128(encoder) && counts.connector == Int128(connector))
    #expect(model.language.layers == layers)
  }

  @Test(arguments: [
    (1280, 720, 1948, 5967), (640, 480, 2340, 2929), (336, 336, 1176, 1485),
    (500, 1800, 2088, 5994), (2000, 3000, 2160, 7362),
  ])
  func tokensAreThoseOfTheReference(width: Int, height: Int, next: Int, oneVision: Int) throws {
    let size = try #require(ImageSize(width: width, height: height))
    for (json, tokens) in [(Self.next, next), (Self.oneVision, oneVision), (Self.thirteen, 576)] {
      let count = try ImportedFile.with(json) {
        try TokenCount(configuration: $0, images: [size])
      }
      #expect(count.tokens == tokens, "\(count.settings.family.name)")
    }
  }

  /// The type may be its own, and the architecture counts more than the type.
  @Test func theLanguageModelIsThatOfTheArchitecture() throws {
    let type = Self.oneVision.replacingOccurrences(
      of: "\"model_type\": \"llava\"", with: "\"model_type\": \"llava_qwen\"")
    #expect(try ImportedFile.architecture(type) == ImportedFile.architecture(Self.oneVision))
    // Qwen's class has biases, Llama's none.
    let llama = Self.oneVision.replacingOccurrences(of: "LlavaQwen", with: "LlavaLlama")
    #expect(try ImportedFile.architecture(llama) != ImportedFile.architecture(Self.oneVision))
  }

  /// Here width stands before height, and transformers has it the other way round.
  @Test func gridsAreTurned() throws {
    let wide = Self.next.replacingOccurrences(
      of: "[[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]", with: "[[1008, 336]]")
    let count = try ImportedFile.with(wide) {
      try TokenCount(configuration: $0, images: [try #require(ImageSize(width: 1008, height: 336))])
    }
    // The whole, three tiles of 24 × 24 side by side, and a newline behind each of 24 rows.
    #expect(count.tokens == 576 + 3 * 576 + 24)
  }

  @Test(arguments: [
    (thirteen, "mlp2x_gelu", "linear", "config.unsupported", "mm_projector_type"),
    (
      thirteen, "\"mm_resampler_type\": null", "\"mm_resampler_type\": \"qformer\"",
      "config.unsupported", "mm_resampler_type"
    ),
    (
      thirteen, "openai/clip-vit-large-patch14-336", "OpenGVLab/InternViT-6B", "config.unsupported",
      "mm_vision_tower"
    ),
    (
      thirteen, "\"mm_hidden_size\": 1024", "\"mm_hidden_size\": 1152", "config.inconsistent",
      "mm_hidden_size"
    ),
    (thirteen, "\"pad\"", "\"highres\"", "config.unsupported", "image_aspect_ratio"),
    (thirteen, "LlavaLlamaForCausalLM", "LlavaMptForCausalLM", "config.unsupported", "model_type"),
    (
      thirteen, "\"mm_vision_select_feature\": \"patch\"",
      "\"mm_vision_select_feature\": \"slicefour_patch\"", "config.unsupported",
      "mm_vision_select_feature"
    ),
    (next, "spatial_unpad", "flat", "config.unsupported", "mm_patch_merge_type"),
    (next, "\"anyres\"", "\"anyres_crop\"", "config.unsupported", "image_aspect_ratio"),
    (oneVision, "(1x1),...,(6x6)", "all of them", "config.wrong-value", "image_grid_pinpoints"),
    (
      thirteen, "\"num_hidden_layers\": 40", "\"num_hidden_layers\": 0", "config.wrong-value",
      "num_hidden_layers"
    ),
  ])
  func whatStaysOpenIsRefusedAtItsKey(
    json: String, of part: String, with other: String, code: String, key: String
  ) throws {
    let changed = json.replacingOccurrences(of: part, with: other)
    #expect(changed != json)
    let problem = try #require(try ImportedFile.problems(changed).first)
    #expect(problem.code.name == code, "\(problem.message)")
    let line = try #require(problem.span).line
    #expect(
      changed.split(separator: "\n", omittingEmptySubsequences: false)[line - 1]
        .contains("\"\(key)\""), "\(problem.message)")
    // `tokens` refuses the same file; the sizes of the language model are none of its concern.
    guard key != "num_hidden_layers" else { return }
    #expect(throws: InvalidDocument.self) {
      try ImportedFile.with(changed) {
        _ = try TokenCount(
          configuration: $0, images: [try #require(ImageSize(width: 9, height: 9))])
      }
    }
  }
}
