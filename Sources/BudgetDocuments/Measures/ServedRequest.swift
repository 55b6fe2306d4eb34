import BudgetSearch
import ComputeCosts

/// A workload on a model as it is served: what measures are computed from.
package struct ServedRequest: Sendable {
  let serving: ServingCost
  let workload: Workload
  let devices: Int
  /// Power of a device; `nil` where the accelerator does not state it.
  let watts: Double?
  /// What is paid; `nil` where the policy does not say.
  let prices: Prices?

  package init(
    serving: ServingCost, workload: Workload, devices: Int, watts: Double?, prices: Prices?
  ) {
    self.serving = serving
    self.workload = workload
    self.devices = devices
    self.watts = watts
    self.prices = prices
  }

  /// Seconds by phase.
  ///
  /// - Precondition: ``MeasureRow/Need/accelerator`` is met.
  func times(at tokens: Int) -> Roofline {
    guard let times = serving.latency(at: tokens) else {
      preconditionFailure("a time without an accelerator")
    }
    return times
  }

  /// What a batch is paid; `nil` where no price applies.
  func price(at tokens: Int) -> Double? {
    prices?.amount(
      seconds: serving.latency(at: tokens)?.total, devices: devices,
      prompt: serving.promptPositions(at: tokens), output: workload.outputTokens,
      batch: workload.batch)
  }

  /// The first of a measure's needs that is not met; `nil` where it is known.
  package func unmetNeed(of measure: Measure) -> MeasureRow.Need? {
    measure.row.needs.lazy.compactMap { need in
      let isMet: Bool
      switch need {
      case .accelerator: isMet = serving.hasLatency
      case .power: isMet = watts != nil
      case .furtherTokens: isMet = workload.outputTokens > 1
      case .prices:
        guard let prices else { return .prices }
        return prices.perDeviceHour == nil || serving.hasLatency ? nil : .accelerator
      }
      return isMet ? nil : need
    }.first
  }

  /// The curves of all measures that are known, but for what the cost curve counts.
  package var curves: [Measure: any MeasureCurve] {
    var curves: [Measure: any MeasureCurve] = [:]
    for measure in Measure.all where unmetNeed(of: measure) == nil {
      curves[measure] = measure.row.amount.map { ServedCurve(served: self, compute: $0) }
    }
    return curves
  }
}

/// A measure of a served request as the search sees it.
private struct ServedCurve: MeasureCurve {
  let served: ServedRequest
  let compute: @Sendable (ServedRequest, Int) -> Double

  var falls: [Int] { served.serving.falls }
  func amount(at tokens: Int) -> Double { compute(served, tokens) }
}
