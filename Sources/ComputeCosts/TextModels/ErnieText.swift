/// ERNIE's language model with experts of the text and experts of images.
extension TextClass {
  /// ERNIE 4.5 VL: vision tokens meet experts of their own; shared experts are met by all.
  static let ernieVL = TextClass(
    modelType: "ernie4_5_vl_moe_text",
    sizes: [
      "hidden_size": 2560, "intermediate_size": 12288, "moe_k": 6, "moe_num_experts": 64,
      "moe_num_shared_experts": 2, "num_attention_heads": 20, "num_hidden_layers": 28,
      "num_key_value_heads": 4, "vocab_size": 103424,
    ],
    tiesByDefault: true,
    biases: {
      let all = $0.flagOrOff("use_bias")
      return Biases(queriesAndKeys: all, output: all, mlp: all)
    },
    ownMixture: { $0.ernieMixture(layers: $1)?.experts },
    mixing: { section, sizes in
      section.ernieMixture(layers: sizes.layers).map { OtherLayers(vectors: $0.vectors) }
    })
}

extension ConfigurationSection {
  /// The experts, and what their layers have of vectors: corrections of both routers, biases of shared experts.
  fileprivate func ernieMixture(layers: Int) -> (experts: MixtureOfExperts, vectors: Int128)? {
    func alias(_ key: String, _ other: String) -> String { has(key) || !has(other) ? key : other }
    let count = size(alias("moe_num_experts", "num_experts"), in: 1...100_000)
    let active = size(alias("moe_k", "num_experts_per_tok"), in: 1...100_000)
    let shared = size("moe_num_shared_experts", in: 0...1000)
    let hidden = size("hidden_size")
    let given = integers("moe_intermediate_size")
    if given == nil {
      reader.note(
        path + ["moe_intermediate_size"], "1536, 512", "default of the class \(modelType)")
    }
    let widths = given ?? [1536, 512]
    guard let count, let active, let shared, let hidden else { return nil }
    guard widths.count == 2, widths.allSatisfy({ (1...largestSize / 1000).contains($0) }) else {
      report(
        .wrongValue, "moe_intermediate_size",
        "'moe_intermediate_size' must be a size of the text's experts and one of the images'")
      return nil
    }
    guard active <= count else {
      report(.inconsistent, "moe_k", "\(active) of \(count) experts cannot be active")
      return nil
    }
    let sparse: Int
    if let kinds = words("mlp_layer_types") {
      guard areLayers(kinds, of: ["dense", "sparse"], count: layers, key: "mlp_layer_types")
      else { return nil }
      sparse = kinds.count { $0 == "sparse" }
    } else {
      sparse = layers - 1
      reader.note(path + ["mlp_layer_types"], "dense, then sparse", "default of the class")
    }
    let sharedWidth = shared * widths[0]
    let biases =
      flagOrOff("use_bias") && shared > 0 ? Int128.many(2, sharedWidth) + Int128(hidden) : 0
    return (
      MixtureOfExperts(
        experts: count, active: active, intermediate: widths[0], sharedIntermediate: sharedWidth,
        denseLayers: layers - sparse, visionIntermediate: widths[1]),
      Int128(sparse) * (Int128.many(2, count) + biases)
    )
  }
}
