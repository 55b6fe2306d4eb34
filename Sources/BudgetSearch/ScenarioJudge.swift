import LongWork

/// Solves a problem under many scenarios, and judges candidates over them.
struct ScenarioJudge {
  /// A scenario that has a best candidate.
  struct Solved {
    let problem: BudgetProblem
    let best: Choice
  }

  /// Those that have one, in order.
  let solved: [Solved]

  private let base: BudgetProblem
  private let total: Int
  /// The scores of each scenario at the knots that all share, where there is one design of such scores.
  private let polylines: [ScorePolyline]?

  init(_ problem: BudgetProblem, _ scenarios: [Scenario]) {
    base = problem
    total = scenarios.count
    let shared = Self.sharedPolylines(scenarios, problem.watch)
    defer { LongWork.freeAside(shared, count: scenarios.count) }
    let search = shared.flatMap { PolylineSearch(problem, knots: $0[0].tokens) }
    var solved: [Solved] = []
    var polylines: [ScorePolyline] = []
    solved.reserveCapacity(scenarios.count)
    problem.watch.begin(.searching, of: scenarios.count)
    for (index, scenario) in scenarios.enumerated() {
      if index % Self.batch == 0, !problem.watch.advance(by: index == 0 ? 0 : Self.batch) { break }
      let problem = problem.under(scenario)
      let best: Choice? =
        if let search, let shared {
          search.best(of: shared[index], scenario.designs[0].score)
        } else {
          problem.best()
        }
      guard let best else { continue }
      solved.append(Solved(problem: problem, best: best))
      if let shared { polylines.append(shared[index]) }
    }
    self.solved = solved
    self.polylines = shared == nil ? nil : polylines
  }

  /// Frees its problems and scores aside, at the end of who uses it.
  func freeAside() {
    LongWork.freeAside(solved, count: solved.count)
    LongWork.freeAside(polylines, count: solved.count)
  }

  /// So many scenarios are solved between two looks at the watch.
  private static var batch: Int { 64 }

  /// The polylines of scenarios of one design, where all have the same knots.
  private static func sharedPolylines(
    _ scenarios: [Scenario], _ watch: Watch?
  ) -> [ScorePolyline]? {
    var found: [ScorePolyline] = []
    found.reserveCapacity(scenarios.count)
    for (index, scenario) in scenarios.enumerated() {
      if index % lightBatch == 0, !watch.goesOn {
        LongWork.freeAside(found, count: found.count)
        return nil
      }
      guard scenario.designs.count == 1, let polyline = scenario.designs[0].score.polyline,
        found.isEmpty || polyline.tokens == found[0].tokens
      else { return nil }
      found.append(polyline)
    }
    return found
  }

  // MARK: Regret

  /// What a candidate loses against the best of a scenario.
  private func regret(_ value: Double, _ best: Choice) -> Double {
    let loss = max(0, best.value - value)
    if case .value = base.objective { return loss }
    return best.value == 0 ? loss : loss / best.value.magnitude
  }

  /// The objective of a candidate in each scenario; `nil` where it breaks a limit.
  private func values(at tokens: Int, of design: Int) -> [Double?] {
    guard base.watch.goesOn else { return [] }
    let fixed = base.conditions.filter { !$0.dependsOnScores }
    guard fixed.allSatisfy({ base.allows($0, at: tokens, of: design) }) else {
      return solved.map { _ in nil }
    }
    let moving = base.conditions.filter(\.dependsOnScores)
    if let polylines, moving.allSatisfy({ $0 == .positiveScore }), base.objective.isQuotient,
      let first = polylines.first
    {
      let (knot, share) = first.place(of: tokens)
      let flops = base.designs[design].cost.amount(at: tokens)
      let scale = base.costScale
      return base.watch.map(polylines) { polyline in
        let (from, to) = (polyline.scores[knot], polyline.scores[knot + 1])
        let score = share == 1 ? to : from + share * (to - from)
        guard score > 0 || moving.isEmpty else { return nil }
        return BudgetProblem.objective(base.objective, score, flops, scale)
      }
    }
    return base.watch.map(solved) { solved in
      moving.allSatisfy { solved.problem.allows($0, at: tokens, of: design) }
        ? solved.problem.objective(at: tokens, of: design) : nil
    }
  }

  /// What a candidate loses in each scenario; `nil` where it breaks a limit.
  func regrets(at tokens: Int, of design: Int) -> [Double?] {
    let values = values(at: tokens, of: design)
    // Values are fewer where work was stopped.
    return base.watch.map(values.indices) { index in
      values[index].map { regret($0, solved[index].best) }
    }
  }

  /// What a candidate is worth over the scenarios.
  func prospect(_ design: Int, _ index: Int) -> DecisionUncertainty.Prospect {
    let tokens = base.designs[design].lattice[index]
    var losses = regrets(at: tokens, of: design).compactMap { $0 }
    let count = losses.count
    return DecisionUncertainty.Prospect(
      candidate: .init(design: design, index: index, tokens: tokens),
      feasibleShare: Double(count) / Double(total),
      expectedRegret: count > 0 ? losses.reduce(0, +) / Double(count) : nil,
      regretQ95: count > 0 ? quantile(Self.tail, of: &losses) : nil)
  }

  private static var tail: Double { 0.95 }

  // MARK: The robust and the safe choice

  /// Where a design's best lies over the scenarios.
  private struct Reach {
    let design: Int
    let low: Int
    let high: Int
  }

  /// - Complexity: one search for each scenario and design, where there are several designs.
  private func reach(of design: Int) -> Reach? {
    var found: ClosedRange<Int>?
    for (index, solved) in solved.enumerated() {
      if index % Self.batch == 0, !base.watch.goesOn { return nil }
      var best: Int? = solved.best.index
      if base.designs.count > 1 {
        var alone = solved.problem
        alone.designs = [solved.problem.designs[design]]
        best = alone.best()?.index
      }
      guard let best else { continue }
      found = min(found?.lowerBound ?? best, best)...max(found?.upperBound ?? best, best)
    }
    return found.map { Reach(design: design, low: $0.lowerBound, high: $0.upperBound) }
  }

  /// The least 95% quantile of regret among candidates that lose no more on average than the recommendation; of
  /// equals that of the earlier design and of fewer tokens.
  ///
  /// - Returns: `nil` where the recommendation breaks the limits too often to be compared with: see
  ///   ``safe(_:besides:)``.
  func robust(
    _ level: Double, besides recommended: DecisionUncertainty.Prospect
  ) -> DecisionUncertainty.Prospect? {
    guard recommended.feasibleShare >= level, let bound = recommended.expectedRegret else {
      return nil
    }
    return least(level, from: recommended, by: \.regretQ95, atMost: bound)
  }

  /// The least expected regret among candidates that satisfy the limits often enough, where the recommendation
  /// does not.
  func safe(
    _ level: Double, besides recommended: DecisionUncertainty.Prospect
  ) -> DecisionUncertainty.Prospect? {
    guard recommended.feasibleShare < level else { return nil }
    return least(level, from: nil, by: \.expectedRegret, atMost: .infinity)
  }

  /// The candidate with the least of something, among those that are feasible often enough and whose expected regret
  /// is no more than a bound.
  private func least(
    _ level: Double, from start: DecisionUncertainty.Prospect?,
    by what: KeyPath<DecisionUncertainty.Prospect, Double?>, atMost bound: Double
  ) -> DecisionUncertainty.Prospect? {
    guard !solved.isEmpty else { return nil }
    var best = start
    for reach in base.designs.indices.compactMap({ reach(of: $0) }) {
      for found in judged(reach, level, by: what, atMost: bound) {
        guard let other = best else {
          best = found
          continue
        }
        guard let mine = found[keyPath: what], let theirs = other[keyPath: what] else { continue }
        let order = (mine, reach.design, found.candidate.index)
        if order < (theirs, other.candidate.design, other.candidate.index) { best = found }
      }
    }
    return best
  }

  /// Candidates of a design that may be the one, judged.
  private func judged(
    _ reach: Reach, _ level: Double,
    by what: KeyPath<DecisionUncertainty.Prospect, Double?>, atMost bound: Double
  ) -> [DecisionUncertainty.Prospect] {
    let lattice = base.designs[reach.design].lattice
    var judged: [Int: DecisionUncertainty.Prospect] = [:]
    /// What is too seldom feasible or loses too much comes last; ties to fewer tokens.
    func key(_ index: Int) -> Double {
      let found = judged[index] ?? prospect(reach.design, index)
      judged[index] = found
      guard found.feasibleShare >= level, found.expectedRegret ?? .infinity <= bound else {
        return .infinity
      }
      return found[keyPath: what] ?? .infinity
    }
    var (from, through) = (reach.low, reach.high)
    while base.watch.goesOn {
      let grid = lattice.spread(Self.gridPoints, from: from, through: through)
      guard let winner = grid.min(by: { (key($0), $0) < (key($1), $1) }) else { break }
      if through - from < Self.gridPoints { break }
      let place = grid.firstIndex(of: winner) ?? 0
      (from, through) = (grid[max(0, place - 1)], grid[min(grid.count - 1, place + 1)])
    }
    return judged.keys.sorted().filter { key($0) < .infinity }.compactMap { judged[$0] }
  }

  private static var gridPoints: Int { 24 }

  // MARK: Measurements

  /// Which part of the recommendation's expected loss each measurement would take away, from 0 to 1. A candidate that
  /// breaks a limit in a scenario loses all there.
  ///
  /// - Complexity: O(scenarios · candidates · measurements) for some 24 candidates of each design.
  func gains(
    of measurements: [PossibleMeasurement], besides recommended: (design: Int, index: Int)
  ) -> [Double] {
    guard !measurements.isEmpty, solved.count == total else { return measurements.map { _ in 0 } }
    let worst: Double =
      if case .value = base.objective {
        solved.map { $0.best.value.magnitude }.reduce(0, max)
      } else { 1 }
    var utilities: [[Double]] = []
    for design in base.designs.indices {
      let indices = solved.compactMap {
        $0.best.design == design ? $0.best.index : nil
      }
      guard let low = indices.min(), let high = indices.max() else { continue }
      let lattice = base.designs[design].lattice
      for index in lattice.spread(Self.gridPoints, from: low, through: high)
      where (design, index) != recommended {
        utilities.append(regrets(at: lattice[index], of: design).map { -($0 ?? worst) })
      }
    }
    let tokens = base.designs[recommended.design].lattice[recommended.index]
    utilities.append(regrets(at: tokens, of: recommended.design).map { -($0 ?? worst) })
    // The recommendation stands last.
    guard let own = utilities.last else { return measurements.map { _ in 0 } }
    let loss = -own.reduce(0, +) / Double(own.count)
    guard loss > 0 else { return measurements.map { _ in 0 } }
    // To first order a gain may pass what there is to gain.
    return measurements.map {
      base.watch.goesOn ? min(1, KnowledgeGradient.gain(utilities, $0) / loss) : 0
    }
  }
}

extension LimitName {
  /// Whether another score may change whether it holds.
  var dependsOnScores: Bool {
    switch self {
    case .floor, .kept, .positiveScore: true
    case .ceiling: false
    }
  }
}

extension Objective {
  /// Whether it is S, S / F or S / F^τ.
  var isQuotient: Bool {
    switch self {
    case .score, .scorePerFLOP, .elasticity: true
    case .least, .value: false
    }
  }
}
