import RealModule
import ScalingLaws
import SeededRandom
import Testing

@Suite struct HillLawTests {
  private static let tokens = [1.0, 4, 16, 36, 64, 144, 256, 400, 576, 1024]

  /// Multiple choice with four answers and a late threshold.
  private func measured(_ seed: UInt64, noise: Double) throws -> (law: HillLaw, series: Series) {
    var random = SeededRandom(seed: seed)
    let law = try HillLaw(
      floor: 25, ceiling: .random(in: 50...90, using: &random),
      midpoint: random.logUniform(20...300), slope: .random(in: 1...4, using: &random))
    return (
      law,
      try Series(
        Self.tokens.map {
          Measurement(tokens: $0, score: law.score(at: $0) * Double.exp(noise * gaussian(&random)))
        })
    )
  }

  @Test(arguments: ResidualScale.allCases)
  func aKnownFloorIsNotFitted(scale: ResidualScale) throws {
    for seed in UInt64(1)...10 {
      let (law, series) = try measured(seed, noise: 0)
      let fit = try #require(
        try LawFit.fit(HillLaw.self, to: series, scale: scale, chance: 25))
      for (value, truth) in zip(fit.law.values, law.values) {
        #expect(
          value.isApproximatelyEqual(to: truth, relativeTolerance: 1e-5), "\(fit.law), \(law)")
      }
      #expect(fit.law.values[0] == 25 && fit.parameterCount == 3 && fit.count == 10)
    }
  }

  /// Three parameters are offered from six points, and no row of the covariance is the floor's.
  @Test func aKnownFloorTakesNoDegreeOfFreedom() throws {
    let (_, series) = try measured(3, noise: 0.01)
    let known = try #require(try LawFit.fit(HillLaw.self, to: series, chance: 25))
    let free = try #require(try LawFit.fit(HillLaw.self, to: series))
    #expect(free.parameterCount == 4 && free.rss <= known.rss * (1 + 1e-9))
    let covariance = try #require(known.covariance)
    #expect(covariance[0].allSatisfy { $0 == 0 } && covariance[1][1] > 0)
    let m = 10.0
    for (fit, k) in [(known, 4.0), (free, 5.0)] {
      let expected = m * Double.log(fit.rss / m) + 2 * k + 2 * k * (k + 1) / (m - k - 1)
      #expect(try #require(fit.aicc).isApproximatelyEqual(to: expected, relativeTolerance: 1e-12))
    }
    let six = try Series(Array(series.measurements.suffix(6)))
    let forms = { (chance: Double?) in
      try LawComparison(of: six, options: FitOptions(chance: chance)).entries.map(\.fit.form.id)
    }
    #expect(try forms(25).contains("hill"))
    #expect(try !forms(nil).contains("hill"))
    // A chance of 0 is no floor.
    #expect(try !forms(0).contains("hill"))
  }

  /// With a floor above all that the others can follow, the law of the truth is chosen.
  @Test func guessingIsTakenForWhatItIs() throws {
    var chosen = 0
    for seed in UInt64(1)...40 {
      let (_, series) = try measured(seed, noise: 0.01)
      let comparison = try LawComparison(of: series, options: FitOptions(chance: 25))
      if comparison.best?.fit.form.id == "hill" { chosen += 1 }
    }
    #expect(chosen >= 30, "\(chosen) of 40")
  }

  /// No random parameters with the same floor do better.
  @Test(arguments: ResidualScale.allCases)
  func theOptimumWithAKnownFloorIsGlobal(scale: ResidualScale) throws {
    for seed in UInt64(1)...8 {
      let (_, series) = try measured(seed, noise: 0.1)
      let fit = try #require(
        try LawFit.fit(HillLaw.self, to: series, scale: scale, chance: 25))
      var random = SeededRandom(seed: seed + 100)
      for trial in 0..<2000 {
        let width = trial % 2 == 0 ? random.logUniform(1e-5...1) : 3
        let values = fit.law.values.map { $0 * Double.exp(width * gaussian(&random)) }
        guard
          let law = try? HillLaw(
            floor: 25, ceiling: values[1], midpoint: values[2], slope: values[3])
        else { continue }
        let rss = series.measurements.reduce(0.0) { sum, point in
          let r = scale.value(point.score) - scale.value(law.score(at: point.tokens))
          return sum + r * r
        }
        #expect(rss.isNaN || rss >= fit.rss * (1 - 1e-9), "\(law), \(fit.law), seed \(seed)")
      }
    }
  }

  @Test func drawsKeepTheKnownFloor() throws {
    let (_, series) = try measured(5, noise: 0.02)
    let fit = try #require(try LawFit.fit(HillLaw.self, to: series, chance: 25))
    let draws = try #require(try ParameterDraws(around: fit, of: series, .init(count: 50)))
    #expect(draws.laws.count == 50 && draws.laws.allSatisfy { $0.values[0] == 25 })
  }

  /// Without a threshold in sight the law has no optimum of its own.
  @Test func aPowerLawHasNoThreshold() throws {
    let points = Self.tokens.map { Measurement(tokens: $0, score: 5 * Double.pow($0, 0.3)) }
    let fit = try #require(try LawFit.fit(HillLaw.self, to: Series(points)))
    #expect(fit.status == .runsAway(limit: "power"))
  }

  @Test func elasticityRisesToTheThresholdAndFallsBehindIt() throws {
    let law = try HillLaw(floor: 25, ceiling: 75, midpoint: 100, slope: 3)
    #expect(law.elasticityShape == .unknown)
    #expect(law.elasticity(at: 10) < law.elasticity(at: 80))
    #expect(law.elasticity(at: 80) > law.elasticity(at: 800))
    #expect(
      try HillLaw(floor: 0, ceiling: 75, midpoint: 9, slope: 3).elasticityShape == .nonincreasing)
  }
}
