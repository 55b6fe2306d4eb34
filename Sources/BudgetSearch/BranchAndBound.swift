extension BudgetProblem {
  /// The members of a run that can have the highest score per FLOP, or tie with it.
  ///
  /// Score and cost are monotone, so on the members from i to j score per FLOP is at most the larger
  /// of the scores at both ends over the FLOPs at i. Runs whose bound does not reach the best member
  /// found so far are ruled out whole; others are halved.
  ///
  /// - Returns: Indices, increasing: every member within the tolerance of ties of the run's maximum
  ///   when the search met it, the first of them among these.
  /// - Complexity: some √count evaluations for a smooth curve with one peak.
  func contenders(in run: Range<Int>, _ evaluator: Evaluator<Score, Cost>) -> [Int] {
    var best = -Double.infinity
    func raise(_ value: Double) {
      best = max(best, value - value.magnitude * Objective.tieTolerance)
    }
    // A first pass over a few members finds a bound that rules most runs out at once.
    for step in 0...Self.probes {
      let offset = Int128(run.count - 1) * Int128(step) / Int128(Self.probes)
      raise(evaluator.objective(run.lowerBound + Int(offset)))
    }
    var found: [(index: Int, value: Double)] = []
    var open = [run]
    while let part = open.popLast() {
      let (low, high) = (part.lowerBound, part.upperBound - 1)
      let bound =
        max(evaluator.score(low), evaluator.score(high)) / Double(evaluator.flops(low))
      if bound < best { continue }
      if part.count <= Self.leaf {
        for index in part {
          let value = evaluator.objective(index)
          raise(value)
          if value >= best { found.append((index, value)) }
        }
        continue
      }
      let middle = low + part.count / 2
      raise(evaluator.objective(middle))
      // The left half is looked at first: ties go to fewer tokens.
      open.append(middle..<part.upperBound)
      open.append(low..<middle)
    }
    return found.filter { $0.value >= best }.map(\.index)
  }

  /// How many members, evenly spread, are evaluated before branching.
  private static var probes: Int { 64 }

  /// Runs up to this length are evaluated one by one.
  private static var leaf: Int { 8 }
}
