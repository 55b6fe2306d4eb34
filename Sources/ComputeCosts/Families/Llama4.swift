extension ModelFamily {
  /// Llama 4: tiles of 336 pixels and the whole image behind them. An encoder of CLIP's kind, whose class token stands last
  /// and is dropped; four patches side by side, and a projector of three layers.
  package static let llama4 = ModelFamily(
    name: "llama4", aliases: ["llama-4"], modelTypes: ["llama4"],
    processors: ["Llama4Processor", "Llama4ImageProcessor"],
    publishedNames: [PublishedName("llama-4")],
    budget: .tiles(argument: .init("max_patches"), file: nil), remarks: ["note": nil],
    settings: [
      .side(
        "tile", or: .value(.count(336)), aliases: ["image_size"], processor: ["size.height"],
        configuration: ["vision_config.image_size"]),
      .side("patch_size", or: .value(.count(14)), configuration: ["vision_config.patch_size"]),
      .number("max_patches", upTo: ProcessorLimits.tiles, or: .value(.count(16))),
      Setting("resize_to_max_canvas", .flag, or: .value(.flag(false))),
      .number(
        "tokens_per_tile", upTo: ProcessorLimits.tokens,
        or: .derived { values in
          guard let tile = values.ifCount("tile"), let patch = values.ifCount("patch_size"),
            tile >= 2 * patch
          else { return nil }
          return .count((tile / patch / 2) * (tile / patch / 2))
        }),
    ],
    rule: { values in
      if values.flag("resize_to_max_canvas") {
        return .failure(
          SettingConflict(
            "resize_to_max_canvas", "there is no rule here for resize_to_max_canvas true"))
      }
      let (tile, patch) = (values.count("tile"), values.count("patch_size"))
      guard tile >= patch else { return .failure(.noPatch("tile", image: tile, patch: patch)) }
      return .success(
        Llama4TileTokens(
          tile: tile, maxTiles: values.count("max_patches"),
          tokensPerTile: values.count("tokens_per_tile"), patch: patch))
    },
    architecture: { reader in
      let section = reader.section(
        ["vision_config"], modelType: "llama4_vision_model", isRequired: true)
      guard section.isModelType(among: ["llama4_vision_model"]) else { return nil }
      // What the class has and nothing reads, and what the head's own part says.
      for path in [
        ["vision_config", "multi_modal_projector_bias"], ["tie_word_embeddings"],
      ] {
        reader.ask(path)
      }
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "llama4_text", isRequired: true))
      guard let encoder = readLlama4Encoder(section), let language else { return nil }
      guard let width = readLlama4Projector(section, encoder: encoder) else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mergedMLP3(width: width), merge: 2, inputWidth: encoder.hidden, basis: .patches),
        language: language)
    })

  /// Biases but in the patch embedding, positions and class token, norms before and behind the layers.
  private static func readLlama4Encoder(_ section: ConfigurationSection) -> VisionEncoder? {
    let layers = section.size("num_hidden_layers", in: 1...100_000)
    let hidden = section.size("hidden_size")
    let intermediate = section.size("intermediate_size")
    let heads = section.size("num_attention_heads")
    let patch = section.size("patch_size", in: 1...100_000)
    let image = section.size("image_size", in: 1...1_000_000)
    guard let layers, let hidden, let intermediate, let heads, let patch, let image,
      let headDim = section.evenHeads(hidden: hidden, heads: heads),
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    let side = image / patch
    guard side % 2 == 0 else {
      section.report(
        .inconsistent, "image_size",
        "\(side) patches along a side are not whole in squares of 2 patches")
      return nil
    }
    let vectors = section.parameters(
      .many(side * side + 6, hidden), .many(layers, 9, hidden), .many(layers, intermediate))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, heads: heads, headDim: headDim,
      patch: patch, classToken: true, vectorParameters: vectors)
  }

  /// The width of the projector between its layers; `nil` after reporting why.
  ///
  /// The class gives its first layer as many inputs as the encoder's MLP is wide, and its second as many as it has
  /// outputs: a model runs only where these are what comes in.
  private static func readLlama4Projector(
    _ section: ConfigurationSection, encoder: VisionEncoder
  ) -> Int? {
    let (inner, outer) = (
      section.size("projector_input_dim"), section.size("projector_output_dim")
    )
    let output = section.size("vision_output_dim")
    guard (section.number("pixel_shuffle_ratio") ?? 0.5) == 0.5 else {
      section.report(
        .unsupported, "pixel_shuffle_ratio",
        "the token rule here is that of 'pixel_shuffle_ratio' 0.5, four patches to a token")
      return nil
    }
    guard let inner, let outer, let output else { return nil }
    guard inner == outer, outer == output else {
      section.report(
        .inconsistent, "projector_output_dim",
        "'projector_input_dim' \(inner), 'projector_output_dim' \(outer) and 'vision_output_dim' \(output) must be the same: each layer takes what the one before gives"
      )
      return nil
    }
    guard .many(4, encoder.hidden) == Int128(encoder.intermediate) else {
      section.report(
        .inconsistent, "intermediate_size",
        "the projector's first layer takes 'intermediate_size' \(encoder.intermediate), and four patches have 4 · \(encoder.hidden)"
      )
      return nil
    }
    return outer
  }
}
