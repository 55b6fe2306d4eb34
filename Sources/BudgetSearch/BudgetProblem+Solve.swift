import LongWork

extension BudgetProblem {
  /// The best token count of the best design, exactly: what evaluating every candidate would find.
  ///
  /// The conditions leave ranges of each lattice. On them the objective is split into monotone pieces,
  /// the maximum lies at the end of one, and the fewest tokens that tie with it are found by bisection.
  /// Where no pieces are known, branch and bound rules candidates out. Few candidates are evaluated one
  /// by one. Designs that tie go by fewer tokens, then by fewer FLOPs, then in the order given.
  ///
  /// Where an objective is flat to the last digits of a double over more than `roundingSteps`
  /// members, the answer is one of those that tie, and not always the first.
  ///
  /// - Returns: The optimum with its certificate, or the limits that contradict each other.
  /// - Complexity: O(log count) evaluations for each design and piece, at most 64 for few candidates.
  public func solve() -> SearchOutcome { solve(scanningUpTo: Self.scanLimit) }

  /// The best candidate alone, without certificate and binding limits: for many problems in a row.
  ///
  /// - Returns: `nil` where no candidate is feasible.
  public func best() -> Choice? { best(scanningUpTo: Self.scanLimit) }

  /// The same, evaluating candidates one by one only up to a number of them.
  func best(scanningUpTo scanLimit: Int) -> Choice? {
    if limits.kept != nil, limits.kept?.best == nil {
      return knowingBestScore().best(scanningUpTo: scanLimit)
    }
    if let peak = sharpPeak() {
      return Choice(
        design: 0, index: peak.index, tokens: designs[0].lattice[peak.index], value: peak.value)
    }
    var best: Best?
    let conditions = conditions
    if designs.count == 1 {
      let evaluator = Evaluator(self)
      let feasible = Self.feasible(conditions, evaluator)
      best = feasible.isEmpty ? nil : Self.best(of: [(evaluator, feasible)], scanLimit)
    } else {
      let parts = designs.indices.map { design in
        let evaluator = Evaluator(self, design: design)
        return (evaluator, Self.feasible(conditions, evaluator))
      }
      best = Self.best(of: parts, scanLimit)
    }
    return best.map {
      Choice(
        design: $0.design, index: $0.index, tokens: designs[$0.design].lattice[$0.index],
        value: $0.value)
    }
  }

  /// Up to this many candidates are evaluated one by one.
  static var scanLimit: Int { 64 }

  /// The best token count, evaluating candidates one by one only up to a number of them. Tests pass
  /// 0, so that small problems go through the bisection too.
  func solve(scanningUpTo scanLimit: Int) -> SearchOutcome {
    if limits.kept != nil, limits.kept?.best == nil {
      return knowingBestScore().solve(scanningUpTo: scanLimit)
    }
    if let peak = sharpPeak() {
      let lattice = designs[0].lattice
      return .optimum(
        Optimum(
          design: 0, index: peak.index, tokens: lattice[peak.index], binding: [],
          bindsTogether: false, feasible: [0..<lattice.count],
          certificate: Certificate(
            method: .bisection, evaluations: peak.evaluations, candidates: lattice.count,
            feasible: lattice.count, value: peak.value, bound: peak.maximum)))
    }
    let conditions = conditions
    let evaluators = designs.indices.map { Evaluator(self, design: $0) }
    let allowed = evaluators.map { evaluator in
      conditions.map { evaluator.members(satisfying: $0) }
    }
    let all = Self.feasible(evaluators, allowed)
    let candidates = designs.reduce(0) { $0.saturating(adding: $1.lattice.count) }
    guard let best = Self.best(of: Array(zip(evaluators, all)), scanLimit) else {
      return .infeasible(
        infeasibility(conditions, evaluators, allowed, candidates, scanningUpTo: scanLimit))
    }
    let evaluations = evaluators.reduce(0) { $0 + $1.evaluations }
    let (binding, together) = decisive(
      conditions, { ExclusionSets(allowed, counts: evaluators.map(\.lattice.count)) }
    ) { dropped in
      let without = Self.feasible(evaluators, allowed) { !dropped.contains($0) }
      guard without != all, let other = Self.best(of: Array(zip(evaluators, without)), scanLimit)
      else { return false }
      return other.design != best.design || other.index != best.index
    }
    let design = designs[best.design]
    return .optimum(
      Optimum(
        design: best.design, index: best.index, tokens: design.lattice[best.index],
        binding: binding.map { conditions[$0] }, bindsTogether: together,
        feasible: all[best.design].ranges,
        certificate: Certificate(
          method: best.method, evaluations: evaluations, candidates: candidates,
          feasible: all.reduce(0) { $0.saturating(adding: $1.count) }, value: best.value,
          bound: best.maximum)))
  }

  /// The limits without any one of which, alone, the answer is another; where there are none, the fewest
  /// without which together it is.
  ///
  /// A candidate that beats the answer is freed by dropping all conditions that exclude it, and no fewer: so one
  /// of the sets of conditions that exclude some candidate is the fewest.
  ///
  /// - Parameters:
  ///   - exclusions: Which conditions exclude which candidates.
  ///   - changes: Whether the answer is another without some conditions.
  private func decisive(
    _ conditions: [LimitName], _ exclusions: () -> ExclusionSets, changes: ([Int]) -> Bool
  ) -> (limits: [Int], together: Bool) {
    let limits = conditions.indices.filter { conditions[$0] != .positiveScore }
    let single = limits.filter { watch.goesOn && changes([$0]) }
    guard single.isEmpty, limits.count > 1, changes(limits) else { return (single, false) }
    let few = exclusions().sets.first { set in
      set.count > 1 && watch.goesOn && set.allSatisfy { conditions[$0] != .positiveScore }
        && changes(set)
    }
    return (few ?? limits, true)
  }

  // MARK: Feasible candidates

  private static func feasible(_ conditions: [LimitName], _ evaluator: Evaluator) -> IndexRanges {
    var result = IndexRanges(0..<evaluator.lattice.count)
    // What takes longest to evaluate is asked last, of what the others leave.
    for condition in conditions.filter({ !$0.isCostly }) + conditions.filter(\.isCostly) {
      guard let low = result.ranges.first?.lowerBound, let high = result.ranges.last?.upperBound
      else { break }
      result = result.intersection(evaluator.members(satisfying: condition, in: low..<high))
    }
    return result
  }

  /// The members of each design that all conditions allow, but one that is left out.
  static func feasible(
    _ evaluators: [Evaluator], _ allowed: [[IndexRanges]], dropping dropped: Int? = nil
  ) -> [IndexRanges] {
    feasible(evaluators, allowed) { $0 != dropped }
  }

  /// The members of each design that some conditions allow.
  static func feasible(
    _ evaluators: [Evaluator], _ allowed: [[IndexRanges]], under isActive: (Int) -> Bool
  ) -> [IndexRanges] {
    zip(evaluators, allowed).map { evaluator, allowed in
      var result = IndexRanges(0..<evaluator.lattice.count)
      for (index, members) in allowed.enumerated() where isActive(index) {
        result = result.intersection(members)
      }
      return result
    }
  }

  // MARK: The best of them

  /// The best candidate, and what proves it.
  struct Best {
    var design: Int
    var index: Int
    /// Its objective.
    var value: Double
    /// No candidate's objective is higher.
    var maximum: Double
    var method: Certificate.Method
  }

  /// The pieces of a design that can hold the best candidate, and their highest objective.
  private struct Contest {
    var design: Int
    var pieces: [MonotonePiece]
    /// What branch and bound searched instead of pieces, and where it found the highest objective.
    var searched: (runs: [Range<Int>], best: Int)?
    /// The objective at the best end of each piece.
    var ends: [Double]
    /// The highest objective as computed, ends or neighbours that rounding lifts above them.
    var maximum: Double
    var method: Certificate.Method
  }

  static func best(of parts: [(Evaluator, IndexRanges)], _ scanLimit: Int) -> Best? {
    var contests: [Contest] = []
    for (design, (evaluator, feasible)) in parts.enumerated() where !feasible.isEmpty {
      contests.append(contest(design, evaluator, feasible, scanLimit))
    }
    guard let first = contests.first else { return nil }
    var maximum = first.maximum
    var atEnds = -Double.infinity
    var method = first.method
    for contest in contests {
      maximum = max(maximum, contest.maximum)
      for value in contest.ends { atEnds = max(atEnds, value) }
      if contest.method != method { method = method.weaker(contest.method) }
    }
    // Among subnormal numbers the tolerance is 0, and rounding may lift a neighbour above every end.
    let threshold = min(maximum - maximum.magnitude * Objective.tieTolerance, atEnds)
    var best: (design: Int, index: Int)?
    /// Whether the best so far has fewer tokens, or as many for no more FLOPs.
    func isBeaten(_ evaluator: Evaluator, _ index: Int) -> Bool {
      guard let other = best else { return false }
      let challenger = parts[other.design].0
      let (mine, theirs) = (evaluator.lattice[index], challenger.lattice[other.index])
      return mine > theirs
        || (mine == theirs && evaluator.flops(index) >= challenger.flops(other.index))
    }
    for contest in contests {
      let evaluator = parts[contest.design].0
      if let (runs, top) = contest.searched {
        guard contest.maximum >= threshold else { continue }
        let index = evaluator.first(in: runs, reaching: threshold, known: top)
        if !isBeaten(evaluator, index) { best = (contest.design, index) }
        continue
      }
      for (piece, end) in zip(contest.pieces, contest.ends) where end >= threshold {
        var index = piece.indices.lowerBound
        if piece.direction == .increasing, piece.indices.count > 1 {
          index = firstIndex(in: piece.indices, atLeast: threshold, from: piece.best) {
            evaluator.objective($0)
          }
        }
        if !isBeaten(evaluator, index) { best = (contest.design, index) }
        break
      }
    }
    guard let best else { preconditionFailure("a piece holds the maximum \(maximum)") }
    return Best(
      design: best.design, index: best.index, value: parts[best.design].0.objective(best.index),
      maximum: maximum, method: method)
  }

  private static func contest(
    _ design: Int, _ evaluator: Evaluator, _ feasible: IndexRanges, _ scanLimit: Int
  ) -> Contest {
    if scanLimit > 0, feasible.count <= scanLimit {
      var pieces: [MonotonePiece] = []
      var ends: [Double] = []
      var maximum = -Double.infinity
      for index in feasible.ranges.joined() {
        let value = evaluator.objective(index)
        pieces.append(MonotonePiece(indices: index..<(index + 1), direction: .increasing))
        ends.append(value)
        maximum = max(maximum, value)
      }
      return Contest(
        design: design, pieces: pieces, ends: ends, maximum: maximum, method: .scan)
    }
    guard let pieces = evaluator.monotonePieces(in: feasible) else {
      let runs = evaluator.runs(in: feasible)
      let top = evaluator.highest(in: runs)
      return Contest(
        design: design, pieces: [], searched: (runs, top.index), ends: [top.value],
        maximum: top.value, method: .branchAndBound)
    }
    var maximum = -Double.infinity
    var ends: [Double] = []
    for piece in pieces {
      let end = evaluator.objective(piece.best)
      ends.append(end)
      maximum = max(maximum, end, highestNeighbour(of: end, on: piece, evaluator))
    }
    return Contest(design: design, pieces: pieces, ends: ends, maximum: maximum, method: .bisection)
  }

  /// The highest objective near a piece's best end that rounding lifts above it.
  private static func highestNeighbour(
    of end: Double, on piece: MonotonePiece, _ evaluator: Evaluator
  ) -> Double {
    let inward = piece.direction == .increasing ? -1 : 1
    var maximum = end
    var index = piece.best + inward
    for _ in 0..<roundingSteps where piece.indices.contains(index) {
      let value = evaluator.objective(index)
      if value > maximum { maximum = value }
      if value < maximum - maximum.magnitude * roundingMargin { break }
      index += inward
    }
    return maximum
  }
}

extension Int {
  /// The sum, or the largest integer where that does not fit.
  func saturating(adding other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
