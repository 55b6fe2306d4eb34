import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension Advisor {
  /// About how many rows the frontier's table has.
  static let frontierRows = 10

  /// Dresses an optimum with everything that a reader needs to judge it.
  func advice(
    on optimum: Optimum, of problem: BudgetProblem<LawCurve, RequestCurve>, _ question: Question,
    remarks: [Diagnostic]
  ) -> Advice {
    let lattice = problem.lattice
    let prediction = profile.law.predict(at: Double(optimum.tokens))
    let breakdown: FLOPBreakdown
    do {
      breakdown = try requestCost.breakdown(at: optimum.tokens)
    } catch {
      preconditionFailure("\(optimum.tokens) tokens lie beyond the limit that was checked")
    }
    func candidate(_ tokens: Int) -> Candidate {
      self.candidate(tokens, flops: problem.cost.flops(at: tokens), question)
    }
    let chosen = candidate(optimum.tokens)
    let neighbours = [optimum.index - 1, optimum.index + 1]
      .filter { $0 >= 0 && $0 < lattice.count }
      .map { candidate(lattice[$0]) }
    let rows = problem.frontier(
      rows: Self.frontierRows,
      including: [optimum.index, optimum.feasible.lowerBound, optimum.feasible.upperBound])
    let frontier = Frontier(
      candidates: rows.map { candidate($0.tokens) }, latticeCount: lattice.count,
      isThinned: lattice.count > Self.frontierRows && problem.score.direction == .increasing)
    let flopElasticity = problem.cost.elasticity(at: optimum.tokens)
    let reason = Reason(
      optimum: optimum, chosen: chosen, neighbours: neighbours, question: question,
      trend: profile.law.law.trend)
    let evidence = evidence(near: Double(optimum.tokens))
    return Advice(
      question: question, tokens: optimum.tokens, setting: setting(for: optimum.tokens),
      score: prediction.score,
      isExtrapolated: prediction.isExtrapolated, flops: breakdown.total, breakdown: breakdown,
      fixedShare: Double(fixedFLOPs) / Double(breakdown.total),
      scorePerTeraFLOP: chosen.scorePerTeraFLOP,
      scoreElasticity: prediction.elasticity.isFinite ? prediction.elasticity : nil,
      flopElasticity: flopElasticity,
      regime: Regime(of: regimes, at: Double(optimum.tokens)), binding: optimum.binding,
      reason: reason, certificate: optimum.certificate, indistinguishable: nil,
      neighbours: neighbours, frontier: frontier, evidence: evidence,
      diagnostics: remarks
        + remarksOn(chosen, neighbours: neighbours, reason: reason, question))
  }

  private func setting(for tokens: Int) -> String? {
    guard case .architecture(let model, _) = cost.basis, case .processor(let budgets) = model.budget
    else { return nil }
    return budgets.first { $0.tokens == tokens }?.setting
  }

  /// What a request would cost without a vision token, its encoder at the smallest setting.
  private var fixedFLOPs: Int128 { requestCost.total.polynomials[0].fixed }

  private func candidate(_ tokens: Int, flops: Int128, _ question: Question) -> Candidate {
    let prediction = profile.law.predict(at: Double(tokens))
    var violates: [LimitName] = []
    if let minimum = question.limits.minimumScore, prediction.score < minimum {
      violates.append(.minimumScore)
    }
    if let maximum = question.limits.maximumFLOPs, flops > maximum {
      violates.append(.maximumFLOPs)
    }
    if question.objective == .scorePerFLOP, prediction.score <= 0 {
      violates.append(.positiveScore)
    }
    return Candidate(
      tokens: tokens, score: prediction.score, flops: flops,
      scorePerTeraFLOP: prediction.score / (Double(flops) / 1e12), violates: violates,
      isExtrapolated: prediction.isExtrapolated)
  }

  /// The scatter of measurements around the law, in ln S: as stated, or else as computed.
  var residualSD: Double? { profile.statedResidualSD ?? residuals?.standardDeviation }

  private func evidence(near tokens: Double) -> Evidence {
    let law = profile.law.law
    let measurements = profile.measurements
    let exact = measurements.filter { $0.tokens == tokens }
    let below = measurements.filter { $0.tokens < tokens }.max { $0.tokens < $1.tokens }
    let above = measurements.filter { $0.tokens > tokens }.min { $0.tokens < $1.tokens }
    return Evidence(
      form: type(of: law).form, values: law.values, method: profile.fitMethod,
      fittedTokens: profile.law.fittedTokens, measurementCount: measurements.count,
      residualSD: residualSD, residuals: residuals,
      nearby: exact.isEmpty ? [below, above].compactMap { $0 } : exact, source: profile.source)
  }
}
