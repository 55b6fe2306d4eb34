/// Gemma's language models.
extension TextClass {
  /// Gemma 1 to 3.
  static let gemmas: [TextClass] = [
    TextClass(
      modelType: "gemma",
      sizes: [
        "head_dim": 256, "hidden_size": 3072, "intermediate_size": 24576, "num_attention_heads": 16,
        "num_hidden_layers": 28, "num_key_value_heads": 16, "vocab_size": 256000,
      ],
      tiesByDefault: true, biases: { .attention("attention_bias", $0) }),
    TextClass(
      modelType: "gemma2",
      sizes: [
        "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
        "num_hidden_layers": 26, "num_key_value_heads": 4, "sliding_window": 4096,
        "vocab_size": 256000,
      ],
      tiesByDefault: true, hiddenNorms: 4, biases: { .attention("attention_bias", $0) },
      slidingLayers: { section, layers in
        let sliding = (layers + 1) / 2
        section.noteLayers("\(sliding) sliding", "every other layer slides")
        return sliding
      }),
    TextClass(
      modelType: "gemma3_text",
      sizes: [
        "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
        "num_hidden_layers": 26, "num_key_value_heads": 4, "sliding_window": 4096,
        "vocab_size": 262208,
      ],
      tiesByDefault: true, hiddenNorms: 4, headNorms: 2,
      biases: { .attention("attention_bias", $0) },
      slidingLayers: { section, layers in
        let pattern = section.given("sliding_window_pattern") ?? 6
        let sliding = layers - layers / pattern
        section.noteLayers(
          "\(sliding) sliding", "every \(pattern)th layer attends to everything")
        return sliding
      }),
  ]
}
