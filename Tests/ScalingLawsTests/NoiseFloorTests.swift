import RealModule
import ScalingLaws
import Testing

/// What is known of the noise beforehand is a floor.
@Suite struct NoiseFloorTests {
  /// The standard deviation of Beta(x + 1/2, n − x + 1/2), in percent, by scipy.stats.beta 1.16.
  @Test(arguments: [
    (0, 1, 25.0), (0, 500, 0.14092805517008203), (250, 500, 2.2316092133872587),
    (500, 500, 0.14092805517008203), (3117, 5000, 0.6851053281577161),
    (1, 20, 5.490757962755767),
  ])
  func countsHaveJeffreysDeviation(right: Int, total: Int, expected: Double) throws {
    let count = try #require(ExactCount(right: right, of: total))
    let score = count.score(in: 0...100)
    let counted = Measurement(tokens: 1, score: score, count: count)
    let asked = Measurement(tokens: 1, score: score, questions: total)
    for point in [counted, asked] {
      let floor = try #require(point.noiseFloor(range: 0...100))
      #expect(abs(floor / expected - 1) < 1e-12)
      // In another unit it is the same.
      var other = point
      other.score = -1 + 2 * score / 100
      #expect(abs(try #require(other.noiseFloor(range: -1...1)) / expected * 50 - 1) < 1e-12)
    }
  }

  @Test func whatIsStatedWins() throws {
    var point = Measurement(tokens: 1, score: 50, questions: 100)
    #expect(point.noiseFloor(range: nil) == nil)
    // A score that the metric cannot give is taken at the metric's end.
    point.score = 130
    let top = try #require(point.noiseFloor(range: 0...100))
    point.score = 100
    #expect(point.noiseFloor(range: 0...100) == top && top > 0)
    point.standardError = 0.25
    #expect(point.noiseFloor(range: 0...100) == 0.25 && point.noiseFloor(range: nil) == 0.25)
    #expect(Measurement(tokens: 1, score: 50).noiseFloor(range: 0...100) == nil)
  }

  @Test func seriesTakeTheMeanSquareOverWhatIsKnown() throws {
    let series = try Series([
      Measurement(tokens: 1, score: 10, weight: 1, standardError: 1),
      Measurement(tokens: 2, score: 20, weight: 3, standardError: 2),
      Measurement(tokens: 4, score: 30, weight: 2),
    ])
    // Weights of mean 1 are 0.5, 1.5, 1: the noise of a heavier point says more of σ.
    let score = try #require(series.noiseFloor(range: nil, .score))
    #expect(abs(score - ((0.5 * 1 + 1.5 * 4) / 2).squareRoot()) < 1e-15)
    let log = try #require(series.noiseFloor(range: nil, .logScore))
    #expect(abs(log - ((0.5 * 0.01 + 1.5 * 0.01) / 2).squareRoot()) < 1e-15)
    #expect(try Series([Measurement(tokens: 1, score: 1)]).noiseFloor(range: 0...1, .score) == nil)
  }

  /// Scores on a line to a hundredth, of few questions: the residuals know nothing of the questions.
  @Test(arguments: [ResidualScale.logScore, .score])
  func intervalsAreNeverNarrowerThanTheFloor(_ scale: ResidualScale) throws {
    func comparison(_ questions: Int?) throws -> LawComparison {
      let points = [1.0, 2, 4, 8, 16, 32, 64].enumerated().map { index, n in
        Measurement(
          tokens: n, score: 20 + 8 * Double.log(n) + (index % 2 == 0 ? 0.01 : -0.01),
          questions: questions)
      }
      return try LawComparison(
        of: Series(points),
        options: FitOptions(scale: scale, forms: ["log-linear"], questionRange: 0...100))
    }
    func width(_ prediction: LawPrediction?) -> Double {
      prediction?.interval.map { $0.upperBound - $0.lowerBound } ?? .nan
    }
    let (free, few) = (try comparison(nil), try comparison(100))
    #expect(free.noiseFloor == 0)
    let fit = try #require(few.best?.fit)
    #expect(fit.rss == free.best?.fit.rss, "a floor is no estimate")
    let own = fit.predict(at: 16, noiseFloor: few.noiseFloor)
    #expect(width(own) > 100 * width(free.best?.fit.predict(at: 16)))
    #expect(width(own) > 2 * 1.96 * 4, "100 questions have a standard error of some 5 percent")
    #expect(abs(width(few.predict(at: 16)) / width(own) - 1) < 0.02)
    // Of very many questions the residuals say more.
    let many = try comparison(1_000_000_000)
    #expect(width(many.predict(at: 16)) == width(free.predict(at: 16)))
  }
}
