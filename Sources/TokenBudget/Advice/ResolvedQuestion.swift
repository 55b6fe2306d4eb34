import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// A policy applied to an advisor's documents: what the search is asked, checked.
struct ResolvedQuestion: Sendable {
  /// A benchmark that counts.
  struct Benchmark: Sendable {
    /// Its position among the advisor's profiles.
    let profile: Int
    let weight: Double
    let floor: Double?
    /// The scores that count as 0 and as 100 percent in a mix.
    let range: ClosedRange<Double>?
    /// The scores that can be; `nil` where that is not known.
    let possible: ClosedRange<Double>?
  }

  let policy: Policy
  let benchmarks: [Benchmark]
  /// What is searched: where the policy says so with scores above guessing.
  let problem: BudgetProblem
  /// The same with scores as they are.
  let raw: BudgetProblem
  let question: Question
  /// The score that guessing gets, 0 where that is not stated.
  let guessing: Double
  /// The largest token count at which each design's cost is known.
  let costLimits: [Int]

  /// - Parameter along: Measures that must be known besides those of the policy.
  init(
    _ advisor: Advisor, _ policy: Policy, along further: [Measure] = []
  ) throws(InvalidDocument) {
    self.policy = policy
    let benchmarks = try Self.benchmarks(of: policy, advisor.profiles)
    self.benchmarks = benchmarks
    try Self.checkModels(advisor, policy, benchmarks)
    let measured = try Self.measured(benchmarks, advisor.profiles, policy)
    var lattices: [(lattice: Lattice, leftOut: MeasuredRange.LeftOut)] = []
    for study in advisor.designs {
      lattices.append(try Self.candidates(of: study, policy, measured: measured))
    }
    var designs: [Design] = []
    var costLimits: [Int] = []
    for (study, (lattice, leftOut)) in zip(advisor.designs, lattices) {
      let (design, limit) = try Self.design(
        study, on: lattice, next: leftOut.nextAbove, policy, benchmarks, advisor, further)
      designs.append(design)
      costLimits.append(limit)
    }
    self.costLimits = costLimits
    var limits = Limits(maxima: policy.maxima)
    for (index, benchmark) in benchmarks.enumerated() {
      limits.minimumScores[index] = benchmark.floor
    }
    let metrics = benchmarks.map { advisor.profiles[$0.profile].metric }
    if policy.isAboveChance { try Self.checkChance(benchmarks, advisor.profiles, policy) }
    let guessing = Self.guessing(metrics, benchmarks, policy.mix)
    self.guessing = guessing
    limits.kept = policy.keptShare.map { KeptShare($0, above: guessing) }
    var raw = BudgetProblem(designs: designs, objective: policy.objective, limits: limits)
    if limits.kept != nil {
      limits.kept?.best = raw.bestScore()
      raw.limits = limits
    }
    self.raw = raw
    problem = policy.isAboveChance ? Self.aboveGuessing(raw, guessing) : raw
    let first = advisor.designs[0]
    let counted = benchmarks.map { advisor.profiles[$0.profile] }
    let origins = advisor.costs.map { cost in counted.map { ScoreOrigin($0, on: cost) } }
    question = Question(
      profiles: benchmarks.map { .init(advisor.profiles[$0.profile]) },
      costs: advisor.costs.map { .init($0) }, policy: .init(policy),
      metrics: metrics, metric: Self.metric(of: policy, metrics, benchmarks),
      objective: policy.objective, isAboveChance: policy.isAboveChance, limits: limits,
      isLifetime: policy.lifetime != nil,
      workload: first.workload, image: first.cost.image, video: first.cost.video,
      convention: first.workload == nil ? nil : first.cost.convention,
      lattices: designs.map(\.lattice),
      measured: MeasuredRange(
        tokens: measured, beyond: policy.beyond, leftOut: lattices.map(\.leftOut)),
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
          range: nil, possible: profiles[0].possibleScores)
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
          floor: try floor(part.minimumScore, profiles[index], policy), range: range,
          possible: profiles[index].possibleScores))
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
    of policy: Policy, _ metrics: [ScalingProfile.Metric], _ benchmarks: [Benchmark]
  ) -> ScalingProfile.Metric {
    guard let mix = policy.mix else { return metrics[0] }
    let names = metrics.map(\.name).joined(separator: ", ")
    return ScalingProfile.Metric(
      name: mix.combination == .worst ? "Worst of \(names)" : "Weighted mean of \(names)",
      unit: .percent, range: 0...100,
      chance: metrics.contains { $0.chance != nil } ? guessing(metrics, benchmarks, mix) : nil)
  }

  /// The score that guessing gets, and 0 where that is not stated; in a mix the mixture of what it gets on
  /// each benchmark, with the lower end of a range where that is not stated.
  private static func guessing(
    _ metrics: [ScalingProfile.Metric], _ benchmarks: [Benchmark], _ mix: Policy.Mix?
  ) -> Double {
    guard mix != nil else { return metrics[0].chance ?? 0 }
    let levels = zip(metrics, benchmarks).map { metric, benchmark in
      FixedScore(value: metric.chance ?? benchmark.range?.lowerBound ?? 0) as any ScoreCurve
    }
    return combined(levels, benchmarks, mix).score(at: 1)
  }

  /// The objective's score from those of the benchmarks: above guessing where the policy says so.
  func combined(_ curves: [any ScoreCurve]) -> any ScoreCurve {
    let score = Self.combined(curves, benchmarks, policy.mix)
    return policy.isAboveChance ? SkillCurve(score, above: guessing) : score
  }

  /// A problem whose scores are counted from what guessing gets.
  static func aboveGuessing(_ problem: BudgetProblem, _ guessing: Double) -> BudgetProblem {
    var copy = problem
    for index in copy.designs.indices {
      copy.designs[index].score = SkillCurve(copy.designs[index].score, above: guessing)
    }
    if let kept = copy.limits.kept {
      copy.limits.kept?.above = kept.above - guessing
      copy.limits.kept?.best = kept.best.map { $0 - guessing }
    }
    return copy
  }

  private static func checkChance(
    _ benchmarks: [Benchmark], _ profiles: [ScalingProfile], _ policy: Policy
  ) throws(InvalidDocument) {
    for benchmark in benchmarks where profiles[benchmark.profile].metric.chance == nil {
      let profile = profiles[benchmark.profile]
      throw InvalidDocument.refusal(
        .noChance,
        "the objective counts scores above guessing, and the metric of '\(profile.id)' does not say what "
          + "guessing gets", place: policy.abovePlace, file: policy.file ?? policy.id,
        suggestion: "add 'chance: 25' to the profile's metric, or leave out 'above: chance'")
    }
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

  /// - Parameter next: A candidate beyond the lattice whose cost should be known too, where it can be.
  private static func design(
    _ study: DesignStudy, on lattice: Lattice, next: Int?, _ policy: Policy,
    _ benchmarks: [Benchmark], _ advisor: Advisor, _ further: [Measure]
  ) throws(InvalidDocument) -> (Design, limit: Int) {
    let studies = benchmarks.map { study.profiles[$0.profile] }
    for benchmark in studies { try checkScores(benchmark.profile, on: lattice, policy) }
    let tokens = lattice[0]...lattice[lattice.count - 1]
    let curves = studies.map {
      $0.curve.bent(to: $0.profile.possibleScores, over: tokens)
    }
    func design(upTo limit: Int) throws(InvalidDocument) -> Design {
      Design(
        score: combined(curves, benchmarks, policy.mix), benchmarks: curves,
        cost: try costCurve(study, on: lattice, upTo: limit, policy),
        measures: try measures(of: study, upTo: limit, policy, advisor, further),
        lattice: lattice)
    }
    if let next, let known = try? design(upTo: next) { return (known, next) }
    return (try design(upTo: tokens.upperBound), tokens.upperBound)
  }

  /// A law's curve as the question takes it: bent where it leaves the scores that a benchmark can give.
  ///
  /// - Parameter benchmark: Its position in the question.
  func curve(of law: any ScoreLaw, benchmark: Int) -> any ScoreCurve {
    let ends = problem.designs.flatMap { [$0.lattice[0], $0.lattice[$0.lattice.count - 1]] }
    let (low, high) = (ends.min() ?? 1, ends.max() ?? 1)
    return law.scoreCurve.bent(to: benchmarks[benchmark].possible, over: low...high)
  }

  private static func costCurve(
    _ study: DesignStudy, on lattice: Lattice, upTo largest: Int, _ policy: Policy
  ) throws(InvalidDocument) -> RequestCurve {
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

  /// The largest score that is computed with: its quotient by any count of FLOPs, per 10¹² of them,
  /// is still a double.
  static let largestScore = 1e290

  /// The smallest score that is computed with, where none is larger: its quotient by any count of FLOPs
  /// still has all its digits.
  static let smallestScore = 1e-250

  /// That a candidate lies where a curve says nothing.
  private static func outside(
    _ domain: ClosedRange<Double>, _ tokens: Int, _ profile: ScalingProfile, _ policy: Policy
  ) -> InvalidDocument {
    let range = "\(significant(domain.lowerBound)) to \(significant(domain.upperBound)) tokens"
    let measured = profile.posterior?.measuredTokens
    return InvalidDocument.refusal(
      .outsideInterpolation,
      (measured.map {
        "the curve of '\(profile.id)' reaches \(shortest(SmoothLaw.reach, 6)) times beyond the "
          + "measurements at \(significant($0.lowerBound)) to \(significant($0.upperBound)) tokens, \(range)"
      }
        ?? "the law of '\(profile.id)' is a curve through measurements from \(range)")
        + ", and \(grouped(tokens)) is a candidate",
      place: policy.candidatesPlace, file: profile.file,
      suggestion: profile.statedLaw != nil
        ? "give the policy a smaller 'beyond', or decide by the profile's law: '\(parameter: .law, "profile")'"
        : "give the policy a lattice within the measurements, or the profile a law with a formula")
  }

  /// Laws are monotone: in bounds at both ends of the lattice is in bounds on all of it.
  private static func checkScores(
    _ profile: ScalingProfile, on lattice: Lattice, _ policy: Policy
  ) throws(InvalidDocument) {
    let law = profile.law.law
    // What a score is worth must stay a number too.
    var worth = 1.0
    if case .value(let factor, _, _) = policy.objective { worth = max(1, factor) }
    var largest = 0.0
    var ends: [Double] = []
    for tokens in [lattice[0], lattice[lattice.count - 1]] {
      let domain = law.domain
      guard domain.contains(Double(tokens)) else {
        throw outside(domain, tokens, profile, policy)
      }
      let score = law.score(at: Double(tokens))
      // Written so that NaN is refused too.
      guard !(score.magnitude * worth <= largestScore) else {
        largest = max(largest, score.magnitude)
        ends.append(score)
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
    try checkRange(profile, ends, policy)
  }

  /// In a mix scores are shares of their metric's range: what is too little to be seen in it would make all
  /// candidates equal.
  private static func checkRange(
    _ profile: ScalingProfile, _ ends: [Double], _ policy: Policy
  ) throws(InvalidDocument) {
    guard policy.mix != nil, let range = profile.metric.range, let first = ends.first,
      let last = ends.last
    else { return }
    let change = (last - first).magnitude
    // A flat law changes by little of itself, too.
    guard change > 1e-9 * max(first.magnitude, last.magnitude),
      change < 1e-9 * (range.upperBound - range.lowerBound)
    else { return }
    throw InvalidDocument.refusal(
      .rangeTooWide,
      "the scores of '\(profile.id)' change by \(significant(change)) over the candidates, too little to be "
        + "seen in its metric's range from \(significant(range.lowerBound)) to "
        + significant(range.upperBound), place: nil, file: profile.file,
      suggestion: "give the metric the worst and the best score that are possible")
  }
}
