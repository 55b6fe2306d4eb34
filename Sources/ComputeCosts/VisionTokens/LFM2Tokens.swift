/// An image at its own size within bounds for its tokens, or, where it is too large for them, tiles
/// and a copy of the whole: LFM2-VL.
///
/// Tokens are the cells of downsample × downsample patches of the tiles and of the resized whole,
/// as the processor of the published models counts them (transformers 5.23); markers of tiles are
/// text.
public struct LFM2Tokens: TokenRule, Equatable {
  /// Fewest tokens that the whole image is resized to.
  let minImageTokens: Int
  /// Most tokens that the whole image is resized to.
  let maxImageTokens: Int
  /// Side of a tile, in pixels.
  let tileSize: Int
  /// Patches along the side of a token.
  let downsample: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Fewest tiles of an image that is split.
  let minTiles: Int
  /// Most tiles of an image that is split.
  let maxTiles: Int
  /// Whether a copy of the whole goes with the tiles.
  let usesThumbnail: Bool
  /// Whether large images are split.
  let doesImageSplitting: Bool
  /// How many times the most pixels an image may have before it is split.
  let maxPixelsTolerance: Double

  /// A rule from the processor's settings.
  public init(
    minImageTokens: Int = 64, maxImageTokens: Int = 256, tileSize: Int = 512, downsample: Int = 2,
    patch: Int = 16, minTiles: Int = 2, maxTiles: Int = 10, usesThumbnail: Bool = true,
    doesImageSplitting: Bool = true, maxPixelsTolerance: Double = 2
  ) {
    precondition(
      1 <= minImageTokens && minImageTokens <= maxImageTokens
        && maxImageTokens <= ProcessorLimits.tokens,
      "no bounds from \(minImageTokens) to \(maxImageTokens) tokens")
    precondition(
      (1...ProcessorLimits.side).contains(tileSize) && (1...tileSize).contains(patch),
      "no patches of \(patch) pixels in \(tileSize)")
    precondition((1...ProcessorLimits.merge).contains(downsample), "no tokens of \(downsample)")
    precondition(
      1 <= minTiles && minTiles <= maxTiles && maxTiles <= ProcessorLimits.tiles,
      "no grid of \(minTiles) to \(maxTiles) tiles")
    precondition(
      maxPixelsTolerance >= 0 && maxPixelsTolerance <= 1000,
      "no tolerance of \(maxPixelsTolerance)")
    self.minImageTokens = minImageTokens
    self.maxImageTokens = maxImageTokens
    self.tileSize = tileSize
    self.downsample = downsample
    self.patch = patch
    self.minTiles = minTiles
    self.maxTiles = maxTiles
    self.usesThumbnail = usesThumbnail
    self.doesImageSplitting = doesImageSplitting
    self.maxPixelsTolerance = maxPixelsTolerance
  }

  /// The image, or its tiles and a copy of it.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, upTo: doesImageSplitting ? maxTiles : nil, tokens: maxImageTokens)
  }

  /// The counts that each `max_tiles` gives, and without splitting each `max_image_tokens`.
  ///
  /// Without an image: rows of tiles, and squares.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    var budgets: [ProcessorBudget] = []
    if doesImageSplitting {
      for tiles in minTiles...maxTiles {
        // Twice the size of its tiles, a row of them is too large to stay whole.
        let row = ImageSize(width: 2 * tiles * tileSize, height: 2 * tileSize)
        guard let image = image ?? row else { continue }
        // What only fewer tiles are refused for is no choice for this image.
        if let layout = try? layout(of: image, upTo: tiles, tokens: maxImageTokens) {
          budgets.append(ProcessorBudget(setting: "max_tiles: \(tiles)", layout: layout))
        } else if tiles == maxTiles {
          _ = try layout(of: image)
        }
      }
    }
    guard let whole = image ?? ImageSize(width: tileSize, height: tileSize) else { return budgets }
    let prefix = doesImageSplitting ? "do_image_splitting: false, " : ""
    for tokens in minImageTokens...maxImageTokens {
      budgets.append(
        ProcessorBudget(
          setting: "\(prefix)max_image_tokens: \(tokens)",
          layout: try layout(of: whole, upTo: nil, tokens: tokens)))
    }
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(
    of image: ImageSize, upTo most: Int?, tokens: Int
  ) throws(UnusableImage) -> ImageLayout {
    let whole = window(tokens: tokens).cells(of: image, least: 1)
    let wholeInput = EncoderInput(
      rows: whole.rows * downsample, columns: whole.columns * downsample)
    guard let most, !(minTiles == 1 && most == 1), isTooLarge(image, for: tokens) else {
      var layout = ImageLayout(tokens: whole.count, inputs: [wholeInput])
      layout.resized = ImageSize(
        width: wholeInput.columns * patch, height: wholeInput.rows * patch)
      return layout
    }
    let grid = TileGrid.closest(inShapeTo: image, tiles: minTiles...most, ofSide: tileSize)
    guard tileSize % patch == 0 else {
      throw UnusableImage(
        image, "it is cut into tiles of \(tileSize) pixels, which are no whole patches of \(patch)")
    }
    let side = tileSize / patch
    let tileTokens = ceilingQuotient(side, by: downsample) * ceilingQuotient(side, by: downsample)
    // The processor counts the resized whole's tokens in the text here, and hands over a tile, whose
    // features do not fit them.
    guard grid.count > 1 || tileTokens == whole.count else {
      throw UnusableImage(
        image, "its one tile gives \(tileTokens) tokens, and the text has room for \(whole.count)")
    }
    let hasThumbnail = usesThumbnail && grid.count > 1
    // Tiles and whole are padded to as many patches as either may have, and a strip's whole may have more.
    let room = max(tokens * downsample * downsample, side * side)
    guard !hasThumbnail || wholeInput.patches <= room else {
      throw UnusableImage(
        image,
        "its thumbnail has \(wholeInput.patches) patches, and there is room for \(room) beside its tiles"
      )
    }
    var layout = ImageLayout(
      tokens: grid.count * tileTokens + (hasThumbnail ? whole.count : 0),
      inputs: [EncoderInput(count: grid.count, rows: side, columns: side)])
    if hasThumbnail { layout.inputs.append(wholeInput) }
    layout.grid = grid
    layout.hasThumbnail = hasThumbnail
    return layout
  }

  /// Whether an image, its sides rounded to whole tokens, has more pixels than the bound tolerates.
  private func isTooLarge(_ image: ImageSize, for tokens: Int) -> Bool {
    let window = window(tokens: tokens)
    let nearest = window.nearestCells(of: image, least: 0)
    let height = max(patch, nearest.rows * window.cell)
    let width = max(patch, nearest.columns * window.cell)
    return height * width > Int((Double(window.maxPixels) * maxPixelsTolerance).rounded(.down))
  }

  private func window(tokens: Int) -> PixelWindow {
    let cell = patch * downsample
    return PixelWindow(
      cell: cell, minPixels: minImageTokens * cell * cell, maxPixels: tokens * cell * cell)
  }
}
