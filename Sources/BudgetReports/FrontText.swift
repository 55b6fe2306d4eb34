import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

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
