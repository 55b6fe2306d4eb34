/// Families that have the grid of Qwen2-VL, each with its processor's own defaults. FLOPs of most have no closed form
/// here.
///
/// - Source: the image processors of transformers 5.24, whose counts equal those of the grid.
extension ModelFamily {
  /// VideoLLaMA 3: patches of images are not merged; SigLIP's encoder without its positions.
  package static let videoLLaMA3 = grid(
    "video-llama-3", aliases: ["videollama3"], published: "videollama3", modelType: "video_llama_3",
    processor: "VideoLlama3", merge: 1,
    architecture: readVideoLLaMA3)

  /// ERNIE 4.5 VL.
  package static let ernie45VL = grid(
    "ernie-4.5-vl", aliases: ["ernie4.5-vl"], published: "ernie-4.5-vl",
    modelType: "ernie4_5_vl_moe",
    processor: "Ernie4_5_VLMoe", maxPixels: 4_842_768, architecture: readErnie)

  /// MiniMax-M3 VL.
  package static let miniMaxM3VL = grid(
    "minimax-m3-vl", published: "minimax-m3", modelType: "minimax_m3_vl", processor: "MiniMaxM3VL",
    maxPixels: 451_584)

  /// EXAONE 4.5: the processor of Qwen2-VL.
  package static let exaone45 = grid(
    "exaone-4.5", published: "exaone-4.5", modelType: "exaone4_5", processor: "Exaone4_5_",
    sharesImageProcessor: true)

  /// HyperCLOVA X SEED Think: the processor of Qwen2-VL.
  package static let hyperCLOVAXVision = grid(
    "hyperclovax-vision-v2", published: "hyperclovax-seed-think",
    modelType: "hyperclovax_vision_v2", processor: "HyperCLOVAXVisionV2",
    sharesImageProcessor: true)

  /// dots3-note: the processor of Qwen2-VL.
  package static let dots3Note = grid(
    "dots3-note", published: "dots3-note", modelType: "dots3_note", processor: "Dots3Note",
    sharesImageProcessor: true)

  /// LFM3-VL: the processor of Qwen2-VL.
  package static let lfm3VL = grid(
    "lfm3-vl", published: "lfm3-vl", modelType: "lfm3_vl", processor: "Lfm3Vl",
    sharesImageProcessor: true)

  /// Qwen4-Exp: the processor of Qwen2-VL.
  package static let qwen4Exp = grid(
    "qwen4-exp", published: "qwen4-exp", modelType: "qwen4_exp", processor: "Qwen4Exp",
    sharesImageProcessor: true)

  /// North Micro Vision, of the type cohere_compass.
  package static let cohereCompass = grid(
    "cohere-compass", published: "north-micro-vision", modelType: "cohere_compass",
    processor: "CohereCompass")

  /// Cosmos 3 Edge: a grid of 32 pixels, as in GLM-4.1V but of one frame.
  package static let cosmos3Edge = grid(
    "cosmos3-edge", published: "cosmos3-edge", modelType: "cosmos3_edge",
    processor: "Cosmos3Edge", patch: 16, minPixels: 65_536, maxPixels: 16_777_216,
    rule: { gridRule($0, shortSides: .enlarged) })

  /// Hunyuan 4: a learned token behind each row.
  package static let hunyuan4VL = grid(
    "hunyuan-4-vl", published: "tencent/hy4", modelType: "hy_v4_vl", processor: "HYV4VL",
    patch: 16, minPixels: 262_144, maxPixels: 4_194_304,
    rule: { gridRule($0, perRow: 1, perImage: 0) })

  private static func grid(
    _ name: String, aliases: [String] = [], published: String, modelType: String,
    processor: String, sharesImageProcessor: Bool = false, patch: Int = 14, merge: Int = 2,
    minPixels: Int = 3136, maxPixels: Int = 1_003_520,
    rule: @escaping @Sendable (SettingValues) -> Result<any TokenRule, SettingConflict> = {
      gridRule($0)
    },
    architecture: (@Sendable (ConfigurationReader) -> Architecture?)? = nil
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [modelType],
      processors: [processor + "Processor"]
        + (sharesImageProcessor ? [] : [processor + "ImageProcessor"]),
      sharedProcessors: sharesImageProcessor ? ["Qwen2VLImageProcessor", "Qwen3VLProcessor"] : [],
      publishedNames: [PublishedName(published)],
      settings: gridSettings(
        patch: patch, merge: merge, minPixels: minPixels, maxPixels: maxPixels,
        classPatch: patch, classMinPixels: minPixels, classMaxPixels: maxPixels),
      rule: rule, architecture: architecture)
  }

  @Sendable private static func readVideoLLaMA3(_ reader: ConfigurationReader) -> Architecture? {
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
}
