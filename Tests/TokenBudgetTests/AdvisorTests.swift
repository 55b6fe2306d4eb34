import ScalingLaws
import SourceText
import Testing
import TokenBudget

@Suite struct AdvisorTests {
  private static let total = TokenPolynomial(
    fixed: 2_900_000_000_000, perToken: 13_000_000_000, perTokenSquared: 524_288)

  private func advisor(
    _ law: any ScoreLaw, range: ClosedRange<Double>? = 0...100, total: TokenPolynomial = total,
    lattice: Lattice? = nil, measurements: [Measurement] = []
  ) throws -> Advisor {
    try Advisor(
      profile: ScalingProfile(
        id: "p", metric: .init(name: "M", unit: .percent, range: range),
        measurements: measurements, law: FittedLaw(law, fittedTokens: 1...768),
        source: Source(cite: "test")),
      cost: ComputeCostModel(
        id: "c", basis: .totals(total), lattice: lattice, source: Source(cite: "test")))
  }

  private func policy(
    _ objective: Objective = .scorePerFLOP, minimumScore: Double? = nil,
    maximumFLOPs: Int128? = nil,
    _ shape: Lattice.Shape = .integers(min: 1, max: 768)
  ) throws -> Policy {
    Policy(
      id: "l", objective: objective, minimumScore: minimumScore.map { .init($0, .percent) },
      maximumFLOPs: maximumFLOPs, candidates: .lattice(try Lattice(shape)))
  }

  @Test func shippedDocumentsGiveTheKnownAnswer() throws {
    let advisor = try Repository.advisor()
    let advice = try advisor.advise(under: .load(Repository.path(Repository.maxScorePerFLOP)))
    #expect(advice.tokens == 64)
    #expect(advice.flops == 3_742_361_026_560)
    #expect((advice.score - 38.49873798392768).magnitude < 1e-9)
    #expect((advice.scorePerTeraFLOP - advice.score / 3.74236102656).magnitude < 1e-12)
    #expect(advice.scoreElasticity == 0.229666)
    #expect(advice.regime == Regime(label: .undetermined, isIdentified: false))
    #expect(advice.indistinguishable == nil)
    #expect(advice.neighbours.map(\.tokens) == [36, 144])
    #expect(advice.frontier.candidates.map(\.tokens) == [1, 4, 9, 16, 36, 64, 144, 576])
    #expect(!advice.frontier.isThinned)
    #expect(advice.evidence.nearby == [Measurement(tokens: 64, score: 45.802)])
    #expect(advice.reason.kind == .interior)
    #expect(advice.binding.isEmpty)
    #expect(advice.diagnostics.map(\.code.name) == ["advise.law-misses-measurements"])
  }

  @Test func limitsBindAndSayWhatTheyExclude() throws {
    let advisor = try advisor(try PowerLaw(c: 14.8, alpha: -0.23))
    let floor = try advisor.advise(under: policy(.leastFLOPs, minimumScore: 45))
    #expect(floor.binding == [.minimumScore])
    #expect(floor.reason.kind == .limit)
    #expect(floor.reason.sentence.contains("min_score decides"))
    #expect(floor.score >= 45)
    let ceiling = try advisor.advise(under: policy(.score, maximumFLOPs: 5_000_000_000_000))
    #expect(ceiling.binding == [.maximumFLOPs])
    #expect(ceiling.flops <= 5_000_000_000_000)
    #expect(ceiling.neighbours.last?.violates == [.maximumFLOPs])
  }

  @Test func contradictoryLimitsAreAnOrdinaryAnswer() throws {
    let advisor = try advisor(try PowerLaw(c: 14.8, alpha: -0.23))
    let policy = try policy(minimumScore: 60, maximumFLOPs: 3_000_000_000_000)
    guard case .infeasible(let infeasible) = try advisor.outcome(under: policy) else {
      Issue.record("an answer to a contradiction")
      return
    }
    #expect(infeasible.conflicts == [.minimumScore, .maximumFLOPs])
    #expect(infeasible.relaxations.count == 2)
    let thrown = #expect(throws: InfeasiblePolicy.self) { try advisor.advise(under: policy) }
    #expect(thrown?.conflicts == infeasible.conflicts)

    // What the reason proposes does help.
    for relaxation in infeasible.relaxations {
      var relaxed = policy
      switch relaxation.value {
      case .score(let value): relaxed.minimumScore = .init(value, .percent)
      case .flops(let value): relaxed.maximumFLOPs = value
      }
      #expect(try advisor.advise(under: relaxed).tokens == relaxation.tokens)
    }
  }

  @Test func oneImpossibleLimitIsNamedAlone() throws {
    let advisor = try advisor(try PowerLaw(c: 14.8, alpha: -0.23))
    for (policy, name) in [
      (try policy(minimumScore: 99), LimitName.minimumScore),
      (try policy(maximumFLOPs: 1), .maximumFLOPs),
      (try policy(minimumScore: 99, maximumFLOPs: 1), .minimumScore),
    ] {
      guard case .infeasible(let infeasible) = try advisor.outcome(under: policy) else {
        Issue.record("an answer to \(policy)")
        continue
      }
      #expect(infeasible.conflicts == [name])
    }
  }

  @Test func decreasingLawsAnswerWithAWarning() throws {
    for law: any ScoreLaw in [
      try PowerLaw(c: 80, alpha: 0.1), try LogLinearLaw(a: 80, b: -2),
      try SaturatingLaw(ceiling: 40, amplitude: -30, exponent: 0.5),
    ] {
      let advice = try advisor(law).advise(under: policy(.score))
      #expect(advice.tokens == 1)
      #expect(advice.diagnostics.map(\.code.name) == ["advise.law-decreases"])
      #expect(advice.frontier.candidates.count == 1)
    }
  }

  @Test func flatLawsTakeTheFewestTokens() throws {
    let advice = try advisor(try ConstantLaw(a: 46)).advise(under: policy(.score))
    #expect(advice.tokens == 1)
    #expect(
      advice.reason.sentence == "every candidate has the same score, so the fewest tokens win")
  }

  @Test func remarksSayWhatAReaderMustKnow() throws {
    let growing = try advisor(try PowerLaw(c: 14.8, alpha: -0.9))
    let codes = { (advice: Advice) in advice.diagnostics.map(\.code.name) }
    #expect(
      codes(try growing.advise(under: policy(.score, .integers(min: 1, max: 5000))))
        == ["advise.extrapolated", "advise.prediction-outside-range"])
    let slow = try advisor(try PowerLaw(c: 46, alpha: -0.003))
    #expect(codes(try slow.advise(under: policy())) == ["advise.fewest-tokens-win"])

    // A floor that the law misses and the measurement meets at the next candidate.
    let measured = try advisor(
      try PowerLaw(c: 20, alpha: -0.1),
      measurements: [(1.0, 20.0), (16, 27), (64, 30)].map { Measurement(tokens: $0.0, score: $0.1) }
    )
    let floor = try measured.advise(
      under: policy(.leastFLOPs, minimumScore: 26.5, .list([1, 16, 64])))
    #expect(floor.tokens == 64)
    #expect(codes(floor) == ["advise.floor-contradicted"])
  }

  @Test func moreTokensThanPatchesAreRemarkedOn() throws {
    let advice = try Repository.advisor().advise(
      under: policy(.score, .integers(min: 1, max: 700)))
    #expect(advice.diagnostics.contains { $0.code.name == "advise.more-tokens-than-patches" })
  }

  @Test func documentsMustFitTogether() throws {
    let law = try PowerLaw(c: 14.8, alpha: -0.23)
    func code(_ body: () throws -> Void) -> String? {
      #expect(throws: InvalidDocument.self) { try body() }?.diagnostics.first?.code.name
    }
    var points = try policy(minimumScore: 45)
    points.minimumScore = .init(45, .points)
    #expect(code { _ = try advisor(law).outcome(under: points) } == "advise.score-unit-mismatch")

    let model = Policy(id: "l", objective: .score)
    #expect(code { _ = try advisor(law).outcome(under: model) } == "advise.no-lattice")

    let steep = try PowerLaw(c: 1, alpha: -100)
    #expect(
      code {
        _ = try advisor(steep).outcome(under: policy(.score, .integers(min: 1, max: 10_000)))
      } == "profile.score-overflow")

    #expect(
      code {
        _ = try advisor(law).outcome(under: policy(.score, .integers(min: 1, max: .max)))
      } == "cost.overflow")
    // A trillion tokens are absurd, and exact all the same.
    let far = try advisor(law).advise(
      under: policy(.score, .list([1, 1_000_000_000_000])))
    #expect(far.flops == 524_288_013_000_000_002_900_000_000_000)
  }

  @Test func positionsOfThePolicyReachTheDiagnostic() throws {
    let policy = try Policy.parse(
      """
      kind: policy
      schema: 1
      id: l
      objective: { maximize: score }
      limits: { min_score: 45 points }
      """, name: "floor.yaml")
    let failure = #expect(throws: InvalidDocument.self) {
      try Repository.advisor().outcome(under: policy)
    }
    #expect(failure?.diagnostics.first?.file == "floor.yaml")
    #expect(
      failure?.diagnostics.first?.span
        == SourceSpan(line: 5, column: 22, endLine: 5, endColumn: 31))
  }

  @Test func nonpositiveScoresAreNoCandidatesOfARatio() throws {
    let law = try LogLinearLaw(a: -10, b: 5)
    let advice = try advisor(law).advise(under: policy())
    #expect(advice.score > 0)
    #expect(advice.frontier.candidates.first?.violates == [.positiveScore])
    guard
      case .infeasible(let infeasible) = try advisor(law).outcome(
        under: policy(.scorePerFLOP, .integers(min: 1, max: 7)))
    else {
      Issue.record("an answer without a positive score")
      return
    }
    #expect(infeasible.conflicts == [LimitName.positiveScore])
    #expect(try advisor(law).advise(under: policy(.score, .list([2]))).scoreElasticity == nil)
  }
}
