/// GLM's language models, as parts of its vision-language models. Rotary embeddings of half a head change no count.
extension TextClass {
  /// GLM-4.1V and 4.6V, GLM-4.5V (a mixture behind the first layers) and GLM-OCR.
  static let glms: [TextClass] = [
    TextClass(
      modelType: "glm4v_text",
      sizes: [
        "hidden_size": 4096, "intermediate_size": 13696, "num_attention_heads": 32,
        "num_hidden_layers": 40, "num_key_value_heads": 2, "vocab_size": 151552,
      ],
      // The class divides the hidden size by the heads.
      headsFillHidden: true, hiddenNorms: 4, biases: { _ in Biases(queriesAndKeys: true) }),
    TextClass(
      modelType: "glm4v_moe_text",
      sizes: [
        "first_k_dense_replace": 1, "hidden_size": 4096, "intermediate_size": 10944,
        "moe_intermediate_size": 1408, "n_routed_experts": 128, "n_shared_experts": 1,
        "num_attention_heads": 96, "num_experts_per_tok": 8, "num_hidden_layers": 46,
        "num_key_value_heads": 8, "vocab_size": 151424,
      ],
      biases: { Biases(queriesAndKeys: $0.flag("attention_bias", or: true)) },
      experts: ExpertKeys(
        count: "n_routed_experts", intermediate: "moe_intermediate_size",
        sharedCount: "n_shared_experts", firstDense: "first_k_dense_replace")),
    TextClass(
      modelType: "glm_ocr_text",
      sizes: [
        "hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16,
        "num_hidden_layers": 16, "num_key_value_heads": 8, "vocab_size": 59392,
      ],
      hiddenNorms: 4),
  ]
}
