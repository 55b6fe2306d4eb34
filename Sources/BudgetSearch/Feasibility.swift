extension Evaluator {
  /// The members of the lattice that satisfy a condition.
  ///
  /// Between the breakpoints of a measure the members allowed are the first ones, since the amount never
  /// falls; scores are monotone. Where a score is a mixture without a direction, runs are ruled in or out
  /// by its bounds, or halved.
  ///
  /// - Complexity: O(log count) evaluations for each piece; two where the condition holds everywhere.
  ///
  /// - Parameter part: The members asked about; all where it is `nil`.
  func members(satisfying condition: LimitName, in part: Range<Int>? = nil) -> IndexRanges {
    let all = part ?? 0..<lattice.count
    switch condition {
    case .ceiling(let measure):
      guard let maximum = limits.maxima[measure] else { return IndexRanges(all) }
      let curve = design.curve(of: measure)
      return IndexRanges(
        joining: lattice.runs(in: all, from: curve.falls.map(Double.init)).map { run in
          run.lowerBound..<end(of: run, within: maximum, of: curve)
        })
    case .floor(let benchmark):
      guard let minimum = limits.minimumScores[benchmark] else { return IndexRanges(all) }
      return members(of: design.benchmarks[benchmark], atLeast: minimum)
    case .kept:
      guard let least = limits.kept?.leastScore else { return IndexRanges(all) }
      return members(of: score, atLeast: least)
    case .positiveScore:
      return members(of: score, atLeast: .leastNonzeroMagnitude)
    }
  }

  /// The first index of a run at which an amount that never falls lies above a limit; the run's end when
  /// none does.
  private func end(
    of run: Range<Int>, within maximum: Amount, of curve: any MeasureCurve
  ) -> Int {
    switch maximum {
    case .real(let bound):
      return firstIndex(in: run, above: bound) { amount(curve, $0) }
    case .count:
      func isAbove(_ index: Int) -> Bool { !exact(curve, index).isWithin(maximum) }
      return isAbove(run.upperBound - 1) ? partitionPoint(in: run, where: isAbove) : run.upperBound
    }
  }

  private func members(of curve: any ScoreCurve, atLeast minimum: Double) -> IndexRanges {
    let count = lattice.count
    func value(_ index: Int) -> Double {
      countEvaluations(1)
      return curve.score(at: lattice[index])
    }
    switch curve.direction {
    case .constant:
      return IndexRanges(value(0) >= minimum ? 0..<count : 0..<0)
    case .increasing:
      if value(0) >= minimum { return IndexRanges(0..<count) }
      return IndexRanges(firstIndex(in: 0..<count, atLeast: minimum, value: value)..<count)
    case .decreasing:
      // Read from the far end, the scores increase.
      if value(count - 1) >= minimum { return IndexRanges(0..<count) }
      return IndexRanges(
        0..<(count
          - firstIndex(in: 0..<count, atLeast: minimum) { value(count - 1 - $0) }))
    case .unknown:
      var found: [Range<Int>] = []
      var open = [0..<count]
      while let run = open.popLast() {
        guard looksOn() else { return IndexRanges(0..<count) }
        let tokens = lattice[run.lowerBound]...lattice[run.upperBound - 1]
        countEvaluations(2)
        if curve.lowerBound(over: tokens) >= minimum {
          found.append(run)
        } else if curve.upperBound(over: tokens) >= minimum, run.count > 1 {
          let middle = run.lowerBound + run.count / 2
          open.append(middle..<run.upperBound)
          open.append(run.lowerBound..<middle)
        }
      }
      return IndexRanges(joining: found)
    }
  }
}

extension Lattice {
  /// Splits a run at the members from which on each of some token counts, increasing, is reached.
  func runs(in run: Range<Int>, from starts: [Double]) -> [Range<Int>] {
    if starts.isEmpty { return [run] }
    var cuts = [run.lowerBound]
    for start in starts {
      let cut = firstIndex(atLeast: start)
      if cut > cuts[cuts.count - 1], cut < run.upperBound { cuts.append(cut) }
    }
    cuts.append(run.upperBound)
    return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
  }
}
