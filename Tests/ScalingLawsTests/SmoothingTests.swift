import Foundation
import ScalingLaws
import SeededRandom
import Testing

/// The posterior of a curve against an independent implementation, and what must hold whatever the measurements.
@Suite struct SmoothingTests {
  private static let percent = ScoreBounds(range: 0...100, isShare: true)

  private func law(
    _ points: [(Double, Double)], _ bounds: ScoreBounds = SmoothingTests.percent
  ) throws -> SmoothLaw {
    try law(points.map { Measurement(tokens: $0.0, score: $0.1) }, bounds)
  }

  private func law(
    _ measurements: [ScalingLaws.Measurement], _ bounds: ScoreBounds = SmoothingTests.percent
  ) throws -> SmoothLaw {
    SmoothLaw(try #require(SmoothingPosterior(of: Series(measurements), bounds: bounds)))
  }

  /// Measurements of a curve with noise.
  private func measured(_ random: inout SeededRandom) -> [ScalingLaws.Measurement] {
    let count = Int.random(in: 2...9, using: &random)
    let tokens = (0..<count).map { _ in random.logUniform(1...1000) }
    let top = Double.random(in: 5...100, using: &random)
    let rate = Double.random(in: 0.2...2, using: &random)
    return tokens.map {
      let score = top * (1 - pow($0, -rate)) + Double.random(in: -4...4, using: &random)
      return Measurement(
        tokens: $0, score: min(100, max(0, score)),
        weight: random.logUniform(0.3...3))
    }
  }

  @Test("the mean and the noise", arguments: SmoothingReference.all)
  func reference(_ example: SmoothingReference) throws {
    let posterior = try example.posterior
    let curve = SmoothLaw(posterior)
    for row in example.rows {
      // The ends of the reach: a rounding error beyond them is no curve.
      let tokens = min(max(row.tokens, curve.domain.lowerBound), curve.domain.upperBound)
      let found = curve.score(at: tokens)
      #expect(
        (found - row.mean).magnitude <= 1e-6 * max(example.scale, row.mean.magnitude),
        "\(found) at \(row.tokens), not \(row.mean)")
    }
    #expect((posterior.noise - example.noise).magnitude <= 1e-6 * example.noise)
  }

  @Test func thereAreEnoughReferences() {
    #expect(SmoothingReference.all.count >= 40)
    #expect(SmoothingReference.all.allSatisfy { $0.rows.count >= 10 })
  }

  /// Draws scatter around the reference's mean by the reference's deviation.
  @Test(
    "4,000 draws",
    arguments: [
      "two points that fall", "rising and plain", "points without a range", "negative scores",
      "weights", "repeated counts", "repeated counts that scatter widely", "stated errors",
      "questions here; errors there", "two stages",
    ])
  func draws(name: String) throws {
    let example = try #require(SmoothingReference.all.first { $0.name == name })
    let posterior = try example.posterior
    let curves = posterior.draws(4000, seed: 7, reach: 1)
    #expect(curves.count == 4000)
    var compared = 0
    for row in example.rows {
      guard curves[0].domain.contains(row.tokens) else { continue }
      // Where the range bends draws, their mean is another.
      if let range = example.bounds.range,
        row.mean - 4 * row.deviation < range.lowerBound
          || row.mean + 4 * row.deviation > range.upperBound
      {
        continue
      }
      compared += 1
      let scores = curves.map { $0.score(at: row.tokens) }
      let mean = scores.reduce(0, +) / 4000
      let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
      #expect(
        (mean - row.mean).magnitude <= 4 * row.deviation / 4000.0.squareRoot(),
        "\(mean) at \(row.tokens), not \(row.mean) ± \(row.deviation)")
      // A mixture has heavy tails: its fourth moment says how sure a deviation is.
      let fourth = scores.reduce(0) { $0 + pow($1 - mean, 4) } / 4000 / (variance * variance)
      let ratio = variance.squareRoot() / row.deviation
      #expect(
        (ratio - 1).magnitude <= 0.02 + 4 * ((fourth - 1) / 16_000).squareRoot(),
        "deviation \(variance.squareRoot()) at \(row.tokens), not \(row.deviation)")
    }
    #expect(compared >= 2, "\(compared) rows")
  }

  @Test("the same measurements, the same bytes", arguments: 1...10)
  func isReproducible(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let points = measured(&random)
    let (one, other) = (try law(points), try law(points))
    #expect(one.curve == other.curve)
    #expect(one.posterior.noise.bitPattern == other.posterior.noise.bitPattern)
    #expect(one.posterior.draws(20, seed: seed) == other.posterior.draws(20, seed: seed))
    #expect(one.posterior.draws(20, seed: seed) != one.posterior.draws(20, seed: seed + 1))
  }

  @Test("another unit, the same curve", arguments: 1...10)
  func unitsChangeNothing(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let points = measured(&random)
    let tenfold = points.map {
      Measurement(tokens: $0.tokens, score: $0.score * 10, weight: $0.weight * 1e6)
    }
    let chance = seed.isMultiple(of: 2) ? 5.0 : nil
    let one = try law(points, ScoreBounds(range: 0...100, chance: chance, isShare: true))
    let other = try law(
      tenfold, ScoreBounds(range: 0...1000, chance: chance.map { $0 * 10 }, isShare: true))
    #expect(one.curve.tokens == other.curve.tokens)
    for (a, b) in zip(one.curve.scores, other.curve.scores) {
      #expect((10 * a - b).magnitude <= 1e-7, "seed \(seed)")
    }
    #expect((10 * one.posterior.noise - other.posterior.noise).magnitude <= 1e-7)
  }

  @Test("the order of measurements changes nothing", arguments: 1...10)
  func orderChangesNothing(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var points = measured(&random)
    points += points.prefix(3).map {
      Measurement(tokens: $0.tokens, score: min(100, $0.score + 2), weight: $0.weight)
    }
    let one = try law(points)
    let other = try law(points.shuffled(using: &random))
    for (a, b) in zip(one.curve.scores, other.curve.scores) {
      #expect((a - b).magnitude <= 1e-8, "seed \(seed)")
    }
  }

  /// A point that weighs two is two points that agree, up to what agreement says of the noise.
  @Test("a point of weight 2 is two points", arguments: 1...10)
  func weightsAreRepetitions(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let points = measured(&random).map { Measurement(tokens: $0.tokens, score: $0.score) }
    var heavy = points
    heavy[0].weight = 2
    let one = try law(heavy)
    let other = try law(points + [points[0]])
    let range = one.posterior.measuredTokens
    for tokens in one.curve.tokens where range.contains(tokens) {
      #expect(
        (one.score(at: tokens) - other.score(at: tokens)).magnitude <= 0.5 * one.posterior.noise,
        "seed \(seed) at \(tokens)")
    }
  }

  @Test("nothing leaves the range", arguments: 1...20)
  func staysInRange(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bounds = ScoreBounds(range: 0...100, chance: seed % 3 == 0 ? 25 : nil, isShare: true)
    let law = try law(
      measured(&random).map {
        // Most of them at the ends.
        Measurement(tokens: $0.tokens, score: $0.score > 60 ? 100 : $0.score < 30 ? 0 : $0.score)
      }, bounds)
    #expect(law.curve.scores.allSatisfy { (0...100).contains($0) })
    for draw in law.posterior.draws(50, seed: seed, reach: 8) {
      #expect(draw.scores.allSatisfy { (0...100).contains($0) })
    }
    let inside = law.predict(at: law.posterior.measuredTokens.lowerBound)
    let interval = try #require(inside.interval)
    #expect(interval.lowerBound >= 0 && interval.upperBound <= 100 && !inside.isExtrapolated)
    #expect(law.predict(at: law.domain.upperBound * 2).interval == nil)
  }

  /// A further measurement at a count narrows the curve there, and most there.
  @Test func measurementsNarrowTheCurve() throws {
    let points = [(1.0, 12.0), (16.0, 44.0), (256.0, 52.0)]
    func deviations(_ law: SmoothLaw) -> [Double] {
      let draws = law.posterior.draws(2000, seed: 3)
      return [2.0, 4, 8, 64].map { tokens in
        let scores = draws.map { $0.score(at: tokens) }
        let mean = scores.reduce(0, +) / 2000
        return (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999).squareRoot()
      }
    }
    let before = deviations(try law(points))
    let after = deviations(try law(points + [(4, 29)]))
    #expect(after[1] < 0.5 * before[1], "\(before) \(after)")
    #expect(after[1] < after[0] && after[1] < after[2] && after[1] < after[3])
    // Between two measurements more is open than at them.
    #expect(after[3] > 1.3 * after[1])
  }

  /// Twice as many questions leave the curve nearer to the measurements; none leaves it nowhere near.
  @Test func statedErrorsAreFloors() throws {
    func miss(_ error: Double?) throws -> Double {
      let outlier = Measurement(tokens: 36, score: 20, standardError: error)
      let others = [(1.0, 10.0), (4, 22), (9, 30), (16, 36), (64, 48), (256, 55)].map {
        Measurement(tokens: $0.0, score: $0.1)
      }
      return try law(others + [outlier]).score(at: 36) - 20
    }
    let (free, small, large) = (try miss(nil), try miss(0.01), try miss(15))
    // An error smaller than the noise says nothing.
    #expect((free - small).magnitude < 1e-9)
    #expect(large > free + 2 && large > 15)
  }

  // MARK: Input of any size

  @Test(
    "scores of any size",
    arguments: [1e300, 1e-300, 1.7e308, 5e-324, 1e15, -1e300, -1e-300, 0])
  func extremeScores(size: Double) throws {
    let points = [1.0, 4, 16, 64].map { n in
      Measurement(tokens: n, score: size * (0.4 + 0.1 * log(n)))
    }
    guard let posterior = SmoothingPosterior(of: try Series(points), bounds: ScoreBounds()) else {
      // What a double cannot hold is refused, and only that.
      #expect(size.magnitude > 1e307 || size.magnitude < 1e-307 && size != 0)
      return
    }
    let law = SmoothLaw(posterior)
    #expect(law.curve.scores.allSatisfy { $0.isFinite })
    #expect(
      posterior.draws(10, seed: 1, reach: 8).allSatisfy { $0.scores.allSatisfy { $0.isFinite } })
    for point in points {
      // Of zeros nothing says how large a step is.
      let step = size == 0 ? 0.01 : size.magnitude
      #expect((law.score(at: point.tokens) - point.score).magnitude <= 0.1 * step)
    }
  }

  @Test func twoTokenCountsAreEnoughAndOneIsNot() throws {
    let one = try Series([Measurement(tokens: 16, score: 3), Measurement(tokens: 16, score: 4)])
    #expect(SmoothingPosterior(of: one, bounds: Self.percent) == nil)
    let two = try law([(16, 30), (256, 61)])
    #expect(two.score(at: 64) > two.score(at: 16) && two.score(at: 64) < two.score(at: 256))
    #expect(two.domain == (2.0)...2048)
    // Counts that differ by rounding are one.
    let near = try Series([
      Measurement(tokens: 16, score: 3), Measurement(tokens: 16.000000000000004, score: 4),
    ])
    #expect(SmoothingPosterior(of: near, bounds: Self.percent) == nil)
  }

  @Test("many measurements", arguments: [200, 5000, 100_000])
  func many(count: Int) throws {
    var random = SeededRandom(seed: 4)
    let scattered = (0..<count).map { _ -> ScalingLaws.Measurement in
      let tokens = random.logUniform(1...1000)
      return Measurement(
        tokens: tokens, score: 20 + 8 * log(tokens) + .random(in: -3...3, using: &random))
    }
    let thinned = try law(scattered)
    let range = thinned.posterior.measuredTokens
    for tokens in [range.lowerBound, 3.0, 30, 300, range.upperBound] {
      #expect((thinned.score(at: tokens) - 20 - 8 * log(tokens)).magnitude < 1)
    }
    let repeated = (0..<count).map { index -> ScalingLaws.Measurement in
      let tokens = [1.0, 16, 64, 256][index % 4]
      return Measurement(
        tokens: tokens, score: 20 + 8 * log(tokens) + .random(in: -3...3, using: &random))
    }
    let averaged = try law(repeated)
    for tokens in [1.0, 16, 64, 256] {
      #expect((averaged.score(at: tokens) - 20 - 8 * log(tokens)).magnitude < 0.5)
    }
    // Uniform over 6 points: a deviation of 1.7 at a half, where the noise of a share is largest.
    #expect((1.2...2.6).contains(averaged.posterior.noise), "\(averaged.posterior.noise)")
  }

  @Test("counts and weights at the ends of what a double holds")
  func extremeCountsAndWeights() throws {
    let bounds = Self.percent
    let cases: [[ScalingLaws.Measurement]] = [
      [Measurement(tokens: 1e-300, score: 10), Measurement(tokens: 1e300, score: 90)],
      [
        Measurement(tokens: 100, score: 10), Measurement(tokens: 100.0001, score: 20),
        Measurement(tokens: 100.0002, score: 15),
      ],
      [
        Measurement(tokens: 1, score: 10, weight: 1e300),
        Measurement(tokens: 10, score: 20, weight: 1e-300),
        Measurement(tokens: 100, score: 50, weight: 1),
      ],
      [
        Measurement(tokens: 1, score: 10, standardError: 1e-300),
        Measurement(tokens: 10, score: 20, standardError: 1e12),
        Measurement(tokens: 100, score: 50, questions: 1),
      ],
      (1...40).map { Measurement(tokens: 1e6 + Double($0), score: 50 + Double($0 % 3)) },
    ]
    for points in cases {
      guard let posterior = SmoothingPosterior(of: try Series(points), bounds: bounds) else {
        // Refused where weights pass what a double holds.
        #expect(points.contains { $0.weight < 1e-200 }, "\(points)")
        continue
      }
      #expect(SmoothLaw(posterior).curve.scores.allSatisfy { (0...100).contains($0) }, "\(points)")
      let draws = posterior.draws(10, seed: 1, reach: 8)
      #expect(draws.allSatisfy { $0.scores.allSatisfy { (0...100).contains($0) } }, "\(points)")
    }
  }
}
