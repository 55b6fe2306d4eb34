import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension AdviceOutcome {
  /// The answer for people, without the diagnostics, which belong on another stream.
  public var text: String {
    switch self {
    case .advice(let advice): advice.text
    case .infeasible(let infeasible): infeasible.text
    }
  }
}

extension InfeasiblePolicy {
  /// The answer for people.
  public var text: String {
    var lines = TextReport()
    lines.heading(question)
    lines.row("No answer", reason)
    lines.row("Conflict", conflicts.map(\.rawValue).joined(separator: " and "))
    lines.row("Searched", certificate.text)
    return lines.text
  }
}

extension Advice {
  /// The advice for people.
  public var text: String {
    let unit = question.metric.unit.rawValue
    var lines = TextReport()
    lines.heading(question)
    lines.row("Recommended", "\(visionTokens) per image")
    if let setting {
      lines.row(
        "Setting",
        "\(setting), in the processor"
          + (question.image.map { ", for images of \($0)" }
            ?? "; for images of the shape that gives so many tokens ('workload: { image: … }' "
            + "fixes one)"))
    }
    lines.row("Score", "\(significant(score)) \(unit)" + scoreBasis)
    if !evidence.nearby.isEmpty { lines.row("Measured", measuredText) }
    lines.row("Compute", "\(flopsText(flops)) a request" + workloadText)
    lines.row("Score/TFLOP", "\(significant(scorePerTeraFLOP)) \(unit) per TFLOP")
    lines.row("Elasticity", elasticityText)
    lines.row("Why", reason.sentence)
    lines.row(
      "Binds", binding.isEmpty ? "no limit" : binding.map(\.rawValue).joined(separator: ", "))
    for (index, neighbour) in neighbours.enumerated() {
      lines.row(index == 0 ? "Neighbours" : "", neighbourText(neighbour))
    }
    lines.row("Searched", certificate.text)
    lines.row("Regime", regime.sentence)
    lines.row("Law", lawText)
    lines.row("Source", sourceText)

    lines.blank()
    lines.line("Where the FLOPs go")
    let parts = partRows.map { name, value in
      [pad(name, 18), flopsText(value), percent(Double(value) / Double(flops)), ""]
    }
    for row in TextReport.aligned(parts) { lines.line(row) }
    lines.line("  \(percent(fixedShare)) of a request does not depend on the token count.")

    lines.blank()
    lines.line(frontierTitle)
    for row in frontierTable { lines.line(row) }
    lines.row("FLOPs", question.conventionText)
    lines.blank()
    lines.row("Answer", answer)
    return lines.text
  }

  private var visionTokens: String {
    tokens == 1 ? "1 vision token" : "\(grouped(tokens)) vision tokens"
  }

  /// The advice in one sentence, where a terminal's eye falls first.
  private var answer: String {
    "\(visionTokens) per image: \(significant(score)) "
      + "\(question.metric.unit.rawValue) for \(flopsText(flops)); \(reason.sentence)."
  }

  private var scoreBasis: String {
    var text = " by the \(evidence.form.id) law"
    if isExtrapolated { text += ", extrapolated" }
    if let deviation = evidence.residualSD {
      text += "; give or take \(percent(deviation)) of it, the residual s.d. of the fit"
    } else {
      text += "; how sure is not known, the profile states no residuals"
    }
    return text
  }

  private var elasticityText: String {
    let score = scoreElasticity.map { "\(significant($0, 3))% more score" } ?? "no score above 0"
    return "one percent more tokens: \(score), \(significant(flopElasticity, 3))% more FLOPs"
  }

  private func neighbourText(_ neighbour: Candidate) -> String {
    let unit = question.metric.unit.rawValue
    let text =
      "\(tokensText(neighbour.tokens)): \(significant(neighbour.score)) \(unit), "
      + "\(flopsText(neighbour.flops)), \(significant(neighbour.scorePerTeraFLOP)) per TFLOP"
    guard !neighbour.violates.isEmpty else { return text }
    return text + "; violates " + neighbour.violates.map(\.rawValue).joined(separator: ", ")
  }

  private var measuredText: String {
    let points = evidence.nearby.map {
      "\(significant($0.score)) at n = \(significant($0.tokens))"
    }
    return points.joined(separator: ", ")
  }

  private var workloadText: String {
    guard let workload = question.workload else { return "" }
    let images = workload.images == 1 ? "1 image" : "\(grouped(workload.images)) images"
    return ": \(images), \(grouped(workload.textTokens)) text tokens in, "
      + "\(grouped(workload.outputTokens)) out, batch \(grouped(workload.batch))"
  }

  private var lawText: String {
    let parameters = zip(evidence.form.parameters, evidence.values)
      .map { "\($0.key) = \(shortest($1, 6))" }.joined(separator: ", ")
    let range = evidence.fittedTokens
    return "\(evidence.form.formula) with \(parameters); fitted on "
      + "\(significant(range.lowerBound)) to \(significant(range.upperBound)) tokens"
      + (evidence.measurementCount > 0 ? ", \(evidence.measurementCount) measurements" : "")
      + (evidence.method.map { "; \($0)" } ?? "")
  }

  private var sourceText: String {
    guard let source = evidence.source else { return "not stated" }
    return [source.cite, source.location].compactMap { $0 }.joined(separator: "; ")
  }

  private var partRows: [(String, Int128)] {
    guard let parts = breakdown.parts else { return [("total", breakdown.total)] }
    return [
      ("vision encoder", parts.visionEncoder ?? 0), ("connector", parts.connector ?? 0),
      ("prefill, weights", parts.prefillLinear), ("prefill, attention", parts.prefillAttention),
      (
        question.convention?.head == .all ? "output head, all" : "output head, once", parts.lmHead
      ), ("decode, all steps", parts.decode),
      ("total", breakdown.total),
    ]
  }

  private var frontierTitle: String {
    guard frontier.latticeCount > 1 else { return "Score against FLOPs (the only candidate)" }
    guard frontier.candidates.count > 1 else {
      return "Score against FLOPs (one candidate is as good and as cheap as any of "
        + "\(grouped(frontier.latticeCount)))"
    }
    let count = frontier.candidates.count
    let shown =
      frontier.isThinned
      ? "\(count) of \(grouped(frontier.latticeCount)) candidates shown"
      : count == frontier.latticeCount
        ? "all \(count) candidates" : "the \(count) candidates that no other beats"
    return "Score against FLOPs (\(shown))"
  }

  private var frontierTable: [String] {
    let unit = question.metric.unit.rawValue
    var rows = [["tokens", unit, "FLOPs", "per TFLOP", "next TFLOP buys", ""]]
    if !frontier.candidates.contains(where: { $0.tokens == tokens }) {
      rows.append(cells(of: recommended, next: nil, "as cheap or as good, not both"))
    }
    for (index, candidate) in frontier.candidates.enumerated() {
      let next =
        index + 1 < frontier.candidates.count ? frontier.candidates[index + 1] : nil
      rows.append(cells(of: candidate, next: next, nil))
    }
    return TextReport.aligned(rows)
  }

  /// The recommendation as a candidate, for a table that does not hold it.
  private var recommended: Candidate {
    Candidate(
      tokens: tokens, score: score, flops: flops, scorePerTeraFLOP: scorePerTeraFLOP,
      violates: [], isExtrapolated: isExtrapolated)
  }

  private func cells(of candidate: Candidate, next: Candidate?, _ mark: String?) -> [String] {
    let step = next.map { next in
      let difference = Double(next.flops - candidate.flops) / 1e12
      return "+" + significant((next.score - candidate.score) / difference, 3)
    }
    var marks: [String] = []
    if candidate.tokens == tokens { marks.append("← recommended") }
    if let mark { marks.append(mark) }
    if !candidate.violates.isEmpty {
      marks.append("violates " + candidate.violates.map(\.rawValue).joined(separator: ", "))
    }
    if candidate.isExtrapolated { marks.append("extrapolated") }
    return [
      grouped(candidate.tokens), significant(candidate.score), flopsText(candidate.flops),
      significant(candidate.scorePerTeraFLOP), step ?? "", marks.joined(separator: ", "),
    ]
  }
}

extension Certificate {
  /// The certificate in words.
  fileprivate var text: String {
    let all = candidates == 1 ? "1 candidate" : "\(grouped(candidates)) candidates"
    let within = feasible == candidates ? "" : ", \(grouped(feasible)) within the limits"
    let how =
      switch method {
      case .scan: feasible == candidates ? "each evaluated" : "each of these evaluated"
      case .bisection: "exact by bisection"
      case .branchAndBound: "exact by branch and bound"
      }
    let count = evaluations == 1 ? "1 evaluation" : "\(grouped(evaluations)) evaluations"
    return "\(all)\(within), \(how), \(count)"
  }
}

extension TextReport {
  fileprivate mutating func heading(_ question: Question) {
    func name(_ reference: Question.Reference) -> String { reference.title ?? reference.id }
    line("\(question.metric.name) on \(question.cost.id)")
    row("Profile", name(question.profile))
    row("Cost model", name(question.cost))
    row("Policy", name(question.policy))
    blank()
  }
}
