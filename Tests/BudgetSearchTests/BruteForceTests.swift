import Foundation
import SeededRandom
import Testing

@testable import BudgetSearch

/// A value that a problem has by construction.
private func needed<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("what the problem asks for is not there") }
  return value
}

/// The answer by evaluating every candidate of every design, written from the definition alone.
private struct BruteForce {
  let problem: BudgetProblem
  /// What FLOPs count in multiples of under a power.
  private let fewestFLOPs: Double
  /// The highest score of all candidates, whatever the limits.
  let bestScore: Double

  init(problem: BudgetProblem) {
    self.problem = problem
    fewestFLOPs =
      problem.designs.map { chosen in
        needed(
          (0..<chosen.lattice.count).map { Double(chosen.cost.flops(at: chosen.lattice[$0])) }.min()
        )
      }.reduce(.infinity, min)
    bestScore =
      problem.designs.map { chosen in
        needed(
          (0..<chosen.lattice.count).map { chosen.score.score(at: chosen.lattice[$0]) }.max())
      }.reduce(-.infinity, max)
  }

  struct Answer: Equatable {
    var design: Int
    var tokens: Int
  }

  func allowed(_ tokens: Int, _ design: Int, _ name: LimitName) -> Bool {
    let chosen = problem.designs[design]
    switch name {
    case .floor(let benchmark):
      return chosen.benchmarks[benchmark].score(at: tokens)
        >= needed(problem.limits.minimumScores[benchmark])
    case .kept:
      let kept = needed(problem.limits.kept)
      return bestScore >= kept.above
        && chosen.score.score(at: tokens)
          >= bestScore - (1 - kept.share) * (bestScore - kept.above)
    case .ceiling(.flops):
      return chosen.cost.flops(at: tokens) <= needed(problem.limits.maximumFLOPs)
    case .ceiling(let measure):
      return needed(chosen.measures[measure]).amount(at: tokens)
        <= needed(problem.limits.maxima[measure]).double
    case .positiveScore: return chosen.score.score(at: tokens) > 0
    }
  }

  /// All limits that are set, and the implied one.
  var names: [LimitName] {
    var names: [LimitName] = problem.limits.minimumScores.keys.sorted().map {
      .floor(benchmark: $0)
    }
    if problem.limits.kept != nil { names.append(.kept) }
    for measure in Measure.all where problem.limits.maxima[measure] != nil {
      names.append(.ceiling(measure))
    }
    switch problem.objective {
    case .scorePerFLOP, .elasticity: names.append(.positiveScore)
    default: break
    }
    return names
  }

  func objective(_ tokens: Int, _ design: Int) -> Double {
    let chosen = problem.designs[design]
    func amount(_ measure: Measure) -> Double {
      measure == .flops
        ? Double(chosen.cost.flops(at: tokens))
        : needed(chosen.measures[measure]).amount(at: tokens)
    }
    let score = chosen.score.score(at: tokens)
    switch problem.objective {
    case .score: return score
    case .least(let measure): return -amount(measure)
    case .scorePerFLOP: return score / amount(.flops)
    case .elasticity(let threshold):
      return score * pow(amount(.flops) / fewestFLOPs, -threshold)
    case .value(let worth, let price, let measure): return worth * score - price * amount(measure)
    }
  }

  /// The fewest allowed tokens whose objective ties with the best, then the fewest FLOPs, then the first
  /// design; `nil` when none is allowed.
  func best(under names: [LimitName]) -> Answer? {
    var candidates: [(answer: Answer, value: Double, flops: Int128)] = []
    for (design, chosen) in problem.designs.enumerated() {
      for index in 0..<chosen.lattice.count {
        let tokens = chosen.lattice[index]
        guard names.allSatisfy({ allowed(tokens, design, $0) }) else { continue }
        candidates.append(
          (
            Answer(design: design, tokens: tokens), objective(tokens, design),
            chosen.cost.flops(at: tokens)
          ))
      }
    }
    guard let maximum = candidates.map(\.value).max() else { return nil }
    let threshold = maximum - maximum.magnitude * 1e-12
    return candidates.filter { $0.value >= threshold }.min {
      ($0.answer.tokens, $0.flops, $0.answer.design)
        < ($1.answer.tokens, $1.flops, $1.answer.design)
    }?.answer
  }

  func isFeasible(under names: some Sequence<LimitName>) -> Bool {
    best(under: Array(names)) != nil
  }
}

@Suite struct BruteForceTests {
  /// Problems that mix laws, mixtures, costs, measures, lattices, objectives and limits.
  private func problem(_ random: inout SeededRandom, upTo limit: Double) -> BudgetProblem {
    let benchmarks = Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1
    var designs = (0..<(Int.random(in: 0..<4, using: &random) == 0 ? 3 : 1)).map { _ in
      Design.random(&random, benchmarks: benchmarks, upTo: limit)
    }
    if Int.random(in: 0..<5, using: &random) == 0 {
      // Counted from what guessing gets, often near the score; below 0 too, which says nothing of a shape.
      let design = designs[0]
      let score = design.score.score(at: design.lattice[design.lattice.count / 2])
      let chance = score * .random(in: -0.2...1.2, using: &random)
      for index in designs.indices {
        designs[index].score = SkillCurve(designs[index].score, above: chance)
      }
    }
    func candidate() -> (Design, Int) {
      let design = designs[Int.random(in: 0..<designs.count, using: &random)]
      return (design, design.lattice[Int.random(in: 0..<design.lattice.count, using: &random)])
    }
    var limits = Limits()
    for benchmark in 0..<benchmarks where Int.random(in: 0..<5, using: &random) < 2 {
      let (design, tokens) = candidate()
      limits.minimumScores[benchmark] =
        design.benchmarks[benchmark].score(at: tokens) * .random(in: 0.9...1.1, using: &random)
    }
    if Int.random(in: 0..<5, using: &random) < 2 {
      let (design, tokens) = candidate()
      limits.maximumFLOPs =
        design.cost.flops(at: tokens) + Int128(Int.random(in: -1...1, using: &random))
    }
    for measure: Measure in [.latency, .memory, .price]
    where Int.random(in: 0..<4, using: &random) == 0 {
      let (design, tokens) = candidate()
      limits.maxima[measure] = .real(
        design.amount(measure, at: tokens) * .random(in: 0.9...1.1, using: &random))
    }
    // Half of the problems ask for the objective that is hard.
    let objective: Objective
    switch Int.random(in: 0..<10, using: &random) {
    case 0: objective = .score
    case 1: objective = .least(.flops)
    case 2: objective = .least([.latency, .price].randomElement(using: &random) ?? .latency)
    case 3:
      let (design, tokens) = candidate()
      // A price at which neither side of the difference is negligible.
      let worth = random.logUniform(0.1...10)
      let measure: Measure = Bool.random(using: &random) ? .flops : .memory
      objective = .value(
        worth: worth,
        price: worth * design.score.score(at: tokens).magnitude
          / max(1, design.amount(measure, at: tokens)) * random.logUniform(0.01...10), measure)
    case 4: objective = .elasticity(random.logUniform(0.01...2))
    default: objective = .scorePerFLOP
    }
    if Int.random(in: 0..<8, using: &random) == 0 {
      limits.kept = keptShare(of: designs, candidate(), &random)
    }
    return BudgetProblem(designs: designs, objective: objective, limits: limits)
  }

  /// A share of the best score: any, all of it, or what some candidate keeps; above 0 or above guessing.
  private func keptShare(
    of designs: [Design], _ candidate: (Design, Int), _ random: inout SeededRandom
  ) -> KeptShare {
    let best = BudgetProblem(designs: designs, objective: .score).bestScore()
    let score = candidate.0.score.score(at: candidate.1)
    let above =
      Bool.random(using: &random)
      ? 0 : best - best.magnitude * .random(in: -0.1...1, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return KeptShare(1, above: above)
    case 1:
      let share = (score - above) / (best - above)
      return KeptShare(share > 0 && share <= 1 ? share : 0.5, above: above)
    default: return KeptShare(.random(in: 0.2...1, using: &random), above: above)
    }
  }

  /// Solves a problem by bisection alone and as users do, and compares both with brute force.
  private func check(_ problem: BudgetProblem, seed: UInt64) {
    let brute = BruteForce(problem: problem)
    let names = brute.names
    #expect(names == problem.conditions)
    let comment: Comment = "seed \(seed): \(problem.objective), \(problem.limits)"
    let best = brute.best(under: names)
    #expect(problem.best().map { .init(design: $0.design, tokens: $0.tokens) } == best, comment)
    for outcome in [problem.solve(scanningUpTo: 0), problem.solve()] {
      switch outcome {
      case .optimum(let optimum):
        let found = BruteForce.Answer(design: optimum.design, tokens: optimum.tokens)
        let lattice = problem.designs[optimum.design].lattice
        #expect(found == best, comment)
        #expect(lattice[optimum.index] == optimum.tokens, comment)
        checkBinding(optimum.binding, brute, found, comment)
        let feasible = (0..<lattice.count).filter { index in
          names.allSatisfy { brute.allowed(lattice[index], optimum.design, $0) }
        }
        #expect(Array(optimum.feasible.joined()) == feasible, comment)
        if let value = optimum.certificate.value, let bound = optimum.certificate.bound {
          #expect(value == brute.objective(optimum.tokens, optimum.design), comment)
          #expect(bound >= value && bound - value <= bound.magnitude * 1.1e-12, comment)
        } else {
          Issue.record("no bound")
        }
      case .infeasible(let infeasibility):
        #expect(best == nil, comment)
        // The named limits alone are infeasible, and every proper part of them is feasible.
        let named = infeasibility.conflicts
        #expect(!named.isEmpty && Set(named).count == named.count, comment)
        #expect(!brute.isFeasible(under: named), comment)
        for mask in 0..<((1 << named.count) - 1) {
          let part = named.indices.filter { mask & (1 << $0) != 0 }.map { named[$0] }
          #expect(brute.isFeasible(under: part), comment)
        }
        checkRelaxations(infeasibility, of: problem, comment)
        checkExclusions(infeasibility, brute, comment)
      }
    }
  }

  /// Limits that bind change the answer one by one, or together where none does so alone.
  private func checkBinding(
    _ binding: [LimitName], _ brute: BruteForce, _ found: BruteForce.Answer, _ comment: Comment
  ) {
    let names = brute.names
    func changes(_ dropped: [LimitName]) -> Bool {
      brute.best(under: names.filter { !dropped.contains($0) }) != found
    }
    let limits = names.filter { $0 != .positiveScore }
    let single = limits.filter { changes([$0]) }
    guard single.isEmpty, limits.count > 1, changes(limits) else {
      #expect(binding == single, comment)
      return
    }
    #expect(changes(binding) && binding.count > 1, comment)
    for mask in 0..<(1 << limits.count) where mask.nonzeroBitCount < binding.count {
      #expect(!changes(limits.indices.filter { mask & (1 << $0) != 0 }.map { limits[$0] }), comment)
    }
  }

  /// Every limit that excludes everything on its own is named, with what it could be at best.
  private func checkExclusions(
    _ infeasibility: Infeasibility, _ brute: BruteForce, _ comment: Comment
  ) {
    let problem = brute.problem
    #expect(
      infeasibility.exclusions.map(\.limit)
        == brute.names.filter { !brute.isFeasible(under: [$0]) }, comment)
    let members = problem.designs.flatMap { design in
      (0..<design.lattice.count).map { (design, design.lattice[$0]) }
    }
    for exclusion in infeasibility.exclusions {
      switch (exclusion.limit, exclusion.value) {
      case (.floor(let benchmark), .score(let value)):
        #expect(
          value == members.map { $0.0.benchmarks[benchmark].score(at: $0.1) }.max(), comment)
      case (.ceiling(.flops), .amount(.count(let value))):
        #expect(value == members.map { $0.0.cost.flops(at: $0.1) }.min(), comment)
      case (.ceiling(let measure), .amount(.real(let value))):
        #expect(value == members.map { $0.0.amount(measure, at: $0.1) }.min(), comment)
      case (.positiveScore, nil): break
      // The best score keeps all of itself, unless it is none above guessing.
      case (.kept, nil):
        #expect(brute.bestScore < problem.limits.kept?.above ?? .infinity, comment)
      default: Issue.record("\(exclusion) of another kind")
      }
    }
  }

  /// Each relaxation helps, anything less does not, and no limit that would help is left out.
  private func checkRelaxations(
    _ infeasibility: Infeasibility, of problem: BudgetProblem, _ comment: Comment
  ) {
    let names = problem.conditions
    for name in names where name != .positiveScore {
      let brute = BruteForce(problem: problem)
      var helps = brute.isFeasible(under: names.filter { $0 != name })
      if name == .kept, let kept = problem.limits.kept {
        // A share above 0 can only be kept by a score above guessing.
        helps = problem.designs.enumerated().contains { design, chosen in
          (0..<chosen.lattice.count).contains { index in
            let tokens = chosen.lattice[index]
            return chosen.score.score(at: tokens) > kept.above
              && names.allSatisfy { $0 == .kept || brute.allowed(tokens, design, $0) }
          }
        }
      }
      #expect(infeasibility.relaxations.contains { $0.limit == name } == helps, comment)
    }
    for relaxation in infeasibility.relaxations {
      var relaxed = problem
      var tighter = problem
      switch (relaxation.value, relaxation.limit) {
      case (.score(let value), .floor(let benchmark)):
        relaxed.limits.minimumScores[benchmark] = value
        tighter.limits.minimumScores[benchmark] = value.nextUp
      case (.share(let value), .kept):
        relaxed.limits.kept?.share = value
        tighter.limits.kept?.share = min(1, value * (1 + 1e-9))
      case (.amount(.count(let value)), .ceiling(.flops)):
        relaxed.limits.maximumFLOPs = value
        tighter.limits.maximumFLOPs = value - 1
      case (.amount(.real(let value)), .ceiling(let measure)):
        relaxed.limits.maxima[measure] = .real(value)
        tighter.limits.maxima[measure] = .real(value.nextDown)
      default: Issue.record("\(relaxation) of another kind")
      }
      let answer = BruteForce.Answer(design: relaxation.design, tokens: relaxation.tokens)
      #expect(BruteForce(problem: relaxed).best(under: names) == answer, comment)
      #expect(BruteForce(problem: tighter).best(under: names) == nil, comment)
    }
  }

  /// 10,000 problems that mix everything.
  @Test(arguments: 1...100)
  func optimumEqualsBruteForce(block: UInt64) {
    for seed in (block * 100)..<(block * 100 + 100) {
      var random = SeededRandom(seed: seed)
      check(problem(&random, upTo: 600), seed: seed)
    }
  }

  /// The problems above would show little if most were infeasible, or peaked at an end.
  @Test func theProblemsTakeEveryWay() {
    var counts: [String: Int] = [:]
    for seed: UInt64 in 100..<10_100 {
      var random = SeededRandom(seed: seed)
      let problem = problem(&random, upTo: 600)
      if problem.designs.count > 1 { counts["designs", default: 0] += 1 }
      switch problem.solve(scanningUpTo: 0) {
      case .infeasible(let infeasibility):
        counts["infeasible", default: 0] += 1
        counts["conflicts of \(infeasibility.conflicts.count)", default: 0] += 1
        if infeasibility.exclusions.count > 1 { counts["several exclude all", default: 0] += 1 }
        if infeasibility.relaxations.isEmpty { counts["no relaxation", default: 0] += 1 }
        if infeasibility.conflicts.contains(.kept) { counts["a share conflicts", default: 0] += 1 }
        if infeasibility.relaxations.contains(where: { $0.limit == .kept }) {
          counts["a share is relaxed", default: 0] += 1
        }
      case .optimum(let optimum):
        counts[optimum.certificate.method.rawValue, default: 0] += 1
        if optimum.binding.contains(.kept) { counts["a share binds", default: 0] += 1 }
        if optimum.feasible.count > 1 { counts["gaps", default: 0] += 1 }
        if !optimum.binding.isEmpty { counts["binding", default: 0] += 1 }
        if optimum.binding.count > 1 { counts["several bind", default: 0] += 1 }
        if let first = optimum.feasible.first, let last = optimum.feasible.last,
          optimum.index > first.lowerBound, optimum.index < last.upperBound - 1
        {
          counts["interior", default: 0] += 1
        }
        if problem.objective == .scorePerFLOP, problem.designs.count == 1 {
          let evaluator = Evaluator(problem)
          let ranges = IndexRanges(joining: optimum.feasible)
          if evaluator.monotonePieces(in: ranges)?.count ?? 0 > 2 {
            counts["pieces", default: 0] += 1
          }
        }
      }
    }
    let least = [
      "infeasible": 1500, "conflicts of 1": 500, "conflicts of 2": 500, "conflicts of 3": 8,
      "no relaxation": 100, "bisection": 2500, "branch-and-bound": 1000, "gaps": 40,
      "binding": 1000, "several bind": 80,
      "interior": 350, "designs": 2000, "pieces": 100,
      "several exclude all": 400, "a share binds": 100, "a share conflicts": 200,
      "a share is relaxed": 60,
    ]
    for (name, count) in least.sorted(by: { $0.key < $1.key }) {
      #expect(counts[name, default: 0] >= count, "\(name): \(counts)")
    }
  }

  /// Lattices of hundreds of thousands, where neighbours differ by less than the tie tolerance.
  @Test(arguments: 1...16)
  func optimumEqualsBruteForceOnLargeLattices(seed: UInt64) throws {
    var random = SeededRandom(seed: seed &* 7919)
    let largest = Int.random(in: 100_000...300_000, using: &random)
    let lattice = try Lattice(.integers(min: 1, max: largest))
    var problem: BudgetProblem
    if seed % 3 == 0 {
      problem = self.problem(&random, upTo: 600)
      problem.designs[0].lattice = lattice
    } else {
      // A peak somewhere inside: the score grows slower than the cost does at the end.
      let threshold = seed % 2 == 0 ? 1 : 0.8
      problem = BudgetProblem(
        score: TestScore.power(c: 3, exponent: .random(in: 0.1...0.7, using: &random)),
        cost: TestCost(
          fixed: Int128(random.logUniform(1e3...1e6)) * 1000, linear: 1000, squared: 0),
        lattice: lattice, objective: threshold == 1 ? .scorePerFLOP : .elasticity(threshold))
      let optimum = try #require(self.optimum(problem))
      #expect(optimum.index > 0 && optimum.certificate.method == .bisection)
    }
    check(problem, seed: seed)
  }

  private func optimum(_ problem: BudgetProblem) -> Optimum? {
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

  private static let objectives: [Objective] = [.scorePerFLOP, .score, .least(.flops)]

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
      for objective in Self.objectives {
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
      for objective in Self.objectives {
        check(
          BudgetProblem(
            score: score, cost: cost, lattice: lattice, objective: objective,
            limits: Limits(minimumScore: floor)), seed: 0)
      }
    }
  }

  /// A floor on a score that rises and falls: the least change lies at its peak, not at an end.
  @Test func aMixedFloorIsRelaxedToItsPeak() throws {
    let mixed = MixedScore(
      [TestScore.power(c: 1, exponent: 1), TestScore.power(c: 10, exponent: -1)].map {
        MixedScore.Part(curve: $0, floor: 0, ceiling: 1, weight: 1)
      }, .worst)
    let problem = BudgetProblem(
      score: mixed, cost: TestCost(fixed: 0, linear: 1, squared: 0),
      lattice: try Lattice(.integers(min: 1, max: 10)), objective: .least(.flops),
      limits: Limits(minimumScore: 4))
    guard case .infeasible(let infeasible) = problem.solve() else {
      Issue.record("4 is reached nowhere")
      return
    }
    #expect(infeasible.relaxations.map(\.value) == [.score(3)])
    #expect(infeasible.relaxations.map(\.tokens) == [3])
  }
}
