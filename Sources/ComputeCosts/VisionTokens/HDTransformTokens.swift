/// An image enlarged to the most crops that its shape allows, with a copy of the whole:
/// Phi-3.5-vision.
///
/// With r × c crops, tokens are those of the crops and the whole, one separator between the two,
/// and one newline for every row of tokens of both: (r·c + 1)·t + 1 + (r + 1)·√t. (The image
/// processing script that is published with the model.) Images so long that their shorter side is
/// truncated to nothing are refused.
public struct HDTransformTokens: TokenRule, Equatable {
  /// Most crops, without the copy of the whole.
  let numCrops: Int
  /// Tokens of a crop, a square number.
  let tokensPerCrop: Int
  /// Side of a crop, in pixels.
  let imageSize: Int
  /// Side of a patch, in pixels.
  let patch: Int

  /// A rule from the processor's settings.
  public init(numCrops: Int, tokensPerCrop: Int, imageSize: Int, patch: Int) {
    precondition((1...ProcessorLimits.tiles).contains(numCrops), "no \(numCrops) crops")
    precondition(
      (1...ProcessorLimits.tokens).contains(tokensPerCrop)
        && Self.squareSide(tokensPerCrop) * Self.squareSide(tokensPerCrop) == tokensPerCrop,
      "no square of \(tokensPerCrop) tokens")
    precondition(
      (1...ProcessorLimits.side).contains(imageSize) && (1...imageSize).contains(patch),
      "no patches of \(patch) pixels in \(imageSize)")
    self.numCrops = numCrops
    self.tokensPerCrop = tokensPerCrop
    self.imageSize = imageSize
    self.patch = patch
  }

  /// The crops of one image.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, upTo: numCrops)
  }

  /// The counts that each `num_crops` gives; without an image those of a square.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let image = image ?? ImageSize(width: imageSize, height: imageSize) else { return [] }
    let own = try layout(of: image)
    var budgets: [ProcessorBudget] = []
    for crops in 1..<numCrops {
      // What only fewer crops are refused for is no choice for this image.
      guard let layout = try? layout(of: image, upTo: crops) else { continue }
      budgets.append(ProcessorBudget(setting: "num_crops: \(crops)", layout: layout))
    }
    budgets.append(ProcessorBudget(setting: "num_crops: \(numCrops)", layout: own))
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(of image: ImageSize, upTo most: Int) throws(UnusableImage) -> ImageLayout {
    let ratio =
      Double(max(image.width, image.height)) / Double(min(image.width, image.height))
    var along = 1
    while (along + 1) * Int((Double(along + 1) / ratio).rounded(.up)) <= most { along += 1 }
    let shorter = Int(Double(along * imageSize) / ratio)
    guard shorter > 0 else {
      throw UnusableImage(
        image, "its shorter side has no pixels left when the longer becomes \(along * imageSize)")
    }
    let across = ceilingQuotient(shorter, by: imageSize)
    let grid =
      image.width < image.height
      ? TileGrid(rows: along, columns: across) : TileGrid(rows: across, columns: along)
    let side = imageSize / patch
    var layout = ImageLayout(
      tokens: (grid.count + 1) * tokensPerCrop + 1
        + (grid.rows + 1) * Self.squareSide(tokensPerCrop),
      inputs: [EncoderInput(count: grid.count + 1, rows: side, columns: side)])
    if grid.count < most {
      layout.paddingInputs = [EncoderInput(count: most - grid.count, rows: side, columns: side)]
    }
    layout.grid = grid
    layout.hasThumbnail = true
    return layout
  }

  private static func squareSide(_ area: Int) -> Int { Int(Double(area).squareRoot()) }
}
