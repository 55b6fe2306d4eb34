import RealModule

/// Scores as they might be: for each design of a problem its objective's score and its benchmarks.
public struct Scenario: Sendable {
  /// What replaces a design's curves.
  public struct Scores: Sendable {
    /// What the objective counts.
    public var score: any ScoreCurve
    /// What floors are set on.
    public var benchmarks: [any ScoreCurve]

    /// A design's scores.
    ///
    /// - Parameter benchmarks: `nil` for the objective's score alone.
    public init(score: any ScoreCurve, benchmarks: [any ScoreCurve]? = nil) {
      self.score = score
      self.benchmarks = benchmarks ?? [score]
    }
  }

  /// One for each design.
  public var designs: [Scores]

  /// A scenario.
  public init(_ designs: [Scores]) { self.designs = designs }
}

/// How far a choice can be trusted when the scores are known up to noise.
public struct DecisionUncertainty: Sendable {
  /// What a candidate is worth over the scenarios.
  public struct Prospect: Sendable, Equatable {
    /// The candidate.
    public let candidate: Candidate
    /// In which part of the scenarios it satisfies all limits, from 0 to 1.
    public let feasibleShare: Double
    /// The mean regret over the scenarios in which it is feasible; `nil` where it never is.
    ///
    /// Regret is what the candidate loses against the scenario's own best: relative to it, or for
    /// ``Objective/value(worth:price:_:)`` in the unit of the value.
    public let expectedRegret: Double?
    /// The largest regret over these scenarios.
    public let worstRegret: Double?
  }

  /// A token count of a design.
  public struct Candidate: Sendable, Hashable {
    /// Which of the problem's designs.
    public let design: Int
    /// Its index in the design's lattice.
    public let index: Int
    /// The token count n.
    public let tokens: Int
  }

  /// Token counts of one design that hold part of the scenarios' optima.
  public struct Region: Sendable, Equatable {
    /// Which of the problem's designs.
    public let design: Int
    /// The first and the last token count.
    public let tokens: ClosedRange<Int>
    /// The part of the scenarios whose best lies here, from 0 to 1.
    public let share: Double
  }

  /// How sure the set is meant to be.
  public let level: Double
  /// How many scenarios were looked at.
  public let scenarios: Int
  /// How many of them no candidate satisfies.
  public let infeasible: Int
  /// The best of each scenario that has one.
  public let optima: [Candidate]
  /// The counts that cannot be told from the best: the densest regions that hold at least ``level`` of
  /// the optima, by design and tokens.
  public let indistinguishable: [Region]
  /// The recommendation's prospect.
  public let recommended: Prospect
  /// The candidate with the least worst regret, among those that are feasible in at least ``level`` of
  /// the scenarios; `nil` where there is none.
  public let robust: Prospect?
  /// The prospects of other candidates that were asked for, in their order.
  public let others: [Prospect]

  /// Whether a token count is one that cannot be told from the best.
  public func holds(_ tokens: Int, of design: Int) -> Bool {
    indistinguishable.contains { $0.design == design && $0.tokens.contains(tokens) }
  }

  /// The middle token counts of the optima, whatever their design, at a quantile from 0 to 1.
  ///
  /// - Returns: `nil` without optima.
  public func quantile(_ p: Double) -> Int? {
    guard !optima.isEmpty else { return nil }
    let sorted = optima.map(\.tokens).sorted()
    return sorted[Int((p * Double(sorted.count - 1)).rounded())]
  }
}

extension BudgetProblem {
  /// How far a choice moves under other scores that the measurements allow.
  ///
  /// Each scenario is solved exactly. The robust recommendation is looked for in every design among the
  /// scenarios' best of that design and what lies between them: all candidates between the outermost where
  /// these are few, else a grid that is refined around its best until neighbours of the lattice are
  /// reached, which is exact where each scenario's objective has one peak in a design.
  ///
  /// - Parameters:
  ///   - scenarios: Equally likely, at least one.
  ///   - level: From 0 to 1: how much of the optima the set holds, and in how many scenarios the robust
  ///     recommendation must satisfy the limits.
  ///   - recommended: The choice to judge.
  ///   - others: Further candidates to judge.
  /// - Complexity: one search for each scenario, and for each candidate judged one evaluation a scenario.
  public func uncertainty(
    over scenarios: [Scenario], level: Double, of recommended: (design: Int, index: Int),
    and others: [(design: Int, index: Int)] = []
  ) -> DecisionUncertainty {
    precondition(!scenarios.isEmpty && level > 0 && level < 1, "no scenario, or no level")
    var problems: [(problem: BudgetProblem, best: Choice)] = []
    problems.reserveCapacity(scenarios.count)
    for scenario in scenarios {
      let problem = self.under(scenario)
      if let best = problem.best() { problems.append((problem, best)) }
    }
    let total = scenarios.count
    func prospect(_ design: Int, _ index: Int) -> DecisionUncertainty.Prospect {
      judged(design, index, problems, of: total)
    }
    let optima = problems.map {
      DecisionUncertainty.Candidate(
        design: $0.best.design, index: $0.best.index, tokens: $0.best.tokens)
    }
    return DecisionUncertainty(
      level: level, scenarios: total, infeasible: total - problems.count, optima: optima,
      indistinguishable: Self.densest(optima, level),
      recommended: prospect(recommended.design, recommended.index),
      robust: leastWorstRegret(problems, level, of: total, prospect),
      others: others.map { prospect($0.design, $0.index) })
  }

  /// The problem with a scenario's scores.
  func under(_ scenario: Scenario) -> BudgetProblem {
    precondition(scenario.designs.count == designs.count, "a scenario of other designs")
    var copy = self
    for (index, scores) in scenario.designs.enumerated() {
      copy.designs[index].score = scores.score
      copy.designs[index].benchmarks = scores.benchmarks
    }
    // A share is kept of the scenario's own best.
    copy.limits.kept?.best = nil
    return copy.knowingBestScore()
  }

  /// What a candidate loses against the best of a scenario.
  private func regret(
    of tokens: Int, _ design: Int, _ problem: BudgetProblem, _ best: Choice
  ) -> Double {
    let loss = max(0, best.value - problem.objective(at: tokens, of: design))
    if case .value = objective { return loss }
    return best.value == 0 ? loss : loss / best.value.magnitude
  }

  private func judged(
    _ design: Int, _ index: Int, _ problems: [(problem: BudgetProblem, best: Choice)], of total: Int
  ) -> DecisionUncertainty.Prospect {
    let tokens = designs[design].lattice[index]
    var (sum, worst, feasible) = (0.0, 0.0, 0)
    let conditions = conditions
    for (problem, best) in problems {
      guard conditions.allSatisfy({ problem.allows($0, at: tokens, of: design) }) else { continue }
      feasible += 1
      let regret = regret(of: tokens, design, problem, best)
      sum += regret
      worst = max(worst, regret)
    }
    return DecisionUncertainty.Prospect(
      candidate: .init(design: design, index: index, tokens: tokens),
      feasibleShare: Double(feasible) / Double(total),
      expectedRegret: feasible > 0 ? sum / Double(feasible) : nil,
      worstRegret: feasible > 0 ? worst : nil)
  }

  /// Where a design's best lies over the scenarios, and a worst regret that none of its candidates that are
  /// feasible often enough falls below.
  private struct Reach {
    let design: Int
    let low: Int
    let high: Int
    let leastWorstRegret: Double
  }

  /// - Complexity: one search for each scenario and design, where there are several designs.
  private func reach(
    of design: Int, _ problems: [(problem: BudgetProblem, best: Choice)], _ level: Double,
    of total: Int
  ) -> Reach? {
    var indices: [Int] = []
    var regrets: [Double] = []
    for (problem, best) in problems {
      guard designs.count > 1 else {
        indices.append(best.index)
        continue
      }
      var alone = problem
      alone.designs = [problem.designs[design]]
      guard let own = alone.best() else { continue }
      indices.append(own.index)
      regrets.append(regret(of: own.tokens, design, problem, best))
    }
    guard let low = indices.min(), let high = indices.max() else { return nil }
    // A candidate may miss the limits in so many scenarios, which then do not count.
    let missed = total - Int((level * Double(total)).rounded(.up))
    let left = regrets.sorted().dropLast(missed)
    return Reach(design: design, low: low, high: high, leastWorstRegret: left.last ?? 0)
  }

  /// The least worst regret among candidates that are feasible often enough; of equals that of the earlier
  /// design and of fewer tokens.
  private func leastWorstRegret(
    _ problems: [(problem: BudgetProblem, best: Choice)], _ level: Double, of total: Int,
    _ prospect: (Int, Int) -> DecisionUncertainty.Prospect
  ) -> DecisionUncertainty.Prospect? {
    var best: DecisionUncertainty.Prospect?
    let reaches = designs.indices.compactMap { reach(of: $0, problems, level, of: total) }
      .sorted { ($0.leastWorstRegret, $0.design) < ($1.leastWorstRegret, $1.design) }
    for reach in reaches {
      if let worst = best?.worstRegret, reach.leastWorstRegret > worst { break }
      let (design, low, high) = (reach.design, reach.low, reach.high)
      let chosen = designs[design]
      var judged: [Int: DecisionUncertainty.Prospect] = [:]
      func judge(_ index: Int) -> DecisionUncertainty.Prospect {
        if let known = judged[index] { return known }
        let found = prospect(design, index)
        judged[index] = found
        return found
      }
      /// Ordered by worst regret, what is too seldom feasible last; ties to fewer tokens.
      func key(_ index: Int) -> Double {
        let found = judge(index)
        guard found.feasibleShare >= level else { return .infinity }
        return found.worstRegret ?? .infinity
      }
      var (from, through) = (low, high)
      while true {
        let grid = chosen.lattice.spread(Self.gridPoints, from: from, through: through)
        guard let winner = grid.min(by: { (key($0), $0) < (key($1), $1) }) else { break }
        _ = judge(winner)
        if through - from < Self.gridPoints { break }
        let place = grid.firstIndex(of: winner) ?? 0
        (from, through) = (grid[max(0, place - 1)], grid[min(grid.count - 1, place + 1)])
      }
      for index in judged.keys.sorted() where key(index) < .infinity {
        let found = judge(index)
        guard let other = best else {
          best = found
          continue
        }
        if let mine = found.worstRegret, let theirs = other.worstRegret,
          (mine, design) < (theirs, other.candidate.design)
        {
          best = found
        }
      }
    }
    return best
  }

  private static var gridPoints: Int { 24 }

  // MARK: The set

  /// The densest regions that hold a part of the optima.
  ///
  /// An optimum is the denser the nearer, in ln n, its k-th neighbour of the same design lies, with k a
  /// twentieth of all; those of a design with no more than k are the sparsest. The densest are kept until
  /// they hold the level. Kept ones are one region where they are neighbours in the lattice, or no farther
  /// apart than twice what the sparsest of them reaches; what lies between them belongs to it.
  static func densest(
    _ optima: [DecisionUncertainty.Candidate], _ level: Double
  ) -> [DecisionUncertainty.Region] {
    guard !optima.isEmpty else { return [] }
    let neighbours = max(1, optima.count / 20)
    var places: [(candidate: DecisionUncertainty.Candidate, log: Double, radius: Double)] = []
    for design in Set(optima.map(\.design)).sorted() {
      let mine = optima.filter { $0.design == design }.sorted { $0.index < $1.index }
      let logs = mine.map { Double.log(Double($0.tokens)) }
      for i in mine.indices {
        var radius = Double.infinity
        // The k nearest of a sorted list are a window around it.
        for start in max(0, i - neighbours)...i where start + neighbours < mine.count {
          radius = min(
            radius, max(logs[i] - logs[start], logs[start + neighbours] - logs[i]))
        }
        places.append((mine[i], logs[i], radius))
      }
    }
    let wanted = Int((level * Double(places.count)).rounded(.up))
    let radii = places.map(\.radius).sorted()
    let radius = radii[min(wanted, radii.count) - 1]
    var regions: [DecisionUncertainty.Region] = []
    // The first and the last place of the region that is being joined.
    var open: (first: Int, last: Int)?
    func close() {
      guard let (first, last) = open else { return }
      regions.append(
        DecisionUncertainty.Region(
          design: places[first].candidate.design,
          tokens: places[first].candidate.tokens...places[last].candidate.tokens,
          share: Double(last - first + 1) / Double(places.count)))
      open = nil
    }
    for (index, place) in places.enumerated() where place.radius <= radius {
      if let (_, last) = open {
        let held = places[last]
        let isNear =
          place.candidate.index - held.candidate.index <= 1
          || (radius < .infinity && place.log - held.log <= 2 * radius)
        if held.candidate.design != place.candidate.design || !isNear { close() }
      }
      open = (open?.first ?? index, index)
    }
    close()
    return regions
  }
}
