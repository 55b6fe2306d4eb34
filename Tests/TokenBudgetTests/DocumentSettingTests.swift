import BudgetReports
import ScalingLaws
import SeededRandom
import SourceText
import TestSupport
import Testing

@testable import TokenBudget

/// Settings of a what-if question, on the documents that are shipped.
@Suite struct DocumentSettingTests {
  private static func source(_ path: String) throws -> SourceFile {
    SourceFile(name: path, text: try Repository.text(path))
  }

  private func documents(
    profile: SourceFile? = nil, cost: SourceFile? = nil, policy: SourceFile? = nil
  ) throws -> WhatIfDocuments {
    try WhatIfDocuments(
      profile: profile ?? Self.source(Repository.textVQA),
      cost: cost ?? Self.source(Repository.llava),
      policy: policy ?? Self.source(Repository.maxScorePerFLOP))
  }

  private func settings(_ arguments: [String]) throws -> [DocumentSetting] {
    try arguments.enumerated().map { try DocumentSetting($0.element, position: $0.offset + 1) }
  }

  private func apply(
    _ arguments: String..., to documents: WhatIfDocuments? = nil
  ) throws -> (profile: ScalingProfile, cost: ComputeCostModel, policy: Policy) {
    try (documents ?? self.documents()).applying(settings(arguments))
  }

  private func failure(
    _ arguments: String..., of documents: WhatIfDocuments? = nil
  ) throws -> InvalidDocument {
    let documents = try documents ?? self.documents()
    return try #require(throws: InvalidDocument.self) {
      try documents.applying(settings(arguments))
    }
  }

  // MARK: What settings do

  @Test func valuesAreReplaced() throws {
    let changed = try apply(
      "language.layers=36", "workload.text_tokens=1e3", "measurements[0].score=10.5",
      "tokens.lattice.list=[64, 144]", "law.alpha=-0.25")
    guard case .architecture(let model, let workload) = changed.cost.basis else {
      Issue.record("the basis changed")
      return
    }
    #expect(model.language.layers == 36 && workload.textTokens == 1000)
    #expect(changed.cost.lattice?.shape == .list([64, 144]))
    #expect(changed.profile.measurements[0] == Measurement(tokens: 1, score: 10.5))
    #expect(changed.profile.measurements.count == 10)
    #expect(changed.profile.law.law.values == [14.8125, -0.25])
    // What is not set stays.
    let documents = try documents()
    #expect(changed.policy.candidates == documents.policy.candidates)
    #expect(changed.cost.source == documents.cost.source)
    #expect(changed.profile.warnings.isEmpty && changed.cost.warnings.isEmpty)
  }

  @Test func whatIsMissingIsAdded() throws {
    let changed = try apply(
      "limits.min_score=43 percent", "limits.max_flops=5 TFLOP", "convention.unit=mac",
      "measurements[10].tokens=1024", "measurements[10].score=53")
    #expect(
      changed.policy.minimumScore?.value == 43 && changed.policy.minimumScore?.unit == .percent)
    #expect(changed.policy.maxima[.flops] == .count(5_000_000_000_000))
    #expect(changed.cost.convention.unit == .mac)
    #expect(changed.profile.measurements.last == Measurement(tokens: 1024, score: 53))
    // A floor that a later check complains of points at the argument.
    let place = try #require(changed.policy.minimumScore?.place)
    #expect(place.file == "set (1st)" && place.span.column == 18 && place.span.endColumn == 28)
    #expect(place.excerpt.text == "limits.min_score=43 percent")
  }

  @Test func valuesMayBeListsAndMappings() throws {
    let changed = try apply(
      "law={ form: logistic, ceiling: 56, midpoint: 8, slope: 0.75 }",
      "search.lattice.squares.max=100", "fit.fitted_tokens=[1, 512]", "metric.name=\"a: b\"")
    #expect(changed.profile.law.law is LogisticLaw)
    #expect(changed.profile.law.fittedTokens == 1...512)
    #expect(changed.profile.metric.name == "a: b")
    #expect(changed.policy.candidates == .lattice(try Lattice(.squares(max: 100))))
    let form = try apply(
      "law.form=saturating", "law={ form: power, c: 1, alpha: -1 }", "law.c=2")
    #expect(form.profile.law.law.values == [2, -1])
  }

  /// A law's parameters are known once another setting chooses its form.
  @Test func whatIsKnownDependsOnTheOtherSettings() throws {
    let documents = try documents(
      profile: SourceFile(
        name: "p",
        text: """
          { kind: scaling-profile, schema: 1, id: p, metric: { name: m, unit: percent },
            measurements: [{ tokens: 1, score: 2 }], law: { form: constant, a: 3 },
            source: { cite: c } }
          """))
    let changed = try apply("law.form=log-linear", "law.b=5", to: documents)
    #expect(changed.profile.law.law.values == [3, 5])
    #expect(try failure("law.b=5", of: documents).diagnostics.map(\.code) == [.settingUnknownPath])
  }

  @Test func laterSettingsWin() throws {
    #expect(
      try apply("policy.title=a", "policy.title=b", "cost.title=c", "policy.title=d").policy.title
        == "d")
    // What is replaced is not checked, as in no document it would be.
    let changed = try apply("limits.min_score=3 TFLOP", "policy.limits={ min_score: 3 points }")
    #expect(changed.policy.minimumScore?.unit == .points)
  }

  @Test func theDocumentCanBeNamed() throws {
    let changed = try apply(
      "profile.title=p", "cost.title=c", "policy.title=l", "cost.language.layers=2", "policy.id=x")
    #expect(changed.profile.title == "p" && changed.cost.title == "c")
    #expect(changed.policy.title == "l" && changed.policy.id == "x")
    let setting = try DocumentSetting("cost.\"language\".\"a.b\" = 2", position: 21)
    #expect(setting.role == .cost && setting.path == "language.\"a.b\"")
    #expect(
      try DocumentSetting("  measurements[3].score = 2", position: 1).path
        == "measurements[3].score")
    #expect(try DocumentSetting("\"cost\".a=2", position: 1).role == nil)
  }

  @Test func theSameValueChangesNothing() throws {
    let documents = try documents()
    let changed = try apply("language.layers=32", "law.c=14.8125", to: documents)
    #expect(changed.profile.law.law.values == documents.profile.law.law.values)
    #expect(changed.cost.lattice == documents.cost.lattice)
    _ = try documents.applying([])
  }

  @Test func anAliasElsewhereStays() throws {
    let profile = SourceFile(
      name: "aliases",
      text: """
        kind: scaling-profile
        schema: 1
        id: aliases
        metric: { name: m, unit: percent, range: &range [0, 100] }
        measurements:
          - &first { tokens: 1, score: 9 }
          - *first
          - *first
        law: { form: power, c: 14, alpha: -0.2 }
        fit: { fitted_tokens: [1, 768] }
        source: { cite: c }
        """)
    let documents = try documents(profile: profile)
    let changed = try apply(
      "measurements[1].score=12", "measurements[0].tokens=2", to: documents)
    #expect(
      changed.profile.measurements == [
        Measurement(tokens: 2, score: 9), Measurement(tokens: 1, score: 12),
        Measurement(tokens: 1, score: 9),
      ])
    let wrong = try failure("measurements[1].score=x", of: documents)
    #expect(wrong.diagnostics.map(\.file) == ["set (1st)"])
    #expect(wrong.diagnostics.first?.span?.column == 23)
  }

  @Test func warningsPointAtTheArgument() throws {
    let totals = SourceFile(
      name: "totals",
      text: """
        kind: compute-cost-model
        schema: 1
        id: totals
        flops: { fixed: 1, per_token: 2, per_token_squared: 3 }
        tokens: { lattice: { list: [1, 2] } }
        source: { cite: c }
        """)
    let changed = try apply(
      "tokens.lattice.list=[5, 5]", "workload.batch=2", to: documents(cost: totals))
    #expect(changed.cost.warnings.map(\.code) == [.latticeRepeats, .unusedKey])
    #expect(changed.cost.warnings.map(\.file) == ["set (1st)", "set (2nd)"])
    #expect(changed.cost.warnings.map(\.span?.column) == [25, 1])
    #expect(
      try failure("vision.encoder.layers=2", of: documents(cost: totals)).diagnostics.map(\.code)
        == [.unavailableKey])
  }

  // MARK: What is wrong

  /// What a terminal shows, to the column.
  @Test(arguments: [
    (
      ["language.layrs=36"],
      """
      set (1st):1:10: error: 'layrs' is not known in 'language' of the cost model [setting.unknown-path]
      1 | language.layrs=36
        |          ^~~~~
        = did you mean 'language.layers'?
      """
    ),
    (
      ["limits.max_flops=5"],
      """
      set (1st):1:18: error: 'limits.max_flops' needs a unit behind 5 [unit.missing]
      1 | limits.max_flops=5
        |                  ^
        = for example '5 TFLOP'; units: FLOP, kFLOP, MFLOP, GFLOP, TFLOP, PFLOP, EFLOP, MAC, kMAC, MMAC, GMAC, TMAC, PMAC, EMAC
      """
    ),
    (
      ["title=文本"],
      """
      set (1st):1:1: error: 'title' is known in the profile, the cost model and the policy [setting.ambiguous]
      1 | title=文本
        | ^~~~~
        = say which is meant: 'profile.title=…', 'cost.title=…' or 'policy.title=…'
      """
    ),
    (
      ["law.c=15", "source.größe=1", "metric={ name: 文本 größer, unit: prozent }"],
      """
      set (2nd):1:8: error: 'größe' is not known in 'source' of the profile [setting.unknown-path]
      1 | source.größe=1
        |        ^~~~~
        = known keys: cite, where, url, retrieved, note
      set (3rd):1:33: error: 'metric.unit' must be 'percent' or 'points', found 'prozent' [document.unknown-word]
      1 | metric={ name: 文本 größer, unit: prozent }
        |                                   ^~~~~~~
      """
    ),
    (
      ["measurements[11].score=1"],
      """
      set (1st):1:13: error: 'measurements' of the profile has 10 items, counted from 0 [setting.no-such-item]
      1 | measurements[11].score=1
        |             ^~~~
        = the last is '[9]', and '[10]' adds one
      """
    ),
    (
      ["language.kv_heads=5"],
      """
      profiles/compute/llava-1.5-7b.yaml:12:11: error: 5 kv_heads do not divide 32 heads evenly [cost.heads-not-dividing]
      12 | language: { layers: 32, hidden: 4096, heads: 32, kv_heads: 32, head_dim: 128, intermediate: 11008, vocabulary: 32064, other_parameters: 266240 }
         |           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
         = this document is changed by 'language.kv_heads=5'
      """
    ),
  ])
  func problemsAreShownInTheArgument(arguments: [String], rendered: String) throws {
    let documents = try documents()
    let failure = try #require(throws: InvalidDocument.self) {
      try documents.applying(settings(arguments))
    }
    #expect(failure.description == rendered)
  }

  @Test(arguments: [
    ("langage.layers=36", "did you mean 'language.layers'?"),
    ("limits.min_scor=43 percent", "did you mean 'limits.min_score'?"),
    ("policy.limits.min_scor=43 percent", "did you mean 'limits.min_score'?"),
    ("measurments[3].score=5", "did you mean 'measurements[3].score'?"),
    ("measurements[3].scor=5", "did you mean 'measurements[3].score'?"),
    ("lattice.list=[1]", "did you mean 'tokens.lattice.list' or 'search.lattice.list'?"),
    ("search.lattice.squars.max=9", "did you mean 'search.lattice.squares.max'?"),
    ("language.layers.foo=1", "did you mean 'language.layers'?"),
    // A mapping is not what was meant: its keys are.
    ("serving.foo=1", "known keys: hardware, weights, cache, devices, mfu, mbu"),
    (
      "policy.frobnicate=1",
      "known keys: id, title, objective, mix, limits, search, serving, prices, lifetime, risk, assume"
    ),
    ("law.slope=1", "known keys: form, c, alpha"),
  ])
  func theNearestPathIsSuggested(argument: String, suggestion: String) throws {
    let failure = try failure(argument)
    #expect(failure.diagnostics.map(\.code) == [.settingUnknownPath])
    #expect(failure.diagnostics.first?.suggestion?.description == suggestion)
  }

  @Test(arguments: [
    ("", "setting.path"), ("=3", "setting.path"), ("language.layers", "setting.path"),
    ("a..b=3", "setting.path"), (".a=3", "setting.path"), ("a.=3", "setting.path"),
    ("[0]=3", "setting.path"), ("a[=3", "setting.path"), ("a[]=3", "setting.path"),
    ("a[-1]=3", "setting.path"), ("a[1=3", "setting.path"), ("a]=3", "setting.path"),
    ("a[0]b=3", "setting.path"), ("a[1000000000000000000000]=3", "setting.path"),
    ("\"a=3", "setting.path"), ("\"\"=3", "setting.path"), ("a\"b\"=3", "setting.path"),
    ("policy=3", "setting.path"), ("policy[0]=3", "setting.path"), ("\u{FEFF}=3", "setting.path"),
    (String(repeating: "a.", count: 100) + "a=3", "setting.path"),
    ("a=", "setting.value"), ("a=  ", "setting.value"), ("a=# 3", "setting.value"),
    ("a=b: c", "setting.value"), ("a=- 3", "setting.value"), ("a=|\n  b", "setting.value"),
    ("a=[1", "yaml.syntax"), ("a=1, ]", ""), ("a=]", "yaml.syntax"), ("a=\"b", "yaml.syntax"),
    ("a=*b", "yaml.unknown-alias"), ("a={b: 1, b: 2}", "document.duplicate-key"),
    ("a=!!int b", "yaml.tag"), ("a=b\u{7}", "yaml.encoding"),
    ("a=" + String(repeating: "[", count: 100), "yaml.nesting-depth"),
    ("kind=policy", "setting.fixed-key"), ("cost.schema=2", "setting.fixed-key"),
  ])
  func argumentsAreChecked(argument: String, code: String) throws {
    do {
      _ = try DocumentSetting(argument, position: 12)
      #expect(code.isEmpty, "\(argument)")
    } catch {
      #expect(error.diagnostics.map(\.code.name) == [code], "\(error)")
      #expect(error.file == "set (12th)")
      #expect(!error.description.isEmpty)
    }
  }

  @Test func whatHasNoPlaceIsRefused() throws {
    for (argument, code) in [
      ("measurements.score=1", "setting.no-such-item"), ("language[0]=1", "setting.no-such-item"),
      ("tokens.lattice.list[9]=4", "setting.no-such-item"),
      ("language.layers[0]=1", "setting.no-such-item"),
      ("fit.compared[1].form=power", "setting.no-such-item"),
      ("mix=1", "document.wrong-type"), ("limits.max_latency=3", "unit.missing"),
      ("measurements[10].score=5", "document.missing-key"),
      ("\"language.layers\"=3", "setting.unknown-path"),
    ] {
      #expect(try failure(argument).diagnostics.map(\.code.name) == [code], "\(argument)")
    }
    // A mistake in one setting is not blamed on another that depends on it.
    #expect(
      try failure("law.form=logstic", "law.slope=1").diagnostics.map(\.code) == [.unknownWord])
  }

  /// Documents that are wrong to begin with are reported as they stand, and all of them.
  @Test func wrongDocumentsComeFirst() throws {
    let twice = SourceFile(name: "twice", text: "kind: policy\nschema: 1\nid: a\nid: b\n")
    let none = SourceFile(name: "none", text: "")
    let failure = try #require(throws: InvalidDocument.self) {
      try WhatIfDocuments.apply(
        settings(["frobnicate=1"]), profile: none, cost: Self.source(Repository.llava),
        policy: twice)
    }
    #expect(failure.file == "none")
    #expect(
      failure.diagnostics.map(\.code) == [.yamlEmpty, .missingKey, .duplicateKey])
  }

  // MARK: Known paths

  @Test func knownPathsAreThoseOfTheSchema() throws {
    let documents = try documents()
    let profile = documents.knownPaths(of: .profile)
    #expect(profile.first == "id" && !profile.contains("kind"))
    for path in ["law.alpha", "measurements[i].weight", "fit.draws.seed", "source.cite"] {
      #expect(profile.contains(path), "\(path)")
    }
    let cost = documents.knownPaths(of: .cost)
    for path in ["language.experts.count", "vision.encoder.window", "flops.fixed", "tokens.reduce"]
    {
      #expect(cost.contains(path), "\(path)")
    }
    let policy = documents.knownPaths(of: .policy)
    for path in ["limits.min_score", "limits.max_flops", "search.lattice.squares.max"] {
      #expect(policy.contains(path), "\(path)")
    }
    for role in DocumentRole.allCases {
      let paths = documents.knownPaths(of: role)
      #expect(Set(paths).count == paths.count)
      for path in paths where DocumentRole(rawValue: path) != nil {
        Issue.record("\(path) is a key and a document")
      }
    }
  }

  /// Each known path of every shipped document is taken for one: a mapping there may be wrong, and it is
  /// never unknown.
  @Test func everyKnownPathIsKnown() throws {
    let documents = try documents()
    for role in DocumentRole.allCases {
      for path in documents.knownPaths(of: role) {
        let written = path.replacing("[i]", with: "[0]")
        do {
          _ = try apply("\(role.rawValue).\(written)=\"?\"", to: documents)
        } catch let failure as InvalidDocument {
          #expect(
            !failure.diagnostics.contains { $0.code == .settingUnknownPath }, "\(failure)")
        }
      }
    }
  }

  // MARK: Many and random

  @Test func aThousandSettingsAreQuick() throws {
    let documents = try documents()
    var arguments: [String] = []
    for number in 0..<1000 {
      switch number % 4 {
      case 0: arguments.append("language.layers=\(number + 1)")
      case 1: arguments.append("measurements[\(number % 10)].score=\(number % 90 + 1)")
      case 2: arguments.append("limits.min_score=\(number % 90) percent")
      default: arguments.append("tokens.lattice.list[\(8 + number / 4)]=\(600 + number)")
      }
    }
    do {
      let changed = try documents.applying(settings(arguments))
      #expect(changed.cost.lattice?.count == 258)
      #expect(changed.policy.minimumScore?.value == 8)
      guard case .architecture(let model, _) = changed.cost.basis else { return }
      #expect(model.language.layers == 997)
    }
    let wrong = (0..<1000).map { "language.layrs\($0).a=1" }
    do {
      let failure = #expect(throws: InvalidDocument.self) {
        try documents.applying(settings(wrong))
      }
      // A hundred are shown, and how many there are beside.
      #expect(failure?.diagnostics.last?.code == .moreProblems)
    }
  }

  /// Whatever an argument holds, it is applied or refused with a reason.
  @Test(arguments: [UInt64(1), 2, 3])
  func randomArgumentsAreAppliedOrRefused(seed: UInt64) throws {
    let documents = try documents()
    let paths = DocumentRole.allCases.flatMap { documents.knownPaths(of: $0) }
    let values = [
      "3", "-1", "0.5", "1e6", "43 percent", "5 TFLOP", "logistic", "true", "null", "[1, 2]",
      "[[1]]",
      "{}", "[]", "{ max: 9 }", "{ tokens: 3, score: 4 }", "\"größe\"", "model", "9e99", ".nan",
      "&a [*a]", "flops",
    ]
    let sound = [
      "language.layers=36", "limits.min_score=43 percent", "workload.image=1280x720", "law.c=15",
      "measurements[3].score=40", "tokens.lattice.list[8]=600",
      "search.lattice={ squares: { max: 9 } }",
      "policy.title=größer, 文本", "vision.encoder.attention=packed", "source.größe=1",
    ]
    var random = SeededRandom(seed: seed)
    var applied = 0
    var made = 0
    while made < 1000 {
      let arguments = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let path = paths[Int.random(in: 0..<paths.count, using: &random)]
          .replacing("[i]", with: "[\(Int.random(in: 0...11, using: &random))]")
        let value = values[Int.random(in: 0..<values.count, using: &random)]
        let argument =
          Bool.random(using: &random)
          ? "\(path)=\(value)" : sound[Int.random(in: 0..<sound.count, using: &random)]
        guard Int.random(in: 0..<4, using: &random) == 0 else { return argument }
        let bytes = random.mutated(
          Array(argument.utf8), alphabet: Array("a0.[]{}=\"'\\:,-#&*!|% \n\u{FEFF}ö文".utf8))
        return String(decoding: bytes, as: UTF8.self)
      }
      made += arguments.count
      do {
        _ = try documents.applying(settings(arguments))
        applied += 1
      } catch let failure as InvalidDocument {
        #expect(
          failure.diagnostics.contains { $0.severity == .error }, "seed \(seed): \(arguments)")
        #expect(!failure.description.isEmpty)
      }
    }
    #expect(applied > 30, "seed \(seed)")
  }
}
