import LongWork
import RealModule

/// How far a law lies from measurements.
public struct LawResiduals: Sendable, Equatable {
  /// The residual standard deviation √(Σ w · r² / (m − p)), r = ln(measured) − ln(law), with m points of
  /// weights w of mean 1 and p parameters: 0.1 is about ten percent. `nil` when no degree of freedom is left (m ≤ p), or
  /// when a score has no logarithm.
  public let standardDeviation: Double?

  /// The measurement with the largest relative error; ties go to the first.
  public let worst: Measurement

  /// What the law says at the worst measurement.
  public let worstPrediction: Double

  /// The relative error of the law at the worst measurement: prediction / measured − 1.
  public var worstRelativeError: Double { worstPrediction / worst.score - 1 }

  /// The residuals of a law.
  ///
  /// - Parameters:
  ///   - law: Any law.
  ///   - measurements: In any order. Those whose score is not above 0 have no relative error.
  /// - Returns: `nil` when no measurement has one.
  /// - Complexity: O(m).
  public init?(of law: any ScoreLaw, on measurements: [Measurement]) {
    var worst: (measurement: Measurement, prediction: Double, error: Double)?
    var squares = 0.0
    var hasLogarithms = true
    var pace = Pace()
    for (measurement, weight) in zip(measurements, measurements.relativeWeights) {
      guard pace.goesOn(after: 1) else { return nil }
      let prediction = law.score(at: measurement.tokens)
      guard measurement.score > 0, prediction.isFinite else {
        hasLogarithms = false
        continue
      }
      let error = (prediction / measurement.score - 1).magnitude
      if worst.map({ error > $0.error }) ?? true { worst = (measurement, prediction, error) }
      guard prediction > 0 else {
        hasLogarithms = false
        continue
      }
      let residual = Double.log(measurement.score) - Double.log(prediction)
      squares += weight * residual * residual
    }
    guard let worst else { return nil }
    let freedom = measurements.count - law.values.count
    standardDeviation =
      hasLogarithms && freedom > 0 ? (squares / Double(freedom)).squareRoot() : nil
    self.worst = worst.measurement
    worstPrediction = worst.prediction
  }
}
