/// An image padded onto the best of a list of canvases, cut into tiles, beside a copy of the whole: DeepSeek-VL2.
///
/// A tile has `t = ⌈⌊s/p⌋/r⌉` tokens a side, s its pixels, p a patch and r what the connector joins. The copy gives
/// `t (t + 1)`, the tiles laid side by side `t·rows · (t·columns + 1)`: a break behind each row; a separator
/// stands between them. Padding stays (the code published with DeepSeek-VL2).
public struct CanvasTileTokens: TokenRule, Equatable {
  /// Side of a tile, in pixels.
  let tile: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Patches along the side of a token.
  let reduction: Int
  /// The canvases, as listed: of equally good ones the first is taken.
  let canvases: [AnyResolutionTokens.Pinpoint]

  /// A rule from the processor's settings; canvases must be whole tiles.
  public init(tile: Int, patch: Int, reduction: Int, canvases: [AnyResolutionTokens.Pinpoint]) {
    precondition(
      (1...ProcessorLimits.side).contains(tile) && (1...tile).contains(patch),
      "no patches of \(patch) pixels in \(tile)")
    precondition((1...ProcessorLimits.merge).contains(reduction), "a reduction by \(reduction)")
    precondition(
      (1...ProcessorLimits.tiles).contains(canvases.count)
        && canvases.allSatisfy { canvas in
          [canvas.height, canvas.width].allSatisfy {
            (tile...ProcessorLimits.side).contains($0) && $0.isMultiple(of: tile)
          }
        }, "no canvases of whole tiles of \(tile): \(canvases)")
    self.tile = tile
    self.patch = patch
    self.reduction = reduction
    self.canvases = canvases
  }

  /// The tiles of one image.
  public func layout(of image: ImageSize) -> ImageLayout {
    layout(on: AnyResolutionTokens.best(of: canvases, for: image))
  }

  /// One count for each canvas that an image gets as the list is cut down to smaller canvases; without an image one
  /// for each canvas.
  ///
  /// The setting names the canvas taken, its width before its height as the files have it.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    let choices =
      image.map { image in
        Set(canvases.map { $0.height * $0.width }).sorted().map { area in
          AnyResolutionTokens.best(
            of: canvases.filter { $0.height * $0.width <= area }, for: image)
        }
      } ?? canvases
    return ProcessorBudget.ordered(
      choices.map { canvas in
        ProcessorBudget(
          setting: "candidate_resolutions: [[\(canvas.width), \(canvas.height)]]",
          layout: layout(on: canvas))
      })
  }

  private func layout(on canvas: AnyResolutionTokens.Pinpoint) -> ImageLayout {
    let side = ceilingQuotient(tile / patch, by: reduction)
    let grid = TileGrid(rows: canvas.height / tile, columns: canvas.width / tile)
    var layout = ImageLayout(
      tokens: side * (side + 1) + 1 + side * grid.rows * (side * grid.columns + 1),
      inputs: [EncoderInput(count: 1 + grid.count, rows: tile / patch, columns: tile / patch)])
    layout.grid = grid
    layout.hasThumbnail = true
    return layout
  }
}
