import BudgetDocuments
import SourceText
import TestSupport
import Testing

private func codes(_ failure: InvalidDocument?) -> [String] {
  failure?.diagnostics.map(\.code.name) ?? []
}

private func profile(_ law: String, extra: String = "") -> String {
  """
  kind: scaling-profile
  schema: 1
  id: p
  metric: { name: M, unit: percent, range: [0, 100] }
  law: \(law)
  source: { cite: test }
  \(extra)
  """
}

private func cost(_ flops: String) -> String {
  """
  kind: compute-cost-model
  schema: 1
  id: c
  flops: \(flops)
  source: { cite: test }
  """
}

private func policy(_ rest: String) -> String {
  "kind: policy\nschema: 1\nid: l\n\(rest)\n"
}

@Suite struct DocumentTests {
  @Test func everyLawCanBeRead() throws {
    let laws = [
      "{ form: power, c: 10, alpha: -0.2 }", "{ form: regime, c: 10, beta: 0.2, n_balance: 64 }",
      "{ form: saturating, ceiling: 50, amplitude: 40, exponent: 0.5 }",
      "{ form: log-linear, a: 10, b: 5 }", "{ form: constant, a: 40 }",
      "{ form: logistic, ceiling: 56, midpoint: 8, slope: 0.7 }",
      "{ form: hill, floor: 25, ceiling: 56, midpoint: 80, slope: 2.5 }",
      "{ form: broken-power, c: 42, exponent_before: 0.5, exponent_after: 0.1, break_tokens: 20 }",
    ]
    for text in laws {
      let read = try ScalingProfile.parse(
        profile(text, extra: "fit: { fitted_tokens: [1, 768] }"))
      #expect(text.contains("form: \(type(of: read.law.law).form.id),"))
      #expect(read.warnings.isEmpty)
      #expect(read.law.fittedTokens == 1...768)
    }
    #expect(laws.count == LawRegistry.all.count)
  }

  @Test func theFittedRangeIsThatOfTheMeasurements() throws {
    let text = profile(
      "{ form: constant, a: 40 }",
      extra: "measurements: [{ tokens: 64.5, score: 41 }, { tokens: 3, score: 39 }]")
    let read = try ScalingProfile.parse(text)
    #expect(read.law.fittedTokens == 3...64.5)
    #expect(read.measurements.map(\.tokens) == [64.5, 3])
  }

  @Test func missingSourcesAreWarnedOf() throws {
    let text = profile(
      "{ form: constant, a: 40 }", extra: "fit: { fitted_tokens: [1, 2] }"
    ).replacing("source: { cite: test }", with: "")
    #expect(try ScalingProfile.parse(text).warnings.map(\.code.name) == ["profile.no-source"])
  }

  @Test func fitsBeyondTheMeasurementsAreWarnedOf() throws {
    let text = profile(
      "{ form: constant, a: 40 }",
      extra: """
        measurements: [{ tokens: 4, score: 41 }, { tokens: 64, score: 39 }]
        fit: { fitted_tokens: [1, 64] }
        """)
    #expect(
      try ScalingProfile.parse(text).warnings.map(\.code.name)
        == ["profile.fitted-beyond-measured"])
  }

  @Test func jointLawsAreReadWithTheirSizes() throws {
    let measured = """
      measurements:
        - { params_billions: 0.5, tokens: 4, score: 41 }
        - { params_billions: 7, tokens: 64, score: 55 }
      """
    let error = try ScalingProfile.parse(
      profile("{ form: joint, a: 0.59, b: 0.07, c: 0.015, d: 0.01 }", extra: measured))
    let joint = try #require(error.joint)
    #expect(joint.sizes == 0.5...7 && error.measurements.count == 2)
    #expect(error.law.law is SaturatingLaw)
    // The slice is the joint law at that size, to rounding.
    let slice = try #require(error.slice(parametersBillions: 7))
    for n in [1.0, 64, 576] {
      let expected = joint.law.score(at: n, parametersBillions: 7)
      #expect(abs(slice.law.law.score(at: n) / expected - 1) < 1e-14)
    }
    #expect(slice.measurements == [Measurement(tokens: 64, score: 55, parametersBillions: 7)])
    let score = try ScalingProfile.parse(
      profile("{ form: joint-score, a: 41, b: 0.08, c: 0.017 }", extra: measured))
    #expect(score.law.law is PowerLaw)
    let plane = try ScalingProfile.parse(
      profile("{ form: joint-log-linear, a: 41, b: 3.8, c: 0.8 }", extra: measured))
    #expect(plane.law.law is LogLinearLaw)
  }

  @Test func interpolatedLawsGoThroughTheMeasurements() throws {
    let measured = """
      measurements: [{ tokens: 1, score: 20 }, { tokens: 16, score: 35 }, { tokens: 256, score: 41 }]
      """
    for method in ["isotonic", "pchip"] {
      let read = try ScalingProfile.parse(
        profile("{ form: interpolated, method: \(method) }", extra: measured))
      for measurement in read.measurements {
        #expect(read.law.law.score(at: measurement.tokens) == measurement.score)
      }
      #expect(read.law.law.domain == 1...256)
    }
  }

  @Test(
    arguments: [
      ("{ form: joint, a: 0.5, b: 0.1, c: 0.1, d: 0 }", "", "profile.law-needs-range"),
      ("{ form: joint-score, a: 5, b: 0.1, c: 0.1 }", "", "profile.no-fitted-range"),
      ("{ form: interpolated, method: pchip }", "", "profile.law-needs-measurements"),
      (
        "{ form: broken-power, c: 4, exponent_before: 0.5, exponent_after: -0.1, break_tokens: 9 }",
        "", "profile.law-not-monotone"
      ),
      (
        "{ form: hill, floor: 40, ceiling: 30, midpoint: 9, slope: 2 }", "",
        "profile.law-not-monotone"
      ),
      ("{ form: constant, a: 40 }", ", covariance: [[1, 0]]", "profile.malformed-covariance"),
      ("{ form: constant, a: 40 }", ", covariance: [[-1]]", "profile.malformed-covariance"),
      ("{ form: constant, a: 40 }", ", residuals: squares", "document.unknown-word"),
      (
        "{ form: constant, a: 40 }", ", draws: { method: wild, seed: -1, count: 10 }",
        "number.out-of-range"
      ),
    ])
  func lawsAndFitsThatAreWrong(law: String, fit: String, code: String) throws {
    let text = profile(law, extra: "fit: { fitted_tokens: [1, 768]\(fit) }")
      .replacing(", range: [0, 100]", with: "")
    let failure = #expect(throws: InvalidDocument.self) { try ScalingProfile.parse(text) }
    #expect(failure?.diagnostics.map(\.code.name) == [code])
  }

  @Test(
    arguments: [
      (
        "{ fixed: 6.1e11, per_token: 1.32e10, per_token_squared: 5.2e5 }",
        [610_000_000_000, 13_200_000_000, 520_000]
      ),
      (
        "{ fixed: 0.61 TFLOP, per_token: 6.6 GMAC, per_token_squared: 0 }",
        [610_000_000_000, 13_200_000_000, 0]
      ),
      (
        "{ fixed: 0, per_token: 0, per_token_squared: 170141183460469231731687303715884105727 }",
        [0, 0, .max]
      ),
    ] as [(String, [Int128])])
  func totalsAreReadExactly(flops: String, expected: [Int128]) throws {
    guard case .totals(let total) = try ComputeCostModel.parse(cost(flops)).basis else {
      Issue.record("not totals")
      return
    }
    #expect([total.fixed, total.perToken, total.perTokenSquared] == expected)
  }

  @Test(arguments: [
    ("{ fixed: 0, per_token: 0, per_token_squared: 0 }", "cost.zero"),
    ("{ fixed: -1, per_token: 0, per_token_squared: 0 }", "number.out-of-range"),
    ("{ fixed: -1 GFLOP, per_token: 0, per_token_squared: 0 }", "number.out-of-range"),
    ("{ fixed: 0.5 FLOP, per_token: 0, per_token_squared: 0 }", "number.not-whole"),
    ("{ fixed: 1_000, per_token: 0, per_token_squared: 0 }", "document.wrong-type"),
    ("{ fixed: '5', per_token: 0, per_token_squared: 0 }", "document.wrong-type"),
    ("{ fixed: 1e60, per_token: 0, per_token_squared: 0 }", "number.out-of-range"),
    ("{ fixed: 1, per_token: 0 }", "document.missing-key"),
    ("[1, 2, 3]", "document.wrong-type"),
  ])
  func badTotalsAreRefused(flops: String, code: String) {
    let failure = #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(cost(flops))
    }
    #expect(codes(failure) == [code])
  }

  @Test(arguments: [
    ("objective: { maximize: score_per_flop }", Objective.scorePerFLOP),
    ("objective: { maximize: score }", .score), ("objective: { minimize: flops }", .least(.flops)),
  ])
  func objectives(text: String, objective: Objective) throws {
    let read = try Policy.parse(policy(text))
    #expect(read.objective == objective)
    #expect(read.candidates == .model)
  }

  @Test(arguments: [
    ("objective: { maximize: flops }", "document.unknown-word"),
    ("objective: { minimize: score }", "document.unknown-word"),
    ("objective: {}", "policy.objective"), ("objective: score", "document.wrong-type"),
    ("objective: { maximise: score }", "document.unknown-key"),
    ("objective: { maximize: score }\nlimits: { max_flops: 0 FLOP }", "number.out-of-range"),
    ("objective: { maximize: score }\nlimits: { max_flops: -5 TFLOP }", "number.out-of-range"),
    ("objective: { maximize: score }\nlimits: { max_flops: 0.4 FLOP }", "number.out-of-range"),
    ("objective: { maximize: score }\nlimits: { max_flops: -1e60 FLOP }", "number.out-of-range"),
    ("objective: { maximize: score }\nlimits: { min_flops: 5 TFLOP }", "document.unknown-key"),
    ("objective: { maximize: score }\nlimits: { max_flops: 1e30 EFLOP }", "number.out-of-range"),
    ("objective: { maximize: score }\nlimits: { min_score: 1e999 percent }", "number.not-finite"),
    ("objective: { maximize: score }\nlimits: { min_score: 45% }", "unit.wrong"),
    ("objective: { maximize: score }\nsearch: {}", "document.missing-key"),
    ("objective: { maximize: score }\nsearch: { lattice: modl }", "lattice.shape"),
    ("objective: { maximize: score }\nsearch: { lattice: {} }", "lattice.shape"),
    ("objective: { maximize: score }\nsearch: { lattice: { list: [] } }", "lattice.empty"),
    (
      "objective: { maximize: score }\nsearch: { lattice: { integers: { min: 5, max: 4 } } }",
      "lattice.empty"
    ),
    (
      "objective: { maximize: score }\nsearch: { lattice: { squares: { max: 0 } } }",
      "lattice.empty"
    ),
    (
      "objective: { maximize: score }\nsearch: { lattice: { integer: { min: 5, max: 9 } } }",
      "document.unknown-key"
    ),
    (
      "objective: { maximize: score }\nsearch: { lattice: { squares: { max: 9 }, list: [1] } }",
      "lattice.shape"
    ),
    ("limits: {}", "document.missing-key"),
  ])
  func badPoliciesHaveOneDiagnostic(text: String, code: String) {
    let failure = #expect(throws: InvalidDocument.self) { try Policy.parse(policy(text)) }
    #expect(codes(failure) == [code])
  }

  @Test func aWorkloadBesideTotalsIsWarnedOf() throws {
    let read = try ComputeCostModel.parse(
      cost("{ fixed: 1, per_token: 1, per_token_squared: 0 }")
        + "\nworkload: { images: 1, text_tokens: 64, output_tokens: 128, batch: 1 }")
    #expect(read.warnings.map(\.code.name) == ["document.unused-key"])
  }

  @Test func limitsAreExact() throws {
    let read = try Policy.parse(
      policy(
        "objective: { maximize: score }\nlimits: { max_flops: 2.5 TMAC, min_score: 45 points }"))
    #expect(read.maxima[.flops] == .count(5_000_000_000_000))
    #expect(read.minimumScore?.value == 45)
    #expect(read.minimumScore?.unit == .points)
  }

  @Test func aBadMeasurementSaysNothingOfTheRange() {
    let failure = #expect(throws: InvalidDocument.self) {
      try ScalingProfile.parse(
        profile(
          "{ form: constant, a: 40 }",
          extra: """
            measurements: [{ tokens: 0, score: 41 }, { tokens: 64, score: 39 }]
            fit: { fitted_tokens: [1, 64] }
            """))
    }
    #expect(codes(failure) == ["number.out-of-range"])
  }

  @Test func repeatedListMembersAreWarnedOf() throws {
    let read = try Policy.parse(
      policy("objective: { maximize: score }\nsearch: { lattice: { list: [9, 1, 9] } }"))
    #expect(read.warnings.map(\.code.name) == ["lattice.repeated-member"])
    #expect(read.candidates == .lattice(try Lattice(.list([1, 9]))))
  }

  @Test(arguments: [
    ("knd: policy\nschema: 1\n", "kind"),
    ("kind: policy\nshema: 1\nid: x\nobjective: { maximize: score }", "schema"),
    ("kind: compute-cost-model\nschema: 1\nid: x\nflop: { fixed: 1 }\n", "flops"),
    (
      "kind: scaling-profile\nschema: 1\nid: x\nmetric: { name: M, unit: percent }\n"
        + "law: { form: constant, a: 1 }\nmesurements: [{ tokens: 1, score: 1 }]\n"
        + "source: { cite: x }\n", "measurements"
    ),
    (
      "kind: scaling-profile\nschema: 1\nid: x\nmetric: { name: M, unit: percent }\n"
        + "law: { from: constant, a: 1 }\nfit: { fitted_tokens: [1, 2] }\nsorce: {}\n", "form"
    ),
  ])
  func aMisspeltKeyIsAllThatIsReported(text: String, meant: String) {
    let failure = #expect(throws: InvalidDocument.self) {
      try AnyDocument.parse(SourceFile(name: "t", text: text))
    }
    #expect(Set(codes(failure)) == ["document.unknown-key"])
    #expect(failure?.diagnostics.first?.suggestion == "did you mean '\(meant)'?")
  }

  @Test func aDocumentOfAnotherKindIsNamed() {
    let failure = #expect(throws: InvalidDocument.self) {
      try Policy.load(Repository.path(Repository.llava))
    }
    #expect(codes(failure) == ["document.wrong-kind"])
    #expect(
      failure?.diagnostics.first?.message
        == "this is a compute-cost-model, but a policy is needed here")
  }

  @Test func headDimDefaultsToTheDivision() throws {
    let text = try Repository.text(Repository.llava)
    let without = try ComputeCostModel.parse(text.replacing("head_dim: 128, ", with: ""))
    #expect(without.basis == (try ComputeCostModel.parse(text)).basis)
    let failure = #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(
        text.replacing("head_dim: 128, ", with: "").replacing("hidden: 4096", with: "hidden: 4100"))
    }
    #expect(codes(failure) == ["cost.heads-not-dividing"])
  }

  /// Without a form nothing says what a layer is: the item is refused, not passed over.
  @Test(arguments: [
    ("{ layers: 3 }", ["document.missing-key"]),
    ("{}", ["document.missing-key", "document.missing-key"]),
    ("{ fom: attention, layers: 3 }", ["document.unknown-key"]),
    ("{ form: mamba, layers: 3 }", ["document.unknown-word"]),
  ])
  func aMixerWithoutAFormIsRefused(item: String, expected: [String]) throws {
    let text = try Repository.text(Repository.llava)
      .replacing("head_dim: 128, ", with: "head_dim: 128, mixers: [\(item)], ")
    let failure = #expect(throws: InvalidDocument.self) { try ComputeCostModel.parse(text) }
    #expect(codes(failure) == expected)
  }

  /// A form of mixing is read as it is written; a model with one query matrix leaves its rank out.
  @Test(arguments: [Int?.none, 24])
  func latentAttentionIsReadAsWritten(queryRank: Int?) throws {
    let rank = queryRank.map { "query_rank: \($0), " } ?? ""
    let item = "{ form: latent-attention, layers: 32, heads: 16, \(rank)kv_rank: 512, "
    func parsed(_ rest: String) throws -> ComputeCostModel {
      try ComputeCostModel.parse(
        Repository.text(Repository.llava)
          .replacing("head_dim: 128, ", with: "head_dim: 128, mixers: [\(item)\(rest)], "))
    }
    let model = try parsed("plain_dim: 128, rotary_dim: 64, value_dim: 96 }")
    guard case .architecture(let architecture, _) = model.basis else {
      Issue.record("no architecture")
      return
    }
    let attention = LatentAttention(
      heads: 16, queryRank: queryRank, keyValueRank: 512, plainDim: 128, rotaryDim: 64, valueDim: 96
    )
    #expect(
      architecture.language.mixers == [
        MixerLayers(layers: 32, mixer: .latentAttention(attention))
      ])
    let failure = #expect(throws: InvalidDocument.self) {
      try parsed("plain_dim: 128, rotary_dim: 0, value: 96 }")
    }
    #expect(
      Set(codes(failure)) == [
        "number.out-of-range", "document.unknown-key", "document.missing-key",
      ])
  }
}
