/// A decoder-only transformer with a gated MLP.
public struct LanguageModel: Sendable, Equatable {
  /// Layers L.
  public let layers: Int
  /// Hidden size d.
  public let hidden: Int
  /// Query heads h.
  public let heads: Int
  /// Key and value heads k; fewer than `heads` under grouped-query attention.
  public let kvHeads: Int
  /// Width e of one head. Not always `hidden / heads`.
  public let headDim: Int
  /// Size f of the gated MLP, which has three matrices.
  public let intermediate: Int
  /// Vocabulary V of the output head.
  public let vocabulary: Int

  /// A language model from its sizes, each from 1 to 1e8.
  public init(
    layers: Int, hidden: Int, heads: Int, kvHeads: Int, headDim: Int, intermediate: Int,
    vocabulary: Int
  ) {
    preconditionSizes([layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary])
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.kvHeads = kvHeads
    self.headDim = headDim
    self.intermediate = intermediate
    self.vocabulary = vocabulary
  }

  /// FLOPs of the weight products of all layers for one token:
  /// `L · 2 · (d·h·e + 2·d·k·e + h·e·d + 3·d·f)`.
  public func linearFLOPsPerToken() throws(CountOverflow) -> Int128 {
    let queryAndOutput = try Int128.product(4, hidden, heads).times(Int128(headDim))
    let keyAndValue = try Int128.product(4, hidden, kvHeads).times(Int128(headDim))
    let mlp = try Int128.product(6, hidden, intermediate)
    return try queryAndOutput.plus(keyAndValue).plus(mlp).times(Int128(layers))
  }

  /// FLOPs of attention in all layers for one query position and one key position: `L · 4 · h · e`,
  /// half of it for the scores and half for the values.
  public func attentionFLOPsPerPair() throws(CountOverflow) -> Int128 {
    try Int128.product(4, heads, headDim).times(Int128(layers))
  }

  /// FLOPs of the output head for one position: `2 · d · V`.
  public func headFLOPsPerPosition() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, vocabulary)
  }
}

/// Traps on a size that no architecture has; what a document says is checked before it gets here.
func preconditionSizes(_ sizes: [Int]) {
  for size in sizes {
    precondition((1...100_000_000).contains(size), "a size must be from 1 to 1e8, found \(size)")
  }
}
