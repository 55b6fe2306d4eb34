import BudgetDocuments
import BudgetSearch

/// What keeping most of the best score takes.
public struct ScoreLadder: Sendable, Equatable {
  /// The cheapest candidate that keeps a share.
  public struct Rung: Sendable, Equatable {
    /// The share of the best score above guessing.
    public let share: Double
    /// The candidate, which may violate limits.
    public let candidate: Candidate
  }

  /// The cheapest candidate of the highest score, limits left aside.
  public let best: Candidate
  /// The score of guessing, from which shares are counted; 0 where that is not stated.
  public let guessing: Double
  /// The rungs, by rising share; none where no candidate scores above guessing.
  public let rungs: [Rung]

  /// The shares of the rungs.
  public static let shares = [0.9, 0.95, 0.99]

  /// The share of the best score that a candidate keeps; `nil` where there is none to keep.
  public func share(keptBy candidate: Candidate) -> Double? {
    guard best.score > guessing else { return nil }
    return (candidate.score - guessing) / (best.score - guessing)
  }
}

/// An answer with scores counted the other way: above guessing where the policy counts them as they are, as they
/// are where it counts them above guessing.
public struct OtherCounting: Sendable, Equatable {
  /// The score of guessing.
  public let guessing: Double
  /// The best under the policy's limits; `nil` where no candidate is.
  public let best: Candidate?
}

extension Advisor {
  /// For some shares of the best score of all candidates the cheapest that keeps it.
  ///
  /// - Complexity: a search for the best score and one for each share.
  func ladder(_ resolved: ResolvedQuestion) -> ScoreLadder {
    var problem = resolved.raw
    problem.objective = .score
    problem.limits = Limits()
    guard let best = problem.best() else { preconditionFailure("no candidate and no limit") }
    let highest = problem.bestScore()
    problem.objective = .least(.flops)
    let rungs = ScoreLadder.shares.compactMap { share -> ScoreLadder.Rung? in
      guard highest > resolved.guessing else { return nil }
      problem.limits.kept = KeptShare(share, above: resolved.guessing, best: highest)
      return problem.best().map {
        .init(share: share, candidate: candidate($0.tokens, of: $0.design, resolved))
      }
    }
    return ScoreLadder(
      best: candidate(best.tokens, of: best.design, resolved), guessing: resolved.guessing,
      rungs: rungs)
  }

  /// The answer with scores counted the other way, where that can be another.
  func otherCounting(_ resolved: ResolvedQuestion) -> OtherCounting? {
    guard resolved.question.metric.chance != nil, resolved.guessing > 0 else { return nil }
    switch resolved.policy.objective {
    case .scorePerFLOP, .elasticity: break
    case .score, .least, .value: return nil
    }
    let problem =
      resolved.policy.isAboveChance
      ? resolved.raw : ResolvedQuestion.aboveGuessing(resolved.raw, resolved.guessing)
    return OtherCounting(
      guessing: resolved.guessing,
      best: problem.best().map { candidate($0.tokens, of: $0.design, resolved) })
  }
}
