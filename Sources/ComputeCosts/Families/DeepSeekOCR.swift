extension ModelFamily {
  /// DeepSeek-OCR-2: a page and tiles of it, SAM and a language model's layers with learned queries as the encoder.
  package static let deepSeekOCR2 = ModelFamily(
    name: "deepseek-ocr-2", aliases: ["deepseek-ocr2"],
    modelTypes: ["deepseek_ocr2", "deepseek_vl_v2"],
    processors: ["DeepseekOcr2Processor", "DeepseekOcr2ImageProcessor"],
    publishedNames: [PublishedName("deepseek-ocr-2")],
    settings: pageSettings(
      page: .side("size", or: .value(.count(1024)), processor: ["size.height"]),
      tile: .side("tile_size", or: .value(.count(768))), most: 6,
      overriddenBy: "DeepseekOcr2Processor"),
    claims: {
      $0["model_type"] == .text("deepseek_ocr2") || $0.isBuilt(by: "DeepseekOCR2ForCausalLM")
    },
    rule: { values in
      pageRule(values, page: "size", tile: "tile_size", breaksRows: false).flatMap { rule in
        // The processor rounds up where the convolution rounds down, and there are queries for two squares.
        for name in ["size", "tile_size"] {
          let square = values.count(name)
          let side = rule.side(of: square)
          guard OCR2Queries.counts.contains(side * side),
            ceilingQuotient(square, by: rule.patch * rule.reduction) == side
          else {
            return .failure(
              SettingConflict(
                name,
                "\(name) \(square) gives \(side) x \(side) tokens, and the model has queries for 12 x 12 and "
                  + "16 x 16 only"))
          }
        }
        return .success(rule)
      }
    },
    architecture: { reader in
      let type = "deepseek_ocr2"
      let isPublished = reader.root["model_type"] != .text(type)
      let root = reader.rootSection(modelType: type)
      let encoder: VisionEncoder?
      let language: LanguageModel?
      if isPublished {
        // What is published with code of its own says little of the encoder, which the code fixes.
        let vision = reader.section(["vision_config"], modelType: "vision", isRequired: true)
        passOverFixed(root, vision)
        let parts = reader.section(in: vision, "width", modelType: type + ".vision")
        let trunk = SAMReading(
          published: reader.section(in: parts, "sam_vit_b", modelType: "deepseek_ocr.sam"),
          downsampled: [512, 896], isFixed: true)
        encoder = readQueryEncoder(
          reader.section(in: parts, "qwen2-0-5b", modelType: type + ".qwen2"), width: "dim",
          trunk: trunk)
        language = readDeepSeekLanguage(reader, root)
        readProjector(reader, of: encoder?.hidden, to: language)
      } else {
        let vision = reader.section(
          ["vision_config"], modelType: type + "_vision", isRequired: true)
        let trunk = SAMReading(
          reader.section(in: vision, "sam_config", modelType: type + "_sam_vision_model"),
          downsampled: [512, 896])
        encoder = readQueryEncoder(
          reader.section(in: vision, "encoder_config", modelType: type + "_encoder"),
          width: "hidden_size", trunk: trunk)
        language = LanguageModel.read(
          reader.section(["text_config"], modelType: type + "_text", isRequired: true),
          tying: .root(root, default: false))
      }
      guard let encoder, let language else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .linear, inputWidth: encoder.hidden, basis: .patches,
          vectorParameters: 2 * language.hidden),
        language: language)
    })

  /// The first DeepSeek-OCR, by the code that is published with it: SAM, whose output CLIP's layers see, and both side
  /// by side to the language model; a break behind each row.
  package static let deepSeekOCR = ModelFamily(
    name: "deepseek-ocr", modelTypes: ["deepseek_vl_v2"],
    publishedNames: [PublishedName("deepseek-ocr", without: ["deepseek-ocr-2", "deepseek-ocr2"])],
    settings: pageSettings(
      page: .side("base_size", or: .value(.count(1024))),
      tile: .side("image_size", or: .value(.count(640))), most: 9)
      + [Setting("crop_mode", .flag, or: .value(.flag(true)))],
    claims: { $0.isBuilt(by: "DeepseekOCRForCausalLM") },
    rule: { values in
      let isCut = values.flag("crop_mode")
      return pageRule(
        values, page: isCut ? "base_size" : "image_size", tile: "image_size", breaksRows: true,
        isCut: isCut, resolutions: [512, 640, 1024, 1280]
      ).map { $0 }
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "deepseek_vl_v2")
      let vision = reader.section(["vision_config"], modelType: "vision", isRequired: true)
      passOverFixed(root, vision)
      let parts = reader.section(in: vision, "width", modelType: "deepseek_ocr.vision")
      let trunk = SAMReading(
        published: reader.section(in: parts, "sam_vit_b", modelType: "deepseek_ocr.sam"),
        downsampled: [512, 1024])
      let clip = reader.section(in: parts, "clip-l-14-224", modelType: "deepseek_ocr.clip")
      let language = readDeepSeekLanguage(reader, root)
      let encoder = readPatchCLIP(clip, trunk: trunk)
      // Both encoders side by side.
      let width = encoder.map { $0.hidden + ($0.trunk?.downsampled.last ?? 0) }
      readProjector(reader, of: width, to: language)
      guard let encoder, let language, let width else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .linear, inputWidth: width, basis: .patches, vectorParameters: 3 * language.hidden),
        language: language)
    })

  /// What the published files of DeepSeek-OCR say and its code does not read.
  private static func passOverFixed(_ root: ConfigurationSection, _ vision: ConfigurationSection) {
    for key in ["candidate_resolutions", "tile_tag"] { _ = root[key] }
    for key in ["image_size", "mlp_ratio"] { _ = vision[key] }
  }

  /// CLIP's layers on the trunk's patches. Its own patch embedding has parameters and never runs.
  private static func readPatchCLIP(
    _ section: ConfigurationSection, trunk: SAMReading?
  ) -> VisionEncoder? {
    let layers = section.size("layers", in: 1...100_000)
    let hidden = section.size("width")
    let heads = section.size("heads")
    let image = section.size("image_size", in: 1...1_000_000)
    let patch = section.size("patch_size", in: 1...100_000)
    guard let trunk, let layers, let hidden, let heads, let image, let patch,
      let headDim = section.evenHeads(hidden: hidden, heads: heads),
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    guard trunk.trunk.downsampled.last == hidden, hidden <= largestSize / 4 else {
      section.report(
        .inconsistent, "width",
        "the layers have a width of \(hidden), and SAM gives \(trunk.trunk.downsampled.last ?? 0)")
      return nil
    }
    let side = image / patch
    let vectors = section.parameters(
      // Class token, positions of it too, and a norm before the layers.
      trunk.vectors, .many(side * side + 4, hidden), .many(3, patch, patch, hidden),
      .many(layers, 9 + 4, hidden))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: 4 * hidden, heads: heads, headDim: headDim,
      patch: trunk.patch, classToken: true, trunk: trunk.trunk, vectorParameters: vectors)
  }

  /// Checks that a projector of one layer joins an encoder's width and the language model's; reports where not.
  private static func readProjector(
    _ reader: ConfigurationReader, of width: Int?, to language: LanguageModel?
  ) {
    let section = reader.section(
      ["projector_config"], modelType: "mlp_projector", isRequired: true)
    let form = section.text("projector_type")
    let input = section.size("input_dim")
    let output = section.size("n_embed")
    guard let width, let language, let input, let output else { return }
    if form != "linear" {
      section.report(
        .unsupported, section.has("projector_type") ? "projector_type" : nil,
        "there is a rule for a projector of one layer ('linear') only")
    }
    if input != width {
      section.report(
        .inconsistent, "input_dim",
        "the projector takes a width of \(input), and the encoder gives \(width)")
    }
    _ = section.gives(output, to: language)
  }

  /// The language model of DeepSeek's own layout: its part, or the root, which repeats it in some files.
  static func readDeepSeekLanguage(
    _ reader: ConfigurationReader, _ root: ConfigurationSection
  ) -> LanguageModel? {
    let type = "deepseek_v2"
    guard root.has("language_config") else {
      return LanguageModel.read(root.named(type))
    }
    let part = reader.section(["language_config"], modelType: type)
    let others = ["n_routed_experts", "n_shared_experts", "num_experts_per_tok", "use_mla"]
    for key in (TextClass.named(type)?.sizes.keys.sorted() ?? []) + others {
      guard let outer = root[key], let inner = part.value[key], outer != inner else { continue }
      root.report(
        .inconsistent, key,
        "'\(key)' is \(outer.summary) here, and \(inner.summary) in 'language_config'")
    }
    return LanguageModel.read(part)
  }

  /// Settings of a page with tiles.
  private static func pageSettings(
    page: Setting, tile: Setting, most: Int, overriddenBy name: String? = nil
  ) -> [Setting] {
    func tiles(_ key: String, _ fallback: Int) -> Setting {
      Setting(
        key, .count(1...ProcessorLimits.tiles), or: .value(.count(fallback)), overriddenBy: name)
    }
    return [
      page, tile,
      .side("patch_size", or: .value(.count(16))),
      .number("downsample_ratio", upTo: ProcessorLimits.merge, or: .value(.count(4))),
      tiles("min_patches", 2), tiles("max_patches", most),
    ]
  }

  /// The rule of a page with tiles, where its settings do not contradict each other.
  private static func pageRule(
    _ values: SettingValues, page: String, tile: String, breaksRows: Bool, isCut: Bool = true,
    resolutions: [Int] = []
  ) -> Result<PageTileTokens, SettingConflict> {
    let patch = values.count("patch_size")
    for name in [page, tile] where values.count(name) < patch {
      return .failure(.noPatch(name, image: values.count(name), patch: patch))
    }
    let (least, most) = (values.count("min_patches"), values.count("max_patches"))
    guard least <= most else {
      return .failure(
        SettingConflict("max_patches", "max_patches \(most) is below min_patches \(least)"))
    }
    return .success(
      PageTileTokens(
        page: values.count(page), tile: values.count(tile), patch: patch,
        reduction: values.count("downsample_ratio"), tiles: isCut ? least...most : nil,
        // A square that holds no patch is no choice.
        breaksRows: breaksRows, resolutions: resolutions.filter { $0 >= patch }))
  }

  /// Layers of Qwen2 on the trunk's patches and learned queries behind them.
  private static func readQueryEncoder(
    _ section: ConfigurationSection, width: String, trunk: SAMReading?
  ) -> VisionEncoder? {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size(width)
    let intermediate = section.size("intermediate_size")
    let heads = section.size("num_attention_heads")
    let isNull = section.value.hasNull("num_key_value_heads")
    let kvHeads = isNull ? heads : section.size("num_key_value_heads")
    let given = section.given("head_dim")
    guard let trunk, let layers, let hidden, let intermediate, let heads, let kvHeads,
      let headDim = given ?? section.evenHeads(hidden: hidden, heads: heads)
    else { return nil }
    guard heads.isMultiple(of: kvHeads) else {
      section.report(
        .inconsistent, "num_key_value_heads",
        "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
      return nil
    }
    guard trunk.trunk.downsampled.last == hidden else {
      section.report(
        .inconsistent, width,
        "the layers have a width of \(hidden), and SAM gives \(trunk.trunk.downsampled.last ?? 0)")
      return nil
    }
    // Biases of queries, keys and values, two norms; a norm behind, and the queries.
    let widths = .many(heads, headDim) + .many(2, kvHeads, headDim) + .many(2, hidden)
    let vectors = section.parameters(
      trunk.vectors, .many(layers, 1) * widths,
      .many(OCR2Queries.counts.reduce(1, +), hidden))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: 3, heads: heads,
      kvHeads: kvHeads, headDim: headDim, patch: trunk.patch, trunk: trunk.trunk,
      queries: OCR2Queries.counts, vectorParameters: vectors)
  }
}

extension ConfigurationSection {
  /// Whether a projector's width is the language model's; reports where it is not.
  func gives(_ width: Int, to language: LanguageModel) -> Bool {
    guard width != language.hidden else { return true }
    report(
      .inconsistent, "n_embed",
      "the projector gives a width of \(width), and the language model has \(language.hidden)")
    return false
  }
}

extension ConfigurationValue {
  /// Whether the class of its model, by `architectures`, is this one.
  func isBuilt(by name: String) -> Bool {
    guard case .list(let classes)? = self["architectures"] else { return false }
    return classes.contains(.text(name))
  }
}

/// What DeepSeek-OCR-2's class has beside its configuration.
private enum OCR2Queries {
  /// Learned queries for squares of 768 and of 1024 pixels.
  static let counts = [144, 256]
}
