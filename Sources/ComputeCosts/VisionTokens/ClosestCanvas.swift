extension TileGrid {
  /// The canvas of tiles that an image is fitted into: the one that enlarges it least, or, where
  /// every canvas is too small, the one that shrinks it least; of several the smallest.
  ///
  /// (The rule of Llama 3.2 Vision and Llama 4.)
  ///
  /// - Parameters:
  ///   - image: The size of the image.
  ///   - tiles: The most tiles.
  ///   - tile: Side of a tile, in pixels.
  ///   - precision: The numbers that the reference compares scales in.
  static func closestCanvas<Scale: BinaryFloatingPoint>(
    for image: ImageSize, upTo tiles: Int, ofSide tile: Int, in precision: Scale.Type
  ) -> TileGrid {
    var closest = TileGrid(rows: 1, columns: 1)
    var closestScale: Scale = 0
    for rows in 1...tiles {
      for columns in 1...(tiles / rows) {
        let scale = min(
          Scale(columns * tile) / Scale(image.width), Scale(rows * tile) / Scale(image.height))
        let isCloser =
          closestScale >= 1 ? scale >= 1 && scale < closestScale : scale > closestScale
        let isSmaller = scale == closestScale && rows * columns < closest.count
        if isCloser || isSmaller {
          closestScale = scale
          closest = TileGrid(rows: rows, columns: columns)
        }
      }
    }
    return closest
  }
}
