/// A vision transformer that sees one square image of fixed size.
public struct VisionTransformer: Sendable, Equatable {
  /// Transformer layers, all of them run.
  public let layers: Int
  /// Hidden size.
  public let hidden: Int
  /// Size of the MLP between its two matrices.
  public let intermediate: Int
  /// Attention heads; they share `hidden` evenly.
  public let heads: Int
  /// Side of a patch, in pixels.
  public let patch: Int
  /// Side of the image, in pixels.
  public let image: Int
  /// Whether a class token stands before the patches.
  public let classToken: Bool

  /// An encoder from its sizes, each from 1 to 1e8, `image` at least `patch`.
  public init(
    layers: Int, hidden: Int, intermediate: Int, heads: Int, patch: Int, image: Int,
    classToken: Bool
  ) {
    preconditionSizes([layers, hidden, intermediate, heads, patch, image])
    precondition(image >= patch, "an image of \(image) pixels holds no patch of \(patch)")
    self.layers = layers
    self.hidden = hidden
    self.intermediate = intermediate
    self.heads = heads
    self.patch = patch
    self.image = image
    self.classToken = classToken
  }

  /// Patches of one image. The strided convolution drops a remainder at the right and the bottom.
  public var patches: Int {
    let side = image / patch
    return side * side
  }

  /// Sequence length T of the transformer: the patches and the class token.
  public var sequenceLength: Int { patches + (classToken ? 1 : 0) }

  /// FLOPs of encoding one image: the patch convolution, the weight products of all layers, and
  /// attention over the whole sequence.
  ///
  /// `layers · [T · 2 · (4 d² + 2 d f) + 4 T² d] + patches · 2 · 3 · p² · d`
  ///
  /// - Throws: ``CountOverflow``.
  /// - Source: two operations per multiply–accumulate of every matrix product; agrees to the last
  ///   digit with PyTorch's operator counter on CLIP ViT-L/14-336.
  public func flopsPerImage() throws(CountOverflow) -> Int128 {
    let tokens = Int128(sequenceLength)
    let weights = try Int128.product(8, hidden, hidden)
      .plus(Int128.product(4, hidden, intermediate))
    let attention = try Int128.product(4, hidden).times(tokens).times(tokens)
    let embedding = try Int128.product(2, 3, patch, patch).times(Int128(hidden))
      .times(Int128(patches))
    return try weights.times(tokens).plus(attention).times(Int128(layers)).plus(embedding)
  }
}
