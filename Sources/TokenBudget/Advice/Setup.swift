import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// A policy applied to an advisor's documents: what the search is asked, checked.
struct Setup: Sendable {
  /// A benchmark that counts.
  struct Benchmark: Sendable {
    /// Its position among the advisor's profiles.
    let profile: Int
    let weight: Double
    let floor: Double?
    /// The scores that count as 0 and as 100 percent in a mix.
    let range: ClosedRange<Double>?
  }

  let policy: Policy
  let benchmarks: [Benchmark]
  let problem: BudgetProblem
  let question: Question

  /// - Parameter along: Measures that must be known besides those of the policy.
  init(
    _ advisor: Advisor, _ policy: Policy, along further: [Measure] = []
  ) throws(InvalidDocument) {
    self.policy = policy
    benchmarks = try Self.benchmarks(of: policy, advisor.profiles)
    try Self.checkModels(advisor, policy, benchmarks)
    var designs: [Design] = []
    for study in advisor.designs {
      designs.append(try Self.design(study, policy, benchmarks, advisor, further))
    }
    var limits = Limits(maximumFLOPs: policy.maximumFLOPs, maxima: policy.maxima)
    for (index, benchmark) in benchmarks.enumerated() {
      limits.minimumScores[index] = benchmark.floor
    }
    problem = BudgetProblem(designs: designs, objective: policy.objective, limits: limits)
    let first = advisor.designs[0]
    let counted = benchmarks.map { advisor.profiles[$0.profile] }
    let origins = advisor.costs.map { cost in counted.map { ScoreOrigin($0, on: cost) } }
    question = Question(
      profiles: benchmarks.map { .init(advisor.profiles[$0.profile]) },
      costs: advisor.costs.map { .init($0) }, policy: .init(policy),
      metrics: benchmarks.map { advisor.profiles[$0.profile].metric },
      metric: Self.metric(of: policy, benchmarks.map { advisor.profiles[$0.profile].metric }),
      objective: policy.objective, limits: limits, isLifetime: policy.lifetime != nil,
      workload: first.workload, image: first.cost.image,
      convention: first.workload == nil ? nil : first.cost.convention,
      lattices: designs.map(\.lattice),
      scoresFrom: origins)
  }

  // MARK: Benchmarks

  private static func benchmarks(
    of policy: Policy, _ profiles: [ScalingProfile]
  ) throws(InvalidDocument) -> [Benchmark] {
    guard let mix = policy.mix else {
      guard profiles.count == 1 else {
        throw InvalidDocument.refusal(
          .mixMismatch,
          "\(profiles.count) profiles are given, and the policy does not say how they count "
            + "together", place: nil, file: policy.file ?? policy.id,
          suggestion: "add 'mix: [{ profile: \(profiles[0].id), weight: 1 }, …]'")
      }
      return [
        Benchmark(
          profile: 0, weight: 1, floor: try floor(policy.minimumScore, profiles[0], policy),
          range: nil)
      ]
    }
    var benchmarks: [Benchmark] = []
    for part in mix.parts {
      guard let index = profiles.firstIndex(where: { $0.id == part.profile }) else {
        throw InvalidDocument.refusal(
          .mixMismatch, "the mix names the profile \(quoted(part.profile)), which is not given",
          place: part.place, file: policy.file ?? policy.id,
          suggestion: "known profiles: \(profiles.map(\.id).joined(separator: ", "))")
      }
      let metric = profiles[index].metric
      guard let range = metric.range ?? (metric.unit == .percent ? 0...100 : nil),
        range.lowerBound < range.upperBound
      else {
        throw InvalidDocument.refusal(
          .noRange,
          "\(quoted(metric.name)) of '\(part.profile)' is in points without a range, so it cannot be "
            + "weighed against others", place: part.place, file: policy.file ?? policy.id,
          suggestion: "add 'range: [lowest, highest]' to the profile's metric")
      }
      benchmarks.append(
        Benchmark(
          profile: index, weight: part.weight,
          floor: try floor(part.minimumScore, profiles[index], policy), range: range))
    }
    return benchmarks
  }

  private static func floor(
    _ floor: Policy.ScoreFloor?, _ profile: ScalingProfile, _ policy: Policy
  ) throws(InvalidDocument) -> Double? {
    guard let floor else { return nil }
    guard floor.unit == profile.metric.unit else {
      throw InvalidDocument.refusal(
        .scoreUnitMismatch,
        "min_score is in \(floor.unit.rawValue), but \(quoted(profile.metric.name)) of "
          + "'\(profile.id)' is in \(profile.metric.unit.rawValue)",
        place: floor.place, file: policy.file)
    }
    return floor.value
  }

  private static func metric(
    of policy: Policy, _ metrics: [ScalingProfile.Metric]
  ) -> ScalingProfile.Metric {
    guard let mix = policy.mix else { return metrics[0] }
    let names = metrics.map(\.name).joined(separator: ", ")
    return ScalingProfile.Metric(
      name: mix.combination == .worst ? "Worst of \(names)" : "Weighted mean of \(names)",
      unit: .percent, range: 0...100)
  }

  /// The objective's score from those of the benchmarks.
  func combined(_ curves: [any ScoreCurve]) -> any ScoreCurve {
    Self.combined(curves, benchmarks, policy.mix)
  }

  private static func combined(
    _ curves: [any ScoreCurve], _ benchmarks: [Benchmark], _ mix: Policy.Mix?
  ) -> any ScoreCurve {
    guard let mix else { return curves[0] }
    return MixedScore(
      zip(curves, benchmarks).map { curve, benchmark in
        let range = benchmark.range ?? 0...100
        // A score at the top counts as 100, so that the mixture is in percent.
        return MixedScore.Part(
          curve: curve, floor: range.lowerBound,
          ceiling: range.lowerBound + (range.upperBound - range.lowerBound) / 100,
          weight: benchmark.weight)
      }, mix.combination)
  }

  // MARK: Designs

  private static func design(
    _ study: DesignStudy, _ policy: Policy, _ benchmarks: [Benchmark], _ advisor: Advisor,
    _ further: [Measure]
  ) throws(InvalidDocument) -> Design {
    let lattice = try lattice(of: study, policy)
    let studies = benchmarks.map { study.profiles[$0.profile] }
    for benchmark in studies { try checkScores(benchmark.profile, on: lattice, policy) }
    let curves = studies.map { $0.curve as any ScoreCurve }
    return Design(
      score: combined(curves, benchmarks, policy.mix), benchmarks: curves,
      cost: try costCurve(study, on: lattice, policy),
      measures: try measures(
        of: study, upTo: lattice[lattice.count - 1], policy, advisor, further),
      lattice: lattice)
  }

  private static func lattice(
    of study: DesignStudy, _ policy: Policy
  ) throws(InvalidDocument) -> Lattice {
    switch policy.candidates {
    case .lattice(let lattice): return lattice
    case .model:
      if let lattice = study.cost.lattice { return lattice }
      throw InvalidDocument.refusal(
        .noLattice,
        "the candidates are the cost model's, but '\(study.cost.id)' has no 'tokens.lattice'",
        place: policy.candidatesPlace, file: policy.file,
        suggestion:
          "give the policy a lattice: 'search: { lattice: { integers: { min: 1, max: 576 } } }'"
      )
    }
  }

  private static func costCurve(
    _ study: DesignStudy, on lattice: Lattice, _ policy: Policy
  ) throws(InvalidDocument) -> RequestCurve {
    let largest = lattice[lattice.count - 1]
    let file = study.cost.file ?? study.cost.id
    do {
      let curve = try RequestCurve(total(of: study, policy), upTo: largest)
      if let (before, after) = curve.fall(on: lattice) {
        throw InvalidDocument.refusal(
          .costFalls,
          "a request costs less at \(tokensText(after)) than at \(tokensText(before)): the encoder's "
            + "windows fill differently, and the search relies on costs that never fall",
          place: policy.candidatesPlace, file: file,
          suggestion: "give the policy a list without one of them")
      }
      return curve
    } catch let refusal as InvalidDocument {
      throw refusal
    } catch let unknown as UnknownTrainingCurve {
      throw InvalidDocument.refusal(
        .lifetimeUnknown,
        "training '\(study.cost.id)' cannot be counted over token counts: \(unknown.reason)",
        place: policy.lifetime?.place, file: policy.file)
    } catch {
      throw InvalidDocument.refusal(
        .costOverflow,
        "at \(grouped(largest)) tokens a request passes 1.7e38 FLOPs, more than can be counted "
          + "exactly",
        place: policy.candidatesPlace, file: policy.file,
        suggestion: "end the lattice sooner, whatever the limits are")
    }
  }

  /// The FLOPs that count: of the workload, or of the model's life.
  static func total(of study: DesignStudy, _ policy: Policy) throws -> PiecewiseQuadratic {
    guard let lifetime = policy.lifetime else { return study.requestCost.total }
    guard case .architecture(let model, let workload) = study.cost.basis else {
      guard lifetime.training == nil else {
        throw UnknownTrainingCurve(reason: "only the totals of a request are known")
      }
      return try study.requestCost.lifetime(requests: lifetime.requests)
    }
    return try study.requestCost.lifetime(
      of: model, under: workload, plan: lifetime.training, samples: lifetime.samples,
      batches: (lifetime.requests + workload.batch - 1) / workload.batch)
  }

  private static func measures(
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
        measure: measure, serving: serving, prices: policy.prices ?? CostEstimate.Price(),
        devices: policy.serving.plan.devices, watts: profile?.accelerator.watts ?? 0,
        batch: workload.batch, outputTokens: workload.outputTokens)
    }
    return curves
  }

  /// The largest score that is computed with: its quotient by any count of FLOPs, per 10¹² of them,
  /// is still a double.
  static let largestScore = 1e290

  /// The smallest score that is computed with, where none is larger: its quotient by any count of FLOPs
  /// still has all its digits.
  static let smallestScore = 1e-250

  /// Laws are monotone: in bounds at both ends of the lattice is in bounds on all of it.
  private static func checkScores(
    _ profile: ScalingProfile, on lattice: Lattice, _ policy: Policy
  ) throws(InvalidDocument) {
    let law = profile.law.law
    // What a score is worth must stay a number too.
    var worth = 1.0
    if case .value(let factor, _, _) = policy.objective { worth = max(1, factor) }
    var largest = 0.0
    for tokens in [lattice[0], lattice[lattice.count - 1]] {
      let domain = law.domain
      guard domain.contains(Double(tokens)) else {
        throw InvalidDocument.refusal(
          .outsideInterpolation,
          "the law of '\(profile.id)' is a curve through measurements from "
            + "\(significant(domain.lowerBound)) to \(significant(domain.upperBound)) tokens, and "
            + "\(grouped(tokens)) is a candidate",
          place: policy.candidatesPlace, file: profile.file,
          suggestion:
            "give the policy a lattice within the measurements, or the profile a law with "
            + "a formula")
      }
      let score = law.score(at: Double(tokens))
      // Written so that NaN is refused too.
      guard !(score.magnitude * worth <= largestScore) else {
        largest = max(largest, score.magnitude)
        continue
      }
      throw InvalidDocument.refusal(
        .scoreOverflow,
        "the law of '\(profile.id)' gives a score of \(significant(score)) at \(grouped(tokens)) "
          + "tokens, too large to compute with",
        place: policy.candidatesPlace, file: profile.file)
    }
    guard largest == 0 || largest >= smallestScore else {
      throw InvalidDocument.refusal(
        .scoreUnderflow,
        "the law of '\(profile.id)' gives scores of at most \(significant(largest)), too small to compute "
          + "with", place: policy.candidatesPlace, file: profile.file,
        suggestion: "give the scores another unit")
    }
  }
}
