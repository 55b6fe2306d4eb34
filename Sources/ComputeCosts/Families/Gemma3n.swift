extension ModelFamily {
  /// Gemma 3n: an image becomes 256 tokens; the encoder is MobileNet-V5 of timm.
  package static let gemma3n = ModelFamily(
    name: "gemma3n", aliases: ["gemma-3n"], modelTypes: ["gemma3n"],
    processors: ["Gemma3nProcessor"], sharedProcessors: ["SiglipImageProcessor"],
    publishedNames: [PublishedName("gemma-3n-")],
    settings: [
      .side(
        "image_size", or: .published(.count(768)), processor: ["size.height"], classDefault: 224),
      .number(
        "tokens_per_image", upTo: ProcessorLimits.tokens, or: .value(.count(256)),
        processor: ["image_seq_length"], configuration: ["vision_soft_tokens_per_image"]),
    ],
    rule: { values in
      let image = values.count("image_size")
      // Its layers halve an image five times.
      guard image.isMultiple(of: 32) else {
        return .failure(
          SettingConflict(
            "image_size", "image_size \(image) is no multiple of 32, and has no closed form"))
      }
      return .success(
        PanAndScanTokens(
          imageSize: image, patch: 16, tokensPerImage: values.count("tokens_per_image")))
    },
    architecture: { reader in
      let root = reader.rootSection(modelType: "gemma3n")
      reader.ask(["audio_soft_tokens_per_image"])
      let vision = reader.section(
        ["vision_config"], modelType: "gemma3n_vision", isRequired: true)
      let text = reader.section(["text_config"], modelType: "gemma3n_text", isRequired: true)
      guard vision.isModelType(among: ["gemma3n_vision"]),
        text.isModelType(among: ["gemma3n_text"])
      else { return nil }
      let language = LanguageModel.read(text, tying: .root(root, default: true))
      let sound = soundParameters3n(reader, root, languageHidden: language?.hidden)
      let words = vision.size("vocab_size")
      // Names of classes that a head would have, and how its output is joined: the encoder's head is not built.
      for key in ["do_pooling", "label_names", "num_classes", "vocab_offset"] {
        reader.ask(vision.path + [key])
      }
      let name = vision.text("architecture") ?? "mobilenetv5_300m_enc"
      guard name == "mobilenetv5_300m_enc", !vision.has("model_args") else {
        vision.report(
          .unsupported, vision.has("model_args") ? "model_args" : "architecture",
          "no closed form for the encoder '\(name.prefix(60))' of timm with other arguments than its own; "
            + "known: mobilenetv5_300m_enc")
        return nil
      }
      let width = vision.size("hidden_size")
      guard let words, let width else { return nil }
      guard width == 2048 else {
        vision.report(
          .inconsistent, "hidden_size",
          "the encoder gives a width of 2048, and the projector reads \(width)")
        return nil
      }
      if let tokens = root.given("vision_soft_tokens_per_image"), tokens != 256 {
        root.report(
          .inconsistent, "vision_soft_tokens_per_image",
          "the encoder gives 16 x 16 states, not \(tokens)")
        return nil
      }
      // Embeddings of words for images stand with the projector, and two norms.
      guard let vectors = vision.parameters(.many(words + 2, width)) else { return nil }
      return Architecture(
        encoder: mobileNetV5,
        connector: Connector(
          form: .linear, inputWidth: width, basis: .tokens, vectorParameters: vectors),
        language: language, idleParameters: sound)
    })

  /// `mobilenetv5_300m_enc` on images of whole patches of 16 pixels: what its convolutions compute follows the area, the
  /// products of its attention the square of it. PyTorch's counter has these numbers to the last operation for every
  /// side that is a multiple of 32.
  ///
  /// - Source: timm 1.0.31.
  private static let mobileNetV5 = VisionEncoder(
    layers: 0, hidden: 2048, intermediate: 1, heads: 1, headDim: 1, patch: 16,
    network: PatchNetwork(perPatch: 168_332_608, perPair: 9024, parameters: 294_126_912))

  /// Parameters of the encoder of sound and its projector with the embeddings of its words; `nil` after reporting why.
  ///
  /// Its layers are Gemma 4's. Before them two convolutions, whose channels times the frequencies that are left a
  /// projection reads.
  private static func soundParameters3n(
    _ reader: ConfigurationReader, _ root: ConfigurationSection, languageHidden: Int?
  ) -> Int? {
    let audio = reader.section(["audio_config"], modelType: "gemma3n_audio")
    for key in [
      "conf_attention_chunk_size", "conf_attention_context_left", "conf_attention_context_right",
      "conf_attention_invalid_logits_value", "conf_attention_logit_cap",
      "conf_positional_bias_size",
      "conf_reduction_factor", "conf_residual_weight", "gradient_clipping", "sscp_conv_eps",
      "sscp_conv_group_norm_eps",
      "vocab_offset",
    ] {
      reader.ask(audio.path + [key])
    }
    let layers = audio.size("conf_num_hidden_layers", in: 1...100_000)
    let hidden = audio.size("hidden_size")
    let heads = audio.size("conf_num_attention_heads")
    let kernel = audio.size("conf_conv_kernel_size", in: 1...100_000)
    let bins = audio.size("input_feat_size")
    let words = audio.size("vocab_size")
    let channels =
      audio.has("sscp_conv_channel_size") ? audio.integers("sscp_conv_channel_size") : [128, 32]
    let kernels = audio.pairs("sscp_conv_kernel_size", or: 3)
    let strides = audio.pairs("sscp_conv_stride_size", or: 2)
    guard audio.isModelType(among: ["gemma3n_audio"]), let layers, let hidden, let heads,
      let kernel, let bins, let words, let channels, let kernels, let strides,
      let headDim = audio.evenHeads(hidden: hidden, heads: heads), let languageHidden
    else { return nil }
    guard channels.count == 2, channels.allSatisfy({ (1...largestSize).contains($0) }) else {
      audio.report(
        .wrongValue, "sscp_conv_channel_size",
        "'sscp_conv_channel_size' must be two numbers of channels")
      return nil
    }
    var frequencies = bins
    for (kernel, stride) in zip(kernels, strides) {
      frequencies = (frequencies + 2 - kernel.width) / stride.width + 1
      guard frequencies >= 1 else {
        audio.report(
          .inconsistent, "input_feat_size", "\(bins) frequencies are too few for its convolutions")
        return nil
      }
    }
    return audio.parameters(
      conformerParameters(layers: layers, hidden: hidden, headDim: headDim, kernel: kernel),
      .many(channels[0], 1 + kernels[0].height * kernels[0].width),
      .many(channels[1], 1) + .many(channels[0], channels[1], kernels[1].height, kernels[1].width),
      .many(channels[1], frequencies, hidden),
      .many(words + 2, hidden) + .many(hidden, languageHidden))
  }
}

extension ConfigurationSection {
  /// Two pairs of height and width; `nil` after reporting why.
  fileprivate func pairs(_ key: String, or fallback: Int) -> [(height: Int, width: Int)]? {
    guard let found = self[key] else {
      return Array(repeating: (fallback, fallback), count: 2)
    }
    let sizes: [Int] =
      if case .list(let items) = found {
        items.flatMap { item -> [Int] in
          guard case .list(let pair) = item, pair.count == 2 else { return [] }
          return pair.compactMap { if case .integer(let size) = $0 { size } else { nil } }
        }
      } else { [] }
    guard sizes.count == 4, sizes.allSatisfy({ (1...1000).contains($0) }) else {
      report(
        .wrongValue, key, "'\(key)' must be two pairs of whole numbers, each from 1 to 1000")
      return nil
    }
    return [(sizes[0], sizes[1]), (sizes[2], sizes[3])]
  }
}
