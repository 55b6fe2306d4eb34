/// A square copy of the image, and with "pan and scan" crops along its longer side: Gemma 3.
///
/// Tokens are images × tokens of an image, the copy of the whole among them, as the processor of
/// the published models does (transformers 5.23).
public struct PanAndScanTokens: TokenRule, Equatable {
  /// Side of the square that every image and crop becomes, in pixels.
  let imageSize: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Tokens of an image or crop.
  let tokensPerImage: Int
  /// Whether long images are cropped.
  let doesPanAndScan: Bool
  /// Shortest side of a crop, in pixels of the image.
  let minCropSize: Int
  /// Most crops.
  let maxCrops: Int
  /// Longer side over shorter side from which an image is cropped.
  let minRatio: Double

  /// A rule from the processor's settings.
  public init(
    imageSize: Int, patch: Int, tokensPerImage: Int, doesPanAndScan: Bool = false,
    minCropSize: Int = 256, maxCrops: Int = 4, minRatio: Double = 1.2
  ) {
    precondition(
      (1...ProcessorLimits.side).contains(imageSize) && (1...imageSize).contains(patch),
      "no patches of \(patch) pixels in \(imageSize)")
    precondition(
      (1...ProcessorLimits.tokens).contains(tokensPerImage), "no image of \(tokensPerImage) tokens")
    precondition((1...ProcessorLimits.side).contains(minCropSize), "no crops of \(minCropSize)")
    precondition((1...ProcessorLimits.tiles).contains(maxCrops), "no \(maxCrops) crops")
    precondition(minRatio.isFinite && minRatio >= 0, "no ratio of sides \(minRatio)")
    self.imageSize = imageSize
    self.patch = patch
    self.tokensPerImage = tokensPerImage
    self.doesPanAndScan = doesPanAndScan
    self.minCropSize = minCropSize
    self.maxCrops = maxCrops
    self.minRatio = minRatio
  }

  /// The image and its crops.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, upTo: doesPanAndScan ? maxCrops : nil)
  }

  /// The count without crops, and those that each number of crops from 2 gives; without an image
  /// those of rows of squares.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    let side = max(imageSize, minCropSize)
    guard let square = ImageSize(width: side, height: side) else { return [] }
    var budgets = [
      ProcessorBudget(
        setting: "do_pan_and_scan: false", layout: try layout(of: image ?? square, upTo: nil))
    ]
    let prefix = doesPanAndScan ? "" : "do_pan_and_scan: true, "
    for crops in 1...maxCrops where crops > 1 || maxCrops == 1 {
      guard let image = image ?? ImageSize(width: crops * side, height: side) else { continue }
      budgets.append(
        ProcessorBudget(
          setting: "\(prefix)pan_and_scan_max_num_crops: \(crops)",
          layout: try layout(of: image, upTo: crops)))
    }
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(of image: ImageSize, upTo most: Int?) throws(UnusableImage) -> ImageLayout {
    var grid: TileGrid?
    if let most, let crops = try crops(of: image, upTo: most) {
      grid =
        image.width >= image.height
        ? TileGrid(rows: 1, columns: crops) : TileGrid(rows: crops, columns: 1)
    }
    let images = 1 + (grid?.count ?? 0)
    var layout = ImageLayout(
      tokens: images * tokensPerImage,
      inputs: [EncoderInput(count: images, rows: imageSize / patch, columns: imageSize / patch)])
    layout.grid = grid
    layout.hasThumbnail = grid != nil
    return layout
  }

  /// Crops along the longer side; `nil` where the image is not long enough or too small to crop.
  private func crops(of image: ImageSize, upTo most: Int) throws(UnusableImage) -> Int? {
    let longer = max(image.width, image.height)
    let shorter = min(image.width, image.height)
    let ratio = Double(longer) / Double(shorter)
    guard ratio >= minRatio else { return nil }
    let count = min(most, max(2, min(longer / minCropSize, Int(ratio + 0.5))))
    let length = ceilingQuotient(longer, by: count)
    guard min(length, shorter) >= minCropSize else { return nil }
    guard length * (count - 1) < longer else {
      throw UnusableImage(image, "the last of its \(count) crops would have no pixels")
    }
    return count
  }
}
