/// Every image resized to one square: LLaVA-1.5 and PaliGemma.
///
/// Tokens are the patches of the square, (image size / patch)², as with the processors of the
/// published models (transformers 5.23).
public struct FixedImageTokens: TokenRule, Equatable {
  /// Side of the square that the encoder gets, in pixels.
  let imageSize: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Whether a class token stands before the patches.
  let hasClassToken: Bool
  /// Whether the first token goes to the language model too, be it a class token or a patch: LLaVA's
  /// `vision_feature_select_strategy: full`.
  let keepsFirstToken: Bool

  /// A rule from the processor's settings; at least one token is left.
  public init(
    imageSize: Int, patch: Int, hasClassToken: Bool = false, keepsFirstToken: Bool = true
  ) {
    precondition(
      (1...ProcessorLimits.side).contains(imageSize) && (1...imageSize).contains(patch),
      "no patches of \(patch) pixels in \(imageSize)")
    self.imageSize = imageSize
    self.patch = patch
    self.hasClassToken = hasClassToken
    self.keepsFirstToken = keepsFirstToken
    precondition(layout.tokens >= 1, "no token is left of an image of one patch")
  }

  /// The square, whatever the image.
  public func layout(of image: ImageSize) -> ImageLayout { layout }

  /// The one count, which no setting changes.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    [ProcessorBudget(setting: nil, layout: layout)]
  }

  private var layout: ImageLayout {
    let side = imageSize / patch
    var layout = ImageLayout(
      tokens: side * side + (hasClassToken ? 1 : 0) - (keepsFirstToken ? 0 : 1),
      inputs: [EncoderInput(rows: side, columns: side)])
    layout.resized = ImageSize(width: imageSize, height: imageSize)
    return layout
  }
}
