import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

extension AdviceOutcome {
  /// The answer as JSON text; `docs/json.md` explains its keys.
  public var json: String { value.text }

  /// The answer as a part of another report.
  var value: JSONValue {
    switch self {
    case .advice(let advice): advice.value
    case .infeasible(let infeasible): infeasible.value
    }
  }
}

extension Advice {
  /// The advice as JSON text; `docs/json.md` explains its keys.
  public var json: String { value.text }

  fileprivate var value: JSONValue {
    report(
      on: question,
      [
        "feasible": .bool(true),
        "design": .string(design.id),
        "tokens": .integer(tokens),
        "processor_setting": .optional(setting) { .string($0) },
        "score": .number(score),
        "benchmarks": .list(benchmarks) { .benchmark($0) },
        "extrapolated": .bool(isExtrapolated),
        "edge": .optional(edge) {
          .object(["side": .string($0.side.rawValue), "next": .integer($0.next)])
        },
        "flops": .integer(flops),
        "flops_by_part": .optional(breakdown.parts) { .parts($0) },
        "amounts": .amounts(amounts),
        "fixed_share": .number(fixedShare),
        "score_per_tflop": .number(scorePerTeraFLOP),
        "elasticity": .object([
          "score": .optional(scoreElasticity) { .number($0) }, "flops": .number(flopElasticity),
        ]),
        "regime": .object([
          "label": .string(regime.label.rawValue), "identified": .bool(regime.isIdentified),
          "evidence": .optional(regime.analysis) { .string($0.sentence) },
        ]),
        "binding": .strings(binding.map { question.name(of: $0) }),
        "reason": .string(reason.sentence),
        "reason_kind": .string(reason.kind.rawValue),
        "certificate": .certificate(certificate),
        "indistinguishable": .optional(indistinguishable) { ranges in
          .list(ranges) { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }
        },
        "uncertainty": .optional(uncertainty) { .uncertainty($0) },
        "best_score": .number(ladder.best.score),
        "kept_share": .optional(ladder.share(keptBy: recommended)) { .number($0) },
        "ladder": ladder.value(question),
        "above_chance": .optional(otherCounting) { $0.value(question) },
        "neighbours": .list(neighbours) { .candidate($0, question) },
        "frontier": .frontier(frontier, question),
        "scores_from": .origin(scoresFrom),
        "designs": .list(designs) { design in
          .object([
            "design": .string(design.design.id),
            "scores_from": .origin(
              question.scoresFrom[question.costs.firstIndex(of: design.design) ?? 0][0]),
            "best": .optional(design.best) { .candidate($0, question) },
          ])
        },
        "evidence": .evidence(evidence),
        "diagnostics": .diagnostics(diagnostics),
      ])
  }
}

extension InfeasiblePolicy {
  /// The answer as JSON text: the keys of ``Advice``, most of them null.
  public var json: String { value.text }

  fileprivate var value: JSONValue {
    report(
      on: question,
      [
        "conflicts": .strings(conflicts.map { question.name(of: $0) }),
        "exclusions": .list(exclusions) { exclusion in
          var members = JSONValue.limitValue(exclusion.value, of: exclusion.limit)
          members["limit"] = .string(question.name(of: exclusion.limit))
          return .object(members)
        },
        "relaxations": .list(relaxations) { .relaxation($0, question) },
        "reason": .string(reason),
        "best_score": .number(ladder.best.score),
        "ladder": ladder.value(question),
        "certificate": .certificate(certificate),
        "diagnostics": .diagnostics(diagnostics),
      ])
  }
}

extension Question {
  /// How FLOPs are counted, in a sentence that stands in every report.
  var conventionText: String {
    convention?.sentence ?? "as the cost model's totals were counted"
  }
}

/// One shape for every answer, so that a script finds each key: what was asked, and `answer` in
/// place of the nulls.
private func report(on question: Question, _ answer: [String: JSONValue]) -> JSONValue {
  let asked: [String: JSONValue] = [
    "schema_version": .integer(jsonSchemaVersion),
    "objective": .string(question.objectiveText),
    "limits": .object(
      [
        "min_score": .optional(question.limits.minimumScores[0]) { .number($0) },
        "max_flops": .optional(question.limits.maxima[.flops]) { .amount($0) },
      ].merging(question.otherLimits) { own, _ in own }),
    "lifetime": .bool(question.isLifetime),
    "metric": .object([
      "name": .string(question.metric.name), "unit": .string(question.metric.unit.rawValue),
      "chance": .optional(question.metric.chance) { .number($0) },
    ]),
    "measured_range": .measuredRange(question),
    "scores_from": .origin(question.scoresFrom[0][0]),
    "workload": .optional(question.workload) { .workload($0, video: question.video) },
    "inputs": .inputs(question),
    "convention": .string(question.conventionText),
  ]
  let unanswered: [String: JSONValue] = [
    "feasible": .bool(false), "design": .null, "tokens": .null, "processor_setting": .null,
    "score": .null,
    "benchmarks": .array([]), "extrapolated": .null, "edge": .null, "best_score": .null,
    "kept_share": .null,
    "ladder": .array([]), "above_chance": .null, "amounts": .null,
    "uncertainty": .null,
    "designs": .array([]),
    "flops": .null, "flops_by_part": .null, "fixed_share": .null, "score_per_tflop": .null,
    "elasticity": .null, "regime": .null, "binding": .array([]), "conflicts": .array([]),
    "exclusions": .array([]),
    "relaxations": .array([]), "reason": .null, "reason_kind": .null, "certificate": .null,
    "indistinguishable": .null, "neighbours": .array([]), "frontier": .null, "evidence": .null,
    "diagnostics": .array([]),
  ]
  return JSONValue.object(
    asked.merging(unanswered) { asked, _ in asked }.merging(answer) { _, answer in answer })
}
