import BudgetReports
import Foundation
import TestSupport
import Testing
import TokenBudget

import struct ScalingLaws.Measurement

/// What an answer gives away, and what it would be otherwise: the ladder, guessing, the length of the output.
@Suite struct ScoreLadderTests {
  /// 30 + 10 log₁₀ n: 30, 40, 50, 60 at 1, 10, 100, 1,000 tokens.
  private func profile(chance: Double? = nil, _ id: String = "p") throws -> ScalingProfile {
    ScalingProfile(
      id: id, metric: .init(name: "M", unit: .percent, range: 0...100, chance: chance),
      law: FittedLaw(try LogLinearLaw(a: 30, b: 4.3429448190325175), fittedTokens: 1...1000))
  }

  private func advisor(
    chance: Double? = nil, fixed: Int128 = 100, law: (any ScoreLaw)? = nil
  ) throws -> Advisor {
    var profile = try profile(chance: chance)
    if let law { profile.law = FittedLaw(law, fittedTokens: 1...1000) }
    return try Advisor(
      profile: profile,
      cost: ComputeCostModel(id: "c", basis: .totals(TokenPolynomial(fixed: fixed, perToken: 1))))
  }

  private func policy(
    _ objective: Objective, _ shape: Lattice.Shape = .integers(min: 1, max: 1000),
    maximumFLOPs: Int128? = nil, aboveChance: Bool = false
  ) throws -> Policy {
    var policy = Policy(
      id: "l", objective: objective, maximumFLOPs: maximumFLOPs,
      candidates: .lattice(try Lattice(shape)))
    policy.isAboveChance = aboveChance
    return policy
  }

  private func codes(_ advice: Advice) -> [String] { advice.diagnostics.map(\.code.name) }

  /// A report without its line breaks.
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: The ladder

  @Test func theLadderIsTheCheapestOfEachShareWhateverTheLimits() throws {
    let advice = try advisor().advise(under: policy(.score, maximumFLOPs: 300))
    #expect(advice.tokens == 200)
    let ladder = advice.ladder
    #expect(ladder.best.tokens == 1000 && (ladder.best.score - 60).magnitude < 1e-9)
    #expect(ladder.rungs.map(\.share) == [0.9, 0.95, 0.99])
    // 54, 57 and 59.4 are reached from 10^2.4, 10^2.7 and 10^2.94 on.
    #expect(ladder.rungs.map(\.candidate.tokens) == [252, 502, 871])
    #expect(
      ladder.rungs.map(\.candidate.violates) == [[.maximumFLOPs], [.maximumFLOPs], [.maximumFLOPs]])
    #expect(
      advice.explanation.contains(
        "Keep 90%     252 tokens: 54.01 percent for 352 FLOP; violates max_flops"))
    #expect(
      words(advice.text).contains(
        "90% takes 252 tokens, 95% takes 502 tokens, 99% takes 871 tokens"))
  }

  @Test func sharesAreAboveGuessing() throws {
    let ladder = try advisor(chance: 25).advise(under: policy(.score)).ladder
    // 25 + 0.9 · 35 = 56.5 and so on.
    #expect(ladder.rungs.map(\.candidate.tokens) == [447, 669, 923])
    #expect(ladder.guessing == 25)
  }

  @Test func whereNothingIsAboveGuessingThereIsNoLadder() throws {
    let advice = try advisor(chance: 70).advise(under: policy(.score))
    #expect(advice.ladder.rungs.isEmpty)
    #expect(advice.json.contains("\"kept_share\" : null"))
  }

  @Test func infeasibleAnswersHaveTheLadderToo() throws {
    guard
      case .infeasible(let infeasible) = try advisor().outcome(
        under: policy(.score, maximumFLOPs: 50))
    else {
      Issue.record("a request takes 101 FLOP at least")
      return
    }
    #expect(infeasible.ladder.rungs.map(\.candidate.tokens) == [252, 502, 871])
    #expect(infeasible.text.contains("Keep 99%"))
  }

  // MARK: What the ratio gives away

  @Test func aRatioThatGivesScoreAwayIsRemarkedOn() throws {
    let advice = try advisor(fixed: 100).advise(under: policy(.scorePerFLOP))
    let share = try #require(advice.ladder.share(keptBy: advice.neighbours[0]))
    #expect(share < 0.8)
    let remark = try #require(
      advice.diagnostics.first { $0.code.name == "advise.score-given-away" })
    #expect(remark.message.contains("of the best score, 60.00 percent at 1,000 tokens"))
    #expect(
      remark.suggestion?.description
        == "'keep: 95%' asks for the cheapest that keeps 95%: 502 tokens for 602 FLOP under "
        + "'minimize: flops'")
    // With hardly any cost for a token the ratio keeps nearly all.
    let cheap = try advisor(fixed: 100_000).advise(under: policy(.scorePerFLOP))
    #expect(cheap.score > 0.8 * 60 && !codes(cheap).contains("advise.score-given-away"))
    // Another objective, or a limit that decides, gives it away for a reason of its own.
    #expect(
      !codes(try advisor().advise(under: policy(.least(.flops)))).contains(
        "advise.score-given-away"))
    let limited = try advisor(fixed: 100).advise(
      under: policy(.scorePerFLOP, maximumFLOPs: 110))
    #expect(limited.binding == [.maximumFLOPs])
    #expect(!codes(limited).contains("advise.score-given-away"))
  }

  @Test func aFixedShareThatDecidesIsRemarkedOn() throws {
    let profile = try ScalingProfile.load(Repository.path(Repository.textVQA))
    func advice(_ output: Int) throws -> Advice {
      let text = try Repository.text(Repository.llava).replacing(
        "output_tokens: 128", with: "output_tokens: \(output)")
      #expect(output == 128 || text.contains("output_tokens: \(output)"))
      return try Advisor(profile: profile, cost: .parse(text))
        .advise(under: .load(Repository.path(Repository.maxScorePerFLOP)))
    }
    let shipped = try advice(128)
    let remark = try #require(
      shipped.diagnostics.first { $0.code.name == "advise.fixed-share-decides" })
    #expect(
      remark.message
        == "86% of the FLOPs of a request do not depend on the token count, and weigh in the ratio: the "
        + "answer, 36 tokens with 128 output tokens, would be 64 tokens with 512"
    )
    // What it says is so.
    #expect(try advice(1).tokens == 36)
    #expect(try advice(512).tokens == 64)
  }

  /// Of totals nobody knows what they are made of, but how the answer moves with them.
  @Test func aFixedShareOfTotalsIsRemarkedOn() throws {
    func message(_ fixed: Int128) throws -> String? {
      try advisor(fixed: fixed).advise(under: policy(.scorePerFLOP)).diagnostics
        .first { $0.code.name == "advise.fixed-share-decides" }?.message
    }
    func tokens(_ fixed: Int128) throws -> Int {
      try advisor(fixed: fixed).advise(under: policy(.scorePerFLOP)).tokens
    }
    #expect(
      try message(1000)
        == "91% of the FLOPs of a request do not depend on the token count, and weigh in the ratio: the "
        + "answer would be \(try tokens(500)) tokens with half of them, \(try tokens(2000)) tokens with "
        + "twice as many")
    // All that there is, whatever the fixed part.
    #expect(try message(1_000_000) == nil && tokens(1_000_000) == 1000)
    #expect(try message(1) == nil)
  }

  // MARK: Above guessing

  /// The best by evaluating every candidate.
  private func best(_ level: Double, fixed: Double) -> Int? {
    (1...1000).max { first, second in
      func ratio(_ n: Int) -> Double {
        (30 + 10 * log10(Double(n)) - level) / (fixed + Double(n))
      }
      return ratio(first) < ratio(second)
    }
  }

  @Test func anObjectiveCanCountWhatIsAboveGuessing() throws {
    let advisor = try advisor(chance: 25, fixed: 100)
    let raw = try advisor.advise(under: policy(.scorePerFLOP))
    let above = try advisor.advise(under: policy(.scorePerFLOP, aboveChance: true))
    #expect(raw.tokens == best(0, fixed: 100))
    #expect(above.tokens == best(25, fixed: 100))
    #expect(raw.tokens < above.tokens)
    // Scores are reported as they are, and each says what the other would be.
    #expect((above.score - (30 + 10 * log10(Double(above.tokens)))).magnitude < 1e-9)
    #expect(raw.otherCounting?.best?.tokens == above.tokens)
    #expect(above.otherCounting?.best?.tokens == raw.tokens)
    #expect(above.question.objectiveText == "maximize score_per_flop above chance")
    #expect(above.reason.sentence.contains("score above guessing per FLOP peaks"))
    #expect(
      raw.explanation.contains(
        "gets 25 percent; with the score above it the answer would be \(above.tokens) tokens"))
    #expect(
      above.scoreElasticity.map { ($0 - 4.3429448190325175 / above.score).magnitude < 1e-9 } == true
    )
  }

  @Test func whereGuessingGetsNothingThereIsOneAnswer() throws {
    for chance in [nil, 0.0] {
      let advice = try advisor(chance: chance).advise(under: policy(.scorePerFLOP))
      #expect(advice.otherCounting == nil)
      #expect(advice.json.contains("\"above_chance\" : null"))
    }
    #expect(try advisor(chance: 25).advise(under: policy(.score)).otherCounting == nil)
  }

  @Test func candidatesBelowGuessingAreNoneOfARatio() throws {
    let advisor = try advisor(chance: 45)
    let advice = try advisor.advise(
      under: policy(.scorePerFLOP, .list([1, 10, 100]), aboveChance: true))
    #expect(advice.tokens == 100)
    #expect(advice.frontier.candidates[0].violates == [.positiveScore])
    let none = try #require(
      try self.advisor(chance: 25).advise(under: policy(.scorePerFLOP, .list([1]))).otherCounting)
    #expect(none.best?.tokens == 1)
    guard
      case .infeasible(let infeasible) = try self.advisor(chance: 70).outcome(
        under: policy(.scorePerFLOP, aboveChance: true))
    else {
      Issue.record("no score is above 70")
      return
    }
    #expect(infeasible.reason.contains("a score above guessing"))
  }

  @Test func aKeptShareIsTheSameHoweverTheObjectiveCounts() throws {
    for aboveChance in [false, true] {
      var policy = try policy(.scorePerFLOP, aboveChance: aboveChance)
      policy.keptShare = 0.9
      let advice = try advisor(chance: 25).advise(under: policy)
      #expect(advice.tokens == 447 && advice.binding == [.kept])
      #expect(advice.reason.sentence.contains("below the 56.5"))
    }
  }

  @Test func whatGuessingGetsMustBeKnown() throws {
    let failure = #expect(throws: InvalidDocument.self) {
      try advisor().advise(under: policy(.scorePerFLOP, aboveChance: true))
    }
    #expect(failure?.diagnostics.map(\.code.name) == ["advise.no-chance"])
  }

  @Test(arguments: [
    ("{ maximize: score_per_flop, above: chance }", nil),
    ("{ elasticity: 0.1, above: chance }", nil),
    ("{ maximize: score, above: chance }", nil),
    ("{ minimize: flops, above: chance }", "policy.above-without-score"),
    ("{ maximize: value, worth: 1, above: chance }", "policy.above-without-score"),
    ("{ maximize: score, above: 25 }", "document.wrong-type"),
    ("{ maximize: score, above: guessing }", "document.unknown-word"),
  ])
  func aPolicyAsksForIt(objective: String, code: String?) throws {
    let text =
      "kind: policy\nschema: 1\nid: l\nobjective: \(objective)\nprices: { device_hour: 1 }\n"
    guard let code else {
      #expect(try Policy.parse(text).isAboveChance)
      return
    }
    let failure = #expect(throws: InvalidDocument.self) { try Policy.parse(text) }
    #expect(failure?.diagnostics.map(\.code.name) == [code])
  }

  @Test func drawsCountAboveGuessingToo() throws {
    let points = [(1.0, 30.5), (4, 35.9), (16, 42.4), (64, 47.8), (256, 54.5), (1000, 59.8)]
    var profile = try profile(chance: 25)
    profile.measurements = points.map { Measurement(tokens: $0.0, score: $0.1) }
    let advisor = try Advisor(
      profile: profile,
      cost: ComputeCostModel(id: "c", basis: .totals(TokenPolynomial(fixed: 100, perToken: 1))))
    func middle(_ aboveChance: Bool) throws -> Int? {
      var policy = try policy(.scorePerFLOP, aboveChance: aboveChance)
      policy.risk = .init(level: 0.9, draws: 100)
      return try advisor.advise(under: policy).uncertainty?.decision.quantile(0.5)
    }
    let (raw, above) = (try #require(try middle(false)), try #require(try middle(true)))
    #expect(above > raw)
  }
}
