/// gpt-oss, alone and in InternVL 3.5.
extension TextClass {
  /// Every other layer attends to a window, the first of them; a learned sink for each head takes part in the softmax;
  /// router and experts have biases.
  static let gptOSS = TextClass(
    modelType: "gpt_oss",
    sizes: [
      "head_dim": 64, "hidden_size": 2880, "intermediate_size": 2880, "num_attention_heads": 64,
      "num_experts_per_tok": 4, "num_hidden_layers": 36, "num_key_value_heads": 8,
      "num_local_experts": 128, "sliding_window": 128, "vocab_size": 201_088,
    ],
    biases: {
      let all = $0.flag("attention_bias", or: true)
      return Biases(queriesAndKeys: all, output: all)
    },
    slidingLayers: { $1 - $1 / 2 },
    experts: ExpertKeys(count: "num_local_experts", intermediate: "intermediate_size"),
    ownVectors: { sizes, experts in
      let sinks: Int128 = .many(sizes.layers, sizes.heads)
      guard let experts else { return sinks }
      // Of the router one for each expert; of an expert 2 f behind its first product and d behind its second.
      let each = 1 + .many(2, experts.intermediate) + Int128(sizes.hidden)
      return sinks + .many(sizes.layers - experts.denseLayers, experts.experts) * each
    })
}
