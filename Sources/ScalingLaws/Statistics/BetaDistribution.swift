import RealModule

/// The beta distribution, density x^(α−1) (1−x)^(β−1) / B(α, β) on [0, 1].
///
/// - Accuracy: relative error below 1e-12 in either tail down to 1e-300, for parameters from 0.5 to 10⁶
///   (`Tests/ScalingLawsTests/References/distributions.csv`).
/// - Source: continued fraction: DiDonato and Morris, ACM TOMS 18(3), 1992, equation 9,
///   doi:10.1145/131766.131776; density: Loader, *Fast and Accurate Computation of
///   Binomial Probabilities*, 2000.
package struct BetaDistribution: Sendable, Equatable {
  /// The exponent of x, plus 1.
  let alpha: Double
  /// The exponent of 1 − x, plus 1.
  let beta: Double

  /// A distribution.
  ///
  /// - Parameters:
  ///   - alpha: Finite and greater than 0.
  ///   - beta: Finite and greater than 0.
  package init(alpha: Double, beta: Double) {
    precondition(
      alpha > 0 && alpha.isFinite && beta > 0 && beta.isFinite,
      "parameters must be finite and greater than 0, found \(alpha) and \(beta)")
    self.alpha = alpha
    self.beta = beta
  }

  /// P(X ≤ x); 0 below 0 and 1 above 1, NaN for NaN.
  ///
  /// - Complexity: O(√(α + β)), some 200 ns for small parameters.
  package func cumulative(_ x: Double) -> Double { Self.integral(alpha, beta, x, 1 - x) }

  /// P(X > x).
  ///
  /// - Complexity: as ``cumulative(_:)``.
  package func survival(_ x: Double) -> Double { Self.integral(beta, alpha, 1 - x, x) }

  /// P(X > 1 − y): keeps its digits where x is so near to 1 that 1 − x has lost them.
  ///
  /// - Complexity: as ``cumulative(_:)``.
  package func survival(complement y: Double) -> Double { Self.integral(beta, alpha, y, 1 - y) }

  /// The regularised integral I_x(a, b), with y = 1 − x given apart.
  ///
  /// - Complexity: O(√(a + b)).
  static func integral(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    guard !x.isNaN, !y.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    // The fraction converges fast on this side of the mean; the other side is its complement.
    guard x <= (a + 1) / (a + b + 2) else { return 1 - integral(b, a, y, x) }
    return power(a, b, x, y) / fraction(a, b, x, y)
  }

  /// x^a · y^b / B(a, b).
  ///
  /// Written with the deviances of a and b from their expectations, so that for large parameters
  /// nothing of size cancels.
  static func power(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n, x)
      - deviance(b, n, y)
    // Γ(n)/(Γ(a) Γ(b)) = (ab/n) · Γ(n+1)/(Γ(a+1) Γ(b+1))
    return (a * b / n).squareRoot() * Double.exp(exponent) / (2 * Double.pi).squareRoot()
  }

  /// x^a y^b / (B(a, b) · I_x(a, b)) as a continued fraction, by Lentz's method.
  ///
  /// The even part of the classical fraction, in x and y both: where x lies next to 1 nothing cancels.
  private static func fraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
    let excess = a * y - b * x + 1
    var result = guarded(a * excess / (a + 1))
    var c = result
    var d = 0.0
    var m = 1.0
    while m < 100_000 {
      let odd = a + 2 * m - 1
      let upper = (a + m - 1) / odd * ((a + b + m - 1) / odd) * (m * (b - m)) * x * x
      let lower =
        m + m * (b - m) * x / odd + (a + m) * (excess + m * (1 + y)) / (a + 2 * m + 1)
      d = 1 / guarded(lower + upper * d)
      c = guarded(lower + upper / c)
      let factor = c * d
      result *= factor
      if (factor - 1).magnitude < 1e-16 { break }
      m += 1
    }
    return result
  }

  /// ln Γ(n + 1) − [(n + ½) ln n − n + ½ ln 2π]: what Stirling's formula leaves.
  private static func stirlingError(_ n: Double) -> Double {
    guard n >= 16 else {
      return Double.logGamma(n + 1) - (n + 0.5) * Double.log(n) + n - 0.91893853320467274178
    }
    let s = 1 / (n * n)
    let tail = 1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188 - s * 691.0 / 360360))
    return (1.0 / 12 - s * (1.0 / 360 - s * tail)) / n
  }

  /// n ln(n/m) + m − n, the deviance of n from its expectation m = total · share.
  ///
  /// The difference n − m is rounded once, by a fused product: for parameters of a million its own
  /// rounding would otherwise be felt in the tails.
  private static func deviance(_ n: Double, _ total: Double, _ share: Double) -> Double {
    let m = total * share
    let difference = n.addingProduct(-total, share)
    guard difference.magnitude < 0.1 * (n + m) else {
      return n * Double.log(n / m) - difference
    }
    // With v = (n − m)/(n + m): n ln(n/m) = 2n (v + v³/3 + v⁵/5 + …).
    let v = difference / (n + m)
    var sum = difference * v
    var term = 2 * n * v
    let square = v * v
    var order = 3.0
    while order < 1000 {
      term *= square
      let next = sum + term / order
      if next == sum { break }
      sum = next
      order += 2
    }
    return sum
  }
}
