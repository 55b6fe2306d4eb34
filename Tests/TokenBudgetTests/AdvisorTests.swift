import BudgetReports
import ScalingLaws
import SourceText
import TestSupport
import Testing
import TokenBudget

@Suite struct AdvisorTests {
  private static let total = TokenPolynomial(
    fixed: 2_900_000_000_000, perToken: 13_000_000_000, perTokenSquared: 524_288)

  private func advisor(
    _ law: any ScoreLaw, range: ClosedRange<Double>? = 0...100, total: TokenPolynomial = total,
    lattice: Lattice? = nil, measurements: [Measurement] = [],
    fitted: ClosedRange<Double> = 1...768, decidedBy deciding: DecidingLaw = .curve
  ) throws -> Advisor {
    try Advisor(
      profile: ScalingProfile(
        id: "p",
        metric: .init(name: "M", unit: range == nil ? .points : .percent, range: range),
        measurements: measurements, law: FittedLaw(law, fittedTokens: fitted),
        source: Source(cite: "test")),
      cost: ComputeCostModel(
        id: "c", basis: .totals(total), lattice: lattice, source: Source(cite: "test")),
      decidedBy: deciding)
  }

  /// A report without its line breaks.
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
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
    #expect(advice.tokens == 36)
    #expect(advice.flops == 3_373_318_897_664)
    #expect((advice.score - 42.3395764753433).magnitude < 1e-9)
    #expect((advice.scorePerTeraFLOP - advice.score / 3.373318897664).magnitude < 1e-12)
    #expect(((try #require(advice.scoreElasticity)) - 0.18579775647174052).magnitude < 1e-9)
    #expect(advice.regime.label == .saturating && !advice.regime.isIdentified)
    #expect(advice.indistinguishable == [36...64])
    #expect(advice.neighbours.map(\.tokens) == [16, 64])
    #expect(advice.frontier.candidates.map(\.tokens) == [1, 4, 9, 16, 36, 64, 144, 576])
    #expect(!advice.frontier.isThinned)
    #expect(
      advice.evidence.nearby
        == [Measurement(tokens: 32, score: 42.6), Measurement(tokens: 64, score: 45.802)])
    #expect(advice.reason.kind == .interior)
    #expect(advice.binding.isEmpty)
    #expect(
      advice.diagnostics.map(\.code.name)
        == ["advise.other-model", "advise.score-given-away", "advise.fixed-share-decides"])
    #expect(advice.evidence.form.id == "smooth")
    #expect(
      advice.evidence.stated?.law as? PowerLaw == (try PowerLaw(c: 14.8125, alpha: -0.229666)))
  }

  /// The same by the power law that the profile states.
  @Test func shippedDocumentsGiveTheKnownAnswerByTheirLaw() throws {
    let advisor = try Repository.advisor(decidedBy: .profile)
    let advice = try advisor.advise(under: .load(Repository.path(Repository.maxScorePerFLOP)))
    #expect(advice.tokens == 64)
    #expect(advice.flops == 3_742_361_026_560)
    #expect((advice.score - 38.49873798392768).magnitude < 1e-9)
    #expect((advice.scorePerTeraFLOP - advice.score / 3.74236102656).magnitude < 1e-12)
    #expect(advice.scoreElasticity == 0.229666)
    #expect(advice.regime.label == .saturating && !advice.regime.isIdentified)
    #expect(advice.indistinguishable == [36...144])
    #expect(advice.neighbours.map(\.tokens) == [36, 144])
    #expect(advice.frontier.candidates.map(\.tokens) == [1, 4, 9, 16, 36, 64, 144, 576])
    #expect(!advice.frontier.isThinned)
    #expect(advice.evidence.nearby == [Measurement(tokens: 64, score: 45.802)])
    #expect(advice.reason.kind == .interior)
    #expect(advice.binding.isEmpty)
    #expect(
      advice.diagnostics.map(\.code.name)
        == [
          "advise.other-model", "advise.law-misses-measurements", "advise.score-given-away",
          "advise.fixed-share-decides",
        ])
    // What was drawn is named: the power law, and not all that fits the measurements.
    #expect(advice.uncertainty?.laws.map(\.form) == ["power"])
    #expect(words(advice.text).contains("in 90% of the fits of the power law"))
    #expect(!words(advice.text).contains("curves that fit the measurements"))
  }

  @Test func limitsBindAndSayWhatTheyExclude() throws {
    let advisor = try advisor(try PowerLaw(c: 14.8, alpha: -0.23))
    let floor = try advisor.advise(under: policy(.least(.flops), minimumScore: 45))
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
      case .share: Issue.record("no share is asked for")
      case .score(let value): relaxed.minimumScore = .init(value, .percent)
      case .amount(let value): relaxed.maxima[.flops] = value
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

  @Test func limitsThatEachExcludeEverythingAreNamedTogether() throws {
    let advisor = try advisor(try PowerLaw(c: 14.8, alpha: -0.23))
    guard
      case .infeasible(let infeasible) = try advisor.outcome(
        under: policy(.score, minimumScore: 90, maximumFLOPs: 1_000_000_000_000))
    else {
      Issue.record("90 percent is reached nowhere, and a request takes 2.9 TFLOP")
      return
    }
    #expect(infeasible.exclusions.map(\.limit) == [.minimumScore, .maximumFLOPs])
    #expect(infeasible.conflicts == [.minimumScore] && infeasible.relaxations.isEmpty)
    #expect(
      infeasible.reason
        == "each of these alone excludes every candidate: min_score 90 percent (68.2173 percent at "
        + "most), max_flops 1 TFLOP (2.914 TFLOP at least)")
    #expect(infeasible.text.contains("Excludes all min_score 90 percent: 68.2173 percent at most"))
    #expect(infeasible.json.contains("\"exclusions\" : ["))
    // What each could be is enough for it.
    for exclusion in infeasible.exclusions {
      var alone = try policy(.score)
      switch exclusion.value {
      case .score(let value): alone.minimumScore = .init(value, .percent)
      case .amount(let value): alone.maxima[.flops] = value
      default: Issue.record("\(exclusion)")
      }
      _ = try advisor.advise(under: alone)
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

  @Test func numbersThatNoReportCanHoldAreRefusedOrLeftOut() throws {
    let one = TokenPolynomial(fixed: 1)
    let failure = #expect(throws: InvalidDocument.self) {
      try advisor(try ConstantLaw(a: 1e300), range: nil, total: one).outcome(under: policy())
    }
    #expect(failure?.diagnostics.map(\.code.name) == ["profile.score-overflow"])
    let tiny = #expect(throws: InvalidDocument.self) {
      try advisor(
        try LogLinearLaw(a: .leastNonzeroMagnitude, b: 0), range: nil, total: one
      ).outcome(under: policy(.scorePerFLOP, .list([1])))
    }
    #expect(tiny?.diagnostics.map(\.code.name) == ["profile.score-underflow"])
    let steep = try advisor(try LogLinearLaw(a: 1e-249, b: 1e100), range: nil, total: one)
    let advice = try steep.advise(under: policy(.scorePerFLOP, .list([1])))
    #expect(advice.scoreElasticity == nil)
    #expect(advice.json.contains("\"score\" : null"))
    let large = try advisor(try ConstantLaw(a: 1e290), range: nil, total: one)
    #expect(try large.advise(under: policy()).json.contains("\"score_per_tflop\" : 1e+302"))
  }

  /// Each sentence must be true where it is said.
  @Test func reasonsAreTrueInOddPlaces() throws {
    func sentence(
      _ law: any ScoreLaw, _ policy: Policy, total: TokenPolynomial = AdvisorTests.total
    ) throws -> String {
      try advisor(law, range: nil, total: total).advise(under: policy).reason.sentence
    }
    let plateau = try SaturatingLaw(ceiling: 50, amplitude: 40, exponent: 5)
    #expect(try sentence(plateau, policy(.score)).contains("counts as a tie"))
    #expect(
      try sentence(try PowerLaw(c: 1, alpha: -1), policy(.score)).contains("largest candidate"))
    #expect(
      try sentence(try PowerLaw(c: 9, alpha: 0.1), policy(.score))
        == "the score falls as tokens are added")
    #expect(
      try sentence(
        try PowerLaw(c: 1, alpha: -1), policy(), total: TokenPolynomial(perToken: 7)
      ).contains("(a tie)"))
    #expect(
      try sentence(
        try PowerLaw(c: 1, alpha: -1), policy(.least(.flops)), total: TokenPolynomial(fixed: 7)
      ).contains("the same FLOPs"))
    #expect(
      try sentence(try PowerLaw(c: 1, alpha: -1), policy(.scorePerFLOP, .list([5])))
        == "there is no other candidate")

    // Digits enough to tell the candidate from the limit.
    let close = try sentence(
      try PowerLaw(c: 1, alpha: -1),
      policy(.score, maximumFLOPs: 1_001_999_999_999, .integers(min: 1, max: 9)),
      total: TokenPolynomial(fixed: 1_000_000_000_000, perToken: 1_000_000_000))
    #expect(close.contains("takes 1.002000000000 TFLOP, above max_flops 1.001999999999 TFLOP"))
  }

  @Test func fewestTokensWinOnlyWhereTheyDo() throws {
    let limited = try advisor(try PowerLaw(c: 1, alpha: -0.9)).advise(
      under: policy(maximumFLOPs: 2_913_000_600_000))
    #expect(limited.tokens == 1 && limited.binding == [.maximumFLOPs])
    #expect(limited.diagnostics.isEmpty)
    let tied = try advisor(
      try PowerLaw(c: 1, alpha: -1), range: nil, total: TokenPolynomial(perToken: 7)
    ).advise(under: policy())
    #expect(
      tied.tokens == 1 && tied.diagnostics.map(\.code.name) == ["advise.score-given-away"])
  }

  @Test func infeasibleAnswersCarryWhatIsKnownOfTheLaw() throws {
    guard
      case .infeasible(let infeasible) = try advisor(try PowerLaw(c: 30, alpha: 0.1)).outcome(
        under: policy(minimumScore: 40))
    else {
      Issue.record("an answer")
      return
    }
    #expect(infeasible.diagnostics.map(\.code.name) == ["advise.law-decreases"])
  }

  @Test func scatterAboveTheGainIsRemarkedOn() throws {
    let flat = try advisor(
      try PowerLaw(c: 46, alpha: -0.003),
      measurements: [(1.0, 44.0), (16, 48), (64, 45), (768, 49)].map {
        Measurement(tokens: $0.0, score: $0.1)
      }, decidedBy: .profile)
    let advice = try flat.advise(under: policy(.score))
    #expect(advice.diagnostics.map(\.code.name) == ["advise.within-noise"])
  }

  @Test func textCannotSteerTheTerminal() throws {
    let advisor = try Advisor(
      profile: ScalingProfile(
        id: "p", title: "a\u{1B}]0;b\u{7}", metric: .init(name: "M\u{202E}", unit: .percent),
        law: FittedLaw(try ConstantLaw(a: 5), fittedTokens: 1...2), source: Source(cite: "c\u{9B}")),
      cost: ComputeCostModel(id: "c", basis: .totals(Self.total)))
    let advice = try advisor.advise(under: policy())
    let text = advice.explanation
    #expect(text.hasPrefix(advice.text) && advice.text.contains("M·"))
    #expect(text.contains("a·]0;b·") && text.contains("c·"))
    let isPlain = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }
    #expect(isPlain)
  }

  @Test func remarksSayWhatAReaderMustKnow() throws {
    let growing = try advisor(try PowerLaw(c: 14.8, alpha: -0.2))
    let codes = { (advice: Advice) in advice.diagnostics.map(\.code.name) }
    var far = try policy(.score, .integers(min: 1, max: 5000))
    far.beyond = 7
    #expect(codes(try growing.advise(under: far)) == ["advise.extrapolated"])
    let steep = try advisor(try PowerLaw(c: 14.8, alpha: -0.9))
    #expect(codes(try steep.advise(under: policy(.score))) == ["advise.prediction-outside-range"])
    let slow = try advisor(try PowerLaw(c: 46, alpha: -0.003))
    #expect(codes(try slow.advise(under: policy())) == ["advise.fewest-tokens-win"])

    // A floor that the law misses and the measurement meets at the next candidate.
    func floor(decidedBy law: DecidingLaw) throws -> Advice {
      try advisor(
        try PowerLaw(c: 20, alpha: -0.1),
        measurements: [(1.0, 20.0), (16, 27), (64, 30)].map {
          Measurement(tokens: $0.0, score: $0.1)
        }, decidedBy: law
      ).advise(under: policy(.least(.flops), minimumScore: 26.5, .list([1, 16, 64])))
    }
    let missed = try floor(decidedBy: .profile)
    #expect(missed.tokens == 64)
    #expect(codes(missed) == ["advise.floor-contradicted"])
    // A curve meets it where the measurement does, and says how often it may not.
    let met = try floor(decidedBy: .curve)
    #expect(met.tokens == 16)
    #expect(codes(met) == ["advise.limits-uncertain"])
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
        _ = try advisor(steep, fitted: 1...1e30)
          .outcome(under: policy(.score, .integers(min: 1, max: 10_000)))
      } == "profile.score-overflow")

    #expect(
      code {
        _ = try advisor(law, fitted: 1...1e30)
          .outcome(under: policy(.score, .integers(min: 1, max: .max)))
      } == "cost.overflow")
    // A trillion tokens are absurd, and exact all the same.
    let growing = try PowerLaw(c: 1, alpha: -0.1)
    let far = try advisor(growing, fitted: 1...1e30).advise(
      under: policy(.score, .list([1, 1_000_000_000_000])))
    #expect(far.flops == 524_288_013_000_000_002_900_000_000_000)
  }

  @Test func aRequestThatCostsNothingIsRefused() throws {
    let failure = #expect(throws: InvalidDocument.self) {
      try advisor(try ConstantLaw(a: 1), total: TokenPolynomial())
    }
    #expect(failure?.diagnostics.map(\.code.name) == ["cost.zero"])
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
