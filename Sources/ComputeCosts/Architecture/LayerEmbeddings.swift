/// Embeddings that every layer has of its own: a row of w numbers for each token and layer, which a projection of the
/// input embedding joins, and which a gate and a projection carry into the layer's output (Gemma 3n, Gemma 4).
public struct LayerEmbeddings: Sendable, Equatable {
  /// Rows of each layer's table.
  public let rows: Int
  /// Width w of a row.
  public let width: Int

  /// Embeddings from their sizes, each from 1 to ``largestSize``.
  public init(rows: Int, width: Int) {
    preconditionSizes([rows, width])
    self.rows = rows
    self.width = width
  }
}

extension LanguageModel {
  /// Numbers of the tables of all layers: `rows · L · w`.
  func layerEmbeddingTable() throws(CountOverflow) -> Int128 {
    guard let layerEmbeddings else { return 0 }
    return try Int128.product(layerEmbeddings.rows, layers, layerEmbeddings.width)
  }

  /// Weights that every position meets for them: `3·d·w` a layer, of the input's projection, the gate and the layer's
  /// projection.
  func layerEmbeddingWeights() throws(CountOverflow) -> Int128 {
    guard let layerEmbeddings else { return 0 }
    return try Int128.product(3, hidden, layers, layerEmbeddings.width)
  }

  /// Sums of the widths, in and out, of their matrices: one from the input, of all layers, and two in each layer.
  func layerEmbeddingWidths() throws(CountOverflow) -> Int128 {
    guard let layerEmbeddings else { return 0 }
    let width = try Int128.product(layers, layerEmbeddings.width)
    return try Int128(hidden).plus(width)
      .plus(Int128.product(layers, hidden).plus(width).times(2))
  }
}
