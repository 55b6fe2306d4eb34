import BudgetReports
import TokenBudget

/// A request that takes seconds, from its text to the text of its answer.
struct LongRequest: Sendable {
  /// What is asked.
  let name: String
  /// The body of the answer; the closure says whether nobody waits any more.
  let answer: @Sendable ((@Sendable () -> Bool)?) throws -> String

  /// A request whose work is watched over.
  init(_ name: String, _ work: @escaping @Sendable () throws -> String) {
    self.name = name
    answer = { hasEnded in try Watch(stopWhen: hasEnded).run(work) }
  }

  /// Advice over more draws than a document may ask for.
  static let millionDraws = LongRequest("a million draws") { try Request(draws: 1_000_000).asked() }

  /// One of every kind.
  static let all = [
    LongRequest("fit of 100,000 rows") {
      try FitReport(read(table(rows: 100_000)).map { try ScalingFit($0) }).json
    },
    LongRequest("regimes of 100,000 rows") { try regimes(table(rows: 100_000)) },
    LongRequest("pooled regimes of 20 times 5,000 rows") {
      try regimes(table(rows: 5_000, series: 20), isPooled: true)
    },
    LongRequest("advice on two designs") {
      // Scores of one model say nothing of another: the same, served under another name.
      let other = Request().cost.replacing("served-model", with: "the-same-model")
      return try Request(others: [other], draws: 100_000).asked()
    },
    LongRequest("advice on a mix") {
      let other = Request().profile.replacing("charts", with: "receipts")
        .replacing("55.8", with: "53.1")
      var request = Request(second: other, draws: 20_000)
      request.policy +=
        "\n" + """
          mix:
            - { profile: charts, weight: 1 }
            - { profile: receipts, weight: 2 }
          """
      request.policy = request.policy.replacing("limits: { min_score: 35 percent }\n", with: "")
      return try request.asked()
    },
    LongRequest("a front of 100,000 candidates") {
      var request = Request()
      request.policy = request.policy.replacing("max: 576", with: "max: 100000")
      return try request.advisor.frontier(under: request.decidingPolicy).json
    },
    LongRequest("what if") {
      let request = Request(draws: 100_000)
      let documents = try WhatIfDocuments(
        profile: SourceFile(name: "profile", text: request.profile),
        cost: SourceFile(name: "cost", text: request.cost),
        policy: SourceFile(name: "policy", text: request.policy))
      let setting = try DocumentSetting("flops.per_token=20 GFLOP", position: 1)
      let changed = try documents.applying([setting])
      return try WhatIf(
        before: (request.advisor, request.decidingPolicy),
        after: (
          Advisor(profile: changed.profile, cost: changed.cost), request.decidingPolicy
        ), changes: [setting.argument]
      ).json
    },
    LongRequest("a plan") {
      let request = Request()
      return try MeasurementPlan(
        6, cost: .parse(request.cost, name: "cost"), policy: request.decidingPolicy
      ).json
    },
  ]

  private static func read(_ table: String) throws -> [MeasurementSeries] {
    try MeasurementSeries.read(csv: SourceFile(name: "table", text: table)).series
  }

  private static func regimes(_ table: String, isPooled: Bool = false) throws -> String {
    let entries = try read(table).map { try RegimeReport.Entry($0) }
    return RegimeReport(entries, isPooled: isPooled).json
  }

  /// Measurements of a growing score, each at a token count of its own.
  private static func table(rows: Int, series: Int = 1) -> String {
    var random = SplitMix64(seed: 7)
    var lines = ["series,tokens,score"]
    for number in 1...series {
      for tokens in 1...rows {
        let share = 1 / (1 + (Double(tokens) / 100).squareRoot())
        let score = max(0.01, 0.9 - 0.7 * share + 0.03 * random.normal())
        lines.append("benchmark \(number),\(tokens),\((score * 100_000).rounded() / 1000)")
      }
    }
    return lines.joined(separator: "\n")
  }
}
