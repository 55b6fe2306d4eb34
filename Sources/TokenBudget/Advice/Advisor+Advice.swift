import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

extension Advisor {
  /// About how many rows of each design the frontier's table has.
  static let frontierRows = 10

  /// Dresses an optimum with everything that a reader needs to judge it.
  func advice(on optimum: Optimum, _ resolved: ResolvedQuestion, remarks: [Diagnostic]) -> Advice {
    let (problem, question) = (resolved.problem, resolved.question)
    let study = designs[optimum.design]
    let design = problem.designs[optimum.design]
    let lattice = design.lattice
    let breakdown: FLOPBreakdown
    do {
      breakdown = try study.requestCost.breakdown(at: optimum.tokens)
    } catch {
      preconditionFailure("\(optimum.tokens) tokens lie beyond the limit that was checked")
    }
    let chosen = candidate(optimum.tokens, of: optimum.design, resolved)
    let neighbours = [optimum.index - 1, optimum.index + 1]
      .filter { $0 >= 0 && $0 < lattice.count }
      .map { candidate(lattice[$0], of: optimum.design, resolved) }
    let reason = Reason(
      optimum: optimum, chosen: chosen, neighbours: neighbours, question: question,
      score: design.score.direction)
    let benchmarks = resolved.benchmarks.enumerated().map { position, benchmark in
      let profile = study.profiles[benchmark.profile]
      let prediction = profile.profile.law.predict(at: Double(optimum.tokens))
      return BenchmarkAdvice(
        profile: question.profiles[position], metric: profile.profile.metric,
        weight: benchmark.weight, floor: benchmark.floor,
        score: design.benchmarks[position].score(at: optimum.tokens),
        isExtrapolated: prediction.isExtrapolated,
        regime: Regime(of: profile.regimes, at: Double(optimum.tokens)),
        evidence: profile.evidence(near: Double(optimum.tokens)))
    }
    var amounts: [Measure: Double] = [:]
    for (measure, curve) in design.measures { amounts[measure] = curve.amount(at: optimum.tokens) }
    var elasticity: Double?
    if chosen.score > 0, resolved.policy.mix == nil {
      elasticity = resolved.raw.designs[optimum.design].score.elasticity(at: optimum.tokens)
    }
    let ladder = ladder(resolved)
    let edge = resolved.edge(of: optimum)
    let (uncertainty, doubts) = self.uncertainty(of: optimum, resolved)
    return Advice(
      question: question, design: question.costs[optimum.design], recommended: chosen,
      setting: study.setting(for: optimum.tokens), benchmarks: benchmarks, edge: edge,
      breakdown: breakdown, amounts: amounts,
      fixedShare: Double(study.fixedFLOPs) / Double(breakdown.total),
      scoreElasticity: elasticity.flatMap { $0.isFinite ? $0 : nil },
      flopElasticity: design.cost.elasticity(at: optimum.tokens),
      regime: benchmarks[0].regime, binding: optimum.binding, reason: reason,
      certificate: optimum.certificate, uncertainty: uncertainty, ladder: ladder,
      otherCounting: otherCounting(resolved), neighbours: neighbours,
      steps: steps(from: optimum, neighbours, resolved),
      frontier: frontier(around: optimum, resolved), designs: bestOfEach(optimum, resolved),
      evidence: benchmarks[0].evidence,
      diagnostics: remarks
        + remarksOn(chosen, neighbours: neighbours, reason: reason, edge: edge, resolved)
        + remarksOnTradeOff(optimum, chosen, ladder, resolved) + doubts)
  }

  /// Neighbours nearer than this factor are hardly other counts.
  private static let leastStep = 1.25

  private func steps(
    from optimum: Optimum, _ neighbours: [Candidate], _ resolved: ResolvedQuestion
  ) -> [Candidate] {
    let lattice = resolved.problem.designs[optimum.design].lattice
    return neighbours.map { neighbour in
      let (n, other) = (Double(optimum.tokens), Double(neighbour.tokens))
      guard max(n / other, other / n) < Self.leastStep else { return neighbour }
      let isMore = other > n
      let index = lattice.firstIndex(atLeast: isMore ? 2 * n : n / 2)
      let nearest =
        isMore ? min(index, lattice.count - 1) : min(index, optimum.index - 1)
      return candidate(lattice[nearest], of: optimum.design, resolved)
    }
  }

  private func frontier(around optimum: Optimum, _ resolved: ResolvedQuestion) -> FrontTable {
    let problem = resolved.raw
    var included = [(design: optimum.design, index: optimum.index)]
    for range in [optimum.feasible.first, optimum.feasible.last].compactMap({ $0 }) {
      included.append((optimum.design, range.lowerBound))
      included.append((optimum.design, range.upperBound - 1))
    }
    let front = problem.sampledFront(rows: Self.frontierRows, including: included)
    return frontier(of: front, resolved)
  }

  /// A front as candidates, with its steps and its knee.
  func frontier(of front: ParetoFront, _ resolved: ResolvedQuestion) -> FrontTable {
    FrontTable(
      candidates: front.points.map { candidate($0.tokens, of: $0.design, resolved) },
      steps: front.steps, knee: front.knee, latticeCount: resolved.question.candidateCount,
      isThinned: !front.isComplete
        && resolved.problem.designs.contains { $0.score.direction == .increasing })
  }

  private func bestOfEach(_ optimum: Optimum, _ resolved: ResolvedQuestion) -> [DesignAdvice] {
    resolved.question.costs.indices.map { design in
      guard design != optimum.design else {
        return DesignAdvice(
          design: resolved.question.costs[design],
          best: candidate(optimum.tokens, of: design, resolved))
      }
      var alone = resolved.problem
      alone.designs = [resolved.problem.designs[design]]
      return DesignAdvice(
        design: resolved.question.costs[design],
        best: alone.best().map { candidate($0.tokens, of: design, resolved) })
    }
  }

  /// A token count with what it buys and costs.
  func candidate(_ tokens: Int, of design: Int, _ resolved: ResolvedQuestion) -> Candidate {
    let chosen = resolved.problem.designs[design]
    let study = designs[design]
    let score = resolved.raw.designs[design].score.score(at: tokens)
    let flops = chosen.cost.flops(at: tokens)
    let violates = resolved.problem.conditions.filter {
      !resolved.problem.allows($0, at: tokens, of: design)
    }
    var excesses: [Measure: Amount] = [:]
    for case .ceiling(let measure) in violates {
      excesses[measure] = chosen.curve(of: measure).exact(at: tokens)
    }
    return Candidate(
      design: design, tokens: tokens, score: score, flops: flops,
      scorePerTeraFLOP: score / (Double(flops) / 1e12),
      visionShare: study.requestCost.visionShare(at: tokens),
      violates: violates, excesses: excesses,
      isExtrapolated: resolved.benchmarks.contains {
        study.profiles[$0.profile].profile.law.predict(at: Double(tokens)).isExtrapolated
      })
  }
}
