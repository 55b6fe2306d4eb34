/// The part that carries vision tokens from the encoder's width d_v to the language model's d.
public struct Connector: Sendable, Equatable {
  /// What it is made of. `s` is ``merge``: s² neighbouring patches become one token.
  public enum Form: Sendable, Equatable {
    /// One linear layer, d_v → d (Gemma 3, PaliGemma, Llama 3.2 Vision).
    case linear
    /// Two linear layers, d_v → d → d (LLaVA, Pixtral).
    case mlp2
    /// s² patches side by side, one linear layer, s²·d_v → d (Idefics3, SmolVLM).
    case mergedLinear
    /// s² patches side by side, two linear layers, s²·d_v → d → d (InternVL, Phi-3.5-vision).
    case mergedMLP2
    /// s² patches side by side, a layer of two halves of which one gates the other, and one more,
    /// s²·d_v → 2·f → f → d (Aya Vision, Command A Vision).
    case mergedGated(intermediate: Int)
    /// s² patches side by side, three linear layers, s²·d_v → w → w → d (Llama 4).
    case mergedMLP3(width: Int)
    /// s² patches side by side, s²·d_v → s²·d_v → d (Qwen2-VL and later).
    case patchMerger
    /// s² patches merged to the encoder's width and then two layers, s²·d_v → d_v → d → d
    /// (Mistral-Small-3.1).
    case mergeThenMLP2
    /// A convolution of s × s patches to the language model's width, a linear layer, and a gated MLP of size f,
    /// s²·d_v → d → d → f → d (GLM-4.1V and later).
    case downsampleGated(intermediate: Int)
    /// A convolution of s × s patches, s²·d_v → 2·d_v → 4·d_v, a newline behind each row, and one layer
    /// 4·d_v → d for cells and newlines (Hunyuan-VL).
    case rowMerger
    /// s² patches side by side, S = s²·d_v: two layers S → S → S, two more of so many frames t·S → S → S, and one S → d;
    /// a still image is each of its frames (ERNIE 4.5 VL).
    case spatioTemporal(frames: Int)
    /// A gated MLP d_v → d, and a resampler of learned queries (Idefics2).
    case perceiver(Perceiver)
  }

  /// What the count of connector tokens follows.
  public enum Basis: String, Sendable, CaseIterable {
    /// One for every s² patches that the encoder sees.
    case patches
    /// One for every token that reaches the language model.
    case tokens
    /// One for every encoder state, class tokens and padding tiles included.
    case states
  }

  /// What it is made of.
  public let form: Form
  /// Patches along each side that become one token; 1 where none are merged.
  public let merge: Int
  /// Whether a grid that is not whole in merged patches is padded, and not cut, to one that is.
  public let padsGrid: Bool
  /// Mergers of the same shape beside the main one (deepstack in Qwen3-VL).
  public let extraMergers: Int
  /// Width that comes in: the encoder's hidden size, or several of its layers side by side.
  public let inputWidth: Int
  /// What the number of its tokens follows.
  public let basis: Basis
  /// Parameters that are in no matrix product: biases and norms.
  public let vectorParameters: Int

  /// A connector from its parts.
  public init(
    form: Form, merge: Int = 1, padsGrid: Bool = false, extraMergers: Int = 0, inputWidth: Int,
    basis: Basis,
    vectorParameters: Int = 0
  ) {
    preconditionSizes([merge, inputWidth])
    if case .downsampleGated(let intermediate) = form { preconditionSizes([intermediate]) }
    if case .mergedGated(let intermediate) = form { preconditionSizes([intermediate]) }
    if case .mergedMLP3(let width) = form { preconditionSizes([width]) }
    if case .spatioTemporal(let frames) = form { preconditionSizes([frames]) }
    precondition(extraMergers >= 0 && vectorParameters >= 0)
    self.form = form
    self.merge = merge
    self.padsGrid = padsGrid
    self.extraMergers = extraMergers
    self.inputWidth = inputWidth
    self.basis = basis
    self.vectorParameters = vectorParameters
  }

  /// How many of its tokens lie along a side of so many patches.
  func cells(along patches: Int) -> Int {
    padsGrid ? ceilingQuotient(patches, by: merge) : patches / merge
  }

  /// Weights that act on each of its tokens; for a perceiver those of the MLP before the resampler.
  func weightsPerToken(languageHidden: Int) throws(CountOverflow) -> Int128 {
    let merged = try Int128.product(merge, merge, inputWidth)
    let width = Int128(inputWidth)
    let hidden = Int128(languageHidden)
    let one =
      switch form {
      case .linear: try width.times(hidden)
      case .mlp2: try width.plus(hidden).times(hidden)
      case .mergedLinear: try merged.times(hidden)
      case .mergedMLP2: try merged.plus(hidden).times(hidden)
      case .mergedGated(let intermediate):
        try merged.times(2).plus(hidden).times(Int128(intermediate))
      case .mergedMLP3(let width):
        try merged.plus(Int128(width)).plus(hidden).times(Int128(width))
      case .patchMerger: try merged.plus(hidden).times(merged)
      case .mergeThenMLP2:
        try merged.times(width).plus(width.times(hidden)).plus(hidden.times(hidden))
      case .downsampleGated(let intermediate):
        try merged.plus(hidden).plus(Int128.product(3, intermediate)).times(hidden)
      case .rowMerger:
        try merged.times(2).plus(width.times(8)).times(width).plus(newlineWeights(hidden))
      case .spatioTemporal(let frames):
        try merged.times(Int128(3 + frames)).plus(hidden).times(merged)
      case .perceiver(let perceiver):
        try Int128.product(2, inputWidth, perceiver.intermediate)
          .plus(Int128.product(perceiver.intermediate, languageHidden))
      }
    return try one.times(Int128(extraMergers + 1))
  }

  /// Weights that act on a newline too, where one stands behind each row.
  func newlineWeights(_ languageHidden: Int128) throws(CountOverflow) -> Int128 {
    form == .rowMerger ? try Int128(inputWidth).times(4).times(languageHidden) : 0
  }

  /// Weights of all its matrices.
  func matrixParameters(languageHidden: Int) throws(CountOverflow) -> Int128 {
    let perToken = try weightsPerToken(languageHidden: languageHidden)
    guard case .perceiver(let perceiver) = form else { return perToken }
    return try perToken.plus(perceiver.matrixParameters(hidden: languageHidden))
  }
}

/// A resampler: learned queries that read an image's patches by cross-attention (Idefics2).
public struct Perceiver: Sendable, Equatable {
  /// Intermediate size f of the gated MLP before it: the language model's.
  public let intermediate: Int
  /// Layers of the resampler.
  public let depth: Int
  /// Learned queries q, the tokens that an image becomes.
  public let latents: Int
  /// Query heads.
  public let heads: Int
  /// Key and value heads.
  public let kvHeads: Int
  /// Width of one head.
  public let headDim: Int

  /// A resampler from its sizes, each from 1 to ``largestSize``.
  public init(
    intermediate: Int, depth: Int, latents: Int, heads: Int, kvHeads: Int, headDim: Int
  ) {
    preconditionSizes([intermediate, depth, latents, heads, kvHeads, headDim])
    self.intermediate = intermediate
    self.depth = depth
    self.latents = latents
    self.heads = heads
    self.kvHeads = kvHeads
    self.headDim = headDim
  }

  /// Multiply–accumulates for one image of `patches`, per the weight products and attention.
  ///
  /// Keys and values are read from the patches and the latents together; the MLP of each layer has
  /// three matrices of d × 4d.
  func macs(patches: Int, hidden: Int) throws(CountOverflow) -> (linear: Int128, attention: Int128)
  {
    let q = Int128(latents)
    let keys = try q.plus(Int128(patches))
    let width = try Int128.product(hidden, heads, headDim)
    let linear = try width.times(2).times(q)
      .plus(Int128.product(2, hidden, kvHeads, headDim).times(keys))
      .plus(Int128.product(12, hidden, hidden).times(q))
    let attention = try Int128.product(2, heads, headDim).times(q).times(keys)
    return (try linear.times(Int128(depth)), try attention.times(Int128(depth)))
  }

  func matrixParameters(hidden: Int) throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, heads, headDim)
      .plus(Int128.product(2, hidden, kvHeads, headDim))
      .plus(Int128.product(12, hidden, hidden)).times(Int128(depth))
      .plus(Int128.product(latents, hidden))
  }
}

/// Where the patches of an image are reduced to the n tokens that the language model sees.
public enum TokenReduction: String, Sendable, CaseIterable {
  /// The connector runs on the n tokens that are kept.
  case beforeConnector = "before-connector"
  /// The connector runs on every patch, and its output is reduced to n tokens.
  case afterConnector = "after-connector"
}
