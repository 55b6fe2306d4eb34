/// How much a further measurement would tell.
///
/// To first order a measurement of y with noise σ² takes Cov(t, y)² / (Var(y) + σ²) from the variance of a
/// target t: what a linear regression of t on y over equally likely scenarios explains.
public enum NextMeasurement {
  /// The measurement that narrows a target most.
  public struct Choice: Sendable, Equatable {
    /// Its position among those offered.
    public let index: Int
    /// The part of the target's variance that it takes away, from 0 to 1.
    public let reduction: Double
  }

  /// The best of some measurements.
  ///
  /// - Parameters:
  ///   - targets: The target in each scenario.
  ///   - offered: For each measurement what it would give in each scenario, without noise, and the
  ///     noise's variance.
  /// - Returns: `nil` where the target is the same in all scenarios, or no measurement moves with it; of
  ///   equals the first.
  /// - Complexity: O(scenarios · measurements).
  public static func best(
    for targets: [Double], among offered: [(predictions: [Double], variance: Double)]
  ) -> Choice? {
    let count = Double(targets.count)
    guard count >= 2 else { return nil }
    let mean = targets.reduce(0, +) / count
    let spread = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard spread > 1e-18 * mean * mean else { return nil }
    var best: Choice?
    for (index, offer) in offered.enumerated() {
      precondition(offer.predictions.count == targets.count, "a prediction for each scenario")
      let middle = offer.predictions.reduce(0, +) / count
      var (covariance, variance) = (0.0, 0.0)
      for (target, prediction) in zip(targets, offer.predictions) {
        covariance += (target - mean) * (prediction - middle)
        variance += (prediction - middle) * (prediction - middle)
      }
      covariance /= count
      variance /= count
      guard variance > 1e-24 * middle * middle else { continue }
      let reduction = covariance * covariance / ((variance + offer.variance) * spread)
      if reduction.isFinite, reduction > 0, reduction > best?.reduction ?? 0 {
        best = Choice(index: index, reduction: min(1, reduction))
      }
    }
    return best
  }
}
