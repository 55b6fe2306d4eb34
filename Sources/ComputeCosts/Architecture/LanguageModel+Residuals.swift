/// What a layer adds to its residual stream beyond attention and MLP.
///
/// * **LAuReL** of rank r: two matrices d → r → d beside attention, `2·d·r` weights a layer.
/// * **AltUp** of n inputs: n streams of width d, of which a layer computes one. Before it a map of n × n for each
///   position, from a router (`d·n`) and a matrix (`n·n²`), predicts all streams, `d·n²` multiply–accumulates of
///   activations; behind it the router runs again, and a matrix of `n²` says how far each stream is corrected. `n − 1`
///   matrices of d × d make the streams from the embedding, and as many join them again behind the last layer.
///
/// - Source: G. Menghani, R. Kumar, S. Kumar, *LAuReL: Learned Augmented Residual Layer*, arXiv 2411.07501; C. Baykal et
///   al., *Alternating Updates for Efficient Transformers*, NeurIPS 2023; the router's second run and the matrices
///   around the layers as in transformers 5.24 (Gemma 3n).
extension LanguageModel {
  /// Weights of their matrices.
  func residualWeights() throws(CountOverflow) -> Int128 {
    let low = try Int128.product(2, layers, hidden, laurelRank)
    guard let inputs = altUpInputs else { return low }
    let layer = try Int128.product(hidden, inputs).plus(Int128.product(inputs, inputs, inputs))
      .plus(Int128.product(inputs, inputs))
    return try low.plus(layer.times(Int128(layers)))
      .plus(Int128.product(2 * (inputs - 1), hidden, hidden))
  }

  /// Weights that every position meets once more: those of the routers.
  func residualRepeats() throws(CountOverflow) -> Int128 {
    try Int128.product(layers, hidden, altUpInputs ?? 0)
  }

  /// Products of activations for every position.
  func residualPairs() throws(CountOverflow) -> Int128 {
    let inputs = altUpInputs ?? 0
    return try Int128.product(layers, hidden, inputs, inputs)
  }

  /// Sums of the widths, in and out, of their matrices.
  func residualWidths() throws(CountOverflow) -> Int128 {
    let low = laurelRank == 0 ? 0 : try Int128.product(2 * layers, hidden + laurelRank)
    guard let inputs = altUpInputs else { return low }
    let layer = try Int128(hidden).plus(Int128(inputs)).plus(Int128.product(inputs, inputs + 1))
      .plus(Int128(2 * inputs))
    return try low.plus(layer.times(Int128(layers)))
      .plus(Int128.product(4 * (inputs - 1), hidden))
  }

  /// Sums of the widths of those that run once more.
  func residualRepeatedWidths() throws(CountOverflow) -> Int128 {
    guard let inputs = altUpInputs else { return 0 }
    return try Int128.product(layers, hidden + inputs)
  }
}
