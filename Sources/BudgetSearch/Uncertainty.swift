import LongWork
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
    /// - Parameters:
    ///   - score: What the objective counts.
    ///   - benchmarks: `nil` for the objective's score alone.
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
    /// The regret that 95% of these scenarios do not pass: its 95% quantile.
    public let regretQ95: Double?
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
  /// Their token counts, growing.
  let sortedTokens: [Int]
  /// The counts that cannot be told from the best: the densest regions that hold at least ``level`` of
  /// the optima, by design and tokens.
  public let indistinguishable: [Region]
  /// The recommendation's prospect.
  public let recommended: Prospect
  /// The candidate with the least 95% quantile of regret, among those that satisfy the limits in at least
  /// ``level`` of the scenarios and lose no more than the recommendation on average; often the recommendation
  /// itself. `nil` where the recommendation satisfies the limits less often.
  public let robust: Prospect?
  /// Where the recommendation satisfies the limits in less than ``level`` of the scenarios: of those that do so
  /// often enough the candidate with the least expected regret; `nil` where there is none, or no need.
  public let safe: Prospect?
  /// The prospects of other candidates that were asked for, in their order.
  public let others: [Prospect]
  /// For each measurement offered, which part of the recommendation's expected loss it would take away, from 0 to 1;
  /// a scenario in which the recommendation breaks a limit counts as a loss of all.
  public let gains: [Double]

  /// Whether a token count is one that cannot be told from the best.
  public func holds(_ tokens: Int, of design: Int) -> Bool {
    indistinguishable.contains { $0.design == design && $0.tokens.contains(tokens) }
  }

  /// The middle token counts of the optima, whatever their design, at a quantile from 0 to 1.
  ///
  /// - Returns: `nil` without optima.
  public func quantile(_ p: Double) -> Int? {
    guard !sortedTokens.isEmpty else { return nil }
    return sortedTokens[Int((p * Double(sortedTokens.count - 1)).rounded())]
  }
}

extension DecisionUncertainty {
  /// Of work that was stopped: nothing is known, and its watch sees to it that nobody gets it.
  static func unfinished(
    _ level: Double, _ scenarios: Int, _ recommended: (design: Int, index: Int)
  ) -> DecisionUncertainty {
    DecisionUncertainty(
      level: level, scenarios: scenarios, infeasible: 0, optima: [], sortedTokens: [],
      indistinguishable: [],
      recommended: Prospect(
        candidate: Candidate(design: recommended.design, index: recommended.index, tokens: 0),
        feasibleShare: 0, expectedRegret: nil, regretQ95: nil),
      robust: nil, safe: nil, others: [], gains: [])
  }
}

extension BudgetProblem {
  /// How far a choice moves under other scores that the measurements allow.
  ///
  /// Each scenario is solved exactly. The robust and the safe choice are looked for in every design among the
  /// scenarios' best of that design and what lies between them: all candidates between the outermost where
  /// these are few, else a grid that is refined around its best until neighbours of the lattice are
  /// reached.
  ///
  /// - Parameters:
  ///   - scenarios: Equally likely, at least one.
  ///   - level: From 0 to 1: how much of the optima the set holds, and in how many scenarios the robust
  ///     recommendation must satisfy the limits.
  ///   - recommended: The choice to judge.
  ///   - others: Further candidates to judge.
  ///   - measurements: What could be measured, with a prediction for each scenario.
  /// - Complexity: one search for each scenario, for each candidate judged one evaluation a scenario, and
  ///   O(s log s) for the set of s scenarios.
  public func uncertainty(
    over scenarios: [Scenario], level: Double, of recommended: (design: Int, index: Int),
    and others: [(design: Int, index: Int)] = [], offering measurements: [PossibleMeasurement] = []
  ) -> DecisionUncertainty {
    precondition(!scenarios.isEmpty && level > 0 && level < 1, "no scenario, or no level")
    let judge = ScenarioJudge(self, scenarios)
    defer { judge.freeAside() }
    guard watch.goesOn else { return .unfinished(level, scenarios.count, recommended) }
    let optima = watch.map(judge.solved) {
      DecisionUncertainty.Candidate(
        design: $0.best.design, index: $0.best.index, tokens: $0.best.tokens)
    }
    watch.begin(.judging, of: 4)
    let prospect = judge.prospect(recommended.design, recommended.index)
    watch.advance()
    let robust = judge.robust(level, besides: prospect)
    watch.advance()
    let safe = judge.safe(level, besides: prospect)
    watch.advance()
    let gains = judge.gains(of: measurements, besides: recommended)
    watch.advance()
    guard let sortedTokens = watch.sorted(watch.map(optima, \.tokens), by: <), watch.goesOn else {
      return .unfinished(level, scenarios.count, recommended)
    }
    return DecisionUncertainty(
      level: level, scenarios: scenarios.count, infeasible: scenarios.count - judge.solved.count,
      optima: optima, sortedTokens: sortedTokens,
      indistinguishable: Self.densest(optima, level), recommended: prospect,
      robust: robust, safe: safe,
      others: others.map { judge.prospect($0.design, $0.index) }, gains: gains)
  }

  /// The problem with a scenario's scores.
  package func under(_ scenario: Scenario) -> BudgetProblem {
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
    let (neighbours, watch) = (max(1, optima.count / 20), Watch.current)
    var places: [(candidate: DecisionUncertainty.Candidate, log: Double, radius: Double)] = []
    for design in Set(watch.map(optima, \.design)).sorted() {
      let unsorted = watch.filter(optima) { $0.design == design }
      guard let mine = watch.sorted(unsorted, by: { $0.index < $1.index }) else { return [] }
      let logs = watch.map(mine) { Double.log(Double($0.tokens)) }
      guard logs.count == mine.count else { return [] }
      for i in mine.indices {
        if i % lightBatch == 0, !watch.goesOn { return [] }
        // The k nearest of a sorted list are a window around it. The later the window, the nearer its first and
        // the farther its last: the widest reach is least where the two cross.
        let windows = max(0, i - neighbours)..<max(0, min(i, mine.count - 1 - neighbours) + 1)
        let crossing = partitionPoint(in: windows) {
          logs[$0 + neighbours] - logs[i] >= logs[i] - logs[$0]
        }
        var radius = Double.infinity
        for start in [crossing - 1, crossing] where windows.contains(start) {
          radius = min(
            radius, max(logs[i] - logs[start], logs[start + neighbours] - logs[i]))
        }
        places.append((mine[i], logs[i], radius))
      }
    }
    let wanted = Int((level * Double(places.count)).rounded(.up))
    guard watch.goesOn, let radii = watch.sorted(watch.map(places, \.radius), by: <) else {
      return []
    }
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
