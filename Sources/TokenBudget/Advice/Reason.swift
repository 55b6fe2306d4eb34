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
    trend: Trend, scoreElasticity: Double, flopElasticity: Double
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
      sentence = "\(grouped(chosen.tokens)) is the only candidate"
    case .limit:
      sentence = optimum.binding.map { limit in
        let excluded = neighbours.first { $0.violates.contains(limit) }
        guard let excluded else {
          return "\(limit.rawValue) excludes a better candidate"
        }
        return "\(limit.rawValue) decides: the next candidate, \(grouped(excluded.tokens)) tokens, "
          + wording.violation(of: limit, by: excluded)
      }.joined(separator: "; ")
    case .smallestCandidate where trend == .constant && question.objective != .leastFLOPs:
      sentence = "every candidate has the same score, so the fewest tokens win"
    case .smallestCandidate, .largestCandidate, .interior:
      switch question.objective {
      case .leastFLOPs:
        sentence = "FLOPs only grow with tokens, and no limit asks for more than the least"
      case .score:
        sentence =
          trend == .increasing
          ? "the score only grows with tokens, and no limit stops before the largest candidate"
          : "the score does not grow with tokens"
      case .scorePerFLOP:
        let trade =
          "here one percent more tokens buys \(significant(scoreElasticity, 3))% more score for "
          + "\(significant(flopElasticity, 3))% more FLOPs"
        let others = neighbours.map { other in
          let change = other.scorePerTeraFLOP / chosen.scorePerTeraFLOP - 1
          return "\(grouped(other.tokens)) tokens (\(signedPercent(change)))"
        }
        let place =
          kind == .interior
          ? "score per FLOP peaks between its neighbours"
          : "score per FLOP is highest at this end of the lattice; its neighbour is"
        sentence = "\(place) \(others.joined(separator: " and ")); \(trade)"
      }
    }
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
          + "\(grouped(relaxation.tokens)) tokens"
      case .flops(let value):
        "a max_flops of \(flopsRoundedUp(value)) would allow \(grouped(relaxation.tokens)) tokens"
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

  func violation(of name: LimitName, by candidate: Candidate) -> String {
    switch name {
    case .minimumScore:
      "scores \(significant(candidate.score)) \(unit), below \(limit(name))"
    case .maximumFLOPs:
      "takes \(flopsText(candidate.flops)), above \(limit(name))"
    case .positiveScore:
      "scores \(significant(candidate.score)) \(unit), not above 0"
    }
  }
}
