/// An image on the best of a list of canvases, cut into crops, beside a copy of the whole: LLaVA-NeXT
/// and LLaVA-OneVision ("anyres").
///
/// Tokens are those of the whole copy, those of the canvas without its padded rows or columns, and
/// one newline a row, as the processors of the published models count them (transformers 5.23). The
/// class token of an encoder that has one is dropped.
public struct AnyResolutionTokens: TokenRule, Equatable {
  /// A canvas, in pixels.
  public struct Pinpoint: Sendable, Hashable {
    /// Pixels down.
    let height: Int
    /// Pixels across.
    let width: Int

    /// A canvas.
    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  /// Side of a crop, in pixels.
  public let base: Int
  /// Side of a patch, in pixels.
  public let patch: Int
  /// The canvases, as listed: of equally good ones the first is taken.
  public let pinpoints: [Pinpoint]
  /// Crops' worth of tokens that the canvas may give before its features are scaled down
  /// (`anyres_max_9`: 9); `nil` without a limit.
  let maxTiles: Int?

  /// A rule from the processor's settings; canvases must be whole crops.
  public init(base: Int, patch: Int, pinpoints: [Pinpoint], maxTiles: Int? = nil) {
    precondition(
      (1...ProcessorLimits.side).contains(base) && (1...base).contains(patch),
      "no patches of \(patch) pixels in \(base)")
    precondition(
      (1...ProcessorLimits.tiles).contains(pinpoints.count)
        && pinpoints.allSatisfy { pinpoint in
          [pinpoint.height, pinpoint.width].allSatisfy {
            (base...ProcessorLimits.side).contains($0) && $0.isMultiple(of: base)
          }
        }, "no canvases of whole crops of \(base): \(pinpoints)")
    precondition(maxTiles ?? 1 >= 1, "no tokens for \(maxTiles ?? 0) crops")
    precondition(maxTiles ?? 1 <= ProcessorLimits.tokens, "tokens for \(maxTiles ?? 0) crops")
    self.base = base
    self.patch = patch
    self.pinpoints = pinpoints
    self.maxTiles = maxTiles
  }

  /// The crops and what is left of them without padding.
  public func layout(of image: ImageSize) -> ImageLayout {
    layout(of: image, on: Self.best(of: pinpoints, for: image))
  }

  /// One count for each canvas that an image gets as the list is cut down to smaller canvases.
  ///
  /// The setting names the canvas taken, which on its own gives the same. Without an image: one for
  /// each canvas, from an image of its size.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    let choices: [(canvas: Pinpoint, image: ImageSize)]
    if let image {
      choices = Set(pinpoints.map { $0.height * $0.width }).sorted().map { area in
        (
          Self.best(of: pinpoints.filter { $0.height * $0.width <= area }, for: image),
          image
        )
      }
    } else {
      choices = pinpoints.compactMap { canvas in
        ImageSize(width: canvas.width, height: canvas.height).map { (canvas, $0) }
      }
    }
    return ProcessorBudget.ordered(
      choices.map { canvas, image in
        ProcessorBudget(
          setting: "image_grid_pinpoints: [[\(canvas.height), \(canvas.width)]]",
          layout: layout(of: image, on: canvas))
      })
  }

  /// The canvas on which most of the image's pixels survive; of several the one with the least to
  /// pad.
  static func best(of canvases: [Pinpoint], for image: ImageSize) -> Pinpoint {
    var best = canvases[0]
    var mostKept = -1
    var leastWasted = Int.max
    for canvas in canvases {
      let scale = min(
        Double(canvas.width) / Double(image.width), Double(canvas.height) / Double(image.height))
      let kept = min(
        Int(Double(image.width) * scale) * Int(Double(image.height) * scale), image.area)
      let wasted = canvas.width * canvas.height - kept
      if kept > mostKept || (kept == mostKept && wasted < leastWasted) {
        best = canvas
        mostKept = kept
        leastWasted = wasted
      }
    }
    return best
  }

  /// A bound on the tokens of any image: the most that a canvas gives with any number of its padded
  /// rows or columns taken off.
  ///
  /// - Complexity: O(canvases · patches along a side).
  public var mostTokens: Int {
    let side = base / patch
    var most = 0
    for canvas in pinpoints {
      let (rows, columns) = (canvas.height / base * side, canvas.width / base * side)
      for kept in stride(from: rows, through: 1, by: -2) { most = max(most, tokens(kept, columns)) }
      for kept in stride(from: columns, through: 1, by: -2) { most = max(most, tokens(rows, kept)) }
    }
    return most
  }

  /// Tokens of a canvas of which so many rows and columns are kept, those of the whole copy among them.
  private func tokens(_ rows: Int, _ columns: Int) -> Int {
    let side = base / patch
    var (rows, columns) = (rows, columns)
    if let maxTiles {
      let excess = exactQuotient(rows * columns, by: maxTiles * side * side).squareRoot()
      if excess > 1.1 {
        rows = wholeQuotient(Double(rows), by: excess)
        columns = wholeQuotient(Double(columns), by: excess)
      }
    }
    return side * side + rows * columns + rows
  }

  private func layout(of image: ImageSize, on canvas: Pinpoint) -> ImageLayout {
    let side = base / patch
    let grid = TileGrid(rows: canvas.height / base, columns: canvas.width / base)
    let kept = unpadded(rows: side * grid.rows, columns: side * grid.columns, of: image)
    var layout = ImageLayout(
      tokens: tokens(kept.rows, kept.columns),
      inputs: [EncoderInput(count: 1 + grid.count, rows: side, columns: side)])
    layout.grid = grid
    layout.hasThumbnail = true
    return layout
  }

  /// The patches of a canvas without those that padding made, taken off in pairs; none may be left
  /// of a very long image.
  private func unpadded(
    rows: Int, columns: Int, of image: ImageSize
  ) -> (rows: Int, columns: Int) {
    let width = Double(image.width)
    let height = Double(image.height)
    if width / height > Double(columns) / Double(rows) {
      let filled = wholePartToSevenDecimals(height * (Double(columns) / width))
      return (rows - (rows - filled) / 2 * 2, columns)
    }
    let filled = wholePartToSevenDecimals(width * (Double(rows) / height))
    return (rows, columns - (columns - filled) / 2 * 2)
  }
}
