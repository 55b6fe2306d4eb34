/// Gemma 3n's language model: layers at the end share keys and values, and every layer has embeddings, a learned
/// residual and several streams.
extension TextClass {
  static let gemma3n = TextClass(
    modelType: "gemma3n_text",
    sizes: [
      "altup_num_inputs": 4, "head_dim": 256, "hidden_size": 2048,
      "hidden_size_per_layer_input": 256, "intermediate_size": 16_384, "laurel_rank": 64,
      "num_attention_heads": 8, "num_hidden_layers": 35, "num_key_value_heads": 2,
      "sliding_window": 512, "vocab_size": 262_400, "vocab_size_per_layer_input": 262_144,
    ],
    tiesByDefault: true, reading: readGemma3n)

  private static let readGemma3n:
    @Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel? = { section, tying in
      // Which activations are dropped changes no product, nor which stream is computed.
      for key in [
        "activation_sparsity_pattern", "altup_coef_clip", "altup_correct_scale", "attention_bias",
      ] {
        section.reader.ask(section.path + [key])
      }
      let vocabulary = section.size("vocab_size")
      let width = section.size("hidden_size_per_layer_input")
      let rows = section.size("vocab_size_per_layer_input")
      let rank = section.size("laurel_rank")
      let streams = section.size("altup_num_inputs", in: 1...LanguageModel.mostStreams)
      let active = section.given("altup_active_idx", in: 0...LanguageModel.mostStreams) ?? 0
      guard let sizes = named(section.modelType)?.sizes(of: section), let vocabulary, let width,
        let rows, let rank, let streams, let mlps = section.mlpSizes(layers: sizes.layers),
        let isSliding = slidingLayers(section, sizes.layers),
        let shared = section.sharedLayers(among: isSliding, or: 15),
        let window = section.size("sliding_window", in: 1...1_000_000_000)
      else { return nil }
      guard active < streams else {
        section.report(
          .inconsistent, "altup_active_idx", "there is no stream \(active) of \(streams)")
        return nil
      }
      // Its class takes no other, though heads of another size would fit.
      guard sizes.hidden.isMultiple(of: sizes.heads) else {
        section.report(
          .inconsistent, "num_attention_heads",
          "\(sizes.heads) heads do not divide the hidden size \(sizes.hidden) evenly, as this class needs"
        )
        return nil
      }
      let heads = isSliding.enumerated().map { layer, slides in
        AttentionHeads(
          heads: sizes.heads, kvHeads: sizes.kvHeads, headDim: sizes.headDim,
          window: slides ? min(window, largestSize) : nil,
          sharedCache: layer >= sizes.layers - shared)
      }
      let hasBiases = section.flag("attention_bias", or: false)
      // The last norm, and that of the embeddings of layers.
      var vectors = Int128(sizes.hidden) + Int128(width)
      for heads in heads {
        // Four norms, of the residual and of the embedding; AltUp's norm and scale.
        vectors += .many(8, sizes.hidden)
        vectors += heads.gemmaVectors(hidden: sizes.hidden, hasBiases: hasBiases)
      }
      let layers = AttentionLayers(
        heads,
        common: AttentionHeads(heads: sizes.heads, kvHeads: sizes.kvHeads, headDim: sizes.headDim))
      guard let vectorParameters = section.parameters(vectors) else { return nil }
      return LanguageModel(
        layers: sizes.layers, hidden: sizes.hidden, heads: sizes.heads, kvHeads: sizes.kvHeads,
        headDim: sizes.headDim, intermediate: mlps[0], vocabulary: vocabulary,
        tiedEmbeddings: section.isTied(tying), sliding: layers.sliding, mixers: layers.mixers,
        otherMLPs: MLPLayers.gathered(mlps, common: mlps[0]),
        layerEmbeddings: LayerEmbeddings(rows: rows, width: width), laurelRank: rank,
        altUpInputs: streams, vectorParameters: vectorParameters)
    }

  /// Which layers attend to a window: as listed, or all but every fifth.
  private static func slidingLayers(_ section: ConfigurationSection, _ layers: Int) -> [Bool]? {
    if let kinds = section.words("layer_types") {
      guard
        section.areLayers(kinds, of: ["full_attention", "sliding_attention"], count: layers)
      else { return nil }
      return kinds.map { $0 == "sliding_attention" }
    }
    let isSliding = (1...layers).map { !$0.isMultiple(of: 5) }
    section.noteLayers(
      "\(isSliding.count { $0 }) sliding", "every 5th layer attends to everything")
    return isSliding
  }
}

extension ConfigurationSection {
  /// The size of every layer's MLP: one for all, or one for each; `nil` after reporting why.
  fileprivate func mlpSizes(layers: Int) -> [Int]? {
    let key = "intermediate_size"
    guard case .list? = self[key] else {
      return size(key).map { Array(repeating: $0, count: layers) }
    }
    guard let sizes = integers(key) else { return nil }
    guard sizes.count == layers, sizes.allSatisfy({ (1...largestSize).contains($0) }) else {
      report(
        .inconsistent, key,
        "\(sizes.count) sizes of MLPs for \(layers) layers, each from 1 to \(largestSize)")
      return nil
    }
    return sizes
  }
}
