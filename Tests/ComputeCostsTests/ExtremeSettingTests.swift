import ComputeCosts
import SeededRandom
import Testing

/// Whatever settings are within their bounds, a family has a rule or says why not, and its rule counts the tokens
/// of any image or says why not.
@Suite struct ExtremeSettingTests {
  private static let images = [
    (1, 1), (1, 16_384), (16_384, 1), (640, 480), (7, 3), (5000, 25), (16_384, 16_384),
    (1_000_000_000, 1), (1, 1_000_000_000), (1_000_000_000, 1_000_000_000), (999_999_937, 3),
  ].compactMap { ImageSize(width: $0.0, height: $0.1) }

  private func value(_ setting: Setting, _ random: inout SeededRandom) -> SettingValue {
    switch setting.kind {
    case .count(let range):
      let ends = [range.lowerBound, range.upperBound, range.lowerBound + 1, range.upperBound - 1]
      let inner = [2, 7, 14, 16, 28, 336, 448, 1000, 4096].filter(range.contains)
      let counts = ends.filter(range.contains) + inner
      return .count(counts[Int.random(in: 0..<counts.count, using: &random)])
    case .flag: return .flag(Bool.random(using: &random))
    case .number(let range):
      let numbers = [range.lowerBound, range.upperBound, range.lowerBound.nextUp]
      return .number(numbers[Int.random(in: 0..<numbers.count, using: &random)])
    case .sizes:
      let count = Int.random(in: 1...3, using: &random)
      return .sizes(
        (0..<count).map { _ in Self.images[Int.random(in: 0..<Self.images.count, using: &random)] })
    }
  }

  @Test(arguments: ModelFamily.all.map(\.name))
  func anySettings(of name: String) throws {
    let family = try #require(ModelFamily.named(name))
    var random = SeededRandom(seed: 16)
    var rules = 0
    for _ in 0..<300 {
      var values = SettingValues()
      for setting in family.settings {
        switch setting.fallback {
        case .value(let usual), .example(let usual), .published(let usual):
          // A third of them as usual, so that not every combination contradicts itself.
          values[setting.name] =
            Int.random(in: 0..<3, using: &random) == 0 ? value(setting, &random) : usual
        case .derived: break
        }
      }
      for setting in family.settings where values[setting.name] == nil {
        if case .derived(let rule) = setting.fallback {
          values[setting.name] = rule(values) ?? value(setting, &random)
        }
      }
      guard case .success(let rule) = family.tokenRule(values) else { continue }
      rules += 1
      for image in Self.images {
        if let layout = try? rule.layout(of: image) { #expect(layout.tokens >= 1) }
      }
      for image in [nil, Self.images[3]] {
        guard let budgets = try? rule.budgets(for: image) else { continue }
        #expect(zip(budgets, budgets.dropFirst()).allSatisfy { $0.tokens < $1.tokens })
      }
    }
    #expect(rules > 0)
  }
}
