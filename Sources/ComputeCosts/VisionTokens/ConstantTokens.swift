/// As many tokens for every image, whatever its size: the processor brings it to one square, and the text has one
/// number of image tokens.
///
/// What the encoder sees of the square is not part of the rule, since the number is the processor's own.
public struct ConstantTokens: TokenRule, Equatable {
  /// Tokens of an image.
  let count: Int

  /// A rule from the processor's number.
  public init(count: Int) {
    precondition((1...ProcessorLimits.tokens).contains(count), "no image of \(count) tokens")
    self.count = count
  }

  /// The one number of tokens.
  public func layout(of image: ImageSize) -> ImageLayout { ImageLayout(tokens: count, inputs: []) }

  /// The one number of tokens.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    [ProcessorBudget(setting: nil, layout: ImageLayout(tokens: count, inputs: []))]
  }
}
