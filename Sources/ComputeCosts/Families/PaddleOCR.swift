extension ModelFamily {
  /// PaddleOCR-VL: SigLIP's encoder on images of any size, a merger, and the language model of ERNIE 4.5.
  package static let paddleOCRVL = ModelFamily(
    name: "paddleocr-vl", modelTypes: ["paddleocr_vl"],
    processors: ["PaddleOCRVLProcessor", "PaddleOCRVLImageProcessor"],
    publishedNames: [PublishedName("paddleocr-vl")],
    settings: gridSettings(
      minPixels: 147_384, maxPixels: 2_822_400, classMinPixels: 147_456, classMaxPixels: 2_359_296),
    rule: { gridRule($0, shortSides: .raised) },
    architecture: { reader in
      let root = reader.rootSection(modelType: "paddleocr_vl")
      let vision = reader.section(["vision_config"], modelType: "paddleocr_vl_vision")
        .named("paddleocr_vl_vision")
      // Published files have the language model's keys at the root.
      let isFlat = reader.root["text_config"] == nil
      let text = (isFlat ? root : reader.section(["text_config"], modelType: "paddleocr_vl_text"))
        .named("paddleocr_vl_text")
      // The class ties where either part does or is silent, and a flat file always; published checkpoints whose flat
      // files say that they do not tie have a head.
      let language = LanguageModel.read(
        text,
        tying: isFlat || !root.has("tie_word_embeddings")
          ? .root(root, default: true) : .rootOrText(root))
      // Its convolution spans no frames, whatever older files say.
      reader.ask(vision.path + ["temporal_patch_size"])
      let merge = vision.size("spatial_merge_size", in: 1...1000)
      guard let shape = EncoderShape(vision), let headDim = shape.evenHeadDim(vision), let merge,
        let language
      else { return nil }
      // As SigLIP: biases, norms, positions of a square image, a norm behind.
      let vectors = vision.parameters(
        .many(shape.patches + 3, shape.hidden), .many(shape.layers, 9, shape.hidden),
        .many(shape.layers, shape.intermediate))
      let merged = Int128.many(merge, merge, shape.hidden)
      let mergerVectors = vision.parameters(
        .many(2, shape.hidden), merged, Int128(language.hidden))
      guard let vectors, let mergerVectors else { return nil }
      return Architecture(
        encoder: VisionEncoder(
          layers: shape.layers, hidden: shape.hidden, intermediate: shape.intermediate,
          heads: shape.heads, headDim: headDim, patch: shape.patch, vectorParameters: vectors),
        connector: Connector(
          form: .patchMerger, merge: merge, inputWidth: shape.hidden, basis: .patches,
          vectorParameters: mergerVectors),
        language: language)
    })
}
