extension ModelFamily {
  /// GLM-4.1V, 4.5V, 4.6V and GLM-OCR: a grid whose bounds count the pixels of both frames of a still image, a
  /// convolution that joins patches, and a gated merger.
  package static let glm4V = ModelFamily(
    name: "glm-4v", aliases: ["glm-4.1v", "glm-4.5v", "glm-4.6v", "glm-ocr"],
    modelTypes: ["glm4v", "glm4v_moe", "glm46v", "glm_ocr"],
    processors: [
      "Glm4vProcessor", "Glm4vImageProcessor", "Glm46VProcessor", "Glm46VImageProcessor",
    ],
    publishedNames: [
      PublishedName("glm-4.1v"), PublishedName("glm-4-1v"), PublishedName("glm-4.5v"),
      PublishedName("glm-4-5v"), PublishedName("glm-4.6v"), PublishedName("glm-4-6v"),
      PublishedName("glm-ocr"),
    ],
    settings: gridSettings(
      minPixels: 12_544, maxPixels: 9_633_792, classMinPixels: 12_544, classMaxPixels: 11_760_000)
      + [gridFrames],
    rule: { gridRule($0, shortSides: .enlarged) },
    architecture: { reader in
      switch reader.root["model_type"] {
      case .text("glm4v_moe"):
        return readGLM(reader, vision: "glm4v_moe_vision", text: "glm4v_moe_text")
      case .text("glm_ocr"): return readGLM(reader, vision: "glm_ocr_vision", text: "glm_ocr_text")
      case .text("glm46v"):
        // Its parts are of the classes that they name.
        return readGLM(
          reader, vision: "glm4v_vision", text: "glm4v_text", namesParts: true,
          tying: { .root($0, default: false) })
      default: return readGLM(reader, vision: "glm4v_vision", text: "glm4v_text")
      }
    })

  private static func readGLM(
    _ reader: ConfigurationReader, vision: String, text: String, namesParts: Bool = false,
    tying: (ConfigurationSection) -> LanguageModel.Tying = { .rootOrText($0) }
  ) -> Architecture? {
    let root = reader.rootSection(modelType: "glm4v")
    var eyes = reader.section(["vision_config"], modelType: vision)
    var words = reader.section(["text_config"], modelType: text)
    if namesParts {
      guard eyes.isModelType(among: ["glm4v_vision", "glm4v_moe_vision", "glm_ocr_vision"])
      else { return nil }
    } else {
      // Older files name the parts by the whole model's type.
      eyes = eyes.named(vision)
      words = words.named(text)
    }
    let language = LanguageModel.read(words, tying: tying(root))
    guard let parts = readGLMVision(eyes), let language else { return nil }
    guard parts.output == language.hidden else {
      eyes.report(
        .inconsistent, "out_hidden_size",
        "the merger gives a width of \(parts.output), and the language model has \(language.hidden)"
      )
      return nil
    }
    return Architecture(encoder: parts.encoder, connector: parts.connector, language: language)
  }

  /// The encoder up to its last norm, and the convolution and merger behind it.
  private static func readGLMVision(
    _ section: ConfigurationSection
  ) -> (encoder: VisionEncoder?, connector: Connector?, output: Int)? {
    let isOCR = section.modelType == "glm_ocr_vision"
    let shape = QwenEncoderShape(section, hiddenKey: "hidden_size")
    let intermediate = section.size("intermediate_size")
    let output = section.size("out_hidden_size")
    // GLM-OCR has no positions of a square image.
    let image = isOCR ? nil : section.size("image_size", in: 1...1_000_000)
    section.reader.ask(section.path + ["image_size"])
    let hasBiases = section.flag("attention_bias", or: isOCR)
    guard let shape, let intermediate, let output, isOCR || image != nil else { return nil }
    let width = Int128(shape.hidden)
    // GLM-4.1V's MLP is as wide as what the merger puts out, and its merger as wide as 'intermediate_size' says;
    // GLM-OCR's merger is as wide as its output for each channel.
    let mlp = isOCR ? intermediate : output
    let merger = isOCR ? Int128.many(3, output) : Int128(intermediate)
    guard merger <= Int128(largestSize) else {
      section.report(
        .inconsistent, "out_hidden_size", "a merger of size \(merger): no model is so large")
      return nil
    }
    var perLayer = 2 * width + (hasBiases ? 3 * width : 0)
    // The bias of the patch embedding and the last norm.
    var others = 2 * width
    if isOCR {
      perLayer += Int128.many(2, shape.headDim)
      if hasBiases { perLayer += 2 * width + Int128.many(2, mlp) }
    } else {
      // A norm behind the patch embedding, and positions of a square image.
      let side = image.map { $0 / shape.patch } ?? 0
      others += width + Int128.many(side, side, shape.hidden)
    }
    let encoder = shape.encoder(
      section, intermediate: mlp, mlpMatrices: 3,
      vectors: others + Int128(shape.layers) * perLayer)
    guard let vectors = section.parameters(.many(3, output)) else { return nil }
    return (
      encoder,
      Connector(
        form: .downsampleGated(intermediate: Int(merger)), merge: shape.merge,
        inputWidth: shape.hidden, basis: .patches, vectorParameters: vectors), output
    )
  }
}
