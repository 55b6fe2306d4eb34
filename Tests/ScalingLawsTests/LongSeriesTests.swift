import LongWork
import SeededRandom
import Synchronization
import Testing

@testable import ScalingLaws

/// Series of thousands of measurements.
@Suite struct LongSeriesTests {
  /// A design with other weights is the one that would have been made of them.
  @Test func weightsChangeNothingElse() throws {
    var random = SeededRandom(seed: 3)
    for count in [12, 4096, 4097] {
      let tokens = (0..<count).map { _ in Double(Int.random(in: 1...900, using: &random)) }
      let weights = tokens.map { _ in Double.random(in: 0.1...2, using: &random) }
      let made = Design(tokens: tokens, weights: weights)
      let changed = Design(tokens: tokens, weights: tokens.map { _ in 1 }).weighted(by: weights)
      #expect(made.weights == changed.weights && made.span == changed.span)
      #expect(made.knots == changed.knots && made.isLong == (count > 4096))
      let outlines = (Design.Outline(of: made), Design.Outline(of: changed))
      #expect(outlines.0?.design.tokens == outlines.1?.design.tokens)
      #expect(outlines.0?.design.weights == outlines.1?.design.weights)
      #expect((outlines.0 == nil) == (count <= 4096))
    }
  }

  /// Outliers count less, though only means are fitted while the weights are found, and those stand still after a
  /// few fits.
  @Test func outliersOfALongSeriesCountLess() throws {
    var random = SplitMix64(seed: 4)
    let count = 4500
    let isOutlier = (0..<count).map { _ in random.below(50) == 0 }
    let points = (0..<count).map { index in
      let n = Double(1 + index % 700)
      return Measurement(
        tokens: n, score: 60 - 45 / n.squareRoot() + random.normal() + (isOutlier[index] ? 25 : 0))
    }
    let series = try Series(points)
    let y = try series.responses(.score)
    func looks(_ work: () -> Void) throws -> Int {
      let asked = Mutex(0)
      try Watch(stopWhen: {
        asked.withLock { $0 += 1 }
        return false
      }).run(work)
      return asked.withLock { $0 }
    }
    var weights: [Double]?
    let all = try looks {
      weights = RobustWeights.find(
        [SaturatingLaw.self], on: series.design, y, .score, threshold: 1.345)
    }
    let one = try looks {
      guard let outline = Design.Outline(of: series.design) else { return }
      var fitter = SaturatingLaw.fitter(on: outline.design, .score)
      _ = fitter.fit(outline.means(of: y))
    }
    let found = try #require(weights)
    let outliers = found.indices.filter { isOutlier[$0] }.map { found[$0] }
    let others = found.indices.filter { !isOutlier[$0] }.map { found[$0] }
    #expect(outliers.allSatisfy { $0 < 0.15 } && outliers.count > 50)
    #expect(others.reduce(0, +) / Double(others.count) > 0.9)
    #expect(one > 1 && all < 25 * (one + 1))
  }
}
