/// Cohere's Command: attention and MLP of a layer side by side behind one norm.
extension TextClass {
  /// Command R, and Command R7B, A and Aya, where three of four layers slide.
  static let coheres: [TextClass] = [
    TextClass(
      modelType: "cohere", sizes: sizes, tiesByDefault: true, sharesNoKeysByDefault: true,
      hiddenNorms: 1,
      otherNorms: { section, sizes in
        // Every head has a norm of its own.
        section.flagOrOff("use_qk_norm")
          ? .many(sizes.heads, sizes.headDim) + .many(sizes.kvHeads, sizes.headDim) : 0
      },
      biases: { .attention("attention_bias", $0) }),
    TextClass(
      modelType: "cohere2", sizes: sizes.merging(["sliding_window": 4096]) { $1 },
      tiesByDefault: true, sharesNoKeysByDefault: true, hiddenNorms: 1,
      biases: { .attention("attention_bias", $0) },
      slidingLayers: { section, layers in
        let pattern = section.given("sliding_window_pattern", in: 1...100_000) ?? 4
        let sliding = layers - layers / pattern
        section.noteLayers("\(sliding) sliding", "every \(pattern)th layer attends to everything")
        return sliding
      }),
  ]

  private static let sizes = [
    "hidden_size": 8192, "intermediate_size": 22528, "num_attention_heads": 64,
    "num_hidden_layers": 40, "vocab_size": 256000,
  ]
}
