extension ModelFamily {
  /// ERNIE 4.5 VL: a plain encoder, a merger over cells and frames, and a mixture with experts of images.
  static func readErnie(_ reader: ConfigurationReader) -> Architecture? {
    let root = reader.rootSection(modelType: "ernie4_5_vl_moe")
    let vision = reader.section(["vision_config"], modelType: "ernie4_5_vl_moe_vision")
      .named("ernie4_5_vl_moe_vision")
    let language = LanguageModel.read(
      reader.section(["text_config"], modelType: "ernie4_5_vl_moe_text")
        .named("ernie4_5_vl_moe_text"), tying: .root(root, default: true))
    let layers = vision.size("depth", in: 1...100_000)
    let hidden = vision.size("hidden_size")
    let intermediate = vision.size("intermediate_size")
    let heads = vision.size("num_heads")
    let patch = vision.size("patch_size", in: 1...100_000)
    let merge = vision.size("spatial_merge_size", in: 1...1000)
    let frames = vision.size("temporal_merge_size", in: 1...1000)
    guard let layers, let hidden, let intermediate, let heads, let patch, let merge, let frames,
      let language, let headDim = vision.evenHeads(hidden: hidden, heads: heads)
    else { return nil }
    guard frames == 2 else {
      vision.report(
        .unsupported, "temporal_merge_size",
        "'vision_config.temporal_merge_size' is \(frames): the class merges 2 frames alone")
      return nil
    }
    // No bias of the patch embedding, nine vectors a layer, a norm behind.
    let vectors = vision.parameters(
      .many(2, hidden), .many(layers, 9, hidden), .many(layers, intermediate))
    // Four biases and two norms of merged cells, a bias and a norm of the language model's width.
    let mergerVectors = vision.parameters(
      .many(8 * merge, merge, hidden), .many(2, language.hidden))
    guard let vectors, let mergerVectors else { return nil }
    return Architecture(
      encoder: VisionEncoder(
        layers: layers, hidden: hidden, intermediate: intermediate, heads: heads, headDim: headDim,
        patch: patch, vectorParameters: vectors),
      connector: Connector(
        form: .spatioTemporal(frames: frames), merge: merge, inputWidth: hidden, basis: .patches,
        vectorParameters: mergerVectors),
      language: language)
  }
}
