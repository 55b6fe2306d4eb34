import RealModule

/// Whether the slope of ln S over ln n changes, and where.
///
/// The straight line is tested against two lines that meet, over every place ψ of the break between
/// the second and the second-last distinct token count. The probability is an upper bound that is
/// sharp where it is small; it depends on the token counts only, not on simulation.
///
/// - Source: Naiman, *Conservative Confidence Bands in Curvilinear Regression*, Ann. Statist. 14(3),
///   1986; derived in `docs/model.md`.
public struct BreakTest: Sendable, Equatable {
  /// The largest share of the straight line's residual sum of squares that a break removes, w².
  public let share: Double
  /// The angle, in radians, that the hinge's residual turns through over the interior token counts.
  public let curveLength: Double
  /// The probability of a share as large without any break, at most.
  public let pValue: Double
  /// The token count of the best break.
  public let tokens: Double
  /// ln of that count.
  public let logTokens: Double
  /// The elasticity before the break.
  public let slopeBefore: Double
  /// The elasticity after it.
  public let slopeAfter: Double
  /// The residual sum of squares in ln S with the break.
  public let rss: Double
  /// The token counts at which a break is not rejected at 95%.
  public let interval: ConfidenceSet

  /// Whether the straight line is rejected at 5%.
  public var isSignificant: Bool { pValue < Significance.level }

  /// What decides, where the two lines were fitted to something else than the straight line was.
  struct Comparison {
    /// The hinge's angle on the straight line's tangent.
    let curveLength: Double
    /// The residual sum of squares with the break, of that without.
    let rest: Double
  }

  /// The test on ln S over ln n.
  ///
  /// - Parameter comparison: How far the break is better; by default as on the profile's own lines.
  /// - Returns: `nil` with fewer than five observations or four distinct token counts: no series as
  ///   short can show a break.
  init?(
    _ profile: HingeProfile, count: Int, isExactlyStraight: Bool, comparison: Comparison? = nil
  ) {
    guard count >= 5 else { return nil }
    let best = profile.best()
    let freedom = Double(count - 4)
    let lines = profile.lines(at: best.psi)
    // 1 − w² from the residuals themselves: it keeps its digits where the break explains nearly all.
    let rest =
      isExactlyStraight ? 1 : min(1, comparison?.rest ?? lines.rss / profile.straightRSS)
    let tail = BetaDistribution(alpha: 0.5, beta: (freedom + 1) / 2).survival(complement: rest)
    curveLength = comparison?.curveLength ?? profile.curveLength
    share = isExactlyStraight ? 0 : 1 - rest
    pValue =
      isExactlyStraight
      ? 1
      : min(
        1,
        2 * (curveLength / (2 * .pi) * Double.pow(rest, freedom / 2) + tail / 2))
    logTokens = best.psi
    tokens = Double.exp(best.psi)
    (slopeBefore, slopeAfter) = (lines.before, lines.after)
    rss = lines.rss
    let quantile = FDistribution(numerator: 1, denominator: freedom)
      .upperQuantile(Significance.level)
    let accepted = lines.rss * (1 + quantile / freedom)
    let ends = profile.interior
    interval =
      isExactlyStraight || accepted >= profile.straightRSS
      ? ConfidenceSet(logTokens: [ends])
      : ConfidenceSet(
        logTokens: profile.breaks(removing: 1 - accepted / profile.straightRSS, around: best.psi)
      )
      .marked(openWithin: ends)
  }
}
