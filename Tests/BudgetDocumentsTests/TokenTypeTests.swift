import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Model types whose processors have a rule that is here.
///
/// Counts are those of the image processors of transformers 5.24; LightOnOCR's parameters and FLOPs those of its
/// class on the meta device.
@Suite struct TokenTypeTests {
  private static let images = [(2000, 3000), (640, 480), (1280, 720), (333, 77), (5000, 400)]

  private func tokens(
    family: String? = nil, configuration: String? = nil, processor: String? = nil
  ) throws -> [Int] {
    try TokenCount(
      family: family, configuration: configuration, processor: processor,
      images: Self.images.compactMap { ImageSize(width: $0.0, height: $0.1) }
    ).layouts.map(\.tokens)
  }

  @Test(arguments: [
    ("VideoLlama3ImageProcessor", "video_llama_3", [5046, 1564, 4641, 144, 5040]),
    ("Ernie4_5_VLMoeImageProcessor", "ernie4_5_vl_moe", [6144, 391, 1196, 36, 2506]),
    ("MiniMaxM3VLImageProcessor", "minimax_m3_vl", [551, 391, 576, 36, 504]),
  ])
  func aGridWithItsProcessorsDefaults(processor: String, type: String, counts: [Int]) throws {
    let file = "{\"image_processor_type\": \"\(processor)\"}"
    #expect(try ImportedFile.with(file) { try tokens(processor: $0) } == counts)
    #expect(try tokens(family: type) == counts)
    let configuration = "{\"model_type\": \"\(type)\", \"vision_config\": {\"patch_size\": 14}}"
    #expect(try ImportedFile.with(configuration) { try tokens(configuration: $0) } == counts)
  }

  /// Other models with Gemma's processors; how they compute is another matter.
  @Test(arguments: [("t5gemma2", "gemma3"), ("diffusion_gemma", "gemma4")])
  func whatGemmasProcessorsCutHasTheirTokens(type: String, family: String) throws {
    let configuration = "{\"model_type\": \"\(type)\", \"vision_config\": {}}"
    #expect(
      try ImportedFile.with(configuration) { try tokens(configuration: $0) }
        == tokens(family: family))
    let problem = try #require(try ImportedFile.problems(configuration).first)
    #expect(problem.message.contains("has the token rule of \(family), but no closed form here"))
  }

  @Test func thePatchOfAnOmniModelLiesInItsThinker() throws {
    let configuration = """
      {"model_type": "qwen2_5_omni",
       "thinker_config": {"vision_config": {"patch_size": 14, "spatial_merge_size": 2}}}
      """
    #expect(
      try ImportedFile.with(configuration) { try tokens(configuration: $0) }
        == tokens(family: "qwen2.5-vl"))
  }

  /// Sides are rounded to the patch of the image processor's part; the whole processor's patch and merging make the
  /// tokens, and patches that fill none are encoded and dropped.
  @Test(arguments: [
    (14, [2035, 391, 1196, 36, 220, 1, 14]), (28, [2035, 414, 1196, 36, 275, 1, 15]),
  ])
  func lightOnOCRDropsPatchesThatFillNoToken(rounding: Int, counts: [Int]) throws {
    let nested = """
      {"processor_class": "LightOnOcrProcessor", "patch_size": 14, "spatial_merge_size": 2,
       "image_processor": {"patch_size": {"height": \(rounding), "width": \(rounding)},
        "size": {"longest_edge": 1540}}}
      """
    let images = Self.images + [(20, 20), (20, 400)]
    let layouts = try ImportedFile.with(nested) {
      try TokenCount(
        processor: $0, images: images.compactMap { ImageSize(width: $0.0, height: $0.1) }
      ).layouts
    }
    #expect(layouts.map(\.tokens) == counts)
    #expect(layouts[1].inputs == [EncoderInput(rows: rounding == 14 ? 35 : 36, columns: 46)])
    #expect(throws: InvalidDocument.self) {
      try ImportedFile.with(nested) {
        _ = try TokenCount(
          processor: $0, assignments: ["rounding=7"],
          images: [try #require(ImageSize(width: 7, height: 400))])
      }
    }
    // Where no file says what they are rounded to, it is a whole token, as the model was trained.
    #expect(
      try TokenCount(
        family: "lighton-ocr", images: [try #require(ImageSize(width: 640, height: 480))]
      )
      .tokens == 414)
  }

  /// Tiles of 512 pixels are no whole patches of 14: the processor cannot cut them, and images that stay whole are fine.
  @Test func lfm2RefusesTilesThatAreNoWholePatches() throws {
    func count(_ width: Int, _ height: Int) throws -> Int {
      try TokenCount(
        family: "lfm2-vl", assignments: ["patch=14"],
        images: [try #require(ImageSize(width: width, height: height))]
      ).tokens
    }
    #expect(try count(640, 480) == 234)
    #expect(try count(333, 77) == 68)
    for (width, height) in [(2000, 3000), (1280, 720), (5000, 400)] {
      let error = #expect(throws: InvalidDocument.self) { _ = try count(width, height) }
      #expect(error?.description.contains("no whole patches of 14") == true)
    }
    // A strip's thumbnail, rounded up to a token across, has more patches than it is padded to.
    let strip = #expect(throws: InvalidDocument.self) {
      _ = try TokenCount(
        family: "lfm2-vl",
        assignments: [
          "min_image_tokens=16", "max_image_tokens=80", "tile_size=256", "downsample=4",
          "min_tiles=3", "max_tiles=14", "max_pixels_tolerance=1",
        ], images: [try #require(ImageSize(width: 42, height: 5756))])
    }
    #expect(strip?.description.contains("its thumbnail has 1664 patches") == true)
  }

  /// Each command lists what it knows.
  @Test func refusalsListTheRegistryThatTheCommandUses() throws {
    let configuration = "{\"model_type\": \"blip3\"}"
    let counted = #expect(throws: InvalidDocument.self) {
      try ImportedFile.with(configuration) { _ = try tokens(configuration: $0) }
    }
    let message = try #require(counted?.diagnostics.first).message
    for type in [
      "gemma4", "llama4", "lfm2_vl", "qwen2_5_omni", "qwen3_omni_moe_thinker", "video_llama_3",
      "llava_qwen",
    ] {
      #expect(message.contains(type), "\(type)")
    }
    let imported = try #require(try ImportedFile.problems(configuration).first).message
    #expect(imported.contains("lighton_ocr") && imported.contains("llava_qwen"))
    #expect(imported.contains("qwen2_5_omni") && !imported.contains("lfm2_vl"))
  }

  @Test func lightOnOCRIsMistral3WithQwen3() throws {
    let json = """
      {"model_type": "lighton_ocr", "image_token_id": 10, "spatial_merge_size": 2,
       "tie_word_embeddings": false,
       "text_config": {"model_type": "qwen3", "hidden_size": 32, "intermediate_size": 48,
        "num_attention_heads": 4, "num_hidden_layers": 3, "num_key_value_heads": 2, "vocab_size": 64,
        "head_dim": 8},
       "vision_config": {"model_type": "pixtral", "hidden_size": 16, "image_size": 56,
        "intermediate_size": 24, "num_attention_heads": 2, "num_hidden_layers": 3, "patch_size": 7,
        "head_dim": 8}}
      """
    let model = try ImportedFile.architecture(json)
    let counts = try model.parameters()
    #expect(
      [
        counts.visionEncoder, counts.connector, counts.languageLayers, counts.embedding,
        counts.head,
      ] == [8992, 2576, 23312, 2048, 2048])
    let parts = try #require(
      try model.languageBreakdown(
        visionTokens: 24, under: Workload(images: 1, textTokens: 17, outputTokens: 2, batch: 1)
      ).parts)
    #expect(parts.prefill == 2_534_784 && parts.decode - parts.lmHeadLast == 62208)
    let silent = json.replacingOccurrences(of: "\"tie_word_embeddings\": false,", with: "")
    #expect(try ImportedFile.architecture(silent).language.tiedEmbeddings)
    // No breaks stand behind its rows.
    let count = try ImportedFile.with(json) {
      try TokenCount(
        configuration: $0, images: [try #require(ImageSize(width: 42, height: 28))])
    }
    #expect(count.tokens == 6 && count.layouts[0].extraTextTokens == 0)
  }
}
