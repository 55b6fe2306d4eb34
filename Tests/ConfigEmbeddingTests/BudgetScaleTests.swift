import ComputeCosts
import SeededRandom
import Testing

@testable import ConfigEmbedding

/// Values against the families' own rules: never more tokens than asked for, and no larger value that
/// would do.
@Suite struct BudgetScaleTests {
  private static let shapes: [(Int, Int)] = {
    var random = SeededRandom(seed: 6)
    var shapes = [
      (4000, 4000), (8000, 4000), (4000, 8000), (6000, 300), (300, 6000), (28, 28), (1, 1),
    ]
    for _ in 0..<400 {
      shapes.append(
        (Int.random(in: 1...9000, using: &random), Int.random(in: 1...9000, using: &random)))
    }
    return shapes
  }()

  /// The most tokens of many images under settings, as `token-budget tokens` counts them.
  ///
  /// - Parameter shape: The longest side over the shortest of the images.
  private func most(
    _ family: ModelFamily, _ settings: [String: SettingValue], extra: [ImageSize] = [],
    shape: Int = 200
  ) throws -> Int {
    var values = family.defaultSettings
    for (name, value) in settings { values[name] = value }
    let rule = try family.tokenRule(values).get()
    let images = Self.shapes.compactMap { ImageSize(width: $0.0, height: $0.1) } + extra
    let usual = images.filter { image in
      max(image.width, image.height) <= shape * min(image.width, image.height)
    }
    return usual.compactMap { try? rule.layout(of: $0).tokens }.max() ?? 0
  }

  @Test(arguments: ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"])
  func pixelsAreExact(name: String) throws {
    let family = try #require(ModelFamily.named(name))
    let cell = try #require(family.gridCell)
    #expect(cell == (name == "qwen3-vl" ? 32 : 28))
    let scale = BudgetScale.pixels(cell: cell)
    for tokens in [4, 64, 100, 256, 576, 980, 1024, 1280, 4096, 16384] {
      let value = try #require(scale.value(forAtMost: tokens))
      #expect(scale.tokens(under: value) == tokens)
      #expect(scale.tokens(under: value - 1) == tokens - 1)
      // A large image of just these cells has all of them, and no other one more.
      let rows = (1...tokens).last { tokens.isMultiple(of: $0) && $0 * $0 <= tokens } ?? 1
      let whole = try #require(
        ImageSize(width: tokens / rows * cell, height: rows * cell))
      let settings: [String: SettingValue] = ["min_pixels": .count(1), "max_pixels": .count(value)]
      // A strip that would be less than a cell high is made one cell high, and gets more.
      let counted = try most(family, settings, extra: [whole], shape: min(tokens, 200))
      #expect(counted == tokens)
    }
  }

  @Test func tilesAreExact() throws {
    let family = try #require(ModelFamily.named("internvl"))
    let scale = BudgetScale.tiles(of: 256, hasThumbnail: true)
    #expect(scale.value(forAtMost: 255) == nil)
    for (tokens, tiles) in [
      (256, 1), (512, 1), (767, 1), (768, 2), (1280, 4), (3328, 12), (3500, 12),
    ] {
      #expect(scale.value(forAtMost: tokens) == tiles)
      let row = try #require(ImageSize(width: 448 * tiles, height: 448))
      let counted = try most(family, ["max_patches": .count(tiles)], extra: [row])
      #expect(counted == scale.tokens(under: tiles) && counted <= tokens)
      let next = try #require(scale.tokens(under: tiles + 1))
      #expect(next > tokens)
    }
    let llama = try #require(ModelFamily.named("llama4"))
    let llamaScale = BudgetScale.tiles(of: 144, hasThumbnail: true)
    for tiles in [1, 4, 16] {
      let row = try #require(ImageSize(width: 336 * tiles, height: 336))
      #expect(
        try most(llama, ["max_patches": .count(tiles)], extra: [row])
          == llamaScale.tokens(under: tiles))
    }
  }

  @Test func cropsAreExact() throws {
    let family = try #require(ModelFamily.named("gemma3"))
    let scale = BudgetScale.crops(of: 256)
    for (tokens, crops) in [(512, 1), (1000, 2), (1280, 4)] {
      #expect(scale.value(forAtMost: tokens) == crops)
      let settings: [String: SettingValue] = [
        "do_pan_and_scan": .flag(true), "max_num_crops": .count(crops),
      ]
      #expect(try most(family, settings) == scale.tokens(under: crops))
    }
    #expect(scale.value(forAtMost: 511) == nil)
  }

  @Test func softTokensAreThoseOfTheProcessor() throws {
    let family = try #require(ModelFamily.named("gemma4"))
    let scale = BudgetScale.tokens(among: SoftTokens.supportedBudgets)
    for (tokens, value) in [(70, 70), (139, 70), (576, 560), (5000, 1120)] {
      #expect(scale.value(forAtMost: tokens) == value)
      #expect(try most(family, ["max_soft_tokens": .count(value)]) <= value)
    }
    #expect(scale.value(forAtMost: 69) == nil)
    #expect(scale.tokens(under: 300) == nil)
  }

  @Test(arguments: ["smolvlm-256m", "smolvlm-2.2b", "idefics3-8b"])
  func longestEdgesAreExact(name: String) throws {
    let family = try #require(ModelFamily.named(name))
    let frame = try #require(family.defaultCount("max_image_size"))
    let perFrame = try #require(family.defaultCount("image_seq_len"))
    let scale = BudgetScale.longestEdge(frame: frame, tokensPerFrame: perFrame)
    for count in 1...4 {
      let tokens = perFrame * (count == 1 ? 1 : count * count + 1)
      #expect(scale.value(forAtMost: tokens) == count * frame)
      #expect(scale.value(forAtMost: tokens - 1) != count * frame)
      #expect(scale.tokens(under: count * frame) == tokens)
      #expect(try most(family, ["longest_edge": .count(count * frame)]) == tokens)
    }
  }

  @Test func cropsWorthOfTokensAreNeverExceeded() throws {
    let family = try #require(ModelFamily.named("llava-onevision"))
    let rule = AnyResolutionTokens(
      base: 384, patch: 14,
      pinpoints: (1...6).flatMap { rows in
        (1...6).map { AnyResolutionTokens.Pinpoint(height: rows * 384, width: $0 * 384) }
      })
    let scale = BudgetScale.anyResolution(rule)
    for tiles in [1, 2, 4, 9, 15] {
      let bound = try #require(scale.tokens(under: tiles))
      #expect(try most(family, ["max_tiles": .count(tiles)]) <= bound)
      #expect(scale.value(forAtMost: bound) == tiles)
      #expect(scale.value(forAtMost: bound - 1) == (tiles == 1 ? nil : tiles - 1))
    }
    // An image on the canvas of 4 x 3 crops with its last rows padded is not scaled down.
    let padded = try #require(ImageSize(width: 1536, height: 1048))
    var values = family.defaultSettings
    values["max_tiles"] = .count(9)
    let layout = try family.tokenRule(values).get().layout(of: padded)
    let bound = try #require(scale.tokens(under: 9))
    #expect(layout.tokens > 9 * 729 + 729 + 100)
    #expect(Double(layout.tokens) > 0.98 * Double(bound))
  }

  @Test func namesThatSayNothingAreOfNoFamily() {
    // Text models, other generations, and names that say two things say nothing.
    for name in [
      "Qwen/Qwen2.5-7B-Instruct", "google/gemma-2-9b-it", "my-model", "",
      "qwen2-vl-to-qwen3-vl", "lmms-lab/LLaVA-OneVision-1.5-8B-Instruct",
    ] {
      #expect(ModelFamily.published(name) == nil, "\(name)")
    }
  }
}

/// The bound of resizing before rounding, against every image that there is.
@Suite struct ResizeThenRoundTests {
  private func tokens(_ side: Int, _ cell: Int) -> Int {
    Int((Double(side) / Double(cell)).rounded(.toNearestOrEven))
  }

  /// For each number of pixels the most tokens of an image of at most so many.
  private func exhaustive(cell: Int, pixels: Int, shape: Int) -> [Int] {
    var most = [Int](repeating: 0, count: pixels + 1)
    for short in cell...max(cell, wholeRoot(pixels)) {
      var long = short
      while long <= pixels / short, long <= shape * short {
        most[short * long] = max(most[short * long], tokens(short, cell) * tokens(long, cell))
        long += 1
      }
    }
    for index in most.indices.dropFirst() { most[index] = max(most[index], most[index - 1]) }
    return most
  }

  @Test(arguments: [(28, 200), (28, 2), (32, 200), (32, 3), (7, 200), (2, 5)])
  func isExact(cell: Int, shape: Int) throws {
    let rule = ResizeThenRound(cell: cell, longestShape: shape)
    let pixels = cell * cell * 40
    let expected = exhaustive(cell: cell, pixels: pixels, shape: shape)
    for bound in stride(from: 1, through: pixels, by: 7) {
      #expect(rule.mostTokens(pixels: bound) == expected[bound], "\(bound) pixels")
    }
    for budget in 1...20 {
      let safe = rule.safePixels(tokens: budget)
      guard safe < pixels else { continue }
      #expect(expected[max(0, safe)] <= budget)
      #expect(expected[safe + 1] > budget)
    }
  }

  /// What a reader of docs/embedding.md sees: the share of images that exceed the budget when the value
  /// is the plain product, and none with the safe value.
  @Test func plainValuesAreExceededOftenAndSafeOnesNever() {
    var random = SeededRandom(seed: 11)
    for (cell, budget) in [(28, 64), (28, 576), (32, 256)] {
      let plain = budget * cell * cell
      let safe = ResizeThenRound(cell: cell).safePixels(tokens: budget)
      var exceeded = 0
      var worst = 0
      for _ in 0..<4000 {
        let width = Int.random(in: 800...4000, using: &random)
        let height = width * Int.random(in: 400...1000, using: &random) / 1000
        for (pixels, isPlain) in [(plain, true), (safe, false)] {
          let factor = (Double(pixels) / Double(width * height)).squareRoot()
          let count =
            tokens(Int(Double(width) * factor), cell) * tokens(Int(Double(height) * factor), cell)
          if isPlain {
            exceeded += count > budget ? 1 : 0
            worst = max(worst, count)
          } else {
            #expect(count <= budget)
          }
        }
      }
      #expect((800...2200).contains(exceeded), "\(exceeded) of 4000 at \(budget)")
      #expect(Double(worst) <= 1.14 * Double(budget))
    }
  }
}
