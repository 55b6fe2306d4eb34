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
    let images = workload.images == 1 ? "1 image" : "\(grouped(workload.images)) images"
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

extension AdviceUncertainty {
  /// The rows of a detailed report.
  func rows(_ question: Question) -> [(String, String)] {
    var rows: [(String, String)] = []
    let curves = "\(grouped(decision.scenarios)) \(sourceText)"
    if decision.optima.isEmpty {
      rows.append(("Sure", "in none of \(curves) does any candidate satisfy the limits"))
      return rows
    }
    rows.append(
      (
        "Sure",
        "\(percent(decision.level)) of \(curves) have their best at "
          + Advisor.ranges(decision, designs)
      ))
    let recommended = decision.recommended
    if let expected = recommended.expectedRegret, let tail = recommended.regretQ95 {
      var text =
        "against the best of each curve it gives away \(loss(expected, question)) on average, and no more "
        + "than \(loss(tail, question)) in 95% of them"
      if recommended.feasibleShare < 1 {
        text += "; it satisfies the limits in \(percent(recommended.feasibleShare)) of them"
      }
      rows.append(("Regret", text))
    } else {
      rows.append(("Regret", "the recommendation satisfies the limits in none of the curves"))
    }
    func name(_ candidate: DecisionUncertainty.Candidate) -> String {
      tokensText(candidate.tokens, one: "token", many: "tokens")
        + (designs.count > 1 ? " of \(designs[candidate.design])" : "")
    }
    if let robust = decision.robust, let tail = robust.regretQ95,
      robust.candidate != recommended.candidate
    {
      rows.append(
        (
          "Robust",
          "\(name(robust.candidate)): no more than \(loss(tail, question)) in 95% of the curves, and no "
            + "more on average"
        ))
    }
    if recommended.feasibleShare < decision.level {
      rows.append(
        (
          "Safe",
          decision.safe.map {
            "\(name($0.candidate)): the best that satisfies the limits in \(percent($0.feasibleShare)) of "
              + "the curves"
          } ?? "no candidate satisfies the limits in \(percent(decision.level)) of the curves"
        ))
    }
    return rows
  }

  func loss(_ regret: Double, _ question: Question) -> String {
    if case .value = question.objective { return significant(regret) + " of value" }
    return percent(regret)
  }

  /// What was drawn, in plain words.
  var curvesText: String {
    let forms = Set(laws.map(\.form)).subtracting([SmoothLaw.form.id]).sorted()
    // Draws of a formula are of that formula, however well it fits.
    return forms.isEmpty
      ? "curves that fit the measurements" : "fits of the \(forms.joined(separator: " and ")) law"
  }

  /// What was drawn, in words.
  private var sourceText: String {
    let forms = Set(laws.map(\.form)).sorted()
    return forms == [SmoothLaw.form.id]
      ? "curves that the measurements leave"
      : "curves of the form \(forms.joined(separator: ", "))"
  }
}

extension FrontTable {
  /// What the table is.
  var title: String {
    guard latticeCount > 1 else { return "Score against FLOPs (the only candidate)" }
    guard candidates.count > 1 else {
      return "Score against FLOPs (one candidate is as good and as cheap as any of "
        + "\(grouped(latticeCount)))"
    }
    let count = candidates.count
    let shown =
      isThinned
      ? "\(count) of \(grouped(latticeCount)) candidates shown"
      : count == latticeCount
        ? "all \(count) candidates" : "the \(count) candidates that no other beats"
    return "Score against FLOPs (\(shown))"
  }

  /// The candidates with the price of each next step.
  ///
  /// - Parameters:
  ///   - extra: Names of further columns, and how an amount is written.
  ///   - amounts: Those of each candidate.
  func table(
    _ question: Question, recommended: Candidate?,
    extra: [(name: String, text: (Double) -> String)] = [], _ amounts: [[Double]] = []
  ) -> [String] {
    let unit = question.metric.unit.rawValue
    let isMany = question.costs.count > 1
    var rows = [
      (isMany ? ["design"] : []) + ["tokens", unit, "FLOPs"]
        + extra.map(\.name) + ["per TFLOP", "next TFLOP buys", ""]
    ]
    func isRecommended(_ candidate: Candidate) -> Bool {
      recommended.map { $0.design == candidate.design && $0.tokens == candidate.tokens } ?? false
    }
    func cells(
      _ candidate: Candidate, _ next: Candidate?, _ mark: String?, _ amounts: [Double] = []
    ) -> [String] {
      let step = next.flatMap { next -> String? in
        // A step along another measure may take no FLOPs.
        guard next.flops > candidate.flops else { return nil }
        let difference = Double(next.flops - candidate.flops) / 1e12
        return "+" + significant((next.score - candidate.score) / difference, 3)
      }
      var marks: [String] = []
      if isRecommended(candidate) { marks.append("← recommended") }
      if let mark { marks.append(mark) }
      if !candidate.violates.isEmpty {
        marks.append(
          "violates " + candidate.violates.map { question.name(of: $0) }.joined(separator: ", "))
      }
      if candidate.isExtrapolated { marks.append("extrapolated") }
      return (isMany ? [question.costs[candidate.design].id] : []) + [
        grouped(candidate.tokens), significant(candidate.score), flopsText(candidate.flops),
      ] + zip(extra, amounts).map { $0.text($1) } + [
        significant(candidate.scorePerTeraFLOP), step ?? "", marks.joined(separator: ", "),
      ]
    }
    if let recommended, !candidates.contains(where: isRecommended) {
      rows.append(cells(recommended, nil, "as cheap or as good, not both"))
    }
    for (index, candidate) in candidates.enumerated() {
      rows.append(
        cells(
          candidate, index + 1 < candidates.count ? candidates[index + 1] : nil, nil,
          amounts.isEmpty ? [] : amounts[index]))
    }
    return TextReport.aligned(rows)
  }

  /// The knee, and where the encoder dominates.
  func remarks(_ question: Question) -> [(String, String)] {
    func name(_ candidate: Candidate) -> String {
      tokensText(candidate.tokens)
        + (question.costs.count > 1 ? " of \(question.costs[candidate.design].id)" : "")
    }
    var remarks: [(String, String)] = []
    if let knee, let first = candidates.first, let last = candidates.last, first.score > 0 {
      let average =
        ResidualScale.logScore.value(last.score / first.score)
        / ResidualScale.logScore.value(Double(last.flops) / Double(first.flops))
      remarks.append(
        (
          "Knee",
          "\(name(candidates[knee])): up to here a percent of FLOPs buys more than the "
            + "\(significant(average, 2))% of score that it buys on average over the table, beyond it less"
        ))
    }
    let dominated = candidates.filter { ($0.visionShare ?? 0) > 0.5 }
    if let least = dominated.first, let most = dominated.last {
      func encoder(_ candidate: Candidate) -> Double {
        (candidate.visionShare ?? 0) * Double(candidate.flops)
      }
      // An encoder that sees the same whatever is kept: what cutting tokens cannot save.
      let isFixed =
        dominated.count > 1 && least.design == most.design && encoder(least) > 0.8 * encoder(most)
      let place =
        dominated.count == candidates.count
        ? "at every token count shown"
        : dominated.count == 1 || least.tokens == most.tokens
          ? "at \(name(least))" : "from \(name(least)) to \(name(most))"
      remarks.append(
        (
          "Encoder",
          "encoder and connector take more than half of the FLOPs \(place)"
            + (isFixed && !question.isLifetime ? ": fewer tokens save little there" : "")
        ))
    }
    return remarks
  }
}

extension Question {
  /// The candidates that lie beyond what was measured; `nil` where none do.
  var leftOutText: String? {
    let texts = zip(costs, measured.leftOut).compactMap { cost, leftOut -> String? in
      let sides = [(leftOut.below, "below"), (leftOut.above, "above")].filter { $0.0 > 0 }
        .map { "\(grouped($0.0)) \($0.1)" }
      guard !sides.isEmpty else { return nil }
      return sides.joined(separator: ", ") + (costs.count > 1 ? " of \(cost.id)" : "")
    }
    guard !texts.isEmpty else { return nil }
    let range = measured.tokens
    return "candidates beyond what was measured, \(significant(range.lowerBound)) to "
      + "\(significant(range.upperBound)) tokens"
      + (measured.beyond > 1 ? ", by more than \(shortest(measured.beyond, 6)) times" : "")
      + ": \(texts.joined(separator: "; "))"
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
  mutating func heading(_ question: Question) {
    line("\(question.metric.name) on \(question.costs.map(\.id).joined(separator: ", "))")
    blank()
  }

  /// The models whose scores are taken for some designs, each once.
  mutating func origins(_ question: Question, of designs: [Int]) {
    var texts: [String] = []
    for design in designs {
      for origin in question.scoresFrom[design] {
        let text = origin.text(for: question.costs[design].id)
        if !texts.contains(text) { texts.append(text) }
      }
    }
    for (index, text) in texts.enumerated() { row(index == 0 ? "Scores of" : "", text) }
  }

  /// The documents of a question by their titles.
  mutating func documents(_ question: Question) {
    func name(_ reference: Question.Reference) -> String { reference.title ?? reference.id }
    for (index, profile) in question.profiles.enumerated() {
      row(index == 0 ? "Profile" : "", name(profile))
    }
    for (index, cost) in question.costs.enumerated() {
      row(index == 0 ? "Cost model" : "", name(cost))
    }
    row("Policy", name(question.policy))
  }
}
