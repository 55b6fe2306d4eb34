import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Processor files that leave to their class what it has a default for.
///
/// Counts are those of the image processors of transformers 5.24, made from the same keys.
@Suite struct SparseProcessorTests {
  private func count(
    _ json: String, family: String? = nil, set assignments: [String] = [],
    images: [(Int, Int)] = [(2000, 3000), (640, 480), (1280, 720)]
  ) throws -> TokenCount {
    try ImportedFile.with(json) {
      try TokenCount(
        family: family, processor: $0, assignments: assignments,
        images: images.compactMap { ImageSize(width: $0.0, height: $0.1) })
    }
  }

  @Test(
    arguments: [
      ("{\"processor_class\": \"Qwen2_5_VLProcessor\"}", nil, [], [1247, 391, 1196]),
      (
        "{\"processor_class\": \"Qwen2VLProcessor\", \"patch_size\": 14}", nil, [],
        [1247, 391, 1196]
      ),
      (
        "{\"processor_class\": \"Qwen3VLProcessor\", \"patch_size\": 16}", nil, [], [950, 300, 880]
      ),
      ("{\"processor_class\": \"Qwen3VLProcessor\"}", nil, [], [1247, 391, 1196]),
      // Four tiles of (224 / 14)² patches and a class token, whatever the size here.
      ("{\"processor_class\": \"MllamaProcessor\"}", nil, [], [1028, 1028, 1028]),
      ("{\"processor_class\": \"Gemma3Processor\"}", nil, [], [256, 256, 256]),
      ("{\"processor_class\": \"PaliGemmaProcessor\"}", nil, [], [256, 256, 256]),
      (
        "{\"processor_class\": \"Idefics3Processor\"}", nil, ["image_seq_len=169"],
        [13 * 169, 13 * 169, 13 * 169]
      ),
      // The longest edge is the class's, not four frames.
      (
        "{\"processor_class\": \"Idefics3Processor\", \"max_image_size\": {\"longest_edge\": 512}}",
        nil,
        ["image_seq_len=64"], [7 * 64, 10 * 64, 7 * 64]
      ),
      ("{\"processor_class\": \"PixtralProcessor\"}", "pixtral", [], [2752, 1200, 2304]),
      // Images are not split unless the file says so.
      ("{\"processor_class\": \"Idefics2Processor\"}", nil, [], [64, 64, 64]),
    ] as [(String, String?, [String], [Int])])
  func theClassFillsIn(json: String, family: String?, set: [String], tokens: [Int]) throws {
    let result = try count(json, family: family, set: set)
    #expect(result.layouts.map(\.tokens) == tokens, "\(json)")
  }

  /// Where no processor file is given, the best-known model's values stand, and are called that.
  @Test(arguments: [
    ("qwen2.5-vl", "max_pixels", 12_845_056), ("qwen2-vl", "max_pixels", 12_845_056),
    ("qwen3-vl", "max_pixels", 16_777_216), ("qwen3-vl", "min_pixels", 65_536),
    ("llama-3.2-vision", "tile", 560), ("gemma3", "image_size", 896),
  ])
  func withoutAFileTheBestKnownModelStands(family: String, key: String, value: Int) throws {
    let settings = try TokenCount(
      family: family, images: [try #require(ImageSize(width: 640, height: 480))]
    ).settings
    #expect(settings.values[key] == .count(value))
    #expect(settings.origins[key] == .example)
  }

  @Test func beforeThatAFileLeavesItToTheClass() throws {
    let settings = try count("{\"processor_class\": \"Qwen2_5_VLProcessor\"}").settings
    #expect(settings.values["max_pixels"] == .count(1_003_520))
    #expect(settings.origins["max_pixels"] == .classDefault)
  }

  /// `Gemma3Processor` passes its own default on every call: the file's switch has no effect, an argument has.
  @Test func gemma3sSwitchInAFileHasNoEffect() throws {
    let file = """
      {"do_pan_and_scan": true, "image_processor_type": "Gemma3ImageProcessor", "image_seq_length": 256,
       "pan_and_scan_max_num_crops": 4, "pan_and_scan_min_crop_size": 256,
       "pan_and_scan_min_ratio_to_activate": 1.2, "processor_class": "Gemma3Processor",
       "size": {"height": 896, "width": 896}}
      """
    let result = try count(file, images: [(2000, 900)])
    #expect(result.tokens == 256)
    let warning = try #require(result.settings.diagnostics.first)
    #expect(warning.code == .settingWithoutEffect && warning.span?.line == 1)
    #expect(warning.message.contains("Gemma3Processor"))
    let asked = try count(file, set: ["do_pan_and_scan=true"], images: [(2000, 900)])
    #expect(asked.tokens == 768)
    // One that agrees with the class needs no word.
    let off = try count(
      file.replacingOccurrences(of: "true", with: "false"), images: [(2000, 900)])
    #expect(off.tokens == 256 && off.settings.diagnostics.isEmpty)
  }
}
