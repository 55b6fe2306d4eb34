extension ModelFamily {
  /// Idefics3 and SmolVLM: the image resized to whole frames, and a frame of all of it.
  package static let idefics3 = ModelFamily(
    name: "idefics3",
    aliases: [
      "smolvlm2", "smolvlm-256m", "smolvlm-500m", "smolvlm-2.2b", "smolvlm2-2.2b", "idefics3-8b",
      "smolvlm-256m/500m",
    ],
    modelTypes: ["idefics3", "smolvlm"],
    processors: [
      "Idefics3Processor", "Idefics3ImageProcessor", "SmolVLMProcessor", "SmolVLMImageProcessor",
    ],
    publishedNames: [
      PublishedName("smolvlm", "256m", alias: "smolvlm-256m"),
      PublishedName("smolvlm", "500m", alias: "smolvlm-500m"),
      PublishedName("smolvlm", without: ["256m", "500m"], alias: "smolvlm-2.2b"),
      PublishedName("idefics3", alias: "idefics3-8b"),
    ],
    budget: .longestEdge(["size", "longest_edge"]),
    settings: [
      .side(
        "max_image_size", or: .example(.count(364)), aliases: ["tile"],
        processor: ["max_image_size.longest_edge"], configuration: ["vision_config.image_size"],
        classDefault: 364),
      .side(
        "longest_edge",
        or: .derived { values in values.ifCount("max_image_size").map { .count(4 * $0) } },
        processor: ["size.longest_edge"], classDefault: 1456),
      .side(
        "patch_size", or: .example(.count(14)), configuration: ["vision_config.patch_size"],
        forEncoderOnly: true),
      .number(
        "scale_factor", upTo: ProcessorLimits.merge, or: .example(.count(2)),
        configuration: ["scale_factor"],
        forEncoderOnly: true),
      .number(
        "image_seq_len", upTo: ProcessorLimits.tokens,
        or: .derived { values in
          guard let side = values.ifCount("max_image_size"),
            let patch = values.ifCount("patch_size"), let scale = values.ifCount("scale_factor"),
            side >= patch * scale
          else { return nil }
          return .count((side / patch) * (side / patch) / (scale * scale))
        }),
      Setting("do_image_splitting", .flag, or: .value(.flag(true))),
    ],
    presets: smolVLMPresets, video: .smolVLM,
    rule: { values in
      let (frame, longest) = (values.count("max_image_size"), values.count("longest_edge"))
      let patch = values.count("patch_size")
      guard frame >= patch else {
        return .failure(.noPatch("max_image_size", image: frame, patch: patch))
      }
      return .success(
        SplitTokens(
          maxImageSize: frame, longestEdge: longest,
          imageSequenceLength: values.count("image_seq_len"), patch: patch,
          doesImageSplitting: values.flag("do_image_splitting")))
    },
    architecture: { reader in
      let isSmol = reader.root["model_type"] == .text("smolvlm")
      let root = reader.rootSection(modelType: isSmol ? "smolvlm" : "idefics3")
      let vision = reader.section(
        ["vision_config"], modelType: isSmol ? "smolvlm_vision" : "idefics3_vision",
        isRequired: true)
      guard
        vision.isModelType(
          among: [
            "idefics3", "idefics3_vision", "smolvlm", "smolvlm_vision", "siglip_vision_model",
          ])
      else { return nil }
      let encoder = VisionEncoder.readCLIP(
        vision.named(isSmol ? "smolvlm_vision" : "idefics3_vision"))
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "llama", isRequired: true),
        tying: .root(root, default: false))
      guard let encoder, let language, let scale = root.size("scale_factor", in: 1...1000)
      else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mergedLinear, merge: scale, inputWidth: encoder.hidden, basis: .patches),
        language: language)
    })

  private static let smolVLMPresets: [String: [String: SettingValue]] = {
    func model(
      frame: Int, longest: Int, tokens: Int, patch: Int, scale: Int
    ) -> [String: SettingValue] {
      [
        "max_image_size": .count(frame), "longest_edge": .count(longest),
        "image_seq_len": .count(tokens), "patch_size": .count(patch), "scale_factor": .count(scale),
      ]
    }
    let small = model(frame: 512, longest: 2048, tokens: 64, patch: 16, scale: 4)
    let large = model(frame: 384, longest: 1536, tokens: 81, patch: 14, scale: 3)
    return [
      "smolvlm-256m": small, "smolvlm-500m": small, "smolvlm-256m/500m": small,
      "smolvlm-2.2b": large, "smolvlm2-2.2b": large, "smolvlm": large, "smolvlm2": large,
    ]
  }()
}
