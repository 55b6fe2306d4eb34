/// Llama 4's language model: a mixture with a shared expert in every layer or in some, dense MLPs of another size in
/// the others, and attention over chunks in the layers with rotary positions.
extension TextClass {
  static let llama4 = TextClass(
    modelType: "llama4_text",
    sizes: [
      "attention_chunk_size": 8192, "head_dim": 128, "hidden_size": 5120,
      "interleave_moe_layer_step": 1, "intermediate_size": 8192, "intermediate_size_mlp": 16384,
      "no_rope_layer_interval": 4, "num_attention_heads": 40, "num_experts_per_tok": 1,
      "num_hidden_layers": 48, "num_key_value_heads": 8, "num_local_experts": 16,
      "vocab_size": 202_048,
    ],
    biases: { .attention("attention_bias", $0) }, reading: readLlama4)

  private static let readLlama4:
    @Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel? = { section, tying in
      for key in [
        "attention_bias", "attention_chunk_size", "interleave_moe_layer_step", "layer_types",
        "moe_layers", "no_rope_layer_interval", "no_rope_layers", "tie_word_embeddings",
      ] {
        section.reader.ask(section.path + [key])
      }
      let dense = section.size("intermediate_size_mlp")
      let expert = section.size("intermediate_size")
      let vocabulary = section.size("vocab_size")
      let count = section.size("num_local_experts", in: 1...100_000)
      let active = section.size("num_experts_per_tok", in: 1...100_000)
      guard let text = named(section.modelType), let sizes = text.sizes(of: section), let dense,
        let expert, let vocabulary, let count, let active,
        let sparse = llama4SparseLayers(section, of: sizes.layers),
        let chunks = llama4Chunks(section, of: sizes.layers)
      else { return nil }
      guard active <= count else {
        section.report(
          .inconsistent, "num_experts_per_tok", "\(active) of \(count) experts cannot be active")
        return nil
      }
      let vectors = section.parameters(
        text.vectorParameters(
          section, sizes: sizes, denseLayers: sizes.layers - sparse, crossLayers: 0,
          intermediate: dense))
      guard let vectors else { return nil }
      return LanguageModel(
        layers: sizes.layers, hidden: sizes.hidden, heads: sizes.heads, kvHeads: sizes.kvHeads,
        headDim: sizes.headDim, intermediate: dense, vocabulary: vocabulary,
        tiedEmbeddings: section.isTied(tying), sliding: chunks.value,
        experts: MixtureOfExperts(
          experts: count, active: active, intermediate: expert, sharedIntermediate: expert,
          denseLayers: sizes.layers - sparse),
        vectorParameters: vectors)
    }

  /// How many layers have experts: those that are listed, or every so many; `nil` after reporting why.
  private static func llama4SparseLayers(
    _ section: ConfigurationSection, of layers: Int
  ) -> Int? {
    if section.has("moe_layers") {
      return section.integers("moe_layers").map { listed in
        Set(listed.filter { (0..<layers).contains($0) }).count
      }
    }
    return section.size("interleave_moe_layer_step", in: 1...100_000).map { layers / $0 }
  }

  /// Layers that attend within a chunk, counted as a window of its size: what they cache is the same, and where the
  /// prompt is longer, no position sees more. `nil` after reporting why.
  private static func llama4Chunks(
    _ section: ConfigurationSection, of layers: Int
  ) -> Maybe<SlidingWindow>? {
    let hasChunks = !section.value.hasNull("attention_chunk_size")
    let chunked: Int
    if let kinds = section.words("layer_types") {
      guard section.areLayers(kinds, of: ["full_attention", "chunked_attention"], count: layers)
      else { return nil }
      chunked = kinds.count { $0 == "chunked_attention" }
      guard hasChunks || chunked == 0 else {
        section.report(
          .inconsistent, "attention_chunk_size",
          "\(chunked) layers attend within chunks, and 'attention_chunk_size' is null")
        return nil
      }
    } else if !hasChunks {
      chunked = 0
    } else if let rotary = section.integers("no_rope_layers"), !rotary.isEmpty {
      guard rotary.count >= layers else {
        section.report(
          .inconsistent, "no_rope_layers",
          "'no_rope_layers' names \(rotary.count) of \(layers) layers")
        return nil
      }
      chunked = rotary.prefix(layers).count { $0 != 0 }
    } else {
      guard let interval = section.size("no_rope_layer_interval", in: 1...100_000) else {
        return nil
      }
      chunked = layers - layers / interval
    }
    guard chunked > 0 else { return Maybe(value: nil) }
    guard let chunk = section.size("attention_chunk_size", in: 1...1_000_000_000) else {
      return nil
    }
    return Maybe(value: SlidingWindow(window: min(chunk, largestSize), layers: chunked))
  }
}
