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
    // Half of the problems ask for the objective that is hard.
    let objective =
      Bool.random(using: &random)
      ? .scorePerFLOP : Objective.allCases.randomElement(using: &random) ?? .score
    return BudgetProblem(
      score: score, cost: cost, lattice: lattice, objective: objective, limits: limits)
  }

  /// Solves a problem by bisection alone and as users do, and compares both with brute force.
  private func check(_ problem: BudgetProblem<TestScore, TestCost>, seed: UInt64) {
    let brute = BruteForce(problem: problem)
    let comment: Comment = "seed \(seed): \(problem)"
    let best = brute.best()
    for outcome in [problem.solve(scanningUpTo: 0), problem.solve()] {
      switch outcome {
      case .optimum(let optimum):
        #expect(optimum.tokens == best, comment)
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
        #expect(best == nil, comment)
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

  /// The problems above would show little if most were infeasible, or peaked at an end.
  @Test func theProblemsTakeEveryWay() {
    var ratios = 0
    var interior = 0
    var severalPieces = 0
    var infeasible = 0
    var stepped = 0
    var concave = 0
    for seed: UInt64 in 100..<4100 {
      var random = SeededRandom(seed: seed)
      let problem = problem(&random, upTo: 3000)
      guard case .optimum(let optimum) = problem.solve(scanningUpTo: 0) else {
        infeasible += 1
        continue
      }
      guard problem.objective == .scorePerFLOP else { continue }
      ratios += 1
      if problem.cost.pieces.count > 1 { stepped += 1 }
      if problem.cost.hasConcavePiece { concave += 1 }
      let range = optimum.feasible.lowerBound..<(optimum.feasible.upperBound + 1)
      if optimum.index > range.lowerBound, optimum.index < range.upperBound - 1 { interior += 1 }
      let pieces = problem.monotonePieces(in: range, Evaluator(problem))
      if pieces.count > 2 { severalPieces += 1 }
    }
    #expect(infeasible >= 500)
    #expect(ratios >= 1000)
    #expect(interior >= 200)
    #expect(severalPieces >= 50)
    #expect(stepped >= 400)
    #expect(concave >= 100)
  }

  /// Lattices of hundreds of thousands, where neighbours differ by less than the tie tolerance.
  @Test(arguments: 1...12)
  func optimumEqualsBruteForceOnLargeLattices(seed: UInt64) throws {
    var random = SeededRandom(seed: seed &* 7919)
    var problem = problem(&random, upTo: 3000)
    let largest = Int.random(in: 100_000...300_000, using: &random)
    problem.lattice = try Lattice(.integers(min: 1, max: largest))
    if seed % 3 != 0 {
      // A peak somewhere inside: the score grows slower than the cost does at the end.
      problem.objective = .scorePerFLOP
      problem.limits = Limits()
      problem.score = .power(c: 3, exponent: .random(in: 0.1...0.9, using: &random))
      problem.cost = TestCost(
        fixed: Int128(random.logUniform(1e3...1e6)) * 1000, linear: 1000, squared: 0)
      let optimum = try #require(self.optimum(problem))
      #expect(optimum.index > 0 && optimum.certificate.method == .bisection)
    }
    check(problem, seed: seed)
  }

  private func optimum(_ problem: BudgetProblem<TestScore, TestCost>) -> Optimum? {
    if case .optimum(let optimum) = problem.solve() { return optimum }
    return nil
  }

  /// Among subnormal numbers rounding is larger than any tolerance; there must be an answer still.
  @Test func subnormalObjectivesHaveAnAnswer() throws {
    let problem = BudgetProblem(
      score: TestScore.power(c: 1.2951634466340786e-302, exponent: 1),
      cost: TestCost(fixed: 0, linear: 1_048_576_000_000_001_048_576, squared: 0),
      lattice: try Lattice(.integers(min: 1, max: 100)), objective: .scorePerFLOP)
    for scanLimit in [0, 64, 1000] {
      guard case .optimum(let optimum) = problem.solve(scanningUpTo: scanLimit) else {
        Issue.record("no answer")
        continue
      }
      #expect((1...100).contains(optimum.tokens))
    }
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
