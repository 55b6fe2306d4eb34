import ScalingLaws
import SourceText

extension MeasurementSeries {
  /// The measurements of a profile.
  ///
  /// - Throws: ``InvalidDocument`` where it has none.
  public init(of profile: ScalingProfile) throws(InvalidDocument) {
    let file = profile.file ?? profile.id
    let points: [Point]
    if let joint = profile.joint {
      points = joint.measurements.map {
        Point(
          tokens: $0.measurement.tokens, score: $0.measurement.score,
          parametersBillions: $0.parametersBillions)
      }
    } else {
      points = profile.measurements.enumerated().map { index, measurement in
        Point(
          tokens: measurement.tokens, score: measurement.score,
          weight: profile.weights.map { $0[index] })
      }
    }
    guard !points.isEmpty else {
      throw InvalidDocument(
        file: file,
        diagnostics: [
          Diagnostic(
            code: .tooFewPoints, severity: .error,
            message: "the profile '\(profile.id)' has no measurements, only a law", file: file)
        ])
    }
    self.init(name: profile.id, metric: profile.metric.name, points: points, file: file)
  }
}
