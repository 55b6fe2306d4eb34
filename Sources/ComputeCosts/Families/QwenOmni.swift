/// Models that also hear and speak, of which images and text pass the thinker alone: audio encoder, talker and
/// vocoder are left out.
extension ModelFamily {
  /// Qwen2.5-Omni: encoder and language model of Qwen2.5-VL.
  package static let qwen25Omni = ModelFamily(
    name: "qwen2.5-omni", modelTypes: ["qwen2_5_omni", "qwen2_5_omni_thinker"],
    processors: ["Qwen2_5OmniProcessor"],
    sharedProcessors: ["Qwen2VLImageProcessor"],
    publishedNames: [PublishedName("qwen2.5-omni"), PublishedName("qwen2-5-omni")],
    settings: gridSettings(maxPixels: 12_845_056),
    rule: gridRule,
    architecture: { reader in
      let thinker = readThinker(
        reader, "qwen2_5_omni", others: ["talker_config", "token2wav_config"])
      let vision = reader.section(
        ["vision_config"], in: thinker, modelType: "qwen2_5_omni_vision_encoder", isRequired: true
      ).named("qwen2_5_omni_vision_encoder")
      guard let (encoder, merge) = readWindowed(vision) else { return nil }
      return readQwen(
        reader, in: thinker, text: "qwen2_5_omni_text", encoder: encoder, merge: merge,
        mergerVectors: encoder.hidden, tying: { .root($0, default: false) },
        output: (vision, "out_hidden_size"))
    })

  /// Qwen3-Omni: encoder and language model of Qwen3-VL's mixtures.
  package static let qwen3Omni = ModelFamily(
    name: "qwen3-omni", modelTypes: ["qwen3_omni_moe", "qwen3_omni_moe_thinker"],
    processors: ["Qwen3OmniMoeProcessor"],
    sharedProcessors: ["Qwen2VLImageProcessor"],
    publishedNames: [PublishedName("qwen3-omni")],
    settings: gridSettings(patch: 16, maxPixels: 12_845_056),
    rule: gridRule,
    architecture: { reader in
      let thinker = readThinker(
        reader, "qwen3_omni_moe", others: ["talker_config", "code2wav_config"])
      let vision = reader.section(
        ["vision_config"], in: thinker, modelType: "qwen3_omni_moe_vision_encoder",
        isRequired: true
      ).named("qwen3_omni_moe_vision_encoder")
      // Its positions are 'num_position_embeddings'.
      reader.ask(vision.path + ["image_size"])
      guard let (encoder, merge, mergers) = readDeepstack(vision) else { return nil }
      return readQwen(
        reader, in: thinker, text: "qwen3_omni_moe_text", encoder: encoder, merge: merge,
        extraMergers: mergers, mergerVectors: 2 * encoder.hidden,
        tying: { .root($0, default: false) }, output: (vision, "out_hidden_size"))
    })

  /// The part that reads images and text: the root, or a part of the whole model's configuration.
  private static func readThinker(
    _ reader: ConfigurationReader, _ whole: String, others: [String]
  ) -> ConfigurationSection {
    let root = reader.rootSection(modelType: whole)
    guard reader.root["model_type"] == .text(whole) else {
      reader.leaveOut(["audio_config"])
      return root
    }
    let thinker = reader.section(
      ["thinker_config"], modelType: whole + "_thinker", isRequired: true)
    for path in [thinker.path + ["audio_config"]] + others.map({ [$0] }) { reader.leaveOut(path) }
    return thinker
  }
}
