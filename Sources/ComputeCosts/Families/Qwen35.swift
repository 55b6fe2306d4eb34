extension ModelFamily {
  /// Qwen3.5 and 3.6, dense and mixtures: the grid and encoder of Qwen3-VL without features of inner layers; three
  /// of four layers of the language model follow the gated delta rule.
  package static let qwen35 = ModelFamily(
    name: "qwen3.5", aliases: ["qwen3.6"], modelTypes: ["qwen3_5", "qwen3_5_moe"],
    sharedProcessors: ["Qwen3VLProcessor", "Qwen2VLImageProcessor"],
    publishedNames: [
      PublishedName("qwen3.5"), PublishedName("qwen3-5"), PublishedName("qwen3.6"),
      PublishedName("qwen3-6"),
    ],
    budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: gridSettings(patch: 16, minPixels: 65_536, maxPixels: 16_777_216),
    video: .qwen3,
    rule: gridRule,
    architecture: { reader in
      // Older files name the encoder by the whole model's type.
      let vision = reader.section(["vision_config"], modelType: "qwen3_5_vision", isRequired: true)
        .named("qwen3_5_vision")
      let shape = QwenEncoderShape(vision, hiddenKey: "hidden_size")
      let intermediate = vision.size("intermediate_size")
      let positions = vision.size("num_position_embeddings")
      guard let shape, let intermediate, let positions else { return nil }
      let encoder = shape.encoder(
        vision, intermediate: intermediate,
        vectors: .many(positions + 1, shape.hidden) + .many(shape.layers, 9, shape.hidden)
          + .many(shape.layers, intermediate))
      let isMixture = reader.root["model_type"] == .text("qwen3_5_moe")
      return readQwen(
        reader, text: isMixture ? "qwen3_5_moe_text" : "qwen3_5_text", encoder: encoder,
        merge: shape.merge, mergerVectors: 2 * shape.hidden,
        tying: { .root($0, default: false) }, output: (vision, "out_hidden_size"))
    })
}
