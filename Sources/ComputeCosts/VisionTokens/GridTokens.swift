/// An image at its own size, rounded to whole tokens within bounds of pixels: Qwen2-VL and later, GLM-4.1V and
/// later, PaddleOCR-VL.
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
  /// Frames whose pixels the bounds count together.
  let frames: Int
  /// What becomes of sides shorter than a token before anything else.
  let shortSides: ShortSides
  /// What becomes of an image with a side shorter than a token, before it is fitted into the bounds.
  public enum ShortSides: Sendable, Equatable {
    /// Nothing.
    case kept
    /// The image grows by one factor, to whole pixels downwards (GLM-4.1V).
    case enlarged
    /// The short side becomes a token's, and the other follows to the nearest pixel; height before width
    /// (PaddleOCR-VL).
    case raised
  }

  /// Learned tokens behind each row of the grid, and about the image (HunyuanOCR).
  let perRow: Int
  let perImage: Int

  /// A rule from the processor's settings.
  public init(
    patch: Int, merge: Int, minPixels: Int, maxPixels: Int, frames: Int = 1,
    shortSides: ShortSides = .kept, perRow: Int = 0, perImage: Int = 0
  ) {
    precondition(
      (0...1).contains(perRow) && (0...2).contains(perImage),
      "no \(perRow) tokens a row and \(perImage) an image")
    self.perRow = perRow
    self.perImage = perImage
    precondition((1...ProcessorLimits.frames).contains(frames), "no bounds over \(frames) frames")
    self.frames = frames
    self.shortSides = shortSides
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
    layout(of: try prepared(image), maxPixels: maxPixels)
  }

  /// Every count that a `max_pixels` from the lower bound to the rule's upper one gives, with the
  /// smallest that gives it; without an image those of squares.
  public func budgets(for original: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let original else { return squareBudgets }
    let image = try prepared(original)
    let window = window(maxPixels: maxPixels)
    let nearest = window.nearestCells(of: image, least: 0)
    let nearestPixels = frames * nearest.count * window.cell * window.cell
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
    let most = Int(Double(maxPixels / frames).squareRoot()) / cell
    let squares = most < 1 ? [] : (1...most).filter { frames * $0 * cell * $0 * cell >= minPixels }
    if let square = ImageSize(width: cell, height: cell), squares.isEmpty {
      return [budget(of: square, maxPixels: maxPixels)]
    }
    return squares.compactMap { side in
      ImageSize(width: side * cell, height: side * cell)
        .map { budget(of: $0, maxPixels: frames * side * cell * side * cell) }
    }
  }

  private func budget(of image: ImageSize, maxPixels: Int) -> ProcessorBudget {
    ProcessorBudget(
      setting: "max_pixels: \(maxPixels)", layout: layout(of: image, maxPixels: maxPixels))
  }

  private func layout(of image: ImageSize, maxPixels: Int) -> ImageLayout {
    let cells = window(maxPixels: maxPixels).cells(of: image, least: 0)
    var layout = ImageLayout(
      tokens: cells.count + cells.rows * perRow + perImage,
      inputs: [EncoderInput(rows: cells.rows * merge, columns: cells.columns * merge)])
    layout.resized = ImageSize(
      width: cells.columns * merge * patch, height: cells.rows * merge * patch)
    return layout
  }

  private func window(maxPixels: Int) -> PixelWindow {
    PixelWindow(
      cell: patch * merge, minPixels: minPixels, maxPixels: maxPixels, frames: frames)
  }

  /// The image with its short sides enlarged; refused where it is too long then.
  private func prepared(_ image: ImageSize) throws(UnusableImage) -> ImageSize {
    let cell = patch * merge
    var (width, height) = (image.width, image.height)
    switch shortSides {
    case .kept: break
    case .enlarged:
      if min(width, height) < cell {
        let scale = max(Double(cell) / Double(height), Double(cell) / Double(width))
        (width, height) = (Int(Double(width) * scale), Int(Double(height) * scale))
      }
    case .raised:
      func following(_ side: Int, to other: Int) -> Int {
        Int(exactQuotient(side * cell, by: other).rounded(.toNearestOrEven))
      }
      if height < cell { (width, height) = (following(width, to: height), cell) }
      if width < cell { (width, height) = (cell, following(height, to: width)) }
    }
    guard max(width, height) <= 200 * min(width, height),
      let prepared = ImageSize(width: width, height: height)
    else {
      throw UnusableImage(
        image, "its longer side is more than 200 times its shorter one, which the processor refuses"
      )
    }
    return prepared
  }
}
