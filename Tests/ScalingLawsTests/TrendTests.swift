import RealModule
import ScalingLaws
import SeededRandom
import Testing

/// Whether a constant is one of the laws compared.
@Suite struct TrendTests {
  private func comparison(
    _ points: [(Double, Double)], _ options: FitOptions = FitOptions()
  ) throws -> LawComparison {
    try LawComparison(
      of: Series(points.map { Measurement(tokens: $0.0, score: $0.1) }), options: options)
  }

  /// Five scores that rise without a fall, from a shipped profile: AICc prefers a constant to two
  /// parameters on five points.
  @Test func risingScoresAreNeverConstant() throws {
    let five = [(1.0, 38.92), (9, 51.97), (36, 58.71), (144, 62.61), (576, 63.13)]
    let result = try comparison(five)
    #expect(result.constant == .tooFewPoints(least: 6))
    #expect(result.entries.allSatisfy { $0.fit.form.id != "constant" })
    #expect(result.best?.fit.law.trend == .increasing)
    let six = five + [(1152, 63.2)]
    guard case .trend(let test) = try comparison(six).constant else {
      Issue.record("six rising scores are a trend")
      return
    }
    // 2 of 720 orders are as far from none.
    #expect(test.orderPValue.isApproximatelyEqual(to: 2.0 / 720, relativeTolerance: 1e-12))
  }

  /// The label is saturating, since the slope changes: AICc took a constant.
  @Test(
    arguments: [
      [0.853, 0.915, 0.963, 0.962, 0.965, 0.948], [0.706, 0.829, 0.870, 0.891, 0.906, 0.921],
    ])
  func labelAndLawDoNotContradict(scores: [Double]) throws {
    let tokens = [64.0, 100, 256, 400, 795, 1853]
    let result = try comparison(Array(zip(tokens, scores)))
    #expect(result.regimes?.label == .saturating)
    #expect(result.constant != .offered)
    #expect(result.best?.fit.form.id != "constant")
  }

  /// By the definition: every order of the scores, counted.
  @Test(arguments: 1...40)
  func theExactTestCountsOrders(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 3...7, using: &random)
    // Some token counts repeat; scores do not.
    var tokens = (0..<count).map { _ in Double(Int.random(in: 1...6, using: &random)) }
    if Set(tokens).count < 2 { tokens[0] = 9 }
    let scores = (0..<count).map { _ in Double.random(in: 1...2, using: &random) }
    func statistic(_ scores: [Double]) -> Int {
      var sum = 0
      for i in 0..<count {
        for j in 0..<i where tokens[i] != tokens[j] {
          sum += (tokens[i] < tokens[j]) == (scores[i] < scores[j]) ? 1 : -1
        }
      }
      return abs(sum)
    }
    var (extreme, all) = (0, 0)
    let observed = statistic(scores)
    func step(_ rest: [Double], _ taken: [Double]) {
      guard !rest.isEmpty else {
        all += 1
        if statistic(taken) >= observed { extreme += 1 }
        return
      }
      for index in rest.indices {
        var left = rest
        let one = left.remove(at: index)
        step(left, taken + [one])
      }
    }
    step(scores, [])
    let test = try #require(
      try TrendTest(of: Series(zip(tokens, scores).map { Measurement(tokens: $0, score: $1) })))
    #expect(
      test.orderPValue.isApproximatelyEqual(
        to: Double(extreme) / Double(all), relativeTolerance: 1e-12), "seed \(seed)")
  }

  /// A constant score with noise is called one as often as the tests say, and then chosen or tied.
  @Test func noiseAroundAConstantIsOffered() throws {
    var offered = 0
    let rounds = 400
    for seed in 1...UInt64(rounds) {
      var random = SeededRandom(seed: seed)
      let points = [1.0, 4, 16, 36, 64, 144, 256, 576].map {
        ($0, 50 * Double.exp(0.02 * gaussian(&random)))
      }
      let result = try comparison(points)
      switch result.constant {
      case .offered:
        offered += 1
        #expect(result.regimes?.label == .flat)
        #expect(result.entries.contains { $0.fit.form.id == "constant" })
      default: #expect(result.entries.allSatisfy { $0.fit.form.id != "constant" })
      }
      // No law that goes one way is claimed where no test finds a way.
      if result.regimes?.label == .flat {
        #expect(result.entries.allSatisfy { !$0.isIdentified || $0.fit.law.trend == .constant })
      }
    }
    // Three tests at 5% that mostly agree.
    #expect((340...384).contains(offered), "\(offered) of \(rounds)")
  }

  @Test func whatIsListedIsCompared() throws {
    let rising = [(1.0, 10.0), (4, 20), (16, 30), (64, 40), (256, 50), (576, 60)]
    let result = try comparison(rising, FitOptions(forms: ["constant", "power"]))
    #expect(result.constant == .listed(true))
    #expect(result.entries.map(\.fit.form.id) == ["power", "constant"])
    #expect(try comparison(rising, FitOptions(forms: ["power"])).constant == .listed(false))
  }
}
