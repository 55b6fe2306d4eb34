extension Evaluator {
  /// The highest objective on some runs, and where it is.
  ///
  /// ``bound(_:)`` limits the objective on a run from above: FLOPs never fall, and of the score an upper
  /// bound is known. Runs whose bound is no higher than the best member found so far are ruled out whole;
  /// others are halved.
  ///
  /// - Parameter runs: Increasing; on each, the objective's measure never falls.
  /// - Complexity: some √count evaluations for a smooth curve with one peak; few where score and cost are
  ///   flat; all where both rise alike, so that what is maximised is flat and the bound is not.
  func highest(in runs: [Range<Int>]) -> (index: Int, value: Double) {
    var best = (index: runs[0].lowerBound, value: -Double.infinity)
    func look(_ index: Int) {
      let value = objective(index)
      if value > best.value { best = (index, value) }
    }
    // A first pass over a few members finds a bound that rules most runs out at once.
    let probes = max(1, Self.probes / runs.count)
    for run in runs {
      let steps = min(probes, run.count - 1)
      for step in 0...steps {
        look(run.lowerBound + Int(Int128(run.count - 1) * Int128(step) / Int128(max(1, steps))))
      }
    }
    var open = Array(runs.reversed())
    while let part = open.popLast() {
      guard looksOn() else { break }
      if part.count <= Self.leaf {
        for index in part { look(index) }
        continue
      }
      if bound(part) <= best.value { continue }
      let middle = part.lowerBound + part.count / 2
      look(middle)
      open.append(middle..<part.upperBound)
      open.append(part.lowerBound..<middle)
    }
    return best
  }

  /// The first member of some runs whose objective reaches a threshold.
  ///
  /// - Parameters:
  ///   - runs: Increasing; on each, the objective's measure never falls.
  ///   - known: A member that reaches it.
  /// - Complexity: as ``highest(in:)``.
  func first(in runs: [Range<Int>], reaching threshold: Double, known: Int) -> Int {
    for run in runs where run.lowerBound < known {
      var open = [run.clamped(to: run.lowerBound..<known)]
      while let part = open.popLast() {
        guard looksOn() else { return known }
        if part.isEmpty || bound(part) < threshold { continue }
        if part.count <= Self.leaf {
          for index in part where objective(index) >= threshold { return index }
          continue
        }
        let middle = part.lowerBound + part.count / 2
        open.append(middle..<part.upperBound)
        open.append(part.lowerBound..<middle)
      }
    }
    return known
  }

  /// How many members, evenly spread, are evaluated before branching.
  private static var probes: Int { 64 }

  /// Runs up to this length are evaluated one by one.
  private static var leaf: Int { 4 }
}
