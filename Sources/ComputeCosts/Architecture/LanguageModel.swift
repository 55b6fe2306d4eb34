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
  /// Whether the query projection also gives a gate for what attention puts out: twice its width.
  public let outputGate: Bool
  /// Layers that attend to a window only; `nil` where all attend to everything before them.
  public let sliding: SlidingWindow?
  /// Layers that read the vision tokens by cross-attention instead of self-attention; 0 where
  /// vision tokens stand in the sequence.
  public let crossLayers: Int
  /// Layers whose positions see each other in another way than `heads` say; empty in most models.
  public let mixers: [MixerLayers]
  /// Layers whose MLP has another size than `intermediate`; empty in most models.
  public let otherMLPs: [MLPLayers]
  /// The experts that stand in for the MLP or beside it; `nil` in a dense model.
  public let experts: MixtureOfExperts?
  /// Embeddings that every layer has of its own; `nil` in most models.
  public let layerEmbeddings: LayerEmbeddings?
  /// Rank r of LAuReL, a learned residual beside attention; 0 in most models.
  public let laurelRank: Int
  /// Streams n of AltUp; `nil` in most models.
  public let altUpInputs: Int?
  /// Parameters that are in no matrix product: norms and biases.
  public let vectorParameters: Int
  /// Rows of the input embedding, where they are more than the head's.
  public let embeddingRows: Int

  /// A language model from its sizes, each from 1 to ``largestSize``.
  public init(
    layers: Int, hidden: Int, heads: Int, kvHeads: Int, headDim: Int, intermediate: Int,
    mlpMatrices: Int = 3, vocabulary: Int, tiedEmbeddings: Bool = false, outputGate: Bool = false,
    sliding: SlidingWindow? = nil, crossLayers: Int = 0, mixers: [MixerLayers] = [],
    otherMLPs: [MLPLayers] = [], experts: MixtureOfExperts? = nil,
    layerEmbeddings: LayerEmbeddings? = nil, laurelRank: Int = 0, altUpInputs: Int? = nil,
    vectorParameters: Int = 0, embeddingRows: Int? = nil
  ) {
    preconditionSizes([layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary])
    precondition(mlpMatrices == 2 || mlpMatrices == 3, "an MLP of \(mlpMatrices) matrices")
    precondition((0..<layers).contains(crossLayers), "\(crossLayers) of \(layers) layers cross")
    precondition(
      (sliding?.layers ?? 0) + mixers.reduce(0) { $0 + $1.layers } <= layers - crossLayers,
      "layers of a kind are more than there are")
    precondition(
      experts.map { (0...layers).contains($0.denseLayers) } ?? true, "dense layers")
    precondition(
      otherMLPs.reduce(0) { $0 + $1.layers }
        <= Self.mlpLayers(of: layers, crossLayers: crossLayers, experts: experts),
      "MLPs of another size are more than there are")
    precondition(
      (0...largestSize).contains(laurelRank) && (1...Self.mostStreams).contains(altUpInputs ?? 1),
      "\(laurelRank) for the rank, \(altUpInputs ?? 1) streams")
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
    self.outputGate = outputGate
    self.sliding = sliding
    self.crossLayers = crossLayers
    self.mixers = mixers
    self.otherMLPs = otherMLPs
    self.experts = experts
    self.layerEmbeddings = layerEmbeddings
    self.laurelRank = laurelRank
    self.altUpInputs = altUpInputs
    self.vectorParameters = vectorParameters
    self.embeddingRows = embeddingRows ?? vocabulary
  }

  /// The most streams of AltUp.
  public static let mostStreams = 1000

  /// The attention that `heads` say, over everything or over a window.
  func attention(window: Int? = nil) -> AttentionHeads {
    AttentionHeads(
      heads: heads, kvHeads: kvHeads, headDim: headDim, outputGate: outputGate, window: window)
  }

  /// Layers that attend to everything before them by `heads`.
  package var fullLayers: Int {
    layers - crossLayers - (sliding?.layers ?? 0) - mixers.reduce(0) { $0 + $1.layers }
  }

  /// All layers but those of cross-attention, by how their positions see each other.
  var mixing: [(layers: Int, form: any LayerMixing)] {
    var groups: [(layers: Int, form: any LayerMixing)] = [(fullLayers, attention())]
    if let sliding { groups.append((sliding.layers, attention(window: sliding.window))) }
    return groups + mixers.map { ($0.layers, $0.mixer.form) }
  }

  /// A count of every layer that is no cross-attention.
  func overLayers(
    _ count: (any LayerMixing) throws(CountOverflow) -> Int128
  ) throws(CountOverflow) -> Int128 {
    var sum: Int128 = 0
    for group in mixing where group.layers > 0 {
      sum = try sum.plus(count(group.form).times(Int128(group.layers)))
    }
    return sum
  }

  /// Layers whose MLP is a mixture of experts.
  var sparseLayers: Int { experts.map { layers - $0.denseLayers } ?? 0 }

  /// Layers, those of cross-attention apart, whose MLP is of the size `intermediate` or one of `otherMLPs`.
  package static func mlpLayers(
    of layers: Int, crossLayers: Int, experts: MixtureOfExperts?
  ) -> Int {
    guard let experts, !experts.besideMLP else { return layers - crossLayers }
    return min(experts.denseLayers, layers - crossLayers)
  }

  /// Layers that have an MLP of which every token meets all.
  private var denseLayers: Int { experts?.besideMLP == true ? layers : layers - sparseLayers }

  /// Sum of the sizes of all MLPs of which every token meets all.
  func denseWidths() throws(CountOverflow) -> Int128 {
    var sum = try Int128.product(
      intermediate, denseLayers - otherMLPs.reduce(0) { $0 + $1.layers })
    for other in otherMLPs {
      sum = try sum.plus(Int128.product(other.layers, other.intermediate))
    }
    return sum
  }

  /// Layers that have an MLP of which every token meets all, times what each of its matrices adds of the hidden size.
  func denseHidden() throws(CountOverflow) -> Int128 { try Int128.product(hidden, denseLayers) }

  /// Weights that one token meets in the MLPs of all layers: dense MLPs, and of a mixture the
  /// router, the active and the shared experts.
  ///
  /// - Parameter matrices: How many matrices of an MLP to count; `nil` for all it has.
  func activeMLPWeights(matrices: Int? = nil) throws(CountOverflow) -> Int128 {
    let matrices = matrices ?? mlpMatrices
    let dense = try Int128.product(matrices, hidden).times(denseWidths())
    guard let experts else { return dense }
    let sparse = try Int128.product(matrices, hidden, experts.intermediate, experts.active)
      .plus(Int128.product(matrices, hidden, experts.sharedIntermediate))
      .plus(Int128.product(hidden, experts.experts + (experts.hasSharedGate ? 1 : 0)))
    return try dense.plus(sparse.times(Int128(sparseLayers)))
  }

  /// Weights that a vision token meets more than one of the text in the MLPs of all layers, where it has experts of
  /// its own; negative where they are smaller.
  func visionMLPDifference(matrices: Int? = nil) throws(CountOverflow) -> Int128 {
    guard let experts, let vision = experts.visionIntermediate else { return 0 }
    return try Int128.product(matrices ?? mlpMatrices, hidden, experts.active, sparseLayers)
      .times(Int128(vision - experts.intermediate))
  }

  /// Weights of the experts that vision tokens alone meet, all layers and their routers counted.
  func visionExpertParameters() throws(CountOverflow) -> Int128 {
    guard let experts, let vision = experts.visionIntermediate else { return 0 }
    return try Int128.product(mlpMatrices, hidden, vision, experts.experts)
      .plus(Int128.product(hidden, experts.experts)).times(Int128(sparseLayers))
  }

  /// Weights of the MLPs of all layers, every expert counted.
  func mlpParameters() throws(CountOverflow) -> Int128 {
    let dense = try Int128.product(mlpMatrices, hidden).times(denseWidths())
    guard let experts else { return dense }
    let sparse = try Int128.product(mlpMatrices, hidden, experts.intermediate, experts.experts)
      .plus(Int128.product(mlpMatrices, hidden, experts.sharedIntermediate))
      .plus(Int128.product(hidden, experts.experts + (experts.hasSharedGate ? 1 : 0)))
    return try dense.plus(sparse.times(Int128(sparseLayers))).plus(visionExpertParameters())
  }

  /// Weights of the matrices of all layers that are in no MLP.
  private func mixerParameters() throws(CountOverflow) -> Int128 {
    try overLayers { form throws(CountOverflow) in try form.weights(hidden: hidden) }
      .plus(layerEmbeddingWeights()).plus(residualWeights())
      .plus(attention().weights(hidden: hidden).times(Int128(crossLayers)))
  }

  /// Weights of the matrices of all layers, without embedding and head.
  package func matrixParameters() throws(CountOverflow) -> Int128 {
    try mixerParameters().plus(mlpParameters())
  }

  /// Weights of the matrices that one token meets in the layers: ``matrixParameters()`` with the
  /// active experts only.
  package func activeMatrixParameters() throws(CountOverflow) -> Int128 {
    try mixerParameters().plus(activeMLPWeights())
  }
}

/// Layers whose MLP has a size of its own.
public struct MLPLayers: Sendable, Equatable {
  /// How many layers.
  public let layers: Int
  /// Size f of their MLP.
  public let intermediate: Int

  /// At least one layer of a size.
  public init(layers: Int, intermediate: Int) {
    preconditionSizes([layers, intermediate])
    self.layers = layers
    self.intermediate = intermediate
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
  /// Whether layers with experts have their MLP all the same, and both are added.
  public let besideMLP: Bool
  /// Intermediate size of the experts that vision tokens meet instead: as many of them, as many active, and a router of
  /// their own; `nil` where all tokens meet the same experts.
  public let visionIntermediate: Int?

  /// A mixture from its sizes; at most `experts` are active.
  public init(
    experts: Int, active: Int, intermediate: Int, sharedIntermediate: Int = 0,
    hasSharedGate: Bool = false, denseLayers: Int = 0, besideMLP: Bool = false,
    visionIntermediate: Int? = nil
  ) {
    preconditionSizes([experts, active, intermediate, visionIntermediate ?? 1])
    self.visionIntermediate = visionIntermediate
    precondition(active <= experts, "\(active) of \(experts) experts active")
    precondition((0...largestSize).contains(sharedIntermediate) && denseLayers >= 0)
    self.experts = experts
    self.active = active
    self.intermediate = intermediate
    self.sharedIntermediate = sharedIntermediate
    self.hasSharedGate = hasSharedGate
    self.denseLayers = denseLayers
    self.besideMLP = besideMLP
  }
}
