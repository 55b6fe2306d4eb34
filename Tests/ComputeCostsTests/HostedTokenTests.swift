import BudgetDocuments
import ComputeCosts
import Testing

/// The worked examples of the vendors' pages; `docs/hosted-token-rules.md` lists where each stands.
@Suite struct HostedTokenTests {
  private func tokens(
    _ family: String, _ width: Int, _ height: Int, _ settings: [String] = []
  ) throws -> Int {
    let image = try #require(ImageSize(width: width, height: height))
    return try TokenCount(family: family, assignments: settings, images: [image]).tokens
  }

  @Test(arguments: [
    (128, 64, 255), (1024, 1024, 765), (2048, 4096, 1105), (1920, 1080, 1105), (4000, 3000, 765),
  ])
  func tilesOf512Pixels(width: Int, height: Int, expected: Int) throws {
    #expect(try tokens("gpt-4o", width, height) == expected)
    #expect(try tokens("gpt-4o", width, height, ["low_detail=true"]) == 85)
  }

  @Test func otherTileModelsHaveOtherCounts() throws {
    #expect(
      try tokens("gpt-4o", 128, 64, ["base_tokens=2833", "tile_tokens=5667"]) == 2833 + 5667)
  }

  @Test(arguments: [
    (200, 200, 64), (1000, 1000, 1296), (1092, 1092, 1521), (1920, 1080, 1560),
    (1075, 1520, 1551), (2000, 1500, 1564), (3840, 2160, 1560),
  ])
  func patchesOf28Pixels(width: Int, height: Int, expected: Int) throws {
    #expect(try tokens("claude", width, height) == expected)
  }

  @Test(arguments: [
    (1920, 1080, 2691), (1075, 1520, 2145), (2000, 1500, 3888), (3840, 2160, 4784),
    (4000, 4000, 4761),
  ])
  func theHighResolutionTierKeepsMore(width: Int, height: Int, expected: Int) throws {
    #expect(try tokens("claude-high-resolution", width, height) == expected)
  }

  @Test func hostedModelsHaveNoArchitecture() {
    for name in ["gpt-4o", "claude", "claude-high-resolution"] {
      #expect(ModelFamily.named(name)?.hasArchitecture == false)
    }
  }
}
