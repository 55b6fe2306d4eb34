import BudgetDocuments
import ScalingLaws

extension ScalingFit {
  /// The least and the largest floor of the noise of a measurement, in the metric's unit, and of how many
  /// measurements one is known; `nil` where none is.
  package var noiseFloors: (range: ClosedRange<Double>, count: Int)? {
    let floors = series.measurements.compactMap { $0.noiseFloor(range: metric.questionRange) }
    guard let low = floors.min(), let high = floors.max() else { return nil }
    return (low...high, floors.count)
  }

  /// How many times as much as the known noise the residuals of the law taken scatter.
  package var noiseRatio: Double? {
    guard case .law(let fit) = choice, case .tokens(let comparison, _) = outcome,
      let deviation = fit.standardDeviation, comparison.noiseFloor > 0
    else { return nil }
    return deviation / comparison.noiseFloor
  }
}
