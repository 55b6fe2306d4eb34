/// An image enlarged or reduced to fill a budget of tokens at its own shape: Gemma 4.
///
/// Tokens are the cells of kernel × kernel patches of the resized image, both sides rounded down,
/// as the processor of the published models does (transformers 5.24). It pads every image to the patches of the budget.
public struct SoftTokens: TokenRule, Equatable {
  /// The budgets that the models were trained with; the processor refuses others.
  public static let supportedBudgets = [70, 140, 280, 560, 1120]

  /// Side of a patch, in pixels.
  let patch: Int
  /// Patches along the side of a token.
  let poolingKernel: Int
  /// Most tokens of an image, one of ``supportedBudgets``.
  let maxSoftTokens: Int
  /// Whether the encoder gets cells as they are, not the patches in them.
  let encodesCells: Bool

  /// A rule from the processor's settings.
  public init(patch: Int, poolingKernel: Int, maxSoftTokens: Int, encodesCells: Bool = false) {
    self.encodesCells = encodesCells
    precondition((1...ProcessorLimits.side).contains(patch), "no patches of \(patch) pixels")
    precondition(
      (1...ProcessorLimits.merge).contains(poolingKernel), "no pooling of \(poolingKernel) patches")
    precondition(
      Self.supportedBudgets.contains(maxSoftTokens), "no budget of \(maxSoftTokens) tokens")
    self.patch = patch
    self.poolingKernel = poolingKernel
    self.maxSoftTokens = maxSoftTokens
  }

  /// The resized image and its patches.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, upTo: maxSoftTokens)
  }

  /// The counts that each budget of the processor gives; without an image those of a square.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let image = image ?? ImageSize(width: patch, height: patch) else { return [] }
    var budgets: [ProcessorBudget] = []
    for most in Self.supportedBudgets {
      budgets.append(
        ProcessorBudget(
          setting: "max_soft_tokens: \(most)", layout: try layout(of: image, upTo: most)))
    }
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(of image: ImageSize, upTo most: Int) throws(UnusableImage) -> ImageLayout {
    let cell = patch * poolingKernel
    let scale = exactQuotient(most * cell * cell, by: image.area).squareRoot()
    var rows = Int((scale * Double(image.height) / Double(cell)).rounded(.down))
    var columns = Int((scale * Double(image.width) / Double(cell)).rounded(.down))
    // A side shorter than a cell gets one, and the other what the shape allows then.
    if rows == 0 && columns > 0 {
      rows = 1
      columns = min(image.width / image.height, most)
    } else if columns == 0 && rows > 0 {
      columns = 1
      rows = min(image.height / image.width, most)
    }
    guard rows > 0, columns > 0, rows * columns <= most else {
      throw UnusableImage(image, "resized to whole tokens it would not fit \(most) tokens")
    }
    let side = encodesCells ? 1 : poolingKernel
    var layout = ImageLayout(
      tokens: rows * columns,
      inputs: [
        EncoderInput(
          rows: rows * side, columns: columns * side, padding: (most - rows * columns) * side * side
        )
      ])
    layout.resized = ImageSize(width: columns * cell, height: rows * cell)
    return layout
  }
}
