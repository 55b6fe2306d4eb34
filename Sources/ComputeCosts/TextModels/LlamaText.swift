/// Llama and what is built like it.
extension TextClass {
  /// Llama, Mistral and Mixtral.
  static let llamas: [TextClass] = [
    TextClass(
      modelType: "llama",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
        "num_hidden_layers": 32, "vocab_size": 32000,
      ],
      sharesNoKeysByDefault: true, biases: llamaBiases),
    TextClass(
      modelType: "mistral",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
        "vocab_size": 32000,
      ],
      slidingLayers: { $1 }),
    TextClass(
      modelType: "mixtral",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
        "num_experts_per_tok": 2, "vocab_size": 32000,
      ],
      slidingLayers: { $1 },
      experts: ExpertKeys(count: "num_local_experts", intermediate: "intermediate_size")),
  ]

  /// Classes that are one of these under another name, with defaults of their own.
  static let olderForms: [TextClass] = [
    TextClass(
      modelType: "ministral3",
      sizes: [
        "head_dim": 128, "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
        "num_hidden_layers": 34, "num_key_value_heads": 8, "vocab_size": 131072,
      ],
      slidingLayers: { $1 }),
    TextClass(
      modelType: "ministral",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096,
        "vocab_size": 32000,
      ],
      slidingLayers: { $1 }),
    TextClass(
      modelType: "granite",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
        "num_hidden_layers": 32, "vocab_size": 32000,
      ],
      sharesNoKeysByDefault: true, biases: llamaBiases),
    TextClass(
      modelType: "smollm3",
      sizes: [
        "hidden_size": 2048, "intermediate_size": 11008, "num_attention_heads": 16,
        "num_hidden_layers": 36, "num_key_value_heads": 4, "vocab_size": 128256,
      ],
      tiesByDefault: true, biases: llamaBiases),
    TextClass(
      modelType: "helium",
      sizes: [
        "head_dim": 128, "hidden_size": 2560, "intermediate_size": 7040, "num_attention_heads": 20,
        "num_hidden_layers": 24, "num_key_value_heads": 20, "vocab_size": 48000,
      ],
      headsFillHidden: true,
      biases: {
        Biases(queriesAndKeys: $0.flagOrOff("attention_bias"), mlp: $0.flagOrOff("mlp_bias"))
      }),
    ernie("ernie4_5"), ernie("paddleocr_vl_text"),
    TextClass(
      modelType: "seed_oss",
      sizes: [
        "head_dim": 128, "hidden_size": 4096, "intermediate_size": 27648, "num_attention_heads": 80,
        "num_hidden_layers": 64, "num_key_value_heads": 8, "vocab_size": 155136,
      ],
      biases: {
        Biases(
          queriesAndKeys: $0.has("attention_bias") ? $0.flag("attention_bias", or: true) : true,
          output: $0.flagOrOff("attention_out_bias"), mlp: $0.flagOrOff("mlp_bias"))
      }),
    TextClass(
      modelType: "exaone4",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 16384, "num_attention_heads": 32,
        "num_hidden_layers": 32, "num_key_value_heads": 32, "sliding_window": 4096,
        "sliding_window_pattern": 4, "vocab_size": 102400,
      ],
      headNorms: 2,
      slidingLayers: { section, layers in
        layers - layers / (section.size("sliding_window_pattern", in: 1...100_000) ?? 4)
      }),
    hunyuan("hunyuan_v1_dense"), hunyuan("hunyuan_vl_text", tiesByDefault: true),
  ]

  /// ERNIE 4.5, which PaddleOCR-VL has too: biases of all products or of none.
  private static func ernie(_ modelType: String) -> TextClass {
    TextClass(
      modelType: modelType,
      sizes: [
        "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
        "num_hidden_layers": 18, "num_key_value_heads": 2, "vocab_size": 103424,
      ],
      tiesByDefault: true,
      biases: {
        let all = $0.flagOrOff("use_bias")
        return Biases(queriesAndKeys: all, output: all, mlp: all)
      })
  }

  /// Hunyuan's dense models, alone and in Hunyuan-VL.
  private static func hunyuan(_ modelType: String, tiesByDefault: Bool = false) -> TextClass {
    TextClass(
      modelType: modelType,
      sizes: [
        "hidden_size": 4096, "intermediate_size": 11008, "num_attention_heads": 32,
        "num_hidden_layers": 32, "vocab_size": 290943,
      ],
      tiesByDefault: tiesByDefault, sharesNoKeysByDefault: true, headNorms: 2,
      biases: { .attention("attention_bias", $0) })
  }

  /// Phi-3, whose projections are joined in files, not in number.
  static let phi3 = TextClass(
    modelType: "phi3", sizes: [:], sharesNoKeysByDefault: true, slidingLayers: { $1 })

  /// InternLM2.
  static let internLM2 = TextClass(
    modelType: "internlm2", sizes: [:], sharesNoKeysByDefault: true,
    biases: { .attention("bias", $0) })

  private static let llamaBiases: @Sendable (ConfigurationSection) -> Biases = { section in
    var biases = Biases.attention("attention_bias", section)
    biases.mlp = section.flagOrOff("mlp_bias")
    return biases
  }
}
