import BudgetDocuments
import BudgetSearch
import SourceText
import TokenBudget

extension FrontierAdvice {
  /// The frontier for people.
  public var text: String {
    var lines = TextReport()
    lines.heading(question)
    lines.line(frontier.title)
    let extra = measures.map { measure in (measure.key, { measure.unit.text(.real($0)) }) }
    for row in frontier.table(question, recommended: nil, extra: extra, amounts) { lines.line(row) }
    for (label, text) in frontier.remarks(question) { lines.row(label, text) }
    if let text = question.leftOutText { lines.row("Left out", text) }
    for (index, origins) in question.scoresFrom.enumerated() {
      lines.row(index == 0 ? "Scores of" : "", origins[0].text(for: question.costs[index].id))
    }
    lines.row("FLOPs", question.conventionText)
    return lines.text
  }

  /// The frontier as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "metric": .object([
        "name": .string(question.metric.name), "unit": .string(question.metric.unit.rawValue),
        "chance": .optional(question.metric.chance) { .number($0) },
      ]),
      "measures": .strings(measures.map(\.jsonKey)),
      "frontier": .frontier(frontier, question),
      "scores_from": .list(Array(zip(question.costs, question.scoresFrom))) { cost, origins in
        .object(["design": .string(cost.id), "scores_from": .origin(origins[0])])
      },
      "amounts": .list(amounts) { .list($0) { .number($0) } },
      "measured_range": .measuredRange(question),
      "inputs": .inputs(question),
      "convention": .string(question.conventionText),
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}
