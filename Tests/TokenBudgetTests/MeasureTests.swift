import BudgetReports
import ComputeCosts
import Foundation
import TestSupport
import Testing

@testable import TokenBudget

/// Every row of measures, asked in every place that follows from it.
@Suite struct MeasureTests {
  private static let hardware = "profiles/hardware/h100-sxm.yaml"

  private func advisor(_ cost: String = Repository.llava) throws -> Advisor {
    try Advisor(
      profiles: [.load(Repository.path(Repository.textVQA))],
      costs: [.load(Repository.path(cost))], hardware: [.load(Repository.path(Self.hardware))])
  }

  /// A policy under which every measure is known.
  private func policy(_ body: String) throws -> Policy {
    try .parse(
      """
      kind: policy
      schema: 1
      id: p
      prices: { device_hour: 2.5, million_input: 0.3, million_output: 0.9 }
      serving: { hardware: h100-sxm, cache: fp8 }

      """ + body)
  }

  private func object(_ json: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  /// Whether Foundation read an amount, which may lose the last bit.
  private func isNear(_ value: Any?, _ amount: Amount) -> Bool {
    guard let value = value as? Double else { return false }
    return (value / amount.double - 1).magnitude < 1e-15
  }

  /// The lines of the table of measures in `docs/policies.md`, as cells without marks.
  private func documented() throws -> [[String]] {
    let text = try Repository.text("docs/policies.md")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let head = try #require(lines.firstIndex { $0.hasPrefix("| measure | limit | in JSON |") })
    return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map {
        $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
      }
    }
  }

  @Test func everyRowIsDocumentedInOrder() throws {
    let table = try documented()
    #expect(table.map { $0[0] } == Measure.all.map(\.key))
    #expect(table.map { $0[1] } == Measure.all.map { LimitName.ceiling($0).key })
    #expect(table.map { $0[2] } == Measure.all.map(\.jsonKey))
    #expect(table.allSatisfy { $0.count == 5 && !$0[4].isEmpty })
    #expect(Measure.all.first == .flops && Set(Measure.all).count == Measure.all.count)
    #expect(Measure(named: "speed") == nil)
  }

  /// A limit is written in the unit that the table says, and an objective by the key.
  @Test func everyRowIsReadFromDocuments() throws {
    for (measure, cells) in zip(Measure.all, try documented()) {
      let unit = ["tokens", "your currency"].contains(cells[3]) ? "" : " " + cells[3]
      let read = try policy(
        """
        objective: { minimize: \(measure.key) }
        limits: { \(cells[1]): 1\(unit) }
        """)
      #expect(read.objective == .least(measure))
      #expect(read.objective.text == "minimize \(measure.key)")
      #expect(read.maxima.mapValues(\.double) == [measure: 1])
      #expect(read.measures == [measure])
      let worth = try policy(
        "objective: { maximize: value, worth: 1, cost: \(measure.key), price: 2 }")
      #expect(worth.objective == .value(worth: 1, price: 2, measure))
      #expect(worth.objective.text.hasSuffix("2 x \(measure.key)"))
    }
  }

  /// A limit at the amount of a candidate allows it, one below the least of all allows none, and the value
  /// that would do is said as a policy takes it; JSON has them under the documented keys.
  @Test(arguments: Measure.all)
  func everyRowLimitsAndIsReported(measure: Measure) throws {
    let advisor = try advisor()
    let along = try advisor.frontier(
      under: policy("objective: { maximize: score }"), along: [measure], rows: 1000)
    let column = measure == .flops ? [] : [measure.jsonKey]
    let front = try object(along.json)
    #expect(front["measures"] as? [String] == column)
    #expect(along.amounts.allSatisfy { $0.count == column.count })
    #expect(measure == .flops || along.text.contains(measure.key))

    var policy = try policy("objective: { minimize: \(measure.key) }")
    let least = try advisor.advise(under: policy)
    let amount: Amount =
      measure == .flops
      ? .count(least.flops) : .real(try #require(least.amounts[measure]))
    policy.maxima[measure] = amount
    let allowed = try advisor.advise(under: policy)
    #expect(allowed.tokens == least.tokens)
    let json = try object(AdviceOutcome.advice(allowed).json)
    let limits = try #require(json["limits"] as? [String: Any])
    #expect(isNear(limits[LimitName.ceiling(measure).key], amount))
    let amounts = try #require(json["amounts"] as? [String: Any])
    #expect(Set(amounts.keys) == Set(Measure.besideFLOPs.map(\.jsonKey)))
    let reported = measure == .flops ? json["flops"] : amounts[measure.jsonKey]
    #expect(isNear(reported, amount))
    // Rows are broken into lines.
    let text = AdviceOutcome.advice(allowed).explanation.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(text.contains(measure.unit.text(amount)))
    #expect(measure == .flops || text.contains("\(measure.words) \(measure.unit.text(amount))"))

    policy.maxima[measure] =
      measure == .flops ? .count(least.flops - 1) : .real(amount.double.nextDown)
    guard case .infeasible(let none) = try advisor.outcome(under: policy) else {
      Issue.record("a limit below the least allows a candidate")
      return
    }
    #expect(none.conflicts == [.ceiling(measure)])
    #expect(none.relaxations.map(\.value) == [.amount(amount)])
    #expect(none.reason.contains(measure.unit.text(roundedUp: amount)))
  }

  /// Two numbers of a key and a value for each layer, key/value head and position, one byte each in fp8.
  @Test(arguments: [1, 3])
  func theCacheIsOfAllRequestsAtTheirLastToken(batch: Int) throws {
    var model = try ComputeCostModel.load(Repository.path("profiles/compute/qwen2.5-vl-7b.yaml"))
    guard case .architecture(let architecture, let own) = model.basis else {
      Issue.record("no architecture")
      return
    }
    model.basis = .architecture(
      architecture,
      Workload(
        images: own.images, textTokens: own.textTokens, outputTokens: own.outputTokens,
        batch: batch))
    let advisor = try Advisor(
      profiles: [.load(Repository.path(Repository.textVQA))], costs: [model],
      hardware: [.load(Repository.path(Self.hardware))])
    let advice = try advisor.advise(under: policy("objective: { minimize: kv_cache }"))
    let positions =
      own.textTokens + own.images * advice.tokens + own.outputTokens - 1
    // 28 layers, 4 key/value heads of 128.
    #expect(advice.amounts[.kvCache] == Double(2 * 28 * 4 * 128 * positions * batch))
  }
}
