/// Every image resized to one square: LLaVA-1.5 and PaliGemma.
///
/// Tokens are the patches of the square, (image size / patch)², as with the processors of the
/// published models (transformers 5.23).
public struct FixedImageTokens: TokenRule, Equatable {
  /// Side of the square that the encoder gets, in pixels.
  public let imageSize: Int
  /// Side of a patch, in pixels.
  public let patch: Int
  /// Whether the encoder's class token goes to the language model too: LLaVA's
  /// `vision_feature_select_strategy: full`.
  public let keepsClassToken: Bool

  /// A rule from the processor's settings.
  public init(imageSize: Int, patch: Int, keepsClassToken: Bool = false) {
    precondition(
      (1...ProcessorLimits.side).contains(imageSize) && (1...imageSize).contains(patch),
      "no patches of \(patch) pixels in \(imageSize)")
    self.imageSize = imageSize
    self.patch = patch
    self.keepsClassToken = keepsClassToken
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
      tokens: side * side + (keepsClassToken ? 1 : 0),
      inputs: [EncoderInput(rows: side, columns: side)])
    layout.resized = ImageSize(width: imageSize, height: imageSize)
    return layout
  }
}
