/// One candidate that no other beats in both score and FLOPs.
public struct FrontierPoint: Sendable, Equatable {
  /// Its index in the lattice.
  public let index: Int
  /// The token count n.
  public let tokens: Int
  /// S(n).
  public let score: Double
  /// F(n).
  public let flops: Int128
}

extension BudgetProblem {
  /// Candidates of the whole lattice that no other candidate beats, limits left aside, thinned to a
  /// table's length.
  ///
  /// Cost rises with n. While the score does too, every candidate is on the frontier; otherwise
  /// the smallest one beats all others.
  ///
  /// - Parameters:
  ///   - rows: About how many points to return, at least 2. The ends are always among them;
  ///     the others are spaced evenly in ln n.
  ///   - included: Indices to show too, unless another candidate beats them.
  /// - Returns: Points of strictly rising score and FLOPs.
  /// - Complexity: O(rows · log count).
  public func frontier(rows: Int, including included: [Int] = []) -> [FrontierPoint] {
    precondition(rows >= 2, "a frontier needs at least 2 rows, found \(rows)")
    guard score.direction == .increasing else { return [point(0)] }
    var indices = Set(included).union([0, lattice.count - 1])
    if lattice.count <= rows {
      indices.formUnion(0..<lattice.count)
    } else {
      // Powers by repeated square roots: the ratio's rows-th part needs no maths library.
      var target = Double(lattice[0])
      let ratio = root(Double(lattice[lattice.count - 1]) / target, rows - 1)
      for _ in 1..<rows {
        target *= ratio
        indices.insert(min(lattice.firstIndex(atLeast: target.rounded()), lattice.count - 1))
      }
    }
    var result: [FrontierPoint] = []
    for index in indices.sorted() {
      let next = point(index)
      if let last = result.last {
        if next.score <= last.score { continue }
        // More score for the same FLOPs: the earlier point is beaten.
        if next.flops <= last.flops { result.removeLast() }
      }
      result.append(next)
    }
    return result
  }

  private func point(_ index: Int) -> FrontierPoint {
    let tokens = lattice[index]
    return FrontierPoint(
      index: index, tokens: tokens, score: score.score(at: tokens), flops: cost.flops(at: tokens))
  }
}

/// The positive n-th root of a number of at least 1, by bisection.
private func root(_ value: Double, _ degree: Int) -> Double {
  var low = 1.0
  var high = value
  for _ in 0..<200 where high - low > low * 1e-15 {
    let middle = low + (high - low) / 2
    var power = 1.0
    for _ in 0..<degree { power *= middle }
    if power < value { low = middle } else { high = middle }
  }
  return low
}
