extension ModelFamily {
  /// InternVL 2, 2.5 and 3: tiles of 448 pixels in the grid closest to the image's shape, and a
  /// thumbnail.
  package static let internVL = ModelFamily(
    name: "internvl", aliases: ["internvl2.5", "internvl3", "internvl2.5/3"],
    modelTypes: ["internvl", "internvl_chat", "qianfan_ocr"],
    processors: [
      "InternVLProcessor", "QianfanOCRProcessor", "GotOcr2ImageProcessor", "InternVLImageProcessor",
      "CLIPImageProcessor", "CLIPFeatureExtractor",
    ],
    publishedNames: [
      PublishedName("internvl2"), PublishedName("internvl3"), PublishedName("internvl-chat-v1-5"),
      PublishedName("qianfan-ocr"),
    ],
    budget: .tiles(
      argument: .init("max_dynamic_patch", beside: ["min_dynamic_patch"]),
      file: .init("max_patches", beside: ["min_patches"])),
    settings: [
      .side(
        "tile", or: .example(.count(448)), aliases: ["image_size"],
        processor: ["size.height", "crop_size"],
        configuration: ["force_image_size", "vision_config.image_size"]),
      .side(
        "patch_size", or: .example(.count(14)), configuration: ["vision_config.patch_size"],
        forEncoderOnly: true),
      Setting(
        "downsample_ratio", .number(0.001...1), or: .value(.number(0.5)),
        configuration: ["downsample_ratio"]),
      .number(
        "tokens_per_tile", upTo: ProcessorLimits.tokens,
        or: .derived { values in
          guard let tile = values.ifCount("tile"), let patch = values.ifCount("patch_size"),
            tile >= patch
          else { return nil }
          let side = tile / patch / merge(values.number("downsample_ratio"))
          return side > 0 ? .count(side * side) : nil
        }, processor: ["image_seq_length"], configuration: ["image_seq_length"]),
      .number(
        "min_patches", upTo: ProcessorLimits.tiles, or: .value(.count(1)),
        aliases: ["min_dynamic_patch"],
        configuration: ["min_dynamic_patch"]),
      .number(
        "max_patches", upTo: ProcessorLimits.tiles, or: .value(.count(12)),
        aliases: ["max_dynamic_patch"],
        configuration: ["max_dynamic_patch"]),
      Setting(
        "use_thumbnail", .flag, or: .value(.flag(true)), configuration: ["use_thumbnail"]),
    ],
    video: .internVL,
    rule: { values in
      let (least, most) = (values.count("min_patches"), values.count("max_patches"))
      guard least <= most else {
        return .failure(
          SettingConflict("max_patches", "max_patches \(most) is below min_patches \(least)"))
      }
      let (tile, patch) = (values.count("tile"), values.count("patch_size"))
      guard tile >= patch else { return .failure(.noPatch("tile", image: tile, patch: patch)) }
      return .success(
        DynamicTileTokens(
          tile: tile, tokensPerTile: values.count("tokens_per_tile"), patch: patch, minTiles: least,
          maxTiles: most, usesThumbnail: values.flag("use_thumbnail")))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "internvl")
      reader.ask(["hidden_size"])
      let isChat = reader.root["model_type"] == .text("internvl_chat")
      let isQianfan = reader.root["model_type"] == .text("qianfan_ocr")
      let vision = reader.section(
        ["vision_config"],
        modelType: isChat ? "intern_vit_6b" : isQianfan ? "qianfan_ocr_vision" : "internvl_vision",
        isRequired: true)
      guard
        vision.isModelType(among: ["internvl_vision", "intern_vit_6b", "qianfan_ocr_vision"])
      else { return nil }
      let language = LanguageModel.read(
        isChat
          ? reader.section(["llm_config"], modelType: "", isRequired: true).ownModelType
          : reader.section(
            ["text_config"], modelType: isQianfan ? "qwen3" : "qwen2", isRequired: true),
        tying: isChat ? .own : isQianfan ? .root(root, default: false) : .rootBeforeText(root))
      guard let encoder = readInternViT(vision, root: root), let language else { return nil }
      let ratio = root.number("downsample_ratio") ?? 0.5
      let side = merge(ratio)
      guard side >= 1, Double(side) * ratio == 1 else {
        root.report(
          .inconsistent, "downsample_ratio", "'downsample_ratio' must be one over a whole number")
        return nil
      }
      let vectors = root.parameters(
        .many(2, side, side, encoder.hidden), .many(2, language.hidden))
      guard let vectors else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mergedMLP2, merge: side, inputWidth: encoder.hidden, basis: .patches,
          vectorParameters: vectors),
        language: language)
    })

  /// Patches along a side that become one token.
  private static func merge(_ ratio: Double) -> Int {
    // Beyond any model, and safe to convert.
    ratio >= 1e-3 ? max(1, Int((1 / ratio).rounded())) : 1000
  }

  /// InternViT: class token, layer scale; the 6B model has no query biases but norms of queries and
  /// keys.
  private static func readInternViT(
    _ section: ConfigurationSection, root: ConfigurationSection
  ) -> VisionEncoder? {
    let shape = EncoderShape(
      section, forcedImage: root.given("force_image_size", in: 1...1_000_000))
    guard let shape, let headDim = shape.evenHeadDim(section) else { return nil }
    let hasQueryBias = section.flag(
      "qkv_bias", or: section.flag("attention_bias", or: section.modelType == "qianfan_ocr_vision"))
    let hasQueryNorm = section.flag("qk_normalization", or: section.flag("use_qk_norm", or: false))
    // Root-mean-square norms have no bias.
    let norms = section.text("norm_type") == "rms_norm" ? 2 : 4
    let widths = (hasQueryBias ? 3 : 0) + (hasQueryNorm ? 2 : 0) + norms + 4
    // Class token, bias of the patch embedding, positions; a mask token and a last norm where they are.
    let hasPositions = section.flagIfGiven("use_absolute_position_embeddings") ?? true
    let once =
      2 + (hasPositions ? shape.patches + 1 : 0)
      + (section.flagIfGiven("use_mask_token") ?? false ? 1 : 0)
      + (section.flagIfGiven("use_mean_pooling") ?? true ? 0 : 2)
    let vectors = section.parameters(
      .many(once, shape.hidden), .many(shape.layers, widths, shape.hidden),
      .many(shape.layers, shape.intermediate))
    guard let vectors else { return nil }
    let unused = root.unusedLayers(
      of: shape.layers, key: root.has("select_layer") ? "select_layer" : "vision_feature_layer")
    guard (0..<shape.layers).contains(unused) else {
      root.report(
        .inconsistent, "select_layer",
        "the features are taken from a layer that \(shape.layers) layers do not have")
      return nil
    }
    return VisionEncoder(
      layers: shape.layers, unusedLayers: unused, hidden: shape.hidden,
      intermediate: shape.intermediate, heads: shape.heads, headDim: headDim, patch: shape.patch,
      classToken: true, vectorParameters: vectors)
  }
}

extension ConfigurationSection {
  /// A language model's part whose model type stands in its list of architectures, where it names
  /// none.
  fileprivate var ownModelType: ConfigurationSection {
    guard modelType.isEmpty, let architecture = words("architectures")?.first else { return self }
    let known = [
      "LlamaForCausalLM": "llama", "MistralForCausalLM": "mistral", "Qwen2ForCausalLM": "qwen2",
      "Qwen3ForCausalLM": "qwen3", "Qwen3MoeForCausalLM": "qwen3_moe",
      "InternLM2ForCausalLM": "internlm2", "Phi3ForCausalLM": "phi3",
    ]
    return named(known[architecture] ?? architecture)
  }

  /// Layers behind the one that a key names, as `-1` for the last; none where it is absent.
  fileprivate func unusedLayers(of layers: Int, key: String) -> Int {
    guard let layer = given(key, in: -100_000...100_000) else { return 0 }
    return layer < 0 ? -1 - layer : layers - layer
  }
}
