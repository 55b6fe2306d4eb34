extension BudgetProblem {
  /// The best token count, exactly: what evaluating every member of the lattice would find.
  ///
  /// The score is monotone and the cost never falls, so the limits leave one interval of the
  /// lattice. On it the objective is split into monotone pieces, the maximum lies at the end of one,
  /// and the fewest tokens that tie with it are found by bisection. Small intervals are evaluated
  /// one by one.
  ///
  /// Where an objective is flat to the last digits of a double over more than ``roundingSteps``
  /// members, the answer is one of those that tie, and not always the first.
  ///
  /// - Returns: The optimum with its certificate, or the limits that contradict each other.
  /// - Complexity: O(log count) evaluations, at most 64 for small intervals.
  public func solve() -> SearchOutcome { solve(scanningUpTo: Self.scanLimit) }

  /// Up to this many candidates are evaluated one by one.
  private static var scanLimit: Int { 64 }

  /// The best token count, evaluating candidates one by one only up to a number of them. Tests pass
  /// 0, so that small problems go through the bisection too.
  func solve(scanningUpTo scanLimit: Int) -> SearchOutcome {
    let evaluator = Evaluator(self)
    let feasible = feasibleRange(under: activeLimits, evaluator)
    guard !feasible.isEmpty else {
      return .infeasible(infeasibility(evaluator, scanningUpTo: scanLimit))
    }
    let (index, method) = best(in: feasible, evaluator, scanLimit)
    let evaluations = evaluator.evaluations
    let binding = activeLimits.filter { limit in
      guard limit != .positiveScore else { return false }
      let without = activeLimits.filter { $0 != limit }
      let range = feasibleRange(under: without, evaluator)
      return best(in: range, evaluator, scanLimit).index != index
    }
    return .optimum(
      Optimum(
        index: index, tokens: lattice[index], binding: binding,
        feasible: feasible.lowerBound...(feasible.upperBound - 1),
        certificate: Certificate(
          method: method, evaluations: evaluations, candidates: lattice.count,
          feasible: feasible.count)))
  }

  private func best(
    in feasible: Range<Int>, _ evaluator: Evaluator<Score, Cost>, _ scanLimit: Int
  ) -> (index: Int, method: Certificate.Method) {
    if feasible.count <= scanLimit {
      let values = feasible.map { evaluator.objective($0) }
      let threshold = tieThreshold(values.reduce(-.infinity, max))
      let offset = values.firstIndex { $0 >= threshold } ?? 0
      return (feasible.lowerBound + offset, .scan)
    }
    let pieces = monotonePieces(in: feasible, evaluator)
    var method = Certificate.Method.bisection
    if case (.scorePerFLOP, .unknown) = (objective, score.elasticityBehaviour) {
      method = .branchAndBound
    }
    var maximum = -Double.infinity
    var atEnds = -Double.infinity
    for piece in pieces {
      maximum = max(maximum, self.maximum(on: piece, evaluator))
      atEnds = max(atEnds, evaluator.objective(piece.best))
    }
    // Among subnormal numbers the tolerance is 0, and rounding may lift a neighbour above every end.
    let threshold = min(tieThreshold(maximum), atEnds)
    for piece in pieces where evaluator.objective(piece.best) >= threshold {
      guard piece.direction == .increasing else { return (piece.indices.lowerBound, method) }
      let index = firstIndex(in: piece.indices, atLeast: threshold) { evaluator.objective($0) }
      return (index, method)
    }
    preconditionFailure("a piece holds the maximum \(maximum)")
  }

  /// The highest objective on a piece, as computed: at its best end, or at a neighbour that
  /// rounding lifts above it.
  private func maximum(
    on piece: MonotonePiece, _ evaluator: Evaluator<Score, Cost>
  ) -> Double {
    let inward = piece.direction == .increasing ? -1 : 1
    var maximum = evaluator.objective(piece.best)
    var index = piece.best + inward
    for _ in 0..<roundingSteps where piece.indices.contains(index) {
      let value = evaluator.objective(index)
      if value > maximum { maximum = value }
      if value < maximum - maximum.magnitude * roundingMargin { break }
      index += inward
    }
    return maximum
  }

  private func tieThreshold(_ maximum: Double) -> Double {
    maximum - maximum.magnitude * Objective.tieTolerance
  }

  // MARK: Limits

  /// The limits that are set, the implied one last.
  var activeLimits: [LimitName] {
    var active: [LimitName] = []
    if limits.minimumScore != nil { active.append(.minimumScore) }
    if limits.maximumFLOPs != nil { active.append(.maximumFLOPs) }
    if objective == .scorePerFLOP { active.append(.positiveScore) }
    return active
  }

  /// The members that satisfy some limits: an interval, since score and cost are monotone.
  func feasibleRange(
    under active: [LimitName], _ evaluator: Evaluator<Score, Cost>
  ) -> Range<Int> {
    var range = 0..<lattice.count
    for limit in active {
      range = range.clamped(to: feasibleRange(under: limit, evaluator))
    }
    return range
  }

  private func feasibleRange(
    under limit: LimitName, _ evaluator: Evaluator<Score, Cost>
  ) -> Range<Int> {
    let all = 0..<lattice.count
    switch limit {
    case .maximumFLOPs:
      guard let maximum = limits.maximumFLOPs else { return all }
      return 0..<partitionPoint(in: all) { evaluator.flops($0) > maximum }
    case .minimumScore:
      guard let minimum = limits.minimumScore else { return all }
      return scores(atLeast: minimum, evaluator)
    case .positiveScore:
      return scores(atLeast: Double.leastNonzeroMagnitude, evaluator)
    }
  }

  private func scores(
    atLeast minimum: Double, _ evaluator: Evaluator<Score, Cost>
  ) -> Range<Int> {
    let count = lattice.count
    switch score.direction {
    case .constant:
      return evaluator.score(0) >= minimum ? 0..<count : 0..<0
    case .increasing:
      return firstIndex(in: 0..<count, atLeast: minimum) { evaluator.score($0) }..<count
    case .decreasing:
      // Read from the far end, the scores increase.
      return
        0..<(count
        - firstIndex(in: 0..<count, atLeast: minimum) { evaluator.score(count - 1 - $0) })
    }
  }
}
