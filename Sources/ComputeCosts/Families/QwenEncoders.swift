/// Encoders of the Qwen family that several models share.
extension ModelFamily {
  /// Qwen2.5-VL's encoder, whose layers attend within windows but for some, and the merging behind it.
  static func readWindowed(
    _ vision: ConfigurationSection
  ) -> (encoder: VisionEncoder, merge: Int)? {
    let shape = QwenEncoderShape(vision, hiddenKey: "hidden_size")
    let intermediate = vision.size("intermediate_size")
    let window = vision.size("window_size", in: 1...1_000_000)
    guard let shape, let intermediate, let window else { return nil }
    let listed = vision.integers("fullatt_block_indexes")
    let full = Set(listed ?? [7, 15, 23, 31]).filter { (0..<shape.layers).contains($0) }
    if listed == nil {
      vision.reader.note(
        vision.path + ["fullatt_block_indexes"], "7, 15, 23, 31",
        "default of the class \(vision.modelType)")
    }
    // Windows are cut on the merged grid.
    let side = window / shape.merge / shape.patch * shape.merge
    guard side >= 1 else {
      vision.report(
        .inconsistent, "window_size",
        "a window of \(window) pixels holds no merged patch of \(shape.patch * shape.merge)")
      return nil
    }
    let encoder = shape.encoder(
      vision, intermediate: intermediate, mlpMatrices: 3,
      attention: .windowed(side: side, fullLayers: full.count),
      vectors: .many(shape.layers, 7, shape.hidden) + .many(shape.layers, 2, intermediate))
    guard let encoder else { return nil }
    return (encoder, shape.merge)
  }

  /// Qwen3-VL's encoder, the merging behind it, and how many layers' features are merged besides.
  static func readDeepstack(
    _ vision: ConfigurationSection
  ) -> (encoder: VisionEncoder, merge: Int, mergers: Int)? {
    let shape = QwenEncoderShape(vision, hiddenKey: "hidden_size")
    let intermediate = vision.size("intermediate_size")
    let positions = vision.size("num_position_embeddings")
    guard let shape, let intermediate, let positions else { return nil }
    let listed = vision.integers("deepstack_visual_indexes")
    if listed == nil {
      vision.reader.note(
        vision.path + ["deepstack_visual_indexes"], "8, 16, 24",
        "default of the class \(vision.modelType)")
    }
    let mergers = listed?.count ?? 3
    guard mergers <= 1000 else {
      vision.report(
        .inconsistent, "deepstack_visual_indexes", "\(mergers) mergers: no model has so many")
      return nil
    }
    let encoder = shape.encoder(
      vision, intermediate: intermediate,
      vectors: .many(positions + 1, shape.hidden) + .many(shape.layers, 9, shape.hidden)
        + .many(shape.layers, intermediate))
    guard let encoder else { return nil }
    return (encoder, shape.merge, mergers)
  }
}
