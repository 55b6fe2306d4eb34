import RealModule
import ScalingLaws
import Testing

/// A weight of k counts like k measurements, wherever measurements go.
@Suite struct MeasurementWeightTests {
  /// Scores on both sides of a line, one of them twice as heavy: written with a weight, and twice.
  static let tokens: [Double] = [1, 2, 4, 8, 16, 32, 64]

  static func points(_ weight: Double, sizes: Bool = false) -> [Measurement] {
    tokens.enumerated().map { index, n in
      Measurement(
        tokens: n, score: (40 + 5 * Double.log(n)) * (index % 2 == 0 ? 1.06 : 0.96),
        weight: index == 2 ? weight : 1, parametersBillions: sizes ? index % 3 == 0 ? 1 : 7 : nil)
    }
  }

  static func twice(sizes: Bool = false) -> [Measurement] {
    let points = points(1, sizes: sizes)
    return points + [points[2]]
  }

  @Test(arguments: [1e-200, 1, 1e200])
  func residualsTakeWeightsByTheirRatios(_ unit: Double) throws {
    let law = try LogLinearLaw(a: 40, b: 5)
    var heavy = Self.points(2)
    for index in heavy.indices { heavy[index].weight *= unit }
    let weighted = try #require(LawResiduals(of: law, on: heavy)?.standardDeviation)
    let repeated = try #require(LawResiduals(of: law, on: Self.twice())?.standardDeviation)
    // Weights have mean 1: 8 units of evidence in 7 points with 5 degrees of freedom, against 8 with 6.
    let expected = repeated * (6.0 / 8 * 7 / 5).squareRoot()
    #expect(abs(weighted / expected - 1) < 1e-12)
    let plain = try #require(LawResiduals(of: law, on: Self.points(1))?.standardDeviation)
    #expect(abs(weighted / plain - 1) > 0.01, "the weight is lost")
  }

  @Test func jointLawsTakeWeights() throws {
    let weighted = try JointComparison(of: Self.points(2, sizes: true), range: 0...100)
    let repeated = try JointComparison(of: Self.twice(sizes: true), range: 0...100)
    let plain = try JointComparison(of: Self.points(1, sizes: true), range: 0...100)
    for (one, other) in zip(weighted.fits, repeated.fits) {
      #expect(one.law.shape == other.law.shape)
      for (value, expected) in zip(one.law.values, other.law.values) {
        #expect(abs(value - expected) <= 1e-6 * max(1, abs(expected)), "\(one.law.shape)")
      }
      // Weights of mean 1 make 7 of the 8.
      #expect(abs(one.rss / other.rss * 8 / 7 - 1) < 1e-9, "\(one.law.shape)")
    }
    #expect(abs(plain.fits[2].law.values[2] / weighted.fits[2].law.values[2] - 1) > 0.001)
  }

  @Test func jointLawsNeedASizeForEachPoint() {
    var points = Self.points(1, sizes: true)
    points[3].parametersBillions = nil
    #expect(throws: JointComparison.Problem.invalid(index: 3)) {
      try JointComparison(of: points, range: 0...100)
    }
  }

  @Test func curvesAndMeansTakeWeights() throws {
    let points = [
      Measurement(tokens: 1, score: 10), Measurement(tokens: 4, score: 20, weight: 2e300),
      Measurement(tokens: 4, score: 50, weight: 1e300),
    ]
    #expect(points[1...].meanScore == 30)
    #expect([Measurement]().meanScore == nil)
    let curve = try #require(InterpolatedLaw(through: points, method: .isotonic))
    #expect(curve.score(at: 4) == 30)
    var bad = points
    bad[0].weight = 0
    #expect(InterpolatedLaw(through: bad, method: .isotonic) == nil)
    // The mean of a repeated count is what falls, and it is weighted.
    let falling = try Series(points + [Measurement(tokens: 9, score: 24)])
    guard case .falls(let from, _, _) = try #require(falling.remarks().first) else {
      Issue.record("no fall")
      return
    }
    #expect(from == Measurement(tokens: 4, score: 30))
  }

  @Test func exactCountsAreCounts() {
    #expect(ExactCount(right: 0, of: 1)?.total == 1)
    #expect(ExactCount(right: 3, of: 2) == nil && ExactCount(right: -1, of: 2) == nil)
    #expect(ExactCount(right: 0, of: 0) == nil)
  }
}
