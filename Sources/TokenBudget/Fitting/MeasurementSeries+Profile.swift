import BudgetDocuments
import ScalingLaws
import SourceText

extension MeasurementSeries {
  /// The measurements of a profile.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` where it has none.
  public init(of profile: ScalingProfile) throws(InvalidDocument) {
    let file = profile.file ?? profile.id
    var points = profile.measurements.map { Point($0) }
    if profile.joint == nil {
      // Sizes ask for a joint fit, and the profile has a law of tokens alone.
      for index in points.indices { points[index].parametersBillions = nil }
    } else {
      points.removeAll { $0.parametersBillions == nil }
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
    model = profile.model ?? MeasuredModel()
  }
}
