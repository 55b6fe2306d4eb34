/// An image fitted into a canvas of tiles, with a copy of the whole where there is more than one
/// tile: Llama 4.
///
/// Tokens are tiles × tokens of a tile, as the processor of the published models does (transformers
/// 5.23); separators of tiles are text.
public struct Llama4TileTokens: TokenRule, Equatable {
  /// Side of a tile, in pixels.
  let tile: Int
  /// Most tiles, without the copy of the whole.
  let maxTiles: Int
  /// Tokens of a tile.
  let tokensPerTile: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Whether scales are compared in double precision, so that close ones differ.
  let comparesInDouble: Bool

  /// A rule from the processor's settings.
  public init(
    tile: Int, maxTiles: Int, tokensPerTile: Int, patch: Int, comparesInDouble: Bool = false
  ) {
    precondition(
      (1...ProcessorLimits.side).contains(tile) && (1...tile).contains(patch),
      "no patches of \(patch) pixels in \(tile)")
    precondition((1...ProcessorLimits.tiles).contains(maxTiles), "no \(maxTiles) tiles")
    precondition(
      (1...ProcessorLimits.tokens).contains(tokensPerTile), "no tile of \(tokensPerTile) tokens")
    self.tile = tile
    self.maxTiles = maxTiles
    self.tokensPerTile = tokensPerTile
    self.patch = patch
    self.comparesInDouble = comparesInDouble
  }

  /// The tiles of one image.
  public func layout(of image: ImageSize) -> ImageLayout { layout(of: image, upTo: maxTiles) }

  /// The counts that each `max_patches` gives; without an image that of every number of tiles.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    ProcessorBudget.ordered(
      (1...maxTiles).compactMap { tiles in
        (image ?? ImageSize(width: tiles * tile, height: tile)).map {
          ProcessorBudget(setting: "max_patches: \(tiles)", layout: layout(of: $0, upTo: tiles))
        }
      })
  }

  private func layout(of image: ImageSize, upTo most: Int) -> ImageLayout {
    // Llama 4's processor compares its scales in single precision, so close ones are equal.
    let grid =
      comparesInDouble
      ? TileGrid.closestCanvas(for: image, upTo: most, ofSide: tile, in: Double.self)
      : TileGrid.closestCanvas(for: image, upTo: most, ofSide: tile, in: Float.self)
    let hasThumbnail = grid.count > 1
    let tiles = grid.count + (hasThumbnail ? 1 : 0)
    var layout = ImageLayout(
      tokens: tiles * tokensPerTile,
      inputs: [EncoderInput(count: tiles, rows: tile / patch, columns: tile / patch)])
    layout.grid = grid
    layout.hasThumbnail = hasThumbnail
    return layout
  }
}
