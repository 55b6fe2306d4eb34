import BudgetDocuments
import ComputeCosts
import TestSupport
import Testing

/// Grids of whole tokens whose bounds, or whose short sides, are not Qwen2-VL's.
///
/// Counts are those of the image processors of transformers 5.24.
@Suite struct GridVariantTests {
  private static let images = [
    (2000, 3000), (640, 480), (1280, 720), (333, 77), (5000, 400), (13, 13), (10, 1000), (27, 27),
    (400, 19),
  ]

  private func tokens(family: String? = nil, processor: String? = nil) throws -> [Int] {
    try TokenCount(
      family: family, processor: processor,
      images: Self.images.compactMap { ImageSize(width: $0.0, height: $0.1) }
    ).layouts.map(\.tokens)
  }

  /// Both frames of a still image count, and an image with a short side grows as a whole.
  @Test func glmCountsTheFramesOfAPatch() throws {
    #expect(try tokens(family: "glm-4v") == [6144, 391, 1196, 36, 2506, 9, 100, 9, 21])
    let file = "{\"image_processor_type\": \"Glm46VImageProcessor\"}"
    #expect(
      try ImportedFile.with(file) { try tokens(processor: $0) }
        == [7420, 391, 1196, 36, 2506, 9, 100, 9, 21])
  }

  /// A short side becomes a token's, height before width.
  @Test func paddleOCRRaisesShortSides() throws {
    let file = "{\"image_processor_type\": \"PaddleOCRVLImageProcessor\"}"
    #expect(
      try ImportedFile.with(file) { try tokens(processor: $0) }
        == [2948, 391, 1196, 203, 2506, 196, 276, 196, 189])
  }

  /// A newline behind each row, and two marks.
  @Test func hunyuanMarksRows() throws {
    let count = try TokenCount(
      family: "hunyuan-vl",
      images: [(1280, 720), (640, 480)].compactMap { ImageSize(width: $0.0, height: $0.1) })
    // 22 x 40 and 15 x 20 tokens of 32 pixels.
    #expect(count.layouts.map(\.tokens) == [22 * 41 + 2, 15 * 21 + 2])
    #expect(count.layouts[0].inputs == [EncoderInput(rows: 44, columns: 80)])
  }

  /// What a budget's setting says is what the rule gives under it.
  @Test func budgetsOverFramesAreThoseOfTheirSettings() throws {
    for (width, height) in Self.images {
      let image = try #require(ImageSize(width: width, height: height))
      let rule = GridTokens(
        patch: 14, merge: 2, minPixels: 12_544, maxPixels: 400_000, frames: 2,
        shortSides: .enlarged)
      let budgets = try rule.budgets(for: image)
      #expect(try budgets.contains { $0.tokens == (try rule.layout(of: image)).tokens })
      for budget in budgets {
        let words = try #require(budget.setting).split(separator: " ")
        let bound = try #require(Int(words[1]))
        let bounded = GridTokens(
          patch: 14, merge: 2, minPixels: 12_544, maxPixels: bound, frames: 2,
          shortSides: .enlarged)
        #expect(try bounded.layout(of: image).tokens == budget.tokens, "\(image) \(bound)")
      }
    }
  }

  /// An image that is too long after its short side has grown is refused, as the processor does.
  @Test func lengthIsJudgedAfterGrowing() throws {
    let rule = GridTokens(
      patch: 14, merge: 2, minPixels: 12_544, maxPixels: 9_633_792, frames: 2,
      shortSides: .enlarged)
    let long = try #require(ImageSize(width: 2001, height: 10))
    #expect(throws: UnusableImage.self) { try rule.layout(of: long) }
    let largest = try #require(ImageSize(width: 1_000_000_000, height: 1))
    #expect(throws: UnusableImage.self) { try rule.budgets(for: largest) }
  }

  /// The language model of Hunyuan-VL under its older names, which are the same keys.
  @Test func hunyuanReadsOlderNames() throws {
    func file(_ sizes: String) -> String {
      """
      {"model_type": "hunyuan_vl", "hidden_size": 64, "intermediate_size": 96,
       "num_attention_heads": 2, "num_hidden_layers": 2, "num_key_value_heads": 1, \(sizes)
       "vision_config": {"hidden_size": 48, "intermediate_size": 64, "num_attention_heads": 3,
         "num_hidden_layers": 2}}
      """
    }
    let newest = "\"head_dim\": 48, \"vocab_size\": 320,"
    let older = "\"attention_head_dim\": 48, \"org_vocab_size\": 320,"
    let expected = try ImportedFile.architecture(file(newest))
    #expect(expected.language.headDim == 48 && expected.language.vocabulary == 320)
    #expect(try ImportedFile.architecture(file(older)) == expected)
    #expect(try ImportedFile.architecture(file("\"head_dim\": null," + older)) == expected)
    #expect(try ImportedFile.model(file(newest + older)).diagnostics.isEmpty)
    let problems = try ImportedFile.problems(file(newest + older.replacing("48", with: "32")))
    #expect(problems.map(\.code.name) == ["config.inconsistent"])
  }
}
