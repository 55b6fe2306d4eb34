import BudgetDocuments
import ComputeCosts
import Foundation
import TestSupport
import Testing

/// `References/token_count_oracle.json`: vision tokens by image size, from the image processors of
/// transformers.
private struct TokenRows: Decodable {
  /// A setting of a published table, as text.
  struct Parameter: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        text = "\(flag)"
      } else if let count = try? container.decode(Int.self) {
        text = "\(count)"
      } else if let number = try? container.decode(Double.self) {
        text = "\(number)"
      } else if let sizes = try? container.decode([[Int]].self) {
        text = "\(sizes)"
      } else {
        text = try container.decode(String.self)
      }
    }
  }

  struct Row: Decodable {
    let family: String
    let params: [String: Parameter]
    let width: Int
    let height: Int
    let tokens: Int
    let crops: Int?
    let tiles: Int?
    let frames: Int?
    let rows: Int?
    let cols: Int?
    let grid_thw: [Int]?
    let resized: [Int]?
    let padded_tiles: Int?
    let extra_text_tokens: Int?
  }

  let rows: [Row]

  static func load() throws -> [Row] {
    let text = try Repository.text(
      "Tests/ComputeCostsTests/References/token_count_oracle.json")
    return try JSONDecoder().decode(TokenRows.self, from: Data(text.utf8)).rows
  }
}

@Suite struct TokenOracleTests {
  @Test func everyRowIsReproduced() throws {
    var compared = 0
    var details = 0
    for row in try TokenRows.load() {
      let image = try #require(ImageSize(width: row.width, height: row.height))
      let count = try TokenCount(
        family: row.family,
        assignments: row.params.map { "\($0.key)=\($0.value.text)" }.sorted(), images: [image])
      let layout = count.layouts[0]
      let name = "\(row.family) \(image)"
      #expect(layout.tokens == row.tokens, "\(name)")
      if let tiles = row.crops ?? row.tiles ?? row.frames {
        #expect(layout.tiles == tiles, "\(name)")
        details += 1
      }
      if let rows = row.rows, let columns = row.cols {
        #expect(layout.grid == TileGrid(rows: rows, columns: columns), "\(name)")
        details += 1
      }
      if let grid = row.grid_thw {
        #expect(layout.inputs == [EncoderInput(rows: grid[1], columns: grid[2])], "\(name)")
        details += 1
      }
      if let resized = row.resized {
        #expect(layout.resized == ImageSize(width: resized[0], height: resized[1]), "\(name)")
        details += 1
      }
      if let padded = row.padded_tiles {
        let padding = layout.paddingInputs.reduce(0) { $0 + $1.count }
        #expect(layout.tiles + padding == padded, "\(name)")
        details += 1
      }
      if let extra = row.extra_text_tokens {
        #expect(layout.extraTextTokens == extra, "\(name)")
        details += 1
      }
      compared += 1
    }
    #expect(compared == 544)
    #expect(details > 600)
  }

  /// What a setting gives is what the setting's budget promised, for every family.
  @Test(arguments: ModelFamily.all.map(\.name))
  func budgetsAreInOrderAndTheImagesOwnCountIsAmongThem(family: String) throws {
    for (width, height) in [(1280, 720), (300, 300), (333, 2000), (4000, 3000), (28, 28)] {
      let image = try #require(ImageSize(width: width, height: height))
      let count = try TokenCount(family: family, images: [image])
      let budgets = try count.settings.rule.budgets(for: image)
      #expect(!budgets.isEmpty)
      #expect(
        zip(budgets, budgets.dropFirst()).allSatisfy { $0.tokens < $1.tokens },
        "\(family) \(image)")
      // Gemma 4 and LFM2-VL can be set beyond their defaults, Gemma 3 to cut crops.
      #expect(budgets.contains { $0.tokens == count.tokens }, "\(family) \(image)")
    }
    let any = try TokenCount(
      family: family, images: [try #require(ImageSize(width: 500, height: 500))])
    #expect(!(try any.settings.rule.budgets(for: nil)).isEmpty)
  }

  /// No image makes a rule trap: the sides at both ends, and extreme shapes.
  @Test(arguments: ModelFamily.all.map(\.name))
  func noImageIsTooLargeOrTooThin(family: String) throws {
    let sides = [1, 2, 3, 13, 27, 28, 29, 447, 448, 449, 4097, 65_537, 1_000_003, 1_000_000_000]
    let settings = try TokenCount(
      family: family, images: [try #require(ImageSize(width: 500, height: 500))]
    ).settings
    var refused = 0
    for width in sides {
      for height in sides {
        let image = try #require(ImageSize(width: width, height: height))
        do {
          let layout = try settings.rule.layout(of: image)
          #expect(layout.tokens >= 1, "\(family) \(image)")
        } catch {
          #expect(!error.reason.isEmpty && error.image == image)
          refused += 1
        }
      }
    }
    #expect(refused < sides.count * sides.count / 2, "\(family)")
  }

  @Test func extremeShapesAreRefusedWhereTheReferenceRefusesThem() throws {
    let settings = try TokenCount(
      family: "qwen2.5-vl", images: [try #require(ImageSize(width: 100, height: 100))]
    ).settings
    let allowed = try #require(ImageSize(width: 5600, height: 28))
    let refused = try #require(ImageSize(width: 5601, height: 28))
    #expect(try settings.rule.layout(of: allowed).tokens == 200)
    #expect(throws: UnusableImage.self) { try settings.rule.layout(of: refused) }
    #expect(ImageSize(width: 0, height: 10) == nil)
    #expect(ImageSize(width: 10, height: -1) == nil)
    #expect(ImageSize(width: 1_000_000_001, height: 1) == nil)
  }
}
