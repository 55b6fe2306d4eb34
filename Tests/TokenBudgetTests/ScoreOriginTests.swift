import BudgetReports
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TestSupport
import Testing
import TokenBudget

/// Whose scores an answer rests on is said wherever it is used.
@Suite struct ScoreOriginTests {
  private func profile(_ model: String?, law: String = "{ form: log-linear, a: 40, b: 4 }") throws
    -> ScalingProfile
  {
    try ScalingProfile.parse(
      """
      kind: scaling-profile
      schema: 1
      id: scores
      \(model.map { "model: \($0)" } ?? "# no model")
      metric: { name: M, unit: percent, range: [0, 100] }
      law: \(law)
      fit: { fitted_tokens: [1, 4096], fitted_params_billions: [0.5, 13] }
      source: { cite: test }
      """)
  }

  private func policy(_ more: String = "") throws -> Policy {
    try Policy.parse(
      """
      kind: policy
      schema: 1
      id: p
      objective: { maximize: score_per_flop }
      \(more)
      """)
  }

  private func cost(_ id: String) throws -> ComputeCostModel {
    try .load(Repository.path("profiles/compute/\(id).yaml"))
  }

  private func totals(_ id: String, _ more: String = "", perToken: Int = 1000) throws
    -> ComputeCostModel
  {
    try ComputeCostModel.parse(
      """
      kind: compute-cost-model
      schema: 1
      id: \(id)
      \(more)
      flops: { fixed: 100000, per_token: \(perToken), per_token_squared: 0 }
      tokens: { lattice: { list: [1, 4, 16, 64, 256] } }
      source: { cite: test }
      """)
  }

  private func advice(_ profile: ScalingProfile, _ cost: ComputeCostModel) throws -> Advice {
    try Advisor(profile: profile, cost: cost).advise(under: policy())
  }

  @Test func answersWithoutACandidateSayToo() throws {
    let outcome = try Advisor(
      profile: profile("{ name: LLaVA-1.5-13B }"), cost: cost("llava-1.5-7b")
    )
    .outcome(under: policy("limits: { min_score: 99 percent }"))
    guard case .infeasible(let infeasible) = outcome else { return #expect(Bool(false)) }
    #expect(infeasible.text.contains("Scores of    LLaVA-1.5-13B, a sibling of llava-1.5-7b"))
  }

  // MARK: Relations

  /// Every shipped cost model is known by its repository's name, and no two are taken for one.
  @Test func shippedCostModelsAreTheirRepositories() throws {
    let costs = try Repository.files(in: "profiles/compute", ending: ".yaml").map {
      try ComputeCostModel.load(Repository.path($0))
    }
    #expect(costs.count >= 22)
    for cost in costs {
      #expect(!cost.names.isEmpty, "\(cost.id)")
      for other in costs {
        #expect(
          (ModelRelation(cost.names, to: other.names) == .same) == (cost.id == other.id),
          "\(cost.id) and \(other.id)")
      }
    }
  }

  @Test(arguments: [
    ("{ name: LLaVA-1.5-7B }", "llava-1.5-7b", "same"),
    ("{ name: \"LLaVA-1.5-7B + FastV\", how: reduced-without-training }", "llava-1.5-7b", "same"),
    ("{ name: Qwen2.5-VL-7B-Instruct }", "qwen2.5-vl-7b", "same"),
    ("{ name: Qwen2.5-VL-7B-Instruct }", "qwen2.5-vl-72b", "sibling"),
    ("{ name: SmolVLM, params_billions: 2.2 }", "smolvlm-2.2b", "same"),
    ("{ name: SmolVLM, params_billions: 2.2 }", "smolvlm-256m", "sibling"),
    ("{ name: \"VQQ on Llama-2-7B\" }", "llava-1.5-7b", "other"),
    ("{ how: resolution }", "llava-1.5-7b", "unknown"),
  ])
  func relations(model: String, cost id: String, word: String) throws {
    let advice = try advice(profile(model), cost(id))
    #expect(advice.scoresFrom.relation.word == word)
    let codes = advice.diagnostics.map(\.code.name)
    #expect(codes.contains("advise.other-model") == (word == "other"))
    #expect(codes.contains("advise.sibling-model") == (word == "sibling"))
    #expect(advice.json.contains("\"relation\" : \"\(word)\""))
    #expect(
      advice.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .contains("another model") == (word == "other"),
      "another model stands in the answer itself")
    #expect(advice.text.contains("Scores of "))
  }

  @Test func nothingIsClaimedOfModelsWithoutAName() throws {
    #expect(try advice(profile(nil), cost("llava-1.5-7b")).scoresFrom.relation == .unknown)
    let named = try profile("{ name: LLaVA-1.5-7B }")
    #expect(try advice(named, totals("ours")).scoresFrom.relation == .unknown)
    // A size makes an id a name, and the document can give one itself.
    #expect(try advice(named, totals("ours-7b")).scoresFrom.relation == .other)
    #expect(
      try advice(named, totals("ours", "model: { name: llava-hf/llava-1.5-7b-hf }"))
        .scoresFrom.relation == .same)
    #expect(
      try advice(named, totals("llava-1.5-7b", "model: { name: Ours }")).scoresFrom.relation
        == .other)
  }

  /// All pairs of shipped documents: none silent about another model.
  @Test func noShippedPairIsSilent() throws {
    let costs = try Repository.files(in: "profiles/compute", ending: ".yaml").map {
      try ComputeCostModel.load(Repository.path($0))
    }
    for file in try Repository.files(in: "profiles/scaling", ending: ".yaml") {
      let profile = try ScalingProfile.load(Repository.path(file))
      let model = try #require(profile.model, "\(file)")
      #expect(model.name != nil && model.treatment != nil && model.treatment != .unknown, "\(file)")
      let name = try #require(model.name.flatMap { ModelName($0) })
      for cost in costs {
        let relation = ModelRelation([name], to: cost.names)
        #expect(relation != .unknown, "\(file) and \(cost.id)")
        // These are of a shipped model itself, or of it with tokens taken away.
        let own = [
          "wang2024-qwen2-vl-7b": "qwen2-vl-7b", "eadp-qwen2.5-vl-7b": "qwen2.5-vl-7b",
          "restore-llava-1.5-7b": "llava-1.5-7b",
        ]
        #expect(
          (relation == .same) == own.contains { file.contains($0.key) && cost.id == $0.value },
          "\(file) and \(cost.id)")
      }
    }
  }

  // MARK: Several designs

  @Test func severalModelsNeedASizeOrAWord() throws {
    let costs = try ["qwen2.5-vl-3b", "qwen2.5-vl-7b"].map(cost)
    let scores = try profile("{ name: Qwen2.5-VL-7B }")
    let advisor = try Advisor(profiles: [scores], costs: costs)
    let refusal = try #require(throws: InvalidDocument.self) {
      try advisor.outcome(under: policy())
    }
    #expect(refusal.diagnostics.map(\.code.name) == ["advise.scores-of-one-model"])
    #expect(refusal.description.contains("'same_scores'"))
    #expect(throws: InvalidDocument.self) { try advisor.frontier(under: policy()) }
    // Meant so; and each design says whose scores it has.
    let meant = try policy("assume: { same_scores: true }")
    let advice = try advisor.advise(under: meant)
    #expect(advice.question.scoresFrom.map { $0[0].relation.word } == ["sibling", "same"])
    #expect(advice.diagnostics.map(\.code.name).contains("advise.sibling-model"))
    #expect(try advisor.frontier(under: meant).text.contains("Scores of "))
    #expect(throws: InvalidDocument.self) {
      try advisor.outcome(under: policy("assume: { same_scores: false }"))
    }
    // A law of size says how each scores; one model in two settings scores as itself.
    let joint = try profile(
      "{ name: Qwen2.5-VL }", law: "{ form: joint-log-linear, a: 40, b: 3, c: 2 }")
    #expect(try Advisor(profiles: [joint], costs: costs).outcome(under: policy()).json != "")
    var other = costs[1]
    other.id = "qwen2.5-vl-7b-batch"
    #expect(
      try Advisor(profiles: [scores], costs: [costs[1], other]).outcome(under: policy()).json != "")
    #expect(throws: InvalidDocument.self) {
      try Advisor(profiles: [scores], costs: [totals("a"), totals("b", perToken: 2000)])
        .outcome(under: policy())
    }
  }

  // MARK: What if

  private func whatIf(
    _ profile: ScalingProfile, _ before: ComputeCostModel, _ after: ComputeCostModel
  ) throws -> WhatIf {
    try WhatIf(
      before: (try Advisor(profile: profile, cost: before), policy()),
      after: (try Advisor(profile: profile, cost: after), policy()), changes: ["a change"])
  }

  @Test func anotherModelNeverScoresAsBefore() throws {
    let scores = try profile(
      "{ name: Qwen2.5-VL-7B }", law: "{ form: constant, a: 40 }")
    let (large, small) = (try cost("qwen2.5-vl-7b"), try cost("qwen2.5-vl-3b"))
    let text = try whatIf(scores, large, small).sentence
    #expect(!text.contains("as before"))
    #expect(
      text.contains(
        "qwen2.5-vl-3b is another model than qwen2.5-vl-7b, so these are still the scores of "
          + "'Qwen2.5-VL-7B', and what qwen2.5-vl-3b would score is not known"))
    // The same model scores as before, whatever it is asked; another architecture of its name does not.
    func changed(_ setting: String) throws -> String {
      let documents = try WhatIfDocuments(
        profile: .read(path: Repository.path("profiles/scaling/wang2024-qwen2-vl-7b-mmmu.yaml")),
        cost: .read(path: Repository.path("profiles/compute/qwen2-vl-7b.yaml")),
        policy: SourceFile(
          name: "p",
          text: "kind: policy\nschema: 1\nid: p\nobjective: { maximize: score_per_flop }\n"))
      let after = try documents.applying([DocumentSetting(setting, position: 1)])
      return try WhatIf(
        before: (Advisor(profile: documents.profile, cost: documents.cost), documents.policy),
        after: (Advisor(profile: after.profile, cost: after.cost), after.policy), changes: []
      ).sentence
    }
    #expect(try changed("workload.text_tokens=5000").contains("score as before"))
    let deep = try changed("language.layers=36")
    #expect(!deep.contains("as before") && deep.contains("its architecture is another"))
    // A law of size knows what another size scores.
    let joint = try profile(nil, law: "{ form: joint-log-linear, a: 40, b: 3, c: 2 }")
    #expect(try !whatIf(joint, large, small).sentence.contains("not known"))
  }

  // MARK: Documents, tables, fits

  private func series(_ csv: String, by columns: [String] = []) throws -> MeasurementSeries {
    try #require(
      try MeasurementSeries.read(
        csv: SourceFile(name: "t.csv", text: csv), seriesColumn: columns
      ).series.first)
  }

  @Test func modelsAreReadAndWritten() throws {
    let profile = try profile(
      "{ name: X-7B, params_billions: 6.7, vision: ViT, how: reduced-without-training, "
        + "unreduced_tokens: 576 }")
    #expect(
      profile.model
        == MeasuredModel(
          name: "X-7B", parametersBillions: 6.7, vision: "ViT", treatment: .reducedWithoutTraining,
          unreducedTokens: 576))
    for (model, code) in [
      ("{ name: X, how: pruned }", "document.unknown-word"),
      ("{ nam: X }", "document.unknown-key"),
      ("{ name: X, unreduced_tokens: 576 }", "profile.unreduced-without-reduction"),
      ("{ how: resolution, unreduced_tokens: 576 }", "profile.unreduced-without-reduction"),
      ("{ unreduced_tokens: 0, how: reduced-without-training }", "number.out-of-range"),
    ] {
      let failure = try #require(throws: InvalidDocument.self) { try self.profile(model) }
      #expect(failure.diagnostics.map(\.code.name) == [code], "\(model)")
    }
  }

  /// The whole model is kept in the profile and left out of everything that is said of the law.
  @Test(arguments: ["unreduced", "tokens"])
  func theUnreducedModelIsLeftOut(how: String) throws {
    let rows = [(4, 31.0), (16, 36), (64, 40.5), (192, 44.5), (384, 47)]
    let whole = how == "unreduced" ? "576,70,true" : "576,70,"
    let csv =
      "tokens,score,unreduced\n" + rows.map { "\($0.0),\($0.1),\n" }.joined() + whole + "\n"
    var request = FitRequest()
    request.unit = .percent
    request.range = 0...100
    request.model = MeasuredModel(
      name: "X-7B + Prune", treatment: .reducedWithoutTraining,
      unreducedTokens: how == "tokens" ? 576 : nil)
    let short = try series(
      "tokens,score\n" + rows.map { "\($0.0),\($0.1)\n" }.joined())
    let fit = try ScalingFit(series(csv), request)
    #expect(fit.series.points.map(\.tokens) == [4, 16, 64, 192, 384])
    #expect(fit.measured.points.count == 6)
    #expect(fit.diagnostics.map(\.code.name).contains("fit.unreduced-left-out"))
    let plain = try ScalingFit(short, request)
    guard case .smooth(let curve) = fit.choice, case .smooth(let other) = plain.choice else {
      Issue.record("no curve")
      return
    }
    #expect(curve == other)
    var formula = request
    formula.law = "log-linear"
    guard case .law(let law) = try ScalingFit(series(csv), formula).choice,
      case .law(let alone) = try ScalingFit(short, formula).choice
    else {
      Issue.record("no law")
      return
    }
    #expect(law.form.id == alone.form.id && law.law.values == alone.law.values)
    #expect(plain.diagnostics.map(\.code.name).contains("fit.no-unreduced"))

    let yaml = try fit.profileYAML(id: "x")
    let profile = try ScalingProfile.parse(yaml)
    #expect(profile.model == request.model && profile.measurements.count == 6)
    #expect(profile.measurements.last?.isUnreduced == true)
    #expect(profile.law.fittedTokens == 4...384)
    let again = try ScalingFit(MeasurementSeries(of: profile), request)
    #expect(
      try again.profileYAML(id: "x", cite: "c").hasPrefix(fit.profileYAML(id: "x", cite: "c")))

    let regimes = try RegimeReport.Entry(MeasurementSeries(of: profile)).analysis
    #expect(regimes.count == 5)
    let advice = try Advisor(profile: profile, cost: totals("x-7b")).advise(under: policy())
    #expect(advice.evidence.measurementCount == 5)
    #expect(advice.regime.analysis?.slope == regimes.slope)
    let lines = yaml.split(separator: "\n").filter { !$0.hasPrefix("  covariance") }.map {
      $0.hasPrefix("law:") ? "law: { form: interpolated, method: pchip }" : String($0)
    }
    let through = try ScalingProfile.parse(lines.joined(separator: "\n"))
    #expect(through.law.law.domain == 4...384)
  }

  @Test func tablesSayWhoseScoresTheyHave() throws {
    let one = try series(
      "tokens,score,model,how\n1,2,X-7B,resolution\n4,3,X-7B,resolution\n16,4,X-7B,resolution\n")
    #expect(one.model == MeasuredModel(name: "X-7B", treatment: .resolution))
    let two = try series("tokens,score,model\n1,2,X-7B\n4,3,Y-7B\n")
    #expect(two.model.name == nil, "no series is of two models")
    let split = try series(
      "tokens,score,model\n1,2,X-7B\n1,3,Y-7B\n4,3,X-7B\n", by: ["model"])
    #expect(split.model.name == "X-7B")
    func failure(_ csv: String) throws -> String {
      try #require(throws: InvalidDocument.self) { try series(csv) }.description
    }
    #expect(
      try failure("tokens,score,how\n1,2,resolution\n4,3,nested-training\n").contains(
        "t.csv:3:5: error: the tokens of one series came about in different ways: nested-training here, "
          + "and resolution above [measurements.mixed-treatments]"))
    #expect(
      try failure("tokens,score,how\n1,2,resolutoin\n").contains("did you mean 'resolution'?"))
    #expect(
      try failure("tokens,score,unreduced\n1,2,maybe\n").contains(
        "t.csv:2:5: error: 'unreduced' must be true or false, found text 'maybe'"))
    // The whole model's row may say of itself that nothing was reduced.
    let pruned = try series(
      "tokens,score,how,unreduced\n1,2,reduced-without-training,\n4,3,,yes\n")
    #expect(pruned.model.treatment == .reducedWithoutTraining && pruned.points[1].isUnreduced)
  }
}
