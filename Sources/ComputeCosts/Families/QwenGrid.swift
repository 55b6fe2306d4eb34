/// Families that have the grid of Qwen2-VL, each with its processor's own defaults. FLOPs have no closed
/// form here.
///
/// - Source: the image processors of transformers 5.24, whose counts equal those of the grid.
extension ModelFamily {
  /// VideoLLaMA 3: patches are not merged.
  package static let videoLLaMA3 = grid(
    "video-llama-3", aliases: ["videollama3"], published: "videollama3", modelType: "video_llama_3",
    processor: "VideoLlama3", merge: 1, maxPixels: 1_003_520)

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
    maxPixels: Int
  ) -> ModelFamily {
    ModelFamily(
      name: name, aliases: aliases, modelTypes: [modelType],
      processors: [processor + "Processor", processor + "ImageProcessor"],
      publishedNames: [PublishedName(published)],
      settings: gridSettings(merge: merge, maxPixels: maxPixels, classMaxPixels: maxPixels),
      rule: gridRule)
  }
}
