extension BudgetProblem {
  /// The answer to the commonest question, without a list of anything: one design, no limits, S / F^τ with a
  /// rational elasticity of S and a cost of one piece, and a single peak whose neighbours do not tie with
  /// it.
  ///
  /// The cubic of ``GapCubic`` then changes sign once; the members on both sides of its root are compared.
  ///
  /// - Returns: `nil` where any of this does not hold: the general search answers.
  /// - Complexity: O(log count) evaluations of a cubic, five of the curves.
  func sharpPeak() -> (index: Int, value: Double, maximum: Double, evaluations: Int)? {
    guard designs.count == 1, let threshold = objective.costExponent,
      limits.minimumScores.isEmpty, limits.kept == nil, limits.maxima.isEmpty
    else { return nil }
    return sharpPeak(of: designs[0], threshold)
  }

  private func sharpPeak(
    of design: Design, _ threshold: Double
  ) -> (index: Int, value: Double, maximum: Double, evaluations: Int)? {
    let (lattice, score, cost) = (design.lattice, design.score, design.cost)
    let count = lattice.count
    guard count > Self.scanLimit, case .rational(let p, let q) = score.elasticityBehaviour,
      cost.pieceStarts.count <= 1, score.pieceStarts.isEmpty
    else { return nil }
    let cubic = GapCubic(cost.coefficients(at: lattice[0]), p, q, threshold)
    guard cubic.hasOneSignChangeAtMost, cubic.isPositive(at: lattice[0]),
      score.score(at: lattice[0]) > 0, score.score(at: lattice[count - 1]) > 0
    else { return nil }
    var evaluations = 3
    // The same arithmetic as ``objective(at:of:)``: an elasticity of 1 is not written as a quotient there.
    let isQuotient = objective == .scorePerFLOP
    let scale = isQuotient ? 1 : cost.amount(at: lattice[0])
    let change = partitionPoint(in: 0..<count) {
      evaluations += 1
      return !cubic.isPositive(at: lattice[$0])
    }
    guard change >= 2 else { return nil }
    func value(_ index: Int) -> Double {
      evaluations += 1
      let tokens = lattice[index]
      let flops = cost.amount(at: tokens)
      let score = score.score(at: tokens)
      return isQuotient ? score / flops : score * power(flops / scale, -threshold)
    }
    let before = value(change - 1)
    let after = change < count ? value(change) : before
    let maximum = max(before, after)
    let tie = maximum - maximum * Objective.tieTolerance
    // Rounding reaches some 1e-14; a neighbour that far below is none that ties, nor is any before it.
    guard value(change - 2) < tie - maximum * roundingMargin, maximum > Self.leastSharp else {
      return nil
    }
    return before >= tie
      ? (change - 1, before, maximum, evaluations) : (change, after, maximum, evaluations)
  }

  /// Below this, near the subnormal numbers, rounding is larger than any tolerance.
  private static var leastSharp: Double { 1e-290 }
}
