/// An image at its own size, reduced to a number of patches and padded to whole tokens: Kimi K2.5.
///
/// Both sides are scaled by the least of 1, `√(most / (rows · columns))` with the whole patches that the image has, and
/// what a longest side of patches leaves; then padded, not stretched, to cells of merge × merge patches
/// (`navit_resize`, transformers 5.24). Small images stay small: nothing is enlarged.
public struct PatchLimitTokens: TokenRule, Equatable {
  /// Side of a patch, in pixels.
  let patch: Int
  /// Patches along the side of a token.
  let merge: Int
  /// Most patches of an image, before it is padded.
  let maxPatches: Int
  /// Most patches along a side, before it is padded.
  let maxPatchesPerSide: Int

  /// The largest number of patches that a rule can be set to.
  public static let mostPatches = 1 << 16

  /// A rule from the processor's settings.
  public init(patch: Int, merge: Int, maxPatches: Int, maxPatchesPerSide: Int) {
    precondition((1...ProcessorLimits.side).contains(patch), "no patches of \(patch) pixels")
    precondition((1...ProcessorLimits.merge).contains(merge), "no merging of \(merge) patches")
    precondition((1...Self.mostPatches).contains(maxPatches), "no bound of \(maxPatches) patches")
    precondition(
      (1...ProcessorLimits.side).contains(maxPatchesPerSide), "no side of \(maxPatchesPerSide)")
    self.patch = patch
    self.merge = merge
    self.maxPatches = maxPatches
    self.maxPatchesPerSide = maxPatchesPerSide
  }

  /// The resized image and its patches.
  public func layout(of image: ImageSize) -> ImageLayout { layout(of: image, upTo: maxPatches) }

  /// Every count that a `max_patches` up to the rule's own gives, with the smallest that gives it; without an
  /// image those of squares of whole tokens.
  ///
  /// - Complexity: O(max_patches).
  public func budgets(for image: ImageSize?) -> [ProcessorBudget] {
    guard let image else {
      let longest = min(maxPatchesPerSide, Int(Double(maxPatches).squareRoot()))
      let sides = longest < merge ? [] : (1...longest / merge).map { $0 * merge }
      let squares = sides.compactMap { side in
        ImageSize(width: side * patch, height: side * patch).map {
          budget(of: $0, upTo: side * side)
        }
      }
      let least = ImageSize(width: patch, height: patch).map { [budget(of: $0, upTo: 1)] } ?? []
      return squares.isEmpty ? least : squares
    }
    return ProcessorBudget.ordered((1...maxPatches).map { budget(of: image, upTo: $0) })
  }

  private func budget(of image: ImageSize, upTo most: Int) -> ProcessorBudget {
    ProcessorBudget(setting: "max_patches: \(most)", layout: layout(of: image, upTo: most))
  }

  private func layout(of image: ImageSize, upTo most: Int) -> ImageLayout {
    let whole = max(1, image.height / patch) * max(1, image.width / patch)
    let longest = maxPatchesPerSide * patch
    let scale = min(
      1, exactQuotient(most, by: whole).squareRoot(),
      Double(longest) / Double(image.height), Double(longest) / Double(image.width))
    func cells(_ side: Int) -> Int {
      let scaled = max(1, Int((Double(side) * scale).rounded(.down)))
      return ceilingQuotient(min(scaled, longest), by: patch * merge)
    }
    let (rows, columns) = (cells(image.height), cells(image.width))
    var layout = ImageLayout(
      tokens: rows * columns, inputs: [EncoderInput(rows: rows * merge, columns: columns * merge)])
    layout.resized = ImageSize(width: columns * merge * patch, height: rows * merge * patch)
    return layout
  }
}
