extension BudgetProblem {
  /// The best token count, exactly: what evaluating every member of the lattice would find.
  ///
  /// The score is monotone and the cost never falls, so the limits leave one interval of the
  /// lattice. On it the objective is split into monotone pieces (see ``MonotonePieces``), the
  /// maximum lies at the end of one, and the fewest tokens that tie with it are found by bisection.
  /// Small intervals are evaluated one by one.
  ///
  /// - Returns: The optimum with its certificate, or the limits that contradict each other.
  /// - Complexity: O(log count) evaluations, at most 64 for small intervals.
  public func solve() -> SearchOutcome {
    let evaluator = Evaluator(self)
    let feasible = feasibleRange(under: activeLimits, evaluator)
    guard !feasible.isEmpty else { return .infeasible(infeasibility(evaluator)) }
    let (index, method) = best(in: feasible, evaluator)
    let evaluations = evaluator.evaluations
    let binding = activeLimits.filter { limit in
      guard limit != .positiveScore else { return false }
      let without = activeLimits.filter { $0 != limit }
      return best(in: feasibleRange(under: without, evaluator), evaluator).index != index
    }
    return .optimum(
      Optimum(
        index: index, tokens: lattice[index], binding: binding,
        feasible: feasible.lowerBound...(feasible.upperBound - 1),
        certificate: Certificate(
          method: method, evaluations: evaluations, candidates: lattice.count)))
  }

  /// Up to this many candidates are evaluated one by one.
  static var scanLimit: Int { 64 }

  private func best(
    in feasible: Range<Int>, _ evaluator: Evaluator<Score, Cost>
  ) -> (index: Int, method: Certificate.Method) {
    if feasible.count <= Self.scanLimit {
      let values = feasible.map { evaluator.objective($0) }
      let threshold = tieThreshold(values.reduce(-.infinity, max))
      let offset = values.firstIndex { $0 >= threshold } ?? 0
      return (feasible.lowerBound + offset, .scan)
    }
    let pieces = monotonePieces(in: feasible, evaluator)
    var maximum = -Double.infinity
    for piece in pieces {
      maximum = max(maximum, self.maximum(on: piece, evaluator))
    }
    let threshold = tieThreshold(maximum)
    for piece in pieces where evaluator.objective(piece.best) >= threshold {
      guard piece.direction == .increasing else { return (piece.indices.lowerBound, .bisection) }
      let index = firstIndex(in: piece.indices, atLeast: threshold) { evaluator.objective($0) }
      return (index, .bisection)
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
  private var activeLimits: [LimitName] {
    var active: [LimitName] = []
    if limits.minimumScore != nil { active.append(.minimumScore) }
    if limits.maximumFLOPs != nil { active.append(.maximumFLOPs) }
    if objective == .scorePerFLOP { active.append(.positiveScore) }
    return active
  }

  /// The members that satisfy some limits: an interval, since score and cost are monotone.
  private func feasibleRange(
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

  // MARK: Contradictions

  /// Every limit allows an interval of the lattice. By Helly's theorem on the line, intervals of
  /// which every two meet have a common member: a smallest contradiction has one limit or two.
  private func infeasibility(_ evaluator: Evaluator<Score, Cost>) -> Infeasibility {
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
    let relaxations = active.compactMap { relaxation(of: $0, among: active, evaluator) }
    return Infeasibility(
      conflicts: conflicts, relaxations: relaxations,
      certificate: Certificate(
        method: .bisection, evaluations: evaluator.evaluations, candidates: lattice.count))
  }

  private func relaxation(
    of limit: LimitName, among active: [LimitName], _ evaluator: Evaluator<Score, Cost>
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
    guard case .optimum(let optimum) = relaxed.solve() else { return nil }
    return Infeasibility.Relaxation(limit: limit, value: value, tokens: optimum.tokens)
  }
}

/// The first index at which values that increase, up to rounding, reach a threshold.
///
/// Rounding can make neighbouring values of a flat curve swap places. Bisection then ends some
/// steps late, so the search walks back while values are within ``roundingMargin`` of the
/// threshold, at most ``roundingSteps`` of them.
///
/// - Returns: The range's end when no value reaches the threshold.
/// - Complexity: O(log count) evaluations for curves that are not flat to the last digits.
func firstIndex(
  in range: Range<Int>, atLeast threshold: Double, value: (Int) -> Double
) -> Int {
  var found = partitionPoint(in: range) { value($0) >= threshold }
  let margin = threshold - threshold.magnitude * roundingMargin
  var index = found
  while index > range.lowerBound, found - index < roundingSteps {
    index -= 1
    let earlier = value(index)
    if earlier >= threshold { found = index }
    if earlier < margin { break }
  }
  return found
}

/// Some fifty times the relative rounding error of one evaluation.
private let roundingMargin = 1e-14

/// How far rounding is followed. Curves flatter than this allows are equal for any purpose.
private let roundingSteps = 4096

/// Evaluates a problem's curves by lattice index, and counts.
///
/// A problem is a value; the count is the only state, and it lives here for the length of one call.
final class Evaluator<Score: ScoreCurve, Cost: CostCurve> {
  private let problem: BudgetProblem<Score, Cost>
  private(set) var evaluations = 0

  init(_ problem: BudgetProblem<Score, Cost>) { self.problem = problem }

  func score(_ index: Int) -> Double {
    evaluations += 1
    return problem.score.score(at: problem.lattice[index])
  }

  func flops(_ index: Int) -> Int128 {
    evaluations += 1
    return problem.cost.flops(at: problem.lattice[index])
  }

  /// What is maximised.
  func objective(_ index: Int) -> Double {
    evaluations += 1
    let tokens = problem.lattice[index]
    switch problem.objective {
    case .score: return problem.score.score(at: tokens)
    case .leastFLOPs: return -Double(problem.cost.flops(at: tokens))
    case .scorePerFLOP:
      return problem.score.score(at: tokens) / Double(problem.cost.flops(at: tokens))
    }
  }

  /// ε_S − ε_F: whether score per FLOP rises with n. Asked only where the score is positive.
  func elasticityGap(_ index: Int) -> Double {
    evaluations += 1
    let tokens = problem.lattice[index]
    return problem.score.elasticity(at: tokens) - problem.cost.elasticity(at: tokens)
  }
}
