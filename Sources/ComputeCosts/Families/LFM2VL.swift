extension ModelFamily {
  /// LFM2-VL: between a least and a most number of tokens; large images are tiled. FLOPs have no
  /// closed form here.
  package static let lfm2VL = ModelFamily(
    name: "lfm2-vl", modelTypes: ["lfm2_vl"],
    processors: ["Lfm2VlProcessor", "Lfm2VlImageProcessor"],
    publishedNames: [PublishedName("lfm2-vl")],
    settings: [
      .number(
        "min_image_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(64)),
        configuration: ["min_image_tokens"]),
      .number(
        "max_image_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(256)),
        configuration: ["max_image_tokens"]),
      .side("tile_size", or: .value(.count(512)), configuration: ["tile_size"]),
      .number(
        "downsample", upTo: ProcessorLimits.merge, or: .value(.count(2)),
        processor: ["downsample_factor"],
        configuration: ["downsample_factor"]),
      .side(
        "patch", or: .value(.count(16)), processor: ["encoder_patch_size"],
        configuration: ["encoder_patch_size"]),
      .number(
        "min_tiles", upTo: ProcessorLimits.tiles, or: .value(.count(2)),
        configuration: ["min_tiles"]),
      .number(
        "max_tiles", upTo: ProcessorLimits.tiles, or: .value(.count(10)),
        configuration: ["max_tiles"]),
      Setting(
        "use_thumbnail", .flag, or: .value(.flag(true)), configuration: ["use_thumbnail"]),
      Setting(
        "do_image_splitting", .flag, or: .value(.flag(true)),
        configuration: ["do_image_splitting"]),
      Setting(
        "max_pixels_tolerance", .number(0...1000), or: .value(.number(2)),
        configuration: ["max_pixels_tolerance"]),
    ],
    rule: { values in
      let (least, limit) = (values.count("min_image_tokens"), values.count("max_image_tokens"))
      guard least <= limit else {
        return .failure(
          SettingConflict(
            "max_image_tokens", "max_image_tokens \(limit) is below min_image_tokens \(least)"))
      }
      let (fewest, most) = (values.count("min_tiles"), values.count("max_tiles"))
      guard fewest <= most else {
        return .failure(
          SettingConflict("max_tiles", "max_tiles \(most) is below min_tiles \(fewest)"))
      }
      let (tile, patch) = (values.count("tile_size"), values.count("patch"))
      guard tile >= patch else { return .failure(.noPatch("tile_size", image: tile, patch: patch)) }
      return .success(
        LFM2Tokens(
          minImageTokens: least, maxImageTokens: limit, tileSize: tile,
          downsample: values.count("downsample"), patch: patch, minTiles: fewest, maxTiles: most,
          usesThumbnail: values.flag("use_thumbnail"),
          doesImageSplitting: values.flag("do_image_splitting"),
          maxPixelsTolerance: values.number("max_pixels_tolerance")))
    })
}
