import SeededRandom
import Testing

@testable import BudgetSearch

/// What conditions do together, without trying every set of them.
@Suite struct ExclusionSetTests {
  /// The first set of conditions, by size and then in lexicographic order, that a predicate holds for: every one of
  /// them is tried.
  private func first(of count: Int, where holds: ([Int]) -> Bool) -> [Int]? {
    let sets = (0..<(1 << count)).map { bits in (0..<count).filter { bits >> $0 & 1 == 1 } }
    return sets.sorted {
      $0.count != $1.count ? $0.count < $1.count : $0.lexicographicallyPrecedes($1)
    }.first(where: holds)
  }

  private func ranges(_ random: inout SeededRandom, of count: Int) -> IndexRanges {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return IndexRanges(Int.random(in: 0...count, using: &random)..<count)
    case 1: return IndexRanges(0..<Int.random(in: 0...count, using: &random))
    default:
      let ends = (0..<4).map { _ in Int.random(in: 0...count, using: &random) }.sorted()
      return IndexRanges(joining: [ends[0]..<ends[1], ends[2]..<ends[3]])
    }
  }

  @Test(arguments: 0..<40)
  func conflictsAreThoseOfEverySubset(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let conditions = Int.random(in: 1...8, using: &random)
    let counts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      Int.random(in: 1...12, using: &random)
    }
    let allowed = counts.map { count in
      (0..<conditions).map { _ in ranges(&random, of: count) }
    }
    func excluded(_ design: Int, _ index: Int) -> [Int] {
      (0..<conditions).filter { condition in
        !allowed[design][condition].ranges.contains { $0.contains(index) }
      }
    }
    let every = Set(
      counts.indices.flatMap { design in (0..<counts[design]).map { excluded(design, $0) } })
    let found = ExclusionSets(allowed, counts: counts)
    #expect(Set(found.sets) == every && found.sets.count == every.count, "seed \(seed)")
    guard !every.contains([]) else { return }
    let expected = first(of: conditions) { chosen in
      every.allSatisfy { !Set($0).isDisjoint(with: chosen) }
    }
    #expect(found.smallestMeetingAll() == expected, "seed \(seed)")
    let unsparable = ExclusionSets.unsparable(found.sets)
    #expect(every.allSatisfy { !Set($0).isDisjoint(with: unsparable) })
    for condition in unsparable {
      let rest = Set(unsparable).subtracting([condition])
      #expect(every.contains { rest.isDisjoint(with: $0) }, "seed \(seed)")
    }
  }

  /// 100 floors of which each stands in for every other: 2¹⁰⁰ subsets.
  @Test func floorsThatBindTogether() throws {
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let curves = (0..<100).map { _ in Rising() as any ScoreCurve }
    var problem = BudgetProblem(
      designs: [Design(score: Rising(), benchmarks: curves, cost: Line(), lattice: lattice)],
      objective: .least(.flops))
    for index in curves.indices { problem.limits.minimumScores[index] = 40 }
    guard case .optimum(let optimum) = problem.solve() else {
      Issue.record("nothing is feasible")
      return
    }
    #expect(optimum.bindsTogether && optimum.binding.count == 100)
    // One that asks for more binds alone; dropping it leaves the next, which binds with it only.
    problem.limits.minimumScores[7] = 50
    guard case .optimum(let alone) = problem.solve() else {
      Issue.record("nothing is feasible")
      return
    }
    #expect(alone.binding == [.floor(benchmark: 7)] && !alone.bindsTogether)
  }

  /// 100 floors above what can be paid: any of them conflicts with the ceiling, and the first is named.
  @Test func floorsThatConflict() throws {
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let curves = (0..<100).map { _ in Rising() as any ScoreCurve }
    var problem = BudgetProblem(
      designs: Array(
        repeating: Design(score: Rising(), benchmarks: curves, cost: Line(), lattice: lattice),
        count: 12),
      objective: .score, limits: Limits(maximumFLOPs: 1000))
    for index in curves.indices { problem.limits.minimumScores[index] = 40 }
    guard case .infeasible(let infeasible) = problem.solve() else {
      Issue.record("something is feasible")
      return
    }
    #expect(infeasible.conflicts == [.floor(benchmark: 0), .ceiling(.flops)])
    #expect(infeasible.relaxations.map(\.limit) == [.ceiling(.flops)])
  }

  /// Without steps the answer is still conditions that cannot hold together, none of which can be spared.
  @Test func manyRangesEndInAnUnsparableConflict() {
    var random = SeededRandom(seed: 5)
    // Each condition allows all but every so many stretches: a hard cover.
    let count = 400
    let allowed = (0..<60).map { _ in
      IndexRanges(
        joining: (0..<count).filter { _ in Int.random(in: 0..<12, using: &random) > 0 }
          .map { $0..<($0 + 1) })
    }
    let sets = ExclusionSets([allowed], counts: [count]).sets.filter { !$0.isEmpty }
    let found = ExclusionSets(sets: sets).smallestMeetingAll()
    for condition in found {
      let rest = Set(found).subtracting([condition])
      #expect(sets.contains { rest.isDisjoint(with: $0) })
    }
    #expect(sets.allSatisfy { !Set($0).isDisjoint(with: found) })
  }

  private struct Rising: ScoreCurve {
    func score(at tokens: Int) -> Double { 100 * Double(tokens) / (Double(tokens) + 1e4) }
    func elasticity(at tokens: Int) -> Double { 1e4 / (Double(tokens) + 1e4) }
    var direction: Direction { .increasing }
    var elasticityBehaviour: ElasticityBehaviour { .nonincreasing }
  }

  private struct Line: CostCurve {
    func flops(at tokens: Int) -> Int128 { Int128(tokens) + 10 }
    var pieceStarts: [Int] { [0] }
    func coefficients(at tokens: Int) -> QuadraticCoefficients {
      QuadraticCoefficients(fixed: 10, linear: 1, squared: 0)
    }
  }
}
