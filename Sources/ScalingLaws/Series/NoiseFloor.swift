import RealModule

extension Measurement {
  /// The least standard deviation that the noise of the score can have, in its unit, by what was stated
  /// beforehand: the standard error as stated, else the binomial one of the questions.
  ///
  /// With x of n questions right, or n times the score's share of the range, it is the posterior standard
  /// deviation of the share under Jeffreys' prior, times the width w of the range,
  ///
  ///     p = (x + 1/2) / (n + 1),   w · √(p (1 − p) / (n + 2)),
  ///
  /// which is w · √(p (1 − p) / n) up to a share of 1/n, and not 0 where all or no questions were answered.
  /// For questions with partial credit it is the most that their sampling can give (Bhatia and Davis
  /// 2000): state the standard error where that matters.
  ///
  /// - Parameter range: The scores of no and of all questions right; with `nil` only a stated standard
  ///   error counts.
  /// - Returns: Greater than 0; `nil` where nothing was stated.
  /// - Complexity: O(1).
  /// - Source: Brown, Cai and DasGupta, *Interval Estimation for a Binomial Proportion*, Statistical
  ///   Science 16(2), 2001, section 4.1.
  package func noiseFloor(range: ClosedRange<Double>?) -> Double? {
    if let standardError { return standardError }
    guard let range, range.lowerBound < range.upperBound, let total = count?.total ?? questions,
      total > 0
    else { return nil }
    let width = range.upperBound - range.lowerBound
    let n = Double(total)
    let share = min(1, max(0, (score - range.lowerBound) / width))
    let right = count.map { Double($0.right) } ?? n * share
    let p = (right + 0.5) / (n + 1)
    return width * (p * (1 - p) / (n + 2)).squareRoot()
  }
}

extension ExactCount {
  /// The score that the count stands for.
  ///
  /// - Parameter range: The scores of no and of all questions right.
  public func score(in range: ClosedRange<Double>) -> Double {
    // Ends are exact.
    right == total
      ? range.upperBound
      : range.lowerBound + (range.upperBound - range.lowerBound) * Double(right) / Double(total)
  }
}

extension Series {
  /// The least standard deviation that residuals can be expected to have, by what was stated of the
  /// measurements' noise: √(mean of w · floor²) over those of which something was, w their weights.
  ///
  /// - Parameters:
  ///   - range: As in ``Measurement/noiseFloor(range:)``.
  ///   - scale: Where residuals are taken; in ln S a floor is one of the score's relative error.
  /// - Returns: `nil` where nothing was stated.
  /// - Complexity: O(m).
  package func noiseFloor(range: ClosedRange<Double>?, _ scale: ResidualScale) -> Double? {
    var (squares, known) = (0.0, 0.0)
    for (measurement, weight) in zip(measurements, weights) {
      guard let floor = measurement.noiseFloor(range: range),
        scale == .score || measurement.score > 0
      else { continue }
      let residual = scale == .logScore ? floor / measurement.score : floor
      squares += weight * residual * residual
      known += 1
    }
    return known > 0 ? (squares / known).squareRoot() : nil
  }
}
