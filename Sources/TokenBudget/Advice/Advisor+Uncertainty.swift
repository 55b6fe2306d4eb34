import BudgetSearch
import ScalingLaws
import SourceText

/// Laws that the measurements of a profile allow, equally likely.
private struct PossibleLaws {
  /// The laws, as many as draws were asked for less those that failed.
  var laws: [any ParametricLaw] = []
  /// How many of each form.
  var forms: [(form: String, draws: Int)] = []
  var failures = 0
  /// The noise of a measurement, in the scale of the fit.
  var deviation = 0.0
  var scale = ResidualScale.logScore
}

extension Advisor {
  /// How far noise in the measurements moves an answer, and what a reader should know of it.
  ///
  /// - Complexity: some 25 µs to fit and some 1 µs to search for each draw.
  func uncertainty(
    of optimum: Optimum, _ setup: Setup
  ) -> (AdviceUncertainty?, [Diagnostic]) {
    guard let risk = setup.policy.risk else { return (nil, []) }
    var possible: [PossibleLaws] = []
    for benchmark in setup.benchmarks {
      let profile = profiles[benchmark.profile]
      // Each benchmark has noise of its own.
      var own = risk
      own.seed = risk.seed &+ UInt64(benchmark.profile) &* 0x9E37_79B9
      switch Self.laws(of: profile, own, on: setup.question.lattices) {
      case .success(let laws): possible.append(laws)
      case .failure(let reason): return (nil, [Self.unknown(profile, reason.text)])
      }
    }
    guard let count = possible.map(\.laws.count).min(), count > 0 else { return (nil, []) }
    let scenarios = (0..<count).map { draw in
      let curves = possible.map { LawCurve(law: $0.laws[draw]) as any ScoreCurve }
      let scores = Scenario.Scores(score: setup.combined(curves), benchmarks: curves)
      return Scenario(Array(repeating: scores, count: designs.count))
    }
    let decision = setup.problem.uncertainty(
      over: scenarios, level: risk.level, of: (optimum.design, optimum.index))
    let uncertainty = AdviceUncertainty(
      decision: decision, designs: setup.question.costs.map(\.id), design: optimum.design,
      laws: zip(setup.benchmarks, possible).flatMap { benchmark, possible in
        possible.forms.map {
          .init(profile: profiles[benchmark.profile].id, form: $0.form, draws: $0.draws)
        }
      },
      failures: possible.reduce(0) { $0 + $1.failures },
      next: next(setup, possible, scenarios, decision))
    return (uncertainty, remarks(on: uncertainty, optimum, setup))
  }

  // MARK: Laws

  /// Why no draws can be made.
  private struct Unknown: Error {
    let text: String
  }

  private static func laws(
    of profile: ScalingProfile, _ risk: Policy.Risk, on lattices: [Lattice]
  ) -> Result<PossibleLaws, Unknown> {
    guard profile.joint == nil else {
      return .failure(Unknown(text: "a law of tokens and model size has no draws"))
    }
    guard !profile.measurements.isEmpty else {
      return .failure(Unknown(text: "the profile has no measurements"))
    }
    do {
      let series = try Series(profile.measurements, weights: profile.weights)
      let scale = profile.uncertainty?.scale ?? .logScore
      let forms: [String]?
      switch risk.laws {
      case .compared: forms = nil
      case .profile:
        forms = [type(of: profile.law.law).form.id]
        guard profile.law.law is any ParametricLaw else {
          return .failure(Unknown(text: "a curve through the measurements has no draws"))
        }
      }
      let comparison = try LawComparison(
        of: series, options: FitOptions(scale: scale, forms: forms, chance: profile.metric.chance))
      let method = profile.uncertainty?.draws?.method ?? .residual
      return draws(comparison, risk, method, on: lattices)
    } catch Series.Problem.scoreNotPositive {
      return .failure(
        Unknown(text: "a score of 0 or less has no logarithm, in which the law was fitted"))
    } catch {
      return .failure(Unknown(text: "its measurements cannot be fitted"))
    }
  }

  /// Draws of the laws compared, as many of each as its Akaike weight says.
  private static func draws(
    _ comparison: LawComparison, _ risk: Policy.Risk, _ method: ParameterDraws.Method,
    on lattices: [Lattice]
  ) -> Result<PossibleLaws, Unknown> {
    // Only laws that have draws share the weight.
    let entries = comparison.entries.filter { $0.weight > 0 && $0.fit.covariance != nil }
    let total = entries.reduce(0) { $0 + $1.weight }
    guard total > 0, let best = comparison.best else {
      return .failure(
        Unknown(
          text:
            "\(comparison.series.measurements.count) measurements are too few to tell a law from "
            + "noise"))
    }
    var possible = PossibleLaws()
    possible.scale = comparison.options.scale
    possible.deviation = best.fit.standardDeviation ?? 0
    // Largest remainders, so that the counts add up to the draws.
    let shares = entries.map { Double(risk.draws) * $0.weight / total }
    var counts = shares.map { Int($0.rounded(.down)) }
    let order = shares.indices.sorted {
      let (a, b) = (shares[$0] - Double(counts[$0]), shares[$1] - Double(counts[$1]))
      return a != b ? a > b : $0 < $1
    }
    for index in order.prefix(risk.draws - counts.reduce(0, +)) { counts[index] += 1 }
    for (index, entry) in entries.enumerated() where counts[index] > 0 {
      let recipe = ParameterDraws.Recipe(
        method: method, seed: risk.seed &+ UInt64(index), count: counts[index], isStudentized: true)
      guard
        let drawn = try? ParameterDraws(around: entry.fit, of: comparison.series, recipe)
      else {
        possible.failures += counts[index]
        continue
      }
      let usable = drawn.laws.filter { law in
        lattices.allSatisfy { lattice in
          [lattice[0], lattice[lattice.count - 1]].allSatisfy {
            law.score(at: Double($0)).magnitude <= Setup.largestScore
          }
        }
      }
      possible.failures += counts[index] - usable.count
      possible.laws += usable
      possible.forms.append((entry.fit.form.id, usable.count))
    }
    // Draws of several benchmarks are paired by position: the forms must not be.
    var random = SplitMix64(seed: risk.seed)
    for index in possible.laws.indices.reversed().dropLast() {
      possible.laws.swapAt(index, random.below(index + 1))
    }
    guard possible.laws.count >= 20 else {
      return .failure(Unknown(text: "no law that fits the measurements has draws"))
    }
    return .success(possible)
  }

  // MARK: The next measurement

  /// A measurement that takes away less of the variance is not worth its while.
  private static let leastReduction = 0.01

  /// How many token counts of a lattice are considered for the next measurement.
  private static let offers = 48

  private func next(
    _ setup: Setup, _ possible: [PossibleLaws], _ scenarios: [Scenario],
    _ decision: DecisionUncertainty
  ) -> AdviceUncertainty.Measurement? {
    // Only scenarios that have a best can say what moves it.
    guard decision.infeasible == 0 else { return nil }
    let targets = decision.optima.map { ResidualScale.logScore.value(Double($0.tokens)) }
    var tokens: Set<Int> = []
    for lattice in setup.question.lattices {
      let last = lattice.count - 1
      if last < Self.offers {
        tokens.formUnion((0...last).map { lattice[$0] })
      } else {
        tokens.formUnion(lattice.spread(Self.offers).map { lattice[$0] })
      }
    }
    // Far beyond the measurements a law says what a further one would be, and nothing else does.
    let ranges = setup.benchmarks.map { profiles[$0.profile].law.fittedTokens }
    let near = tokens.filter { count in
      ranges.contains { $0.lowerBound / 2 <= Double(count) && Double(count) <= $0.upperBound * 2 }
    }
    let sorted = (near.isEmpty ? tokens : near).sorted()
    var offered: [(predictions: [Double], variance: Double)] = []
    var places: [(benchmark: Int, tokens: Int)] = []
    for (benchmark, laws) in possible.enumerated() {
      for count in sorted {
        let predictions = laws.laws.prefix(targets.count).map {
          laws.scale.value($0.score(at: Double(count)))
        }
        guard predictions.allSatisfy(\.isFinite) else { continue }
        offered.append((Array(predictions), laws.deviation * laws.deviation))
        places.append((benchmark, count))
      }
    }
    return NextMeasurement.best(for: targets, among: offered).flatMap { choice in
      guard choice.reduction >= Self.leastReduction else { return nil }
      let place = places[choice.index]
      return AdviceUncertainty.Measurement(
        profile: profiles[setup.benchmarks[place.benchmark].profile].id, tokens: place.tokens,
        reduction: choice.reduction)
    }
  }

  // MARK: Remarks

  private func remarks(
    on uncertainty: AdviceUncertainty, _ optimum: Optimum, _ setup: Setup
  ) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    let decision = uncertainty.decision
    let file = profiles[setup.benchmarks[0].profile].file
    if !decision.optima.isEmpty,
      !decision.holds(optimum.tokens, of: optimum.design)
    {
      let forms = uncertainty.laws.max { $0.draws < $1.draws }?.form ?? ""
      remarks.append(
        Diagnostic(
          code: .outsideUncertainty, severity: .warning,
          message:
            tokensText(optimum.tokens, one: "is", many: "are")
            + " not among the counts that the measurements allow "
            + "as the best at level \(shortest(decision.level, 6)): "
            + Self.ranges(decision, uncertainty.designs)
            + "; the profile's law and the laws that fit its measurements (most of all \(forms)) "
            + "disagree",
          suggestion:
            "refit the profile with 'token-budget fit', or take the robust recommendation",
          file: file))
    }
    let share = decision.recommended.feasibleShare
    if share < decision.level, decision.infeasible < decision.scenarios {
      remarks.append(
        Diagnostic(
          code: .limitsUncertain, severity: .warning,
          message: tokensText(optimum.tokens, one: "satisfies", many: "satisfy") + " the limits in "
            + "\(percent(share)) of the draws, less than the risk level of "
            + "\(percent(decision.level))",
          suggestion: decision.robust.map {
            tokensText($0.candidate.tokens, one: "satisfies", many: "satisfy")
              + " them in \(percent($0.feasibleShare))"
          }, file: file))
    }
    return remarks
  }

  /// The regions as text: `36 to 144 tokens`, with the design where there are several.
  static func ranges(_ decision: DecisionUncertainty, _ designs: [String]) -> String {
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
