extension ModelFamily {
  /// LLaVA-1.5: a square image of fixed size, every patch a token.
  package static let llava15 = ModelFamily(
    name: "llava-1.5", aliases: ["llava"], modelTypes: ["llava", "vipllava"],
    processors: [
      "LlavaProcessor", "LlavaImageProcessor", "CLIPImageProcessor", "CLIPFeatureExtractor",
    ],
    publishedNames: [
      PublishedName("llava-1.5"), PublishedName("llava-v1.5"), PublishedName("vip-llava"),
    ],
    settings: [
      .side(
        "image_size", or: .example(.count(336)),
        processor: ["crop_size.height", "crop_size", "size.height", "size.shortest_edge"],
        configuration: ["vision_config.image_size"], classDefault: 224),
      .side(
        "patch_size", or: .example(.count(14)), configuration: ["vision_config.patch_size"]),
      Setting(
        "has_class_token", .flag, or: .value(.flag(true)),
        configuration: ["vision_config.model_type"],
        spellings: [
          "clip_vision_model": .flag(true), "siglip_vision_model": .flag(false),
        ]),
      Setting(
        "keeps_first_token", .flag, or: .value(.flag(false)), aliases: ["select_strategy"],
        configuration: ["vision_feature_select_strategy"],
        spellings: ["full": .flag(true), "default": .flag(false)]),
    ], takesOneSquare: true,
    rule: { values in
      let (image, patch) = (values.count("image_size"), values.count("patch_size"))
      guard image >= patch else { return .failure(.noPatch(image: image, patch: patch)) }
      guard
        image / patch > 1 || values.flag("has_class_token") || values.flag("keeps_first_token")
      else {
        return .failure(SettingConflict("keeps_first_token", "no token is left of one patch"))
      }
      return .success(
        FixedImageTokens(
          imageSize: image, patch: patch, hasClassToken: values.flag("has_class_token"),
          keepsFirstToken: values.flag("keeps_first_token")))
    },
    architecture: { reader in
      // ViP-LLaVA puts five layers side by side, under a norm.
      let isVip = reader.root["model_type"] == .text("vipllava")
      return readLLaVA(
        reader, vision: "clip_vision_model", absent: "llava.vision_config", text: "llama",
        featureLayers: isVip ? [-2, -5, -8, -11, 6] : [-2], hasNorm: isVip)
    })

  /// LLaVA-NeXT (1.6): the whole image and tiles of the best-fitting grid, padding cut off, a
  /// newline embedding behind every row.
  package static let llavaNeXT = ModelFamily(
    name: "llava-next", aliases: ["llava-1.6", "llava-v1.6"],
    modelTypes: ["llava_next", "llava_next_video"],
    processors: [
      "LlavaNextProcessor", "LlavaNextImageProcessor", "LlavaNextVideoProcessor",
      "CLIPImageProcessor",
    ],
    publishedNames: [
      PublishedName("llava-v1.6"),
      PublishedName("llava-next", without: ["interleave"]),
    ],
    remarks: ["pinpoints_order": "height,width"],
    settings: anyResolutionSettings(
      base: 336, pinpoints: [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]),
    rule: { anyResolutionRule($0, maximumTiles: nil) },
    architecture: { reader in
      readLLaVA(
        reader, vision: "clip_vision_model", absent: "llava.vision_config", text: "llama",
        hasNewline: true, tying: { .root($0, default: false) })
    })

  /// LLaVA-OneVision: as LLaVA-NeXT with more grids; above nine tiles' worth of tokens the features
  /// are scaled down.
  package static let llavaOneVision = ModelFamily(
    name: "llava-onevision", modelTypes: ["llava_onevision"],
    processors: ["LlavaOnevisionProcessor", "LlavaOnevisionImageProcessor"],
    publishedNames: [PublishedName("llava-onevision", without: ["llava-onevision-1.5"])],
    settings: anyResolutionSettings(
      base: 384,
      pinpoints: (1...6).flatMap { rows in (1...6).map { (rows * 384, $0 * 384) } }) + [
        Setting(
          "max_tiles", .count(1...ProcessorLimits.tokens), or: .value(.count(9)),
          aliases: ["vision_aspect_ratio"], configuration: ["vision_aspect_ratio"],
          spellings: Dictionary(
            uniqueKeysWithValues: (1...ProcessorLimits.tiles).map {
              ("anyres_max_\($0)", .count($0))
            }))
      ],
    video: .llavaOneVision,
    rule: { anyResolutionRule($0, maximumTiles: $0.count("max_tiles")) },
    architecture: { reader in
      readLLaVA(
        reader, vision: "siglip_vision_model", absent: "llava_onevision.vision_config",
        text: "qwen2", featureLayers: [-1], strategy: "full", hasNewline: true)
    })

  private static func anyResolutionSettings(
    base: Int, pinpoints: [(Int, Int)]
  ) -> [Setting] {
    [
      .side(
        "image_size", or: .example(.count(base)), aliases: ["base"],
        processor: ["size.shortest_edge", "size.height", "crop_size.height"],
        configuration: ["vision_config.image_size"], classDefault: base == 384 ? 384 : 224),
      .side(
        "patch_size", or: .example(.count(14)), configuration: ["vision_config.patch_size"]),
      Setting(
        "image_grid_pinpoints", .sizes,
        or: .value(
          .sizes(pinpoints.compactMap { ImageSize(width: $0.1, height: $0.0) })),
        configuration: ["image_grid_pinpoints"]),
    ]
  }

  private static func anyResolutionRule(
    _ values: SettingValues, maximumTiles: Int?
  ) -> Result<any TokenRule, SettingConflict> {
    let (base, patch) = (values.count("image_size"), values.count("patch_size"))
    let pinpoints = values.sizes("image_grid_pinpoints")
    guard base >= patch else { return .failure(.noPatch(image: base, patch: patch)) }
    guard !pinpoints.isEmpty else {
      return .failure(SettingConflict("image_grid_pinpoints", "there is no grid to choose from"))
    }
    for pinpoint in pinpoints where pinpoint.width % base != 0 || pinpoint.height % base != 0 {
      return .failure(
        SettingConflict(
          "image_grid_pinpoints",
          "the grid \(pinpoint) (width x height) is not made of tiles of \(base) pixels"))
    }
    guard pinpoints.count <= ProcessorLimits.tiles,
      pinpoints.allSatisfy({ max($0.width, $0.height) <= ProcessorLimits.side })
    else {
      return .failure(
        SettingConflict(
          "image_grid_pinpoints",
          "more than \(ProcessorLimits.tiles) grids, or one of more than \(ProcessorLimits.side) "
            + "pixels a side"))
    }
    return .success(
      AnyResolutionTokens(
        base: base, patch: patch,
        pinpoints: pinpoints.map {
          AnyResolutionTokens.Pinpoint(height: $0.height, width: $0.width)
        }, maxTiles: maximumTiles))
  }

  /// Encoder, two-layer MLP and language model, as all LLaVA models have them.
  static func readLLaVA(
    _ reader: ConfigurationReader, vision: String, absent: String, text: String,
    featureLayers: [Int] = [-2], strategy: String = "default", hasNewline: Bool = false,
    hasNorm: Bool = false,
    tying: (ConfigurationSection) -> LanguageModel.Tying = { .rootOrText($0) }
  ) -> Architecture? {
    let root = reader.rootSection(modelType: "llava")
    let section = reader.section(["vision_config"], modelType: vision, whenAbsent: absent)
    let known = ["clip_vision_model", "siglip_vision_model", absent]
    guard known.contains(section.modelType) else {
      section.report(
        .unsupported, "model_type",
        "no closed form for the encoder '\(section.modelType)' in this family; supported: "
          + "clip_vision_model, siglip_vision_model")
      return nil
    }
    let layers = section.given("num_hidden_layers") ?? section.classDefault("num_hidden_layers")
    guard let features = root.featureLayers(of: layers, or: featureLayers) else { return nil }
    let encoder = VisionEncoder.readCLIP(section, unusedLayers: features.unused)
    let language = LanguageModel.read(
      reader.section(["text_config"], modelType: text), tying: tying(root))
    guard let encoder, let language else { return nil }
    guard encoder.hidden <= largestSize / features.count else {
      root.report(.inconsistent, "vision_feature_layer", "too many layers put side by side")
      return nil
    }
    let keepsFirst = (root.text("vision_feature_select_strategy") ?? strategy) == "full"
    // What is selected is carried over: without the first token, be it a class token or a patch.
    let basis: Connector.Basis =
      keepsFirst == encoder.classToken ? (keepsFirst ? .states : .tokens) : .patches
    guard !hasNewline || basis == .patches else {
      root.report(
        .inconsistent, "vision_feature_select_strategy",
        "the grid of patches needs all patches of this encoder and no class token")
      return nil
    }
    let biases = root.flag("multimodal_projector_bias", or: true) ? 2 * language.hidden : 0
    // The newline embedding of the families that have one.
    let newline = hasNewline ? language.hidden : 0
    let norm = hasNorm ? 2 * encoder.hidden * features.count : 0
    return Architecture(
      encoder: encoder,
      connector: Connector(
        form: .mlp2, inputWidth: encoder.hidden * features.count,
        basis: basis,
        vectorParameters: biases + newline + norm),
      language: language)
  }
}

extension ConfigurationSection {
  /// The class's default for a size; 1 where it has none, which reading the size reports.
  func classDefault(_ key: String) -> Int { defaults[key] ?? 1 }
}

extension SettingConflict {
  /// An image that holds no patch.
  static func noPatch(
    _ setting: String = "image_size", image: Int, patch: Int
  ) -> SettingConflict {
    SettingConflict(setting, "an image of \(image) pixels holds no patch of \(patch)")
  }
}
