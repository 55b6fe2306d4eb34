extension ModelFamily {
  /// Gemma 4: as many tokens as fit a soft limit, to which the encoder's patches are padded; each token is the average
  /// of the patches of a cell.
  package static let gemma4 = ModelFamily(
    name: "gemma4", aliases: ["gemma-4"], modelTypes: ["gemma4"],
    tokenTypes: ["diffusion_gemma"],
    processors: ["Gemma4Processor", "Gemma4ImageProcessor"],
    publishedNames: [PublishedName("gemma-4-", without: ["gemma-4-12b"])],
    budget: .softTokens("max_soft_tokens", among: SoftTokens.supportedBudgets),
    settings: softSettings(patch: "patch_size"),
    video: .gemma4("Gemma4VideoProcessor", patch: "patch_size") {
      softRule($0, patch: "patch_size", encodesCells: false)
    },
    rule: { softRule($0, patch: "patch_size", encodesCells: false) },
    architecture: { reader in
      let root = reader.rootSection(modelType: "gemma4")
      let vision = reader.section(
        ["vision_config"], modelType: "gemma4_vision", isRequired: true)
      let language = gemma4Language(reader, root, modelType: "gemma4_text")
      let sound = soundParameters(reader, root, languageHidden: language?.hidden)
      guard vision.isModelType(among: ["gemma4_vision"]), let encoder = readGemma4Encoder(vision)
      else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(form: .linear, inputWidth: encoder.hidden, basis: .tokens),
        language: language, idleParameters: sound)
    })

  /// Gemma 4 without an encoder (12B): the pixels of a cell are embedded by one matrix, padding among them.
  package static let gemma4Unified = ModelFamily(
    name: "gemma4-unified", modelTypes: ["gemma4_unified"],
    processors: ["Gemma4UnifiedProcessor", "Gemma4UnifiedImageProcessor"],
    publishedNames: [PublishedName("gemma-4-12b")],
    budget: .softTokens("max_soft_tokens", among: SoftTokens.supportedBudgets),
    // Its own patches are cells of these.
    settings: softSettings(patch: "pixel_patch"),
    video: .gemma4("Gemma4UnifiedVideoProcessor", patch: "pixel_patch") {
      softRule($0, patch: "pixel_patch", encodesCells: true)
    },
    rule: { softRule($0, patch: "pixel_patch", encodesCells: true) },
    architecture: { reader in
      let root = reader.rootSection(modelType: "gemma4_unified")
      let vision = reader.section(
        ["vision_config"], modelType: "gemma4_unified_vision", isRequired: true)
      let language = gemma4Language(reader, root, modelType: "gemma4_unified_text")
      let sound = frameParameters(reader, root, languageHidden: language?.hidden)
      let patch = vision.size("patch_size", in: 1...ProcessorLimits.side)
      let kernel = vision.size("pooling_kernel_size", in: 1...ProcessorLimits.merge)
      let width = vision.size("mm_embed_dim")
      let positions = vision.size("mm_posemb_size")
      guard vision.isModelType(among: ["gemma4_unified_vision"]), let patch, let kernel, let width,
        let positions
      else { return nil }
      if let output = vision.size("output_proj_dims"), output != width {
        vision.report(
          .inconsistent, "output_proj_dims",
          "the projector reads a width of \(output), and patches are embedded in \(width)")
        return nil
      }
      let side = patch * kernel
      // Norms of pixels, patches and positions, a bias, and the positions of each axis.
      let vectors = vision.parameters(
        .many(6, side, side) + .many(5, width) + .many(2, positions, width))
      guard let vectors else { return nil }
      let encoder = VisionEncoder(
        layers: 0, hidden: width, intermediate: 1, heads: 1, headDim: 1, patch: side,
        vectorParameters: vectors)
      return Architecture(
        encoder: encoder,
        connector: Connector(form: .linear, inputWidth: width, basis: .patches),
        language: language, idleParameters: sound)
    })

  private static func softSettings(patch: String) -> [Setting] {
    [
      .side(
        patch, or: .value(.count(16)), processor: patch == "patch_size" ? [] : ["patch_size"],
        configuration: ["vision_config.patch_size"]),
      .number(
        "pooling_kernel", upTo: ProcessorLimits.merge, or: .value(.count(3)),
        processor: ["pooling_kernel_size"],
        configuration: ["vision_config.pooling_kernel_size"]),
      .number(
        "max_soft_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(280)),
        processor: ["image_seq_length"],
        configuration: ["vision_soft_tokens_per_image"]),
    ]
  }

  private static func softRule(
    _ values: SettingValues, patch: String, encodesCells: Bool
  ) -> Result<any TokenRule, SettingConflict> {
    let budget = values.count("max_soft_tokens")
    guard SoftTokens.supportedBudgets.contains(budget) else {
      let known = SoftTokens.supportedBudgets.map(String.init).joined(separator: ", ")
      return .failure(
        SettingConflict("max_soft_tokens", "max_soft_tokens must be one of \(known)"))
    }
    return .success(
      SoftTokens(
        patch: values.count(patch), poolingKernel: values.count("pooling_kernel"),
        maxSoftTokens: budget, encodesCells: encodesCells))
  }

  private static func gemma4Language(
    _ reader: ConfigurationReader, _ root: ConfigurationSection, modelType: String
  ) -> LanguageModel? {
    let section = reader.section(["text_config"], modelType: modelType, isRequired: true)
    guard section.isModelType(among: [modelType]) else { return nil }
    return LanguageModel.read(section, tying: .root(root, default: true))
  }

  /// Gated MLP, norms of queries and keys, positions by column and row, no biases; the average of a cell's patches.
  private static func readGemma4Encoder(_ vision: ConfigurationSection) -> VisionEncoder? {
    let layers = vision.size("num_hidden_layers", in: 1...100_000)
    let hidden = vision.size("hidden_size")
    let intermediate = vision.size("intermediate_size")
    let heads = vision.size("num_attention_heads")
    let kvHeads = vision.size("num_key_value_heads")
    let headDim = vision.size("head_dim")
    let patch = vision.size("patch_size", in: 1...ProcessorLimits.side)
    let kernel = vision.size("pooling_kernel_size", in: 1...ProcessorLimits.merge)
    let positions = vision.size("position_embedding_size")
    // Published beside head_dim; its class has one size of head.
    vision.reader.ask(vision.path + ["global_head_dim"])
    guard let layers, let hidden, let intermediate, let heads, let kvHeads, let headDim, let patch,
      let kernel, let positions
    else { return nil }
    guard heads.isMultiple(of: kvHeads) else {
      vision.report(
        .inconsistent, "num_key_value_heads",
        "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
      return nil
    }
    let vectors = vision.parameters(
      .many(2, positions, hidden),
      .many(layers, 4, hidden) + .many(layers, 2, headDim))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, mlpMatrices: 3, heads: heads,
      kvHeads: kvHeads, headDim: headDim, patch: patch, pooling: kernel, vectorParameters: vectors)
  }
}
