import BudgetReports
import Testing
import TokenBudget

/// `limits.keep`: the least share of the best score.
@Suite struct KeptShareTests {
  private static let lattice = "search: { lattice: { list: [1, 10, 100] } }"

  private func policy(
    _ objective: String, _ keep: String, _ rest: String = KeptShareTests.lattice
  ) throws -> Policy {
    try Policy.parse(
      "kind: policy\nschema: 1\nid: l\nobjective: \(objective)\nlimits: { \(keep) }\n\(rest)\n")
  }

  /// Scores of 40, 50 and 60 at 1, 10 and 100 tokens.
  private func profile(_ id: String = "p", chance: Double? = nil) throws -> ScalingProfile {
    ScalingProfile(
      id: id, metric: .init(name: id, unit: .percent, range: 0...100, chance: chance),
      law: FittedLaw(try LogLinearLaw(a: 40, b: 4.3429448190325175), fittedTokens: 1...100))
  }

  private func cost() throws -> ComputeCostModel {
    ComputeCostModel(
      id: "c",
      basis: .totals(
        TokenPolynomial(fixed: 1_000_000_000, perToken: 1_000_000_000, perTokenSquared: 0)))
  }

  private func tokens(
    _ chance: Double?, _ keep: String, _ objective: String = "{ minimize: flops }"
  )
    throws -> Int
  {
    try Advisor(profile: profile(chance: chance), cost: cost())
      .advise(under: policy(objective, "keep: \(keep)")).tokens
  }

  @Test func theCheapestThatKeepsAShareOfTheBest() throws {
    // 50 of 60 is 83.3%, 40 of 60 is 66.7%.
    #expect(try tokens(nil, "84%") == 100)
    #expect(try tokens(nil, "83%") == 10)
    #expect(try tokens(nil, "66%") == 1)
    #expect(try tokens(nil, "100%") == 100)
  }

  @Test func aShareIsTakenAboveGuessing() throws {
    // Above 25: 25 of 35 is 71.4%, 15 of 35 is 42.9%.
    #expect(try tokens(25, "72%") == 100)
    #expect(try tokens(25, "71%") == 10)
    #expect(try tokens(25, "42%") == 1)
  }

  @Test func otherLimitsDoNotMoveWhatIsKept() throws {
    let advisor = try Advisor(profile: profile(), cost: cost())
    let both = try policy("{ maximize: score }", "keep: 90%, max_flops: 20 GFLOP")
    guard case .infeasible(let infeasible) = try advisor.outcome(under: both) else {
      Issue.record("90% of 60 takes 100 tokens")
      return
    }
    #expect(infeasible.conflicts == [.kept, .maximumFLOPs])
    #expect(
      infeasible.reason
        == "no candidate satisfies both keep 90% of the best score, that is 54 percent and "
        + "max_flops 20 GFLOP; a keep of 83.33% would allow 10 tokens; a max_flops of 101.000 GFLOP "
        + "would allow 100 tokens")
    let relaxed = try #require(infeasible.relaxations.first)
    guard case .share(let share) = relaxed.value else {
      Issue.record("\(relaxed)")
      return
    }
    #expect((share - 50.0 / 60).magnitude < 1e-12)
    #expect(infeasible.question.limits.kept?.best.map { ($0 - 60).magnitude < 1e-9 } == true)
  }

  @Test func theLimitIsNamedWhereItDecides() throws {
    let advice = try Advisor(profile: profile(), cost: cost())
      .advise(under: policy("{ minimize: flops }", "keep: 80%"))
    #expect(advice.binding == [.kept])
    #expect(
      advice.reason.sentence
        == "keep decides: the next candidate, 1 token, scores 40 percent, below the 48 percent "
        + "that keep 80% asks for")
    #expect(advice.json.contains("\"keep\" : 0.8"))
  }

  /// In a mix guessing gets the mixture of what it gets on each benchmark.
  @Test(arguments: [("weighted-mean", 10), ("worst", 1)])
  func aMixIsKeptAboveWhatGuessingGetsOfIt(combination: String, expected: Int) throws {
    let mix = "mix: [{ profile: p, weight: 3 }, { profile: q }]\n" + Self.lattice
    let advisor = try Advisor(
      profiles: [profile("p", chance: 40), profile("q")], costs: [cost()])
    // The mean of guessing is 30, of which 10 of 30 points stand at 1 token and 20 at 10; the worst is 0.
    let policy = try policy(
      "{ minimize: flops, combine: \(combination) }", "keep: 60%", mix)
    let advice = try advisor.advise(under: policy)
    #expect(advice.tokens == expected)
    #expect(advice.question.metric.chance == (combination == "worst" ? 0 : 30))
  }

  @Test func aScenarioIsJudgedByItsOwnBest() throws {
    let advisor = try Advisor(profile: profile(), cost: cost())
    let problem = try advisor.problem(under: policy("{ minimize: flops }", "keep: 80%"))
    func scenario(_ a: Double, _ b: Double) throws -> Scenario {
      Scenario([.init(score: LawCurve(law: try LogLinearLaw(a: a, b: b)))])
    }
    // 10 tokens reach 83% of one best and 55% of the other, which only 100 tokens keep to 80%.
    let decision = problem.uncertainty(
      over: [try scenario(40, 4.3429448190325175), try scenario(10, 19.543251685646327)],
      level: 0.5, of: (0, 1))
    #expect(decision.optima.map(\.tokens) == [10, 100])
    #expect(decision.recommended.feasibleShare == 0.5)
  }

  @Test(arguments: [
    ("keep: 0.95", "unit.missing"), ("keep: 95 percent", "unit.wrong"),
    ("keep: 0%", "number.out-of-range"),
    ("keep: 101%", "number.out-of-range"), ("keep: -5%", "number.out-of-range"),
    ("keep: most", "document.wrong-type"),
    ("keep: [95%]", "document.wrong-type"), ("kept: 95%", "document.unknown-key"),
  ])
  func badSharesAreRefused(text: String, code: String) throws {
    do {
      _ = try policy("{ minimize: flops }", text)
      Issue.record("\(text) was taken")
    } catch let invalid as InvalidDocument {
      #expect(invalid.diagnostics.map(\.code.name) == [code], "\(text)")
    }
  }

  @Test func aFlagStandsInPlaceOfTheKey() throws {
    let policy = try policy("{ minimize: flops }", "keep: 80%")
    #expect(policy.with(try Policy.Overrides(keep: "99.5%")).keptShare == 0.995)
    #expect(policy.with(try Policy.Overrides()).keptShare == 0.8)
    #expect(throws: InvalidDocument.self) { try Policy.Overrides(keep: "95") }
    #expect(throws: InvalidDocument.self) { try Policy.Overrides(keep: "95%\nobjective: x") }
  }
}
