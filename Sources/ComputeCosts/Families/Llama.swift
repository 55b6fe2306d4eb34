extension ModelFamily {
  /// Llama 3.2 Vision: up to four tiles, read by cross-attention layers.
  package static let llama32Vision = ModelFamily(
    name: "llama-3.2-vision", aliases: ["llama3.2-vision"], modelTypes: ["mllama"],
    processors: ["MllamaProcessor", "MllamaImageProcessor"],
    publishedNames: [PublishedName("llama-3.2", "vision")],
    settings: [
      .side(
        "tile", or: .published(.count(560)), aliases: ["image_size"], processor: ["size.height"],
        configuration: ["vision_config.image_size"], classDefault: 224),
      .side("patch_size", or: .value(.count(14)), configuration: ["vision_config.patch_size"]),
      .number(
        "max_image_tiles", upTo: ProcessorLimits.tiles, or: .value(.count(4)),
        configuration: ["vision_config.max_num_tiles"]),
      .number(
        "tokens_per_tile", upTo: ProcessorLimits.tokens,
        or: .derived { values in
          guard let tile = values.ifCount("tile"), let patch = values.ifCount("patch_size"),
            tile >= patch
          else { return nil }
          return .count((tile / patch) * (tile / patch) + 1)
        }),
    ],
    rule: { values in
      let (tile, patch) = (values.count("tile"), values.count("patch_size"))
      guard tile >= patch else { return .failure(.noPatch("tile", image: tile, patch: patch)) }
      return .success(
        MllamaTileTokens(
          tile: tile, maxTiles: values.count("max_image_tiles"),
          tokensPerTile: values.count("tokens_per_tile"), patch: patch))
    },
    architecture: { reader in
      let section = reader.section(
        ["vision_config"], modelType: "mllama_vision_model", isRequired: true)
      guard section.isModelType(among: ["mllama_vision_model"]) else { return nil }
      let local = section.size("num_hidden_layers", in: 1...100_000)
      let global = section.size("num_global_layers", in: 0...100_000)
      let hidden = section.size("hidden_size")
      let intermediate = section.size("intermediate_size")
      let heads = section.size("attention_heads")
      let patch = section.size("patch_size", in: 1...100_000)
      let image = section.size("image_size", in: 1...1_000_000)
      let tiles = section.size("max_num_tiles", in: 1...64)
      let output = section.size("vision_output_dim")
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "mllama_text_model", isRequired: true),
        tying: .never)
      reader.ask(["tie_word_embeddings"])
      guard let local, let global, let hidden, let intermediate, let heads, let patch, let image,
        let tiles, let output, let language,
        let headDim = section.evenHeads(hidden: hidden, heads: heads),
        section.holdsPatch(image: image, patch: patch)
      else { return nil }
      // The last layer's states and those of some before it, side by side.
      let states = (section.integers("intermediate_layers_indices")?.count ?? 5) + 1
      guard Int128.many(states, hidden) == Int128(output) else {
        section.report(
          .inconsistent, "vision_output_dim",
          "'vision_output_dim' is \(output), and \(states) states of \(hidden) stand side by side")
        return nil
      }
      // Embeddings of the tiles' places, by aspect ratio, have a row for each ratio and one for
      // none.
      let rows = (section.count(ofList: "supported_aspect_ratios") ?? 8) + 1
      let positions = (image / patch) * (image / patch) + 1
      let vectors = section.parameters(
        .many(2, rows, tiles, hidden), .many(rows, tiles, positions, hidden), 3,
        .many(positions + 5, hidden), .many(local + global, 5, hidden),
        .many(local + global, intermediate), .many(2, global))
      guard let vectors else { return nil }
      return Architecture(
        encoder: VisionEncoder(
          layers: local + global, hidden: hidden, intermediate: intermediate, heads: heads,
          headDim: headDim, patch: patch, classToken: true, sequenceMultiple: 8,
          attention: .perImage,
          vectorParameters: vectors),
        connector: Connector(
          form: .linear, inputWidth: output, basis: .states, vectorParameters: language.hidden),
        language: language)
    })
}
