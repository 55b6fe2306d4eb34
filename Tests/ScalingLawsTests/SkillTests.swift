import Foundation
import ScalingLaws
import SeededRandom
import Testing

/// Elasticities of skill above chance.
@Suite struct SkillTests {
  private static func series(_ score: (Double) -> Double) throws -> Series {
    try Series(PoolTests.tokens.map { Measurement(tokens: $0, score: score($0)) })
  }

  @Test func noChanceAndChanceZeroAreTheScore() throws {
    var random = SeededRandom(seed: 1)
    for _ in 0..<20 {
      let series = try Self.series { 10 * pow($0, 0.3) * exp(0.05 * gaussian(&random)) }
      #expect(try RegimeAnalysis(of: series) == RegimeAnalysis(of: series, chance: 0))
    }
  }

  /// Skill that is two lines exactly, on a floor, is found as if the floor were not there.
  @Test(
    "exact skill on a floor",
    arguments: [25.0, 50, -20].flatMap { floor in
      [(0.2, 0.5), (0.5, 0.1)].map { (floor, $0.0, $0.1) }
    })
  func exactSkill(floor: Double, before: Double, after: Double) throws {
    func skill(_ tokens: Double) -> Double {
      let x = log(tokens) - log(40)
      return 30 * exp(before * min(x, 0) + after * max(x, 0))
    }
    // A floor below 0 leaves scores without logarithms where skill is small.
    let shift = max(0, -floor)
    let analysis = try RegimeAnalysis(
      of: Self.series { floor + shift + skill($0) }, chance: floor + shift)
    let test = try #require(analysis.breakTest)
    #expect(test.isSignificant && abs(test.logTokens - log(40)) < 1e-4)
    #expect(abs(test.slopeBefore - before) < 1e-5 && abs(test.slopeAfter - after) < 1e-5)
    let power = try RegimeAnalysis(
      of: Self.series { floor + shift + 5 * pow($0, before) }, chance: floor + shift)
    #expect(abs((power.slope?.value ?? 0) - before) < 1e-9)
    #expect(power.label == .undetermined && power.evidence == .noBreak)
  }

  /// A floor below 0 counts as any other.
  @Test func negativeChance() throws {
    let analysis = try RegimeAnalysis(
      of: Self.series { 10 * pow($0, 0.3) - 5 }, chance: -5)
    #expect(abs((analysis.slope?.value ?? 0) - 0.3) < 1e-9)
  }

  /// A unit of scores changes nothing.
  @Test func unitsDoNotMatter() throws {
    var random = SeededRandom(seed: 2)
    for seed in 0..<20 {
      let noise = PoolTests.tokens.map { _ in 0.02 * gaussian(&random) }
      func analysis(_ unit: Double) throws -> RegimeAnalysis {
        try RegimeAnalysis(
          of: Series(
            zip(PoolTests.tokens, noise).map {
              Measurement(tokens: $0, score: unit * (25 + 3 * pow($0, 0.4)) * exp($1))
            }), chance: 25 * unit)
      }
      let (percent, share) = (try analysis(1), try analysis(0.01))
      #expect(percent.label == share.label, "seed \(seed)")
      let (one, other) = (try #require(percent.breakTest), try #require(share.breakTest))
      #expect(abs(one.pValue / other.pValue - 1) < 1e-4, "seed \(seed)")
    }
  }

  /// Scores at and below chance are kept, and say little: a late threshold is no transition.
  @Test func scoresBelowChanceCount() throws {
    let scores: [Double] = [24.6, 25.3, 24.9, 25.2, 27, 33, 41, 44, 46, 47]
    let series = try Series(
      zip(PoolTests.tokens, scores).map { Measurement(tokens: $0, score: $1) })
    #expect([.transition, .accelerating].contains(try RegimeAnalysis(of: series).label))
    let analysis = try RegimeAnalysis(of: series, chance: 25)
    #expect(analysis.quantity == .skill(chance: 25, notAbove: 2))
    #expect(![.transition, .accelerating, .flat].contains(analysis.label))
    #expect(analysis.count == 10)
  }

  /// Nothing above chance: flat where constant, undetermined where not, never a trap.
  @Test func noSkillAtAll() throws {
    let low = try RegimeAnalysis(of: Self.series { 20 + 0.01 * $0 }, chance: 50)
    #expect(low.label == .undetermined && low.evidence == .noSkill)
    let noise: [Double] = [24.6, 25.3, 24.9, 25.2, 24.8, 24.7, 25.1, 24.9, 25.2, 24.8]
    let flat = try Series(
      zip(PoolTests.tokens, noise).map { Measurement(tokens: $0, score: $1) })
    for chance in [20, 24.75, 25, 25.25, 26, 100] {
      #expect(try RegimeAnalysis(of: flat, chance: chance).label == .flat, "chance \(chance)")
    }
    #expect(
      try RegimeAnalysis(of: Self.series { _ in 25 }, chance: 25).evidence == .constantExactly)
  }

  /// Random series and chances: finite answers, no trap, and flat only where nothing is rejected.
  @Test func hostileSeriesAreAnswered() throws {
    var random = SeededRandom(seed: 11)
    for round in 0..<400 {
      let count = Int.random(in: 1...9, using: &random)
      let spread = random.logUniform(1e-9...10)
      let series = try Series(
        (0..<count).map { _ in
          Measurement(
            tokens: [1, 4, 16, 64, 256, random.logUniform(1e-3...1e6)].randomElement(using: &random)
              ?? 1,
            score: 25 * exp(spread * gaussian(&random)))
        })
      let chance = [25, 24.9, 1e-9, -3, 1e12, Double.random(in: 0...50, using: &random)]
        .randomElement(using: &random)
      let analysis = try RegimeAnalysis(of: series, chance: chance)
      if let test = analysis.breakTest {
        #expect((0...1).contains(test.pValue), "round \(round)")
        #expect(!test.interval.logTokens.isEmpty, "round \(round)")
      }
      if analysis.label == .flat {
        #expect(!(analysis.breakTest?.isSignificant ?? false), "round \(round)")
        #expect(
          (analysis.slope?.pValue ?? 1) >= RegimeAnalysis.level
            || analysis.evidence == .constantExactly, "round \(round)")
      }
      _ = PooledBalance(of: [analysis, analysis])
    }
  }

  @Test func holm() {
    let adjusted = HolmAdjustment.adjusted([0.01, nil, 0.04, 0.03, 0.005])
    // R 4.3: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    for (value, expected) in zip(adjusted, [0.03, nil, 0.06, 0.06, 0.02]) {
      #expect((value == nil) == (expected == nil))
      if let value, let expected { #expect(abs(value - expected) < 1e-15) }
    }
    #expect(HolmAdjustment.adjusted([]).isEmpty && HolmAdjustment.adjusted([0.9, 0.8]) == [1, 1])
  }
}
