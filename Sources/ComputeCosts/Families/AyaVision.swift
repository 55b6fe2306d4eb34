/// Aya Vision, whose tiles are InternVL's, and Command A Vision, whose tiles are Llama 4's; their language model has
/// no closed form here.
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
      })
  }
}
