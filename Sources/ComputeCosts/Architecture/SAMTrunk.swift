/// The encoder of Segment Anything before another one (DeepSeek-OCR): windowed attention on many patches, and
/// convolutions that make a quarter of them along each side.
///
/// Most layers attend within windows of w × w patches, the grid padded with zeros to whole windows: queries, keys, values
/// and the output are computed for the padding too, the MLP is not. In others all patches of an input attend to each
/// other. Queries are multiplied with learned positions along both axes, rows + columns of a segment for each head.
///
/// - Source: A. Kirillov et al., *Segment Anything*, ICCV 2023; transformers 5.24.
public struct SAMTrunk: Sendable, Equatable {
  /// Transformer layers.
  public let layers: Int
  /// Layers in which all patches of an input attend to each other.
  public let globalLayers: Int
  /// Hidden size d.
  public let hidden: Int
  /// Size f of the MLP, of two matrices.
  public let intermediate: Int
  /// Attention heads h.
  public let heads: Int
  /// Width e of one head.
  public let headDim: Int
  /// Side w of a window, in patches.
  public let window: Int
  /// Whether queries are multiplied with learned positions.
  public let relativePositions: Bool
  /// Channels c of the neck: a convolution of 1 × 1 and one of 3 × 3.
  public let neck: Int
  /// Channels behind each convolution of 3 × 3 and stride 2 that follows; their number halves the grid as often.
  public let downsampled: [Int]

  /// A trunk from its sizes, each from 1 to ``largestSize``; at most `layers` are global.
  public init(
    layers: Int, globalLayers: Int, hidden: Int, intermediate: Int, heads: Int, headDim: Int,
    window: Int, relativePositions: Bool, neck: Int, downsampled: [Int]
  ) {
    preconditionSizes(
      [layers, hidden, intermediate, heads, headDim, window, neck] + downsampled)
    precondition((0...layers).contains(globalLayers), "\(globalLayers) of \(layers) layers global")
    self.layers = layers
    self.globalLayers = globalLayers
    self.hidden = hidden
    self.intermediate = intermediate
    self.heads = heads
    self.headDim = headDim
    self.window = window
    self.relativePositions = relativePositions
    self.neck = neck
    self.downsampled = downsampled
  }

  /// What it makes of a grid of patches.
  func output(of input: EncoderInput) -> EncoderInput {
    downsampled.reduce(into: input) { grid, _ in
      grid.rows = (grid.rows + 1) / 2
      grid.columns = (grid.columns + 1) / 2
    }
  }

  /// Weights of the queries, keys, values and output of one layer: `4·d·h·e`.
  func attentionWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(4, hidden, heads, headDim)
  }

  /// Weights of the MLP of one layer: `2·d·f`.
  func mlpWeights() throws(CountOverflow) -> Int128 {
    try Int128.product(2, hidden, intermediate)
  }

  /// Weights of each convolution behind the layers.
  func convolutions() throws(CountOverflow) -> [(weights: Int128, halves: Bool)] {
    var list = [
      (try Int128.product(hidden, neck), false), (try Int128.product(9, neck, neck), false),
    ]
    var before = neck
    for channels in downsampled {
      list.append((try Int128.product(9, before, channels), true))
      before = channels
    }
    return list
  }

  /// Weights of the matrices and convolutions.
  func matrixParameters() throws(CountOverflow) -> Int128 {
    var sum = try attentionWeights().plus(mlpWeights()).times(Int128(layers))
    for convolution in try convolutions() { sum = try sum.plus(convolution.weights) }
    return sum
  }
}
