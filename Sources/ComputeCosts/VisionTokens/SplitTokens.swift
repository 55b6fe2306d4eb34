/// An image enlarged to a longest edge and split into square frames, with a copy of the whole:
/// Idefics3 and SmolVLM.
///
/// Tokens are frames × tokens of a frame, as the processors of the published models do
/// (transformers 5.23); row and column markers are text.
public struct SplitTokens: TokenRule, Equatable {
  /// The longest edge that the processor resizes to, whatever it is set to.
  private static let largestSide = 4096

  /// Side of a frame, in pixels.
  let maxImageSize: Int
  /// Longer side that an image is resized to before it is split, in pixels.
  let longestEdge: Int
  /// Tokens of a frame.
  let imageSequenceLength: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Whether images are split; else each is one frame.
  let doesImageSplitting: Bool

  /// A rule from the processor's settings.
  public init(
    maxImageSize: Int, longestEdge: Int, imageSequenceLength: Int, patch: Int,
    doesImageSplitting: Bool = true
  ) {
    precondition(
      (1...ProcessorLimits.side).contains(maxImageSize) && (1...maxImageSize).contains(patch),
      "no patches of \(patch) pixels in \(maxImageSize)")
    precondition((1...ProcessorLimits.side).contains(longestEdge), "no edge of \(longestEdge)")
    precondition(
      (1...ProcessorLimits.tokens).contains(imageSequenceLength),
      "no frame of \(imageSequenceLength) tokens")
    self.maxImageSize = maxImageSize
    self.longestEdge = longestEdge
    self.imageSequenceLength = imageSequenceLength
    self.patch = patch
    self.doesImageSplitting = doesImageSplitting
  }

  /// The frames of one image.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, longestEdge: longestEdge)
  }

  /// The counts that each `size.longest_edge` of whole frames gives; without an image those of a
  /// square.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    guard let image = image ?? ImageSize(width: 1, height: 1) else { return [] }
    let own = try layout(of: image)
    guard doesImageSplitting else { return [ProcessorBudget(setting: nil, layout: own)] }
    var budgets: [ProcessorBudget] = []
    for edge in stride(from: maxImageSize, to: longestEdge, by: maxImageSize) {
      // What only a smaller edge is refused for is no choice for this image.
      guard let layout = try? layout(of: image, longestEdge: edge) else { continue }
      budgets.append(ProcessorBudget(setting: "size.longest_edge: \(edge)", layout: layout))
    }
    budgets.append(ProcessorBudget(setting: "size.longest_edge: \(longestEdge)", layout: own))
    return ProcessorBudget.ordered(budgets)
  }

  private func layout(
    of image: ImageSize, longestEdge: Int
  ) throws(UnusableImage) -> ImageLayout {
    let grid =
      doesImageSplitting
      ? try frames(of: image, longestEdge: longestEdge) : TileGrid(rows: 1, columns: 1)
    let isSplit = grid.count > 1
    let frames = grid.count + (isSplit ? 1 : 0)
    var layout = ImageLayout(
      tokens: frames * imageSequenceLength,
      inputs: [
        EncoderInput(count: frames, rows: maxImageSize / patch, columns: maxImageSize / patch)
      ])
    if isSplit {
      layout.grid = grid
      layout.hasThumbnail = true
    } else {
      layout.resized = ImageSize(width: maxImageSize, height: maxImageSize)
    }
    return layout
  }

  /// Frames down and across, by the processor's steps: each truncates, so none can be left out.
  private func frames(of image: ImageSize, longestEdge: Int) throws(UnusableImage) -> TileGrid {
    var sides = Sides(image)
    sides.setLonger(to: longestEdge)
    // The processor makes the shorter side even here.
    sides.shorter = max(1, sides.shorter + sides.shorter % 2)
    sides.turnIfNeeded()
    if sides.longer > Self.largestSide {
      sides.setLonger(to: Self.largestSide)
      sides.shorter = max(1, sides.shorter)
      sides.turnIfNeeded()
    }
    sides.setLonger(to: ceilingQuotient(sides.longer, by: maxImageSize) * maxImageSize)
    guard sides.shorter > 0 else {
      throw UnusableImage(
        image, "its shorter side is truncated to no pixels when it is resized to whole frames")
    }
    let along = sides.longer / maxImageSize
    let across = ceilingQuotient(sides.shorter, by: maxImageSize)
    return sides.isPortrait
      ? TileGrid(rows: along, columns: across) : TileGrid(rows: across, columns: along)
  }

  /// The sides of an image on its way through the steps.
  private struct Sides {
    var longer: Int
    var shorter: Int
    var isPortrait: Bool

    init(_ image: ImageSize) {
      longer = max(image.width, image.height)
      shorter = min(image.width, image.height)
      isPortrait = image.height > image.width
    }

    /// Resizes at the same shape, width over height in either case.
    mutating func setLonger(to side: Int) {
      shorter =
        isPortrait
        ? Int(Double(side) * (Double(shorter) / Double(longer)))
        : Int(Double(side) / (Double(longer) / Double(shorter)))
      longer = side
    }

    /// Making a side even can make it the longer one.
    mutating func turnIfNeeded() {
      guard shorter > longer else { return }
      swap(&shorter, &longer)
      isPortrait.toggle()
    }
  }
}
