extension ModelFamily {
  /// Hunyuan-VL and HunyuanOCR: a grid with a newline behind each row and two marks around the image.
  package static let hunyuanVL = ModelFamily(
    name: "hunyuan-vl", aliases: ["hunyuan-ocr"], modelTypes: ["hunyuan_vl"],
    processors: ["HunYuanVLProcessor", "HunYuanVLImageProcessor"],
    publishedNames: [PublishedName("hunyuanocr"), PublishedName("hunyuan-vl")],
    settings: gridSettings(
      patch: 16, minPixels: 262_144, maxPixels: 4_194_304, classPatch: 16, classMinPixels: 262_144,
      classMaxPixels: 4_194_304) + [Setting("cat_extra_token", .flag, or: .value(.flag(true)))],
    rule: { gridRule($0, perRow: 1, perImage: $0.flag("cat_extra_token") ? 2 : 0) },
    architecture: { reader in
      let root = reader.rootSection(modelType: "hunyuan_vl")
      let vision = reader.section(["vision_config"], modelType: "hunyuan_vl_vision")
        .named("hunyuan_vl_vision")
      // Older files have the language model's keys at the root.
      let isFlat = reader.root["text_config"] == nil
      let part = (isFlat ? root : reader.section(["text_config"], modelType: "hunyuan_vl_text"))
        .named("hunyuan_vl_text")
      guard let text = underNewestNames(part) else { return nil }
      // The class ties where either part does or is silent, and a flat file always; a flat file that says that it does
      // not tie is taken at its word.
      let language = LanguageModel.read(
        text,
        tying: isFlat || !root.has("tie_word_embeddings")
          ? .root(root, default: true) : .rootOrText(root))
      let merge = vision.size("spatial_merge_size", in: 1...1000)
      let largest = vision.size("max_image_size", in: 1...1_000_000)
      guard let merge, let largest, let language,
        let shape = EncoderShape(vision, forcedImage: largest),
        let headDim = shape.evenHeadDim(vision)
      else { return nil }
      if let given = vision.given("head_dim"), given != headDim {
        vision.report(
          .unsupported, "head_dim",
          "'\(vision.path.joined(separator: ".")).head_dim' is \(given), and the heads share the hidden size"
        )
        return nil
      }
      // Its mergers give the language model's width, whatever the encoder's part says.
      for key in ["out_hidden_size", "text_hidden_size", "num_key_value_heads"] {
        reader.ask(vision.path + [key])
      }
      // Positions of the largest square image and one more, a bias of the patch embedding.
      let vectors = vision.parameters(
        .many(shape.patches + 2, shape.hidden), .many(shape.layers, 9, shape.hidden),
        .many(shape.layers, shape.intermediate))
      // Biases of three layers, the newline, three marks, and two norms.
      let mergerVectors = vision.parameters(.many(11, shape.hidden), .many(5, language.hidden))
      guard let vectors, let mergerVectors else { return nil }
      return Architecture(
        encoder: VisionEncoder(
          layers: shape.layers, hidden: shape.hidden, intermediate: shape.intermediate,
          heads: shape.heads, headDim: headDim, patch: shape.patch, vectorParameters: vectors),
        connector: Connector(
          form: .rowMerger, merge: merge, inputWidth: shape.hidden, basis: .patches,
          vectorParameters: mergerVectors),
        language: language)
    })

  /// The language model's part under the names of its class, which reads those of older files too; `nil` after reporting
  /// that both are given and differ.
  private static func underNewestNames(_ part: ConfigurationSection) -> ConfigurationSection? {
    guard case .mapping(var members) = part.value else { return part }
    for (older, newest) in [("attention_head_dim", "head_dim"), ("org_vocab_size", "vocab_size")] {
      guard let value = part[older] else { continue }
      if let given = part[newest], given != value {
        part.report(
          .inconsistent, older,
          "'\(older)' is \(value.summary), and '\(newest)', which is the same, \(given.summary)")
        return nil
      }
      members[newest] = value
    }
    return ConfigurationSection(
      reader: part.reader, path: part.path, value: .mapping(members), modelType: part.modelType)
  }
}
