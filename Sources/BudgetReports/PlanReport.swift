import BudgetDocuments
import BudgetSearch
import TokenBudget

extension MeasurementPlan {
  /// The plan for people, the answer first.
  public var text: String {
    var lines = TextReport()
    lines.line("\(points) measurements for \(cost.id)")
    lines.blank()
    lines.row("Measure at", list(plan.tokens) + " tokens per \(unit)")
    lines.row(
      "Worth",
      "a decision by them gives away \(worth(plan)) (\(objective.text))")
    if plan != evenSteps {
      lines.row(
        "Even steps",
        "\(list(evenSteps.tokens)): \(worth(evenSteps))")
    } else {
      lines.row("Even steps", "these are even steps in ln n: no plan that was tried did better")
    }
    for other in others {
      lines.row(
        "With \(other.tokens.count)",
        "\(list(other.tokens)), in even steps: \(worth(other))")
    }
    lines.row(
      "Assumed",
      "scores over \(grouped(questions)) \(questions == 1 ? "question" : "questions") that scatter twice as much as these explain; "
        + "\(curves) curves of the prior")
    lines.row(
      "Then",
      "put tokens and scores into a table, \(Parameter.fit) it, and 'advise' on it: it says what to "
        + "measure next, which tells more than a larger plan")
    return lines.text
  }

  private func worth(_ rated: Rated) -> String {
    percent(rated.expectedRegret) + " on average"
      + (rated.missedShare > 0
        ? ", and breaks the policy's limits in \(percent(rated.missedShare))" : "")
  }

  private func list(_ tokens: [Int]) -> String {
    tokens.map { grouped($0) }.joined(separator: ", ")
  }

  /// The plan as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    func rated(_ rated: Rated) -> JSONValue {
      .object([
        "tokens": .list(rated.tokens) { .integer($0) },
        "expected_regret": .number(rated.expectedRegret),
        "missed_share": .number(rated.missedShare),
      ])
    }
    return JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "points": .integer(points),
      "tokens": .list(plan.tokens) { .integer($0) },
      "expected_regret": .number(plan.expectedRegret),
      "missed_share": .number(plan.missedShare),
      "even_steps": rated(evenSteps),
      "others": .list(others) { rated($0) },
      "questions": .integer(questions),
      "curves": .integer(curves),
      "objective": .string(objective.text),
      "cost": .object(["id": .string(cost.id), "file": .optional(cost.file) { .string($0) }]),
      "diagnostics": .diagnostics([]),
    ]).text
  }
}
