import BudgetReports
import BudgetSearch
import ComputeCosts
import RealModule
import ScalingLaws
import SeededRandom
import Testing
import TokenBudget

/// The search on a law whose elasticity rises and then falls.
@Suite struct HillSearchTests {
  @Test(arguments: 1...10)
  func theBestIsThatOfAllCandidates(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let law = try HillLaw(
      floor: .random(in: 0...40, using: &random), ceiling: .random(in: 41...90, using: &random),
      midpoint: random.logUniform(4...3000), slope: random.logUniform(0.3...9))
    let cost = TokenPolynomial(
      fixed: Int128(random.logUniform(1...1e6)), perToken: Int128(random.logUniform(1...1e4)),
      perTokenSquared: Int128(Bool.random(using: &random) ? 0 : 1))
    let lattice = try Lattice(.integers(min: 1, max: 40_000))
    let curve = try RequestCurve(PiecewiseQuadratic(cost), upTo: 40_000)
    for objective in [Objective.scorePerFLOP, .elasticity(0.3)] {
      let best = try #require(
        BudgetProblem(
          score: LawCurve(law: law), cost: curve, lattice: lattice, objective: objective
        ).best())
      let exponent = objective == .scorePerFLOP ? 1 : 0.3
      func value(_ n: Int) -> Double {
        law.score(at: Double(n)) / Double.pow(curve.amount(at: n), exponent)
      }
      let highest = (1...40_000).map(value).max() ?? 0
      #expect(
        value(best.tokens) >= highest * (1 - 1e-12), "\(law), \(objective), seed \(seed)")
    }
  }
}
