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
    let asked = (policy.measures + further).filter(\.isServed)
    guard case .architecture(let model, let workload) = study.cost.basis else {
      guard let first = asked.first else { return [:] }
      throw InvalidDocument.refusal(
        .measureUnknown,
        "'\(study.cost.id)' gives totals only: its \(first.key) is not known",
        place: policy.measurePlaces[first], file: policy.file,
        suggestion: "use a cost model with an architecture")
    }
    let name = policy.serving.hardware ?? study.cost.hardware
    let profile = name.flatMap { name in advisor.hardware.first { $0.id == name } }
    if policy.needsHardware(for: further), profile == nil {
      let timed = further.first { policy.needsHardware(for: [$0]) }
      let question =
        policy.needsHardware() || timed == nil
        ? "time is asked for" : "a front along '\(timed?.key ?? "")' is asked for"
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
    let served = ServedRequest(
      serving: serving, workload: workload, devices: policy.serving.plan.devices,
      watts: profile?.accelerator.watts, prices: policy.prices)
    let unmet = asked.compactMap { measure in served.unmetNeed(of: measure).map { (measure, $0) } }
    if let (measure, need) = unmet.first(where: { $0.1 == .accelerator }) ?? unmet.first {
      let hardware = profile?.id ?? "the accelerator"
      let (message, suggestion): (String, Suggestion?) =
        switch need {
        case .accelerator:
          (
            "\(hardware) has no rate for \(policy.serving.plan.storage(of: model).layers.rawValue)",
            nil
          )
        case .power:
          ("\(hardware) does not state its power, so \(measure.words) is not known", nil)
        case .furtherTokens:
          (
            "a request of '\(study.cost.id)' generates one token, so there is no time per further one",
            nil
          )
        case .prices:
          (
            (policy.measures.contains(measure)
              ? "a price is asked for" : "a front along '\(measure.key)' is asked for")
              + ", and the policy does not say what is paid", Policy.pricesSuggestion
          )
        }
      throw InvalidDocument.refusal(
        need == .accelerator ? .noRate : .measureUnknown, message,
        place: policy.measurePlaces[measure], file: policy.file, suggestion: suggestion)
    }
    return served.curves
  }
}
