import LongWork

extension BudgetProblem {
  /// Candidates that none beats, of lattices that are too long to list: evenly spread in ln n.
  ///
  /// - Parameters:
  ///   - rows: About how many points of each design to look at, at least 2; the ends are among them.
  ///   - included: Candidates to look at too.
  ///   - measures: Amounts that a candidate may be beaten in besides FLOPs.
  /// - Returns: Those of them that no candidate of any design beats: the check is exact.
  /// - Complexity: O(rows · designs² · log count).
  public func sampledFront(
    rows: Int, including included: [(design: Int, index: Int)] = [], measures: [Measure] = []
  ) -> ParetoFront {
    precondition(rows >= 2, "a frontier needs at least 2 rows, found \(rows)")
    var points: [FrontPoint] = []
    var isComplete = true
    for (design, chosen) in designs.enumerated() {
      let lattice = chosen.lattice
      var indices = Set(included.filter { $0.design == design }.map(\.index))
      indices.formUnion(lattice.spread(rows))
      if indices.count < lattice.count { isComplete = false }
      points += indices.sorted().map { index in
        let tokens = lattice[index]
        return FrontPoint(
          design: design, index: index, tokens: tokens, score: chosen.score.score(at: tokens),
          flops: chosen.cost.flops(at: tokens))
      }
    }
    let evaluators = designs.indices.map { Evaluator(self, design: $0) }
    watch.begin(.listing, of: points.count)
    let kept = points.filter { point in
      watch.advance()
        && !evaluators.enumerated().contains {
          beats(point, with: $0.element, design: $0.offset, measures)
        }
    }
    return ParetoFront(
      points: kept.sorted { ($0.flops, $0.tokens, $0.design) < ($1.flops, $1.tokens, $1.design) },
      isComplete: isComplete,
      evaluations: evaluators.reduce(2 * points.count) { $0 + $1.evaluations })
  }

  /// Whether some candidate of a design is at least as good as a point in everything, and better in
  /// something or, equal in all, the one that is kept.
  private func beats(
    _ point: FrontPoint, with evaluator: Evaluator, design: Int, _ measures: [Measure]
  ) -> Bool {
    let mine = designs[point.design]
    let all = 0..<evaluator.lattice.count
    var members = IndexRanges(
      0..<partitionPoint(in: all) { evaluator.flops($0) > point.flops })
    for measure in measures where !members.isEmpty {
      let most = mine.amount(measure, at: point.tokens)
      let curve = evaluator.design.curve(of: measure)
      let runs = evaluator.lattice.runs(in: all, from: curve.falls.map(Double.init))
      members = members.intersection(
        IndexRanges(
          joining: runs.map { run in
            run.lowerBound..<partitionPoint(in: run) { evaluator.amount(curve, $0) > most }
          }))
    }
    /// Whether a candidate that costs no more beats the point.
    func beats(_ index: Int) -> Bool {
      if design == point.design, index == point.index { return false }
      let score = evaluator.score(index)
      if score != point.score { return score > point.score }
      if evaluator.flops(index) < point.flops { return true }
      let tokens = evaluator.lattice[index]
      for measure in measures {
        let (a, b) = (
          evaluator.design.amount(measure, at: tokens), mine.amount(measure, at: point.tokens)
        )
        if a < b { return true }
      }
      return (tokens, design) < (point.tokens, point.design)
    }
    let starts = measures.flatMap { evaluator.design.curve(of: $0).falls }.sorted()
      .map(Double.init)
    /// Whether one beats it among those of a range that score and cost as much: where a measure falls, another
    /// than the first may.
    func ties(_ range: Range<Int>) -> Bool {
      guard !starts.isEmpty, evaluator.score.direction != .unknown else { return false }
      let isRising = evaluator.score.direction == .increasing
      let cheap = partitionPoint(in: range) { evaluator.flops($0) >= point.flops }
      let from = partitionPoint(in: cheap..<range.upperBound) {
        isRising ? evaluator.score($0) >= point.score : evaluator.score($0) <= point.score
      }
      let end = partitionPoint(in: from..<range.upperBound) {
        isRising ? evaluator.score($0) > point.score : evaluator.score($0) < point.score
      }
      guard from < end else { return false }
      return evaluator.lattice.runs(in: from..<end, from: starts).contains {
        beats($0.lowerBound)
      }
    }
    for range in members.ranges {
      if ties(range) { return true }
      switch evaluator.score.direction {
      case .increasing:
        // The highest score, and the cheapest of those that reach the point's.
        if beats(range.upperBound - 1) { return true }
        let first = firstIndex(in: range, atLeast: point.score) { evaluator.score($0) }
        if first < range.upperBound, beats(first) { return true }
      case .decreasing, .constant:
        if beats(range.lowerBound) { return true }
      case .unknown:
        var open = [range]
        while let run = open.popLast() {
          guard evaluator.looksOn() else { return false }
          let tokens = evaluator.lattice[run.lowerBound]...evaluator.lattice[run.upperBound - 1]
          if evaluator.score.upperBound(over: tokens) < point.score { continue }
          let middle = run.lowerBound + run.count / 2
          if beats(middle) { return true }
          if run.count > 1 {
            if middle + 1 < run.upperBound { open.append((middle + 1)..<run.upperBound) }
            if run.lowerBound < middle { open.append(run.lowerBound..<middle) }
          }
        }
      }
    }
    return false
  }
}
