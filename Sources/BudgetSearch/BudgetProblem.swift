/// The question: which token count of a lattice is best under an objective and limits?
public struct BudgetProblem<Score: ScoreCurve, Cost: CostCurve>: Sendable {
  /// What tokens buy.
  public var score: Score
  /// What tokens cost.
  public var cost: Cost
  /// The token counts to choose from.
  public var lattice: Lattice
  /// What is best.
  public var objective: Objective
  /// What is allowed.
  public var limits: Limits

  /// A problem from its parts.
  public init(
    score: Score, cost: Cost, lattice: Lattice, objective: Objective, limits: Limits = Limits()
  ) {
    self.score = score
    self.cost = cost
    self.lattice = lattice
    self.objective = objective
    self.limits = limits
  }
}

/// What makes one token count better than another.
///
/// Two objectives within ``tieTolerance`` of each other, relative, are a tie; ties go to fewer
/// tokens.
public enum Objective: Sendable, Equatable, CaseIterable {
  /// The highest S(n) / F(n). Token counts whose score is not positive are no candidates: a ratio
  /// to a score of zero or less has no meaning.
  case scorePerFLOP
  /// The highest S(n).
  case score
  /// The lowest F(n).
  case leastFLOPs

  /// How close two objectives are to count as equal: 1e-12 relative, some thousand times the
  /// rounding error of an evaluation and far below any measurement.
  public static let tieTolerance = 1e-12
}

/// What a budget must not violate. An absent limit does not limit.
public struct Limits: Sendable, Equatable {
  /// The lowest score allowed, in the score's unit.
  public var minimumScore: Double?
  /// The most FLOPs allowed for a request.
  public var maximumFLOPs: Int128?

  /// Limits, none by default.
  public init(minimumScore: Double? = nil, maximumFLOPs: Int128? = nil) {
    self.minimumScore = minimumScore
    self.maximumFLOPs = maximumFLOPs
  }
}

/// A limit by name, as documents and reports spell it.
public enum LimitName: String, Sendable, CaseIterable {
  /// ``Limits/minimumScore``.
  case minimumScore = "min_score"
  /// ``Limits/maximumFLOPs``.
  case maximumFLOPs = "max_flops"
  /// The condition of ``Objective/scorePerFLOP`` that the score be positive.
  case positiveScore = "positive_score"
}
