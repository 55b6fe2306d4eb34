/// Gemma 4's language models: layers of a window and of everything with heads of different sizes, embeddings and
/// MLPs that differ by layer, experts beside the MLP.
extension TextClass {
  static let gemma4s: [TextClass] = [
    TextClass(
      modelType: "gemma4_text",
      sizes: [
        "head_dim": 256, "hidden_size": 2304, "hidden_size_per_layer_input": 256,
        "intermediate_size": 9216, "num_attention_heads": 8, "num_hidden_layers": 30,
        "num_key_value_heads": 4, "sliding_window": 512, "vocab_size": 262_144,
        "vocab_size_per_layer_input": 262_144,
      ],
      tiesByDefault: true, reading: readGemma4),
    TextClass(
      modelType: "gemma4_unified_text",
      sizes: [
        "head_dim": 256, "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8,
        "num_hidden_layers": 30, "num_key_value_heads": 4, "sliding_window": 1024,
        "vocab_size": 262_144,
      ],
      tiesByDefault: true, reading: readGemma4),
  ]

  private static let readGemma4:
    @Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel? = { section, tying in
      // What is read once other keys are right is read all the same.
      for key in ["attention_k_eq_v", "use_double_wide_mlp", "attention_bias"] {
        section.reader.ask(section.path + [key])
      }
      let vocabulary = section.size("vocab_size")
      let intermediate = section.size("intermediate_size")
      // The unified class has neither embeddings of layers nor experts.
      let isPlain = section.modelType == "gemma4_unified_text"
      let own = isPlain ? .some(nil) : layerEmbeddings(section)
      let experts = isPlain ? .some(nil) : expertsBesideMLP(section)
      guard let sizes = named(section.modelType)?.sizes(of: section), let vocabulary,
        let intermediate, let own, let experts,
        let isSliding = slidingLayers(section, sizes.layers),
        let shared = section.sharedLayers(among: isSliding, or: 0),
        let heads = gemma4Heads(section, sizes, isSliding: isSliding, shared: shared)
      else { return nil }
      let isWide = section.flag("use_double_wide_mlp", or: false)
      let (wide, overflow) = intermediate.multipliedReportingOverflow(by: 2)
      guard !isWide || (!overflow && wide <= largestSize) else {
        section.report(.wrongValue, "intermediate_size", "twice \(intermediate) is too large")
        return nil
      }
      let mlps = (0..<sizes.layers).map {
        isWide && $0 >= sizes.layers - shared ? wide : intermediate
      }
      let hasBiases = section.flag("attention_bias", or: false)
      var vectors = Int128(sizes.hidden)
      for heads in heads {
        vectors += .many(4, sizes.hidden)
        vectors += heads.gemmaVectors(hidden: sizes.hidden, hasBiases: hasBiases)
      }
      if let own { vectors += .many(sizes.layers, sizes.hidden) + .many(own.width, 1) }
      // Three norms, a scale of the router's input and one of each expert.
      if let experts {
        vectors += .many(sizes.layers, 4, sizes.hidden) + .many(sizes.layers, experts.experts)
      }
      let layers = AttentionLayers(
        heads,
        common: AttentionHeads(heads: sizes.heads, kvHeads: sizes.kvHeads, headDim: sizes.headDim))
      guard let vectorParameters = section.parameters(vectors) else { return nil }
      return LanguageModel(
        layers: sizes.layers, hidden: sizes.hidden, heads: sizes.heads, kvHeads: sizes.kvHeads,
        headDim: sizes.headDim, intermediate: intermediate, vocabulary: vocabulary,
        tiedEmbeddings: section.isTied(tying), sliding: layers.sliding, mixers: layers.mixers,
        otherMLPs: MLPLayers.gathered(mlps, common: intermediate), experts: experts,
        layerEmbeddings: own, vectorParameters: vectorParameters)
    }

  /// Which layers attend to a window: as listed, or all but every sixth; the last never does.
  private static func slidingLayers(_ section: ConfigurationSection, _ layers: Int) -> [Bool]? {
    var isSliding: [Bool]
    if let kinds = section.words("layer_types") {
      guard
        section.areLayers(kinds, of: ["full_attention", "sliding_attention"], count: layers)
      else { return nil }
      isSliding = kinds.map { $0 == "sliding_attention" }
    } else {
      isSliding = (1...layers).map { !$0.isMultiple(of: 6) }
      section.noteLayers(
        "\(isSliding.dropLast().count { $0 }) sliding",
        "every 6th layer and the last attend to everything")
    }
    isSliding[layers - 1] = false
    return isSliding
  }

  /// Every layer's attention.
  private static func gemma4Heads(
    _ section: ConfigurationSection, _ sizes: TextSizes, isSliding: [Bool], shared: Int
  ) -> [AttentionHeads]? {
    let keysAreValues = section.flag("attention_k_eq_v", or: false)
    guard let window = section.size("sliding_window", in: 1...1_000_000_000) else { return nil }
    // A list of layers stands in for both keys.
    let listed =
      section.has("per_layer_config") || section.value.hasNull("per_layer_config")
    let global = section.given("num_global_key_value_heads")
    let fullDim =
      listed && !section.has("global_head_dim")
      ? sizes.headDim
      : section.size("global_head_dim", or: (512, "default of the class \(section.modelType)"))
    guard let fullDim else { return nil }
    let fullKeys = keysAreValues ? global ?? sizes.kvHeads : sizes.kvHeads
    var heads: [AttentionHeads] = []
    for (layer, slides) in isSliding.enumerated() {
      var (dim, keys) =
        slides || listed ? (sizes.headDim, sizes.kvHeads) : (fullDim, fullKeys)
      if listed {
        guard let overridden = section.overrides(of: layer, headDim: dim, kvHeads: keys) else {
          return nil
        }
        (dim, keys) = overridden
      }
      guard sizes.heads.isMultiple(of: keys) else {
        section.report(
          .inconsistent, listed ? "per_layer_config" : "num_global_key_value_heads",
          "\(keys) key/value heads do not divide \(sizes.heads) heads evenly")
        return nil
      }
      heads.append(
        AttentionHeads(
          heads: sizes.heads, kvHeads: keys, headDim: dim,
          window: slides ? min(window, largestSize) : nil,
          keysAreValues: keysAreValues && !slides, sharedCache: layer >= sizes.layers - shared))
    }
    return heads
  }

  private static func layerEmbeddings(_ section: ConfigurationSection) -> LayerEmbeddings?? {
    guard let width = section.size("hidden_size_per_layer_input", in: 0...largestSize),
      let rows = section.size("vocab_size_per_layer_input")
    else { return nil }
    return width == 0 ? .some(nil) : LayerEmbeddings(rows: rows, width: width)
  }

  private static func expertsBesideMLP(_ section: ConfigurationSection) -> MixtureOfExperts?? {
    let keys = ["num_experts", "top_k_experts", "moe_intermediate_size"]
    guard section.flag("enable_moe_block", or: false) else {
      // Without the block nothing reads them.
      for key in keys { section.reader.ask(section.path + [key]) }
      return .some(nil)
    }
    let sizes = keys.map { section.size($0) }
    guard let count = sizes[0], let active = sizes[1], let intermediate = sizes[2] else {
      return nil
    }
    guard active <= count else {
      section.report(
        .inconsistent, "top_k_experts", "\(active) of \(count) experts cannot be active")
      return nil
    }
    return MixtureOfExperts(
      experts: count, active: active, intermediate: intermediate, besideMLP: true)
  }
}

extension AttentionHeads {
  /// Norms of queries and keys, and biases of all projections; what an earlier layer has is not here.
  func gemmaVectors(hidden: Int, hasBiases: Bool) -> Int128 {
    let norms = Int128.many(sharedCache ? 1 : 2, headDim)
    guard hasBiases else { return norms }
    let keys = sharedCache ? 0 : keysAreValues ? 1 : 2
    return norms + .many(heads, headDim) + .many(keys, kvHeads, headDim) + Int128(hidden)
  }
}

extension ConfigurationSection {
  /// The head size and key/value heads of a layer where `per_layer_config` lists them; `nil` after reporting why.
  fileprivate func overrides(
    of layer: Int, headDim: Int, kvHeads: Int
  ) -> (headDim: Int, kvHeads: Int)? {
    let key = "per_layer_config"
    guard let found = self[key] else { return (headDim, kvHeads) }
    guard case .mapping(let layers) = found else {
      report(.wrongValue, key, "'\(key)' must be a mapping of layers")
      return nil
    }
    // Published keys have leading zeros, as many as the last layer's number needs.
    for name in layers.keys.sorted() where Int(name) == nil {
      report(.wrongValue, key, "'\(key).\(name.prefix(40))' is no layer's number")
      return nil
    }
    guard let own = layers.first(where: { Int($0.key) == layer })?.value else {
      return (headDim, kvHeads)
    }
    guard case .mapping(let members) = own else {
      report(.wrongValue, key, "'\(key).\(layer)' must be a mapping, found \(own.summary)")
      return nil
    }
    var sizes = ["head_dim": headDim, "num_key_value_heads": kvHeads]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard sizes[name] != nil else {
        report(
          .unsupported, key, "no rule for a layer with a '\(name.prefix(40))' of its own")
        return nil
      }
      guard case .integer(let size) = value, (1...largestSize).contains(size) else {
        report(
          .wrongValue, key,
          "'\(key).\(layer).\(name)' must be from 1 to \(largestSize), found \(value.summary)")
        return nil
      }
      sizes[name] = size
    }
    return (sizes["head_dim"] ?? headDim, sizes["num_key_value_heads"] ?? kvHeads)
  }
}
