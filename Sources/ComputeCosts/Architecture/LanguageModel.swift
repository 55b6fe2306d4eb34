/// A decoder-only transformer.
public struct LanguageModel: Sendable, Equatable {
  /// Layers L, cross-attention layers among them.
  public let layers: Int
  /// Hidden size d.
  public let hidden: Int
  /// Query heads h.
  public let heads: Int
  /// Key and value heads k; fewer than `heads` under grouped-query attention.
  public let kvHeads: Int
  /// Width e of one head. Not always `hidden / heads`.
  public let headDim: Int
  /// Size f of the MLP.
  public let intermediate: Int
  /// Matrices of the MLP: 3 where it is gated, else 2.
  public let mlpMatrices: Int
  /// Vocabulary V of the output head.
  public let vocabulary: Int
  /// Whether the output head shares the weights of the input embedding.
  public let tiedEmbeddings: Bool
  /// Layers that attend to a window only; `nil` where all attend to everything before them.
  public let sliding: SlidingWindow?
  /// Layers that read the vision tokens by cross-attention instead of self-attention; 0 where
  /// vision tokens stand in the sequence.
  public let crossLayers: Int
  /// The experts that stand in for the MLP; `nil` in a dense model.
  public let experts: MixtureOfExperts?
  /// Parameters that are in no matrix product: norms and biases.
  public let vectorParameters: Int
  /// Rows of the input embedding, where they are more than the head's.
  public let embeddingRows: Int

  /// A language model from its sizes, each from 1 to ``largestSize``.
  public init(
    layers: Int, hidden: Int, heads: Int, kvHeads: Int, headDim: Int, intermediate: Int,
    mlpMatrices: Int = 3, vocabulary: Int, tiedEmbeddings: Bool = false,
    sliding: SlidingWindow? = nil, crossLayers: Int = 0, experts: MixtureOfExperts? = nil,
    vectorParameters: Int = 0, embeddingRows: Int? = nil
  ) {
    preconditionSizes([layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary])
    precondition(mlpMatrices == 2 || mlpMatrices == 3, "an MLP of \(mlpMatrices) matrices")
    precondition((0..<layers).contains(crossLayers), "\(crossLayers) of \(layers) layers cross")
    precondition(
      sliding.map { (0...(layers - crossLayers)).contains($0.layers) } ?? true, "sliding layers")
    precondition(
      experts.map { (0...layers).contains($0.denseLayers) } ?? true, "dense layers")
    precondition(vectorParameters >= 0 && (embeddingRows ?? vocabulary) >= vocabulary)
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.kvHeads = kvHeads
    self.headDim = headDim
    self.intermediate = intermediate
    self.mlpMatrices = mlpMatrices
    self.vocabulary = vocabulary
    self.tiedEmbeddings = tiedEmbeddings
    self.sliding = sliding
    self.crossLayers = crossLayers
    self.experts = experts
    self.vectorParameters = vectorParameters
    self.embeddingRows = embeddingRows ?? vocabulary
  }

  /// Layers of self-attention.
  package var selfLayers: Int { layers - crossLayers }

  /// Self-attention layers that attend to everything before them.
  package var fullLayers: Int { selfLayers - (sliding?.layers ?? 0) }

  /// Weights of the query and output projections of one layer: `2·d·h·e`.
  func queryOutputWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, heads, headDim)
  }

  /// Weights of the key and value projections of one layer: `2·d·k·e`.
  func keyValueWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, kvHeads, headDim)
  }

  /// Layers whose MLP is a mixture of experts.
  var sparseLayers: Int { experts.map { layers - $0.denseLayers } ?? 0 }

  /// Weights that one token meets in the MLPs of all layers: dense MLPs, and of a mixture the
  /// router, the active and the shared experts.
  ///
  /// - Parameter matrices: How many matrices of an MLP to count; `nil` for all it has.
  func activeMLPWeights(matrices: Int? = nil) throws(CountOverflow) -> Int128 {
    let matrices = matrices ?? mlpMatrices
    let dense = try Int128.product(matrices, hidden, intermediate, layers - sparseLayers)
    guard let experts else { return dense }
    let sparse = try Int128.product(matrices, hidden, experts.intermediate, experts.active)
      .plus(Int128.product(matrices, hidden, experts.sharedIntermediate))
      .plus(Int128.product(hidden, experts.experts + (experts.hasSharedGate ? 1 : 0)))
    return try dense.plus(sparse.times(Int128(sparseLayers)))
  }

  /// Weights of the MLPs of all layers, every expert counted.
  func mlpParameters() throws(CountOverflow) -> Int128 {
    let dense = try Int128.product(mlpMatrices, hidden, intermediate, layers - sparseLayers)
    guard let experts else { return dense }
    let sparse = try Int128.product(mlpMatrices, hidden, experts.intermediate, experts.experts)
      .plus(Int128.product(mlpMatrices, hidden, experts.sharedIntermediate))
      .plus(Int128.product(hidden, experts.experts + (experts.hasSharedGate ? 1 : 0)))
    return try dense.plus(sparse.times(Int128(sparseLayers)))
  }

  /// Weights of the matrices of all layers, without embedding and head.
  package func matrixParameters() throws(CountOverflow) -> Int128 {
    try queryOutputWeights().plus(keyValueWeights()).times(Int128(layers)).plus(mlpParameters())
  }

  /// Weights of the matrices that one token meets in the layers: ``matrixParameters()`` with the
  /// active experts only.
  package func activeMatrixParameters() throws(CountOverflow) -> Int128 {
    try queryOutputWeights().plus(keyValueWeights()).times(Int128(layers))
      .plus(activeMLPWeights())
  }
}

/// Layers that attend to the last W positions only.
public struct SlidingWindow: Sendable, Equatable {
  /// Positions W that a token attends to, itself among them.
  public let window: Int
  /// How many layers do.
  public let layers: Int

  /// A window from its parts.
  public init(window: Int, layers: Int) {
    preconditionSizes([window])
    precondition(layers >= 0, "\(layers) sliding layers")
    self.window = window
    self.layers = layers
  }
}

/// An MLP of which each token meets a few experts.
public struct MixtureOfExperts: Sendable, Equatable {
  /// Experts E that the router chooses from.
  public let experts: Int
  /// Experts that one token meets.
  public let active: Int
  /// Intermediate size of one expert.
  public let intermediate: Int
  /// Intermediate size of all experts that every token meets, together; 0 without any.
  public let sharedIntermediate: Int
  /// Whether a gate of one output weighs the shared experts.
  public let hasSharedGate: Bool
  /// Layers that have an ordinary MLP instead.
  public let denseLayers: Int

  /// A mixture from its sizes; at most `experts` are active.
  public init(
    experts: Int, active: Int, intermediate: Int, sharedIntermediate: Int = 0,
    hasSharedGate: Bool = false, denseLayers: Int = 0
  ) {
    preconditionSizes([experts, active, intermediate])
    precondition(active <= experts, "\(active) of \(experts) experts active")
    precondition((0...largestSize).contains(sharedIntermediate) && denseLayers >= 0)
    self.experts = experts
    self.active = active
    self.intermediate = intermediate
    self.sharedIntermediate = sharedIntermediate
    self.hasSharedGate = hasSharedGate
    self.denseLayers = denseLayers
  }
}
