/// An image at its own size, rounded to whole tokens within bounds of pixels: Qwen2-VL, Qwen2.5-VL
/// and Qwen3-VL.
///
/// Tokens are the cells of merge × merge patches of the resized image, as the processors of the
/// published models count them (`smart_resize`, transformers 5.23). Images more than 200 times as
/// long as wide are refused.
public struct GridTokens: TokenRule, Equatable {
  /// Side of a patch, in pixels.
  let patch: Int
  /// Patches along the side of a token.
  let merge: Int
  /// Fewest pixels of the resized image.
  let minPixels: Int
  /// Most pixels of the resized image.
  let maxPixels: Int

  /// A rule from the processor's settings.
  public init(patch: Int, merge: Int, minPixels: Int, maxPixels: Int) {
    precondition((1...ProcessorLimits.side).contains(patch), "no patches of \(patch) pixels")
    precondition((1...ProcessorLimits.merge).contains(merge), "no merging of \(merge) patches")
    precondition(
      1 <= minPixels && minPixels <= maxPixels && maxPixels <= ProcessorLimits.pixels,
      "no bounds from \(minPixels) to \(maxPixels) pixels")
    self.patch = patch
    self.merge = merge
    self.minPixels = minPixels
    self.maxPixels = maxPixels
  }

  /// The resized image and its patches.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try refuseLongImage(image)
    return layout(of: image, maxPixels: maxPixels)
  }

  /// Every count that a `max_pixels` from the lower bound to the rule's upper one gives, with the
  /// smallest that gives it; without an image those of squares.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let image else { return squareBudgets }
    try refuseLongImage(image)
    let window = window(maxPixels: maxPixels)
    let nearest = window.nearestCells(of: image, least: 0)
    let nearestPixels = nearest.count * window.cell * window.cell
    var bounds = [minPixels]
    // An image that has to grow is larger than no upper bound.
    if nearestPixels >= minPixels {
      bounds += window.steps(of: image, through: min(maxPixels, nearestPixels - 1))
      if nearestPixels <= maxPixels { bounds.append(nearestPixels) }
    }
    return ProcessorBudget.ordered(bounds.sorted().map { budget(of: image, maxPixels: $0) })
  }

  private var squareBudgets: [ProcessorBudget] {
    let cell = patch * merge
    let most = Int(Double(maxPixels).squareRoot()) / cell
    let squares = most < 1 ? [] : (1...most).filter { $0 * cell * $0 * cell >= minPixels }
    if let square = ImageSize(width: cell, height: cell), squares.isEmpty {
      return [budget(of: square, maxPixels: maxPixels)]
    }
    return squares.compactMap { side in
      ImageSize(width: side * cell, height: side * cell)
        .map { budget(of: $0, maxPixels: side * cell * side * cell) }
    }
  }

  private func budget(of image: ImageSize, maxPixels: Int) -> ProcessorBudget {
    ProcessorBudget(
      setting: "max_pixels: \(maxPixels)", layout: layout(of: image, maxPixels: maxPixels))
  }

  private func layout(of image: ImageSize, maxPixels: Int) -> ImageLayout {
    let cells = window(maxPixels: maxPixels).cells(of: image, least: 0)
    var layout = ImageLayout(
      tokens: cells.count,
      inputs: [EncoderInput(rows: cells.rows * merge, columns: cells.columns * merge)])
    layout.resized = ImageSize(
      width: cells.columns * merge * patch, height: cells.rows * merge * patch)
    return layout
  }

  private func window(maxPixels: Int) -> PixelWindow {
    PixelWindow(cell: patch * merge, minPixels: minPixels, maxPixels: maxPixels)
  }

  private func refuseLongImage(_ image: ImageSize) throws(UnusableImage) {
    let longer = max(image.width, image.height)
    let shorter = min(image.width, image.height)
    guard longer <= 200 * shorter else {
      throw UnusableImage(
        image, "its longer side is more than 200 times its shorter one, which the processor refuses"
      )
    }
  }
}
