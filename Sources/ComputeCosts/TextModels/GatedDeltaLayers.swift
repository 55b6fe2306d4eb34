extension TextClass {
  /// Which layers follow the gated delta rule: as listed, or all but every fourth.
  static let gatedDeltaLayers: @Sendable (ConfigurationSection, TextSizes) -> OtherLayers? = {
    section, sizes in
    let layers = sizes.layers
    let count: Int
    if let kinds = section.words("layer_types") {
      guard section.areLayers(kinds, of: ["full_attention", "linear_attention"], count: layers)
      else { return nil }
      count = kinds.count { $0 == "linear_attention" }
    } else {
      let interval = section.given("full_attention_interval", in: 1...100_000) ?? 4
      count = layers - layers / interval
      section.noteLayers(
        "\(count) linear", "every \(interval)th layer attends to everything")
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
    guard count > 0 else { return OtherLayers() }
    let rule = GatedDelta(
      keyHeads: keyHeads, valueHeads: valueHeads, keyDim: keyDim, valueDim: valueDim,
      kernel: kernel)
    return OtherLayers(
      mixers: [MixerLayers(layers: count, mixer: .gatedDelta(rule))],
      // A norm of the values, a bias and a decay for each head, and no norms of queries and keys.
      vectors: .many(count, 1)
        * (Int128(valueDim) + .many(2, valueHeads) - .many(2, sizes.headDim)))
  }
}

extension ConfigurationSection {
  /// Whether a list of kinds has one for each layer, and known ones only; reports why not.
  func areLayers(
    _ kinds: [String], of known: [String], count: Int, key: String = "layer_types"
  ) -> Bool {
    guard kinds.count == count else {
      report(.inconsistent, key, "\(kinds.count) \(key) for \(count) layers")
      return false
    }
    if let other = kinds.first(where: { !known.contains($0) }) {
      report(
        .unsupported, key,
        "no closed form for a layer of '\(other.prefix(40))'; known: "
          + known.joined(separator: ", "))
      return false
    }
    return true
  }

  /// Remembers which layers are assumed.
  func noteLayers(_ value: String, _ rule: String) {
    reader.note(path + ["layer_types"], value, rule)
  }
}
