/// What becomes of an image where a framework first resizes it to a number of pixels, and the
/// processor then rounds both sides to the nearest whole cell: LLaMA-Factory and EasyR1.
///
/// Rounding up both sides gives more tokens than the pixels allow, most of all in strips. Images that
/// the framework or the processor would first make larger, a side being shorter than one cell, are left
/// out.
package struct ResizeThenRound: Sendable, Equatable {
  /// Side of a cell, in pixels.
  let cell: Int
  /// The longest side over the shortest of the images that count.
  let longestShape: Int

  /// The rule for a grid of cells.
  ///
  /// - Parameters:
  ///   - cell: Side of a cell, in pixels.
  ///   - longestShape: The longest side over the shortest; processors of the Qwen family refuse images
  ///     longer than 200.
  package init(cell: Int, longestShape: Int = 200) {
    precondition(cell >= 2, "no cells of \(cell) pixels")
    precondition(longestShape >= 1, "no shapes up to \(longestShape)")
    self.cell = cell
    self.longestShape = longestShape
  }

  /// The shortest side that is rounded to so many cells, halves to even.
  private func shortest(_ cells: Int) -> Int {
    if cells == 1 { return cell }
    // An odd cell has no half; a half goes to the even number of cells.
    let half = cells * cell - cell / 2
    return cell.isMultiple(of: 2) && !cells.isMultiple(of: 2) ? half + 1 : half
  }

  /// The fewest pixels of an image with so many cells along its sides; `nil` where its shape is too
  /// long.
  private func fewestPixels(_ few: Int, _ many: Int) -> Int? {
    let long = shortest(many)
    let short = max(shortest(few), (long + longestShape - 1) / longestShape)
    return short < shortest(few + 1) ? long * short : nil
  }

  /// The most tokens that an image of at most so many pixels can get.
  ///
  /// - Complexity: O(√pixels / cell · log pixels).
  package func mostTokens(pixels: Int) -> Int {
    var most = 0
    var few = 1
    while let square = fewestPixels(few, few), square <= pixels {
      // The most cells along the other side: more need more pixels.
      var low = few
      var high = pixels / (shortest(few) * cell) + 2
      while low < high {
        let middle = (low + high + 1) / 2
        if let needed = fewestPixels(few, middle), needed <= pixels {
          low = middle
        } else {
          high = middle - 1
        }
      }
      most = max(most, few * low)
      few += 1
    }
    return most
  }

  /// The most pixels under which no image gets more than `tokens`.
  ///
  /// - Complexity: O(√tokens).
  package func safePixels(tokens: Int) -> Int {
    let needed = (1...wholeRoot(tokens) + 1).compactMap { few in
      fewestPixels(few, max(few, tokens / few + 1))
    }
    // The square with one more cell along each side is always possible.
    guard let least = needed.min() else { preconditionFailure("no image exceeds \(tokens) tokens") }
    return least - 1
  }
}
