/// An image at its own size within bounds for its sides, or its four quarters and the whole:
/// Idefics2.
///
/// Tokens are images × the resampler's latents, as the processor of the published model does
/// (transformers 5.23). Quarters are padded to the size of the whole, with a mask, so the encoder
/// runs on five inputs of one size; that is what ``ImageLayout/inputs`` holds.
public struct Idefics2Tokens: TokenRule, Equatable {
  /// Longest side that is not reduced, in pixels.
  let longestEdge: Int
  /// Shortest side that is not enlarged, in pixels; the other side stays as it is.
  let shortestEdge: Int
  /// Latents of an image.
  let imageSequenceLength: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Whether an image is split into quarters beside the whole.
  let doesImageSplitting: Bool

  /// A rule from the processor's settings.
  public init(
    longestEdge: Int = 980, shortestEdge: Int = 378, imageSequenceLength: Int = 64,
    patch: Int = 14, doesImageSplitting: Bool
  ) {
    precondition(
      1 <= patch && patch <= shortestEdge && shortestEdge <= longestEdge
        && longestEdge <= ProcessorLimits.side,
      "no patches of \(patch) pixels in sides from \(shortestEdge) to \(longestEdge)")
    precondition(
      (1...ProcessorLimits.tokens).contains(imageSequenceLength),
      "no image of \(imageSequenceLength) latents")
    self.longestEdge = longestEdge
    self.shortestEdge = shortestEdge
    self.imageSequenceLength = imageSequenceLength
    self.patch = patch
    self.doesImageSplitting = doesImageSplitting
  }

  /// The image, or its quarters and itself.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, isSplit: doesImageSplitting)
  }

  /// The count of the whole alone and that with its quarters.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let image = image ?? ImageSize(width: longestEdge, height: longestEdge) else { return [] }
    var budgets = [
      ProcessorBudget(
        setting: "do_image_splitting: false", layout: try layout(of: image, isSplit: false))
    ]
    if let split = try? layout(of: image, isSplit: true) {
      budgets.append(ProcessorBudget(setting: "do_image_splitting: true", layout: split))
    }
    return budgets
  }

  private func layout(of image: ImageSize, isSplit: Bool) throws(UnusableImage) -> ImageLayout {
    var padded = resized(width: image.width, height: image.height)
    if isSplit {
      guard image.width > 1, image.height > 1 else {
        throw UnusableImage(image, "a side of one pixel cannot be halved")
      }
      for width in [image.width / 2, image.width - image.width / 2] {
        for height in [image.height / 2, image.height - image.height / 2] {
          let quarter = resized(width: width, height: height)
          padded = (max(padded.width, quarter.width), max(padded.height, quarter.height))
        }
      }
    }
    let images = isSplit ? 5 : 1
    var layout = ImageLayout(
      tokens: images * imageSequenceLength,
      inputs: [
        EncoderInput(count: images, rows: padded.height / patch, columns: padded.width / patch)
      ])
    if isSplit {
      layout.grid = TileGrid(rows: 2, columns: 2)
      layout.hasThumbnail = true
    } else {
      layout.resized = ImageSize(width: padded.width, height: padded.height)
    }
    return layout
  }

  private func resized(width: Int, height: Int) -> (width: Int, height: Int) {
    let shape = Double(width) / Double(height)
    var sides = (width: width, height: height)
    if width >= height && width > longestEdge {
      sides = (longestEdge, Int(Double(longestEdge) / shape))
    } else if height > width && height > longestEdge {
      sides = (Int(Double(longestEdge) * shape), longestEdge)
    }
    return (max(sides.width, shortestEdge), max(sides.height, shortestEdge))
  }
}
