import Foundation
import ScalingLaws
import SeededRandom
import Testing

/// Curves that are straight in ln n between knots, against what their definition gives at many places.
@Suite struct PolylineTests {
  private static func random(_ random: inout SeededRandom) -> LogLinearPolyline {
    let count = Int.random(in: 2...12, using: &random)
    var tokens = random.logUniform(0.5...5)
    let knots = (0..<count).map { _ -> Double in
      tokens *= random.logUniform(1.05...3)
      return tokens
    }
    return LogLinearPolyline(
      tokens: knots,
      // Some neighbours alike, some scores negative.
      scores: knots.map { _ in Double(Int.random(in: -3...20, using: &random)) })
  }

  /// The score by two nested loops over the definition.
  private func defined(_ curve: LogLinearPolyline, _ n: Double) -> Double {
    for k in 1..<curve.tokens.count where n <= curve.tokens[k] {
      let (a, b) = (log(curve.tokens[k - 1]), log(curve.tokens[k]))
      let share = (log(n) - a) / (b - a)
      return (1 - share) * curve.scores[k - 1] + share * curve.scores[k]
    }
    return .nan
  }

  private func grid(_ curve: LogLinearPolyline, _ count: Int) -> [Double] {
    let (low, high) = (log(curve.domain.lowerBound), log(curve.domain.upperBound))
    return (1..<count).map { exp(low + (high - low) * Double($0) / Double(count)) }
  }

  @Test(arguments: 1...40)
  func scoresAndElasticities(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let curve = Self.random(&random)
    for (n, score) in zip(curve.tokens, curve.scores) { #expect(curve.score(at: n) == score) }
    for n in grid(curve, 200) {
      let score = curve.score(at: n)
      #expect((score - defined(curve, n)).magnitude <= 1e-12 * 20, "seed \(seed) at \(n)")
      let step = 1e-6
      guard score > 0.5, !curve.tokens.contains(where: { ($0 / n - 1).magnitude < 1e-5 }) else {
        continue
      }
      let difference =
        (log(defined(curve, n * exp(step))) - log(defined(curve, n * exp(-step)))) / (2 * step)
      #expect(
        (curve.elasticity(at: n) - difference).magnitude <= 1e-6 * max(1, difference.magnitude),
        "seed \(seed) at \(n)")
    }
    #expect(curve.score(at: curve.domain.lowerBound * 0.999).isNaN)
    #expect(curve.score(at: curve.domain.upperBound * 1.001).isNaN)
  }

  @Test(arguments: 1...40)
  func theFewestTokensThatReachAScore(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let curve = Self.random(&random)
    let places = [curve.domain.lowerBound] + grid(curve, 2000)
    for target in [-4, -2.5, 0, 3.25, 7, 12.5, 19, 21] {
      guard let found = curve.tokens(reaching: target) else {
        #expect(curve.scores.allSatisfy { $0 < target } || curve.scores.allSatisfy { $0 > target })
        continue
      }
      #expect((defined(curve, max(found, curve.domain.lowerBound)) - target).magnitude <= 1e-9)
      // None reaches it earlier: all before lie on one side.
      let before = places.filter { $0 < found * (1 - 1e-9) }.map { defined(curve, $0) }
      #expect(
        before.dropFirst().allSatisfy { $0 < target }
          || before.dropFirst().allSatisfy { $0 > target })
    }
  }

  @Test(arguments: 1...40)
  func extremes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let curve = Self.random(&random)
    let places = grid(curve, 60)
    for _ in 0..<20 {
      let ends = [
        places.randomElement(using: &random) ?? 1, places.randomElement(using: &random) ?? 1,
      ]
      .sorted()
      let found = curve.extremes(over: ends[0]...ends[1])
      let inside = ends + curve.tokens.filter { ends[0] <= $0 && $0 <= ends[1] }
      let scores = inside.map { defined(curve, $0) }
      #expect((found.lowerBound - (scores.min() ?? .nan)).magnitude <= 1e-12 * 20)
      #expect((found.upperBound - (scores.max() ?? .nan)).magnitude <= 1e-12 * 20)
      #expect(
        places.filter { ends[0] <= $0 && $0 <= ends[1] }.allSatisfy {
          defined(curve, $0) >= found.lowerBound - 1e-11
            && defined(curve, $0) <= found.upperBound + 1e-11
        })
    }
  }

  @Test func trends() {
    func trend(_ scores: [Double]) -> Trend {
      LogLinearPolyline(tokens: scores.indices.map { Double($0 + 1) }, scores: scores).trend
    }
    #expect(trend([1, 1, 2]) == .increasing)
    #expect(trend([2, 2, 1]) == .decreasing)
    #expect(trend([2, 2, 2]) == .constant)
    #expect(trend([1, 2, 1]) == .mixed)
  }
}
