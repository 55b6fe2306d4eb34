/// A run of neighbouring candidates over which the objective goes one way.
struct MonotonePiece: Equatable {
  let indices: Range<Int>
  let direction: Direction

  /// Where on the piece the objective is highest.
  var best: Int {
    direction == .increasing ? indices.upperBound - 1 : indices.lowerBound
  }
}

extension Evaluator {
  /// Splits feasible candidates into runs over which the objective is monotone.
  ///
  /// For S / F^τ the sign of ε_S(n) − τ·ε_F(n) says whether it rises. On a piece of the cost
  /// whose coefficients are not negative, the cost's elasticity never falls and is never negative.
  /// Where the score's never rises, or is negative throughout, the difference changes sign once at
  /// most. Where the score's is rational, p/q, the difference has the sign of a cubic
  /// `p(n)·F(n) − τ·q(n)·n·F′(n)`; between the cubic's own turning points, the roots of a quadratic,
  /// it is monotone and again changes sign once at most. A piece of the cost of which nothing is
  /// known is no longer than an attention window, and its members are runs of their own.
  ///
  /// - Returns: The pieces in order, without gap or overlap; `nil` where nothing is known of the score's
  ///   elasticity, and for a score's worth less a price: branch and bound searches these.
  /// - Complexity: O(log count) evaluations.
  func monotonePieces(in feasible: IndexRanges) -> [MonotonePiece]? {
    switch objective {
    case .least:
      return runs(in: feasible).map { MonotonePiece(indices: $0, direction: .decreasing) }
    case .score where score.direction != .unknown:
      return feasible.ranges.map { MonotonePiece(indices: $0, direction: score.direction) }
    case .score, .value: return nil
    case .scorePerFLOP, .elasticity:
      if case .unknown = score.elasticityBehaviour { return nil }
      let runs = runs(in: feasible)
      let threshold = objective.costExponent ?? 1
      var pieces: [MonotonePiece] = []
      for run in runs { split(run, threshold, into: &pieces) }
      return pieces
    }
  }

  /// Runs over which FLOPs, score and the objective's measure each are of one piece.
  func runs(in feasible: IndexRanges) -> [Range<Int>] {
    let costStarts = cost.pieceStarts
    let scoreStarts = score.pieceStarts
    let measureStarts = measure.falls
    if costStarts.count <= 1, scoreStarts.isEmpty, measureStarts.isEmpty { return feasible.ranges }
    let starts = (costStarts.map(Double.init) + scoreStarts + measureStarts.map(Double.init))
      .sorted()
    return feasible.ranges.flatMap { lattice.runs(in: $0, from: starts) }
  }

  /// Splits a run of one piece of the cost where score per FLOP turns.
  private func split(
    _ run: Range<Int>, _ threshold: Double, into pieces: inout [MonotonePiece]
  ) {
    let coefficients = cost.coefficients(at: lattice[run.lowerBound])
    let behaviour = score.elasticityBehaviour(at: lattice[run.lowerBound])
    guard case .rational(let p, let q) = behaviour else {
      guard coefficients.isNonNegative else {
        pieces += run.map { MonotonePiece(indices: $0..<($0 + 1), direction: .increasing) }
        return
      }
      split(run, into: &pieces) { self.elasticityGap($0, threshold) > 0 }
      return
    }
    let cubic = GapCubic(coefficients, p, q, threshold)
    var rest = run
    for turn in cubic.turningPoints where turn > 0 {
      let cut = lattice.firstIndex(atLeast: turn)
      guard cut > rest.lowerBound, cut < rest.upperBound else { continue }
      split(rest.lowerBound..<cut, into: &pieces) { cubic.isPositive(at: self.lattice[$0]) }
      rest = cut..<rest.upperBound
    }
    split(rest, into: &pieces) { cubic.isPositive(at: self.lattice[$0]) }
  }

  /// Splits a run over which a predicate changes once at most.
  private func split(
    _ run: Range<Int>, into pieces: inout [MonotonePiece], rises: (Int) -> Bool
  ) {
    let atStart = rises(run.lowerBound)
    var calls = 1
    let change = partitionPoint(in: run) {
      calls += 1
      return rises($0) != atStart
    }
    countEvaluations(calls)
    pieces.append(
      MonotonePiece(
        indices: run.lowerBound..<change, direction: atStart ? .increasing : .decreasing))
    if change < run.upperBound {
      pieces.append(
        MonotonePiece(
          indices: change..<run.upperBound, direction: atStart ? .decreasing : .increasing))
    }
  }
}

/// The cubic whose sign is that of ε_S(n) − τ·ε_F(n), where ε_S is p/q and F a quadratic.
struct GapCubic {
  private let c0: Double, c1: Double, c2: Double, c3: Double

  init(
    _ cost: QuadraticCoefficients, _ p: (Double, Double), _ q: (Double, Double),
    _ threshold: Double
  ) {
    // p·F − τ·q·n·F′ with p = p0 + p1·n, q = q0 + q1·n, F = fixed + linear·n + squared·n².
    let (q0, q1) = (threshold * q.0, threshold * q.1)
    c0 = p.0 * cost.fixed
    c1 = p.0 * cost.linear + p.1 * cost.fixed - q0 * cost.linear
    c2 = p.0 * cost.squared + p.1 * cost.linear - 2 * q0 * cost.squared - q1 * cost.linear
    c3 = p.1 * cost.squared - 2 * q1 * cost.squared
  }

  /// Whether it has one positive root at most: its coefficients change sign once or never (Descartes).
  var hasOneSignChangeAtMost: Bool {
    var (changes, last) = (0, 0.0)
    func follow(_ coefficient: Double) {
      if coefficient == 0 { return }
      if last != 0, (coefficient < 0) != (last < 0) { changes += 1 }
      last = coefficient
    }
    follow(c0)
    follow(c1)
    follow(c2)
    follow(c3)
    return changes <= 1
  }

  /// Divided by n where n is large, so that no power overflows.
  func isPositive(at tokens: Int) -> Bool {
    let n = Double(tokens)
    return n < 1e6 ? ((c3 * n + c2) * n + c1) * n + c0 > 0 : (c0 / n + c1) / n + c2 + c3 * n > 0
  }

  /// Where the cubic turns, increasing: at most two token counts.
  var turningPoints: [Double] {
    // Coefficients of a falling or rising cubic without turns are the rule: no root, no array.
    if c1 == 0, c2 == 0 { return [] }
    return realRoots(3 * c3, 2 * c2, c1)
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
