import Foundation
import SeededRandom
import Testing

@testable import BudgetSearch

/// A score that is straight in ln n between knots, written from the definition.
private struct TestPolyline: ScoreCurve {
  let knots: [Double]
  let scores: [Double]

  func score(at tokens: Int) -> Double {
    let n = Double(tokens)
    let k = segment(n)
    let share = (log(n) - log(knots[k])) / (log(knots[k + 1]) - log(knots[k]))
    return scores[k] + share * (scores[k + 1] - scores[k])
  }

  func elasticity(at tokens: Int) -> Double {
    let k = segment(Double(tokens))
    return (scores[k + 1] - scores[k]) / (log(knots[k + 1]) - log(knots[k])) / score(at: tokens)
  }

  private func segment(_ n: Double) -> Int {
    max(0, min(knots.count - 2, (knots.lastIndex { $0 <= n } ?? 0)))
  }

  var direction: Direction {
    let steps = zip(scores, scores.dropFirst()).map { $1 - $0 }
    if steps.allSatisfy({ $0 == 0 }) { return .constant }
    if steps.allSatisfy({ $0 >= 0 }) { return .increasing }
    return steps.allSatisfy { $0 <= 0 } ? .decreasing : .unknown
  }

  var elasticityBehaviour: ElasticityBehaviour { .nonincreasing }
  var pieceStarts: [Double] { Array(knots.dropFirst().dropLast()) }
  var polyline: ScorePolyline? { ScorePolyline(tokens: knots, scores: scores) }

  func upperBound(over tokens: ClosedRange<Int>) -> Double { ends(tokens).max() ?? .nan }
  func lowerBound(over tokens: ClosedRange<Int>) -> Double { ends(tokens).min() ?? .nan }

  private func ends(_ tokens: ClosedRange<Int>) -> [Double] {
    let range = Double(tokens.lowerBound)...Double(tokens.upperBound)
    return [score(at: tokens.lowerBound), score(at: tokens.upperBound)]
      + zip(knots, scores).filter { range.contains($0.0) }.map(\.1)
  }

  static func knots(_ random: inout SeededRandom, upTo limit: Double) -> [Double] {
    let count = Int.random(in: 2...40, using: &random)
    let inner = (0..<count).map { _ -> Double in
      let knot = random.logUniform(1...limit)
      return Bool.random(using: &random) ? knot.rounded() : knot
    }
    return Set(inner + [0.5, limit * 1.5]).sorted()
  }

  static func random(on knots: [Double], _ random: inout SeededRandom) -> TestPolyline {
    let kind = Int.random(in: 0..<4, using: &random)
    var level = Double.random(in: -5...30, using: &random)
    return TestPolyline(
      knots: knots,
      scores: knots.map { _ in
        switch kind {
        // Rising, with flat parts; up and down; integers, so that some tie; falling.
        case 0: level += max(0, .random(in: -1...3, using: &random))
        case 1: level += .random(in: -3...4, using: &random)
        case 2: level = Double(Int.random(in: 0...5, using: &random))
        default: level -= .random(in: 0...2, using: &random)
        }
        return level
      })
  }
}

/// The search over curves that are straight in ln n between shared knots, against every candidate.
@Suite struct PolylineSearchTests {
  private static let objectives: [Objective] = [
    .score, .scorePerFLOP, .elasticity(0.1), .elasticity(2.5), .elasticity(0.01),
  ]

  /// The highest objective among candidates that the limits allow, and the fewest tokens that tie with it.
  private func brute(_ problem: BudgetProblem) -> (tokens: Int, value: Double)? {
    let lattice = problem.designs[0].lattice
    var best: (tokens: Int, value: Double)?
    for index in 0..<lattice.count {
      let tokens = lattice[index]
      guard problem.isFeasible(tokens, of: 0) else { continue }
      let value = problem.objective(at: tokens, of: 0)
      if value > best?.value ?? -.infinity { best = (tokens, value) }
    }
    return best
  }

  private func isBest(_ choice: Choice?, _ problem: BudgetProblem) -> Bool {
    guard let best = brute(problem) else { return choice == nil }
    guard let choice, problem.isFeasible(choice.tokens, of: 0),
      problem.designs[0].lattice[choice.index] == choice.tokens
    else { return false }
    let value = problem.objective(at: choice.tokens, of: 0)
    return value == choice.value && value >= best.value - 1e-12 * best.value.magnitude
  }

  @Test("draws on shared knots", arguments: 1...300)
  func equalsBruteForce(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let lattice = Lattice.random(&random, upTo: 2000)
    let knots = TestPolyline.knots(&random, upTo: Double(lattice[lattice.count - 1]) + 1)
    let cost = TestCost.random(&random)
    var limits = Limits()
    if seed % 3 == 0 {
      limits.maximumFLOPs = cost.flops(
        at: lattice[Int.random(in: 0..<lattice.count, using: &random)])
    }
    let curves = (0..<6).map { _ in TestPolyline.random(on: knots, &random) }
    for objective in Self.objectives {
      let problem = BudgetProblem(
        score: curves[0], cost: cost, lattice: lattice, objective: objective, limits: limits)
      let search = PolylineSearch(problem, knots: knots)
      if search == nil {
        // Refused only where the cost's elasticity may fall, as where a window fills.
        #expect(cost.hasNegativeCoefficient && objective != .score, "seed \(seed)")
      }
      for curve in curves {
        var under = problem
        under.designs[0].score = curve
        under.designs[0].benchmarks = [curve]
        let polyline = try #require(curve.polyline)
        if let search {
          let found = search.best(of: polyline, curve)
          #expect(
            isBest(found, under),
            "seed \(seed), \(objective): \(String(describing: found)), not \(String(describing: brute(under)))"
          )
        }
        #expect(isBest(under.best(), under), "seed \(seed), \(objective)")
      }
    }
  }

  @Test("a million integers", arguments: 1...4)
  func largeLattices(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
    let knots = TestPolyline.knots(&random, upTo: 1_000_000)
    let cost = TestCost(fixed: 2_900_000, linear: 13_000, squared: Int128(seed % 2))
    let curve = TestPolyline.random(on: knots, &random)
    let objective: Objective = seed < 3 ? .scorePerFLOP : .elasticity(0.1)
    let problem = BudgetProblem(score: curve, cost: cost, lattice: lattice, objective: objective)
    let search = try #require(PolylineSearch(problem, knots: knots))
    #expect(isBest(search.best(of: try #require(curve.polyline), curve), problem), "seed \(seed)")
  }

  /// Regret that is read off shared knots is that of the curves themselves.
  @Test(arguments: 1...20)
  func regretsAreThoseOfTheCurves(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let lattice = Lattice.random(&random, upTo: 1000)
    let knots = TestPolyline.knots(&random, upTo: 1001)
    let cost = TestCost(fixed: 2_900_000, linear: 13_000, squared: 1)
    let curves = (0..<30).map { _ in TestPolyline.random(on: knots, &random) }
    let objective = Self.objectives[Int(seed) % Self.objectives.count]
    let problem = BudgetProblem(
      score: curves[0], cost: cost, lattice: lattice, objective: objective)
    let judge = ScenarioJudge(problem, curves.map { Scenario([.init(score: $0)]) })
    let indices = [0, lattice.count / 3, lattice.count - 1]
    for index in indices {
      let tokens = lattice[index]
      let wanted = curves.compactMap { curve -> Double?? in
        var under = problem
        under.designs[0].score = curve
        under.designs[0].benchmarks = [curve]
        guard let best = brute(under) else { return nil }
        guard under.isFeasible(tokens, of: 0) else { return .some(nil) }
        let loss = best.value - under.objective(at: tokens, of: 0)
        return best.value == 0 ? loss : loss / best.value.magnitude
      }
      let found = judge.regrets(at: tokens, of: 0)
      #expect(found.count == wanted.count, "seed \(seed)")
      for (a, b) in zip(found, wanted) {
        #expect((a == nil) == (b == nil), "seed \(seed)")
        if let a, let b { #expect((a - b).magnitude <= 1e-11, "seed \(seed): \(a), not \(b)") }
      }
    }
  }
}
