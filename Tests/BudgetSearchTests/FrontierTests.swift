import SeededRandom
import Testing

@testable import BudgetSearch

@Suite struct FrontierTests {
  private func frontier(
    _ score: TestScore, _ cost: TestCost, max: Int, rows: Int, including: [Int] = []
  ) throws -> ParetoFront {
    BudgetProblem(
      score: score, cost: cost, lattice: try Lattice(.integers(min: 1, max: max)),
      objective: .score
    ).sampledFront(rows: rows, including: including.map { (0, $0) })
  }

  private struct Key: Hashable {
    let design: Int
    let index: Int
  }

  /// The front by comparing every candidate with every other, written from the definition alone.
  private func front(_ problem: BudgetProblem, _ measures: [Measure] = []) -> Set<Key> {
    var all: [(key: Key, tokens: Int, score: Double, flops: Int128, amounts: [Double])] = []
    for (design, chosen) in problem.designs.enumerated() {
      for index in 0..<chosen.lattice.count {
        let tokens = chosen.lattice[index]
        all.append(
          (
            Key(design: design, index: index), tokens, chosen.score.score(at: tokens),
            chosen.cost.flops(at: tokens), measures.map { chosen.amount($0, at: tokens) }
          ))
      }
    }
    let kept = all.filter { mine in
      !all.contains { other in
        guard other.key != mine.key, other.score >= mine.score, other.flops <= mine.flops,
          zip(other.amounts, mine.amounts).allSatisfy({ $0 <= $1 })
        else { return false }
        let isBetter =
          other.score > mine.score || other.flops < mine.flops
          || zip(other.amounts, mine.amounts).contains { $0 < $1 }
        return isBetter
          || (other.tokens, other.key.design) < (mine.tokens, mine.key.design)
      }
    }
    return Set(kept.map(\.key))
  }

  /// 600 problems of one design or several, with mixtures among their scores.
  @Test(arguments: 1...600)
  func theFrontIsWhatNoneBeats(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let benchmarks = seed % 5 == 0 ? 2 : 1
    let problem = BudgetProblem(
      designs: (0..<Int.random(in: 1...4, using: &random)).map { _ in
        Design.random(&random, benchmarks: benchmarks, upTo: 120)
      }, objective: .score)
    let expected = front(problem)
    let found = problem.front()
    #expect(Set(found.points.map { Key(design: $0.design, index: $0.index) }) == expected)
    #expect(found.points.count == expected.count)
    for (low, high) in zip(found.points, found.points.dropFirst()) {
      #expect(low.flops < high.flops && low.score < high.score)
    }
    // All candidates looked at, through the other algorithm.
    let checked = problem.sampledFront(rows: 200)
    #expect(checked.isComplete)
    #expect(Set(checked.points.map { Key(design: $0.design, index: $0.index) }) == expected)
    let measures: [Measure] = [.latency, .memory]
    let along = problem.sampledFront(rows: 200, measures: measures)
    #expect(
      Set(along.points.map { Key(design: $0.design, index: $0.index) }) == front(problem, measures))
  }

  @Test func longLatticesAreThinnedWithTheirEndsAndTheIncluded() throws {
    let front = try frontier(
      .power(c: 1, exponent: 0.2), TestCost(fixed: 100, linear: 1, squared: 0), max: 1_000_000,
      rows: 10, including: [64, 65])
    let points = front.points
    #expect(!front.isComplete)
    #expect(points.first?.tokens == 1)
    #expect(points.last?.tokens == 1_000_000)
    #expect(points.contains { $0.tokens == 65 } && points.contains { $0.tokens == 66 })
    #expect((8...14).contains(points.count))
  }

  @Test func lawsThatDoNotGrowHaveOnePoint() throws {
    let cost = TestCost(fixed: 100, linear: 1, squared: 0)
    for score in [TestScore.constant(5), .power(c: 5, exponent: -0.5)] {
      #expect(try frontier(score, cost, max: 100, rows: 10).points.map(\.tokens) == [1])
    }
  }

  /// A front of a million points is found without looking at the hundred million that it beats.
  @Test func aWholeRunIsRuledOutAtOnce() throws {
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let cheap = Design(
      score: TestScore.power(c: 2, exponent: 0.2),
      cost: TestCost(fixed: 10, linear: 1, squared: 0), lattice: lattice)
    let dear = Design(
      score: TestScore.power(c: 1, exponent: 0.2),
      cost: TestCost(fixed: 20, linear: 1, squared: 0), lattice: lattice)
    let front = BudgetProblem(
      designs: Array(repeating: dear, count: 9) + [cheap], objective: .score
    )
    .front()
    #expect(front.points.count == 1_000_000)
    #expect(front.points.allSatisfy { $0.design == 9 })
    // FLOPs twice, as a double and exactly, and the score.
    #expect(front.evaluations < 3_100_000)
  }

  /// Where score and FLOPs are equal, the candidate that is better in another measure stays, wherever it lies.
  @Test(arguments: [
    TestScore.constant(5), .power(c: 5, exponent: 1e-300), .power(c: 5, exponent: -1e-300),
  ])
  func aFallingMeasureDecidesAmongEquals(score: TestScore) throws {
    let design = Design(
      score: score, cost: TestCost(fixed: 7, linear: 0, squared: 0),
      measures: [.latency: Dip()], lattice: try Lattice(.integers(min: 1, max: 3)))
    let front = BudgetProblem(designs: [design], objective: .score)
      .sampledFront(rows: 5, measures: [.latency])
    #expect(front.points.map(\.tokens) == [2])
  }

  /// 10, 3 and 10 at one, two and three tokens.
  private struct Dip: MeasureCurve {
    var falls: [Int] { [0, 2] }
    func amount(at tokens: Int) -> Double { tokens == 2 ? 3 : 10 }
  }

  /// FLOPs that no double tells apart have a price in FLOPs and no elasticity.
  @Test func stepsBelowTheResolutionOfADoubleHaveNoElasticity() throws {
    let front = try frontier(
      .power(c: 2, exponent: 0.1), TestCost(fixed: 1 << 60, linear: 1, squared: 0), max: 5, rows: 10
    )
    #expect(front.steps.map(\.flops) == [1, 1, 1, 1])
    #expect(front.steps.allSatisfy { $0.elasticity == nil })
  }

  /// Where tokens cost nothing, the fewest that reach the highest score are the front, and bisection finds
  /// them: 10⁹ candidates could not be looked at one by one.
  @Test func freeTokensLeaveOnePoint() throws {
    let free = TestCost(fixed: 7, linear: 0, squared: 0)
    for score in [
      TestScore.power(c: 2, exponent: 0.2),
      .saturating(ceiling: 50, amplitude: 20, exponent: 3),
    ] {
      let front = BudgetProblem(
        score: score, cost: free, lattice: try Lattice(.integers(min: 1, max: 1_000_000_000)),
        objective: .score
      ).front()
      #expect(front.points.count == 1)
      let tokens = try #require(front.points.first).tokens
      #expect(score.score(at: tokens) == score.score(at: 1_000_000_000))
      #expect(score.score(at: tokens - 1) < score.score(at: tokens))
      #expect(front.evaluations < 10_000)
    }
  }

  /// S = 1 + ln F has its largest distance above the chord, in logarithms, where its elasticity is the
  /// chord's.
  @Test func theKneeIsWhereAPercentBuysTheAverage() throws {
    let front = try frontier(
      .logLinear(a: 1, b: 1), TestCost(fixed: 0, linear: 1, squared: 0), max: 10_000, rows: 20_000)
    let knee = front.points[try #require(front.knee)]
    // ε = 1/(1 + ln F) equals the average ln(S_last)/ln(F_last).
    let average = 2.3228 / 9.2103
    #expect((1 / knee.score / average - 1).magnitude < 0.01)
    #expect(front.steps.count == front.points.count - 1)
    #expect(front.steps[0].elasticity.map { ($0 - 0.7597).magnitude < 1e-3 } == true)
    let straight = try frontier(
      .power(c: 1, exponent: 0.5), TestCost(fixed: 0, linear: 1, squared: 0), max: 100, rows: 200)
    #expect(straight.knee == nil)
  }
}
