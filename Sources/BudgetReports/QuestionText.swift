import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

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
  var text: String {
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
