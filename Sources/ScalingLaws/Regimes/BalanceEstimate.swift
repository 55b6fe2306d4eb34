import RealModule

/// What a series says of n_balance, the token count at which the paper's law turns from its sublinear
/// into its linear regime.
///
/// For every n_balance from 0 to ∞ the regime law's c and β ≥ 0 are fitted; those that fit no worse
/// than the F test allows at 95% make up the set. Both ends are the pure power law, so either both are
/// in the set or neither.
public struct BalanceEstimate: Sendable, Equatable {
  /// The best n_balance; `nil` where a pure power law is not rejected, and no value means anything.
  public let estimate: Double?
  /// The values that are not rejected at 95%.
  public let interval: ConfidenceSet
  /// Whether the data identify n_balance: both power laws are rejected and the set is one piece.
  public let isIdentified: Bool
  /// The best n_balance whether or not it means anything; may be 0 or infinite.
  public let best: Double
  /// β at the best n_balance.
  public let beta: Double
  /// The residual sum of squares in ln S there.
  public let rss: Double
  /// The residual sum of squares of the power law with a slope that is not negative.
  public let powerRSS: Double

  /// The estimate from ln S.
  ///
  /// - Returns: `nil` with fewer than four observations or distinct token counts.
  init?(design: Design, y: [Double]) {
    guard y.count >= 4, design.knots.count >= 4 else { return nil }
    var curve = BalanceCurve(design: design, y: y, axis: .logBalance(on: design))
    let scan = BalanceScan(over: [design], axis: curve.axis) { curve.rss($0) }
    let freedom = Double(y.count - 3)
    let quantile = FDistribution(numerator: 1, denominator: freedom)
      .upperQuantile(Significance.level)
    // A residual sum that is rounding has nothing to say about differences of that size.
    let rounding = ResidualScale.logScore.roundingRSS(y)
    let threshold = max(scan.lowest.value * (1 + quantile / freedom), rounding)
    let power = scan.atPowerLaw
    let acceptsPower = power <= threshold
    let pieces = scan.pieces(upTo: threshold) { curve.rss($0) }
    interval = ConfidenceSet(logTokens: pieces)
    isIdentified = !acceptsPower && pieces.count == 1
    best = scan.best
    estimate = acceptsPower ? nil : best
    beta = curve.beta(scan.lowest.x)
    rss = scan.lowest.value
    powerRSS = power
  }
}
