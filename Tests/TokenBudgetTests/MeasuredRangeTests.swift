import BudgetReports
import Foundation
import SeededRandom
import Testing
import TokenBudget

import struct ScalingLaws.Measurement

/// Candidates within what was measured, and scores within what the metric can give.
@Suite struct MeasuredRangeTests {
  private func advisor(
    _ law: any ScoreLaw, fitted: ClosedRange<Double> = 8...100, measurements: [Measurement] = [],
    unit: ScoreUnit = .percent, total: TokenPolynomial = TokenPolynomial(fixed: 1000, perToken: 10)
  ) throws -> Advisor {
    try Advisor(
      profile: ScalingProfile(
        id: "p", metric: .init(name: "M", unit: unit), measurements: measurements,
        law: FittedLaw(law, fittedTokens: fitted)),
      cost: ComputeCostModel(id: "c", basis: .totals(total)))
  }

  private func policy(
    _ objective: Objective, _ shape: Lattice.Shape, beyond: Double = 1, limits: Int128? = nil
  ) throws -> Policy {
    var policy = Policy(
      id: "l", objective: objective, maximumFLOPs: limits,
      candidates: .lattice(try Lattice(shape)))
    policy.beyond = beyond
    return policy
  }

  @Test(arguments: [
    (Lattice.Shape.integers(min: 1, max: 200), 8, 100, 7, 100),
    (.squares(max: 400), 9, 100, 2, 10),
    (.multiples(of: 16, max: 320), 16, 96, 0, 14),
    (.list([1, 7, 8, 50, 101, 500]), 8, 50, 2, 2),
    (.integers(min: 20, max: 60), 20, 60, 0, 0),
  ])
  func candidatesBeyondAreLeftOutAndCounted(
    shape: Lattice.Shape, first: Int, last: Int, below: Int, above: Int
  ) throws {
    let advice = try advisor(PowerLaw(c: 2, alpha: -0.3))
      .advise(under: policy(.score, shape))
    let lattice = advice.question.lattice
    #expect(lattice[0] == first && lattice[lattice.count - 1] == last)
    let leftOut = advice.question.measured.leftOut[0]
    #expect(leftOut.below == below && leftOut.above == above)
    #expect(advice.tokens == last && !advice.isExtrapolated)
    #expect((advice.edge != nil) == (above > 0))
    #expect(advice.certificate.candidates == lattice.count)
  }

  /// The last candidate is an edge only where the next one is there and allowed.
  @Test func theEdgeSaysWhatToMeasure() throws {
    let advisor = try advisor(PowerLaw(c: 2, alpha: -0.3))
    let above = try advisor.advise(under: policy(.score, .squares(max: 400)))
    #expect(above.edge?.side == .above && above.edge?.next == 121)
    let remark = try #require(
      above.diagnostics.first { $0.code.name == "advise.edge-of-measured" })
    #expect(
      remark.message
        == "100 tokens are the most that is known of: scores were measured up to 100 "
        + "tokens, and the 10 candidates above may be better")
    #expect(
      remark.suggestion?.description == "measure at n = 121, or let 'beyond: 2x' extrapolate to it")
    #expect(
      above.explanation.contains(
        "candidates beyond what was measured, 8 to 100 tokens: 2 below, 10 above")
    )
    #expect(above.json.contains("\"next_above\" : 121"))
    let below = try advisor.advise(under: policy(.least(.flops), .squares(max: 400)))
    #expect(below.edge?.side == .below && below.edge?.next == 4)
    // 121 tokens take 2,210 FLOP.
    let limited = try advisor.advise(under: policy(.score, .squares(max: 400), limits: 2209))
    #expect(limited.tokens == 100 && limited.edge == nil)
    let open = try advisor.advise(under: policy(.score, .squares(max: 400), limits: 2210))
    #expect(open.edge?.next == 121)
    let inside = try advisor.advise(under: policy(.score, .squares(max: 400), limits: 1900))
    #expect(inside.tokens == 81 && inside.edge == nil)
  }

  @Test func aFactorAllowsMoreOnBothSides() throws {
    let advisor = try advisor(PowerLaw(c: 2, alpha: -0.3))
    let advice = try advisor.advise(
      under: policy(.score, .integers(min: 1, max: 1000), beyond: 4))
    let lattice = advice.question.lattice
    #expect(lattice[0] == 2 && lattice[lattice.count - 1] == 400)
    #expect(advice.tokens == 400 && advice.isExtrapolated)
    #expect(advice.diagnostics.contains { $0.code.name == "advise.extrapolated" })
    let front = try advisor.frontier(under: policy(.score, .integers(min: 1, max: 1000)))
    #expect(front.frontier.candidates.map(\.tokens).max() == 100)
    #expect(front.text.contains("7 below, 900 above"))
  }

  @Test func nothingInsideIsRefusedWithTheNearest() throws {
    let advisor = try advisor(PowerLaw(c: 2, alpha: -0.3))
    func message(_ shape: Lattice.Shape, beyond: Double = 1) throws -> String? {
      let failure = #expect(throws: InvalidDocument.self) {
        try advisor.advise(under: policy(.score, shape, beyond: beyond))
      }
      #expect(failure?.diagnostics.map(\.code.name) == ["advise.nothing-measured"])
      return failure?.diagnostics.first.map { "\($0.message) | \($0.suggestion ?? "")" }
    }
    #expect(
      try message(.list([2, 500]))
        == "no candidate of 'c' lies within what was measured, 8 to 100 tokens: the nearest are 2 "
        + "below and 500 above | 'search: { beyond: 4x }' or 'beyond' extrapolates to it")
    #expect(
      try message(.list([1000]), beyond: 2)
        == "no candidate of 'c' lies within what was measured, 8 to 100 tokens, or 2 times beyond: "
        + "the nearest is 1,000 above | 'search: { beyond: 10x }' or 'beyond' extrapolates to it")
  }

  /// Only where all benchmarks of a mix were measured do their scores mean something together.
  @Test func aMixIsAskedWhereAllWereMeasured() throws {
    func profile(_ id: String, _ range: ClosedRange<Double>) throws -> ScalingProfile {
      ScalingProfile(
        id: id, metric: .init(name: id, unit: .percent),
        law: FittedLaw(try PowerLaw(c: 2, alpha: -0.3), fittedTokens: range))
    }
    let cost = ComputeCostModel(id: "c", basis: .totals(TokenPolynomial(fixed: 1, perToken: 1)))
    var policy = try policy(.score, .integers(min: 1, max: 1000))
    policy.mix = .init([.init(profile: "p"), .init(profile: "q")])
    let advice = try Advisor(
      profiles: [profile("p", 8...100), profile("q", 20...400)], costs: [cost]
    ).advise(under: policy)
    #expect(advice.question.measured.tokens == 20...100)
    let apart = #expect(throws: InvalidDocument.self) {
      try Advisor(profiles: [profile("p", 8...100), profile("q", 200...400)], costs: [cost])
        .advise(under: policy)
    }
    #expect(apart?.diagnostics.map(\.code.name) == ["advise.nothing-measured"])
  }

  /// What was measured counts as much as what was fitted.
  @Test func measurementsOutsideTheFitAreWithin() throws {
    let profile = ScalingProfile(
      id: "p", metric: .init(name: "M", unit: .percent),
      measurements: [Measurement(tokens: 4, score: 3), Measurement(tokens: 50, score: 9)],
      law: FittedLaw(try PowerLaw(c: 2, alpha: -0.3), fittedTokens: 8...100))
    #expect(profile.measuredTokens == 4...100)
  }

  // MARK: Bending

  @Test func possibleScoresAreThoseOfTheMetric() throws {
    func possible(
      _ unit: ScoreUnit, _ range: ClosedRange<Double>?, _ score: Double
    ) throws -> ClosedRange<Double>? {
      ScalingProfile(
        id: "p", metric: .init(name: "M", unit: unit, range: range),
        measurements: [Measurement(tokens: 4, score: score)],
        law: FittedLaw(try PowerLaw(c: 2, alpha: -0.3), fittedTokens: 8...100)
      ).possibleScores
    }
    #expect(try possible(.percent, nil, 50) == 0...100)
    #expect(try possible(.percent, nil, 117) == nil)
    #expect(try possible(.percent, 0...200, 117) == 0...200)
    #expect(try possible(.points, nil, 50) == nil)
  }

  private static func law(_ random: inout SeededRandom) throws -> any ScoreLaw {
    let c = random.logUniform(5...300)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return try PowerLaw(c: c, alpha: .random(in: -2...0.8, using: &random))
    case 1:
      return try RegimeLaw(
        c: c / 5, beta: .random(in: 0...2.5, using: &random), nBalance: random.logUniform(1...1000))
    case 2:
      return try LogLinearLaw(
        a: .random(in: -100...150, using: &random), b: .random(in: -40...60, using: &random))
    case 3:
      return try SaturatingLaw(
        ceiling: c, amplitude: c * .random(in: 0...2, using: &random),
        exponent: .random(in: 0.05...2, using: &random))
    default: return try ConstantLaw(a: c)
    }
  }

  /// The answer on bent curves equals the evaluation of every candidate, by bisection and by scan.
  @Test(arguments: 1...400)
  func bentLawsAreSearchedExactly(seed: UInt64) throws {
    var random = SeededRandom(seed: seed &* 104_729)
    let law = try Self.law(&random)
    let last = Int.random(in: 2...3000, using: &random)
    let fixed = Int128(random.logUniform(1...1e5))
    let squared = Int128(Int.random(in: 0...3, using: &random))
    let total = TokenPolynomial(fixed: fixed, perToken: 10, perTokenSquared: squared)
    let advisor = try advisor(law, fitted: 1...3000, total: total)
    for objective: Objective in [.scorePerFLOP, .score, .elasticity(0.3)] {
      let policy = try policy(objective, .integers(min: 1, max: last))
      var best: (tokens: Int, value: Double)?
      func flops(_ n: Int) -> Double {
        Double(fixed + 10 * Int128(n) + squared * Int128(n) * Int128(n))
      }
      var values: [(tokens: Int, value: Double)] = []
      for n in 1...last {
        let score = min(max(law.score(at: Double(n)), 0), 100)
        switch objective {
        case .scorePerFLOP: if score > 0 { values.append((n, score / flops(n))) }
        case .score: values.append((n, score))
        default: if score > 0 { values.append((n, score * pow(flops(n) / flops(1), -0.3))) }
        }
      }
      let maximum = values.map(\.value).max()
      best = maximum.flatMap { maximum in
        values.first { $0.value >= maximum - maximum.magnitude * 1e-12 }
      }
      switch try advisor.outcome(under: policy) {
      case .advice(let advice):
        #expect(advice.tokens == best?.tokens, "seed \(seed), \(objective)")
        #expect((0...100).contains(advice.score), "seed \(seed)")
        for candidate in advice.frontier.candidates + advice.neighbours {
          #expect((0...100).contains(candidate.score), "seed \(seed)")
        }
      case .infeasible: #expect(best == nil, "seed \(seed), \(objective)")
      }
    }
  }

  /// Most of the laws above leave the range, or bending would not be tested.
  @Test func theLawsLeaveTheRange() throws {
    var bent = 0
    for seed: UInt64 in 1...400 {
      var random = SeededRandom(seed: seed &* 104_729)
      let law = try Self.law(&random)
      let last = Double(Int.random(in: 2...3000, using: &random))
      let ends = [law.score(at: 1), law.score(at: last)]
      if ends.contains(where: { $0 < 0 || $0 > 100 }), ends.contains(where: { 0...100 ~= $0 }) {
        bent += 1
      }
    }
    #expect(bent >= 100, "\(bent)")
  }

  @Test func drawsAreBentToo() throws {
    let points = [(8.0, 60.0), (16, 75), (32, 88), (64, 96), (100, 99)]
    let advisor = try advisor(
      PowerLaw(c: 40, alpha: -0.2),
      measurements: points.map { Measurement(tokens: $0.0, score: $0.1) })
    var policy = try policy(.score, .integers(min: 8, max: 400), beyond: 4)
    policy.risk = .init(level: 0.9, draws: 50)
    let advice = try advisor.advise(under: policy)
    #expect(advice.score == 100)
    #expect(advice.scoreElasticity == 0)
  }

  @Test(arguments: [
    ("beyond: 4", "unit.missing"), ("beyond: 0.5x", "number.out-of-range"),
    ("beyond: 4 ms", "unit.wrong"), ("beyond: -2x", "number.out-of-range"),
    ("beyond: 1e10x", "number.out-of-range"), ("byond: 2x", "document.unknown-key"),
  ])
  func badFactorsAreRefused(text: String, code: String) throws {
    let failure = #expect(throws: InvalidDocument.self) {
      try Policy.parse(
        "kind: policy\nschema: 1\nid: l\nobjective: { maximize: score }\n"
          + "search: { lattice: model, \(text) }\n")
    }
    #expect(failure?.diagnostics.map(\.code.name) == [code])
  }

  @Test func aFactorIsReadBesideALatticeOrAlone() throws {
    func policy(_ search: String) throws -> Policy {
      try .parse(
        "kind: policy\nschema: 1\nid: l\nobjective: { maximize: score }\nsearch: { \(search) }\n")
    }
    #expect(try policy("beyond: 2.5x").beyond == 2.5)
    #expect(try policy("beyond: 2.5x").candidates == .model)
    #expect(try policy("lattice: { squares: { max: 9 } }, beyond: 1x").beyond == 1)
    #expect(try policy("lattice: model").with(.init(beyond: "3x")).beyond == 3)
  }
}
