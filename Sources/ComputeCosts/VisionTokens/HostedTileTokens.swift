/// A base and a count for every tile of 512 pixels, after scaling down: OpenAI's tile models.
///
/// An image is scaled to fit 2048 × 2048 pixels, then to a shortest side of 768; never up. What the
/// service rounds a scaled side to is not published: counts may differ where a side lies within a
/// pixel above a multiple of 512.
///
/// - Source: OpenAI's guide to images and vision, as listed in `docs/hosted-token-rules.md`.
public struct HostedTileTokens: TokenRule, Equatable {
  /// Tokens of any image.
  let base: Int
  /// Tokens of a tile.
  let perTile: Int
  /// Whether the image is seen in low detail: then its tokens are the base alone.
  let isLowDetail: Bool

  /// A rule from its counts.
  public init(base: Int, perTile: Int, isLowDetail: Bool) {
    precondition(
      (1...ProcessorLimits.tokens).contains(base) && (1...ProcessorLimits.tokens).contains(perTile),
      "no counts of \(base) and \(perTile)")
    self.base = base
    self.perTile = perTile
    self.isLowDetail = isLowDetail
  }

  /// The tokens of one image; what the encoder sees is not published.
  public func layout(of image: ImageSize) -> ImageLayout {
    if isLowDetail { return ImageLayout(tokens: base, inputs: []) }
    // The smallest of 1, 2048 / longest and 768 / shortest, as a fraction.
    let longest = max(image.width, image.height)
    let shortest = min(image.width, image.height)
    var scale = (numerator: 1, denominator: 1)
    for candidate in [(2048, longest), (768, shortest)]
    where candidate.0 * scale.denominator < scale.numerator * candidate.1 {
      scale = candidate
    }
    func tiles(_ side: Int) -> Int {
      let tile = 512 * scale.denominator
      return max(1, (side * scale.numerator + tile - 1) / tile)
    }
    let grid = TileGrid(rows: tiles(image.height), columns: tiles(image.width))
    var layout = ImageLayout(tokens: base + perTile * grid.rows * grid.columns, inputs: [])
    layout.grid = grid
    return layout
  }

  /// The image's own count; without one that of a single tile.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    let image = image ?? ImageSize(width: 512, height: 512)
    return image.map { [ProcessorBudget(setting: nil, layout: layout(of: $0))] } ?? []
  }
}
