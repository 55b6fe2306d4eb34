import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension Advisor {
  /// A law that misses a measurement of its own by more than this, relative, is remarked on.
  static let remarkableMiss = 0.1

  /// What a reader should know of the laws, whatever the answer; once for each profile, and for each design
  /// where its law depends on the size.
  func remarksOnLaws(_ resolved: ResolvedQuestion) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    for benchmark in resolved.benchmarks {
      let isJoint = profiles[benchmark.profile].joint != nil
      for (design, study) in designs.enumerated() where isJoint || design == 0 {
        remarks += remarksOnLaw(
          study.profiles[benchmark.profile], of: study, over: resolved.question.lattices[design])
      }
    }
    return remarks
  }

  private func remarksOnLaw(
    _ study: ProfileStudy, of design: DesignStudy, over lattice: Lattice
  ) -> [Diagnostic] {
    let profile = study.profile
    var remarks: [Diagnostic] = []
    func remark(
      _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
      suggestion: Suggestion? = nil
    ) -> Diagnostic {
      Diagnostic(
        code: code, severity: severity, message: message, suggestion: suggestion,
        file: profile.file)
    }
    if profile.law.law.trend == .decreasing {
      remarks.append(
        remark(
          .lawDecreases, .warning,
          "the law's score falls as tokens are added: more tokens are never better",
          suggestion: "check the sign of the exponent, and the measurements"))
    }
    // A curve takes what it misses for noise, and says how large that is.
    if let residuals = study.residuals, profile.posterior == nil,
      residuals.worstRelativeError.magnitude > Self.remarkableMiss
    {
      remarks.append(
        remark(
          .lawMisses, .warning,
          "the law misses its own measurements"
            + (residuals.worstRelativeError.isFinite
              ? " by up to \(percent(residuals.worstRelativeError.magnitude))" : "") + ": at n = "
            + "\(significant(residuals.worst.tokens)) it says "
            + "\(significant(residuals.worstPrediction)) where "
            + "\(significant(residuals.worst.score)) was measured",
          suggestion: "compare with the measurements near the recommendation"))
    }
    if let size = design.parametersBillions, let sizes = profile.joint?.sizes, !sizes.contains(size)
    {
      remarks.append(
        remark(
          .sizeExtrapolated, .warning,
          "the language model of '\(design.cost.id)' has \(significant(size)) billion parameters, "
            + "outside the sizes that the joint law was fitted on, "
            + "\(significant(sizes.lowerBound)) to \(significant(sizes.upperBound))"))
    }
    if let residualSD = study.residualSD, let gain = largestGain(of: profile, over: lattice),
      gain < residualSD, profile.law.law.trend == .increasing
    {
      remarks.append(
        remark(
          .withinNoise, .warning,
          "from the fewest to the most tokens the law's score grows by \(percent(gain)), less than "
            + "the \(percent(residualSD)) that measurements scatter around it: by score the data "
            + "do not tell the candidates apart"))
    }
    return remarks
  }

  /// What a reader should know before acting on a recommendation.
  func remarksOn(
    _ chosen: Candidate, neighbours: [Candidate], reason: Reason, edge: MeasuredEdge?,
    _ resolved: ResolvedQuestion
  ) -> [Diagnostic] {
    let question = resolved.question
    let study = designs[chosen.design]
    var remarks: [Diagnostic] = []
    for benchmark in resolved.benchmarks {
      remarks += remarksOn(
        chosen.tokens, neighbours.map(\.tokens), study.profiles[benchmark.profile].profile,
        floor: benchmark.floor)
    }
    if let edge { remarks.append(remark(on: edge, chosen, question.measured)) }
    let cost = study.cost
    if case .architecture(let model, _) = cost.basis {
      remarks += remarksOnBudget(chosen.tokens, model.budget)
    }
    if question.objective == .scorePerFLOP, reason.kind == .smallestCandidate,
      resolved.problem.designs[chosen.design].score.direction == .increasing,
      neighbours.allSatisfy({ !$0.tiesPerFLOP(with: chosen) })
    {
      remarks.append(
        remark(
          .fewestTokensWin, .note,
          "score grows so slowly with tokens that the smallest candidate has the most score per "
            + "FLOP",
          suggestion:
            "set a floor, 'limits: { min_score: … }', if that score is too low for the job"
        ))
    }
    return remarks
  }

  /// That what lies beyond the recommendation was not looked at.
  private func remark(
    on edge: MeasuredEdge, _ chosen: Candidate, _ measured: MeasuredRange
  ) -> Diagnostic {
    let leftOut = measured.leftOut[chosen.design]
    let tokens = tokensText(chosen.tokens, one: "is", many: "are")
    let (text, count, factor): (String, Int, Double)
    switch edge.side {
    case .above:
      let end = measured.tokens.upperBound
      text =
        "\(tokens) the most that is known of: scores were measured up to \(significant(end)) tokens"
      (count, factor) = (leftOut.above, Double(edge.next) / end)
    case .below:
      let end = measured.tokens.lowerBound
      text =
        "\(tokens) the fewest that is known of: scores were measured from \(significant(end)) tokens on"
      (count, factor) = (leftOut.below, end / Double(edge.next))
    }
    return remark(
      .edgeOfMeasured, .warning,
      "\(text), and \(count == 1 ? "the candidate" : "the \(grouped(count)) candidates") "
        + "\(edge.side.rawValue) may be better",
      suggestion: "measure at n = \(grouped(edge.next))"
        + (factor <= SmoothLaw.reach
          ? ", or let '\(parameter: .beyond, "\(Int(factor.rounded(.up)))x")' extrapolate to it"
          : ""))
  }

  /// What a reader should know of one benchmark's prediction.
  private func remarksOn(
    _ tokens: Int, _ neighbours: [Int], _ profile: ScalingProfile, floor: Double?
  ) -> [Diagnostic] {
    let unit = profile.metric.unit.rawValue
    var remarks: [Diagnostic] = []
    func remark(_ code: Diagnostic.Code, _ message: String, suggestion: Suggestion? = nil) {
      remarks.append(
        Diagnostic(
          code: code, severity: .warning, message: message, suggestion: suggestion,
          file: profile.file))
    }
    let prediction = profile.law.predict(at: Double(tokens))
    if prediction.isExtrapolated {
      let range = profile.law.fittedTokens
      remark(
        .extrapolated,
        "n = \(grouped(tokens)) lies outside the range of the fit, "
          + "\(significant(range.lowerBound)) to \(significant(range.upperBound)): "
          + "the score there is extrapolated, not measured")
    }
    if let range = profile.possibleScores, !range.contains(prediction.score) {
      remark(
        .predictionOutsideRange,
        "at n = \(grouped(tokens)) the law leaves the scores that the metric can give, "
          + "[\(significant(range.lowerBound)), \(significant(range.upperBound))]: the score there is "
          + "taken as \(significant(prediction.score < range.lowerBound ? range.lowerBound : range.upperBound)) "
          + "\(unit), and the law does not hold")
    }
    guard let floor else { return remarks }
    for other in [tokens] + neighbours {
      let score = profile.score(at: Double(other))
      guard let measured = meanMeasured(profile, at: other),
        (measured >= floor) != (score >= floor)
      else { continue }
      remark(
        .floorContradicted,
        "at n = \(grouped(other)) the law says \(significant(score)) and the "
          + "measurement \(significant(measured)): they disagree on min_score "
          + "\(significant(floor, 6)) \(unit)",
        suggestion: "the law was used; trust the measurement if it was made on this model")
    }
    return remarks
  }

  /// Whether the model can be set to a token count at all.
  private func remarksOnBudget(
    _ tokens: Int, _ budget: VisionLanguageModel.Budget
  ) -> [Diagnostic] {
    switch budget {
    case .reduced(_, let layout):
      let patches = layout.inputs.reduce(0) { $0 + $1.count * $1.patches }
      guard tokens > patches else { return [] }
      return [
        remark(
          .moreTokensThanPatches, .note,
          "\(tokensText(tokens)) are more than the \(grouped(patches)) patches of an image: reducing "
            + "patches cannot give them, only a resampler with that many queries")
      ]
    case .processor(let budgets):
      guard !budgets.contains(where: { $0.tokens == tokens }) else { return [] }
      let below = budgets.last { $0.tokens <= tokens }
      let nearest = below ?? budgets[0]
      let isLarger = budgets.contains { $0.tokens > tokens }
      return [
        remark(
          .notASetting, .warning,
          "no setting of the processor gives \(tokensText(tokens)) for the image; the encoder is "
            + "paid for as at the \(isLarger ? "next larger" : "largest") setting",
          suggestion:
            "the nearest setting \(below == nil ? "above" : "below") gives \(grouped(nearest.tokens))"
            + (nearest.setting.map { " (\($0))" } ?? "")
            + "; 'search: { lattice: model }' considers such counts only")
      ]
    }
  }

  private func remark(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
    suggestion: Suggestion? = nil
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: severity, message: message, suggestion: suggestion,
      file: profiles[0].file)
  }

  /// By how much the score changes over the candidates, relative to the smaller end; `nil` where
  /// the score is not positive.
  private func largestGain(of profile: ScalingProfile, over lattice: Lattice) -> Double? {
    let ends = [lattice[0], lattice[lattice.count - 1]].map {
      profile.score(at: Double($0))
    }
    guard ends[0] > 0, lattice.count > 1 else { return nil }
    return ends[1] / ends[0] - 1
  }

  /// The mean of the scores measured at exactly this token count; `nil` where there is none.
  private func meanMeasured(_ profile: ScalingProfile, at tokens: Int) -> Double? {
    profile.fittedMeasurements.filter { $0.tokens == Double(tokens) }.meanScore
  }
}

extension Diagnostic.Code {
  /// The law's score falls as tokens are added.
  public static let lawDecreases = Self("advise.law-decreases")
  /// The model is smaller or larger than those that a joint law was fitted on.
  public static let sizeExtrapolated = Self("advise.size-extrapolated")
  /// The recommendation lies outside the range of the fit.
  public static let extrapolated = Self("advise.extrapolated")
  /// The scores of all candidates lie within the scatter of the measurements.
  public static let withinNoise = Self("advise.within-noise")
  /// Law and measurement disagree on which side of a score floor a candidate lies.
  public static let floorContradicted = Self("advise.floor-contradicted")
  /// The predicted score is none that the metric can give.
  public static let predictionOutsideRange = Self("advise.prediction-outside-range")
  /// The law lies far from measurements that it was fitted to.
  public static let lawMisses = Self("advise.law-misses-measurements")
  /// No processor setting gives the token count.
  public static let notASetting = Self("advise.not-a-setting")
  /// More tokens than the encoder has patches.
  public static let moreTokensThanPatches = Self("advise.more-tokens-than-patches")
  /// Score per FLOP prefers the smallest candidate.
  public static let fewestTokensWin = Self("advise.fewest-tokens-win")
}
