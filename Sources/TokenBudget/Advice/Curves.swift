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
    }
  }
}

/// A request's total as the search sees it, on token counts where it is known not to overflow.
struct RequestCurve: CostCurve {
  private let total: TokenPolynomial
  let coefficients: (fixed: Double, linear: Double, squared: Double)

  /// - Parameters:
  ///   - total: The request's FLOPs.
  ///   - limit: The largest token count that will be asked for.
  /// - Throws: `CountOverflow` when the total does not fit there.
  init(_ total: TokenPolynomial, upTo limit: Int) throws(CountOverflow) {
    _ = try total.value(at: limit)
    self.total = total
    coefficients = (
      Double(total.fixed), Double(total.perToken), Double(total.perTokenSquared)
    )
  }

  func flops(at tokens: Int) -> Int128 {
    do {
      return try total.value(at: tokens)
    } catch {
      preconditionFailure("\(tokens) tokens lie beyond the limit that was checked")
    }
  }
}
