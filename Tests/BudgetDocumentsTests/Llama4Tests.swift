import BudgetDocuments
import ComputeCosts
import TestSupport
import Testing

/// Llama 4: chunks, experts and the projector's widths as its class reads them. What tiny models cost is compared in
/// `TinyModelTests`.
@Suite struct Llama4Tests {
  private static func configuration(text: String = "", vision: String = "") -> String {
    """
    {"model_type": "llama4",
     "text_config": {"model_type": "llama4_text", "num_hidden_layers": 6, "hidden_size": 64, \(text)
       "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 24,
       "intermediate_size_mlp": 96, "num_local_experts": 4, "vocab_size": 320},
     "vision_config": {"hidden_size": 32, "intermediate_size": 128, "num_attention_heads": 2,
       "num_hidden_layers": 2, "image_size": 56, "projector_input_dim": 24, \(vision)
       "projector_output_dim": 24, "vision_output_dim": 24}}
    """
  }

  /// Of six layers those that attend within a chunk.
  @Test(arguments: [
    ("", 5, 8192), ("\"no_rope_layers\": [],", 5, 8192),
    ("\"attention_chunk_size\": 16, \"no_rope_layer_interval\": 2,", 3, 16),
    ("\"no_rope_layers\": [1, 0, 0, 1, 0, 0],", 2, 8192),
    (
      "\"layer_types\": [\"full_attention\", \"chunked_attention\", \"full_attention\", \"full_attention\", \"full_attention\", \"full_attention\"],",
      1, 8192
    ),
    ("\"attention_chunk_size\": null,", 0, 0),
  ])
  func chunksAreWindows(text: String, layers: Int, window: Int) throws {
    let language = try ImportedFile.architecture(Self.configuration(text: text)).language
    #expect(
      language.sliding == (layers > 0 ? SlidingWindow(window: window, layers: layers) : nil))
  }

  @Test(arguments: [
    ("", 0), ("\"interleave_moe_layer_step\": 4,", 5), ("\"moe_layers\": [0, 0, 5, 9],", 4),
    ("\"moe_layers\": [],", 6),
  ])
  func layersWithoutExperts(text: String, dense: Int) throws {
    let language = try ImportedFile.architecture(Self.configuration(text: text)).language
    #expect(
      language.experts
        == MixtureOfExperts(
          experts: 4, active: 1, intermediate: 24, sharedIntermediate: 24, denseLayers: dense))
    #expect(language.intermediate == 96)
  }

  @Test(arguments: [
    ("\"num_experts_per_tok\": 5,", "", "config.inconsistent"),
    ("\"no_rope_layers\": [1, 0],", "", "config.inconsistent"),
    (
      "\"attention_chunk_size\": null, \"layer_types\": [\"full_attention\", \"chunked_attention\", \"full_attention\", \"full_attention\", \"full_attention\", \"full_attention\"],",
      "", "config.inconsistent"
    ),
    ("", "\"pixel_shuffle_ratio\": 0.25,", "config.unsupported"),
    ("", "\"patch_size\": 18,", "config.inconsistent"),
  ])
  func whatHasNoRuleIsRefused(text: String, vision: String, code: String) throws {
    let problems = try ImportedFile.problems(Self.configuration(text: text, vision: vision))
    #expect(problems.map(\.code.name) == [code])
  }

  /// Each layer takes what the one before gives.
  @Test(arguments: ["projector_input_dim", "vision_output_dim", "hidden_size"])
  func projectorsThatNoModelRunsAreRefused(key: String) throws {
    let old = key == "hidden_size" ? "\"hidden_size\": 32" : "\"\(key)\": 24"
    let json = Self.configuration().replacing(old, with: "\"\(key)\": 48")
    #expect(try ImportedFile.problems(json).map(\.code.name) == ["config.inconsistent"])
  }
}
