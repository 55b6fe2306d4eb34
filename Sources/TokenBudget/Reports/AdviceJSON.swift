import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension AdviceOutcome {
  /// The answer as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    switch self {
    case .advice(let advice): advice.json
    case .infeasible(let infeasible): infeasible.json
    }
  }
}

extension Advice {
  /// The advice as JSON text; `docs/json.md` explains its keys.
  public var json: String {
    report(
      on: question,
      [
        "feasible": .bool(true),
        "tokens": .integer(tokens),
        "processor_setting": .optional(setting) { .string($0) },
        "score": .number(score),
        "extrapolated": .bool(isExtrapolated),
        "flops": .integer(flops),
        "flops_by_part": .optional(breakdown.parts) { .parts($0) },
        "fixed_share": .number(fixedShare),
        "score_per_tflop": .number(scorePerTeraFLOP),
        "elasticity": .object([
          "score": .optional(scoreElasticity) { .number($0) }, "flops": .number(flopElasticity),
        ]),
        "regime": .object([
          "label": .string(regime.label.rawValue), "identified": .bool(regime.isIdentified),
          "evidence": .optional(regime.analysis) { .string($0.sentence) },
        ]),
        "binding": .strings(binding.map(\.rawValue)),
        "reason": .string(reason.sentence),
        "reason_kind": .string(reason.kind.rawValue),
        "certificate": .certificate(certificate),
        "indistinguishable": .optional(indistinguishable) { ranges in
          .list(ranges) { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }
        },
        "neighbours": .list(neighbours) { .candidate($0) },
        "frontier": .object([
          "points": .list(frontier.candidates) { .candidate($0) },
          "candidates": .integer(frontier.latticeCount),
          "thinned": .bool(frontier.isThinned),
        ]),
        "evidence": .evidence(evidence),
        "diagnostics": .diagnostics(diagnostics),
      ])
  }
}

extension InfeasiblePolicy {
  /// The answer as JSON text: the keys of ``Advice``, most of them null.
  public var json: String {
    report(
      on: question,
      [
        "conflicts": .strings(conflicts.map(\.rawValue)),
        "relaxations": .list(relaxations) { .relaxation($0) },
        "reason": .string(reason),
        "certificate": .certificate(certificate),
        "diagnostics": .diagnostics(diagnostics),
      ])
  }
}

extension Question {
  /// The objective as policies spell it: `maximize score_per_flop`.
  var objectiveText: String { "\(objective.spelling.verb) \(objective.spelling.quantity)" }
}

extension Question {
  /// How FLOPs are counted, in a sentence that stands in every report.
  var conventionText: String {
    convention?.sentence ?? "as the cost model's totals were counted"
  }
}

/// One shape for every answer, so that a script finds each key: what was asked, and `answer` in
/// place of the nulls.
private func report(on question: Question, _ answer: [String: JSONValue]) -> String {
  let asked: [String: JSONValue] = [
    "schema_version": .integer(jsonSchemaVersion),
    "objective": .string(question.objectiveText),
    "limits": .object([
      "min_score": .optional(question.limits.minimumScore) { .number($0) },
      "max_flops": .optional(question.limits.maximumFLOPs) { .integer($0) },
    ]),
    "metric": .object([
      "name": .string(question.metric.name), "unit": .string(question.metric.unit.rawValue),
    ]),
    "workload": .optional(question.workload) { .workload($0) },
    "inputs": .object([
      "profile": .reference(question.profile), "cost": .reference(question.cost),
      "policy": .reference(question.policy),
    ]),
    "convention": .string(question.conventionText),
  ]
  let unanswered: [String: JSONValue] = [
    "feasible": .bool(false), "tokens": .null, "processor_setting": .null, "score": .null,
    "extrapolated": .null,
    "flops": .null, "flops_by_part": .null, "fixed_share": .null, "score_per_tflop": .null,
    "elasticity": .null, "regime": .null, "binding": .array([]), "conflicts": .array([]),
    "relaxations": .array([]), "reason": .null, "reason_kind": .null, "certificate": .null,
    "indistinguishable": .null, "neighbours": .array([]), "frontier": .null, "evidence": .null,
    "diagnostics": .array([]),
  ]
  return JSONValue.object(
    asked.merging(unanswered) { asked, _ in asked }.merging(answer) { _, answer in answer }
  ).text
}

extension JSONValue {
  fileprivate static func reference(_ reference: Question.Reference) -> JSONValue {
    .object([
      "id": .string(reference.id), "file": .optional(reference.file) { .string($0) },
    ])
  }

  static func workload(_ workload: Workload) -> JSONValue {
    .object([
      "images": .integer(workload.images),
      "text_tokens": .integer(workload.textTokens),
      "output_tokens": .integer(workload.outputTokens),
      "batch": .integer(workload.batch),
    ])
  }

  static func parts(_ parts: FLOPBreakdown.Parts) -> JSONValue {
    .object([
      "vision_encoder": .optional(parts.visionEncoder) { .integer($0) },
      "connector": .optional(parts.connector) { .integer($0) },
      "prefill_linear": .integer(parts.prefillLinear),
      "prefill_attention": .integer(parts.prefillAttention),
      "prefill": .integer(parts.prefill),
      "lm_head": .integer(parts.lmHead),
      "lm_head_last": .integer(parts.lmHeadLast),
      "decode_step_linear": .integer(parts.decodeStepLinear),
      "decode_step_attention": .integer(parts.decodeStepAttention),
      "decode": .integer(parts.decode),
    ])
  }

  fileprivate static func certificate(_ certificate: Certificate) -> JSONValue {
    .object([
      "method": .string(certificate.method.rawValue),
      "evaluations": .integer(certificate.evaluations),
      "candidates": .integer(certificate.candidates),
      "feasible": .integer(certificate.feasible),
    ])
  }

  fileprivate static func relaxation(_ relaxation: Infeasibility.Relaxation) -> JSONValue {
    var score: Double?
    var flops: Int128?
    switch relaxation.value {
    case .score(let value): score = value
    case .flops(let value): flops = value
    }
    return .object([
      "limit": .string(relaxation.limit.rawValue),
      "score": .optional(score) { .number($0) },
      "flops": .optional(flops) { .integer($0) },
      "tokens": .integer(relaxation.tokens),
    ])
  }

  fileprivate static func candidate(_ candidate: Candidate) -> JSONValue {
    .object([
      "tokens": .integer(candidate.tokens),
      "score": .number(candidate.score),
      "flops": .integer(candidate.flops),
      "score_per_tflop": .number(candidate.scorePerTeraFLOP),
      "violates": .strings(candidate.violates.map(\.rawValue)),
      "extrapolated": .bool(candidate.isExtrapolated),
    ])
  }

  fileprivate static func evidence(_ evidence: Evidence) -> JSONValue {
    var parameters: [String: JSONValue] = [:]
    for (parameter, value) in zip(evidence.form.parameters, evidence.values) {
      parameters[parameter.key] = .number(value)
    }
    return .object([
      "form": .string(evidence.form.id),
      "formula": .string(evidence.form.formula),
      "parameters": .object(parameters),
      "method": .optional(evidence.method) { .string($0) },
      "fitted_tokens": .array([
        .number(evidence.fittedTokens.lowerBound), .number(evidence.fittedTokens.upperBound),
      ]),
      "measurements": .integer(evidence.measurementCount),
      "residual_sd": .optional(evidence.residualSD) { .number($0) },
      "worst": .optional(evidence.residuals) { residuals in
        .object([
          "tokens": .number(residuals.worst.tokens),
          "measured": .number(residuals.worst.score),
          "predicted": .number(residuals.worstPrediction),
        ])
      },
      "nearby": .list(evidence.nearby) {
        .object(["tokens": .number($0.tokens), "score": .number($0.score)])
      },
      "source": .optional(evidence.source) { .source($0) },
    ])
  }

  fileprivate static func source(_ source: Source) -> JSONValue {
    .object([
      "cite": .string(source.cite),
      "where": .optional(source.location) { .string($0) },
      "url": .optional(source.url) { .string($0) },
      "retrieved": .optional(source.retrieved) { .string($0) },
      "note": .optional(source.note) { .string($0) },
    ])
  }
}
