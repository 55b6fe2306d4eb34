import RealModule

/// How far a law lies from measurements, in ln S: 0.1 is about ten percent.
public struct LogResiduals: Sendable, Equatable {
  /// The residual standard deviation √(Σ r² / (m − p)), r = ln(measured) − ln(law), with m points
  /// and p parameters.
  public let standardDeviation: Double

  /// The measurement that the law misses by most; ties go to the first.
  public let worst: Measurement

  /// What the law says at the worst measurement.
  public let worstPrediction: Double

  /// The relative error of the law at the worst measurement: prediction / measured − 1.
  public var worstRelativeError: Double { worstPrediction / worst.score - 1 }

  /// The residuals of a law.
  ///
  /// - Parameters:
  ///   - law: Any law.
  ///   - measurements: In any order.
  /// - Returns: `nil` when no degree of freedom is left (m ≤ p), or when a measured or predicted
  ///   score has no logarithm.
  /// - Complexity: O(m).
  public init?(of law: any ScoreLaw, on measurements: [Measurement]) {
    let freedom = measurements.count - law.values.count
    guard freedom > 0, let first = measurements.first else { return nil }
    var sum = 0.0
    var worst = (measurement: first, prediction: 0.0, size: -1.0)
    for measurement in measurements {
      let prediction = law.score(at: measurement.tokens)
      guard measurement.score > 0, prediction > 0, prediction.isFinite else { return nil }
      let residual = Double.log(measurement.score) - Double.log(prediction)
      sum += residual * residual
      if residual.magnitude > worst.size {
        worst = (measurement, prediction, residual.magnitude)
      }
    }
    standardDeviation = (sum / Double(freedom)).squareRoot()
    self.worst = worst.measurement
    worstPrediction = worst.prediction
  }
}
