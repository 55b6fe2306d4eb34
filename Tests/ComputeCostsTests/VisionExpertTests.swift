import Testing

@testable import ComputeCosts

/// Experts that vision tokens meet instead of those of the text (ERNIE 4.5 VL).
@Suite struct VisionExpertTests {
  private func language(visionIntermediate: Int?) -> LanguageModel {
    LanguageModel(
      layers: 3, hidden: 16, heads: 2, kvHeads: 1, headDim: 8, intermediate: 40, vocabulary: 64,
      experts: MixtureOfExperts(
        experts: 4, active: 2, intermediate: 24, sharedIntermediate: 48, denseLayers: 1,
        visionIntermediate: visionIntermediate))
  }

  private func prefill(_ language: LanguageModel, vision: Int, text: Int) throws -> Int128 {
    let parts = try LanguageCost(
      language, textTokens: text, outputTokens: 2, states: 0, convention: Convention()
    ).parts
    return try parts.prefillLinear.value(at: vision + text)
  }

  /// A vision token costs 2 · 3·d·2·(10 − 24) more in each of two layers with experts; text the same.
  @Test func aVisionTokenMeetsItsOwnExperts() throws {
    let (same, apart) = (language(visionIntermediate: nil), language(visionIntermediate: 10))
    for (vision, text) in [(0, 7), (5, 0), (30, 7)] {
      let difference =
        try prefill(apart, vision: vision, text: text)
        - prefill(same, vision: vision, text: text)
      #expect(difference == Int128(vision) * 2 * 2 * 3 * 16 * 2 * (10 - 24))
    }
    // Experts as large as the text's cost what the text's do.
    #expect(
      try prefill(language(visionIntermediate: 24), vision: 9, text: 4)
        == prefill(same, vision: 9, text: 4))
  }

  /// Four experts of 3·16·10 and a router of 16·4 more, in two layers.
  @Test func theyArePartOfTheModel() throws {
    let (same, apart) = (language(visionIntermediate: nil), language(visionIntermediate: 10))
    #expect(try apart.matrixParameters() - same.matrixParameters() == 2 * (4 * 480 + 64))
    #expect(try apart.activeMatrixParameters() == same.activeMatrixParameters())
  }

  /// Adapters stand beside all of them; a vision token meets two of 3·(16 + 10) instead of two of 3·(16 + 24).
  @Test func adaptersStandBesideThem() throws {
    let same = try language(visionIntermediate: nil).adapterWeights(rank: 4)
    let apart = try language(visionIntermediate: 10).adapterWeights(rank: 4)
    #expect(apart.all - same.all == 4 * 2 * 4 * 3 * 26)
    #expect(apart.active == same.active && same.visionMore == 0)
    #expect(apart.visionMore == 4 * 2 * 2 * 3 * (26 - 40))
  }
}
