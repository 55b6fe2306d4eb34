import BudgetDocuments
import BudgetSearch
import ComputeCosts
import LongWork
import SourceText

/// Score against cost over all candidates of all designs.
public struct FrontierAdvice: Sendable {
  /// What was asked.
  public let question: Question
  /// What a candidate may be beaten in besides FLOPs.
  public let measures: [Measure]
  /// The candidates that none beats.
  public let frontier: FrontTable
  /// The measures of each of them, in the order of ``measures``.
  public let amounts: [[Double]]
  /// What a reader should know.
  public let diagnostics: [Diagnostic]
}

extension Advisor {
  /// The candidates that none beats in score and FLOPs, limits left aside.
  ///
  /// - Parameters:
  ///   - policy: Lattice, mix, serving, prices and lifetime; its limits only mark candidates.
  ///   - measures: Amounts that a candidate may be beaten in too, so that it stays where it is better in
  ///     one of them.
  ///   - rows: About how many points of each design to look at; `nil` for all of the front.
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together, or the whole front of more than
  ///   ``LongWork/WorkLimits/frontCandidates`` is asked for (with measures of
  ///   ``LongWork/WorkLimits/measuredCandidates``), or one that lists more than
  ///   ``LongWork/WorkLimits/listedCandidates``.
  /// - Complexity: as ``BudgetSearch/BudgetProblem/front()``, or O(rows · designs² · log m).
  public func frontier(
    under policy: Policy, along measures: [Measure] = [], rows: Int? = nil
  ) throws(InvalidDocument) -> FrontierAdvice {
    try bounded(under: policy) { () throws(InvalidDocument) in
      try boundedFrontier(under: policy, along: measures, rows: rows)
    }
  }

  private func boundedFrontier(
    under policy: Policy, along measures: [Measure], rows: Int?
  ) throws(InvalidDocument) -> FrontierAdvice {
    let further = Measure.besideFLOPs.filter(measures.contains)
    let resolved = try ResolvedQuestion(self, policy, along: further)
    let count = resolved.question.candidateCount
    let front: ParetoFront
    if let rows {
      front = resolved.raw.sampledFront(rows: max(2, rows), measures: further)
    } else {
      let limit =
        further.isEmpty ? WorkLimits.frontCandidates : WorkLimits.measuredCandidates
      guard count <= limit else {
        throw InvalidDocument.refusal(
          .frontTooLong,
          "the lattices hold \(grouped(count)) candidates, and \(grouped(limit)) are listed at most",
          place: policy.candidatesPlace, file: policy.file,
          suggestion: "take '\(parameter: .rows, "1000")', or give the policy a shorter lattice")
      }
      if further.isEmpty {
        let listed = resolved.raw.front(listing: WorkLimits.listedCandidates)
        // A search that was stopped has no front, and its watch sees to it.
        guard let listed = listed ?? (Watch.current.goesOn ? nil : ParetoFront.unfinished) else {
          throw InvalidDocument.refusal(
            .frontTooLong,
            "the front has, or may have, more candidates than the \(grouped(WorkLimits.listedCandidates)) that are listed",
            place: policy.candidatesPlace, file: policy.file,
            suggestion: "take '\(parameter: .rows, "1000")', or give the policy a shorter lattice")
        }
        front = listed
      } else {
        front = resolved.raw.sampledFront(
          rows: (resolved.question.lattices.map(\.count).max() ?? 2) + 2, measures: further)
      }
    }
    return FrontierAdvice(
      question: resolved.question, measures: further, frontier: frontier(of: front, resolved),
      amounts: front.points.map { point in
        further.map { resolved.problem.designs[point.design].amount($0, at: point.tokens) }
      },
      diagnostics: resolved.benchmarks.flatMap { profiles[$0.profile].warnings }
        + costs.flatMap(\.warnings) + policy.warnings + remarksOnModels(resolved)
        + remarksOnLaws(resolved))
  }
}

extension Diagnostic.Code {
  /// A front has more points than are listed.
  public static let frontTooLong = Self("frontier.too-long")
}
