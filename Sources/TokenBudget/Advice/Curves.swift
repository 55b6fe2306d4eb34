import BudgetSearch
import ComputeCosts
import ScalingLaws

/// A law as the search sees it.
struct LawCurve: ScoreCurve {
  let law: any ScoreLaw

  func score(at tokens: Int) -> Double { law.score(at: Double(tokens)) }

  func elasticity(at tokens: Int) -> Double { law.elasticity(at: Double(tokens)) }

  var direction: Direction {
    switch law.trend {
    case .increasing: .increasing
    case .constant: .constant
    case .decreasing: .decreasing
    }
  }

  var elasticityBehaviour: ElasticityBehaviour {
    switch law.elasticityShape {
    case .nonincreasing: .nonincreasing
    case .rational(let numerator, let denominator):
      .rational(numerator: numerator, denominator: denominator)
    case .unknown: .unknown
    }
  }

  var pieceStarts: [Double] { law.breakpoints }
}

/// A request's total as the search sees it, on token counts where it is known not to overflow.
struct RequestCurve: CostCurve {
  private let total: PiecewiseQuadratic

  /// - Parameters:
  ///   - total: The request's FLOPs.
  ///   - limit: The largest token count that will be asked for.
  /// - Throws: `CountOverflow` when the total does not fit there.
  init(_ total: PiecewiseQuadratic, upTo limit: Int) throws(CountOverflow) {
    // On a piece the steps of an evaluation are largest at its ends.
    for start in total.starts where start <= limit {
      _ = try total.value(at: start)
      if start > 0 { _ = try total.value(at: start - 1) }
    }
    _ = try total.value(at: limit)
    self.total = total
  }

  /// Two neighbouring members of a lattice over which the count falls: where a piece begins lower
  /// than the one before it ends. `nil` where it never does.
  func fall(on lattice: Lattice) -> (before: Int, after: Int)? {
    for start in total.starts.dropFirst() {
      let index = lattice.firstIndex(atLeast: Double(start))
      guard index > 0, index < lattice.count else { continue }
      let (before, after) = (lattice[index - 1], lattice[index])
      if flops(at: after) < flops(at: before) { return (before, after) }
    }
    return nil
  }

  var pieceStarts: [Int] { total.starts }

  func coefficients(at tokens: Int) -> QuadraticCoefficients {
    let piece = total.piece(at: tokens)
    return QuadraticCoefficients(
      fixed: Double(piece.fixed), linear: Double(piece.perToken),
      squared: Double(piece.perTokenSquared))
  }

  func flops(at tokens: Int) -> Int128 {
    do {
      return try total.value(at: tokens)
    } catch {
      preconditionFailure("\(tokens) tokens lie beyond the limit that was checked")
    }
  }
}
