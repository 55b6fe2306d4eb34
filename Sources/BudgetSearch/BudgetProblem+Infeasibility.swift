extension BudgetProblem {
  /// Every limit allows an interval of the lattice. By Helly's theorem on the line, intervals of
  /// which every two meet have a common member: a smallest contradiction has one limit or two.
  func infeasibility(
    _ evaluator: Evaluator<Score, Cost>, scanningUpTo scanLimit: Int
  ) -> Infeasibility {
    let active = activeLimits
    var conflicts = active.filter { feasibleRange(under: [$0], evaluator).isEmpty }
    if let first = conflicts.first {
      conflicts = [first]
    } else {
      search: for (position, first) in active.enumerated() {
        for second in active[(position + 1)...]
        where feasibleRange(under: [first, second], evaluator).isEmpty {
          conflicts = [first, second]
          break search
        }
      }
    }
    let relaxations = active.compactMap { relaxation(of: $0, among: active, evaluator, scanLimit) }
    return Infeasibility(
      conflicts: conflicts, relaxations: relaxations,
      certificate: Certificate(
        method: .bisection, evaluations: evaluator.evaluations, candidates: lattice.count,
        feasible: 0))
  }

  private func relaxation(
    of limit: LimitName, among active: [LimitName], _ evaluator: Evaluator<Score, Cost>,
    _ scanLimit: Int
  ) -> Infeasibility.Relaxation? {
    let others = feasibleRange(under: active.filter { $0 != limit }, evaluator)
    guard !others.isEmpty else { return nil }
    var relaxed = self
    let value: Infeasibility.Relaxation.Value
    switch limit {
    case .maximumFLOPs:
      let flops = evaluator.flops(others.lowerBound)
      relaxed.limits.maximumFLOPs = flops
      value = .flops(flops)
    case .minimumScore:
      let score = evaluator.score(
        score.direction == .increasing ? others.upperBound - 1 : others.lowerBound)
      relaxed.limits.minimumScore = score
      value = .score(score)
    case .positiveScore:
      return nil
    }
    guard case .optimum(let optimum) = relaxed.solve(scanningUpTo: scanLimit) else { return nil }
    return Infeasibility.Relaxation(limit: limit, value: value, tokens: optimum.tokens)
  }
}
