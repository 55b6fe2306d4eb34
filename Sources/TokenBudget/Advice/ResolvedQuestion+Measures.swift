import BudgetDocuments
import BudgetSearch
import ComputeCosts
import SourceText

extension ResolvedQuestion {
  /// What a design costs besides FLOPs, as far as it is known.
  ///
  /// - Throws: ``InvalidDocument`` where a measure that is asked for is not.
  static func measures(
    of study: DesignStudy, upTo limit: Int, _ policy: Policy, _ advisor: Advisor,
    _ further: [Measure]
  ) throws(InvalidDocument) -> [Measure: any MeasureCurve] {
    let asked = policy.measures + further.filter { $0 != .flops }
    guard case .architecture(let model, let workload) = study.cost.basis else {
      guard let first = asked.first else { return [:] }
      throw InvalidDocument.refusal(
        .measureUnknown,
        "'\(study.cost.id)' gives totals only: its \(first.rawValue) is not known",
        place: policy.measurePlaces[first], file: policy.file,
        suggestion: "use a cost model with an architecture")
    }
    let name = policy.serving.hardware ?? study.cost.hardware
    let profile = name.flatMap { name in advisor.hardware.first { $0.id == name } }
    if policy.needsHardware(for: further), profile == nil {
      let timed = further.first { policy.needsHardware(for: [$0]) }
      let question =
        policy.needsHardware() || timed == nil
        ? "time is asked for" : "a front along '\(timed?.rawValue ?? "")' is asked for"
      throw InvalidDocument.refusal(
        .noHardware,
        name.map { "\(question), and the profile of '\($0)' is not given" }
          ?? "\(question), and neither it nor '\(study.cost.id)' names an accelerator",
        place: asked.lazy.compactMap { policy.measurePlaces[$0] }.first, file: policy.file,
        suggestion:
          "add 'serving: { hardware: h100-sxm }'; profiles lie in 'hardware' of the catalog")
    }
    let serving: ServingCost
    do {
      serving = try ServingCost(
        of: model, under: workload, plan: policy.serving.plan, on: profile?.accelerator, upTo: limit
      )
    } catch {
      guard !asked.isEmpty else { return [:] }
      throw InvalidDocument.refusal(
        .costOverflow, "at \(grouped(limit)) tokens a count of bytes passes 1.7e38",
        place: policy.candidatesPlace, file: policy.file,
        suggestion: "end the lattice sooner, whatever the limits are")
    }
    if policy.needsHardware(for: further), !serving.hasLatency {
      throw InvalidDocument.refusal(
        .noRate,
        "\(profile?.id ?? "the accelerator") has no rate for \(policy.serving.plan.weights.rawValue)",
        place: asked.lazy.compactMap { policy.measurePlaces[$0] }.first, file: policy.file)
    }
    var known: [Measure] = [.memory, .context, .encoderCache]
    if serving.hasLatency {
      known += [.latency, .timeToFirstToken]
      // With one output token there is no further one to wait for.
      if workload.outputTokens > 1 { known.append(.timePerOutputToken) }
      if profile?.accelerator.watts != nil { known.append(.energy) }
    }
    if let prices = policy.prices, prices.perDeviceHour == nil || serving.hasLatency {
      known.append(.price)
    }
    if let missing = asked.first(where: { !known.contains($0) }) {
      throw InvalidDocument.refusal(
        .measureUnknown,
        missing == .price
          ? (policy.measures.contains(.price)
            ? "a price is asked for" : "a front along 'price' is asked for")
            + ", and the policy does not say what is paid"
          : missing == .timePerOutputToken
            ? "a request of '\(study.cost.id)' generates one token, so there is no time per further one"
            : "\(profile?.id ?? "the accelerator") does not state its power, so energy is not known",
        place: policy.measurePlaces[missing], file: policy.file,
        suggestion: missing == .price
          ? "add 'prices: { device_hour: 2.5 }', in your currency" : nil)
    }
    var curves: [Measure: any MeasureCurve] = [:]
    for measure in known {
      curves[measure] = ServingCurve(
        measure: measure, serving: serving, prices: policy.prices ?? Prices(),
        devices: policy.serving.plan.devices, watts: profile?.accelerator.watts ?? 0,
        batch: workload.batch, outputTokens: workload.outputTokens)
    }
    return curves
  }
}
