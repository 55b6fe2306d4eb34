extension ModelFamily {
  /// Gemma 3: an image becomes 256 tokens; with pan and scan each crop does too. ShieldGemma 2 is the same model, which
  /// judges an image once for each policy.
  package static let gemma3 = ModelFamily(
    name: "gemma3", aliases: ["gemma-3"], modelTypes: ["gemma3", "shieldgemma2"],
    tokenTypes: ["t5gemma2"],
    processors: ["Gemma3Processor", "Gemma3ImageProcessor", "ShieldGemma2Processor"],
    publishedNames: [PublishedName("gemma-3-"), PublishedName("shieldgemma-2")],
    budget: .crops(
      .init(
        "pan_and_scan_max_num_crops",
        beside: ["pan_and_scan_min_crop_size", "do_pan_and_scan"]), isOn: "do_pan_and_scan"),
    settings: [
      .side(
        "image_size", or: .published(.count(896)), processor: ["size.height"],
        configuration: ["vision_config.image_size"], classDefault: 224),
      .side("patch_size", or: .value(.count(14)), configuration: ["vision_config.patch_size"]),
      .number(
        "tokens_per_image", upTo: ProcessorLimits.tokens, or: .value(.count(256)),
        aliases: ["mm_tokens_per_image"], processor: ["image_seq_length"],
        configuration: ["mm_tokens_per_image"]),
      // Published files say so or not; the processor's own default, given on every call, is false.
      Setting(
        "do_pan_and_scan", .flag, or: .value(.flag(false)), overriddenBy: "Gemma3Processor"),
      .side(
        "min_crop_size", or: .value(.count(256)), processor: ["pan_and_scan_min_crop_size"]),
      .number(
        "max_num_crops", upTo: ProcessorLimits.tiles, or: .value(.count(4)),
        processor: ["pan_and_scan_max_num_crops"]),
      Setting(
        "min_ratio_to_activate", .number(0...1e6), or: .value(.number(1.2)),
        processor: ["pan_and_scan_min_ratio_to_activate"]),
    ],
    rule: { values in
      let (image, patch) = (values.count("image_size"), values.count("patch_size"))
      guard image >= patch else { return .failure(.noPatch(image: image, patch: patch)) }
      return .success(
        PanAndScanTokens(
          imageSize: image, patch: patch, tokensPerImage: values.count("tokens_per_image"),
          doesPanAndScan: values.flag("do_pan_and_scan"),
          minCropSize: values.count("min_crop_size"),
          maxCrops: values.count("max_num_crops"), minRatio: values.number("min_ratio_to_activate"))
      )
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "gemma3")
      let vision = reader.section(
        ["vision_config"], modelType: "siglip_vision_model", isRequired: true)
      guard vision.isModelType(among: ["siglip_vision_model"]) else { return nil }
      let encoder = VisionEncoder.readCLIP(vision)
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "gemma3_text", isRequired: true),
        // ShieldGemma's class takes the text's word where the root does not tie.
        tying: reader.root["model_type"] == .text("shieldgemma2")
          ? .rootOrText(root) : .root(root, default: true))
      guard let encoder, let language, root.size("mm_tokens_per_image") != nil else { return nil }
      // Patches are averaged to the tokens of an image before the one matrix.
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .linear, inputWidth: encoder.hidden, basis: .tokens,
          vectorParameters: encoder.hidden),
        language: language)
    })

  /// PaliGemma and PaliGemma 2: a square image of fixed size, every patch a token.
  package static let paliGemma = ModelFamily(
    name: "paligemma", aliases: ["paligemma2"], modelTypes: ["paligemma"],
    processors: ["PaliGemmaProcessor"],
    publishedNames: [PublishedName("paligemma")],
    settings: [
      .side(
        "image_size", or: .example(.count(448)), processor: ["size.height"],
        configuration: ["vision_config.image_size"], classDefault: 224),
      .side("patch_size", or: .value(.count(14)), configuration: ["vision_config.patch_size"]),
    ], takesOneSquare: true,
    rule: { values in
      let (image, patch) = (values.count("image_size"), values.count("patch_size"))
      guard image >= patch else { return .failure(.noPatch(image: image, patch: patch)) }
      return .success(FixedImageTokens(imageSize: image, patch: patch))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "paligemma")
      let vision = reader.section(
        ["vision_config"], modelType: "siglip_vision_model", isRequired: true)
      guard vision.isModelType(among: ["siglip_vision_model"]) else { return nil }
      let encoder = VisionEncoder.readCLIP(vision)
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "gemma", isRequired: true),
        tying: .root(root, default: true))
      guard let encoder, let language else { return nil }
      reader.ask(["hidden_size"])
      reader.ask(["num_hidden_layers"])
      if let width = root.given("projection_dim"), width != language.hidden {
        root.report(
          .inconsistent, "projection_dim",
          "the projector gives a width of \(width), and the language model has \(language.hidden)")
        return nil
      }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .linear, inputWidth: encoder.hidden, basis: .patches,
          vectorParameters: language.hidden),
        language: language)
    })
}
