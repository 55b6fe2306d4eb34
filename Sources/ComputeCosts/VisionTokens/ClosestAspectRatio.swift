extension TileGrid {
  /// The grid whose shape is closest to that of an image.
  ///
  /// Of equally close grids the one with more tiles, as long as the image has more than half of its
  /// pixels. (InternVL's rule, which LFM2-VL took over.)
  ///
  /// - Parameters:
  ///   - image: The size of the image.
  ///   - tiles: How many tiles there may be.
  ///   - tile: Side of a tile, in pixels.
  static func closest(
    inShapeTo image: ImageSize, tiles: ClosedRange<Int>, ofSide tile: Int
  ) -> TileGrid {
    let shape = Double(image.width) / Double(image.height)
    let area = image.width * image.height
    var closest = TileGrid(rows: 1, columns: 1)
    var leastDistance = Double.infinity
    for count in tiles {
      for columns in 1...count where count % columns == 0 {
        let rows = count / columns
        let distance = (shape - Double(columns) / Double(rows)).magnitude
        if distance < leastDistance || (distance == leastDistance && 2 * area > tile * tile * count)
        {
          leastDistance = distance
          closest = TileGrid(rows: rows, columns: columns)
        }
      }
    }
    return closest
  }

  /// Tiles of the grid.
  var count: Int { rows * columns }
}
