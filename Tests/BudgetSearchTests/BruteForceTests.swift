import SeededRandom
import Testing

@testable import BudgetSearch

/// The answer by evaluating every member of the lattice, written from the definition alone.
private struct BruteForce {
  let problem: BudgetProblem<TestScore, TestCost>

  func allowed(_ tokens: Int, without: Set<LimitName> = []) -> Bool {
    let score = problem.score.score(at: tokens)
    if !without.contains(.minimumScore), let minimum = problem.limits.minimumScore,
      !(score >= minimum)
    {
      return false
    }
    if !without.contains(.maximumFLOPs), let maximum = problem.limits.maximumFLOPs,
      problem.cost.flops(at: tokens) > maximum
    {
      return false
    }
    return without.contains(.positiveScore) || problem.objective != .scorePerFLOP || score > 0
  }

  func objective(_ tokens: Int) -> Double {
    switch problem.objective {
    case .score: problem.score.score(at: tokens)
    case .leastFLOPs: -Double(problem.cost.flops(at: tokens))
    case .scorePerFLOP: problem.score.score(at: tokens) / Double(problem.cost.flops(at: tokens))
    }
  }

  /// The fewest allowed tokens whose objective ties with the best; `nil` when none is allowed.
  func best(without: Set<LimitName> = []) -> Int? {
    let members = (0..<problem.lattice.count).map { problem.lattice[$0] }
      .filter { allowed($0, without: without) }
    let values = members.map(objective)
    guard let maximum = values.max() else { return nil }
    let threshold = maximum - maximum.magnitude * 1e-12
    return zip(members, values).first { $0.1 >= threshold }?.0
  }
}

@Suite struct BruteForceTests {
  private static let all: Set<LimitName> = [.minimumScore, .maximumFLOPs, .positiveScore]

  private func problem(_ random: inout SeededRandom, upTo limit: Double) -> BudgetProblem<
    TestScore, TestCost
  > {
    let score = TestScore.random(&random)
    let cost = TestCost.random(&random)
    let lattice = Lattice.random(&random, upTo: limit)
    func member() -> Int { lattice[Int.random(in: 0..<lattice.count, using: &random)] }
    var limits = Limits()
    if Bool.random(using: &random) {
      limits.minimumScore = score.score(at: member()) * .random(in: 0.9...1.1, using: &random)
    }
    if Bool.random(using: &random) {
      limits.maximumFLOPs =
        cost.flops(at: member()) + Int128(Int.random(in: -1...1, using: &random))
    }
    let objective = Objective.allCases.randomElement(using: &random) ?? .score
    return BudgetProblem(
      score: score, cost: cost, lattice: lattice, objective: objective, limits: limits)
  }

  private func check(_ problem: BudgetProblem<TestScore, TestCost>, seed: UInt64) {
    let brute = BruteForce(problem: problem)
    let comment: Comment = "seed \(seed): \(problem)"
    switch problem.solve() {
    case .optimum(let optimum):
      #expect(optimum.tokens == brute.best(), comment)
      #expect(problem.lattice[optimum.index] == optimum.tokens, comment)
      let binding = Self.all.filter {
        $0 != .positiveScore && brute.best(without: [$0]) != optimum.tokens
      }
      #expect(Set(optimum.binding) == binding, comment)
      for index in [optimum.feasible.lowerBound, optimum.feasible.upperBound] {
        #expect(brute.allowed(problem.lattice[index]), comment)
      }
      for index in [optimum.feasible.lowerBound - 1, optimum.feasible.upperBound + 1]
      where index >= 0 && index < problem.lattice.count {
        #expect(!brute.allowed(problem.lattice[index]), comment)
      }
    case .infeasible(let infeasibility):
      #expect(brute.best() == nil, comment)
      // The named limits alone are infeasible, and every proper part of them is feasible.
      let named = Set(infeasibility.conflicts)
      #expect(!named.isEmpty && named.count == infeasibility.conflicts.count, comment)
      #expect(brute.best(without: Self.all.subtracting(named)) == nil, comment)
      for limit in named {
        let part = named.subtracting([limit])
        #expect(brute.best(without: Self.all.subtracting(part)) != nil, comment)
      }
      checkRelaxations(infeasibility, of: problem, comment)
    }
  }

  /// Each relaxation helps, and anything less does not.
  private func checkRelaxations(
    _ infeasibility: Infeasibility, of problem: BudgetProblem<TestScore, TestCost>,
    _ comment: Comment
  ) {
    for relaxation in infeasibility.relaxations {
      var relaxed = problem
      var tighter = problem
      switch relaxation.value {
      case .score(let value):
        relaxed.limits.minimumScore = value
        tighter.limits.minimumScore = value.nextUp
      case .flops(let value):
        relaxed.limits.maximumFLOPs = value
        tighter.limits.maximumFLOPs = value - 1
      }
      #expect(BruteForce(problem: relaxed).best() == relaxation.tokens, comment)
      #expect(BruteForce(problem: tighter).best() == nil, comment)
    }
  }

  /// 4,000 problems that mix laws, costs, lattices, objectives and limits.
  @Test(arguments: 1...40)
  func optimumEqualsBruteForce(block: UInt64) {
    for seed in (block * 100)..<(block * 100 + 100) {
      var random = SeededRandom(seed: seed)
      check(problem(&random, upTo: 3000), seed: seed)
    }
  }

  /// Large lattices, where neighbours differ by less than the tie tolerance.
  @Test(arguments: 1...12)
  func optimumEqualsBruteForceOnLargeLattices(seed: UInt64) {
    var random = SeededRandom(seed: seed &* 7919)
    check(problem(&random, upTo: 300_000), seed: seed)
  }

  /// Score and cost that nearly cancel: the objective is flat to rounding over the whole lattice.
  @Test(arguments: [0.0, 1e-16, 1e-14, 1e-13, 1e-12, 1e-10, 1e-8, -1e-14, -1e-12])
  func nearlyFlatObjectivesAreExact(excess: Double) throws {
    let lattice = try Lattice(.integers(min: 1, max: 20_000))
    let curves: [(TestScore, TestCost)] = [
      (.power(c: 3, exponent: 1 + excess), TestCost(fixed: 0, linear: 7, squared: 0)),
      (.power(c: 3, exponent: 2 + excess), TestCost(fixed: 0, linear: 0, squared: 5)),
      (.regime(c: 3, beta: 2 + excess, nBalance: 10), TestCost(fixed: 0, linear: 50, squared: 5)),
      (.power(c: 3, exponent: excess), TestCost(fixed: 11, linear: 0, squared: 0)),
    ]
    for (score, cost) in curves {
      for objective in Objective.allCases {
        check(
          BudgetProblem(score: score, cost: cost, lattice: lattice, objective: objective), seed: 0)
      }
    }
  }

  /// A law whose floor falls on a plateau of equal doubles.
  @Test func floorsOnAPlateauAreExact() throws {
    let score = TestScore.saturating(ceiling: 50, amplitude: 40, exponent: 4)
    let cost = TestCost(fixed: 10, linear: 1, squared: 0)
    let lattice = try Lattice(.integers(min: 1, max: 30_000))
    for floor in [50 - 1e-9, 50.0.nextDown, 50, 50.0.nextUp, 49.999] {
      for objective in Objective.allCases {
        check(
          BudgetProblem(
            score: score, cost: cost, lattice: lattice, objective: objective,
            limits: Limits(minimumScore: floor)), seed: 0)
      }
    }
  }
}
