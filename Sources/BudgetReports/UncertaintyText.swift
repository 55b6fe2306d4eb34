import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText
import TokenBudget

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
