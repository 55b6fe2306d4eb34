import BudgetDocuments
import TokenBudget

extension ScoreLadder {
  /// The rows of a report: what the recommendation keeps of the best score, and what keeping most of it takes.
  ///
  /// - Parameter recommended: `nil` where nothing is recommended.
  func rows(_ question: Question, _ recommended: Candidate?) -> [(String, String)] {
    let unit = question.metric.unit.rawValue
    func name(_ candidate: Candidate) -> String {
      tokensText(candidate.tokens)
        + (question.costs.count > 1 ? " of \(question.costs[candidate.design].id)" : "")
    }
    func isRecommended(_ candidate: Candidate) -> Bool {
      recommended.map { $0.design == candidate.design && $0.tokens == candidate.tokens } ?? false
    }
    var rows: [(String, String)] = []
    if let recommended, let share = share(keptBy: recommended) {
      rows.append(
        (
          "Keeps",
          "\(percent(share)) of the best score\(guessing > 0 ? " above guessing" : ""), "
            + "\(significant(best.score)) \(unit) at \(name(best))"
        ))
    }
    for rung in rungs {
      let candidate = rung.candidate
      var text =
        "\(name(candidate)): \(significant(candidate.score)) \(unit) for "
        + flopsText(candidate.flops)
      if isRecommended(candidate) { text += ", the recommendation" }
      if !candidate.violates.isEmpty {
        text +=
          "; violates "
          + candidate.violates.map { question.name(of: $0) }.joined(separator: ", ")
      }
      rows.append(("Keep \(shareText(rung.share))", text))
    }
    return rows
  }

  /// The rungs in JSON.
  func value(_ question: Question) -> JSONValue {
    .list(rungs) { rung in
      var members = JSONValue.candidateMembers(rung.candidate, question)
      members["share"] = .number(rung.share)
      return .object(members)
    }
  }
}

extension OtherCounting {
  /// The answer with scores counted the other way, in JSON.
  func value(_ question: Question) -> JSONValue {
    var members: [String: JSONValue] = [
      "design": .null, "tokens": .null, "score": .null, "flops": .null, "score_per_tflop": .null,
      "vision_share": .null, "violates": .array([]), "extrapolated": .null,
    ]
    if let best { members = JSONValue.candidateMembers(best, question) }
    members["chance"] = .number(guessing)
    members["asked"] = .bool(question.isAboveChance)
    return .object(members)
  }
}
