/// Language models after DeepSeek: latent attention, and mixtures with shared experts behind a few dense layers.
extension TextClass {
  /// DeepSeek-V3, Kimi K2 and Mistral 4.
  static let deepSeeks: [TextClass] =
    ["deepseek_v3", "kimi_k2"].map { type in
      // Kimi's files say `kimi_k2`, and their class reads them as DeepSeek-V3.
      TextClass(
        modelType: type,
        sizes: [
          "first_k_dense_replace": 3, "hidden_size": 7168, "intermediate_size": 18_432,
          "kv_lora_rank": 512, "moe_intermediate_size": 2048, "n_routed_experts": 256,
          "n_shared_experts": 1, "num_attention_heads": 128, "num_experts_per_tok": 8,
          "num_hidden_layers": 61, "num_key_value_heads": 128, "q_lora_rank": 1536,
          "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "vocab_size": 129_280,
        ], reading: readLatent)
    } + [
      TextClass(
        modelType: "mistral4",
        sizes: [
          "first_k_dense_replace": 0, "hidden_size": 4096, "intermediate_size": 12_288,
          "kv_lora_rank": 256, "moe_intermediate_size": 2048, "n_routed_experts": 128,
          "n_shared_experts": 1, "num_attention_heads": 32, "num_experts_per_tok": 4,
          "num_hidden_layers": 36, "num_key_value_heads": 32, "q_lora_rank": 1024,
          "qk_nope_head_dim": 64, "qk_rope_head_dim": 64, "v_head_dim": 128, "vocab_size": 131_072,
        ], reading: readLatent),
      TextClass(
        modelType: "deepseek_ocr2_text",
        sizes: [
          "hidden_size": 4096, "intermediate_size": 11_008, "moe_intermediate_size": 1407,
          "n_routed_experts": 64, "n_shared_experts": 2, "num_attention_heads": 32,
          "num_hidden_layers": 32, "vocab_size": 102_400,
        ], reading: readPlain),
      // Not the framework's class but the one that DeepSeek-VL2 and DeepSeek-OCR are published with.
      TextClass(
        modelType: "deepseek_v2",
        sizes: [
          "first_k_dense_replace": 0, "hidden_size": 4096, "intermediate_size": 11_008,
          "kv_lora_rank": 512, "moe_intermediate_size": 1407, "num_attention_heads": 32,
          "num_hidden_layers": 30, "num_key_value_heads": 32, "q_lora_rank": 1536,
          "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
          "vocab_size": 102_400,
        ],
        reading: { section, tying in
          let isLatent = section.flag("use_mla", or: true)
          guard isLatent else {
            for key in ["kv", "q"].map({ $0 + "_lora_rank" }) + latentDims { _ = section[key] }
            return readPlain(section, tying)
          }
          return readLatent(section, tying)
        }),
    ]

  private static let latentDims = ["qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"]

  /// A language model all of whose layers have latent attention.
  private static let readLatent:
    @Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel? = { section, tying in
      let layers = section.size("num_hidden_layers", in: 1...100_000)
      let hidden = section.size("hidden_size")
      let intermediate = section.size("intermediate_size")
      let vocabulary = section.size("vocab_size")
      // All is asked for before anything is refused: what nobody asks for is judged.
      let attention = section.latentAttention()
      let experts = section.sharedAndRoutedExperts(layers: layers ?? 1)
      guard let layers, let hidden, let intermediate, let vocabulary, let attention, let experts
      else { return nil }
      let queryRank = attention.queryRank ?? 0
      // Norms of the hidden size and of both latents, and biases of what comes in and goes out.
      let biases =
        section.flag("attention_bias", or: false)
        ? queryRank + attention.keyValueRank + attention.rotaryDim + hidden : 0
      let vectors = section.parameters(
        .many(layers, 2 * hidden + attention.keyValueRank + queryRank + biases),
        section.routerBiases(of: experts, layers: layers), Int128(hidden))
      guard let vectors else { return nil }
      return LanguageModel(
        layers: layers, hidden: hidden, heads: attention.heads, kvHeads: attention.heads,
        headDim: min(attention.plainDim + attention.rotaryDim, largestSize),
        intermediate: intermediate, vocabulary: vocabulary, tiedEmbeddings: section.isTied(tying),
        mixers: [MixerLayers(layers: layers, mixer: .latentAttention(attention))],
        experts: experts, vectorParameters: vectors)
    }

  /// A language model whose layers have ordinary attention, with DeepSeek's mixture.
  private static let readPlain:
    @Sendable (ConfigurationSection, LanguageModel.Tying) -> LanguageModel? = { section, tying in
      let layers = section.size("num_hidden_layers", in: 1...100_000)
      let hidden = section.size("hidden_size")
      let intermediate = section.size("intermediate_size")
      let vocabulary = section.size("vocab_size")
      let heads = section.size("num_attention_heads")
      let kvHeads = section.size(
        "num_key_value_heads", or: heads.map { ($0, "as many as num_attention_heads") })
      let experts = section.sharedAndRoutedExperts(layers: layers ?? 1)
      // The class makes it of the hidden size, whatever is given.
      section.reader.ask(section.path + ["head_dim"])
      guard let layers, let hidden, let intermediate, let vocabulary, let heads, let kvHeads,
        let experts, let headDim = section.evenHeads(hidden: hidden, heads: heads)
      else { return nil }
      guard heads.isMultiple(of: kvHeads) else {
        section.report(
          .inconsistent, "num_key_value_heads",
          "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
        return nil
      }
      let attentionBiases =
        section.flag("attention_bias", or: false)
        ? .many(heads, headDim) + .many(2, kvHeads, headDim) + Int128(hidden) : 0
      // Routed experts have none.
      let mlpBiases: Int128 =
        section.flagOrOff("mlp_bias")
        ? .many(experts.denseLayers, 2 * intermediate + hidden)
          + .many(layers - experts.denseLayers, 2 * experts.sharedIntermediate + hidden) : 0
      let vectors = section.parameters(
        Int128(layers) * (.many(2, hidden) + attentionBiases), mlpBiases,
        section.routerBiases(of: experts, layers: layers), Int128(hidden))
      guard let vectors else { return nil }
      return LanguageModel(
        layers: layers, hidden: hidden, heads: heads, kvHeads: kvHeads, headDim: headDim,
        intermediate: intermediate, vocabulary: vocabulary, tiedEmbeddings: section.isTied(tying),
        experts: experts, vectorParameters: vectors)
    }
}

extension ConfigurationSection {
  /// Corrections of the experts' scores, which are parameters in the published class and no part of the framework's.
  fileprivate func routerBiases(of experts: MixtureOfExperts, layers: Int) -> Int128 {
    guard modelType == "deepseek_v2", text("topk_method") == "noaux_tc" else { return 0 }
    return .many(layers - experts.denseLayers, experts.experts)
  }

  /// Latent attention by DeepSeek's keys; `nil` after reporting why.
  func latentAttention() -> LatentAttention? {
    let heads = size("num_attention_heads")
    // A rank of null is one matrix for the queries.
    let isDirect = value.hasNull("q_lora_rank")
    let queryRank = isDirect ? nil : size("q_lora_rank")
    let rank = size("kv_lora_rank")
    let plain = size("qk_nope_head_dim")
    let rotary = size("qk_rope_head_dim")
    let valueDim = size("v_head_dim")
    // Only the rotary table is made by it.
    reader.ask(path + ["head_dim"])
    reader.ask(path + ["qk_head_dim"])
    guard let heads, isDirect || queryRank != nil, let rank, let plain, let rotary, let valueDim
    else { return nil }
    let isNull = value.hasNull("num_key_value_heads")
    guard let kvHeads = isNull ? heads : size("num_key_value_heads") else { return nil }
    guard kvHeads == heads else {
      report(
        .inconsistent, "num_key_value_heads",
        "latent attention makes keys and values for all \(heads) heads, not for \(kvHeads)")
      return nil
    }
    return LatentAttention(
      heads: heads, queryRank: queryRank, keyValueRank: rank, plainDim: plain, rotaryDim: rotary,
      valueDim: valueDim)
  }

  /// A mixture by DeepSeek's keys, shared experts of the size of routed ones, behind the first dense layers; `nil`
  /// after reporting why.
  func sharedAndRoutedExperts(layers: Int) -> MixtureOfExperts? {
    let countKey = ["n_routed_experts", "num_local_experts", "num_experts"].first(where: has)
    let count = size(countKey ?? "n_routed_experts", in: 1...100_000)
    let active = size("num_experts_per_tok", in: 1...100_000)
    let intermediate = size("moe_intermediate_size")
    let shared = size("n_shared_experts", in: 0...100_000)
    let dense: Int?
    // The other classes count their dense layers whatever a list says.
    if modelType == "deepseek_ocr2_text", let kinds = words("mlp_layer_types") {
      guard kinds.count == layers, kinds.allSatisfy({ $0 == "dense" || $0 == "sparse" }) else {
        report(
          .inconsistent, "mlp_layer_types",
          "'mlp_layer_types' must say 'dense' or 'sparse' of each of \(layers) layers")
        return nil
      }
      dense = kinds.count { $0 == "dense" }
    } else {
      dense = size("first_k_dense_replace", in: 0...100_000)
    }
    guard let count, let active, let intermediate, let shared, let dense else { return nil }
    guard active <= count else {
      report(
        .inconsistent, "num_experts_per_tok", "\(active) of \(count) experts cannot be active")
      return nil
    }
    guard shared <= largestSize / intermediate else {
      report(
        .inconsistent, "n_shared_experts",
        "\(shared) shared experts of \(intermediate): no model is so large")
      return nil
    }
    return MixtureOfExperts(
      experts: count, active: active, intermediate: intermediate,
      sharedIntermediate: shared * intermediate, denseLayers: min(dense, layers))
  }
}
