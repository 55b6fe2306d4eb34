/// The answer to a ``BudgetProblem``.
public enum SearchOutcome: Sendable, Equatable {
  /// The best token count.
  case optimum(Optimum)
  /// No token count satisfies all limits.
  case infeasible(Infeasibility)
}

/// A candidate of a problem.
public struct Choice: Sendable, Equatable {
  /// Which of the problem's designs.
  public let design: Int
  /// Its index in the design's lattice.
  public let index: Int
  /// The token count n.
  public let tokens: Int
  /// Its objective.
  public let value: Double
}

/// The best token count of a problem.
public struct Optimum: Sendable, Equatable {
  /// Which of the problem's designs it belongs to.
  public let design: Int
  /// Its index in the design's lattice.
  public let index: Int
  /// The token count n.
  public let tokens: Int
  /// The limits of ``Limits`` that decide: without any one of them, alone, the answer would be
  /// another. Where no single one does, the fewest that do so together: each then stands in for the
  /// other.
  public let binding: [LimitName]
  /// Whether only together they decide.
  public let bindsTogether: Bool
  /// Indices of the design's lattice that satisfy all limits: ranges, increasing.
  public let feasible: [Range<Int>]
  /// Why the answer is exact.
  public let certificate: Certificate
}

/// How an answer was found.
public struct Certificate: Sendable, Equatable {
  /// The ways of searching, each exact on the curves it is used for.
  public enum Method: String, Sendable {
    /// Every candidate within the limits was evaluated.
    case scan
    /// The objective was split into monotone pieces, and each was bisected.
    case bisection
    /// Runs of candidates were ruled out by a bound on the best of them.
    case branchAndBound = "branch-and-bound"

    /// Of two ways used on parts of a problem, the one that names the whole.
    func weaker(_ other: Method) -> Method {
      if self == .branchAndBound || other == .branchAndBound { return .branchAndBound }
      return self == .bisection || other == .bisection ? .bisection : .scan
    }
  }

  /// How the answer was found.
  public let method: Method
  /// How often the score, the cost or an elasticity was evaluated.
  public let evaluations: Int
  /// How many token counts the lattices hold; the largest integer where they are more.
  public let candidates: Int
  /// How many of them satisfy all limits.
  public let feasible: Int
  /// The objective at the answer; `nil` without one.
  public let value: Double?
  /// No candidate's objective is higher: as searched, within ``Objective/tieTolerance`` of `value`.
  public let bound: Double?
}

/// Why no token count will do.
public struct Infeasibility: Sendable, Equatable {
  /// The least change to one limit, all others kept, that makes some token count feasible.
  public struct Relaxation: Sendable, Equatable {
    /// Which limit to relax.
    public let limit: LimitName
    /// The score or the amount that it would have to allow.
    public let value: Value
    /// The design that is then the best.
    public let design: Int
    /// The token count that is then the best.
    public let tokens: Int

    /// A limit's value.
    public enum Value: Sendable, Equatable {
      /// In the score's unit.
      case score(Double)
      /// A share of the best score, from 0 to 1.
      case share(Double)
      /// In the measure's base unit.
      case amount(Amount)
    }
  }

  /// A limit that no candidate satisfies, whatever the others say.
  public struct Exclusion: Sendable, Equatable {
    /// Which limit.
    public let limit: LimitName
    /// What it would have to allow for any candidate at all, all other limits left aside: the least amount, or
    /// the highest score, of all candidates. `nil` where no value would.
    public let value: Relaxation.Value?
  }

  /// The limits that exclude every candidate on their own, in order.
  public let exclusions: [Exclusion]
  /// A smallest set of limits that cannot hold together: any proper part of it can.
  public let conflicts: [LimitName]
  /// For each limit that, relaxed alone, would help: how far. May be empty.
  public let relaxations: [Relaxation]
  /// How the limits were checked.
  public let certificate: Certificate
}
