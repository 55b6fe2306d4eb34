import BudgetDocuments
import BudgetSearch
import SourceText

extension ResolvedQuestion {
  /// The token counts on which all profiles that count have scores.
  static func measured(
    _ benchmarks: [Benchmark], _ profiles: [ScalingProfile], _ policy: Policy
  ) throws(InvalidDocument) -> ClosedRange<Double> {
    let ranges = benchmarks.map { profiles[$0.profile].measuredTokens }
    let low = ranges.map(\.lowerBound).max() ?? 1
    let high = ranges.map(\.upperBound).min() ?? low
    guard low <= high else {
      let texts = zip(benchmarks, ranges).map { benchmark, range in
        "'\(profiles[benchmark.profile].id)' \(text(range))"
      }
      throw InvalidDocument.refusal(
        .nothingMeasured,
        "the profiles were measured at no token counts in common: \(texts.joined(separator: ", "))",
        place: nil, file: policy.file ?? policy.id,
        suggestion: "measure them on one range, or leave one out of the mix")
    }
    return low...high
  }

  /// The candidates of a design that lie within what was measured, and what is left out.
  ///
  /// - Complexity: O(log count); for a list as many steps as members.
  static func candidates(
    of study: DesignStudy, _ policy: Policy, measured: ClosedRange<Double>
  ) throws(InvalidDocument) -> (lattice: Lattice, leftOut: MeasuredRange.LeftOut) {
    let all = try lattice(of: study, policy)
    let allowed = measured.lowerBound / policy.beyond...measured.upperBound * policy.beyond
    let within = all.indices(within: allowed)
    let below = within.lowerBound > 0 ? all[within.lowerBound - 1] : nil
    let above = within.upperBound < all.count ? all[within.upperBound] : nil
    guard !within.isEmpty else {
      let nearest = [
        below.map { "\(grouped($0)) below" }, above.map { "\(grouped($0)) above" },
      ].compactMap { $0 }.joined(separator: " and ")
      let factor =
        [
          below.map { measured.lowerBound / Double($0) },
          above.map { Double($0) / measured.upperBound },
        ].compactMap { $0 }.min() ?? 1
      throw InvalidDocument.refusal(
        .nothingMeasured,
        "no candidate of '\(study.cost.id)' lies within what was measured, \(text(measured)) tokens"
          + (policy.beyond > 1 ? ", or \(shortest(policy.beyond, 6)) times beyond" : "")
          + ": the nearest \(below != nil && above != nil ? "are" : "is") \(nearest)",
        place: policy.candidatesPlace, file: policy.file ?? policy.id,
        suggestion: factor <= 1e9
          ? "'search: { beyond: \(Int(factor.rounded(.up)))x }' or '\(parameter: .beyond)' extrapolates to it"
          : nil)
    }
    let leftOut = MeasuredRange.LeftOut(
      below: within.lowerBound, above: all.count - within.upperBound, nextBelow: below,
      nextAbove: above)
    // The common case keeps its lattice, and copies no list.
    return (within.count == all.count ? all : all[within], leftOut)
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    "\(significant(range.lowerBound)) to \(significant(range.upperBound))"
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

  /// Whether an optimum is the last candidate before others that were left out and that no limit excludes.
  func edge(of optimum: Optimum) -> MeasuredEdge? {
    let leftOut = question.measured.leftOut[optimum.design]
    let count = problem.designs[optimum.design].lattice.count
    func isOpen(_ next: Int) -> Bool {
      problem.limits.names.allSatisfy { limit in
        guard case .ceiling = limit else { return true }
        return problem.allows(limit, at: next, of: optimum.design)
      }
    }
    if optimum.index == count - 1, let next = leftOut.nextAbove, next <= costLimits[optimum.design],
      isOpen(next)
    {
      return MeasuredEdge(side: .above, next: next)
    }
    if optimum.index == 0, let next = leftOut.nextBelow, isOpen(next) {
      return MeasuredEdge(side: .below, next: next)
    }
    return nil
  }
}

extension Diagnostic.Code {
  /// No candidate lies within what was measured, or profiles of a mix have no range in common.
  public static let nothingMeasured = Self("advise.nothing-measured")
  /// The recommendation lies at an end of what was measured.
  public static let edgeOfMeasured = Self("advise.edge-of-measured")
}
