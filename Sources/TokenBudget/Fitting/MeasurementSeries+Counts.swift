import BudgetDocuments
import ScalingLaws
import SourceText

extension MeasurementSeries {
  /// The series with the scores that counts stand for, where the file states no score; and the range.
  ///
  /// - Parameter range: The scores of no and of all questions right, where it is stated; otherwise 0 to 1,
  ///   or 0 to 100 where a score says so.
  /// - Returns: The range is `nil` where it was and there are no counts.
  /// - Throws: ``InvalidDocument`` at every score that contradicts its count, up to 20.
  package func resolvingCounts(
    _ range: ClosedRange<Double>?
  ) throws(InvalidDocument) -> (MeasurementSeries, ClosedRange<Double>?) {
    guard points.contains(where: { $0.count != nil }) else { return (self, range) }
    let isPercent = points.contains { !$0.isScoreCounted && $0.score > 1 }
    let range = range ?? (isPercent ? 0...100 : 0...1)
    var series = self
    var contradictions: [Diagnostic] = []
    for (index, point) in points.enumerated() {
      if point.isScoreCounted {
        series.points[index].score = point.count?.score(in: range) ?? point.score
        series.points[index].isScoreCounted = false
      } else if let counted = point.measurement.contradictedScore(in: range),
        let count = point.count
      {
        contradictions +=
          ScalingFit.refusal(
            .countContradictsScore, contradiction(point.score, counted, count, range),
            at: point.place, self,
            suggestion: "check both, and the metric's range (\(parameter: .metricRange))"
          ).diagnostics
        if contradictions.count == 20 { break }
      }
    }
    guard contradictions.isEmpty else {
      throw InvalidDocument(file: file, diagnostics: contradictions)
    }
    return (series, range)
  }
}
