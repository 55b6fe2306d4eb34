/// Norms and biases of language models, by model type.
extension LanguageModel {
  /// Parameters of the layers, of the final norm and of biases that are in no matrix product.
  static func vectorParameters(
    _ section: ConfigurationSection, layers: Int, denseLayers: Int, crossLayers: Int, hidden: Int,
    intermediate: Int, queries: Int128, keys: Int128, headDim: Int
  ) -> Int128 {
    let (hidden, headDim) = (Int128(hidden), Int128(headDim))
    let norms: Int128
    switch section.modelType {
    case "gemma2": norms = 4 * hidden
    case "gemma3_text": norms = 4 * hidden + 2 * headDim
    case "qwen3", "qwen3_moe", "qwen3_vl_text", "qwen3_vl_moe_text", "qwen3_5_text",
      "qwen3_5_moe_text", "exaone4", "hunyuan_v1_dense":
      norms = 2 * hidden + 2 * headDim
    default: norms = 2 * hidden
    }
    let biases = biases(of: section)
    let inputs = biases.queriesAndKeys ? queries + 2 * keys : 0
    let perLayer = norms + inputs + (biases.output ? hidden : 0)
    let perMLP = biases.mlp ? 2 * Int128(intermediate) + hidden : 0
    // A cross-attention layer has norms of queries and keys, and two gates.
    return Int128(layers) * perLayer + Int128(denseLayers) * perMLP
      + Int128(crossLayers) * (2 * headDim + 2) + hidden
  }

  /// Which products have biases.
  private static func biases(
    of section: ConfigurationSection
  ) -> (queriesAndKeys: Bool, output: Bool, mlp: Bool) {
    func flag(_ key: String, or fallback: Bool = false) -> Bool {
      // A class without the key has no note of its default.
      section.has(key) ? section.flag(key, or: fallback) : fallback
    }
    switch section.modelType {
    case "qwen2", "qwen2_vl_text", "qwen2_5_vl_text": return (true, false, false)
    case "seed_oss":
      return (flag("attention_bias", or: true), flag("attention_out_bias"), flag("mlp_bias"))
    case "helium": return (flag("attention_bias"), false, flag("mlp_bias"))
    case "ernie4_5":
      let all = flag("use_bias")
      return (all, all, all)
    case "internlm2":
      let attention = flag("bias")
      return (attention, attention, false)
    case "llama", "granite", "smollm3":
      let attention = flag("attention_bias")
      return (attention, attention, flag("mlp_bias"))
    case "qwen3", "qwen3_moe", "qwen3_vl_text", "qwen3_vl_moe_text", "gemma", "gemma2",
      "gemma3_text", "hunyuan_v1_dense":
      let attention = flag("attention_bias")
      return (attention, attention, false)
    default: return (false, false, false)
    }
  }
}
