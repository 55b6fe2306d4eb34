extension ModelFamily {
  /// Kimi K2.5 and later: any aspect ratio up to a number of patches, MoonViT, and the language model of DeepSeek-V3.
  package static let kimiK25 = ModelFamily(
    name: "kimi-k2.5", aliases: ["kimi-k2.6"], modelTypes: ["kimi_k25"],
    processors: [
      "Kimi_K25Processor", "Kimi_K25ImageProcessor", "KimiK25Processor", "KimiK25VisionProcessor",
    ],
    publishedNames: [
      PublishedName("kimi-k2.5"), PublishedName("kimi-k2-5"), PublishedName("kimi-k2.6"),
      PublishedName("kimi-k2-6"),
    ],
    settings: [
      .side(
        "patch_size", or: .value(.count(14)), processor: ["media_proc_cfg.patch_size"],
        configuration: ["vision_config.patch_size"]),
      .number(
        "merge_size", upTo: ProcessorLimits.merge, or: .value(.count(2)),
        processor: ["media_proc_cfg.merge_kernel_size"],
        configuration: ["vision_config.merge_kernel_size"]),
      .number(
        "max_patches", upTo: PatchLimitTokens.mostPatches, or: .value(.count(16_384)),
        processor: ["media_proc_cfg.in_patch_limit"]),
      .side(
        "max_patches_per_side", or: .value(.count(512)),
        processor: [
          "size.max_height", "size.max_width", "media_proc_cfg.patch_limit_on_one_side",
        ]),
    ],
    rule: { values in
      .success(
        PatchLimitTokens(
          patch: values.count("patch_size"), merge: values.count("merge_size"),
          maxPatches: values.count("max_patches"),
          maxPatchesPerSide: values.count("max_patches_per_side")))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "kimi_k25")
      let vision = reader.section(["vision_config"], modelType: "kimi_k25_vision", isRequired: true)
        .named("kimi_k25_vision")
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "deepseek_v3", isRequired: true),
        tying: .root(root, default: true))
      guard let moon = MoonViT(vision), let encoder = moon.encoder(vision), let language else {
        return nil
      }
      // Its norm runs over the patches, before they are put side by side.
      let published = vision.given("mm_hidden_size")
      let projected =
        root.given("projection_hidden_size") ?? published ?? moon.hidden
      guard projected == moon.hidden else {
        root.report(
          .inconsistent, nil,
          "the projector is for a width of \(projected), and the encoder has \(moon.hidden)")
        return nil
      }
      if let width = vision.given("text_hidden_size"), width != language.hidden {
        vision.report(
          .inconsistent, "text_hidden_size",
          "the projector gives a width of \(width), and the language model has \(language.hidden)")
        return nil
      }
      let vectors = vision.parameters(
        .many(2 + moon.merge * moon.merge, moon.hidden), .many(1, language.hidden))
      guard let vectors else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .patchMerger, merge: moon.merge, inputWidth: moon.hidden, basis: .patches,
          vectorParameters: vectors),
        language: language)
    })
}

/// MoonViT: the sizes of the encoder of Kimi's models, by the names of the newest class or of the published files.
private struct MoonViT {
  let layers: Int
  let hidden: Int
  let heads: Int
  let headDim: Int
  let intermediate: Int
  let patch: Int
  let merge: Int
  /// Learned positions of a grid, which is resampled to each image's.
  let positions: Int

  init?(_ section: ConfigurationSection) {
    /// A size under its name in the newest class, or where only that is given under the published one.
    func size(_ key: String, or published: String, in range: ClosedRange<Int> = 1...largestSize)
      -> Int?
    {
      section.has(published) && !section.has(key)
        ? section.given(published, in: range) : section.size(key, in: range)
    }
    let layers = size("num_hidden_layers", or: "vt_num_hidden_layers", in: 1...100_000)
    let hidden = size("hidden_size", or: "vt_hidden_size")
    let heads = size("num_attention_heads", or: "vt_num_attention_heads")
    let intermediate = size("intermediate_size", or: "vt_intermediate_size")
    let rows = size("pos_emb_height", or: "init_pos_emb_height", in: 1...100_000)
    let columns = size("pos_emb_width", or: "init_pos_emb_width", in: 1...100_000)
    let patch = section.size("patch_size", in: 1...100_000)
    let merge = section.size("merge_kernel_size", in: 1...1000)
    guard let layers, let hidden, let heads, let intermediate, let rows, let columns, let patch,
      let merge, let headDim = section.evenHeads(hidden: hidden, heads: heads)
    else { return nil }
    self.layers = layers
    self.hidden = hidden
    self.heads = heads
    self.headDim = headDim
    self.intermediate = intermediate
    self.patch = patch
    self.merge = merge
    positions = rows * columns
  }

  /// The encoder: attention within an image, a plain MLP, biases everywhere, a norm behind.
  func encoder(_ section: ConfigurationSection) -> VisionEncoder? {
    let vectors = section.parameters(
      .many(positions + 3, hidden), .many(layers, 9, hidden), .many(layers, intermediate))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, heads: heads, headDim: headDim,
      patch: patch, vectorParameters: vectors)
  }
}
