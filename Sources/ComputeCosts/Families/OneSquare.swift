/// Families whose processors bring every image to one square and write one number of image tokens; of most the FLOPs have no
/// closed form here.
///
/// - Source: the processors of transformers 5.24, whose text has these numbers.
extension ModelFamily {
  /// Janus: 24 × 24 patches of one square.
  package static let janus = square(
    "janus", published: PublishedName("janus-pro"), modelType: "janus", processor: "Janus")

  /// DeepSeek-VL: 24 × 24 patches of one square, SigLIP, two layers, and a LLaMA.
  package static let deepSeekVL = square(
    "deepseek-vl", published: PublishedName("deepseek-vl-1.3b"), modelType: "deepseek_vl",
    processor: "DeepseekVL",
    architecture: { reader in
      let root = reader.rootSection(modelType: "deepseek_vl")
      let encoder = VisionEncoder.readCLIP(
        reader.section(["vision_config"], modelType: "siglip_vision_model"))
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "llama"), tying: .root(root, default: true))
      guard let encoder, let language else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mlp2, inputWidth: encoder.hidden, basis: .patches,
          vectorParameters: 2 * language.hidden),
        language: language)
    })

  /// DeepSeek-VL with two encoders: the same number of tokens.
  package static let deepSeekVLHybrid = constant(
    "deepseek-vl-hybrid", published: "deepseek-vl-7b", modelType: "deepseek_vl_hybrid",
    processor: "DeepseekVLHybrid", tokens: 576, key: "num_image_tokens")

  /// Chameleon: the codes of one square.
  package static let chameleon = constant(
    "chameleon", published: "chameleon-", modelType: "chameleon", processor: "Chameleon",
    tokens: 1024, key: "image_seq_length")

  /// GOT-OCR 2: a page as one square; its crops are asked for on a call, and not counted here.
  package static let gotOCR2 = constant(
    "got-ocr2", published: "got-ocr", modelType: "got_ocr2", processor: "GotOcr2", tokens: 256,
    key: "num_image_tokens", imageProcessor: nil)

  /// The patches of one square.
  private static func square(
    _ name: String, published: PublishedName, modelType: String, processor: String,
    architecture: (@Sendable (ConfigurationReader) -> Architecture?)? = nil
  ) -> ModelFamily {
    ModelFamily(
      name: name, modelTypes: [modelType],
      processors: [processor + "Processor", processor + "ImageProcessor"],
      publishedNames: [published],
      settings: [
        .side(
          "image_size", or: .value(.count(384)), processor: ["size.height"],
          configuration: ["vision_config.image_size"]),
        .side(
          "patch_size", or: .value(.count(16)), configuration: ["vision_config.patch_size"]),
      ], takesOneSquare: true,
      rule: { values in
        let (image, patch) = (values.count("image_size"), values.count("patch_size"))
        guard image >= patch else { return .failure(.noPatch(image: image, patch: patch)) }
        return .success(FixedImageTokens(imageSize: image, patch: patch))
      }, architecture: architecture)
  }

  /// A number that the processor has.
  private static func constant(
    _ name: String, aliases: [String] = [], published: String, modelType: String,
    processor: String, tokens: Int, key: String, imageProcessor: String? = "ImageProcessor"
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [modelType],
      processors: [processor + "Processor"] + (imageProcessor.map { [processor + $0] } ?? []),
      publishedNames: [PublishedName(published)],
      settings: [
        .number(key, upTo: ProcessorLimits.tokens, or: .value(.count(tokens)))
      ],
      rule: { .success(ConstantTokens(count: $0.count(key))) })
  }
}
