import BudgetDocuments
import BudgetSearch
import ScalingLaws
import SourceText
import TokenBudget

extension Advice {
  /// The advice for people, the answer first: what to set, the score there, what it costs, what a step to either
  /// side does, how sure that is, and what to do next.
  public var text: String {
    var lines = TextReport()
    lines.heading(question)
    lines.origins(question, of: [question.costs.firstIndex(of: design) ?? 0])
    lines.row("Answer", answerText)
    lines.row("Score", scoreText)
    lines.row("Cost", costText)
    lines.row("Next step", stepsText)
    lines.row("How sure", sureText)
    lines.row("Do next", nextText)
    if let text = ladderText { lines.row("Keep", text) }
    for (index, text) in decidingRemarks.enumerated() { lines.row(index == 0 ? "Mind" : "", text) }
    return lines.text
  }

  private var unit: String { question.metric.unit.rawValue }

  private var visionTokens: String {
    (tokens == 1 ? "1 vision token" : "\(grouped(tokens)) vision tokens")
      + " per \(question.video?.group ?? "image")"
      + (question.costs.count > 1 ? " on \(design.id)" : "")
  }

  // MARK: What to set

  /// The expected loss above which an answer leads with a range.
  private static let unsettledRegret = 0.05

  /// The span of counts that may be the best above which an answer leads with a range.
  private static let unsettledSpan = 30.0

  /// Where too little is known to lead with one count: the counts that may be the best.
  private var unsettledRange: String? {
    guard let uncertainty, !uncertainty.decision.optima.isEmpty else { return nil }
    let decision = uncertainty.decision
    let counts = decision.indistinguishable.filter { $0.design == uncertainty.design }
    guard let low = counts.map(\.tokens.lowerBound).min(),
      let high = counts.map(\.tokens.upperBound).max(), low < high
    else { return nil }
    var isUnsettled = Double(high) / Double(low) > Self.unsettledSpan
    if case .value = question.objective {
    } else if let expected = decision.recommended.expectedRegret {
      // A wide span is no matter where all of it is nearly as good.
      isUnsettled =
        expected > Self.unsettledRegret || (isUnsettled && expected > Self.unsettledRegret / 5)
    }
    return isUnsettled ? "\(grouped(low)) to \(tokensText(high))" : nil
  }

  private var answerText: String {
    var text = visionTokens
    if let range = unsettledRange {
      text =
        "\(range): the measurements do not say which; until more do, \(visionTokens)"
    }
    if let setting { text += ", by \(setting) in the processor" }
    if isExtrapolated { text += "; beyond what was measured" }
    switch reason.kind {
    case .limit, .onlyCandidate: text += "; \(reason.sentence)"
    case .interior, .smallestCandidate, .largestCandidate: break
    }
    return text
  }

  // MARK: Score and cost

  private var scoreText: String {
    var text = "\(significant(score)) \(unit) expected"
    if let uncertainty, uncertainty.scores.lowerBound < uncertainty.scores.upperBound {
      let range = uncertainty.scores
      text +=
        ", \(significant(range.lowerBound, 3)) to \(significant(range.upperBound, 3)) in nine of ten "
        + uncertainty.curvesText
    } else if let deviation = evidence.residualSD, benchmarks.count == 1 {
      text += ", give or take \(percent(deviation)) of it"
    }
    guard benchmarks.count == 1 else { return text }
    if !evidence.nearby.isEmpty {
      let points = evidence.nearby.map {
        "\(significant($0.score)) at \(significant($0.tokens))"
      }
      text += "; measured \(points.joined(separator: ", "))"
    }
    return text
  }

  private var costText: String {
    var text =
      question.isLifetime
      ? "\(flopsText(flops)) for training and all requests; \(flopsText(breakdown.total)) a request"
      : "\(flopsText(flops)) a request" + workloadText
    for measure in Measure.all {
      guard let amount = amounts[measure],
        question.limits.maxima[measure] != nil || question.objective.measure == measure
      else { continue }
      text += "; \(measure.words) \(measure.unit.text(.real(amount)))"
    }
    return text
  }

  /// What the next step less and more does.
  private var stepsText: String {
    guard !steps.isEmpty else { return "there is no other candidate" }
    return steps.map { step in
      let gain = step.score - score
      let sign = gain < 0 ? "−" : "+"
      let cost = Double(step.flops) / Double(flops) - 1
      var text =
        "\(tokensText(step.tokens)): \(sign)\(significant(gain.magnitude, 3)) "
        + "\(unit == ScoreUnit.percent.rawValue ? "points" : unit), "
        + "\(signedPercent(cost)) FLOPs"
      if !step.violates.isEmpty {
        text +=
          " (violates \(step.violates.map { question.name(of: $0) }.joined(separator: ", ")))"
      }
      return text
    }.joined(separator: "; ")
  }

  // MARK: How sure

  private var sureText: String {
    guard let uncertainty, !uncertainty.decision.optima.isEmpty else {
      guard uncertainty == nil else {
        return "no curve that fits the measurements lets a candidate satisfy the limits"
      }
      return evidence.measurementCount == 0
        ? "not known: the profile has no measurements, and the answer is as good as its law"
        : "not known: the answer is as good as the profile's law"
    }
    let decision = uncertainty.decision
    let recommended = decision.recommended
    var text =
      "the best is \(Advisor.ranges(decision, uncertainty.designs)) in \(percent(decision.level)) of the "
      + uncertainty.curvesText
    if let expected = recommended.expectedRegret, let tail = recommended.regretQ95 {
      text += "; "
      if recommended.feasibleShare < decision.level { text += "where \(conditionText), " }
      text += "\(grouped(tokens)) " + lossText(expected, tail, uncertainty)
    }
    if recommended.feasibleShare < decision.level {
      text += "; \(conditionText) in \(percent(recommended.feasibleShare)) of them"
      if let safe = decision.safe {
        text +=
          ", with \(tokensText(safe.candidate.tokens)) in \(percent(safe.feasibleShare))"
      }
    }
    return text
  }

  /// What the answer loses against the best of each curve.
  private func lossText(
    _ expected: Double, _ tail: Double, _ uncertainty: AdviceUncertainty
  ) -> String {
    let objective = question.objective
    if case .value = objective {
    } else if max(expected, tail) < Advisor.negligibleRegret {
      return
        "loses less than \(percent(Advisor.negligibleRegret)) against the best of nearly all of them"
    }
    func loss(_ regret: Double) -> String { uncertainty.loss(regret, question) }
    var text: String
    if case .least = objective {
      text = "costs \(loss(expected)) more than the best of each on average"
    } else {
      text =
        "gives away \(loss(expected))" + (objective.goal.map { " of \($0)" } ?? "") + " on average"
    }
    text +=
      tail > 0
      ? ", and more than \(loss(tail)) in one of twenty" : ", and nothing in nineteen of twenty"
    return text
  }

  private var nextText: String {
    if let edge {
      return "measure at \(grouped(edge.next)) tokens: the answer is the last candidate "
        + (edge.side == .above ? "below it" : "above it") + " that anything is known of"
    }
    if let other = originOfAnother {
      return
        "measure \(design.id) itself, at \(besideText) and its ends first: these are the scores of \(other)"
    }
    if let next = uncertainty?.next {
      return "measure at \(tokensText(next.tokens))"
        + (question.profiles.count > 1 ? " for \(next.profile)" : "")
        + ": it would take away "
        + (next.reduction < Self.nearlyAll ? "about \(percent(next.reduction))" : "most")
        + " of what is given away on average"
    }
    guard let decision = uncertainty?.decision else {
      return "measure at \(besideText): nothing says yet how sure the answer is"
    }
    guard decision.infeasible == 0, decision.recommended.feasibleShare >= decision.level else {
      return "measure at \(tokensText(tokens)): whether \(conditionText) there is not sure"
    }
    guard evidence.stated != nil || evidence.values.isEmpty, unsettledRange == nil,
      decision.recommended.regretQ95 ?? 0 < Self.settledTail
    else {
      return "measure at \(besideText): the answer is not sure enough to rest on"
    }
    return
      "set it: no further measurement would change much (\(Parameter.embed) writes it into a config)"
  }

  /// A measurement that takes away more than this part is said to take away most: to first order it may be all.
  private static let nearlyAll = 0.9

  /// A loss in one of twenty curves below this is settled.
  private static let settledTail = 0.05

  /// The name of the model whose scores these are, where it is another than the design's.
  private var originOfAnother: String? {
    let position = question.costs.firstIndex(of: design) ?? 0
    return question.scoresFrom[position].first { $0.relation == .other }?.name
  }

  /// What may not hold in some curves: the limits that were set, or that a score is there to be divided.
  private var conditionText: String {
    question.limits.names.isEmpty ? "the score is above 0" : "the limits hold"
  }

  /// The counts next to the answer; the answer where there are none.
  private var besideText: String {
    steps.isEmpty
      ? tokensText(tokens)
      : steps.dropLast().map { "\(grouped($0.tokens)) and " }.joined()
        + tokensText(steps[steps.count - 1].tokens)
  }

  /// What decides the answer besides what was asked: stated here too, not only as a warning.
  private var decidingRemarks: [String] {
    diagnostics.filter { Self.deciding.contains($0.code) }.map(\.message)
  }

  private static let deciding: Set<Diagnostic.Code> = [.fixedShareDecides]

  /// What keeping most of the best score takes.
  private var ladderText: String? {
    guard !ladder.rungs.isEmpty else { return nil }
    let rungs = ladder.rungs.map {
      "\(shareText($0.share)) takes \(tokensText($0.candidate.tokens))"
        + (question.costs.count > 1 ? " of \(question.costs[$0.candidate.design].id)" : "")
    }
    let best = "the best score\(ladder.guessing > 0 ? " above guessing" : "")"
    let kept = ladder.share(keptBy: recommended).map { "\(percent($0)) of \(best) is kept here; " }
    return (kept ?? "of \(best) ") + rungs.joined(separator: ", ")
  }
}

extension Objective {
  /// What is given away by another choice, in words.
  ///
  /// `nil` where the loss itself says of what.
  fileprivate var goal: String? {
    switch self {
    case .scorePerFLOP: "score per FLOP"
    case .score: "score"
    case .least, .value: nil
    case .elasticity(let threshold): "score per FLOP to the power \(shortest(threshold, 6))"
    }
  }
}
