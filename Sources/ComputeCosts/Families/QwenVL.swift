extension ModelFamily {
  /// Qwen2-VL: any aspect ratio, on a grid of 28 pixels.
  package static let qwen2VL = ModelFamily(
    name: "qwen2-vl", modelTypes: ["qwen2_vl"],
    processors: ["Qwen2VLProcessor", "Qwen2VLImageProcessor"],
    publishedNames: [PublishedName("qwen2-vl")],
    budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: gridSettings(maxPixels: 12_845_056),
    video: .qwen2,
    rule: gridRule,
    architecture: { reader in
      let vision = reader.section(
        ["vision_config"], modelType: "qwen2_vl_vision", isRequired: true
      )
      .named("qwen2_vl_vision")
      let shape = QwenEncoderShape(vision, hiddenKey: "embed_dim")
      let ratio = vision.size("mlp_ratio", in: 1...10_000)
      guard let shape, let ratio else { return nil }
      guard ratio <= largestSize / shape.hidden else {
        vision.report(
          .inconsistent, "mlp_ratio",
          "an MLP of \(ratio) times \(shape.hidden): no model is so large")
        return nil
      }
      let encoder = shape.encoder(
        vision, intermediate: ratio * shape.hidden,
        vectors: .many(shape.layers, 9 + ratio, shape.hidden))
      return readQwen(
        reader, text: "qwen2_vl_text", encoder: encoder, merge: shape.merge,
        mergerVectors: 2 * shape.hidden, output: (vision, "hidden_size"))
    })

  /// Qwen2.5-VL: the same grid; most encoder layers attend within windows.
  package static let qwen25VL = ModelFamily(
    name: "qwen2.5-vl", aliases: ["qwen2-vl/qwen2.5-vl"], modelTypes: ["qwen2_5_vl"],
    processors: ["Qwen2_5_VLProcessor", "Qwen2_5_VLImageProcessor"],
    sharedProcessors: ["Qwen2VLImageProcessor"],
    publishedNames: [PublishedName("qwen2.5-vl"), PublishedName("qwen2-5-vl")],
    budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: gridSettings(maxPixels: 12_845_056),
    video: .qwen2,
    rule: gridRule,
    architecture: { reader in
      let vision = reader.section(
        ["vision_config"], modelType: "qwen2_5_vl_vision", isRequired: true
      )
      .named("qwen2_5_vl_vision")
      guard let (encoder, merge) = readWindowed(vision) else { return nil }
      return readQwen(
        reader, text: "qwen2_5_vl_text", encoder: encoder, merge: merge,
        mergerVectors: encoder.hidden, output: (vision, "out_hidden_size"))
    })

  /// Qwen3-VL, and the reasoner of Cosmos 3: a grid of 32 pixels; features of several layers go to the language model.
  package static let qwen3VL = ModelFamily(
    name: "qwen3-vl", modelTypes: ["qwen3_vl", "qwen3_vl_moe", "cosmos3_omni"],
    processors: ["Qwen3VLProcessor"], sharedProcessors: ["Qwen2VLImageProcessor"],
    publishedNames: [PublishedName("qwen3-vl"), PublishedName("cosmos3-nano")],
    budget: .pixels(most: "max_pixels", least: "min_pixels"),
    settings: gridSettings(patch: 16, minPixels: 65_536, maxPixels: 16_777_216),
    video: .qwen3,
    rule: gridRule,
    architecture: { reader in
      let vision = reader.section(
        ["vision_config"], modelType: "qwen3_vl_vision", isRequired: true
      )
      .named("qwen3_vl_vision")
      guard let (encoder, merge, mergers) = readDeepstack(vision) else { return nil }
      let isMixture = reader.root["model_type"] == .text("qwen3_vl_moe")
      return readQwen(
        reader, text: isMixture ? "qwen3_vl_moe_text" : "qwen3_vl_text", encoder: encoder,
        merge: merge, extraMergers: mergers, mergerVectors: 2 * encoder.hidden,
        tying: { .root($0, default: false) },
        output: (vision, "out_hidden_size"))
    })

  /// Settings of a grid under `Qwen2VLImageProcessor`, whose own defaults are a patch of 14 and 3136 to
  /// 1,003,520 pixels, whatever model it serves; the arguments are what the best-known model's file says.
  static func gridSettings(
    patch: Int = 14, merge: Int = 2, minPixels: Int = 3136, maxPixels: Int,
    classPatch: Int = 14, classMinPixels: Int = 3136, classMaxPixels: Int = 1_003_520
  ) -> [Setting] {
    let pixels = 1...ProcessorLimits.pixels
    func fallback(_ published: Int, _ classDefault: Int) -> Setting.Fallback {
      published == classDefault ? .value(.count(published)) : .published(.count(published))
    }
    return [
      .side(
        "patch_size", or: fallback(patch, classPatch),
        configuration: ["vision_config.patch_size", "thinker_config.vision_config.patch_size"],
        classDefault: classPatch),
      .number(
        "merge_size", upTo: ProcessorLimits.merge, or: .value(.count(merge)),
        configuration: [
          "vision_config.spatial_merge_size", "thinker_config.vision_config.spatial_merge_size",
        ]),
      Setting(
        "factor", .count(1...ProcessorLimits.side * ProcessorLimits.merge),
        or: .derived { values in
          guard let patch = values.ifCount("patch_size"), let merge = values.ifCount("merge_size")
          else { return nil }
          return .count(patch * merge)
        }),
      Setting(
        "min_pixels", .count(pixels), or: fallback(minPixels, classMinPixels),
        processor: ["size.min_pixels", "size.shortest_edge"], classDefault: .count(classMinPixels)
      ),
      Setting(
        "max_pixels", .count(pixels), or: fallback(maxPixels, classMaxPixels),
        processor: ["size.max_pixels", "size.longest_edge"], classDefault: .count(classMaxPixels)),
    ]
  }

  /// The frames of a patch, where bounds of pixels count them.
  static let gridFrames = Setting.number(
    "temporal_patch_size", upTo: ProcessorLimits.frames, or: .value(.count(2)),
    configuration: ["vision_config.temporal_patch_size"])

  static func gridRule(
    _ values: SettingValues
  ) -> Result<any TokenRule, SettingConflict> { gridRule(values, shortSides: .kept) }

  /// The rule of a grid; bounds count the frames of a patch where that is a setting, and learned tokens stand behind
  /// its rows and about it.
  static func gridRule(
    _ values: SettingValues, shortSides: GridTokens.ShortSides = .kept, perRow: Int = 0,
    perImage: Int = 0
  ) -> Result<any TokenRule, SettingConflict> {
    let (least, most) = (values.count("min_pixels"), values.count("max_pixels"))
    guard least <= most else {
      return .failure(
        SettingConflict("max_pixels", "max_pixels \(most) is below min_pixels \(least)"))
    }
    let factor = values.count("patch_size") * values.count("merge_size")
    guard values.count("factor") == factor else {
      return .failure(
        SettingConflict("factor", "factor must be patch_size * merge_size, which is \(factor)"))
    }
    return .success(
      GridTokens(
        patch: values.count("patch_size"), merge: values.count("merge_size"), minPixels: least,
        maxPixels: most, frames: values.ifCount("temporal_patch_size") ?? 1,
        shortSides: shortSides, perRow: perRow, perImage: perImage))
  }

  /// The merger and the language model; in older configurations the latter's keys stand at the
  /// root.
  ///
  /// - Parameter part: The part that they stand in; `nil` for the root.
  static func readQwen(
    _ reader: ConfigurationReader, in part: ConfigurationSection? = nil, text: String,
    encoder: VisionEncoder?, merge: Int, extraMergers: Int = 0, mergerVectors: Int,
    tying: (ConfigurationSection) -> LanguageModel.Tying = { .rootOrText($0) },
    output: (section: ConfigurationSection, key: String)
  ) -> Architecture? {
    let root = part ?? reader.rootSection(modelType: text)
    let section =
      root.value["text_config"] == nil
      ? root : reader.section(["text_config"], in: part, modelType: text)
    let language = LanguageModel.read(section.textOnly(text), tying: tying(root))
    guard let encoder, let language else { return nil }
    if let width = output.section.given(output.key), width != language.hidden {
      output.section.report(
        .inconsistent, output.key,
        "the mergers give a width of \(width), and the language model has \(language.hidden)")
      return nil
    }
    let merged = Int128.many(merge, merge, encoder.hidden)
    // The norms of the extra mergers run over merged patches.
    let vectors = root.parameters(
      Int128(mergerVectors) + merged + Int128(language.hidden),
      Int128(extraMergers) * (3 * merged + Int128(language.hidden)))
    guard let vectors else { return nil }
    return Architecture(
      encoder: encoder,
      connector: Connector(
        form: .patchMerger, merge: merge, extraMergers: extraMergers, inputWidth: encoder.hidden,
        basis: .patches,
        vectorParameters: vectors),
      language: language)
  }
}

/// What the encoders of the Qwen family have in common.
struct QwenEncoderShape {
  let layers: Int
  let hidden: Int
  let heads: Int
  let headDim: Int
  let patch: Int
  let temporalPatch: Int
  let merge: Int

  init?(_ section: ConfigurationSection, hiddenKey: String) {
    let layers = section.size("depth", in: 1...100_000)
    let hidden = section.size(hiddenKey)
    let heads = section.size("num_heads")
    let patch = section.size("patch_size", in: 1...100_000)
    let temporalPatch = section.size("temporal_patch_size", in: 1...1000)
    let merge = section.size("spatial_merge_size", in: 1...1000)
    guard let layers, let hidden, let heads, let patch, let temporalPatch, let merge,
      let headDim = section.evenHeads(hidden: hidden, heads: heads)
    else { return nil }
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.headDim = headDim
    self.patch = patch
    self.temporalPatch = temporalPatch
    self.merge = merge
  }

  func encoder(
    _ section: ConfigurationSection, intermediate: Int, mlpMatrices: Int = 2,
    attention: VisionEncoder.Attention = .perInput,
    vectors: Int128
  ) -> VisionEncoder? {
    guard let vectors = section.parameters(vectors) else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: mlpMatrices,
      heads: heads, headDim: headDim, patch: patch, temporalPatch: temporalPatch,
      attention: attention, vectorParameters: vectors)
  }
}

extension ConfigurationSection {
  /// The same section under another model type.
  func named(_ modelType: String) -> ConfigurationSection {
    ConfigurationSection(reader: reader, path: path, value: value, modelType: modelType)
  }

  /// A section whose model type may be the whole model's, as the language model's alone.
  func textOnly(_ modelType: String) -> ConfigurationSection {
    TextClass.named(self.modelType) != nil ? self : named(modelType)
  }
}
