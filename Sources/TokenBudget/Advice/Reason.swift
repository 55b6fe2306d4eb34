import BudgetDocuments
import BudgetSearch
import ScalingLaws

/// Why a token count is the best.
public struct Reason: Sendable, Equatable, CustomStringConvertible {
  /// Where the optimum lies.
  public enum Kind: String, Sendable {
    /// Between the ends of the lattice, where the objective peaks.
    case interior
    /// At a limit.
    case limit
    /// At the smallest candidate.
    case smallestCandidate = "smallest-candidate"
    /// At the largest candidate.
    case largestCandidate = "largest-candidate"
    /// There is no other candidate.
    case onlyCandidate = "only-candidate"
  }

  /// Where the optimum lies.
  public let kind: Kind

  /// The reason in a sentence.
  public let sentence: String

  public var description: String { sentence }

  init(
    optimum: Optimum, chosen: Candidate, neighbours: [Candidate], question: Question,
    score direction: Direction
  ) {
    let count = question.lattices[optimum.design].count
    if question.candidateCount == 1 {
      kind = .onlyCandidate
    } else if !optimum.binding.isEmpty {
      kind = .limit
    } else if optimum.index == 0 {
      kind = .smallestCandidate
    } else if optimum.index == count - 1 {
      kind = .largestCandidate
    } else {
      kind = .interior
    }

    let wording = Wording(question)
    switch kind {
    case .onlyCandidate:
      sentence = "there is no other candidate"
    case .limit:
      let names = optimum.binding.map { question.name(of: $0) }.joined(separator: " and ")
      if optimum.bindsTogether {
        let excluded = neighbours.first { !$0.violates.filter(optimum.binding.contains).isEmpty }
        let violations = excluded.map { excluded in
          ": the next candidate, \(tokensText(excluded.tokens)), "
            + excluded.violates.filter(optimum.binding.contains)
            .map { wording.violation(of: $0, by: excluded) }.joined(separator: " and ")
        }
        sentence = "\(names) decide together, neither of them alone\(violations ?? "")"
        return
      }
      sentence =
        optimum.binding.map { limit in
          let excluded = neighbours.first { $0.violates.contains(limit) }
          guard let excluded else {
            return "\(question.name(of: limit)) excludes a better candidate"
          }
          return
            "\(question.name(of: limit)) decides: the next candidate, \(tokensText(excluded.tokens)), "
            + wording.violation(of: limit, by: excluded)
        }.joined(separator: "; ")
    case .smallestCandidate, .largestCandidate, .interior:
      // What lies beyond the measurements was not looked at.
      let leftOut = question.measured.leftOut[optimum.design]
      let isEnd = kind == .smallestCandidate ? leftOut.below > 0 : leftOut.above > 0
      let end = isEnd ? "candidate within what was measured" : "candidate"
      sentence =
        switch question.objective {
        case .least(let measure):
          Self.leastSentence(measure, chosen: chosen, neighbours: neighbours)
        case .score:
          Self.scoreSentence(kind, direction, end)
        case .scorePerFLOP:
          Self.ratioSentence(kind, chosen: chosen, neighbours: neighbours, question)
        case .elasticity(let threshold):
          switch kind {
          case .smallestCandidate:
            "from the smallest \(end) on one percent more FLOPs buys less than "
              + "\(shortest(threshold, 6))% more \(question.scoreWords)"
          case .largestCandidate:
            "up to the largest \(end) one percent more FLOPs buys at least "
              + "\(shortest(threshold, 6))% more \(question.scoreWords)"
          default:
            "up to here one percent more FLOPs buys at least \(shortest(threshold, 6))% more \(question.scoreWords), "
              + "and beyond it less"
          }
        case .value:
          "no other candidate's score is worth more beyond its cost"
        }
    }
  }

  private static func leastSentence(
    _ measure: Measure, chosen: Candidate, neighbours: [Candidate]
  ) -> String {
    guard measure == .flops else {
      return "\(measure.words) only grows with tokens, and no limit asks for more than the least"
    }
    return neighbours.contains { $0.flops != chosen.flops }
      ? "FLOPs only grow with tokens, and no limit asks for more than the least"
      : "every candidate takes the same FLOPs, so the fewest tokens win"
  }

  private static func scoreSentence(
    _ kind: Kind, _ direction: Direction, _ end: String
  ) -> String {
    switch (direction, kind) {
    case (.constant, _): "every candidate has the same score, so the fewest tokens win"
    case (.decreasing, _): "the score falls as tokens are added"
    case (.unknown, _): "no other candidate has a higher score"
    case (.increasing, .largestCandidate):
      "the score only grows with tokens, and no limit stops before the largest \(end)"
    case (.increasing, _):
      "more tokens raise the score by less than 1e-12 of it, which counts as a tie, and ties go to "
        + "fewer tokens"
    }
  }

  private static func ratioSentence(
    _ kind: Kind, chosen: Candidate, neighbours: [Candidate], _ question: Question
  ) -> String {
    let level = question.objectiveLevel
    let score = question.scoreWords
    let others = neighbours.map { other in
      let change = other.perTeraFLOP(above: level) / chosen.perTeraFLOP(above: level) - 1
      let text = other.tiesPerFLOP(with: chosen, above: level) ? "a tie" : signedPercent(change)
      return "\(tokensText(other.tokens)) (\(text))"
    }
    let place: String
    if neighbours.contains(where: { $0.tiesPerFLOP(with: chosen, above: level) }) {
      place = "no candidate has more \(score) per FLOP, and ties go to fewer tokens; next to it"
    } else if kind == .interior {
      place = "\(score) per FLOP peaks between its neighbours"
    } else {
      place = "\(score) per FLOP is highest at this end of the lattice; its neighbour is"
    }
    return "\(place) \(others.joined(separator: " and "))"
  }
}

extension Infeasibility {
  /// Why there is no answer, and what would help.
  func sentence(for question: Question) -> String {
    let wording = Wording(question)
    let names = conflicts.map { wording.limit($0) }
    let problem =
      names.count == 1
      ? "no candidate satisfies \(names[0])"
      : names.count == 2
        ? "no candidate satisfies both \(names.joined(separator: " and "))"
        : "no candidate satisfies \(names.joined(separator: ", ")) together"
    // Where several exclude everything, no single one helps, and each is named with what it could be.
    let alone = exclusions.filter { $0.value != nil }
    if alone.count > 1 {
      return "each of these alone excludes every candidate: "
        + alone.map { wording.excluding($0) }.joined(separator: ", ")
    }
    if relaxations.isEmpty, let only = alone.first {
      return
        "no candidate satisfies \(wording.excluding(only)), and the other limits exclude every "
        + "candidate too, so relaxing one alone does not help"
    }
    let help = relaxations.map { relaxation in
      "a \(question.name(of: relaxation.limit)) of \(wording.value(relaxation.value, of: relaxation.limit)) would allow "
        + tokensText(relaxation.tokens)
        + (question.costs.count > 1 ? " of \(question.costs[relaxation.design].id)" : "")
    }
    if help.isEmpty, question.limits.names.count > 1 {
      return problem
        + "; other limits exclude every candidate too, so relaxing one alone does not help"
    }
    return ([problem] + help).joined(separator: "; ")
  }
}

/// Limits and scores in words.
package struct Wording {
  private let question: Question

  package init(_ question: Question) { self.question = question }

  private func unit(_ benchmark: Int) -> String { question.metrics[benchmark].unit.rawValue }

  package func limit(_ name: LimitName) -> String {
    let key = question.name(of: name)
    switch name {
    case .floor(let benchmark):
      return "\(key) \(question.limits.minimumScores[benchmark].map { significant($0, 6) } ?? "") "
        + unit(benchmark)
    case .kept:
      guard let kept = question.limits.kept else { return key }
      return "keep \(shareText(kept.share))"
        + (kept.leastScore.map { least in
          least.isFinite
            ? " of the best score, that is \(significant(least)) \(question.metric.unit.rawValue)"
            : " of the best score, which is none above \(significant(kept.above))"
        } ?? "")
    case .ceiling(let measure):
      return "\(key) \(question.limits.maxima[measure].map { measure.unit.text($0) } ?? "")"
    case .positiveScore:
      return
        "the condition of a score above \(question.isAboveChance ? "guessing" : "0"), without which score per FLOP has no meaning"
    }
  }

  /// The value that a limit would have to take, rounded so that it still helps.
  func value(_ value: Infeasibility.Relaxation.Value, of limit: LimitName) -> String {
    switch (value, limit) {
    case (.score(let value), .floor(let benchmark)):
      "\(roundedDown(value, 6)) \(unit(benchmark))"
    case (.share(let value), _): roundedDown(value * 100, 4) + "%"
    case (.amount(let value), .ceiling(let measure)): measure.unit.text(roundedUp: value)
    default: preconditionFailure("a value of another kind than its limit")
    }
  }

  /// A limit that excludes every candidate, and what it could be at best.
  func excluding(_ exclusion: Infeasibility.Exclusion) -> String {
    limit(exclusion.limit)
      + (exclusion.value.map { " (\(bound($0, of: exclusion.limit)))" } ?? "")
  }

  /// What any candidate reaches of a limit: `15.20 ms at least`.
  package func bound(_ value: Infeasibility.Relaxation.Value, of limit: LimitName) -> String {
    let isFloor: Bool
    switch limit {
    case .floor, .kept: isFloor = true
    case .ceiling, .positiveScore: isFloor = false
    }
    return "\(self.value(value, of: limit)) at \(isFloor ? "most" : "least")"
  }

  /// What a candidate beyond a limit does, with enough digits to tell it from the limit.
  func violation(of name: LimitName, by candidate: Candidate) -> String {
    switch name {
    case .floor(let benchmark):
      guard question.metrics.count == 1 else { return "misses \(limit(name))" }
      let texts = distinguished(
        candidate.score, question.limits.minimumScores[benchmark] ?? candidate.score)
      return "scores \(texts.0) \(unit(benchmark)), below min_score \(texts.1) \(unit(benchmark))"
    case .kept:
      let kept = question.limits.kept
      guard let least = kept?.leastScore else { return "keeps less than is asked" }
      let texts = distinguished(candidate.score, least)
      let unit = question.metric.unit.rawValue
      return "scores \(texts.0) \(unit), below the \(texts.1) \(unit) that keep "
        + "\(shareText(kept?.share ?? 1)) asks for"
    case .ceiling(let measure):
      guard let amount = candidate.excesses[measure], let most = question.limits.maxima[measure]
      else { return "is just above \(limit(name))" }
      if case (.count(let flops), .count(let most)) = (amount, most) {
        let texts = distinguished(flops: flops, most)
        return "takes \(texts.0), above \(name.key) \(texts.1)"
      }
      let text = measure.unit.text(amount)
      return text == measure.unit.text(most)
        ? "is just above \(limit(name))" : "needs \(text), above \(limit(name))"
    case .positiveScore:
      return "scores \(significant(candidate.score)) \(question.metric.unit.rawValue), not above "
        + (question.isAboveChance ? "guessing" : "0")
    }
  }
}
