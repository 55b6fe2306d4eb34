/// An image stretched to the grid of tiles closest to its shape, with a copy of the whole where
/// there is more than one tile: InternVL 2.5 and 3.
///
/// Tokens are tiles × tokens of a tile, as the processors of the published models count them
/// (transformers 5.23); the markers `<img>` and `</img>` are text.
public struct DynamicTileTokens: TokenRule, Equatable {
  /// Side of a tile, in pixels.
  let tile: Int
  /// Tokens of a tile.
  let tokensPerTile: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Fewest tiles, without the copy of the whole.
  let minTiles: Int
  /// Most tiles, without the copy of the whole.
  let maxTiles: Int
  /// Whether a copy of the whole goes with two tiles or more.
  let usesThumbnail: Bool
  /// Whether a begin and an end marker stand about the image, and no other.
  let hasTwoMarkers: Bool

  /// A rule from the processor's settings.
  public init(
    tile: Int, tokensPerTile: Int, patch: Int, minTiles: Int = 1, maxTiles: Int,
    usesThumbnail: Bool = true, hasTwoMarkers: Bool = true
  ) {
    precondition(
      (1...ProcessorLimits.side).contains(tile) && (1...tile).contains(patch),
      "no patches of \(patch) pixels in \(tile)")
    precondition(
      (1...ProcessorLimits.tokens).contains(tokensPerTile), "no tile of \(tokensPerTile) tokens")
    precondition(
      1 <= minTiles && minTiles <= maxTiles && maxTiles <= ProcessorLimits.tiles,
      "no grid of \(minTiles) to \(maxTiles) tiles")
    self.tile = tile
    self.tokensPerTile = tokensPerTile
    self.patch = patch
    self.minTiles = minTiles
    self.maxTiles = maxTiles
    self.usesThumbnail = usesThumbnail
    self.hasTwoMarkers = hasTwoMarkers
  }

  /// The tiles of one image.
  public func layout(of image: ImageSize) -> ImageLayout { layout(of: image, upTo: maxTiles) }

  /// The counts that each `max_patches` gives; without an image that of every number of tiles.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    ProcessorBudget.ordered(
      (minTiles...maxTiles).compactMap { tiles in
        // A row of exactly these tiles has a shape that no smaller grid has.
        (image ?? ImageSize(width: tiles * tile, height: tile)).map {
          ProcessorBudget(setting: "max_patches: \(tiles)", layout: layout(of: $0, upTo: tiles))
        }
      })
  }

  private func layout(of image: ImageSize, upTo most: Int) -> ImageLayout {
    let grid = TileGrid.closest(inShapeTo: image, tiles: minTiles...most, ofSide: tile)
    let hasThumbnail = usesThumbnail && grid.count > 1
    let tiles = grid.count + (hasThumbnail ? 1 : 0)
    var layout = ImageLayout(
      tokens: tiles * tokensPerTile,
      inputs: [EncoderInput(count: tiles, rows: tile / patch, columns: tile / patch)])
    layout.extraTextTokens = hasTwoMarkers ? 2 : 0
    layout.grid = grid
    layout.hasThumbnail = hasThumbnail
    return layout
  }
}
