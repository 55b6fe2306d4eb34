extension ModelFamily {
  /// Idefics2: an image, or its quarters and itself, each resampled to the same number of tokens.
  package static let idefics2 = ModelFamily(
    name: "idefics2", aliases: ["idefics2-8b"], modelTypes: ["idefics2"],
    processors: ["Idefics2Processor", "Idefics2ImageProcessor"],
    publishedNames: [PublishedName("idefics2")],
    settings: [
      .side("longest_edge", or: .value(.count(980)), processor: ["size.longest_edge"]),
      .side("shortest_edge", or: .value(.count(378)), processor: ["size.shortest_edge"]),
      .side(
        "patch_size", or: .value(.count(14)), configuration: ["vision_config.patch_size"]),
      .number(
        "image_seq_len", upTo: ProcessorLimits.tokens, or: .value(.count(64)),
        configuration: ["perceiver_config.resampler_n_latents"]),
      // The class's default is false, and the published processor's file says true.
      Setting("do_image_splitting", .flag, or: .example(.flag(true)), classDefault: .flag(false)),
    ],
    rule: { values in
      let (longest, shortest) = (values.count("longest_edge"), values.count("shortest_edge"))
      let patch = values.count("patch_size")
      guard shortest <= longest else {
        return .failure(
          SettingConflict(
            "shortest_edge", "shortest_edge \(shortest) is above longest_edge \(longest)"))
      }
      guard shortest >= patch else {
        return .failure(.noPatch("shortest_edge", image: shortest, patch: patch))
      }
      return .success(
        Idefics2Tokens(
          longestEdge: longest, shortestEdge: shortest,
          imageSequenceLength: values.count("image_seq_len"), patch: patch,
          doesImageSplitting: values.flag("do_image_splitting")))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "idefics2")
      let vision = reader.section(["vision_config"], modelType: "idefics2_vision", isRequired: true)
      guard
        vision.isModelType(among: ["idefics2", "idefics2_vision", "siglip_vision_model"])
      else { return nil }
      let encoder = VisionEncoder.readCLIP(
        vision.named("idefics2_vision"), attention: .padded)
      let language = LanguageModel.read(
        reader.section(["text_config"], modelType: "mistral", isRequired: true),
        tying: .root(root, default: false))
      let resampler = reader.section(["perceiver_config"], modelType: "idefics2_perceiver")
      func size(_ key: String, _ value: Int) -> Int? {
        resampler.size(
          key, in: 1...1_000_000, or: (value, "default of the class idefics2_perceiver"))
      }
      reader.ask(resampler.path + ["hidden_size"])
      let depth = size("resampler_depth", 3)
      let latents = size("resampler_n_latents", 64)
      let heads = size("resampler_n_heads", 16)
      let kvHeads = size("num_key_value_heads", 4)
      let headDim = size("resampler_head_dim", 96)
      guard let encoder, let language, let depth, let latents, let heads, let kvHeads, let headDim
      else { return nil }
      guard heads % kvHeads == 0 else {
        resampler.report(
          .inconsistent, "num_key_value_heads",
          "\(kvHeads) key/value heads do not divide \(heads) heads evenly")
        return nil
      }
      // Norms of latents, patches and MLP in each layer, and one at the end.
      let vectors = resampler.parameters(.many(3 * depth + 1, language.hidden))
      guard let vectors else { return nil }
      return Architecture(
        encoder: encoder,
        connector: Connector(
          form: .perceiver(
            Perceiver(
              intermediate: language.intermediate, depth: depth, latents: latents, heads: heads,
              kvHeads: kvHeads, headDim: headDim)),
          inputWidth: encoder.hidden, basis: .patches,
          vectorParameters: vectors),
        language: language)
    })
}
