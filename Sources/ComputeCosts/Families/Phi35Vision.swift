extension ModelFamily {
  /// Phi-3.5-vision: crops of 336 pixels and the whole image, 2 × 2 patches to a token, separators
  /// between rows.
  package static let phi35Vision = ModelFamily(
    name: "phi-3.5-vision", aliases: ["phi3.5-vision", "phi-3-vision"], modelTypes: ["phi3_v"],
    processors: ["Phi3VProcessor", "Phi3VImageProcessor"],
    publishedNames: [PublishedName("phi-3.5-vision")],
    settings: [
      .number("num_crops", upTo: ProcessorLimits.tiles, or: .example(.count(4))),
      .number(
        "tokens_per_crop", upTo: ProcessorLimits.tokens, or: .value(.count(144)),
        processor: ["num_img_tokens"]),
    ],
    rule: { values in
      let tokens = values.count("tokens_per_crop")
      let side = (1...256).first { $0 * $0 >= tokens } ?? 256
      guard side * side == tokens else {
        return .failure(
          SettingConflict("tokens_per_crop", "\(tokens) tokens of a crop are no square"))
      }
      return .success(
        HDTransformTokens(
          numCrops: values.count("num_crops"), tokensPerCrop: tokens, imageSize: 336, patch: 14))
    },
    architecture: { reader in
      // The published configuration names its encoder, CLIP ViT-L/14-336, and gives no sizes of it.
      let vision =
        reader.root["vision_config"] == nil
        ? ConfigurationSection(
          reader: reader, path: ["img_processor"], value: .mapping([:]),
          modelType: "llava.vision_config")
        : reader.section(["vision_config"], modelType: "clip_vision_model")
      let text =
        reader.root["text_config"] == nil
        ? reader.rootSection(modelType: "phi3")
        : reader.section(["text_config"], modelType: "phi3").named("phi3")
      let layers = vision.given("num_hidden_layers") ?? vision.classDefault("num_hidden_layers")
      // The features are those of the last layer but one.
      let layer = reader.rootSection(modelType: "phi3").section("img_processor").flatMap {
        $0.given("layer_idx", in: -1000...1000)
      }
      let unused = layer.map { $0 < 0 ? -1 - $0 : layers - $0 } ?? 1
      let encoder = VisionEncoder.readCLIP(vision, unusedLayers: unused)
      guard let encoder, let language = LanguageModel.read(text) else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mergedMLP2, merge: 2, inputWidth: encoder.hidden, basis: .tokens,
          // Biases, and the learned separators between rows and before the whole image.
          vectorParameters: 2 * language.hidden + 8 * encoder.hidden),
        language: language)
    })
}

extension ConfigurationSection {
  /// A mapping within this section.
  func section(_ key: String) -> ConfigurationSection? {
    guard let inner = self[key] else { return nil }
    return ConfigurationSection(
      reader: reader, path: path + [key], value: inner, modelType: modelType)
  }
}
