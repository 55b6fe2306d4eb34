import Foundation
import SeededRandom
import Testing

@testable import BudgetSearch

@Suite struct UncertaintyTests {
  private static let cost = TestCost(fixed: 2_900_000, linear: 13_000, squared: 1)

  private func problem(_ lattice: Lattice, _ objective: Objective = .scorePerFLOP) -> BudgetProblem
  {
    BudgetProblem(
      score: TestScore.power(c: 10, exponent: 0.25), cost: Self.cost, lattice: lattice,
      objective: objective)
  }

  /// Exponents around 0.25, as noisy measurements would give them.
  private func scenarios(
    _ count: Int, spread: Double, _ random: inout SeededRandom
  ) -> [Scenario] {
    (0..<count).map { _ in
      let exponent = max(0.02, 0.25 + spread * random.normal())
      return Scenario([.init(score: TestScore.power(c: 10, exponent: exponent))])
    }
  }

  @Test func scenariosAreSolvedAsTheyStand() throws {
    var random = SeededRandom(seed: 5)
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let problem = problem(lattice)
    let drawn = scenarios(300, spread: 0.03, &random)
    let best = try #require(problem.best())
    let found = problem.uncertainty(over: drawn, level: 0.9, of: (0, best.index))
    #expect(found.scenarios == 300 && found.infeasible == 0)
    for (scenario, optimum) in zip(drawn, found.optima) {
      let alone = BudgetProblem(
        score: scenario.designs[0].score, cost: Self.cost, lattice: lattice,
        objective: .scorePerFLOP)
      #expect(alone.best()?.tokens == optimum.tokens)
    }
    // One region, which holds nine tenths of the optima and no more than it must.
    let region = try #require(found.indistinguishable.first)
    #expect(found.indistinguishable.count == 1)
    let inside = found.optima.filter { region.tokens.contains($0.tokens) }.count
    #expect(Double(inside) / 300 == region.share)
    #expect((0.9...0.93).contains(region.share))
    #expect(region.tokens.contains(best.tokens))
    let low = try #require(found.quantile(0.05))
    let high = try #require(found.quantile(0.95))
    #expect(low < best.tokens && best.tokens < high)
  }

  /// The regions of many optima, and of few by every window around each.
  @Test func regionsOfManyOptima() throws {
    var random = SeededRandom(seed: 11)
    func optima(_ count: Int, _ most: Int) -> [DecisionUncertainty.Candidate] {
      (0..<count).map { _ in
        let index = Int.random(in: 0..<most, using: &random)
        return DecisionUncertainty.Candidate(
          design: index % 3, index: index, tokens: index + 1)
      }
    }
    // For each of 200,000 optima its 10,000 neighbours on each side: windows take 2·10⁹ steps.
    let many = BudgetProblem.densest(optima(200_000, 5_000_000), 0.9)
    #expect(many.reduce(0) { $0 + $1.share } >= 0.9)
    for most in [5, 40, 1000] {
      let few = optima(120, most)
      let logs = Dictionary(grouping: few, by: \.design).mapValues { mine in
        mine.map { log(Double($0.tokens)) }.sorted()
      }
      func radius(_ optimum: DecisionUncertainty.Candidate, at place: Int) -> Double {
        let mine = logs[optimum.design] ?? []
        let k = max(1, few.count / 20)
        return (max(0, place - k)...place).filter { $0 + k < mine.count }
          .map { max(mine[place] - mine[$0], mine[$0 + k] - mine[place]) }.min() ?? .infinity
      }
      let radii = logs.keys.sorted().flatMap { design in
        (logs[design] ?? []).indices.map { place in
          radius(.init(design: design, index: 0, tokens: 1), at: place)
        }
      }.sorted()
      let bound = radii[Int((0.9 * 120.0).rounded(.up)) - 1]
      let kept = radii.count { $0 <= bound }
      let found = BudgetProblem.densest(few, 0.9)
      #expect((found.reduce(0) { $0 + $1.share } * 120).rounded() >= Double(kept), "\(most)")
    }
  }

  /// Mean and 95% quantile of regret of a candidate, and how often it is feasible, one scenario at a time.
  private func judged(
    _ tokens: Int, of design: Int = 0, _ problem: BudgetProblem, _ drawn: [Scenario]
  ) -> (feasible: Double, mean: Double, tail: Double) {
    var losses: [Double] = []
    for scenario in drawn {
      let other = problem.under(scenario)
      guard let best = other.best(), other.isFeasible(tokens, of: design) else { continue }
      losses.append(
        max(0, best.value - other.objective(at: tokens, of: design)) / best.value.magnitude)
    }
    losses.sort()
    let count = Double(losses.count)
    guard !losses.isEmpty else { return (0, .infinity, .infinity) }
    return (
      count / Double(drawn.count), losses.reduce(0, +) / count,
      losses[max(0, Int((0.95 * count).rounded(.up)) - 1)]
    )
  }

  /// The robust and the safe choice against every candidate, judged one by one.
  @Test(arguments: 1...30)
  func theRobustChoiceHasTheLeastQuantileOfRegret(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let lattice = Lattice.random(&random, upTo: 3000)
    var problem = problem(lattice)
    let drawn = scenarios(40, spread: 0.05, &random)
    if seed % 2 == 0 {
      problem.objective = .least(.flops)
      let floor = problem.designs[0].score.score(at: lattice[lattice.count / 2])
      problem.limits.minimumScore = floor
    }
    let choice = try #require(problem.best())
    let found = problem.uncertainty(over: drawn, level: 0.8, of: (0, choice.index))
    let own = judged(choice.tokens, problem, drawn)
    #expect((found.recommended.feasibleShare - own.feasible).magnitude < 1e-12)
    var least = Double.infinity
    for index in 0..<lattice.count {
      let other = judged(lattice[index], problem, drawn)
      guard other.feasible >= 0.8 else { continue }
      if own.feasible >= 0.8 {
        if other.mean <= own.mean + 1e-12 { least = min(least, other.tail) }
      } else {
        least = min(least, other.mean)
      }
    }
    let chosen = own.feasible >= 0.8 ? found.robust : found.safe
    #expect((own.feasible >= 0.8 ? found.safe : found.robust) == nil)
    let value = own.feasible >= 0.8 ? chosen?.regretQ95 : chosen?.expectedRegret
    if least < .infinity {
      // A grid over many candidates may stop beside the least by rounding.
      #expect((try #require(value)) <= least + 1e-3, "seed \(seed)")
      #expect((try #require(value)) >= least - 1e-12, "seed \(seed)")
    } else {
      #expect(chosen == nil)
    }
  }

  /// What is best of no scenario may be the robust choice: a design that never wins counts.
  @Test(arguments: 1...20)
  func theRobustChoiceMayBeTheBestOfNoScenario(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let designs = try (0..<4).map { _ in
      let count = Int(random.logUniform(1...40))
      return Design(
        score: TestScore.constant(1),
        cost: TestCost(
          fixed: Int128(random.logUniform(10...1000)), linear: Int128(random.logUniform(1...30)),
          squared: 0), lattice: try Lattice(.multiples(of: 3, max: 3 * count)))
    }
    let problem = BudgetProblem(designs: designs, objective: .scorePerFLOP)
    let drawn = scenarios(40, spread: 0.3, &random).map {
      Scenario(Array(repeating: $0.designs[0], count: 4))
    }
    let best = try #require(problem.under(drawn[0]).best())
    let found = problem.uncertainty(over: drawn, level: 0.9, of: (best.design, best.index))
    let own = judged(best.tokens, of: best.design, problem, drawn)
    let robust = try #require(found.robust)
    let other = judged(robust.candidate.tokens, of: robust.candidate.design, problem, drawn)
    // Sums in another order differ by rounding.
    let rounding = 1e-12
    #expect(other.mean <= own.mean + rounding && other.tail <= own.tail + rounding)
    #expect(((try #require(robust.regretQ95)) - other.tail).magnitude < rounding)
    #expect(((try #require(robust.expectedRegret)) - other.mean).magnitude < rounding)
  }

  @Test func regretIsWhatTheChoiceLoses() throws {
    let lattice = try Lattice(.list([1, 10, 100, 1000]))
    let problem = problem(lattice)
    let drawn = [0.1, 0.4].map {
      Scenario([.init(score: TestScore.power(c: 10, exponent: $0))])
    }
    let found = problem.uncertainty(over: drawn, level: 0.5, of: (0, 2), and: [(0, 0), (0, 3)])
    func ratio(_ exponent: Double, _ tokens: Int) -> Double {
      10 * pow(Double(tokens), exponent) / Double(Self.cost.flops(at: tokens))
    }
    let losses = [0.1, 0.4].map { exponent in
      1 - ratio(exponent, 100) / lattice.members.map { ratio(exponent, $0) }.reduce(0, max)
    }
    let expected = try #require(found.recommended.expectedRegret)
    #expect((expected - (losses[0] + losses[1]) / 2).magnitude < 1e-15)
    #expect(found.recommended.regretQ95 == losses.max())
    #expect(found.recommended.feasibleShare == 1)
    #expect(found.others.map(\.candidate.tokens) == [1, 1000])
  }

  /// Measurements with less noise leave fewer counts in doubt.
  @Test(arguments: 1...20)
  func lessNoiseNarrowsTheSet(seed: UInt64) throws {
    let lattice = try Lattice(.integers(min: 1, max: 100_000))
    let problem = problem(lattice)
    let widths = [0.04, 0.02, 0.01].map { spread -> Double in
      var random = SeededRandom(seed: seed)
      let found = problem.uncertainty(
        over: scenarios(400, spread: spread, &random), level: 0.9, of: (0, 0))
      return found.indistinguishable.reduce(0) {
        $0 + log(Double($1.tokens.upperBound) / Double($1.tokens.lowerBound))
      }
    }
    #expect(widths[0] > widths[1] && widths[1] > widths[2], "\(widths)")
  }

  @Test func limitsThatScoresMissAreCounted() throws {
    let lattice = try Lattice(.integers(min: 1, max: 1000))
    var problem = problem(lattice, .least(.flops))
    problem.limits.minimumScore = 30
    var random = SeededRandom(seed: 9)
    let choice = try #require(problem.best())
    let found = problem.uncertainty(
      over: scenarios(500, spread: 0.01, &random), level: 0.9, of: (0, choice.index))
    // The floor is met with no margin: in about half of the scenarios.
    #expect((0.4...0.6).contains(found.recommended.feasibleShare))
    let safe = try #require(found.safe)
    #expect(safe.feasibleShare >= 0.9 && safe.feasibleShare < 0.93)
    #expect(safe.candidate.tokens > choice.tokens && found.robust == nil)
    problem.limits.minimumScore = 1e6
    let none = problem.uncertainty(
      over: scenarios(50, spread: 0.01, &random), level: 0.9, of: (0, 0))
    #expect(none.infeasible == 50 && none.optima.isEmpty && none.robust == nil && none.safe == nil)
    #expect(none.indistinguishable.isEmpty && none.recommended.expectedRegret == nil)
  }

  @Test func twoCampsAreTwoRegions() {
    func candidate(_ tokens: Int) -> DecisionUncertainty.Candidate {
      .init(design: 0, index: tokens - 1, tokens: tokens)
    }
    let camps = Array(repeating: candidate(1), count: 40) + (400..<460).map(candidate)
    let regions = BudgetProblem.densest(camps, 0.9)
    #expect(regions.count == 2)
    #expect(regions.first?.tokens == 1...1)
    #expect(regions.first?.share == 0.4)
    #expect(regions.last.map { 400...459 ~= $0.tokens.lowerBound } == true)
    // A few strays are left out first.
    let strays = (400..<490).map(candidate) + [1, 2, 5000, 70_000].map(candidate)
    #expect(BudgetProblem.densest(strays, 0.9).map(\.tokens.lowerBound).min() ?? 0 >= 400)
    #expect(BudgetProblem.densest([], 0.9).isEmpty)
    #expect(BudgetProblem.densest([candidate(7)], 0.9).map(\.tokens) == [7...7])
  }
}

extension Lattice {
  fileprivate var members: [Int] { (0..<count).map { self[$0] } }
}

extension SeededRandom {
  /// A standard normal number.
  fileprivate mutating func normal() -> Double {
    let (u, v) = (
      Double.random(in: 1e-12...1, using: &self), Double.random(in: 0...1, using: &self)
    )
    return sqrt(-2 * log(u)) * cos(2 * .pi * v)
  }
}
