import BudgetDocuments
import BudgetSearch
import ComputeCosts
import SourceText

extension Advisor {
  /// Score per FLOP that keeps less than this of the best score is remarked on.
  static let remarkableShare = 0.8

  /// A part of the FLOPs that no choice of tokens saves is remarked on above this.
  static let remarkableFixedShare = 0.5

  /// What a reader should know of an answer that trades score for FLOPs: how much score it gives away, and
  /// whether what does not depend on the tokens decides.
  func remarksOnTradeOff(
    _ optimum: Optimum, _ chosen: Candidate, _ ladder: ScoreLadder, _ resolved: ResolvedQuestion
  ) -> [Diagnostic] {
    switch resolved.policy.objective {
    case .scorePerFLOP, .elasticity: break
    case .score, .least, .value: return []
    }
    // Where a limit decides it gives the score away, not the objective.
    guard optimum.binding.isEmpty else { return [] }
    return [scoreGivenAway(chosen, ladder, resolved), fixedShareDecides(optimum, resolved)]
      .compactMap {
        $0
      }
  }

  private func scoreGivenAway(
    _ chosen: Candidate, _ ladder: ScoreLadder, _ resolved: ResolvedQuestion
  ) -> Diagnostic? {
    guard resolved.policy.objective == .scorePerFLOP, let kept = ladder.share(keptBy: chosen),
      kept < Self.remarkableShare
    else { return nil }
    let unit = resolved.question.metric.unit.rawValue
    let best = ladder.best
    return Diagnostic(
      code: .scoreGivenAway, severity: .warning,
      message: "score per FLOP keeps \(percent(kept)) of the best score"
        + (ladder.guessing > 0 ? " above guessing" : "")
        + ", \(significant(best.score)) \(unit) at \(tokensText(best.tokens))",
      suggestion: ladder.rungs.first { $0.share == 0.95 }.map {
        "'\(parameter: .keep, "95%")' asks for the cheapest that keeps 95%: "
          + "\(tokensText($0.candidate.tokens)) for \(flopsText($0.candidate.flops)) under "
          + "'minimize: flops'"
      }, file: resolved.policy.file)
  }

  private func fixedShareDecides(_ optimum: Optimum, _ resolved: ResolvedQuestion) -> Diagnostic? {
    guard resolved.policy.lifetime == nil else { return nil }
    let study = designs[optimum.design]
    let total = resolved.problem.designs[optimum.design].cost.amount(at: optimum.tokens)
    let fixed = Double(study.fixedFLOPs) / total
    guard fixed > Self.remarkableFixedShare else { return nil }
    func diagnostic(_ text: String) -> Diagnostic {
      Diagnostic(
        code: .fixedShareDecides, severity: .warning,
        message:
          "\(percent(fixed)) of the FLOPs of a request do not depend on the token count, and weigh in "
          + text,
        suggestion: "ask for a share of the best score, which no output moves: "
          + "'objective: { minimize: flops }' with 'limits: { keep: 95% }'",
        file: resolved.policy.file)
    }
    // The answer itself says whether it moves.
    func others(_ changes: [(String, Change)]) -> String? {
      let texts = changes.compactMap { words, change -> String? in
        guard let best = best(after: change, resolved),
          best.tokens != optimum.tokens || best.design != optimum.design
        else { return nil }
        return tokensText(best.tokens)
          + (best.design == optimum.design ? "" : " of \(resolved.question.costs[best.design].id)")
          + " with \(words)"
      }
      return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }
    guard let output = study.workload?.outputTokens else {
      return others([("half of them", .fixed(halves: 1)), ("twice as many", .fixed(halves: 4))])
        .map { diagnostic("the ratio: the answer would be \($0)") }
    }
    let counts = [1, min(output, 250_000) * 4].filter { $0 != output }
    return others(counts.map { (grouped($0), .output($0)) }).map { texts in
      diagnostic(
        "the ratio: the answer, \(tokensText(optimum.tokens)) with \(grouped(output)) output "
          + "\(output == 1 ? "token" : "tokens"), would be \(texts)")
    }
  }

  /// What changes of a request.
  private enum Change {
    /// So many output tokens.
    case output(Int)
    /// So many halves of what does not depend on the token count, where only totals are known.
    case fixed(halves: Int)
  }

  /// The best of changed requests, limits on costs left aside; `nil` where that cannot be counted.
  private func best(after change: Change, _ resolved: ResolvedQuestion) -> Choice? {
    var problem = resolved.problem
    problem.limits.maxima = [:]
    for (index, study) in designs.enumerated() {
      var cost = study.cost
      switch (cost.basis, change) {
      case (.architecture(let model, let workload), .output(let tokens)):
        cost.basis = .architecture(
          model,
          Workload(
            images: workload.images, textTokens: workload.textTokens, outputTokens: tokens,
            batch: workload.batch))
      case (.totals(let total), .fixed(let halves)):
        let (product, overflow) = total.fixed.multipliedReportingOverflow(by: Int128(halves))
        guard !overflow else { return nil }
        cost.basis = .totals(
          TokenPolynomial(
            fixed: product / 2, perToken: total.perToken, perTokenSquared: total.perTokenSquared))
      case (.architecture, .fixed), (.totals, .output): return nil
      }
      let lattice = problem.designs[index].lattice
      guard let request = try? cost.requestCost(),
        let curve = try? RequestCurve(request.total, upTo: lattice[lattice.count - 1]),
        curve.flops(at: lattice[0]) > 0
      else { return nil }
      problem.designs[index].cost = curve
    }
    return problem.best()
  }
}

extension Diagnostic.Code {
  /// Score per FLOP keeps little of the best score.
  public static let scoreGivenAway = Self("advise.score-given-away")
  /// What does not depend on the token count decides.
  public static let fixedShareDecides = Self("advise.fixed-share-decides")
}
