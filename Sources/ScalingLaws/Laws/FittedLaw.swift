/// A law and the range of token counts it was fitted on.
///
/// Inside the range the law interpolates between measurements; outside it extrapolates, and every
/// prediction says which.
public struct FittedLaw: Sendable {
  /// The law.
  public let law: any ScoreLaw

  /// The smallest and the largest token count that took part in the fit. A mean over images may
  /// be fractional.
  public let fittedTokens: ClosedRange<Double>

  /// A law with its range.
  ///
  /// - Parameters:
  ///   - law: Any law.
  ///   - fittedTokens: Finite and greater than 0.
  public init(_ law: any ScoreLaw, fittedTokens: ClosedRange<Double>) {
    precondition(
      fittedTokens.lowerBound > 0 && fittedTokens.upperBound.isFinite,
      "fitted tokens must be finite and greater than 0, found \(fittedTokens)")
    self.law = law
    self.fittedTokens = fittedTokens
  }

  /// The law's prediction at n tokens.
  ///
  /// - Parameter tokens: n, real and greater than 0.
  /// - Complexity: O(1).
  public func predict(at tokens: Double) -> ScorePrediction {
    ScorePrediction(
      tokens: tokens, score: law.score(at: tokens), elasticity: law.elasticity(at: tokens),
      isExtrapolated: !fittedTokens.contains(tokens))
  }
}

/// What a fitted law says at one token count.
public struct ScorePrediction: Sendable, Equatable {
  /// The token count n.
  public let tokens: Double
  /// S(n), in the unit of the fitted scores.
  public let score: Double
  /// d ln S / d ln n; NaN where the score is not positive.
  public let elasticity: Double
  /// Whether n lies outside the range of the fit.
  public let isExtrapolated: Bool
}
