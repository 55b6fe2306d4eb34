import RealModule

/// Finds the best candidates of many scores that are straight in ln n between the same knots, as draws of one
/// posterior are.
///
/// What does not depend on a draw is computed once: which candidates lie between two knots, where, and what they
/// cost. A draw then takes two products for each segment; only segments whose bound passes the best end are
/// looked into, by bisection. On a segment S = p + q·ln n has an elasticity that falls, or is negative throughout,
/// and that of the cost never falls, so that S / F^τ has one peak there.
struct PolylineSearch {
  /// Candidates on one segment and one piece of the cost.
  private struct Run {
    let indices: Range<Int>
    /// The knot that the segment begins at.
    let knot: Int
    /// How far along the segment, in ln n, the first and the last candidate lie.
    let firstShare: Double
    let lastShare: Double
    /// F^(−τ) there.
    let firstFactor: Double
    let lastFactor: Double
  }

  private let problem: BudgetProblem
  private let knots: [Double]
  private let runs: [Run]
  private let exponent: Double
  private let scale: Double

  /// A search for scores on some knots.
  ///
  /// - Returns: `nil` where the question is another: several designs, limits on scores, an objective that is no S or
  ///   S / F^τ, or a cost whose elasticity may fall.
  init?(_ problem: BudgetProblem, knots: [Double]) {
    guard problem.designs.count == 1, problem.limits.minimumScores.isEmpty,
      problem.limits.kept == nil
    else { return nil }
    let threshold: Double
    switch problem.objective {
    case .score: threshold = 0
    case .scorePerFLOP: threshold = 1
    case .elasticity(let given): threshold = given
    case .least, .value: return nil
    }
    let design = problem.designs[0]
    let lattice = design.lattice
    guard let first = knots.first, let last = knots.last, Double(lattice[0]) >= first,
      Double(lattice[lattice.count - 1]) <= last
    else { return nil }
    let evaluator = Evaluator(problem)
    var feasible = IndexRanges(0..<lattice.count)
    for condition in problem.limits.names {
      feasible = feasible.intersection(evaluator.members(satisfying: condition))
    }
    guard !feasible.isEmpty else { return nil }
    exponent = threshold
    scale =
      if case .elasticity = problem.objective { problem.costScale } else { 1 }
    self.problem = problem
    self.knots = knots
    let cost = design.cost
    let starts = (knots + cost.pieceStarts.map(Double.init)).sorted()
    let places = knots.map { Double.log($0) }
    var runs: [Run] = []
    var knot = 0
    for range in feasible.ranges {
      for indices in lattice.runs(in: range, from: starts) {
        let (low, high) = (lattice[indices.lowerBound], lattice[indices.upperBound - 1])
        guard threshold == 0 || cost.coefficients(at: low).isNonNegative else { return nil }
        while knot + 2 < knots.count, knots[knot + 1] <= Double(low) { knot += 1 }
        let width = places[knot + 1] - places[knot]
        func share(_ tokens: Int) -> Double { (Double.log(Double(tokens)) - places[knot]) / width }
        runs.append(
          Run(
            indices: indices, knot: knot, firstShare: share(low), lastShare: share(high),
            firstFactor: Self.factor(cost.amount(at: low), threshold, scale),
            lastFactor: Self.factor(cost.amount(at: high), threshold, scale)))
      }
    }
    self.runs = runs
  }

  private static func factor(_ amount: Double, _ exponent: Double, _ scale: Double) -> Double {
    if exponent == 0 { return 1 }
    return exponent == 1 ? 1 / (amount / scale) : power(amount / scale, -exponent)
  }

  /// The best candidate of one score on the knots.
  ///
  /// - Parameter score: The curve whose polyline it is.
  /// - Returns: `nil` where no candidate scores above 0 and the objective needs it.
  /// - Complexity: O(knots), and some bisections.
  func best(of polyline: ScorePolyline, _ score: any ScoreCurve) -> Choice? {
    let scores = polyline.scores
    var best = (index: -1, value: -Double.infinity)
    for run in runs {
      let (from, to) = (scores[run.knot], scores[run.knot + 1])
      let atFirst = (from + run.firstShare * (to - from)) * run.firstFactor
      let atLast = (from + run.lastShare * (to - from)) * run.lastFactor
      if atFirst > best.value { best = (run.indices.lowerBound, atFirst) }
      if atLast > best.value { best = (run.indices.upperBound - 1, atLast) }
    }
    guard best.index >= 0 else { return nil }
    if exponent > 0, best.value <= 0 { return nil }
    let design = problem.designs[0]
    func value(_ index: Int) -> Double {
      let tokens = design.lattice[index]
      return score.score(at: tokens)
        * Self.factor(design.cost.amount(at: tokens), exponent, scale)
    }
    if exponent > 0 {
      for run in runs where run.indices.count > 2 {
        let (from, to) = (scores[run.knot], scores[run.knot + 1])
        // Where the score does not rise, the first candidate is the best.
        guard to > from,
          (from + run.lastShare * (to - from)) * run.firstFactor > best.value
        else { continue }
        // One peak: the first candidate whose next is no better.
        let inside = run.indices.lowerBound..<(run.indices.upperBound - 1)
        let peak = partitionPoint(in: inside) { value($0 + 1) <= value($0) }
        let found = value(peak)
        if found > best.value { best = (peak, found) }
      }
    }
    let tokens = design.lattice[best.index]
    return Choice(
      design: 0, index: best.index, tokens: tokens,
      value: BudgetProblem.objective(
        problem.objective, score.score(at: tokens), design.cost.amount(at: tokens),
        problem.costScale))
  }
}

extension ScorePolyline {
  /// Where n tokens lie on the knots: the segment, and how far along it in ln n.
  func place(of tokens: Int) -> (knot: Int, share: Double) {
    let n = Double(tokens)
    var (low, high) = (0, self.tokens.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if self.tokens[middle] <= n { low = middle } else { high = middle }
    }
    if n == self.tokens[low] { return (low, 0) }
    if n == self.tokens[high] { return (low, 1) }
    let (from, to) = (Double.log(self.tokens[low]), Double.log(self.tokens[high]))
    return (low, (Double.log(n) - from) / (to - from))
  }
}
