import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

extension AdviceOutcome {
  /// The answer for people, in a few lines, without the diagnostics, which belong on another stream.
  public var text: String {
    switch self {
    case .advice(let advice): advice.text
    case .infeasible(let infeasible): infeasible.text
    }
  }

  /// The answer, and all that it rests on.
  public var explanation: String {
    switch self {
    case .advice(let advice): advice.explanation
    case .infeasible(let infeasible): infeasible.text
    }
  }
}

extension InfeasiblePolicy {
  /// The answer for people.
  public var text: String {
    var lines = TextReport()
    lines.heading(question)
    lines.origins(question, of: Array(question.costs.indices))
    lines.row("No answer", reason)
    lines.row("Conflict", conflicts.map { question.name(of: $0) }.joined(separator: " and "))
    for (index, exclusion) in exclusions.enumerated() {
      let wording = Wording(question)
      lines.row(
        index == 0 ? "Excludes all" : "",
        wording.limit(exclusion.limit)
          + (exclusion.value.map { ": \(wording.bound($0, of: exclusion.limit))" } ?? ""))
    }
    for (label, text) in ladder.rows(question, nil) { lines.row(label, text) }
    lines.row("Searched", certificate.text)
    if let text = question.leftOutText { lines.row("Left out", text) }
    return lines.text
  }
}

extension Advice {
  /// The answer, and all that it rests on.
  public var explanation: String {
    let unit = question.metric.unit.rawValue
    var lines = TextReport()
    lines.documents(question)
    for (index, benchmark) in benchmarks.enumerated() where benchmarks.count > 1 {
      lines.row(index == 0 ? "Benchmarks" : "", benchmarkText(benchmark))
    }
    lines.row(
      "Compute",
      question.isLifetime
        ? "\(flopsText(flops)) for training and all requests; \(flopsText(breakdown.total)) a request"
          + workloadText
        : "\(flopsText(flops)) a request" + workloadText)
    if !amounts.isEmpty { lines.row("Also", amountsText) }
    lines.row("Score/TFLOP", "\(significant(scorePerTeraFLOP)) \(unit) per TFLOP")
    if benchmarks.count == 1 { lines.row("Elasticity", elasticityText) }
    for (label, text) in ladder.rows(question, recommended) { lines.row(label, text) }
    if let text = otherCountingText { lines.row("Guessing", text) }
    lines.row("Why", reason.sentence)
    lines.row(
      "Binds",
      binding.isEmpty
        ? "no limit" : binding.map { question.name(of: $0) }.joined(separator: ", "))
    for (index, neighbour) in neighbours.enumerated() {
      lines.row(index == 0 ? "Neighbours" : "", neighbourText(neighbour))
    }
    lines.row("Searched", certificate.text)
    if let text = question.leftOutText { lines.row("Left out", text) }
    for (label, text) in uncertainty?.rows(question) ?? [] { lines.row(label, text) }
    if benchmarks.count == 1 {
      lines.row("Regime", regime.sentence)
      lines.row(evidence.values.isEmpty ? "Curve" : "Law", lawText)
      if let stated = evidence.stated { lines.row("Law", statedText(stated)) }
      lines.row("Source", sourceText)
    }

    lines.blank()
    lines.line("Where the FLOPs go")
    let parts = partRows.map { name, value in
      [pad(name, 18), flopsText(value), percent(Double(value) / Double(breakdown.total)), ""]
    }
    for row in TextReport.aligned(parts) { lines.line(row) }
    lines.line("  \(percent(fixedShare)) of a request does not depend on the token count.")

    if designs.count > 1 {
      lines.blank()
      lines.line("The best of each design")
      for row in designTable { lines.line(row) }
    }

    lines.blank()
    lines.line(frontier.title)
    for row in frontier.table(question, recommended: recommended) { lines.line(row) }
    for (label, text) in frontier.remarks(question) { lines.row(label, text) }
    lines.row("FLOPs", question.conventionText)
    return text + "\n" + lines.text
  }

  /// What the answer would be with scores counted the other way.
  private var otherCountingText: String? {
    guard let other = otherCounting else { return nil }
    let unit = question.metric.unit.rawValue
    let way = question.isAboveChance ? "with raw scores" : "with the score above it"
    let answer =
      other.best.map { best in
        best.tokens == tokens && question.costs[best.design] == design
          ? "the same"
          : tokensText(best.tokens)
            + (question.costs.count > 1 ? " of \(question.costs[best.design].id)" : "")
      } ?? "none"
    return "gets \(significant(other.guessing)) \(unit); \(way) the answer would be \(answer)"
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
    return text + "; violates "
      + neighbour.violates.map { question.name(of: $0) }.joined(separator: ", ")
  }

  var workloadText: String {
    guard let workload = question.workload else { return "" }
    let images =
      question.video.map { "\($0.groupsText) of a video (\($0.videoText)), n tokens each" }
      ?? (workload.images == 1 ? "1 image" : "\(grouped(workload.images)) images")
    return ": \(images), \(grouped(workload.textTokens)) text tokens in, "
      + "\(grouped(workload.outputTokens)) out, batch \(grouped(workload.batch))"
  }

  private var lawText: String {
    Self.lawText(evidence)
  }

  private static func lawText(_ evidence: Evidence) -> String {
    guard !evidence.values.isEmpty else {
      return "\(evidence.form.formula), through \(evidence.measurementCount) measurements at "
        + "\(significant(evidence.fittedTokens.lowerBound)) to "
        + "\(significant(evidence.fittedTokens.upperBound)) tokens"
    }
    let parameters = zip(evidence.form.parameters, evidence.values)
      .map { "\($0.key) = \(shortest($1, 6))" }.joined(separator: ", ")
    let range = evidence.fittedTokens
    return "\(evidence.form.formula) with \(parameters); fitted on "
      + "\(significant(range.lowerBound)) to \(significant(range.upperBound)) tokens"
      + (evidence.measurementCount > 0 ? ", \(evidence.measurementCount) measurements" : "")
      + (evidence.method.map { "; \($0)" } ?? "")
  }

  /// What the law that the profile states says, beside the curve that decides.
  private func statedText(_ stated: FittedLaw) -> String {
    let law = stated.law
    let form = type(of: law).form
    let parameters = zip(form.parameters, law.values)
      .map { "\($0.key) = \(shortest($1, 6))" }.joined(separator: ", ")
    return "the profile states \(form.formula)" + (parameters.isEmpty ? "" : " with \(parameters)")
      + ": \(significant(law.score(at: Double(tokens)))) \(question.metric.unit.rawValue) here "
      + "('\(Parameter.law.spelled("profile"))' decides by it)"
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

  private func benchmarkText(_ benchmark: BenchmarkAdvice) -> String {
    let unit = benchmark.metric.unit.rawValue
    var text =
      "\(benchmark.metric.name): \(significant(benchmark.score)) \(unit) by the "
      + "\(benchmark.evidence.form.id) law"
    if let floor = benchmark.floor { text += ", at least \(significant(floor, 6)) asked" }
    if benchmark.isExtrapolated { text += ", extrapolated" }
    return text + "; weight \(shortest(benchmark.weight, 6)); \(benchmark.profile.id)"
  }

  private var amountsText: String {
    Measure.all.compactMap { measure in
      amounts[measure].map { "\(measure.words) \(measure.unit.text(.real($0)))" }
    }.joined(separator: ", ")
  }

  private var designTable: [String] {
    let unit = question.metric.unit.rawValue
    var rows = [["design", "tokens", unit, "FLOPs", "per TFLOP", ""]]
    for row in designs {
      guard let best = row.best else {
        rows.append([row.design.id, "-", "-", "-", "-", "nothing satisfies the limits"])
        continue
      }
      rows.append([
        row.design.id, grouped(best.tokens), significant(best.score), flopsText(best.flops),
        significant(best.scorePerTeraFLOP), row.design == design ? "← recommended" : "",
      ])
    }
    return TextReport.aligned(rows)
  }
}
