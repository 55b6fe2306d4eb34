import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// How many vision tokens an image should get, and why.
public struct Advice: Sendable {
  /// What was asked: the documents by id, and where they were read.
  public let question: Question

  /// The recommended vision tokens per image.
  public let tokens: Int

  /// The processor's setting that gives them, as `max_pixels: 50176`; `nil` where no setting
  /// does, or the cost model does not say.
  public let setting: String?

  /// The predicted score, in the metric's unit.
  public let score: Double

  /// Whether the recommendation lies outside the token counts that the law was fitted on.
  public let isExtrapolated: Bool

  /// FLOPs of one request, exact, for all requests of the batch.
  public let flops: Int128

  /// The FLOPs by part.
  public let breakdown: FLOPBreakdown

  /// The part of the FLOPs that no choice of tokens saves, from 0 to 1.
  public let fixedShare: Double

  /// Score per 10¹² FLOPs, in the metric's unit.
  public let scorePerTeraFLOP: Double

  /// d ln S / d ln n at the recommendation; `nil` where the score is not positive.
  public let scoreElasticity: Double?

  /// d ln F / d ln n at the recommendation.
  public let flopElasticity: Double

  /// The scaling regime at the recommendation.
  public let regime: Regime

  /// The limits that decide: without any one of them, alone, the answer would be another.
  public let binding: [LimitName]

  /// Why this token count.
  public let reason: Reason

  /// How the optimum was found.
  public let certificate: Certificate

  /// Token counts that the data cannot tell from the best; `nil` while that is not computed.
  public let indistinguishable: [ClosedRange<Int>]?

  /// The next smaller and the next larger candidate of the lattice, where there are any.
  public let neighbours: [Candidate]

  /// Score against FLOPs over the lattice, thinned to a table.
  public let frontier: Frontier

  /// What the prediction rests on.
  public let evidence: Evidence

  /// What a reader should know before acting on this.
  public let diagnostics: [Diagnostic]
}

/// What was asked of an ``Advisor``.
public struct Question: Sendable {
  /// One of the documents that make up a question.
  public struct Reference: Sendable {
    /// The document's id.
    public let id: String
    /// Its title.
    public let title: String?
    /// Where it was read; `nil` when it was made in code.
    public let file: String?

    init(_ document: some Document) {
      id = document.id
      title = document.title
      file = document.file
    }
  }

  /// The scaling profile.
  public let profile: Reference
  /// The compute cost model.
  public let cost: Reference
  /// The policy.
  public let policy: Reference
  /// The metric of the profile.
  public let metric: ScalingProfile.Metric
  /// What the policy wants.
  public let objective: Objective
  /// What the policy allows.
  public let limits: Limits
  /// The request that is paid for; `nil` when only totals are known.
  public let workload: Workload?
  /// The size of the images; `nil` when the cost model does not say.
  public let image: ImageSize?
  /// How FLOPs are counted; `nil` when only totals are known.
  public let convention: Convention?
  /// The token counts to choose from.
  public let lattice: Lattice
}

/// A scaling regime and whether the data identify it.
public struct Regime: Sendable, Equatable, CustomStringConvertible {
  /// The regime at the recommended token count.
  public let label: RegimeLabel
  /// Whether the data identify the transition between the paper's regimes.
  public let isIdentified: Bool
  /// What was measured and tested; `nil` where the profile has no measurements above 0.
  public let analysis: RegimeAnalysis?

  /// The regime that an analysis gives a token count.
  init(of analysis: RegimeAnalysis?, at tokens: Double) {
    label = analysis?.label(at: tokens) ?? .undetermined
    isIdentified = analysis?.isIdentified ?? false
    self.analysis = analysis
  }

  public var description: String {
    "\(label.rawValue) (\(isIdentified ? "identified" : "not identified"))"
  }
}

/// One token count with what it buys and costs.
public struct Candidate: Sendable, Equatable {
  /// Vision tokens per image.
  public let tokens: Int
  /// The predicted score.
  public let score: Double
  /// FLOPs of a request.
  public let flops: Int128
  /// Score per 10¹² FLOPs.
  public let scorePerTeraFLOP: Double
  /// The limits that it violates.
  public let violates: [LimitName]
  /// Whether it lies outside the token counts that the law was fitted on.
  public let isExtrapolated: Bool

  /// Whether two candidates have the same score per FLOP, up to the tolerance of ties.
  func tiesPerFLOP(with other: Candidate) -> Bool {
    (scorePerTeraFLOP - other.scorePerTeraFLOP).magnitude
      <= Objective.tieTolerance * max(scorePerTeraFLOP.magnitude, other.scorePerTeraFLOP.magnitude)
  }
}

/// Candidates that no other beats in both score and FLOPs.
public struct Frontier: Sendable, Equatable {
  /// The candidates, of rising score and FLOPs.
  public let candidates: [Candidate]
  /// How many candidates the lattice holds.
  public let latticeCount: Int
  /// Whether the table leaves candidates of the lattice out to stay short.
  public let isThinned: Bool
}

/// What a prediction rests on.
public struct Evidence: Sendable {
  /// The law's form.
  public let form: LawForm
  /// Its parameter values, in the order of the form.
  public let values: [Double]
  /// How it was fitted, in words.
  public let method: String?
  /// The token counts that it was fitted on.
  public let fittedTokens: ClosedRange<Double>
  /// How many measurements the profile holds.
  public let measurementCount: Int
  /// Residual standard deviation in ln S: as stated with the fit, or else of the measurements.
  public let residualSD: Double?
  /// How far the law lies from the measurements; `nil` without measurements above 0.
  public let residuals: LawResiduals?
  /// The measurements at the recommended token count, or else the nearest on either side.
  public let nearby: [Measurement]
  /// Where the numbers come from.
  public let source: Source?
}

/// The answer to a question: advice, or why there is none.
public enum AdviceOutcome: Sendable {
  /// A recommendation.
  case advice(Advice)
  /// No token count satisfies the limits.
  case infeasible(InfeasiblePolicy)
}

/// No token count satisfies a policy's limits.
public struct InfeasiblePolicy: Error, Sendable, CustomStringConvertible {
  /// What was asked.
  public let question: Question
  /// A smallest set of limits that cannot hold together.
  public let conflicts: [LimitName]
  /// For each limit that, relaxed alone, would help: how far.
  public let relaxations: [Infeasibility.Relaxation]
  /// Why there is no answer, in a sentence.
  public let reason: String
  /// How the limits were checked.
  public let certificate: Certificate
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  public var description: String { reason }
}
