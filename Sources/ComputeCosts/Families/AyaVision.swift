/// Aya Vision, whose tiles are InternVL's, and Command A Vision, whose tiles are Llama 4's; both SigLIP, a gated
/// connector on merged patches, and Cohere's language model.
///
/// - Source: their processors in transformers 5.24. Names of tiles and breaks behind them are text.
extension ModelFamily {
  /// Aya Vision: tiles of 364 pixels, 13 × 13 tokens each.
  package static let ayaVision = tiled(
    "aya-vision", aliases: ["aya"], published: "aya-vision", modelType: "aya_vision",
    processors: ["AyaVisionProcessor"], tile: .published(.count(364)), classTile: 384, patch: 14,
    isCanvas: false)

  /// Command A Vision: tiles of 512 pixels, 16 × 16 tokens each.
  package static let commandAVision = tiled(
    "command-a-vision", published: "command-a-vision", modelType: "cohere2_vision",
    processors: ["Cohere2VisionProcessor", "Cohere2VisionImageProcessor"],
    tile: .value(.count(512)), classTile: 512, patch: 16, isCanvas: true)

  private static func tiled(
    _ name: String, aliases: [String] = [], published: String, modelType: String,
    processors: [String], tile: Setting.Fallback, classTile: Int, patch: Int, isCanvas: Bool
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [modelType], processors: processors,
      publishedNames: [PublishedName(published)],
      settings: [
        .side(
          "tile", or: tile, aliases: ["image_size"], processor: ["size.height"],
          configuration: ["vision_config.image_size"], classDefault: classTile),
        .side(
          "patch", or: .value(.count(patch)), configuration: ["vision_config.patch_size"]),
        .number(
          "downsample_factor", upTo: ProcessorLimits.merge, or: .value(.count(2)),
          configuration: ["downsample_factor"]),
        .number(
          "tokens_per_tile", upTo: ProcessorLimits.tokens,
          or: .derived { values in
            guard let tile = values.ifCount("tile"), let patch = values.ifCount("patch"),
              let factor = values.ifCount("downsample_factor"), tile / patch >= factor
            else { return nil }
            let side = tile / patch / factor
            return .count(side * side)
          }),
        .number("min_patches", upTo: ProcessorLimits.tiles, or: .value(.count(1))),
        .number("max_patches", upTo: ProcessorLimits.tiles, or: .value(.count(12))),
      ],
      rule: { values in
        let (least, most) = (values.count("min_patches"), values.count("max_patches"))
        guard isCanvas || least <= most else {
          return .failure(
            SettingConflict("max_patches", "max_patches \(most) is below min_patches \(least)"))
        }
        let (tile, patch) = (values.count("tile"), values.count("patch"))
        guard tile >= patch else { return .failure(.noPatch("tile", image: tile, patch: patch)) }
        let perTile = values.count("tokens_per_tile")
        // Command A Vision's processor asks for a fewest number of tiles, and does not use it.
        if isCanvas {
          return .success(
            Llama4TileTokens(
              tile: tile, maxTiles: most, tokensPerTile: perTile, patch: patch,
              comparesInDouble: true))
        }
        return .success(
          DynamicTileTokens(
            tile: tile, tokensPerTile: perTile, patch: patch, minTiles: least,
            maxTiles: most, hasTwoMarkers: false))
      },
      architecture: { readArchitecture($0, modelType: modelType, isCanvas: isCanvas) })
  }

  private static func readArchitecture(
    _ reader: ConfigurationReader, modelType: String, isCanvas: Bool
  ) -> Architecture? {
    let root = reader.rootSection(modelType: modelType)
    let vision = reader.section(
      ["vision_config"], modelType: "siglip_vision_model", isRequired: true)
    guard vision.isModelType(among: ["siglip_vision_model"]) else { return nil }
    let language = LanguageModel.read(
      reader.section(["text_config"], modelType: "cohere2", isRequired: true),
      tying: .root(root, default: true))
    let merge = root.size("downsample_factor", in: 1...1000, or: (2, "default of the class"))
    guard let layers = vision.size("num_hidden_layers", in: 1...100_000) else { return nil }
    // Command A Vision's class takes the last layer, whatever a file says.
    let features =
      isCanvas ? (unused: 0, count: 1) : root.featureLayers(of: layers, or: [-1])
    guard let language, let merge, let features,
      let intermediate = root.size(
        "alignment_intermediate_size", in: 2...largestSize,
        or: isCanvas
          ? (36_864, "default of the class") : (language.hidden, "the language model's hidden size")
      )
    else { return nil }
    guard intermediate % 2 == 0 else {
      root.report(
        .inconsistent, "alignment_intermediate_size",
        "'alignment_intermediate_size' is \(intermediate), which has no two halves")
      return nil
    }
    guard let encoder = VisionEncoder.readCLIP(vision, unusedLayers: features.unused) else {
      return nil
    }
    guard features.count == 1 else {
      root.report(
        .inconsistent, "vision_feature_layer",
        "the connector of this class takes one layer, and not several side by side")
      return nil
    }
    guard
      let vectors = root.parameters(
        isCanvas ? 0 : .many(2, merge, merge, encoder.hidden),
        Int128(intermediate) + Int128(language.hidden))
    else { return nil }
    return Architecture(
      encoder: encoder,
      connector: Connector(
        form: .mergedGated(intermediate: intermediate / 2), merge: merge,
        inputWidth: encoder.hidden, basis: .patches, vectorParameters: vectors),
      language: language)
  }
}
