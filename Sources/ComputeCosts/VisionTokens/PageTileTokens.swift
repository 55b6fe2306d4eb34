/// A page padded to one square, and where it is larger than a tile also cut into a grid of tiles: DeepSeek-OCR and its
/// successors.
///
/// A side of s pixels has `⌈⌊s/p⌋/r⌉` tokens, p the patch and r what the encoder's convolutions reduce. Tiles are the
/// grid that is closest in shape, of at least two; without breaks each square gives its tokens, and with them each row of
/// a square, and of all tiles laid side by side, ends in one more. A separator stands between tiles and page
/// (transformers 5.24; for the first DeepSeek-OCR the code published with it).
public struct PageTileTokens: TokenRule, Equatable {
  /// Side of the square that the whole image becomes, in pixels.
  let page: Int
  /// Side of a tile, in pixels.
  let tile: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Patches along the side of a token.
  let reduction: Int
  /// How many tiles there may be; `nil` where the image is never cut.
  let tiles: ClosedRange<Int>?
  /// Whether a break stands behind each row of tokens.
  let breaksRows: Bool
  /// Sides of squares that an image can become instead, uncut, by the setting `image_size`.
  let resolutions: [Int]

  /// A rule from the processor's settings.
  public init(
    page: Int, tile: Int, patch: Int, reduction: Int, tiles: ClosedRange<Int>?, breaksRows: Bool,
    resolutions: [Int] = []
  ) {
    precondition(
      ([page, tile] + resolutions).allSatisfy { (patch...ProcessorLimits.side).contains($0) }
        && patch >= 1, "no patches of \(patch) pixels in \(page) and \(tile)")
    precondition((1...ProcessorLimits.merge).contains(reduction), "a reduction by \(reduction)")
    precondition(
      tiles.map { $0.lowerBound >= 1 && $0.upperBound <= ProcessorLimits.tiles } ?? true, "tiles")
    self.page = page
    self.tile = tile
    self.patch = patch
    self.reduction = reduction
    self.tiles = tiles
    self.breaksRows = breaksRows
    self.resolutions = resolutions
  }

  /// Tokens along the side of a square.
  func side(of square: Int) -> Int { ceilingQuotient(square / patch, by: reduction) }

  /// The page and the tiles of one image.
  public func layout(of image: ImageSize) -> ImageLayout {
    layout(of: image, page: page, tiles: tiles)
  }

  /// The counts that each `max_patches` gives, and each square that is not cut; without an image those of
  /// every number of tiles.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    let whole = image ?? ImageSize(width: tile, height: tile)
    var budgets = resolutions.compactMap { square in
      whole.map {
        ProcessorBudget(
          setting: "image_size: \(square), crop_mode: false",
          layout: layout(of: $0, page: square, tiles: nil))
      }
    }
    if let tiles {
      budgets += tiles.compactMap { most in
        // A row of exactly these tiles has a shape that no smaller grid has.
        (image ?? ImageSize(width: most * tile, height: tile)).map {
          ProcessorBudget(
            setting: "max_patches: \(most)",
            layout: layout(of: $0, page: page, tiles: tiles.lowerBound...most))
        }
      }
    } else {
      budgets += whole.map { [ProcessorBudget(setting: nil, layout: layout(of: $0))] } ?? []
    }
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(
    of image: ImageSize, page: Int, tiles: ClosedRange<Int>?
  ) -> ImageLayout {
    let whole = side(of: page)
    let breaks = breaksRows ? 1 : 0
    var tokens = whole * (whole + breaks) + 1
    var inputs: [EncoderInput] = []
    var grid: TileGrid?
    if let tiles, max(image.width, image.height) > tile {
      let closest = TileGrid.closest(inShapeTo: image, tiles: tiles, ofSide: tile)
      let part = side(of: tile)
      tokens += closest.rows * part * (closest.columns * part + breaks)
      inputs.append(
        EncoderInput(count: closest.count, rows: tile / patch, columns: tile / patch))
      grid = closest
    }
    inputs.append(EncoderInput(rows: page / patch, columns: page / patch))
    var layout = ImageLayout(tokens: tokens, inputs: inputs)
    layout.grid = grid
    layout.hasThumbnail = grid != nil
    return layout
  }
}
