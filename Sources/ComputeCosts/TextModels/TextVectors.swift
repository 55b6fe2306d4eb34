/// Norms and biases of language models.
extension TextClass {
  /// Parameters of the layers, of the final norm and of biases that are in no matrix product.
  func vectorParameters(
    _ section: ConfigurationSection, sizes: TextSizes, denseLayers: Int, crossLayers: Int,
    intermediate: Int
  ) -> Int128 {
    let (hidden, headDim) = (Int128(sizes.hidden), Int128(sizes.headDim))
    let biases = biases(section)
    let inputs =
      biases.queriesAndKeys
      ? .many(sizes.heads, sizes.headDim) + .many(2, sizes.kvHeads, sizes.headDim) : 0
    let perLayer =
      Int128(hiddenNorms) * hidden + Int128(headNorms) * headDim + inputs
      + (biases.output ? hidden : 0) + otherNorms(section, sizes)
    let perMLP = biases.mlp ? 2 * Int128(intermediate) + hidden : 0
    // A cross-attention layer has norms of queries and keys, and two gates.
    return Int128(sizes.layers) * perLayer + Int128(denseLayers) * perMLP
      + Int128(crossLayers) * (2 * headDim + 2) + hidden
  }
}
