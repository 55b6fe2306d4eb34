/// Bounds for the pixels of a resized image whose sides are whole cells.
///
/// Qwen-VL's resizing, which LFM2-VL took over: both sides to the nearest cell; if that leaves the
/// bounds, both by one factor to the bound, rounded inwards.
struct PixelWindow: Sendable, Equatable {
  /// Side of a cell, in pixels: what becomes one token.
  let cell: Int
  let minPixels: Int
  let maxPixels: Int
  /// Frames whose pixels the bounds count together: 2 where a still image is shown twice and both count.
  var frames = 1

  /// Rows and columns of cells.
  ///
  /// - Parameters:
  ///   - image: The size of the image.
  ///   - least: Cells along a side that rounds to none, before the bounds are looked at.
  func cells(of image: ImageSize, least: Int) -> TileGrid {
    let nearest = nearestCells(of: image, least: least)
    let pixels = frames * nearest.rows * cell * nearest.columns * cell
    if pixels > maxPixels {
      let shrinkage = exactQuotient(frames * image.area, by: maxPixels).squareRoot()
      return TileGrid(
        rows: shrunk(image.height, by: shrinkage), columns: shrunk(image.width, by: shrinkage))
    }
    if pixels < minPixels {
      let growth = exactQuotient(minPixels, by: frames * image.area).squareRoot()
      return TileGrid(
        rows: grown(image.height, by: growth), columns: grown(image.width, by: growth))
    }
    return nearest
  }

  /// Rows and columns where there were no bounds.
  func nearestCells(of image: ImageSize, least: Int) -> TileGrid {
    TileGrid(
      rows: max(least, nearest(image.height)), columns: max(least, nearest(image.width)))
  }

  /// The smallest upper bounds, from the lower bound to a last one, at which the image shrunk to
  /// them gets another row or column.
  func steps(of image: ImageSize, through last: Int) -> [Int] {
    guard minPixels <= last else { return [] }
    return steps(along: image.height, of: image, through: last)
      + steps(along: image.width, of: image, through: last)
  }

  private func steps(along side: Int, of image: ImageSize, through last: Int) -> [Int] {
    func cells(at bound: Int) -> Int {
      shrunk(side, by: exactQuotient(frames * image.area, by: bound).squareRoot())
    }
    let fewest = cells(at: minPixels)
    let most = cells(at: last)
    guard fewest < most else { return [] }
    let across = Double(frames) * Double(image.area / side)
    return ((fewest + 1)...most).map { count in
      // Without rounding, a side is `count` cells long at this bound; the doubles behind `cells`
      // decide on the last pixel.
      let length = Double(count * cell)
      let estimate = (across * length * length / Double(side)).rounded()
      var bound = Int(max(Double(minPixels), min(estimate, Double(last))))
      while bound > minPixels && cells(at: bound - 1) >= count { bound -= 1 }
      while cells(at: bound) < count { bound += 1 }
      return bound
    }
  }

  private func nearest(_ side: Int) -> Int {
    Int((Double(side) / Double(cell)).rounded(.toNearestOrEven))
  }

  private func shrunk(_ side: Int, by shrinkage: Double) -> Int {
    max(1, Int((Double(side) / shrinkage / Double(cell)).rounded(.down)))
  }

  private func grown(_ side: Int, by growth: Double) -> Int {
    Int((Double(side) * growth / Double(cell)).rounded(.up))
  }
}

extension ImageSize {
  /// Pixels of the image.
  var area: Int { width * height }
}
