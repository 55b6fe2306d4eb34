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
    trend: Trend
  ) {
    let count = question.lattice.count
    if count == 1 {
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
      sentence = optimum.binding.map { limit in
        let excluded = neighbours.first { $0.violates.contains(limit) }
        guard let excluded else {
          return "\(limit.rawValue) excludes a better candidate"
        }
        return "\(limit.rawValue) decides: the next candidate, \(tokensText(excluded.tokens)), "
          + wording.violation(of: limit, by: excluded)
      }.joined(separator: "; ")
    case .smallestCandidate, .largestCandidate, .interior:
      sentence =
        switch question.objective {
        case .leastFLOPs:
          neighbours.contains { $0.flops != chosen.flops }
            ? "FLOPs only grow with tokens, and no limit asks for more than the least"
            : "every candidate takes the same FLOPs, so the fewest tokens win"
        case .score:
          Self.scoreSentence(kind, trend)
        case .scorePerFLOP:
          Self.ratioSentence(kind, chosen: chosen, neighbours: neighbours)
        }
    }
  }

  private static func scoreSentence(_ kind: Kind, _ trend: Trend) -> String {
    switch (trend, kind) {
    case (.constant, _): "every candidate has the same score, so the fewest tokens win"
    case (.decreasing, _): "the score falls as tokens are added"
    case (.increasing, .largestCandidate):
      "the score only grows with tokens, and no limit stops before the largest candidate"
    case (.increasing, _):
      "more tokens raise the score by less than 1e-12 of it, which counts as a tie, and ties go to "
        + "fewer tokens"
    }
  }

  private static func ratioSentence(
    _ kind: Kind, chosen: Candidate, neighbours: [Candidate]
  ) -> String {
    let others = neighbours.map { other in
      let change = other.scorePerTeraFLOP / chosen.scorePerTeraFLOP - 1
      let text = other.tiesPerFLOP(with: chosen) ? "a tie" : signedPercent(change)
      return "\(tokensText(other.tokens)) (\(text))"
    }
    let place: String
    if neighbours.contains(where: { $0.tiesPerFLOP(with: chosen) }) {
      place = "no candidate has more score per FLOP, and ties go to fewer tokens; next to it"
    } else if kind == .interior {
      place = "score per FLOP peaks between its neighbours"
    } else {
      place = "score per FLOP is highest at this end of the lattice; its neighbour is"
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
      : "no candidate satisfies both \(names.joined(separator: " and "))"
    let help = relaxations.map { relaxation in
      switch relaxation.value {
      case .score(let value):
        "a min_score of \(roundedDown(value, 4)) \(wording.unit) would allow "
          + tokensText(relaxation.tokens)
      case .flops(let value):
        "a max_flops of \(flopsRoundedUp(value)) would allow \(tokensText(relaxation.tokens))"
      }
    }
    return ([problem] + help).joined(separator: "; ")
  }
}

/// Limits and scores in words.
private struct Wording {
  let unit: String
  private let limits: Limits

  init(_ question: Question) {
    unit = question.metric.unit.rawValue
    limits = question.limits
  }

  func limit(_ name: LimitName) -> String {
    switch name {
    case .minimumScore:
      "min_score \(limits.minimumScore.map { significant($0, 6) } ?? "") \(unit)"
    case .maximumFLOPs:
      "max_flops \(limits.maximumFLOPs.map { flopsText($0) } ?? "")"
    case .positiveScore:
      "the condition of a score above 0, without which score per FLOP has no meaning"
    }
  }

  /// What a candidate beyond a limit does, with enough digits to tell it from the limit.
  func violation(of name: LimitName, by candidate: Candidate) -> String {
    switch name {
    case .minimumScore:
      let texts = distinguished(candidate.score, limits.minimumScore ?? candidate.score)
      return "scores \(texts.0) \(unit), below min_score \(texts.1) \(unit)"
    case .maximumFLOPs:
      let texts = distinguished(
        flops: candidate.flops, limits.maximumFLOPs ?? candidate.flops)
      return "takes \(texts.0), above max_flops \(texts.1)"
    case .positiveScore:
      return "scores \(significant(candidate.score)) \(unit), not above 0"
    }
  }
}
