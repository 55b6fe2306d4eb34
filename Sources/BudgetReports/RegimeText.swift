import BudgetDocuments
import ScalingLaws
import TokenBudget

extension Regime {
  /// The regime and its evidence in a sentence.
  var sentence: String {
    guard let analysis else {
      return "\(label.rawValue): the profile has no measurements to test"
    }
    let balance = analysis.balance.map {
      $0.isIdentified ? " in \($0.interval.text)" : " not identified"
    }
    return "\(label.rawValue): \(analysis.sentence); n_balance\(balance ?? " not identified")"
  }
}

extension RegimeAnalysis {
  /// Why the label is what it is, in a sentence.
  var sentence: String { reason + floorText }

  private var reason: String {
    switch evidence {
    case .tooFewPoints:
      return
        "\(count) measurements at \(distinctCount) token counts; a test for a break needs 5 at 4"
    case .constantExactly: return "all scores are the same"
    case .noSlope:
      return
        "a constant score is not rejected (slope \(slopeText), p = \(probability(slope?.pValue)))"
    case .noBreak:
      return "power law\(ofSkill): constant elasticity \(slopeText), no change of slope found "
        + "(p = \(probability(breakTest?.pValue))), so few and many tokens cannot be told apart"
    case .falls:
      return "the elasticity\(ofSkill) falls \(changeText), and growth without a bound "
        + "is not rejected\(bound.map { " (p = \(probability($0.pValue)))" } ?? "")"
    case .fallsToABound: return "the elasticity\(ofSkill) falls \(changeText)"
    case .growsAsThePaperHasIt:
      return "the elasticity\(ofSkill) grows \(changeText), as the paper's law has it"
    case .growsFaster:
      return "the elasticity\(ofSkill) grows \(changeText), by more than the factor of 2 of the "
        + "paper's law"
    case .balanceIdentified:
      return "both power laws are rejected under the paper's law, n_balance near "
        + "\(significant(balance?.estimate ?? .nan, 3)); the elasticity\(ofSkill) goes \(changeText)"
    case .declines: return "the score does not grow with tokens; its slope goes \(changeText)"
    case .turns: return "the score is not monotone: its slope goes \(changeText)"
    case .noSkill: return "the score is not constant, and no law\(ofSkill) can be fitted to it"
    }
  }

  /// What the elasticity is of, where that is not the score itself.
  var ofSkill: String {
    guard case .skill(let chance, _) = quantity else { return "" }
    return " of skill above \(significant(chance))"
  }

  /// What became of scores that have no skill.
  private var floorText: String {
    guard case .skill(_, let notAbove) = quantity, notAbove > 0 else { return "" }
    return
      "; \(grouped(notAbove)) of \(grouped(count)) scores \(notAbove == 1 ? "does" : "do") not "
      + "exceed chance and \(notAbove == 1 ? "counts" : "count") by the skill fitted there"
  }

  private var slopeText: String { significant(slope?.value ?? .nan, 2) }

  private var changeText: String {
    guard let test = breakTest else { return "" }
    return
      "from \(significant(test.slopeBefore, 2)) to \(significant(test.slopeAfter, 2)) near n = "
      + "\(significant(test.tokens, 3)) (p = \(probability(test.pValue)))"
  }
}

/// A probability as people read it: two digits, never 0.
func probability(_ p: Double?) -> String {
  guard let p, p.isFinite else { return "?" }
  return p < 1e-300 ? "1e-300 or less" : significant(p, 2)
}

extension ConfidenceSet {
  /// The set in tokens, as people write it: `[38.3, 106]`, `[0, 13.3] ∪ [105, ∞)`.
  var text: String {
    guard !logTokens.isEmpty else { return "empty" }
    return zip(tokens, tokens.indices).map { piece, index in
      let isFirst = index == tokens.startIndex
      let isLast = index == tokens.endIndex - 1
      let low = significant(piece.lowerBound, 3)
      let high = piece.upperBound == .infinity ? "∞" : significant(piece.upperBound, 3)
      let opening = isFirst && isOpenBelow && piece.lowerBound > 0 ? "(" : "["
      let closing = isLast && isOpenAbove ? ")" : "]"
      return "\(opening)\(low), \(high)\(closing)"
    }.joined(separator: " ∪ ")
  }
}
