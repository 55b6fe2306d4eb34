/// What hears in Gemma 4: parameters that neither an image nor text passes.
extension ModelFamily {
  /// Of the encoder of sound and its projector; 0 where the model has none, `nil` after reporting why.
  ///
  /// With hidden size d, h heads, a convolution over w frames and an output of o: `24·d² + (9 + w)·d + d/h` a layer;
  /// two convolutions of 3 × 3 to c₀ and c₁ channels with a norm each and their projection before the layers,
  /// `10·c₀ + 9·c₀·c₁ + c₁ + ⌊c₀/4⌋·c₁·d`; behind them `(d + 1)·o`, and the projector's `o` times the language model's
  /// hidden size.
  static func soundParameters(
    _ reader: ConfigurationReader, _ root: ConfigurationSection, languageHidden: Int?
  ) -> Int? {
    guard root.has("audio_config") else { return 0 }
    let audio = reader.section(["audio_config"], modelType: "gemma4_audio")
    guard audio.isModelType(among: ["gemma4_audio"]) else { return nil }
    // How it hears, without a parameter of its own.
    for key in [
      "attention_chunk_size", "attention_context_left", "attention_context_right",
      "attention_invalid_logits_value", "attention_logit_cap", "gradient_clipping",
      "residual_weight",
    ] {
      reader.ask(audio.path + [key])
    }
    let layers = audio.size("num_hidden_layers", in: 1...100_000)
    let hidden = audio.size("hidden_size")
    let heads = audio.size("num_attention_heads")
    let kernel = audio.size("conv_kernel_size", in: 1...100_000)
    let output = audio.size("output_proj_dims")
    let channels =
      audio.has("subsampling_conv_channels")
      ? audio.integers("subsampling_conv_channels") : [128, 32]
    guard let layers, let hidden, let heads, let kernel, let output, let channels,
      let headDim = audio.evenHeads(hidden: hidden, heads: heads), let languageHidden
    else { return nil }
    guard channels.count == 2, channels.allSatisfy({ (1...largestSize).contains($0) }) else {
      audio.report(
        .wrongValue, "subsampling_conv_channels",
        "'subsampling_conv_channels' must be two numbers of channels")
      return nil
    }
    return audio.parameters(
      conformerParameters(layers: layers, hidden: hidden, headDim: headDim, kernel: kernel),
      .many(10, channels[0]) + .many(9, channels[0], channels[1]),
      Int128(channels[1]) + .many(channels[0] / 4, channels[1], hidden),
      .many(hidden + 1, output) + .many(output, languageHidden))
  }

  /// Of the layers of an encoder of sound: `24·d² + (9 + w)·d + d/h` each.
  static func conformerParameters(
    layers: Int, hidden: Int, headDim: Int, kernel: Int
  ) -> Int128 {
    .many(layers, 24, hidden, hidden) + .many(layers, 9 + kernel, hidden) + .many(layers, headDim)
  }

  /// Of the projector of frames as they are heard; 0 where the model has none, `nil` after reporting why.
  static func frameParameters(
    _ reader: ConfigurationReader, _ root: ConfigurationSection, languageHidden: Int?
  ) -> Int? {
    guard root.has("audio_config") else { return 0 }
    let audio = reader.section(["audio_config"], modelType: "gemma4_unified_audio")
    guard audio.isModelType(among: ["gemma4_unified_audio"]),
      let width = audio.size("audio_embed_dim"), let languageHidden
    else { return nil }
    // Other names that its class has for the same number.
    for key in ["hidden_size", "output_proj_dims", "audio_samples_per_token"] {
      guard let other = audio.given(key), other != width else { continue }
      audio.report(
        .inconsistent, key, "'\(key)' is \(other), and 'audio_embed_dim' \(width)")
      return nil
    }
    return audio.parameters(.many(width, languageHidden))
  }
}
