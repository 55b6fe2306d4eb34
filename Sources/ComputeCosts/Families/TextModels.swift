/// Language models by the `model_type` of their configuration.
extension LanguageModel {
  /// The model types that have a closed form here.
  static let modelTypes = [
    "llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe", "qwen2_vl_text",
    "qwen2_5_vl_text", "qwen3_vl_text", "qwen3_vl_moe_text", "qwen3_5_text", "qwen3_5_moe_text",
    "gemma", "gemma2", "gemma3_text", "mllama_text_model", "phi3", "internlm2", "ministral3",
    "ministral", "granite", "smollm3", "helium", "ernie4_5", "seed_oss", "exaone4",
    "hunyuan_v1_dense",
  ]

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
    let type = section.modelType
    guard modelTypes.contains(type) else {
      section.report(
        .unsupported, section.has("model_type") ? "model_type" : nil,
        "no closed form for the language model '\(type.prefix(60))'; supported: "
          + modelTypes.joined(separator: ", "))
      return nil
    }
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let heads = section.size("num_attention_heads")
    // A model whose every layer is a mixture has no other MLP.
    let intermediate = section.size(
      type == "qwen3_5_moe_text" ? "moe_intermediate_size" : "intermediate_size")
    let vocabulary = section.size("vocab_size")
    guard let layers, let hidden, let heads, let intermediate, let vocabulary,
      let kvHeads = keyValueHeads(section, heads: heads),
      let headDim = headDim(section, hidden: hidden, heads: heads),
      let sliding = slidingWindow(section, layers: layers),
      let linear = linearAttention(section, layers: layers),
      let experts = mixture(section, layers: layers)
    else { return nil }
    guard heads % kvHeads == 0 else {
      section.report(
        .inconsistent, "num_key_value_heads",
        "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
      return nil
    }
    if type == "helium", .many(heads, headDim) != Int128(hidden) {
      section.report(
        .inconsistent, "head_dim",
        "\(heads) heads of \(headDim) are not the hidden size \(hidden), as this class needs")
      return nil
    }
    var crossLayers = 0
    if type == "mllama_text_model" {
      let listed = section.integers("cross_attention_layers")
      if listed == nil {
        section.reader.note(
          section.path + ["cross_attention_layers"], "3, 8, 13 … 38", "default of the class \(type)"
        )
      }
      let cross = listed ?? [3, 8, 13, 18, 23, 28, 33, 38]
      guard Set(cross).count == cross.count, cross.allSatisfy({ (0..<layers).contains($0) }),
        cross.count < layers
      else {
        section.report(
          .inconsistent, "cross_attention_layers",
          "the cross-attention layers must be different layers of the \(layers)")
        return nil
      }
      crossLayers = cross.count
    }
    let ties = isTied(section, tying)
    if let sliding = sliding.value, sliding.layers > layers - crossLayers {
      section.report(
        .inconsistent, "layer_types",
        "\(sliding.layers) sliding layers beside \(crossLayers) of cross-attention are more than \(layers)"
      )
      return nil
    }
    let vectors = section.parameters(
      vectorParameters(
        section, layers: layers, denseLayers: experts.value?.denseLayers ?? layers,
        crossLayers: crossLayers, hidden: hidden, intermediate: intermediate,
        queries: .many(heads, headDim), keys: .many(kvHeads, headDim), headDim: headDim),
      linear.value.map { linear in
        // A norm of the values, a bias and a decay for each head, and no norms of queries and keys.
        guard case .gatedDelta(let rule) = linear.mixer else { return 0 }
        return .many(linear.layers, 1)
          * (Int128(rule.valueDim) + .many(2, rule.valueHeads) - .many(2, headDim))
      } ?? 0)
    guard let vectors else { return nil }
    return LanguageModel(
      layers: layers, hidden: hidden, heads: heads, kvHeads: kvHeads, headDim: headDim,
      intermediate: intermediate, vocabulary: vocabulary, tiedEmbeddings: ties,
      outputGate: type.hasPrefix("qwen3_5"),
      sliding: sliding.value, crossLayers: crossLayers,
      mixers: linear.value.map { [$0] } ?? [], experts: experts.value,
      vectorParameters: vectors,
      // Eight rows for the image token and its reserve stand in the embedding only.
      embeddingRows: type == "mllama_text_model" ? min(vocabulary + 8, largestSize) : nil)
  }

  /// Whether embedding and head share weights.
  private static func isTied(_ section: ConfigurationSection, _ tying: Tying) -> Bool {
    let key = "tie_word_embeddings"
    /// What the part says, or its class's default.
    func own() -> Bool {
      section.flag(key, or: tiedByDefault.contains(section.modelType))
    }
    switch tying {
    case .never:
      section.reader.ask(section.path + [key])
      return false
    case .own: return own()
    case .rootOrText(let root):
      // A part at the root is asked once.
      if root.path == section.path { return own() }
      guard root.has(key) else { return own() }
      let isRoot = root.flag(key, or: false)
      if section.has(key) || tiedByDefault.contains(section.modelType) { return own() || isRoot }
      return isRoot
    case .root(let root, let fallback):
      if root.has(key) { return root.flag(key, or: fallback) }
      section.reader.note(
        section.path + [key], String(fallback), "default of the class")
      return fallback
    case .rootBeforeText(let root):
      return root.has(key) ? root.flag(key, or: false) : section.flag(key, or: false)
    }
  }

  /// Model types whose class ties where nobody says.
  private static let tiedByDefault: Set<String> = [
    "gemma", "gemma2", "gemma3_text", "smollm3", "ernie4_5",
  ]

  /// An answer that may be "none".
  private struct Maybe<Value> { let value: Value? }

  private static func keyValueHeads(_ section: ConfigurationSection, heads: Int) -> Int? {
    let hasRule = [
      "llama", "phi3", "internlm2", "granite", "hunyuan_v1_dense",
    ].contains(section.modelType)
    let isNull = section.value.hasNull("num_key_value_heads")
    return section.size(
      "num_key_value_heads",
      or: hasRule || isNull ? (heads, "as many as num_attention_heads") : nil)
  }

  private static func headDim(
    _ section: ConfigurationSection, hidden: Int, heads: Int
  ) -> Int? {
    if section.has("head_dim") { return section.given("head_dim") }
    if let value = ClassDefaults.sizes[section.modelType]?["head_dim"] {
      section.reader.note(
        section.path + ["head_dim"], String(value), "default of the class \(section.modelType)")
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

  /// Which layers attend to a window: as listed, or by the class's rule.
  private static func slidingWindow(
    _ section: ConfigurationSection, layers: Int
  ) -> Maybe<SlidingWindow>? {
    let type = section.modelType
    if linearTypes.contains(type) { return Maybe(value: nil) }
    let slidingLayers: Int
    if let kinds = section.words("layer_types") {
      guard kinds.count == layers else {
        section.report(
          .inconsistent, "layer_types", "\(kinds.count) layer_types for \(layers) layers")
        return nil
      }
      if let other = kinds.first(where: { $0 != "sliding_attention" && $0 != "full_attention" }) {
        section.report(
          .unsupported, "layer_types",
          "no closed form for a layer of '\(other.prefix(40))'; known: full_attention, sliding_attention"
        )
        return nil
      }
      slidingLayers = kinds.count { $0 == "sliding_attention" }
    } else {
      switch type {
      case "gemma3_text":
        let pattern = section.given("sliding_window_pattern") ?? 6
        slidingLayers = layers - layers / pattern
        section.reader.note(
          section.path + ["layer_types"], "\(slidingLayers) sliding",
          "every \(pattern)th layer attends to everything")
      case "gemma2":
        slidingLayers = (layers + 1) / 2
        section.reader.note(
          section.path + ["layer_types"], "\(slidingLayers) sliding", "every other layer slides")
      case "mistral", "mixtral", "phi3", "ministral3", "ministral":
        slidingLayers = layers
      case "exaone4":
        let pattern = section.size("sliding_window_pattern", in: 1...100_000) ?? 4
        slidingLayers = layers - layers / pattern
      case "qwen2", "qwen3", "qwen3_moe", "qwen2_vl_text", "qwen2_5_vl_text":
        guard section.flag("use_sliding_window", or: false) else { return Maybe(value: nil) }
        slidingLayers = max(
          0,
          layers
            - (section.size(
              "max_window_layers", in: 0...100_000,
              or: (type.hasSuffix("_vl_text") ? 80 : 28, "default of the class \(type)")) ?? layers)
        )
      default:
        slidingLayers = 0
      }
    }
    guard slidingLayers > 0 else { return Maybe(value: nil) }
    let isNull = section.value.hasNull("sliding_window")
    let hasDefault = ClassDefaults.sizes[type]?["sliding_window"] != nil
    if isNull || (!section.has("sliding_window") && !hasDefault) { return Maybe(value: nil) }
    guard let window = section.size("sliding_window", in: 1...1_000_000_000) else { return nil }
    return Maybe(
      value: SlidingWindow(window: min(window, largestSize), layers: slidingLayers))
  }

  /// Model types with layers of linear attention.
  private static let linearTypes = ["qwen3_5_text", "qwen3_5_moe_text"]

  /// Which layers follow the gated delta rule: as listed, or by the class's rule.
  private static func linearAttention(
    _ section: ConfigurationSection, layers: Int
  ) -> Maybe<MixerLayers>? {
    guard linearTypes.contains(section.modelType) else { return Maybe(value: nil) }
    let count: Int
    if let kinds = section.words("layer_types") {
      guard kinds.count == layers else {
        section.report(
          .inconsistent, "layer_types", "\(kinds.count) layer_types for \(layers) layers")
        return nil
      }
      if let other = kinds.first(where: { $0 != "linear_attention" && $0 != "full_attention" }) {
        section.report(
          .unsupported, "layer_types",
          "no closed form for a layer of '\(other.prefix(40))'; known: full_attention, linear_attention"
        )
        return nil
      }
      count = kinds.count { $0 == "linear_attention" }
    } else {
      let interval = section.given("full_attention_interval", in: 1...100_000) ?? 4
      count = layers - layers / interval
      section.reader.note(
        section.path + ["layer_types"], "\(count) linear",
        "every \(interval)th layer attends to everything")
    }
    let keyHeads = section.size("linear_num_key_heads")
    let valueHeads = section.size("linear_num_value_heads")
    let keyDim = section.size("linear_key_head_dim")
    let valueDim = section.size("linear_value_head_dim")
    let kernel = section.size("linear_conv_kernel_dim", in: 1...100_000)
    guard let keyHeads, let valueHeads, let keyDim, let valueDim, let kernel else { return nil }
    guard valueHeads.isMultiple(of: keyHeads) else {
      section.report(
        .inconsistent, "linear_num_key_heads",
        "\(keyHeads) key heads do not divide \(valueHeads) value heads evenly")
      return nil
    }
    guard count > 0 else { return Maybe(value: nil) }
    return Maybe(
      value: MixerLayers(
        layers: count,
        mixer: .gatedDelta(
          GatedDelta(
            keyHeads: keyHeads, valueHeads: valueHeads, keyDim: keyDim, valueDim: valueDim,
            kernel: kernel))))
  }

  private static func mixture(
    _ section: ConfigurationSection, layers: Int
  ) -> Maybe<MixtureOfExperts>? {
    let intermediateKey: String
    let countKey: String
    switch section.modelType {
    case "mixtral": (intermediateKey, countKey) = ("intermediate_size", "num_local_experts")
    case "qwen3_moe", "qwen3_vl_moe_text", "qwen3_5_moe_text":
      (intermediateKey, countKey) = ("moe_intermediate_size", "num_experts")
    default: return Maybe(value: nil)
    }
    // Written under either name, by version.
    let keys = ["num_experts", "num_local_experts"].filter(section.has)
    if keys.count == 2, section[keys[0]] != section[keys[1]] {
      section.report(
        .inconsistent, keys[1], "'num_experts' and 'num_local_experts' say different numbers")
      return nil
    }
    let key = keys.first ?? countKey
    let count = section.size(key, in: 1...100_000)
    let active = section.size("num_experts_per_tok", in: 1...100_000)
    let intermediate = section.size(intermediateKey)
    let step = section.given("decoder_sparse_step", in: 1...100_000) ?? 1
    let dense = Set(section.integers("mlp_only_layers") ?? [])
    let hasShared = section.modelType == "qwen3_5_moe_text"
    let shared = hasShared ? section.size("shared_expert_intermediate_size") : 0
    guard let count, let active, let intermediate, let shared else { return nil }
    guard active <= count else {
      section.report(
        .inconsistent, "num_experts_per_tok", "\(active) of \(count) experts cannot be active")
      return nil
    }
    let sparse = (0..<layers).count { !dense.contains($0) && ($0 + 1) % step == 0 }
    return Maybe(
      value: MixtureOfExperts(
        experts: count, active: active, intermediate: intermediate, sharedIntermediate: shared,
        hasSharedGate: hasShared, denseLayers: layers - sparse))
  }
}
