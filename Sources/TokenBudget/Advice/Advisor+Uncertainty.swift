import BudgetDocuments
import BudgetSearch
import LongWork
import ScalingLaws
import SourceText

/// Curves that the measurements of a profile allow, equally likely.
private struct PossibleCurves {
  /// The curves, as many as draws were asked for less those that failed.
  var laws: [any ScoreLaw] = []
  /// What they were drawn from.
  var form = SmoothLaw.form.id
  var failures = 0
  /// The standard deviation of a further measurement around them, in the score's unit.
  var noise = 0.0
}

extension Advisor {
  /// How far noise in the measurements moves an answer, and what a reader should know of it.
  ///
  /// - Complexity: some 4 µs to draw a curve and some 2 µs to search it.
  func uncertainty(
    of optimum: Optimum, _ resolved: ResolvedQuestion
  ) -> (AdviceUncertainty?, [Diagnostic]) {
    let asked = resolved.policy.risk
    // Curves have draws of their own; laws with a formula are drawn where a policy asks for it.
    let hasCurves = resolved.benchmarks.allSatisfy { profiles[$0.profile].posterior != nil }
    guard let risk = asked ?? (hasCurves ? Policy.Risk() : nil) else { return (nil, []) }
    var possible: [PossibleCurves] = []
    for benchmark in resolved.benchmarks {
      let profile = profiles[benchmark.profile]
      // Each benchmark has noise of its own.
      var own = risk
      own.seed = risk.seed &+ UInt64(benchmark.profile) &* 0x9E37_79B9
      switch Self.curves(of: profile, own, resolved) {
      case .success(let curves): possible.append(curves)
      case .failure(let reason): return (nil, [Self.unknown(profile, reason.text)])
      }
    }
    let watch = Watch.current
    guard let count = possible.map(\.laws.count).min(), count > 0 else { return (nil, []) }
    defer { for curves in possible { freeAside(curves, count: count) } }
    let scenarios = watch.map(0..<count) { draw in
      let curves = possible.enumerated().map {
        resolved.curve(of: $1.laws[draw], benchmark: $0)
      }
      let scores = Scenario.Scores(score: resolved.combined(curves), benchmarks: curves)
      return Scenario(Array(repeating: scores, count: designs.count))
    }
    defer { freeAside(scenarios, count: count) }
    let offers = self.offers(resolved, possible, count)
    guard watch.goesOn else { return (nil, []) }
    let decision = resolved.problem.uncertainty(
      over: scenarios, level: risk.level, of: (optimum.design, optimum.index),
      offering: offers.map(\.measurement))
    let uncertainty = AdviceUncertainty(
      decision: decision, designs: resolved.question.costs.map(\.id), design: optimum.design,
      laws: zip(resolved.benchmarks, possible).map { benchmark, possible in
        .init(
          profile: profiles[benchmark.profile].id, form: possible.form, draws: possible.laws.count)
      },
      failures: possible.reduce(0) { $0 + $1.failures },
      next: next(offers, decision, resolved.policy.objective),
      scores: scores(at: optimum.tokens, scenarios, optimum.design))
    return (uncertainty, remarks(on: uncertainty, optimum, resolved))
  }

  /// Where the score at the recommendation lies, over the scenarios.
  private func scores(
    at tokens: Int, _ scenarios: [Scenario], _ design: Int
  ) -> ClosedRange<Double> {
    let watch = Watch.current
    let found = watch.map(scenarios) { $0.designs[design].score.score(at: tokens) }
    // Stopped, what is returned goes no further.
    guard let sorted = watch.sorted(found, by: <) else { return found[0]...found[0] }
    let rank = sorted.count / 20
    return sorted[rank]...sorted[sorted.count - 1 - rank]
  }

  // MARK: Curves

  /// Why no draws can be made.
  private struct Unknown: Error {
    let text: String
  }

  private static func curves(
    of profile: ScalingProfile, _ risk: Policy.Risk, _ resolved: ResolvedQuestion
  ) -> Result<PossibleCurves, Unknown> {
    if let posterior = profile.posterior {
      var curves = PossibleCurves()
      let drawn = posterior.draws(
        risk.draws, seed: risk.seed, reach: reach(of: resolved, posterior))
      curves.laws = Watch.current.map(drawn) { PolylineLaw($0) }
      freeAside(drawn, count: drawn.count)
      curves.noise = posterior.noise
      return .success(curves)
    }
    guard profile.joint == nil else {
      return .failure(Unknown(text: "a law of tokens and model size has no draws"))
    }
    guard !profile.fittedMeasurements.isEmpty else {
      return .failure(Unknown(text: "the profile has no measurements"))
    }
    let work = profile.fittedMeasurements.count.multipliedReportingOverflow(by: risk.draws)
    guard !work.overflow, work.partialValue <= WorkLimits.drawnMeasurements else {
      let most = WorkLimits.drawnMeasurements / profile.fittedMeasurements.count
      return .failure(
        Unknown(
          text:
            "\(grouped(risk.draws)) draws of \(grouped(profile.fittedMeasurements.count)) measurements are more "
            + "than \(grouped(WorkLimits.drawnMeasurements)) to be fitted"
            + (most >= 20 ? "; ask for up to \(grouped(most)) draws" : "")))
    }
    guard profile.law.law is any ParametricLaw else {
      return .failure(Unknown(text: "a curve through the measurements has no draws"))
    }
    do {
      let series = try Series(profile.fittedMeasurements)
      let comparison = try LawComparison(
        of: series,
        options: FitOptions(
          scale: profile.uncertainty?.scale ?? .logScore,
          forms: [type(of: profile.law.law).form.id], chance: profile.metric.chance))
      return draws(
        comparison, risk, profile.uncertainty?.draws?.method ?? .residual,
        on: resolved.question.lattices)
    } catch Series.Problem.scoreNotPositive {
      return .failure(
        Unknown(text: "a score of 0 or less has no logarithm, in which the law was fitted"))
    } catch {
      return .failure(Unknown(text: "its measurements cannot be fitted"))
    }
  }

  /// How far beyond the measurements the candidates lie, as a factor.
  private static func reach(of resolved: ResolvedQuestion, _ posterior: SmoothingPosterior)
    -> Double
  {
    let measured = posterior.measuredTokens
    var reach = 1.0
    for lattice in resolved.question.lattices {
      reach = max(
        reach, measured.lowerBound / Double(lattice[0]),
        Double(lattice[lattice.count - 1]) / measured.upperBound)
    }
    return reach
  }

  /// Draws of the law that the profile states.
  private static func draws(
    _ comparison: LawComparison, _ risk: Policy.Risk, _ method: ParameterDraws.Method,
    on lattices: [Lattice]
  ) -> Result<PossibleCurves, Unknown> {
    guard let fit = comparison.entries.first?.fit, fit.covariance != nil else {
      return .failure(
        Unknown(
          text:
            "\(comparison.series.measurements.count) measurements are too few to tell the law from "
            + "noise"))
    }
    var possible = PossibleCurves()
    possible.form = fit.form.id
    let deviation = fit.standardDeviation ?? 0
    // A relative deviation in the unit of a middle score.
    possible.noise =
      comparison.options.scale == .logScore
      ? deviation * (comparison.series.measurements.meanScore ?? 0) : deviation
    let recipe = ParameterDraws.Recipe(
      method: method, seed: risk.seed, count: risk.draws, isStudentized: true)
    guard let drawn = try? ParameterDraws(around: fit, of: comparison.series, recipe) else {
      return .failure(Unknown(text: "no law that fits the measurements has draws"))
    }
    possible.laws = drawn.laws.filter { law in
      lattices.allSatisfy { lattice in
        [lattice[0], lattice[lattice.count - 1]].allSatisfy {
          law.score(at: Double($0)).magnitude <= ResolvedQuestion.largestScore
        }
      }
    }
    possible.failures = risk.draws - possible.laws.count
    guard possible.laws.count >= 20 else {
      return .failure(Unknown(text: "no law that fits the measurements has draws"))
    }
    return .success(possible)
  }

  // MARK: The next measurement

  /// A measurement that lowers the expected regret by less than this part is not worth its while.
  private static let leastReduction = 0.02

  /// An expected regret below this part of the best is none: no measurement is worth its while.
  package static let negligibleRegret = 0.001

  /// How many token counts of a lattice are considered for the next measurement.
  private static let offersPerLattice = 32

  /// What could be measured.
  private struct Offer {
    let benchmark: Int
    let tokens: Int
    let measurement: PossibleMeasurement
  }

  /// Token counts that the designs can run, near what was measured.
  private func offers(_ resolved: ResolvedQuestion, _ possible: [PossibleCurves], _ count: Int)
    -> [Offer]
  {
    var tokens: Set<Int> = []
    for lattice in resolved.question.lattices {
      tokens.formUnion(lattice.spread(Self.offersPerLattice).map { lattice[$0] })
    }
    // Far beyond the measurements a curve says what a further one would be, and nothing else does.
    let ranges = resolved.benchmarks.map { profiles[$0.profile].law.fittedTokens }
    let near = tokens.filter { count in
      ranges.contains { $0.lowerBound / 2 <= Double(count) && Double(count) <= $0.upperBound * 2 }
    }
    return (near.isEmpty ? tokens : near).sorted().flatMap { tokens in
      possible.enumerated().compactMap { benchmark, curves -> Offer? in
        let predictions = Watch.current.map(curves.laws.prefix(count)) {
          $0.score(at: Double(tokens))
        }
        guard Watch.current.goesOn, predictions.allSatisfy(\.isFinite) else { return nil }
        return Offer(
          benchmark: resolved.benchmarks[benchmark].profile, tokens: tokens,
          measurement: PossibleMeasurement(
            predictions: predictions, variance: curves.noise * curves.noise))
      }
    }
  }

  private func next(
    _ offers: [Offer], _ decision: DecisionUncertainty, _ objective: Objective
  ) -> AdviceUncertainty.Measurement? {
    guard let expected = decision.recommended.expectedRegret, expected > 0 else { return nil }
    if case .value = objective {
    } else if expected < Self.negligibleRegret {
      return nil
    }
    guard
      let best = decision.gains.indices.max(by: {
        (decision.gains[$0], $1) < (decision.gains[$1], $0)
      }), decision.gains[best] >= Self.leastReduction
    else { return nil }
    return AdviceUncertainty.Measurement(
      profile: profiles[offers[best].benchmark].id, tokens: offers[best].tokens,
      reduction: decision.gains[best])
  }

  // MARK: Remarks

  private func remarks(
    on uncertainty: AdviceUncertainty, _ optimum: Optimum, _ resolved: ResolvedQuestion
  ) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    let decision = uncertainty.decision
    let file = profiles[resolved.benchmarks[0].profile].file
    if !decision.optima.isEmpty,
      !decision.holds(optimum.tokens, of: optimum.design)
    {
      remarks.append(
        Diagnostic(
          code: .outsideUncertainty, severity: .warning,
          message:
            tokensText(optimum.tokens, one: "is", many: "are")
            + " the best on average, but not among the counts that are most often the best, "
            + Self.ranges(decision, uncertainty.designs)
            + ": the measurements leave curves of different kinds",
          suggestion: uncertainty.next.map { "measure at n = \(grouped($0.tokens))" }
            ?? "measure at more token counts", file: file))
    }
    let share = decision.recommended.feasibleShare
    if share < decision.level, decision.infeasible < decision.scenarios {
      remarks.append(
        Diagnostic(
          code: .limitsUncertain, severity: .warning,
          message: tokensText(optimum.tokens, one: "satisfies", many: "satisfy") + " the limits in "
            + "\(percent(share)) of the curves that the measurements leave, less than the risk level of "
            + "\(percent(decision.level))",
          suggestion: decision.safe.map {
            Suggestion(
              tokensText($0.candidate.tokens, one: "satisfies", many: "satisfy")
                + " them in \(percent($0.feasibleShare))")
          }, file: file))
    }
    return remarks
  }

  /// The regions as text: `36 to 144 tokens`, with the design where there are several.
  package static func ranges(_ decision: DecisionUncertainty, _ designs: [String]) -> String {
    decision.indistinguishable.map { region in
      let tokens =
        region.tokens.count == 1
        ? tokensText(region.tokens.lowerBound)
        : "\(grouped(region.tokens.lowerBound)) to \(tokensText(region.tokens.upperBound))"
      return designs.count > 1 ? "\(tokens) of \(designs[region.design])" : tokens
    }.joined(separator: ", ")
  }

  private static func unknown(_ profile: ScalingProfile, _ reason: String) -> Diagnostic {
    Diagnostic(
      code: .uncertaintyUnknown, severity: .warning,
      message: "how far noise moves the answer is not known: \(reason)", file: profile.file)
  }
}

extension Diagnostic.Code {
  /// The recommendation is none of those that the measurements allow.
  public static let outsideUncertainty = Self("advise.outside-uncertainty")
  /// The recommendation misses the limits in too many draws.
  public static let limitsUncertain = Self("advise.limits-uncertain")
  /// No draws could be made.
  public static let uncertaintyUnknown = Self("advise.uncertainty-unknown")
}
