/// A vision transformer.
///
/// It runs on what a processor makes of an image: ``ImageLayout/inputs``, each of rows × columns
/// patches.
public struct VisionEncoder: Sendable, Equatable {
  /// Which tokens attend to each other.
  public enum Attention: Sendable, Equatable {
    /// Those of one input: a whole image, a tile, a crop or a frame.
    case perInput
    /// All inputs of one image, padding included (the tiles of Llama 3.2 Vision).
    case perImage
    /// All inputs of a request, in one sequence with a mask (Pixtral in transformers).
    case packed
    /// Those of one input, every input of a request padded to the largest first (Idefics2).
    case padded
    /// Those of one window of `side` × `side` patches, smaller at the right and bottom edges; in
    /// `fullLayers` of the layers those of one input (Qwen2.5-VL).
    case windowed(side: Int, fullLayers: Int)
  }

  /// Transformer layers, all of them run; 0 where patches are embedded and no more.
  public let layers: Int
  /// How many layers lie behind the one whose output is used. They run all the same.
  public let unusedLayers: Int
  /// Hidden size d_v.
  public let hidden: Int
  /// Size f of the MLP.
  public let intermediate: Int
  /// Matrices of the MLP: 2, or 3 where it is gated.
  public let mlpMatrices: Int
  /// Attention heads h.
  public let heads: Int
  /// Key and value heads k; fewer than `heads` under grouped-query attention.
  public let kvHeads: Int
  /// Width e of one head.
  public let headDim: Int
  /// Side of a patch in pixels.
  public let patch: Int
  /// Frames that one patch spans: 2 in the Qwen family, which shows a still image twice.
  public let temporalPatch: Int
  /// Whether a class token stands before the patches of an input.
  public let classToken: Bool
  /// The tokens of an input are padded up to a multiple of this (8 in Llama 3.2 Vision, else 1).
  public let sequenceMultiple: Int
  /// Which tokens attend to each other.
  public let attention: Attention
  /// Whether a pooling head runs behind the layers, whose output no language model reads (SigLIP with
  /// `vision_use_head`): one learned query attends to the tokens of an input, and an MLP follows.
  public let poolingHead: Bool
  /// Patches p along a side that are averaged into one state behind the layers, by a product with a matrix of zeros and
  /// ones over all tokens of an input (Gemma 4); 1 where none are.
  public let pooling: Int
  /// What runs in place of patch embedding and layers; `nil` in a transformer.
  public let network: PatchNetwork?
  /// Another encoder before the layers, which makes the patches that they see of more; `nil` where they see the
  /// image's.
  public let trunk: SAMTrunk?
  /// Learned queries behind the patches of an input, whose states are the features: the first number that is no less
  /// than the patches, or the last. Empty where the features are the patches' own.
  public let queries: [Int]
  /// Parameters that are in no matrix product: biases, norms, position embeddings, class token.
  public let vectorParameters: Int

  /// An encoder from its sizes, each from 1 to ``largestSize``, of layers from 0 on; `unusedLayers` below `layers`,
  /// `mlpMatrices` 2 or 3, as many key and value heads as query heads where nobody says.
  public init(
    layers: Int, unusedLayers: Int = 0, hidden: Int, intermediate: Int, mlpMatrices: Int = 2,
    heads: Int, kvHeads: Int? = nil, headDim: Int, patch: Int, temporalPatch: Int = 1,
    classToken: Bool = false, sequenceMultiple: Int = 1, attention: Attention = .perInput,
    poolingHead: Bool = false, pooling: Int = 1, network: PatchNetwork? = nil,
    trunk: SAMTrunk? = nil, queries: [Int] = [],
    vectorParameters: Int = 0
  ) {
    precondition(network == nil || layers == 0, "\(layers) layers beside a network")

    preconditionSizes([
      hidden, intermediate, heads, kvHeads ?? heads, headDim, patch, temporalPatch,
      sequenceMultiple, pooling,
    ])
    precondition(queries.allSatisfy { (1...ProcessorLimits.tokens).contains($0) }, "queries")
    precondition((0...largestSize).contains(layers), "\(layers) layers")
    precondition(
      unusedLayers == 0 || (0..<layers).contains(unusedLayers),
      "\(unusedLayers) of \(layers) layers unused")
    precondition(mlpMatrices == 2 || mlpMatrices == 3, "an MLP of \(mlpMatrices) matrices")
    precondition(vectorParameters >= 0, "\(vectorParameters) vector parameters")
    if case .windowed(let side, let fullLayers) = attention {
      preconditionSizes([side])
      precondition((0...layers).contains(fullLayers), "\(fullLayers) of \(layers) layers full")
    }
    self.layers = layers
    self.unusedLayers = unusedLayers
    self.hidden = hidden
    self.intermediate = intermediate
    self.mlpMatrices = mlpMatrices
    self.heads = heads
    self.kvHeads = kvHeads ?? heads
    self.headDim = headDim
    self.patch = patch
    self.temporalPatch = temporalPatch
    self.classToken = classToken
    self.sequenceMultiple = sequenceMultiple
    self.attention = attention
    self.poolingHead = poolingHead
    self.pooling = pooling
    self.network = network
    self.trunk = trunk
    self.queries = queries
    self.vectorParameters = vectorParameters
  }

  /// The inputs of a request as the encoder runs on them, image by image.
  func inputs(of images: [ImageLayout], countsPadding: Bool) -> [[EncoderInput]] {
    let inputs = images.map { countsPadding ? $0.inputs + $0.paddingInputs : $0.inputs }
    guard attention == .padded, countsPadding else { return inputs }
    let rows = inputs.joined().map(\.rows).max() ?? 1
    let columns = inputs.joined().map(\.columns).max() ?? 1
    return inputs.map { image in
      image.map { EncoderInput(count: $0.count, rows: rows, columns: columns) }
    }
  }

  /// The patches that the layers see of an input: its own, or what the trunk makes of them.
  func grid(of input: EncoderInput) -> EncoderInput { trunk?.output(of: input) ?? input }

  /// Tokens of one input without padding: its patches, the class token and learned queries.
  func unpaddedTokens(of input: EncoderInput) -> Int {
    let patches = grid(of: input).patches
    return patches + (classToken ? 1 : 0)
      + ((queries.first { $0 >= patches } ?? queries.last) ?? 0)
  }

  /// Tokens of one input, with what its processor pads it by, and the padding up to a multiple.
  func tokens(of input: EncoderInput) -> Int {
    let tokens = unpaddedTokens(of: input) + grid(of: input).padding
    return (tokens + sequenceMultiple - 1) / sequenceMultiple * sequenceMultiple
  }

  /// Weights of the matrices: patch embedding, trunk, layers and pooling head.
  func matrixParameters() throws(CountOverflow) -> Int128 {
    if let network { return Int128(network.parameters) }
    return try layerWeights().times(Int128(layers)).plus(patchWeights())
      .plus(trunk?.matrixParameters() ?? 0)
      .plus(poolingHead ? Int128.product(4, hidden, hidden).plus(poolingMLPWeights()) : 0)
  }

  /// Weights of the pooling head's MLP: `2·d·f`.
  func poolingMLPWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, intermediate)
  }

  /// Weights of one layer: `2·d·h·e + 2·d·k·e + m·d·f`.
  func layerWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, heads, headDim).plus(Int128.product(2, hidden, kvHeads, headDim))
      .plus(Int128.product(mlpMatrices, hidden, intermediate))
  }

  /// Weights of the patch embedding: `3·t·p²·d`, d the trunk's where there is one; of a network what it computes for
  /// each patch.
  func patchWeights() throws(CountOverflow) -> Int128 {
    if let network { return Int128(network.perPatch) }
    return try Int128.product(3, temporalPatch, patch, patch, trunk?.hidden ?? hidden)
  }
}
