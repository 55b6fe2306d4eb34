import LongWork

/// One model that could be run: what tokens buy and cost on it, and which counts it takes.
public struct Design: Sendable {
  /// The token counts to choose from.
  public var lattice: Lattice
  /// What the objective counts.
  public var score: any ScoreCurve
  /// What floors are set on, in order; the objective's score alone, or what it is mixed from.
  public var benchmarks: [any ScoreCurve]
  /// FLOPs.
  public var cost: any CostCurve
  /// Other amounts; those that objective and limits name must be there.
  public var measures: [Measure: any MeasureCurve]

  /// A design.
  ///
  /// - Parameters:
  ///   - score: What the objective counts.
  ///   - benchmarks: `nil` for the objective's score alone.
  ///   - cost: FLOPs of a request.
  ///   - measures: Other amounts, those that objective and limits name among them.
  ///   - lattice: The token counts to choose from.
  public init(
    score: any ScoreCurve, benchmarks: [any ScoreCurve]? = nil, cost: any CostCurve,
    measures: [Measure: any MeasureCurve] = [:], lattice: Lattice
  ) {
    self.score = score
    self.benchmarks = benchmarks ?? [score]
    self.cost = cost
    self.measures = measures
    self.lattice = lattice
  }

  /// An amount as a double.
  ///
  /// - Precondition: The design has the measure.
  public func amount(_ measure: Measure, at tokens: Int) -> Double {
    curve(of: measure).amount(at: tokens)
  }

  /// The curve of a measure.
  ///
  /// - Precondition: The design has the measure.
  public func curve(of measure: Measure) -> any MeasureCurve {
    if measure == .flops { return cost }
    guard let curve = measures[measure] else {
      preconditionFailure("the design does not say its \(measure.key)")
    }
    return curve
  }
}

/// The question: which token count of which design is best under an objective and limits?
public struct BudgetProblem: Sendable {
  /// What can be run, at least one; a question about one model has one.
  public var designs: [Design]
  /// What is best.
  public var objective: Objective
  /// What is allowed.
  public var limits: Limits
  /// A problem from its parts.
  public init(designs: [Design], objective: Objective, limits: Limits = Limits()) {
    precondition(!designs.isEmpty, "a problem without a design")
    self.designs = designs
    self.objective = objective
    self.limits = limits
  }

  /// A problem about one design.
  public init(
    score: any ScoreCurve, cost: any CostCurve, lattice: Lattice, objective: Objective,
    limits: Limits = Limits()
  ) {
    self.init(
      designs: [Design(score: score, cost: cost, lattice: lattice)], objective: objective,
      limits: limits)
  }

  /// What searches ask whether to go on.
  var watch: Watch? { Watch.current }

  /// All conditions on a candidate: the limits that are set, the implied one last.
  public var conditions: [LimitName] {
    objective.needsPositiveScores ? limits.names + [.positiveScore] : limits.names
  }

  /// The fewest FLOPs of any candidate: S / F^τ is computed with multiples of them, so that the power stays
  /// what a double can hold.
  var costScale: Double {
    designs.reduce(.infinity) { min($0, $1.cost.amount(at: $1.lattice[0])) }
  }

  /// What is maximised, at one token count of one design: the definition that every way of searching
  /// agrees with.
  public func objective(at tokens: Int, of design: Int) -> Double {
    let design = designs[design]
    switch objective {
    case .score, .scorePerFLOP, .elasticity:
      return Self.objective(
        objective, design.score.score(at: tokens), design.cost.amount(at: tokens), costScale)
    case .least(let measure): return -design.amount(measure, at: tokens)
    case .value(let worth, let price, let measure):
      return worth * design.score.score(at: tokens) - price * design.amount(measure, at: tokens)
    }
  }

  /// An objective that is S, S / F or S / F^τ, from a score and FLOPs.
  static func objective(
    _ objective: Objective, _ score: Double, _ flops: Double, _ costScale: @autoclosure () -> Double
  ) -> Double {
    switch objective {
    case .score: score
    case .scorePerFLOP: score / flops
    case .elasticity(let threshold): score * power(flops / costScale(), -threshold)
    case .least, .value: preconditionFailure("\(objective) is no quotient of score and FLOPs")
    }
  }

  /// Whether a candidate satisfies a condition.
  package func allows(_ condition: LimitName, at tokens: Int, of design: Int) -> Bool {
    let design = designs[design]
    switch condition {
    case .floor(let benchmark):
      guard let minimum = limits.minimumScores[benchmark] else { return true }
      return design.benchmarks[benchmark].score(at: tokens) >= minimum
    case .kept:
      guard let kept = limits.kept else { return true }
      return design.score.score(at: tokens) >= kept.leastScore(of: kept.best ?? bestScore())
    case .ceiling(let measure):
      guard let maximum = limits.maxima[measure] else { return true }
      return design.curve(of: measure).exact(at: tokens).isWithin(maximum)
    case .positiveScore: return design.score.score(at: tokens) > 0
    }
  }

  /// Whether a candidate satisfies all conditions.
  public func isFeasible(_ tokens: Int, of design: Int) -> Bool {
    conditions.allSatisfy { allows($0, at: tokens, of: design) }
  }
}
