/// A run of neighbouring candidates over which the objective goes one way.
struct MonotonePiece: Equatable {
  let indices: Range<Int>
  let direction: Direction

  /// Where on the piece the objective is highest.
  var best: Int {
    direction == .increasing ? indices.upperBound - 1 : indices.lowerBound
  }
}

extension BudgetProblem {
  /// Splits feasible candidates into runs over which the objective is monotone.
  ///
  /// For score per FLOP the sign of ε_S(n) − ε_F(n) says whether it rises. On a piece of the cost
  /// whose coefficients are not negative, the cost's elasticity never falls and is never negative.
  /// Where the score's never rises, or is negative throughout, the difference changes sign once at
  /// most. Where the score's is rational, the difference has the sign of a cubic
  /// `p(n)·F(n) − q(n)·n·F′(n)`; between the cubic's own turning points, the roots of a quadratic,
  /// it is monotone and again changes sign once at most. A piece of the cost of which nothing is
  /// known is no longer than an attention window, and its members are runs of their own.
  ///
  /// Where nothing is known of the score's elasticity, branch and bound leaves the members that can
  /// be best.
  ///
  /// - Returns: The pieces in order; without gap or overlap but for members that branch and bound
  ///   has ruled out.
  /// - Complexity: O(log count) evaluations.
  func monotonePieces(
    in feasible: Range<Int>, _ evaluator: Evaluator<Score, Cost>
  ) -> [MonotonePiece] {
    switch objective {
    case .leastFLOPs:
      return [MonotonePiece(indices: feasible, direction: .decreasing)]
    case .score:
      return [MonotonePiece(indices: feasible, direction: score.direction)]
    case .scorePerFLOP:
      let starts = (cost.pieceStarts.map(Double.init) + score.pieceStarts).sorted()
      return runs(in: feasible, from: starts).flatMap { run in
        let coefficients = cost.coefficients(at: lattice[run.lowerBound])
        if case .unknown = score.elasticityBehaviour {
          return contenders(in: run, evaluator).map {
            MonotonePiece(indices: $0..<($0 + 1), direction: .increasing)
          }
        }
        guard isCertified(coefficients) else {
          return run.map { MonotonePiece(indices: $0..<($0 + 1), direction: .increasing) }
        }
        return runs(in: run, from: gapTurningPoints(coefficients))
          .flatMap { pieces(in: $0, evaluator) }
      }
    }
  }

  /// Splits a run at the members from which on each of some token counts is reached.
  private func runs(in run: Range<Int>, from starts: [Double]) -> [Range<Int>] {
    var cuts = [run.lowerBound]
    for start in starts {
      let cut = lattice.firstIndex(atLeast: start)
      if cut > cuts[cuts.count - 1], cut < run.upperBound { cuts.append(cut) }
    }
    cuts.append(run.upperBound)
    return zip(cuts, cuts.dropFirst()).map { $0..<$1 }
  }

  /// Whether the elasticity gap is known to change sign once at most between turning points.
  private func isCertified(_ coefficients: QuadraticCoefficients) -> Bool {
    if case .rational = score.elasticityBehaviour { return true }
    return coefficients.isNonNegative
  }

  /// Splits a run over which the elasticity gap changes sign once at most.
  private func pieces(
    in run: Range<Int>, _ evaluator: Evaluator<Score, Cost>
  ) -> [MonotonePiece] {
    let rises = evaluator.elasticityGap(run.lowerBound) > 0
    let change = partitionPoint(in: run) { (evaluator.elasticityGap($0) > 0) != rises }
    var result = [
      MonotonePiece(
        indices: run.lowerBound..<change, direction: rises ? .increasing : .decreasing)
    ]
    if change < run.upperBound {
      result.append(
        MonotonePiece(
          indices: change..<run.upperBound, direction: rises ? .decreasing : .increasing))
    }
    return result
  }

  /// The token counts, increasing, between which the elasticity gap changes sign once at most.
  private func gapTurningPoints(_ coefficients: QuadraticCoefficients) -> [Double] {
    guard case .rational(let p, let q) = score.elasticityBehaviour else { return [] }
    let (fixed, linear, squared) = (
      coefficients.fixed, coefficients.linear, coefficients.squared
    )
    // p·F − q·n·F′ with p = p0 + p1·n, q = q0 + q1·n, F = fixed + linear·n + squared·n²;
    // c1, c2, c3 are its coefficients of n, n², n³.
    let c1 = p.0 * linear + p.1 * fixed - q.0 * linear
    let c2 = p.0 * squared + p.1 * linear - 2 * q.0 * squared - q.1 * linear
    let c3 = p.1 * squared - 2 * q.1 * squared
    return realRoots(3 * c3, 2 * c2, c1).filter { $0 > 0 }
  }
}

/// The real roots of a·x² + b·x + c, increasing; none when all coefficients of x vanish.
///
/// The root nearer to zero is found from the product of both, so that no digits cancel.
private func realRoots(_ a: Double, _ b: Double, _ c: Double) -> [Double] {
  let scale = max(a.magnitude, b.magnitude, c.magnitude)
  guard scale > 0, scale.isFinite else { return [] }
  let (a, b, c) = (a / scale, b / scale, c / scale)
  if a == 0 { return b == 0 ? [] : [-c / b] }
  let half = b / 2
  let discriminant = half * half - a * c
  guard discriminant >= 0 else { return [] }
  let far = -(half + (half < 0 ? -1 : 1) * discriminant.squareRoot())
  let roots = far == 0 ? [0] : [far / a, c / far]
  return roots.filter(\.isFinite).sorted()
}
