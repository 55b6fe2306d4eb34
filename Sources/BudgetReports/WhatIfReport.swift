import BudgetDocuments
import BudgetSearch
import ComputeCosts
import SourceText
import TokenBudget

extension WhatIf {
  /// The comparison for people.
  public var text: String {
    var lines = TextReport()
    for (index, change) in changes.enumerated() {
      lines.row(index == 0 ? "What if" : "", change)
    }
    lines.blank()
    let rows = rows
    if !rows.isEmpty {
      for row in TextReport.aligned([["", "before", "after", "", ""]] + rows) { lines.line(row) }
      lines.blank()
    }
    lines.row("Answer", sentence + ".")
    return lines.text
  }

  private var advices: (before: Advice?, after: Advice?) {
    func advice(_ outcome: AdviceOutcome) -> Advice? {
      if case .advice(let advice) = outcome { return advice }
      return nil
    }
    return (advice(before), advice(after))
  }

  private var rows: [[String]] {
    let (was, now) = advices
    var rows: [[String]] = []
    func row(_ name: String, _ value: (Advice) -> String?, _ number: ((Advice) -> Double?)? = nil) {
      let texts = [was, now].map { $0.flatMap(value) ?? "-" }
      guard texts != ["-", "-"] else { return }
      var change = ""
      if let number, let was, let now, let old = number(was), let new = number(now), old != new,
        old > 0
      {
        change = signedPercent(new / old - 1)
      } else if texts[0] != texts[1], was != nil, now != nil, number == nil {
        change = "changed"
      }
      rows.append([pad(name, 22), texts[0], texts[1], change, ""])
    }
    row(
      "design",
      { advice in
        let isAnother = was.map { was in now.map { was.design != $0.design } ?? false } ?? false
        return advice.question.costs.count > 1 || isAnother ? advice.design.id : nil
      })
    row("vision tokens", { grouped($0.tokens) }, { Double($0.tokens) })
    row("setting", { $0.setting })
    row(
      "score", { "\(significant($0.score)) \($0.question.metric.unit.rawValue)" }, { $0.score })
    row("FLOPs", { flopsText($0.flops) }, { Double($0.flops) })
    row(
      "score per TFLOP", { significant($0.scorePerTeraFLOP) }, { $0.scorePerTeraFLOP })
    for measure in Measure.all {
      row(
        measure.words, { $0.amounts[measure].map { measure.unit.text(.real($0)) } },
        { $0.amounts[measure] })
    }
    row("regime", { $0.regime.label.rawValue })
    row(
      "binds",
      { advice in
        advice.binding.isEmpty
          ? "no limit" : advice.binding.map { advice.question.name(of: $0) }.joined(separator: ", ")
      })
    row(
      "not told from the best",
      { advice in
        advice.uncertainty.map {
          $0.decision.optima.isEmpty ? "-" : Advisor.ranges($0.decision, $0.designs)
        }
      })
    row(
      "robust",
      { $0.uncertainty?.decision.robust.map { tokensText($0.candidate.tokens) } })
    return rows
  }

  /// The comparison as JSON text: both answers as `advise` gives them, and what changed.
  public var json: String {
    let (was, now) = advices
    func differs<Value: Equatable>(_ value: (Advice) -> Value) -> JSONValue {
      .bool(was.map(value) != now.map(value))
    }
    let changed: [String: JSONValue] = [
      "tokens": differs { $0.tokens }, "score": differs { $0.score },
      "flops": differs { $0.flops }, "regime": differs { $0.regime },
      "binding": differs { $0.binding }, "design": differs { $0.design },
    ]
    return JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "changes": .strings(changes),
      "before": before.value,
      "after": after.value,
      "changed": .object(changed),
      "reason": .string(sentence),
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}
