/// Families that have the grid of Qwen2-VL, each with its processor's own defaults. FLOPs of ERNIE 4.5 VL and
/// MiniMax-M3 VL have no closed form here.
///
/// - Source: the image processors of transformers 5.24, whose counts equal those of the grid.
extension ModelFamily {
  /// VideoLLaMA 3: patches of images are not merged; SigLIP's encoder without its positions.
  package static let videoLLaMA3 = grid(
    "video-llama-3", aliases: ["videollama3"], published: "videollama3", modelType: "video_llama_3",
    processor: "VideoLlama3", merge: 1, maxPixels: 1_003_520
  ) { reader in
    let root = reader.rootSection(modelType: "video_llama_3")
    let vision = reader.section(["vision_config"], modelType: "video_llama_3_vision")
      .named("video_llama_3_vision")
    let language = LanguageModel.read(
      reader.section(["text_config"], modelType: "qwen2"), tying: .rootOrText(root))
    let encoder = VisionEncoder.readSigLIPWithoutPositions(vision)
    guard let encoder, let language else { return nil }
    return Architecture(
      encoder: encoder,
      connector: Connector(
        form: .mlp2, inputWidth: encoder.hidden, basis: .patches,
        vectorParameters: 2 * language.hidden),
      language: language)
  }

  /// ERNIE 4.5 VL.
  package static let ernie45VL = grid(
    "ernie-4.5-vl", aliases: ["ernie4.5-vl"], published: "ernie-4.5-vl",
    modelType: "ernie4_5_vl_moe",
    processor: "Ernie4_5_VLMoe", maxPixels: 4_842_768)

  /// MiniMax-M3 VL.
  package static let miniMaxM3VL = grid(
    "minimax-m3-vl", published: "minimax-m3", modelType: "minimax_m3_vl", processor: "MiniMaxM3VL",
    maxPixels: 451_584)

  private static func grid(
    _ name: String, aliases: [String] = [], published: String, modelType: String, processor: String,
    merge: Int = 2,
    maxPixels: Int, architecture: (@Sendable (ConfigurationReader) -> Architecture?)? = nil
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [modelType],
      processors: [processor + "Processor", processor + "ImageProcessor"],
      publishedNames: [PublishedName(published)],
      settings: gridSettings(merge: merge, maxPixels: maxPixels, classMaxPixels: maxPixels),
      rule: gridRule, architecture: architecture)
  }
}
