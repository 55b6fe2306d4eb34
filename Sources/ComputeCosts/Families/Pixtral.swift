extension ModelFamily {
  /// Pixtral: any aspect ratio up to a longest edge; a break behind every row.
  package static let pixtral = ModelFamily(
    name: "pixtral", aliases: ["pixtral-12b"], modelTypes: ["llava"],
    processors: ["PixtralProcessor", "PixtralImageProcessor"],
    publishedNames: [PublishedName("pixtral")],
    settings: longestEdgeSettings(patch: 16, longestEdge: 1024, merge: 1),
    claims: { $0["vision_config"]?["model_type"] == .text("pixtral") },
    rule: { longestEdgeRule($0, breaksRows: true) },
    architecture: { reader in
      let root = reader.rootSection(modelType: "llava")
      let encoder = VisionEncoder.readPixtral(
        reader.section(["vision_config"], modelType: "pixtral", isRequired: true))
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "mistral", isRequired: true),
        tying: .rootOrText(root))
      guard root.takesOneLayer, let encoder, let language else { return nil }
      let biases = root.flag("multimodal_projector_bias", or: true) ? 2 * language.hidden : 0
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mlp2, inputWidth: encoder.hidden, basis: .patches, vectorParameters: biases),
        language: language)
    })

  /// Mistral-Small-3.1: as Pixtral, four patches to a token.
  package static let mistral3 = ModelFamily(
    name: "mistral3", aliases: ["mistral-small-3.1"], modelTypes: ["mistral3"],
    tokenTypes: ["mistral_large4"],
    processors: ["Mistral3Processor", "PixtralProcessor", "PixtralImageProcessor"],
    publishedNames: [PublishedName("mistral-small-3.1")],
    settings: longestEdgeSettings(patch: 14, longestEdge: 1540, merge: 2),
    rule: { longestEdgeRule($0, breaksRows: true) },
    architecture: { reader in
      readMistral3(reader, text: "mistral") { .rootBeforeText($0) }
    })

  /// LightOnOCR: as Mistral-Small-3.1 with Qwen3, and no breaks behind rows.
  package static let lightOnOCR = ModelFamily(
    name: "lighton-ocr", aliases: ["lightonocr"], modelTypes: ["lighton_ocr"],
    processors: ["LightOnOcrProcessor", "PixtralImageProcessor"],
    publishedNames: [PublishedName("lightonocr")],
    // The patch in its image processor's part is what sides are rounded to, a whole token where nothing says so; the
    // whole processor's is the model's.
    settings: longestEdgeSettings(
      patch: 14, longestEdge: 1540, merge: 2, patchKeys: [], classPatch: 14) + [
        .side(
          "rounding",
          or: .derived { values in
            guard let patch = values.ifCount("patch_size"),
              let merge = values.ifCount("spatial_merge_size")
            else { return nil }
            return .count(patch * merge)
          },
          processor: [
            "image_processor.patch_size.height", "image_processor.patch_size", "patch_size.height",
          ], classDefault: 16)
      ],
    rule: { longestEdgeRule($0, breaksRows: false) },
    architecture: { reader in
      readMistral3(reader, text: "qwen3") { .root($0, default: true) }
    })

  /// Pixtral's encoder, patches merged before two layers without biases, and a language model.
  private static func readMistral3(
    _ reader: ConfigurationReader, text: String,
    tying: (ConfigurationSection) -> LanguageModel.Tying
  ) -> Architecture? {
    let root = reader.rootSection(modelType: "mistral3")
    let encoder = VisionEncoder.readPixtral(
      reader.section(["vision_config"], modelType: "pixtral", isRequired: true))
    let language = LanguageModel.read(
      reader.section(["text_config"], modelType: text, isRequired: true), tying: tying(root))
    let merge = root.size("spatial_merge_size", in: 1...1000)
    guard root.takesOneLayer, let encoder, let language, let merge else { return nil }
    let hasBiases = root.flag("multimodal_projector_bias", or: false)
    return Architecture(
      encoder: encoder,
      connector: Connector(
        form: .mergeThenMLP2, merge: merge, inputWidth: encoder.hidden, basis: .patches,
        vectorParameters: encoder.hidden + (hasBiases ? 2 * language.hidden : 0)),
      language: language)
  }

  private static func longestEdgeSettings(
    patch: Int, longestEdge: Int, merge: Int, patchKeys: [String] = ["patch_size.height"],
    classPatch: Int = 16
  ) -> [Setting] {
    [
      .side(
        "patch_size", or: .example(.count(patch)), processor: patchKeys,
        configuration: ["vision_config.patch_size"], classDefault: classPatch),
      .side(
        "longest_edge", or: .example(.count(longestEdge)), processor: ["size.longest_edge"],
        configuration: ["vision_config.image_size"], classDefault: 1024),
      .number(
        "spatial_merge_size", upTo: ProcessorLimits.merge, or: .value(.count(merge)),
        configuration: ["spatial_merge_size"]),
    ]
  }

  private static func longestEdgeRule(
    _ values: SettingValues, breaksRows: Bool
  ) -> Result<any TokenRule, SettingConflict> {
    let (patch, longest) = (values.count("patch_size"), values.count("longest_edge"))
    let merge = values.count("spatial_merge_size")
    guard longest >= patch * merge else {
      return .failure(.noPatch("longest_edge", image: longest, patch: patch * merge))
    }
    return .success(
      LongestEdgeTokens(
        patch: patch, longestEdge: longest, merge: merge, rounding: values.ifCount("rounding"),
        breaksRows: breaksRows))
  }
}
