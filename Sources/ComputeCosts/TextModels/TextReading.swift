/// Language models by the `model_type` of their configuration.
extension LanguageModel {
  /// The model types that have a closed form here.
  static let modelTypes = TextClass.all.map(\.modelType)

  /// Where a configuration says whether embedding and head share weights, as the model's class reads it.
  enum Tying {
    /// The language model's own part.
    case own
    /// Its part, or the root: either ties.
    case rootOrText(ConfigurationSection)
    /// The root alone, with the class's default.
    case root(ConfigurationSection, default: Bool)
    /// The root, and where it is silent the language model's part. The classes' own default ties; published
    /// checkpoints whose configurations are silent have a head.
    case rootBeforeText(ConfigurationSection)
    /// The class never ties.
    case never
  }

  /// A language model from its part of a configuration.
  ///
  /// - Parameters:
  ///   - section: The part; its model type decides defaults and rules.
  ///   - tying: Where it says whether embedding and head share weights.
  /// - Returns: `nil` after reporting why.
  static func read(_ section: ConfigurationSection, tying: Tying = .own) -> LanguageModel? {
    guard let text = TextClass.named(section.modelType) else {
      section.report(
        .unsupported, section.has("model_type") ? "model_type" : nil,
        "no closed form for the language model '\(section.modelType.prefix(60))'; supported: "
          + modelTypes.joined(separator: ", "))
      return nil
    }
    var section = section
    section.defaults = text.sizes
    return text.reading.map { $0(section, tying) } ?? text.read(section, tying: tying)
  }
}

extension TextClass {
  /// A language model whose layers are attention and an MLP, with what this class says of them.
  fileprivate func read(
    _ section: ConfigurationSection, tying: LanguageModel.Tying
  ) -> LanguageModel? {
    let intermediate = section.size(intermediateKey)
    let vocabulary = section.size("vocab_size")
    guard let sizes = sizes(of: section), let intermediate, let vocabulary,
      let sliding = slidingWindow(section, layers: sizes.layers),
      let others = mixing.map({ $0(section, sizes) }) ?? OtherLayers(),
      let experts = mixture(section, layers: sizes.layers)
    else { return nil }
    let layers = sizes.layers
    if headsFillHidden, .many(sizes.heads, sizes.headDim) != Int128(sizes.hidden) {
      section.report(
        .inconsistent, "head_dim",
        "\(sizes.heads) heads of \(sizes.headDim) are not the hidden size \(sizes.hidden), as this class needs"
      )
      return nil
    }
    guard let crossLayers = crossLayers(section, layers) else { return nil }
    let ties = section.isTied(tying)
    if let sliding = sliding.value, sliding.layers > layers - crossLayers {
      section.report(
        .inconsistent, "layer_types",
        "\(sliding.layers) sliding layers beside \(crossLayers) of cross-attention are more than \(layers)"
      )
      return nil
    }
    let vectors = section.parameters(
      vectorParameters(
        section, sizes: sizes, denseLayers: experts.value?.denseLayers ?? layers,
        crossLayers: crossLayers, intermediate: intermediate), others.vectors,
      ownVectors(sizes, experts.value))
    guard let vectors else { return nil }
    return LanguageModel(
      layers: layers, hidden: sizes.hidden, heads: sizes.heads, kvHeads: sizes.kvHeads,
      headDim: sizes.headDim, intermediate: intermediate, vocabulary: vocabulary,
      tiedEmbeddings: ties, outputGate: outputGate, sliding: sliding.value,
      crossLayers: crossLayers, mixers: others.mixers, experts: experts.value,
      vectorParameters: vectors,
      embeddingRows: extraEmbeddingRows > 0
        ? min(vocabulary + extraEmbeddingRows, largestSize) : nil)
  }

  /// The sizes that all layers share; `nil` after reporting why.
  func sizes(of section: ConfigurationSection) -> TextSizes? {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let heads = section.size("num_attention_heads")
    guard let layers, let hidden, let heads, let kvHeads = keyValueHeads(section, heads: heads),
      let headDim = headDim(section, hidden: hidden, heads: heads)
    else { return nil }
    guard heads % kvHeads == 0 else {
      section.report(
        .inconsistent, "num_key_value_heads",
        "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
      return nil
    }
    return TextSizes(
      layers: layers, hidden: hidden, heads: heads, kvHeads: kvHeads, headDim: headDim)
  }

  private func keyValueHeads(_ section: ConfigurationSection, heads: Int) -> Int? {
    let isNull = section.value.hasNull("num_key_value_heads")
    return section.size(
      "num_key_value_heads",
      or: sharesNoKeysByDefault || isNull ? (heads, "as many as num_attention_heads") : nil)
  }

  private func headDim(_ section: ConfigurationSection, hidden: Int, heads: Int) -> Int? {
    if section.has("head_dim") { return section.given("head_dim") }
    if let value = sizes["head_dim"] {
      section.reader.note(
        section.path + ["head_dim"], String(value), "default of the class \(modelType)")
      return value
    }
    guard hidden % heads == 0 else {
      section.report(
        .inconsistent, "num_attention_heads",
        "\(heads) heads do not divide the hidden size \(hidden) evenly, and 'head_dim' is not given"
      )
      return nil
    }
    section.reader.note(
      section.path + ["head_dim"], String(hidden / heads), "hidden_size / num_attention_heads")
    return hidden / heads
  }

  /// An answer that may be "none".
  struct Maybe<Value> { let value: Value? }

  /// Which layers attend to a window: as listed, or by the class's rule.
  func slidingWindow(
    _ section: ConfigurationSection, layers: Int
  ) -> Maybe<SlidingWindow>? {
    if mixing != nil { return Maybe(value: nil) }
    let sliding: Int
    if let kinds = section.words("layer_types") {
      guard section.areLayers(kinds, of: ["full_attention", "sliding_attention"], count: layers)
      else { return nil }
      sliding = kinds.count { $0 == "sliding_attention" }
    } else {
      guard let rule = slidingLayers(section, layers) else { return Maybe(value: nil) }
      sliding = rule
    }
    guard sliding > 0 else { return Maybe(value: nil) }
    let isNull = section.value.hasNull("sliding_window")
    let hasDefault = sizes["sliding_window"] != nil
    if isNull || (!section.has("sliding_window") && !hasDefault) { return Maybe(value: nil) }
    guard let window = section.size("sliding_window", in: 1...1_000_000_000) else { return nil }
    return Maybe(value: SlidingWindow(window: min(window, largestSize), layers: sliding))
  }

  /// The experts that stand in for the MLP; `nil` after reporting why.
  func mixture(_ section: ConfigurationSection, layers: Int) -> Maybe<MixtureOfExperts>? {
    if let ownMixture { return ownMixture(section, layers).map { Maybe(value: $0) } }
    guard let experts else { return Maybe(value: nil) }
    // Written under either name, by version.
    let names = ["num_experts", "num_local_experts"]
    let keys = (names.contains(experts.count) ? names : [experts.count] + names)
      .filter(section.has)
    if keys.count == 2, section[keys[0]] != section[keys[1]] {
      section.report(
        .inconsistent, keys[1], "'\(keys[0])' and '\(keys[1])' say different numbers")
      return nil
    }
    let count = section.size(keys.first ?? experts.count, in: 1...100_000)
    let active = section.size("num_experts_per_tok", in: 1...100_000)
    let intermediate = section.size(experts.intermediate)
    let shared = experts.shared.map { section.size($0) } ?? 0
    let sharedCount = experts.sharedCount.map { section.size($0, in: 0...1000) } ?? 0
    let sparse = sparseLayers(section, experts, of: layers)
    guard let count, let active, let intermediate, let shared, let sharedCount, let sparse
    else { return nil }
    guard active <= count else {
      section.report(
        .inconsistent, "num_experts_per_tok", "\(active) of \(count) experts cannot be active")
      return nil
    }
    guard sharedCount <= largestSize / intermediate else {
      section.report(
        .inconsistent, experts.sharedCount,
        "\(sharedCount) shared experts of \(intermediate): no model is so large")
      return nil
    }
    return Maybe(
      value: MixtureOfExperts(
        experts: count, active: active, intermediate: intermediate,
        sharedIntermediate: shared + sharedCount * intermediate,
        hasSharedGate: experts.shared != nil, denseLayers: layers - sparse))
  }

  /// How many of the layers have experts; `nil` after reporting why.
  private func sparseLayers(
    _ section: ConfigurationSection, _ experts: ExpertKeys, of layers: Int
  ) -> Int? {
    if let key = experts.firstDense {
      return section.size(key, in: 0...100_000).map { layers - min($0, layers) }
    }
    let step = section.given("decoder_sparse_step", in: 1...100_000) ?? 1
    let dense = Set(section.integers("mlp_only_layers") ?? [])
    return (0..<layers).count { !dense.contains($0) && ($0 + 1) % step == 0 }
  }
}

extension ConfigurationSection {
  /// Whether embedding and head share weights.
  func isTied(_ tying: LanguageModel.Tying) -> Bool {
    let key = "tie_word_embeddings"
    let byDefault = TextClass.named(modelType)?.tiesByDefault ?? false
    /// What the part says, or its class's default.
    func own() -> Bool { flag(key, or: byDefault) }
    switch tying {
    case .never:
      reader.ask(path + [key])
      return false
    case .own: return own()
    case .rootOrText(let root):
      // A part at the root is asked once.
      if root.path == path { return own() }
      guard root.has(key) else { return own() }
      let isRoot = root.flag(key, or: false)
      if has(key) || byDefault { return own() || isRoot }
      return isRoot
    case .root(let root, let fallback):
      if root.has(key) { return root.flag(key, or: fallback) }
      reader.note(path + [key], String(fallback), "default of the class")
      return fallback
    case .rootBeforeText(let root):
      return root.has(key) ? root.flag(key, or: false) : flag(key, or: false)
    }
  }
}
