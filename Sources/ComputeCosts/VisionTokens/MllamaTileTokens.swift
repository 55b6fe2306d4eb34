/// An image fitted into a canvas of tiles, padded to the most tiles: Llama 3.2 Vision.
///
/// Tokens are the cross-attention states of the tiles used, tiles × tokens of a tile, as the
/// processor of the published models does (transformers 5.23). The encoder runs on the padding
/// tiles too, and cross-attention sees their masked states.
public struct MllamaTileTokens: TokenRule, Equatable {
  /// Side of a tile, in pixels.
  let tile: Int
  /// Tiles that every image is padded to.
  let maxTiles: Int
  /// Tokens of a tile, the class token among them.
  let tokensPerTile: Int
  /// Side of a patch, in pixels.
  let patch: Int

  /// A rule from the processor's settings.
  public init(tile: Int, maxTiles: Int, tokensPerTile: Int, patch: Int) {
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
  }

  /// The tiles of one image.
  public func layout(of image: ImageSize) -> ImageLayout { layout(of: image, upTo: maxTiles) }

  /// The counts of an image resized to take fewer tiles; without an image that of every number.
  ///
  /// There is no setting for it: the model's tile embeddings are made for `maxTiles`, so that
  /// `max_image_tiles` must stay, and whatever an image takes is padded to that many.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    ProcessorBudget.ordered(
      (1...maxTiles).compactMap { tiles in
        (image ?? ImageSize(width: tiles * tile, height: tile)).map {
          ProcessorBudget(
            setting: "image resized for \(tiles) of \(maxTiles) tiles",
            layout: layout(of: $0, upTo: tiles))
        }
      })
  }

  private func layout(of image: ImageSize, upTo most: Int) -> ImageLayout {
    let grid = TileGrid.closestCanvas(for: image, upTo: most, ofSide: tile, in: Double.self)
    let side = tile / patch
    var layout = ImageLayout(
      tokens: grid.count * tokensPerTile,
      inputs: [EncoderInput(count: grid.count, rows: side, columns: side)])
    if grid.count < maxTiles {
      layout.paddingInputs = [
        EncoderInput(count: maxTiles - grid.count, rows: side, columns: side)
      ]
    }
    layout.grid = grid
    return layout
  }
}
