/// A token for every patch of 28 pixels, the image scaled down to fit an edge and a count: Claude.
///
/// The longest image of the same shape is kept whose sides, rounded up to whole patches, fit the
/// edge, and whose patches fit the count.
///
/// - Source: Anthropic's guide to vision, as listed in `docs/hosted-token-rules.md`.
public struct HostedPatchTokens: TokenRule, Equatable {
  private static let patch = 28

  /// The longest side in pixels.
  let longestEdge: Int
  /// The most tokens of an image.
  let maxTokens: Int

  /// A rule from its bounds; the edge holds a patch.
  public init(longestEdge: Int, maxTokens: Int) {
    precondition(
      (Self.patch...ProcessorLimits.side).contains(longestEdge)
        && (1...ProcessorLimits.tokens).contains(maxTokens),
      "no bounds of \(longestEdge) pixels and \(maxTokens) tokens")
    self.longestEdge = longestEdge
    self.maxTokens = maxTokens
  }

  /// The tokens of one image; what the encoder sees is not published.
  public func layout(of image: ImageSize) -> ImageLayout {
    let size = fitted(image)
    var layout = ImageLayout(
      tokens: patches(size.width) * patches(size.height), inputs: [])
    layout.resized = size
    return layout
  }

  /// The image's own count; without one that of one patch.
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    let image = image ?? ImageSize(width: Self.patch, height: Self.patch)
    return image.map { [ProcessorBudget(setting: nil, layout: layout(of: $0))] } ?? []
  }

  private func patches(_ side: Int) -> Int { (side + Self.patch - 1) / Self.patch }

  private func fits(_ width: Int, _ height: Int) -> Bool {
    let (columns, rows) = (patches(width), patches(height))
    return max(columns, rows) * Self.patch <= longestEdge && columns * rows <= maxTokens
  }

  /// The image itself where it fits; else the largest of its shape by bisection on the longer side.
  private func fitted(_ image: ImageSize) -> ImageSize {
    if fits(image.width, image.height) { return image }
    let isTall = image.height > image.width
    let (long, short) = isTall ? (image.height, image.width) : (image.width, image.height)
    let ratio = Double(long) / Double(short)
    func other(_ side: Int) -> Int {
      max(1, Int((Double(side) / ratio).rounded(.toNearestOrEven)))
    }
    var (low, high) = (1, long)
    while low + 1 < high {
      let middle = (low + high) / 2
      if fits(middle, other(middle)) { low = middle } else { high = middle }
    }
    let (width, height) = isTall ? (other(low), low) : (low, other(low))
    return ImageSize(width: width, height: height) ?? image
  }
}
