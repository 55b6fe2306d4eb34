/// The least share of the best score that must be kept.
///
/// A candidate keeps the share k of the best score B above a level c, the score of guessing, where
///
///     S(n) ≥ B − (1 − k) (B − c)        the same as S(n) − c ≥ k (B − c).
///
/// B is the highest score of all candidates of all designs, whatever other limits say, so that what is asked
/// for does not move with them. Where no candidate scores c there is no skill to keep a share of, and none
/// satisfies the limit.
public struct KeptShare: Sendable, Hashable {
  /// The share k: above 0, at most 1.
  public var share: Double
  /// The score c that counts as nothing, in the objective score's unit.
  public var above: Double
  /// The best score B, where it is known; `nil` leaves it to the search, which takes that of all candidates
  /// of its problem.
  public var best: Double?

  /// A share of the best score.
  ///
  /// - Parameters:
  ///   - share: Above 0, at most 1.
  ///   - above: The score that counts as nothing: 0, or what guessing gets.
  ///   - best: `nil` for the best of all candidates.
  public init(_ share: Double, above: Double = 0, best: Double? = nil) {
    precondition(share > 0 && share <= 1, "a share of \(share)")
    self.share = share
    self.above = above
    self.best = best
  }

  /// The lowest score that keeps the share of a best one; infinite where there is none.
  ///
  /// - Complexity: O(1). With a share of 1 it is the best score itself, to the last digit.
  func leastScore(of best: Double) -> Double {
    best < above ? .infinity : best - (1 - share) * (best - above)
  }

  /// The lowest score allowed, where the best one is known.
  public var leastScore: Double? { best.map { leastScore(of: $0) } }

  /// The largest share of the best score that a score keeps.
  ///
  /// - Returns: `nil` where the score keeps none, or nothing can be kept.
  func largestShare(keptBy score: Double, of best: Double) -> Double? {
    guard best >= above, score >= above else { return nil }
    var copy = self
    copy.share = best == above ? 1 : min(1, (score - above) / (best - above))
    // The quotient may be rounded up by a digit or two.
    while copy.share > 0, copy.leastScore(of: best) > score { copy.share = copy.share.nextDown }
    return copy.share > 0 ? copy.share : nil
  }
}

extension BudgetProblem {
  /// The highest score of all candidates of all designs, limits left aside.
  ///
  /// - Complexity: two evaluations for each design whose score has a direction; else branch and bound.
  public func bestScore() -> Double {
    designs.reduce(-.infinity) { best, design in
      let lattice = design.lattice
      guard design.score.direction == .unknown else {
        return max(
          best, design.score.score(at: lattice[0]),
          design.score.score(at: lattice[lattice.count - 1]))
      }
      let search = Evaluator(BudgetProblem(designs: [design], objective: .score))
      return max(best, search.highest(in: [0..<lattice.count]).value)
    }
  }

  /// The problem with the best score that a kept share is taken of, where that was left to the search.
  func knowingBestScore() -> BudgetProblem {
    guard let kept = limits.kept, kept.best == nil else { return self }
    var copy = self
    copy.limits.kept?.best = bestScore()
    return copy
  }
}
