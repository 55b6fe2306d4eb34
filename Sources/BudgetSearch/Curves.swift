/// A score as a function of vision tokens, as far as a search needs to know it.
///
/// The curve is monotone over all n ≥ 1.
public protocol ScoreCurve: Sendable {
  /// The score at n tokens, finite.
  func score(at tokens: Int) -> Double

  /// d ln S / d ln n at n tokens. Asked only where the score is positive.
  func elasticity(at tokens: Int) -> Double

  /// Which way the score goes when tokens are added.
  var direction: Direction { get }

  /// What is known of the elasticity.
  var elasticityBehaviour: ElasticityBehaviour { get }
}

/// FLOPs as a function of vision tokens: a quadratic with coefficients of at least 0, positive for
/// every n ≥ 1.
public protocol CostCurve: Sendable {
  /// The exact count at n tokens.
  func flops(at tokens: Int) -> Int128

  /// The coefficients of 1, n and n², as doubles.
  var coefficients: (fixed: Double, linear: Double, squared: Double) { get }
}

extension CostCurve {
  /// d ln F / d ln n at n tokens, from 0 to 2. It never falls with n.
  public func elasticity(at tokens: Int) -> Double {
    let (fixed, linear, squared) = coefficients
    let n = Double(tokens)
    // Divided through by n, so that n² cannot overflow before the quotient is taken.
    return (linear + 2 * squared * n) / (fixed / n + linear + squared * n)
  }
}

/// Which way a monotone curve goes.
public enum Direction: Sendable {
  case increasing, constant, decreasing
}

/// What a search may rely on about a score's elasticity.
public enum ElasticityBehaviour: Sendable {
  /// Where the score is positive it is negative throughout, or never rises with n.
  case nonincreasing
  /// It is (a₀ + a₁·n) / (b₀ + b₁·n) with a positive denominator.
  case rational(numerator: (Double, Double), denominator: (Double, Double))
}
