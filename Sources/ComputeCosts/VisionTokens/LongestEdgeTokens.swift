/// An image at its own size up to a longest edge, rounded up to whole tokens: Pixtral and
/// Mistral-Small-3.1.
///
/// Tokens are the cells of merge × merge patches, as the processors of the published models do
/// (transformers 5.23); a break after every row but the last and an end marker are text. Images so
/// long that their shorter side is reduced to nothing are refused. Where a processor rounds to less than a
/// token, patches at the right and lower edge that fill none are encoded and dropped (LightOnOCR).
public struct LongestEdgeTokens: TokenRule, Equatable {
  /// Side of a patch, in pixels.
  let patch: Int
  /// Longest side that is not reduced, in pixels.
  let longestEdge: Int
  /// Patches along the side of a token.
  let merge: Int
  /// What sides are rounded up to a multiple of, in pixels.
  let rounding: Int
  /// Whether a break stands behind each row but the last, and an end marker behind that.
  let breaksRows: Bool

  /// A rule from the processor's settings; sides are rounded up to multiples of `rounding`, by default of a whole token.
  public init(
    patch: Int, longestEdge: Int, merge: Int = 1, rounding: Int? = nil, breaksRows: Bool = true
  ) {
    self.breaksRows = breaksRows
    self.rounding = rounding ?? patch * merge
    precondition(self.rounding >= 1, "no rounding to \(self.rounding) pixels")
    precondition((1...ProcessorLimits.side).contains(patch), "no patches of \(patch) pixels")
    precondition((1...ProcessorLimits.side).contains(longestEdge), "no edge of \(longestEdge)")
    precondition((1...ProcessorLimits.merge).contains(merge), "no merging of \(merge) patches")
    self.patch = patch
    self.longestEdge = longestEdge
    self.merge = merge
  }

  /// The resized image and its patches.
  public func layout(of image: ImageSize) throws(UnusableImage) -> ImageLayout {
    try layout(of: image, longestEdge: longestEdge)
  }

  /// The counts that each `size.longest_edge` gives, one of whole tokens where such a one does;
  /// without an image those of squares.
  public func budgets(for image: ImageSize?) throws(UnusableImage) -> [ProcessorBudget] {
    let isSquare = image == nil
    guard let image = image ?? ImageSize(width: longestEdge, height: longestEdge) else { return [] }
    let own = try layout(of: image)
    var budgets: [ProcessorBudget] = []
    // Of several edges with one count the first stays. Squares need no others than whole tokens.
    let whole = Array(stride(from: patch * merge, to: longestEdge, by: patch * merge))
    for edge in whole + (isSquare ? [] : Array(1..<longestEdge)) {
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
    let ratio = max(
      Double(image.height) / Double(longestEdge), Double(image.width) / Double(longestEdge))
    var (width, height) = (image.width, image.height)
    if ratio > 1 {
      width = Int((Double(width) / ratio).rounded(.down))
      height = Int((Double(height) / ratio).rounded(.down))
    }
    guard width > 0, height > 0 else {
      throw UnusableImage(
        image, "its shorter side has no pixels left when the longer is reduced to \(longestEdge)")
    }
    height = ceilingQuotient(height, by: rounding) * rounding
    width = ceilingQuotient(width, by: rounding) * rounding
    let (rows, columns) = (height / (patch * merge), width / (patch * merge))
    guard rows > 0, columns > 0 else {
      throw UnusableImage(
        image, "as resized it holds no token of \(patch * merge) x \(patch * merge) pixels")
    }
    var layout = ImageLayout(
      tokens: rows * columns, inputs: [EncoderInput(rows: height / patch, columns: width / patch)])
    layout.extraTextTokens = breaksRows ? rows : 0
    layout.resized = ImageSize(width: width, height: height)
    return layout
  }
}
