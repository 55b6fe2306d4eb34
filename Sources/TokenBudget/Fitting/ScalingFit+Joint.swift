import BudgetDocuments
import ScalingLaws
import SourceText

extension ScalingFit {
  static func joint(
    _ series: MeasurementSeries, _ range: ClosedRange<Double>?, _ request: FitRequest
  ) throws(InvalidDocument) -> JointComparison {
    guard let range else {
      throw refusal(
        .rangeMissing,
        "a joint law of size and tokens needs the scores that stand for errors of 1 and 0", at: nil,
        series, suggestion: "give '\(parameter: .metricRange, "0,100")', or a column 'error'")
    }
    if let point = series.points.first(where: { $0.parametersBillions == nil }) {
      throw refusal(
        .sizeMissing, "a measurement states no model size, and others do", at: point.place, series)
    }
    do {
      return try JointComparison(
        of: series.measurements, range: range, scale: request.jointScale)
    } catch {
      switch error {
      case .tooFew:
        throw refusal(
          .tooFewPoints,
          "a joint law needs 6 measurements over 2 model sizes and 2 token counts, each size at several",
          at: nil, series,
          suggestion: "fit each size by itself, without the column of sizes")
      case .invalid(let index):
        throw refusal(
          .scoreOutsideRange,
          "this measurement cannot be fitted: sizes and tokens must be greater than 0, and errors "
            + "too where residuals are taken in ln(error)", at: series.points[index].place, series)
      }
    }
  }

  static func chosen(
    _ comparison: JointComparison, _ request: FitRequest, _ series: MeasurementSeries
  ) throws(InvalidDocument) -> JointFit? {
    guard let form = request.law else { return comparison.chosen.map { comparison.fits[$0] } }
    if let fit = comparison.fits.first(where: { $0.law.shape.rawValue == form }) { return fit }
    throw unknownLaw(form, among: comparison.fits.map(\.law.shape.rawValue), series)
  }
}
