/// Qwen's language models.
extension TextClass {
  /// Qwen 2 to 3.6, dense and mixtures, alone and as parts of vision-language models.
  static let qwens: [TextClass] = [
    TextClass(
      modelType: "qwen2",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
      ],
      biases: { _ in Biases(queriesAndKeys: true) }, slidingLayers: windowsBehind(28)),
    TextClass(
      modelType: "qwen3",
      sizes: [
        "head_dim": 128, "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
      ],
      headNorms: 2, biases: { .attention("attention_bias", $0) }, slidingLayers: windowsBehind(28)),
    TextClass(
      modelType: "qwen3_moe",
      sizes: [
        "hidden_size": 2048, "intermediate_size": 6144, "moe_intermediate_size": 768,
        "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
        "num_hidden_layers": 24, "num_key_value_heads": 4, "vocab_size": 151936,
      ],
      headNorms: 2, biases: { .attention("attention_bias", $0) }, slidingLayers: windowsBehind(28),
      experts: qwenExperts()),
    TextClass(
      modelType: "qwen2_vl_text",
      sizes: [
        "hidden_size": 8192, "intermediate_size": 29568, "num_attention_heads": 64,
        "num_hidden_layers": 80, "num_key_value_heads": 8, "vocab_size": 152064,
      ],
      biases: { _ in Biases(queriesAndKeys: true) }, slidingLayers: windowsBehind(80)),
    TextClass(
      modelType: "qwen2_5_vl_text",
      sizes: [
        "hidden_size": 8192, "intermediate_size": 29568, "num_attention_heads": 64,
        "num_hidden_layers": 80, "num_key_value_heads": 8, "vocab_size": 152064,
      ],
      biases: { _ in Biases(queriesAndKeys: true) }, slidingLayers: windowsBehind(80)),
    TextClass(
      modelType: "qwen2_5_omni_text",
      sizes: [
        "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
        "num_hidden_layers": 28, "num_key_value_heads": 4, "sliding_window": 32768,
        "vocab_size": 152064,
      ],
      biases: { _ in Biases(queriesAndKeys: true) }, slidingLayers: windowsBehind(28)),
    TextClass(
      modelType: "qwen3_vl_text",
      sizes: [
        "head_dim": 128, "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 151936,
      ],
      headNorms: 2, biases: { .attention("attention_bias", $0) }),
    TextClass(
      modelType: "qwen3_vl_moe_text",
      sizes: [
        "head_dim": 128, "hidden_size": 2048, "intermediate_size": 5632,
        "moe_intermediate_size": 1408, "num_attention_heads": 16, "num_experts": 60,
        "num_experts_per_tok": 4, "num_hidden_layers": 24, "num_key_value_heads": 16,
        "vocab_size": 151936,
      ],
      headNorms: 2, biases: { .attention("attention_bias", $0) },
      experts: qwenExperts()),
    TextClass(
      modelType: "qwen3_omni_moe_text",
      sizes: [
        "hidden_size": 2048, "intermediate_size": 18944, "moe_intermediate_size": 768,
        "num_attention_heads": 28, "num_experts": 128, "num_experts_per_tok": 8,
        "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 3584,
      ],
      headNorms: 2, biases: { .attention("attention_bias", $0) },
      experts: qwenExperts()),
    TextClass(
      modelType: "qwen3_5_text",
      sizes: [
        "head_dim": 256, "hidden_size": 4096, "intermediate_size": 12288,
        "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
        "linear_num_value_heads": 32, "linear_value_head_dim": 128, "num_attention_heads": 16,
        "num_hidden_layers": 32, "num_key_value_heads": 4, "vocab_size": 248320,
      ],
      headNorms: 2, outputGate: true, mixing: gatedDeltaLayers),
    TextClass(
      modelType: "qwen3_5_moe_text",
      sizes: [
        "head_dim": 256, "hidden_size": 2048, "linear_conv_kernel_dim": 4,
        "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
        "linear_value_head_dim": 128, "moe_intermediate_size": 512, "num_attention_heads": 16,
        "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 40,
        "num_key_value_heads": 2, "shared_expert_intermediate_size": 512, "vocab_size": 248320,
      ],
      intermediateKey: "moe_intermediate_size", headNorms: 2, outputGate: true,
      experts: qwenExperts(shared: "shared_expert_intermediate_size"), mixing: gatedDeltaLayers),
  ]

  private static func qwenExperts(shared: String? = nil) -> ExpertKeys {
    ExpertKeys(count: "num_experts", intermediate: "moe_intermediate_size", shared: shared)
  }

  /// Windows behind the first layers, where a switch turns them on.
  private static func windowsBehind(
    _ fallback: Int
  ) -> @Sendable (ConfigurationSection, Int) -> Int? {
    { section, layers in
      guard section.flag("use_sliding_window", or: false) else { return nil }
      let first = section.size(
        "max_window_layers", in: 0...100_000,
        or: (fallback, "default of the class \(section.modelType)"))
      return max(0, layers - (first ?? layers))
    }
  }
}
