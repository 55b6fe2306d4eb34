import BudgetDocuments
import SourceText

extension MeasurementSeries {
  /// The series with the whole model's measurements marked where its token count is known.
  func marked(by model: MeasuredModel) -> MeasurementSeries {
    var series = self
    for index in series.points.indices where model.isUnreduced(at: series.points[index].tokens) {
      series.points[index].isUnreduced = true
    }
    return series
  }
}

extension ScalingFit {
  /// What is left out of a fit as another treatment, or may have to be.
  static func remarks(
    onUnreduced measured: MeasurementSeries, _ model: MeasuredModel
  ) -> [Diagnostic] {
    func note(_ code: Diagnostic.Code, _ message: String, _ suggestion: Suggestion?) -> Diagnostic {
      Diagnostic(
        code: code, severity: .note,
        message: measured.titled(message),
        suggestion: suggestion, file: measured.file)
    }
    let unreduced = measured.points.filter(\.isUnreduced)
    if let first = unreduced.first {
      let which =
        unreduced.count == 1
        ? "the measurement at n = \(significant(first.tokens)) is"
        : "\(grouped(unreduced.count)) measurements, the first at n = \(significant(first.tokens)), are"
      return [
        note(
          .unreducedLeftOut,
          "\(which) of the unreduced model, another treatment, and left out of the fit", nil)
      ]
    }
    guard model.treatment == .reducedWithoutTraining else { return [] }
    return [
      note(
        .noUnreduced,
        "tokens were reduced without training, and no measurement is said to be of the whole model",
        "if one is, it is another treatment: '\(parameter: .unreducedTokens, "n")', or a column 'unreduced'"
      )
    ]
  }
}

extension Diagnostic.Code {
  /// Measurements of the unreduced model were left out.
  public static let unreducedLeftOut = Self("fit.unreduced-left-out")
  /// A series of reduced tokens without a measurement of the whole model.
  public static let noUnreduced = Self("fit.no-unreduced")
}
