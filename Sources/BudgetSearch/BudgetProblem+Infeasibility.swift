import LongWork

extension BudgetProblem {
  /// The fewest conditions that no candidate satisfies together, and how far each condition, relaxed
  /// alone, would have to give.
  ///
  /// - Complexity: one bisection for each condition and design; one search for each condition; and
  ///   ``ExclusionSets/smallestMeetingAll()``.
  func infeasibility(
    _ conditions: [LimitName], _ evaluators: [Evaluator], _ allowed: [[IndexRanges]],
    _ candidates: Int, scanningUpTo scanLimit: Int
  ) -> Infeasibility {
    let conflicts = ExclusionSets(allowed, counts: evaluators.map(\.lattice.count))
      .smallestMeetingAll()
    let relaxations = conditions.indices.compactMap {
      watch.goesOn ? relaxation(of: $0, among: conditions, evaluators, allowed, scanLimit) : nil
    }
    let everything = evaluators.map { IndexRanges(0..<$0.lattice.count) }
    let exclusions = conditions.indices.filter { condition in
      allowed.allSatisfy { $0[condition].isEmpty }
    }.map {
      Infeasibility.Exclusion(
        limit: conditions[$0], value: loosest(conditions[$0], evaluators, everything))
    }
    let method: Certificate.Method =
      evaluators.contains { $0.score.direction == .unknown } ? .branchAndBound : .bisection
    return Infeasibility(
      exclusions: exclusions, conflicts: conflicts.map { conditions[$0] }, relaxations: relaxations,
      certificate: Certificate(
        method: method, evaluations: evaluators.reduce(0) { $0 + $1.evaluations },
        candidates: candidates, feasible: 0, value: nil, bound: nil))
  }

  private func relaxation(
    of dropped: Int, among conditions: [LimitName], _ evaluators: [Evaluator],
    _ allowed: [[IndexRanges]], _ scanLimit: Int
  ) -> Infeasibility.Relaxation? {
    let others = Self.feasible(evaluators, allowed, dropping: dropped)
    guard let value = loosest(conditions[dropped], evaluators, others) else { return nil }
    var relaxed = self
    switch (value, conditions[dropped]) {
    case (.amount(let least), .ceiling(let measure)): relaxed.limits.maxima[measure] = least
    case (.share(let share), _): relaxed.limits.kept?.share = share
    case (.score(let highest), .floor(let benchmark)):
      relaxed.limits.minimumScores[benchmark] = highest
    default: preconditionFailure("a value of another kind than its limit")
    }
    return relaxed.best(scanningUpTo: scanLimit).map {
      Infeasibility.Relaxation(
        limit: conditions[dropped], value: value, design: $0.design, tokens: $0.tokens)
    }
  }

  /// The tightest that a limit can be for one of some members of each design to satisfy it; `nil` without
  /// members, and where no value would do.
  private func loosest(
    _ condition: LimitName, _ evaluators: [Evaluator], _ members: [IndexRanges]
  ) -> Infeasibility.Relaxation.Value? {
    guard members.contains(where: { !$0.isEmpty }) else { return nil }
    switch condition {
    case .positiveScore: return nil
    case .ceiling(let measure):
      var least: Amount?
      for (evaluator, members) in zip(evaluators, members) {
        let curve = evaluator.design.curve(of: measure)
        let starts = curve.falls.map(Double.init)
        // What never falls is least at the first member of all.
        let ranges = starts.isEmpty ? Array(members.ranges.prefix(1)) : members.ranges
        for run in ranges.flatMap({ evaluator.lattice.runs(in: $0, from: starts) }) {
          let amount = evaluator.exact(curve, run.lowerBound)
          if least.map({ !$0.isWithin(amount) }) ?? true { least = amount }
        }
      }
      return least.map { .amount($0) }
    case .kept:
      guard let kept = limits.kept, let best = kept.best else { return nil }
      return kept.largestShare(keptBy: highest(evaluators, members) { $0.score }, of: best)
        .map { .share($0) }
    case .floor(let benchmark):
      return .score(highest(evaluators, members) { $0.benchmarks[benchmark] })
    }
  }

  /// The highest score of some members of each design.
  private func highest(
    _ evaluators: [Evaluator], _ members: [IndexRanges], of curve: (Design) -> any ScoreCurve
  ) -> Double {
    var highest = -Double.infinity
    for (evaluator, members) in zip(evaluators, members) {
      let curve = curve(evaluator.design)
      if curve.direction == .unknown, !members.isEmpty {
        var scored = evaluator.design
        scored.score = curve
        let search = Evaluator(BudgetProblem(designs: [scored], objective: .score), design: 0)
        highest = max(highest, search.highest(in: members.ranges).value)
        evaluator.countEvaluations(search.evaluations)
        continue
      }
      for run in members.ranges {
        for index in [run.lowerBound, run.upperBound - 1] {
          evaluator.countEvaluations(1)
          highest = max(highest, curve.score(at: evaluator.lattice[index]))
        }
      }
    }
    return highest
  }
}
