import RealModule

/// Fisher's F distribution: the ratio of two independent mean squares.
///
/// - Accuracy: relative error below 1e-12 for probabilities and quantiles where one of the degrees of
///   freedom is below 10⁵, below 3e-12 where both are 2·10⁶ and the tail is 1e-290.
/// - Source: NIST DLMF 8.17; F = (d₂/d₁) · X/(1 − X) with X beta distributed, (d₁/2, d₂/2).
package struct FDistribution: Sendable, Equatable {
  /// Degrees of freedom of the upper mean square.
  let numerator: Double
  /// Degrees of freedom of the lower mean square.
  let denominator: Double

  /// A distribution.
  ///
  /// - Parameters:
  ///   - numerator: Finite and greater than 0.
  ///   - denominator: Finite and greater than 0.
  package init(numerator: Double, denominator: Double) {
    precondition(
      numerator > 0 && numerator.isFinite && denominator > 0 && denominator.isFinite,
      "degrees of freedom must be finite and greater than 0, found \(numerator) and \(denominator)")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// X and 1 − X of a value of F.
  private func shares(_ f: Double) -> (x: Double, y: Double) {
    let ratio = numerator * f / denominator
    return ratio.isFinite ? (ratio / (1 + ratio), 1 / (1 + ratio)) : (1, 0)
  }

  /// P(F ≤ f); 0 for f ≤ 0.
  package func cumulative(_ f: Double) -> Double {
    guard f > 0 else { return f.isNaN ? .nan : 0 }
    let (x, y) = shares(f)
    return BetaDistribution.integral(numerator / 2, denominator / 2, x, y)
  }

  /// P(F > f); 1 for f ≤ 0.
  package func survival(_ f: Double) -> Double {
    guard f > 0 else { return f.isNaN ? .nan : 1 }
    let (x, y) = shares(f)
    return BetaDistribution.integral(denominator / 2, numerator / 2, y, x)
  }

  /// The value that F stays below with a probability.
  ///
  /// - Parameter p: From 0 to 1.
  /// - Returns: 0 for 0, infinity for 1.
  /// - Complexity: some ten evaluations.
  package func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability lies between 0 and 1, found \(p)")
    return p > 0.5 ? upperQuantile(1 - p) : solve(p, isUpper: false)
  }

  /// The value that F exceeds with a probability: small probabilities keep their digits.
  ///
  /// - Parameter q: From 0 to 1.
  /// - Returns: Infinity for 0, 0 for 1.
  /// - Complexity: some ten evaluations.
  package func upperQuantile(_ q: Double) -> Double {
    precondition(q >= 0 && q <= 1, "a probability lies between 0 and 1, found \(q)")
    return q > 0.5 ? solve(1 - q, isUpper: false) : solve(q, isUpper: true)
  }

  /// ln f with ln P = ln p, by Newton's steps between bounds.
  private func solve(_ p: Double, isUpper: Bool) -> Double {
    if p == 0 { return isUpper ? .infinity : 0 }
    let target = Double.log(p)
    var (low, high) = (-Double.infinity, Double.infinity)
    var u = 0.0
    for _ in 0..<200 {
      let f = Double.exp(u)
      let probability = isUpper ? survival(f) : cumulative(f)
      let (x, y) = shares(f)
      // dP/d ln f = ± X^a (1 − X)^b / B(a, b)
      let slope =
        BetaDistribution.power(numerator / 2, denominator / 2, x, y) * (isUpper ? -1 : 1)
      let error = Double.log(probability) - target
      if isUpper ? error > 0 : error < 0 { low = u } else { high = u }
      if error == 0 { break }
      var next = u - error * probability / slope
      if !(next > low && next < high) || !next.isFinite {
        if low.isFinite, high.isFinite {
          next = (low + high) / 2
        } else {
          next = low.isFinite ? u + max(1, u.magnitude) : u - max(1, u.magnitude)
        }
      }
      let isDone = (next - u).magnitude <= 4e-16 * max(1, u.magnitude)
      u = next
      if isDone { break }
    }
    return Double.exp(u)
  }
}

/// Student's t distribution: a normal variable over an independent estimate of its deviation.
///
/// - Accuracy: as ``FDistribution``; t² with ν degrees of freedom is F with 1 and ν.
package struct StudentT: Sendable, Equatable {
  /// Degrees of freedom.
  let freedom: Double

  /// A distribution.
  ///
  /// - Parameter freedom: Finite and greater than 0.
  package init(freedom: Double) {
    precondition(
      freedom > 0 && freedom.isFinite,
      "degrees of freedom must be finite and greater than 0, found \(freedom)")
    self.freedom = freedom
  }

  private var square: FDistribution { FDistribution(numerator: 1, denominator: freedom) }

  /// P(T ≤ t).
  package func cumulative(_ t: Double) -> Double {
    let outside = survival(twoSided: t) / 2
    return t > 0 ? 1 - outside : outside
  }

  /// P(|T| > |t|).
  package func survival(twoSided t: Double) -> Double { square.survival(t * t) }

  /// The value that |T| exceeds with a probability.
  ///
  /// - Parameter q: From 0 to 1.
  package func critical(twoSided q: Double) -> Double { square.upperQuantile(q).squareRoot() }

  /// The value that T stays below with a probability.
  ///
  /// - Parameter p: From 0 to 1.
  package func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability lies between 0 and 1, found \(p)")
    return p < 0.5 ? -critical(twoSided: 2 * p) : critical(twoSided: 2 * (1 - p))
  }
}
