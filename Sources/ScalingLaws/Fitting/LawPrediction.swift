import RealModule

/// What fits say of the score at one token count.
public struct LawPrediction: Sendable, Equatable {
  /// n.
  public let tokens: Double
  /// The score.
  public let score: Double
  /// Where the next measurement at n lies with 95% probability, if the law is right; `nil` where the
  /// data do not determine the parameters.
  public let interval: ClosedRange<Double>?
  /// Whether n lies outside the measurements.
  public let isExtrapolated: Bool
}

extension InterpolatedLaw {
  /// The curve's score at n tokens: NaN outside the measurements, and without an interval, since a
  /// curve through all measurements says nothing of their scatter.
  ///
  /// - Complexity: O(log m).
  public func predict(at tokens: Double) -> LawPrediction {
    LawPrediction(
      tokens: tokens, score: score(at: tokens), interval: nil,
      isExtrapolated: !domain.contains(tokens))
  }
}

extension LawFit {
  /// The prediction at n tokens, with an interval from Student's t with m − p degrees of freedom:
  /// the scatter of one measurement and the parameters' covariance, linearised on the residuals'
  /// scale.
  ///
  /// - Parameters:
  ///   - tokens: n, greater than 0.
  ///   - level: The probability outside the interval.
  ///   - noiseFloor: The least standard deviation of the noise, on the residuals' scale, whatever the
  ///     residuals say; ``LawComparison/noiseFloor``.
  /// - Complexity: O(p²).
  public func predict(
    at tokens: Double, level: Double = Significance.level, noiseFloor: Double = 0
  ) -> LawPrediction {
    let score = law.score(at: tokens)
    let value = scale.value(score)
    var interval: ClosedRange<Double>?
    if let square = predictiveVariance(at: tokens, noiseFloor), value.isFinite {
      let freedom = Double(count - parameterCount)
      let half =
        StudentT(freedom: freedom).critical(twoSided: level)
        * square.squareRoot()
      let ends = [value - half, value + half].map { scale == .logScore ? Double.exp($0) : $0 }
      if ends.allSatisfy(\.isFinite) { interval = ends[0]...ends[1] }
    }
    return LawPrediction(
      tokens: tokens, score: score, interval: interval,
      isExtrapolated: !tokenRange.containsUpToRounding(tokens))
  }

  /// The variance of the next measurement at n around the curve: σ² + gᵀΣg, both with the floor in place
  /// of a smaller σ.
  func predictiveVariance(at tokens: Double, _ noiseFloor: Double) -> Double? {
    guard let deviation = standardDeviation, let variance = variance(at: tokens) else { return nil }
    let sigma = max(deviation, noiseFloor)
    // Without a residual the parameters' covariance is 0, and no factor mends that.
    let inflation = deviation > 0 ? (sigma / deviation) * (sigma / deviation) : 1
    return sigma * sigma + inflation * variance
  }

  /// The variance of the fitted curve at n tokens, on the residuals' scale.
  func variance(at tokens: Double) -> Double? {
    guard let covariance else { return nil }
    let gradient = law.gradient(at: tokens, scale)
    var sum = 0.0
    for i in gradient.indices {
      for j in gradient.indices { sum += gradient[i] * covariance[i][j] * gradient[j] }
    }
    return sum.isFinite ? max(0, sum) : nil
  }
}

extension ClosedRange<Double> {
  /// Whether the range holds a value, give or take rounding at its ends.
  func containsUpToRounding(_ value: Double) -> Bool {
    value >= lowerBound * (1 - 1e-12) && value <= upperBound * (1 + 1e-12)
  }
}
