import BudgetReports
import BudgetSearch
import Foundation
import ScalingLaws
import SeededRandom
import Testing

@testable import TokenBudget

/// The exact search over the curve that decides and over its draws, against every candidate.
@Suite struct SmoothDecisionTests {
  private static let cost = TokenPolynomial(
    fixed: 2_900_044_120_000, perToken: 13_127_647_200, perTokenSquared: 524_288)

  private func posterior(
    _ tokens: [Double], _ random: inout SeededRandom
  ) throws -> SmoothingPosterior {
    let (top, rate) = (
      Double.random(in: 30...95, using: &random), Double.random(in: 0.2...1.5, using: &random)
    )
    let chance: Double? = Bool.random(using: &random) ? 25 : nil
    let series = try Series(
      tokens.map {
        let score =
          (chance ?? 0) + (top - (chance ?? 0)) * (1 - pow($0, -rate))
          + .random(in: -3...3, using: &random)
        return Measurement(tokens: $0, score: min(100, max(0, score)))
      })
    return try #require(
      SmoothingPosterior(
        of: series, bounds: ScoreBounds(range: 0...100, chance: chance, isShare: true)))
  }

  private func check(
    _ problem: BudgetProblem, _ comment: Comment,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    let lattice = problem.designs[0].lattice
    var best: (tokens: Int, value: Double)?
    var tying: [(tokens: Int, value: Double)] = []
    for index in 0..<lattice.count {
      let tokens = lattice[index]
      guard problem.isFeasible(tokens, of: 0) else { continue }
      let value = problem.objective(at: tokens, of: 0)
      if value > best?.value ?? -.infinity { best = (tokens, value) }
      if let highest = best?.value, value >= highest - 1e-12 * highest.magnitude {
        tying.append((tokens, value))
      }
    }
    let first = best.flatMap { best in
      tying.first { $0.value >= best.value - 1e-12 * best.value.magnitude }
    }
    switch problem.solve() {
    case .optimum(let optimum):
      #expect(optimum.tokens == first?.tokens, comment, sourceLocation: sourceLocation)
    case .infeasible: #expect(first == nil, comment, sourceLocation: sourceLocation)
    }
    let quick = problem.best()
    #expect(quick?.tokens == first?.tokens, comment, sourceLocation: sourceLocation)
  }

  @Test("the curve and draws", arguments: 1...12)
  func solvesExactly(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let designs: [[Double]] = [
      [1, 16, 64, 256], [1, 9, 36, 144, 576], [4, 16, 36, 64, 144, 576],
    ]
    let tokens = designs[Int(seed) % 3]
    let posterior = try posterior(tokens, &random)
    let low = Int(tokens[0])
    let high = Int(tokens[tokens.count - 1])
    let lattice = try Lattice(
      seed % 4 == 0 ? .squares(max: high) : .integers(min: low, max: high))
    let cost = try RequestCurve(PiecewiseQuadratic(Self.cost), upTo: high)
    let laws: [any ScoreLaw] =
      [SmoothLaw(posterior)] + posterior.draws(8, seed: seed, reach: 8).map { PolylineLaw($0) }
    for (index, law) in laws.enumerated() {
      let curve = law.scoreCurve
      #expect(curve.polyline != nil)
      for objective in [Objective.scorePerFLOP, .elasticity(0.1), .score, .least(.flops)] {
        var limits = Limits()
        if objective == .least(.flops) || seed % 5 == 0 { limits.kept = KeptShare(0.95) }
        if seed % 3 == 0 {
          limits.maximumFLOPs = cost.flops(at: Int.random(in: low...high, using: &random))
        }
        check(
          BudgetProblem(
            score: curve, cost: cost, lattice: lattice, objective: objective, limits: limits),
          "seed \(seed), curve \(index), \(objective), \(limits)")
      }
    }
  }

  @Test("a million integers") func solvesLargeLattices() throws {
    var random = SeededRandom(seed: 6)
    let posterior = try posterior([1, 32, 1024, 32_768, 1_000_000], &random)
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let cost = try RequestCurve(PiecewiseQuadratic(Self.cost), upTo: 1_000_000)
    for objective in [Objective.scorePerFLOP, .elasticity(0.1)] {
      check(
        BudgetProblem(
          score: SmoothLaw(posterior).scoreCurve, cost: cost, lattice: lattice, objective: objective
        ),
        "\(objective)")
    }
  }
}
