import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

extension JSONValue {
  static func reference(_ reference: Question.Reference) -> JSONValue {
    .object([
      "id": .string(reference.id), "file": .optional(reference.file) { .string($0) },
    ])
  }

  static func inputs(_ question: Question) -> JSONValue {
    .object([
      "profile": .reference(question.profile), "cost": .reference(question.cost),
      "policy": .reference(question.policy),
      "profiles": .list(question.profiles) { .reference($0) },
      "costs": .list(question.costs) { .reference($0) },
    ])
  }

  static func measuredRange(_ question: Question) -> JSONValue {
    let measured = question.measured
    return .object([
      "tokens": .array([
        .number(measured.tokens.lowerBound), .number(measured.tokens.upperBound),
      ]),
      "beyond": .number(measured.beyond),
      "left_out": .list(Array(zip(question.costs, measured.leftOut))) { cost, leftOut in
        .object([
          "design": .string(cost.id), "below": .integer(leftOut.below),
          "above": .integer(leftOut.above),
          "next_below": .optional(leftOut.nextBelow) { .integer($0) },
          "next_above": .optional(leftOut.nextAbove) { .integer($0) },
        ])
      },
    ])
  }

  /// - Parameter video: What its images are the groups of; `nil` where they are images.
  static func workload(_ workload: Workload, video: VideoWorkload? = nil) -> JSONValue {
    var members: [String: JSONValue] = [
      "images": .integer(workload.images),
      "text_tokens": .integer(workload.textTokens),
      "output_tokens": .integer(workload.outputTokens),
      "batch": .integer(workload.batch),
    ]
    if let video {
      members["video"] = .object([
        "width": .integer(video.video.size.width), "height": .integer(video.video.size.height),
        "frames": .integer(video.video.frames),
        "fps": .optional(video.video.rate) { .number($0) },
        "frames_taken": .integer(video.layout.frames), "group": .string(video.group),
        "separators": .integer(video.layout.separators),
        "extra_text_tokens": .integer(video.layout.extraTextTokens),
      ])
    }
    return .object(members)
  }

  static func parts(_ parts: RequestParts<Int128>) -> JSONValue {
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

  static func certificate(_ certificate: Certificate) -> JSONValue {
    .object([
      "method": .string(certificate.method.rawValue),
      "evaluations": .integer(certificate.evaluations),
      "candidates": .integer(certificate.candidates),
      "feasible": .integer(certificate.feasible),
      "value": .optional(certificate.value) { .number($0) },
      "bound": .optional(certificate.bound) { .number($0) },
    ])
  }

  static func relaxation(
    _ relaxation: Infeasibility.Relaxation, _ question: Question
  ) -> JSONValue {
    var members = limitValue(relaxation.value, of: relaxation.limit)
    members["limit"] = .string(question.name(of: relaxation.limit))
    members["design"] = .string(question.costs[relaxation.design].id)
    members["tokens"] = .integer(relaxation.tokens)
    return .object(members)
  }

  /// A limit's value, under the key of its kind.
  static func limitValue(
    _ value: Infeasibility.Relaxation.Value?, of limit: LimitName
  ) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "score": .null, "share": .null, "flops": .null, "amount": .null,
    ]
    switch value {
    case .score(let value): members["score"] = .number(value)
    case .share(let value): members["share"] = .number(value)
    case .amount(let value):
      members[limit == .maximumFLOPs ? "flops" : "amount"] = .amount(value)
    case nil: break
    }
    return members
  }

  static func candidate(_ candidate: Candidate, _ question: Question) -> JSONValue {
    .object(candidateMembers(candidate, question))
  }

  static func candidateMembers(
    _ candidate: Candidate, _ question: Question
  ) -> [String: JSONValue] {
    [
      "design": .string(question.costs[candidate.design].id),
      "tokens": .integer(candidate.tokens),
      "score": .number(candidate.score),
      "flops": .integer(candidate.flops),
      "score_per_tflop": .number(candidate.scorePerTeraFLOP),
      "vision_share": .optional(candidate.visionShare) { .number($0) },
      "violates": .strings(candidate.violates.map { question.name(of: $0) }),
      "extrapolated": .bool(candidate.isExtrapolated),
    ]
  }

  static func frontier(_ frontier: FrontTable, _ question: Question) -> JSONValue {
    .object([
      "points": .list(frontier.candidates) { .candidate($0, question) },
      "steps": .list(frontier.steps) {
        .object([
          "score": .number($0.score), "flops": .integer($0.flops),
          "elasticity": .optional($0.elasticity) { .number($0) },
        ])
      },
      "knee": .optional(frontier.knee) { .candidate(frontier.candidates[$0], question) },
      "candidates": .integer(frontier.latticeCount),
      "thinned": .bool(frontier.isThinned),
    ])
  }

  static func benchmark(_ benchmark: BenchmarkAdvice) -> JSONValue {
    .object([
      "profile": .string(benchmark.profile.id),
      "metric": .object([
        "name": .string(benchmark.metric.name), "unit": .string(benchmark.metric.unit.rawValue),
      ]),
      "weight": .number(benchmark.weight),
      "min_score": .optional(benchmark.floor) { .number($0) },
      "score": .number(benchmark.score),
      "extrapolated": .bool(benchmark.isExtrapolated),
      "regime": .string(benchmark.regime.label.rawValue),
      "evidence": .evidence(benchmark.evidence),
    ])
  }

  static func amount(_ amount: Amount) -> JSONValue {
    switch amount {
    case .count(let count): .integer(count)
    case .real(let value): .number(value)
    }
  }

  static func amounts(_ amounts: [Measure: Double]) -> JSONValue {
    .object(
      Dictionary(
        uniqueKeysWithValues: Measure.besideFLOPs.map { measure in
          (measure.jsonKey, JSONValue.optional(amounts[measure]) { .number($0) })
        }))
  }

  static func uncertainty(_ uncertainty: AdviceUncertainty) -> JSONValue {
    let decision = uncertainty.decision
    func prospect(_ prospect: DecisionUncertainty.Prospect) -> JSONValue {
      .object([
        "design": .string(uncertainty.designs[prospect.candidate.design]),
        "tokens": .integer(prospect.candidate.tokens),
        "feasible_share": .number(prospect.feasibleShare),
        "expected_regret": .optional(prospect.expectedRegret) { .number($0) },
        "regret_q95": .optional(prospect.regretQ95) { .number($0) },
      ])
    }
    return .object([
      "level": .number(decision.level),
      "draws": .integer(decision.scenarios),
      "failures": .integer(uncertainty.failures),
      "infeasible": .integer(decision.infeasible),
      "laws": .list(uncertainty.laws) {
        .object([
          "profile": .string($0.profile), "form": .string($0.form), "draws": .integer($0.draws),
        ])
      },
      "indistinguishable": .list(decision.indistinguishable) { region in
        .object([
          "design": .string(uncertainty.designs[region.design]),
          "tokens": .array([
            .integer(region.tokens.lowerBound), .integer(region.tokens.upperBound),
          ]),
          "share": .number(region.share),
        ])
      },
      "optimum_quantiles": .object([
        "0.05": .optional(decision.quantile(0.05)) { .integer($0) },
        "0.5": .optional(decision.quantile(0.5)) { .integer($0) },
        "0.95": .optional(decision.quantile(0.95)) { .integer($0) },
      ]),
      "recommended": prospect(decision.recommended),
      "robust": .optional(decision.robust) { prospect($0) },
      "safe": .optional(decision.safe) { prospect($0) },
      "score_range": .pair(uncertainty.scores),
      "next_measurement": .optional(uncertainty.next) {
        .object([
          "profile": .string($0.profile), "tokens": .integer($0.tokens),
          "regret_reduction": .number($0.reduction),
        ])
      },
    ])
  }

  static func evidence(_ evidence: Evidence) -> JSONValue {
    .object([
      "form": .string(evidence.form.id),
      "formula": .string(evidence.form.formula),
      "parameters": .parameters(evidence.form, evidence.values),
      "stated": .optional(evidence.stated?.law) { law in
        let form = type(of: law).form
        return .object([
          "form": .string(form.id), "formula": .string(form.formula),
          "parameters": .parameters(form, law.values),
        ])
      },
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

  private static func parameters(_ form: LawForm, _ values: [Double]) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for (parameter, value) in zip(form.parameters, values) {
      members[parameter.key] = .number(value)
    }
    return .object(members)
  }

  static func source(_ source: Source) -> JSONValue {
    .object([
      "cite": .string(source.cite),
      "where": .optional(source.location) { .string($0) },
      "url": .optional(source.url) { .string($0) },
      "retrieved": .optional(source.retrieved) { .string($0) },
      "note": .optional(source.note) { .string($0) },
    ])
  }
}

extension Question {
  /// The limits beside the first floor and FLOPs that are set.
  var otherLimits: [String: JSONValue] {
    var others: [String: JSONValue] = [:]
    for name in limits.names {
      switch name {
      case .floor(let benchmark) where profiles.count > 1:
        others[self.name(of: name)] = .optional(limits.minimumScores[benchmark]) { .number($0) }
      case .kept: others[name.key] = .optional(limits.kept?.share) { .number($0) }
      case .ceiling(let measure):
        others[name.key] = .optional(limits.maxima[measure]) { .amount($0) }
      default: break
      }
    }
    return others
  }
}
