extension ModelFamily {
  /// DeepSeek-VL2, by the code that is published with it: the whole image and tiles of the best of a list of canvases,
  /// a break behind each row, SigLIP, and a language model with latent attention (the smallest with ordinary one).
  package static let deepSeekVL2 = ModelFamily(
    name: "deepseek-vl2", aliases: ["deepseek_vl2"], modelTypes: ["deepseek_vl_v2"],
    processors: ["DeepseekVLV2Processor"],
    publishedNames: [PublishedName("deepseek-vl2")],
    settings: [
      .side(
        "tile", or: .value(.count(384)), configuration: ["vision_config.image_size"]),
      .side(
        "patch_size", or: .published(.count(14)), configuration: ["vision_config.patch_size"],
        classDefault: 16),
      .number(
        "downsample_ratio", upTo: ProcessorLimits.merge, or: .value(.count(2)),
        configuration: ["projector_config.downsample_ratio"]),
      Setting(
        "candidate_resolutions", .sizes, or: .example(.sizes(published)),
        configuration: ["candidate_resolutions"]),
      // A prompt with more than two images cuts none of them.
      Setting("cropping", .flag, or: .value(.flag(true))),
    ],
    rule: { values in
      let (tile, patch) = (values.count("tile"), values.count("patch_size"))
      guard tile >= patch else { return .failure(.noPatch("tile", image: tile, patch: patch)) }
      // Its lists have the width before the height.
      let canvases = values.sizes("candidate_resolutions").map {
        AnyResolutionTokens.Pinpoint(height: $0.width, width: $0.height)
      }
      guard canvases.count <= ProcessorLimits.tiles,
        canvases.allSatisfy({ canvas in
          [canvas.height, canvas.width].allSatisfy {
            (tile...ProcessorLimits.side).contains($0) && $0.isMultiple(of: tile)
          }
        })
      else {
        return .failure(
          SettingConflict(
            "candidate_resolutions",
            "candidate_resolutions must be at most \(ProcessorLimits.tiles) sizes of whole tiles of \(tile) pixels"
          ))
      }
      return .success(
        CanvasTileTokens(
          tile: tile, patch: patch, reduction: values.count("downsample_ratio"),
          canvases: values.flag("cropping")
            ? canvases : [AnyResolutionTokens.Pinpoint(height: tile, width: tile)]))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "deepseek_vl_v2")
      let vision = reader.section(["vision_config"], modelType: "vision", isRequired: true)
        .named("deepseek_vl_v2.vision")
      let projector = reader.section(
        ["projector_config"], modelType: "mlp_projector", isRequired: true)
      let form = projector.text("projector_type") ?? "downsample_mlp_gelu"
      let input = projector.size("input_dim")
      let output = projector.size("n_embed")
      let depth = projector.size("depth", in: 1...1000)
      let ratio = projector.size("mlp_ratio", in: 1...1000)
      let merge = projector.size("downsample_ratio", in: 1...1000)
      let pools = projector.flagOrOff("token_pooling")
      let tag = root.text("tile_tag")
      let language = readDeepSeekLanguage(reader, root)
      guard let encoder = readSigLIPOfTimm(vision), let language, let input, let output, let depth,
        let ratio, let merge
      else { return nil }
      guard form == "downsample_mlp_gelu", depth == 2, ratio == 1, !pools else {
        projector.report(
          .unsupported, "projector_type",
          "there is a rule for 'downsample_mlp_gelu' of two layers of the language model's width only"
        )
        return nil
      }
      guard tag == "2D" else {
        root.report(
          .unsupported, root.has("tile_tag") ? "tile_tag" : nil,
          "there is a rule for images tagged '2D' only")
        return nil
      }
      guard input == encoder.hidden else {
        projector.report(
          .inconsistent, "input_dim",
          "the projector takes a width of \(input), and the encoder has \(encoder.hidden)")
        return nil
      }
      guard projector.gives(output, to: language) else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .mergedMLP2, merge: merge, padsGrid: true, inputWidth: input, basis: .patches,
          // Two biases, the break and the separator.
          vectorParameters: 4 * language.hidden),
        language: language)
    })

  /// The canvases of the published models, as their files list them.
  private static let published: [ImageSize] = [
    (1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1), (2, 2), (1, 5), (5, 1), (1, 6), (6, 1),
    (2, 3), (3, 2), (1, 7), (7, 1), (1, 8), (8, 1), (2, 4), (4, 2), (1, 9), (9, 1), (3, 3),
  ].compactMap { ImageSize(width: 384 * $0.1, height: 384 * $0.0) }

  /// SigLIP as timm has it. Its pooling head has parameters, and with `ignore_head` it never runs.
  private static func readSigLIPOfTimm(_ section: ConfigurationSection) -> VisionEncoder? {
    let layers = section.size("layers", in: 1...100_000)
    let hidden = section.size("width")
    let heads = section.size("heads")
    let image = section.size("image_size", in: 1...1_000_000)
    let patch = section.size("patch_size", in: 1...100_000)
    let ratio = section.number("mlp_ratio") ?? 4
    let pool = section.text("global_pool") ?? "map"
    let ignoresHead = section.flagIfGiven("ignore_head") ?? true
    let hasClassToken = section.flagOrOff("class_token")
    guard let layers, let hidden, let heads, let image, let patch,
      let headDim = section.evenHeads(hidden: hidden, heads: heads),
      section.holdsPatch(image: image, patch: patch)
    else { return nil }
    guard pool == "map", ignoresHead, !hasClassToken else {
      section.report(
        .unsupported, pool == "map" ? (ignoresHead ? "class_token" : "ignore_head") : "global_pool",
        "there is a rule for SigLIP with a pooling head that is ignored, and no class token, only")
      return nil
    }
    let scaled = (Double(hidden) * ratio).rounded(.down)
    guard (1...Double(largestSize)).contains(scaled) else {
      section.report(
        .inconsistent, "mlp_ratio", "an MLP of \(ratio) times \(hidden): no model has such a size")
      return nil
    }
    let (intermediate, side) = (Int(scaled), image / patch)
    let vectors = section.parameters(
      // A bias of the patch embedding, positions, a norm behind.
      .many(side * side + 3, hidden), .many(layers, 9, hidden), .many(layers, intermediate),
      // The head's query, its four matrices with biases, a norm, and its MLP.
      .many(4, hidden, hidden) + .many(2, hidden, intermediate) + .many(8, hidden)
        + .many(1, intermediate))
    guard let vectors else { return nil }
    return VisionEncoder(
      layers: layers, hidden: hidden, intermediate: intermediate, heads: heads, headDim: headDim,
      patch: patch, vectorParameters: vectors)
  }
}
