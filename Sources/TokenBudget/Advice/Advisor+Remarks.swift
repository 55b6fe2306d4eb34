import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension Advisor {
  /// A law that misses a measurement of its own by more than this, relative, is remarked on.
  static let remarkableMiss = 0.1

  /// What a reader should know of the law, whatever the answer.
  func remarksOnLaw(over lattice: Lattice) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    if profile.law.law.trend == .decreasing {
      remarks.append(
        remark(
          .lawDecreases, .warning,
          "the law's score falls as tokens are added: more tokens are never better",
          suggestion: "check the sign of the exponent, and the measurements"))
    }
    if let residuals, residuals.worstRelativeError.magnitude > Self.remarkableMiss {
      remarks.append(
        remark(
          .lawMisses, .warning,
          "the law misses its own measurements by up to "
            + "\(percent(residuals.worstRelativeError.magnitude)): at n = "
            + "\(significant(residuals.worst.tokens)) it says "
            + "\(significant(residuals.worstPrediction)) where "
            + "\(significant(residuals.worst.score)) was measured",
          suggestion: "compare with the measurements near the recommendation"))
    }
    if let parametersBillions, let sizes = profile.joint?.sizes,
      !sizes.contains(parametersBillions)
    {
      remarks.append(
        remark(
          .sizeExtrapolated, .warning,
          "the cost model's language model has \(significant(parametersBillions)) billion parameters, "
            + "outside the sizes that the joint law was fitted on, "
            + "\(significant(sizes.lowerBound)) to \(significant(sizes.upperBound))"))
    }
    if let residualSD, let gain = largestGain(over: lattice), gain < residualSD,
      profile.law.law.trend == .increasing
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
    _ chosen: Candidate, neighbours: [Candidate], reason: Reason, _ question: Question
  ) -> [Diagnostic] {
    let unit = profile.metric.unit.rawValue
    var remarks: [Diagnostic] = []
    if chosen.isExtrapolated {
      let range = profile.law.fittedTokens
      remarks.append(
        remark(
          .extrapolated, .warning,
          "n = \(grouped(chosen.tokens)) lies outside the range of the fit, "
            + "\(significant(range.lowerBound)) to \(significant(range.upperBound)): "
            + "the score there is extrapolated, not measured"))
    }
    if let range = profile.metric.range, !range.contains(chosen.score) {
      remarks.append(
        remark(
          .predictionOutsideRange, .warning,
          "the law predicts \(significant(chosen.score)) \(unit), outside the metric's range "
            + "[\(significant(range.lowerBound)), \(significant(range.upperBound))]: "
            + "it does not hold at n = \(grouped(chosen.tokens))"))
    }
    if let floor = question.limits.minimumScore {
      for other in [chosen] + neighbours {
        guard let measured = meanMeasured(at: other.tokens),
          (measured >= floor) != (other.score >= floor)
        else { continue }
        remarks.append(
          remark(
            .floorContradicted, .warning,
            "at n = \(grouped(other.tokens)) the law says \(significant(other.score)) and the "
              + "measurement \(significant(measured)): they disagree on min_score "
              + "\(significant(floor, 6)) \(unit)",
            suggestion: "the law was used; trust the measurement if it was made on this model"))
      }
    }
    if case .architecture(let model, _) = cost.basis {
      remarks += remarksOnBudget(chosen.tokens, model.budget)
    }
    if question.objective == .scorePerFLOP, reason.kind == .smallestCandidate,
      profile.law.law.trend == .increasing,
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
      let nearest = budgets.last { $0.tokens <= tokens } ?? budgets[0]
      return [
        remark(
          .notASetting, .warning,
          "no setting of the processor gives \(tokensText(tokens)) for the image; the encoder is "
            + "paid for as at the next larger setting",
          suggestion: "the nearest setting below gives \(grouped(nearest.tokens))"
            + (nearest.setting.map { " (\($0))" } ?? "")
            + "; 'search: { lattice: model }' considers such counts only")
      ]
    }
  }

  private func remark(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
    suggestion: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: severity, message: message, suggestion: suggestion,
      file: profile.file)
  }

  /// By how much the score changes over the candidates, relative to the smaller end; `nil` where
  /// the score is not positive.
  private func largestGain(over lattice: Lattice) -> Double? {
    let ends = [lattice[0], lattice[lattice.count - 1]].map {
      profile.law.law.score(at: Double($0))
    }
    guard ends[0] > 0, lattice.count > 1 else { return nil }
    return ends[1] / ends[0] - 1
  }

  /// The mean of the scores measured at exactly this token count; `nil` where there is none.
  private func meanMeasured(at tokens: Int) -> Double? {
    let scores = profile.measurements.filter { $0.tokens == Double(tokens) }.map(\.score)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
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
