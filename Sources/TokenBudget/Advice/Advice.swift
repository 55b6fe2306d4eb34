import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// How many vision tokens an image should get, and why.
public struct Advice: Sendable {
  /// What was asked: the documents by id, and where they were read.
  public let question: Question

  /// The design recommended: a cost model of the question.
  public let design: Question.Reference

  /// What is recommended, as a candidate.
  package let recommended: Candidate

  /// The recommended vision tokens per image.
  public var tokens: Int { recommended.tokens }

  /// The processor's setting that gives them, as `max_pixels: 50176`; `nil` where no setting
  /// does, or the cost model does not say.
  public let setting: String?

  /// The predicted score, in the unit of the question's metric.
  public var score: Double { recommended.score }

  /// The predicted score of each benchmark; of one alone where the policy mixes none.
  public let benchmarks: [BenchmarkAdvice]

  /// Whether the recommendation lies outside the token counts that the law was fitted on.
  public var isExtrapolated: Bool { recommended.isExtrapolated }

  /// Whether candidates that were left out begin behind the recommendation; `nil` where none do.
  public let edge: MeasuredEdge?

  /// FLOPs of one request, exact, for all requests of the batch; with a lifetime, of all of it.
  public var flops: Int128 { recommended.flops }

  /// The FLOPs of one request by part.
  public let breakdown: FLOPBreakdown

  /// Other amounts of a request that are known, in their base units.
  public let amounts: [Measure: Double]

  /// The part of the FLOPs that no choice of tokens saves, from 0 to 1.
  public let fixedShare: Double

  /// Score per 10¹² FLOPs, in the metric's unit.
  public var scorePerTeraFLOP: Double { recommended.scorePerTeraFLOP }

  /// d ln S / d ln n at the recommendation; `nil` where the score is not positive.
  public let scoreElasticity: Double?

  /// d ln F / d ln n at the recommendation.
  public let flopElasticity: Double

  /// The scaling regime at the recommendation.
  public let regime: Regime

  /// The limits that decide: without any one of them, alone, the answer would be another; or, where no
  /// single one does, the fewest without which together it would be.
  public let binding: [LimitName]

  /// Why this token count.
  public let reason: Reason

  /// How the optimum was found.
  public let certificate: Certificate

  /// How far noise in the measurements moves the answer; `nil` where the policy states no risk level
  /// or the profile has too few measurements.
  public let uncertainty: AdviceUncertainty?

  /// Token counts of the recommended design that the data cannot tell from the best at the policy's risk
  /// level; `nil` where that is not known.
  public var indistinguishable: [ClosedRange<Int>]? { uncertainty?.indistinguishable }

  /// For some shares of the best score the cheapest candidate that keeps it, limits left aside.
  public let ladder: ScoreLadder

  /// The answer with scores counted the other way; `nil` where that makes no difference or guessing gets 0, or
  /// nobody says what.
  public let otherCounting: OtherCounting?

  /// The next smaller and the next larger candidate of the lattice, where there are any.
  public let neighbours: [Candidate]

  /// What a step to either side does: the neighbours, or where these are hardly other counts the candidates
  /// nearest to half and to twice as many tokens.
  public let steps: [Candidate]

  /// Score against FLOPs over the candidates of all designs, thinned to a table.
  public let frontier: FrontTable

  /// The best of each design, in the order of the question; one where there is one design.
  public let designs: [DesignAdvice]

  /// What the prediction rests on.
  public let evidence: Evidence

  /// Whose scores the prediction for the recommended design rests on, of the (first) profile.
  public var scoresFrom: ScoreOrigin {
    question.scoresFrom[question.costs.firstIndex(of: design) ?? 0][0]
  }

  /// What a reader should know before acting on this.
  public let diagnostics: [Diagnostic]
}

/// What is predicted of one benchmark.
public struct BenchmarkAdvice: Sendable {
  /// The scaling profile.
  public let profile: Question.Reference
  /// Its metric.
  public let metric: ScalingProfile.Metric
  /// Its weight in a mix.
  public let weight: Double
  /// The lowest score allowed.
  public let floor: Double?
  /// The predicted score, raw, in the metric's unit.
  public let score: Double
  /// Whether the recommendation lies outside the token counts that the law was fitted on.
  public let isExtrapolated: Bool
  /// The scaling regime at the recommendation.
  public let regime: Regime
  /// What the prediction rests on.
  public let evidence: Evidence
}

/// The best of one design, beside the others.
public struct DesignAdvice: Sendable {
  /// The cost model.
  public let design: Question.Reference
  /// Its best candidate; `nil` where none satisfies the limits.
  public let best: Candidate?
}

/// How far noise in the measurements moves an answer.
public struct AdviceUncertainty: Sendable {
  /// Draws of one law.
  public struct Law: Sendable, Equatable {
    /// The profile's id.
    public let profile: String
    /// The law's identifier.
    public let form: String
    /// How many draws were made of it.
    public let draws: Int
  }

  /// A measurement that would narrow the answer.
  public struct Measurement: Sendable, Equatable {
    /// The profile's id.
    public let profile: String
    /// The token count to evaluate.
    public let tokens: Int
    /// Which part of the expected regret it would take away, from 0 to 1.
    public let reduction: Double
  }

  /// What the search found over the draws.
  public let decision: DecisionUncertainty
  /// The designs by name, in the order that ``decision`` counts them.
  public let designs: [String]
  /// The recommended design.
  public let design: Int
  /// Which laws were drawn, and how often.
  public let laws: [Law]
  /// Draws that gave no law.
  public let failures: Int
  /// The measurement that would lower the expected regret most; `nil` where none would by much.
  public let next: Measurement?
  /// Where the objective's score at the recommendation lies in nine of ten draws.
  public let scores: ClosedRange<Double>

  /// Token counts of the recommended design that the data cannot tell from the best.
  public var indistinguishable: [ClosedRange<Int>] {
    decision.indistinguishable.filter { $0.design == design }.map(\.tokens)
  }
}

/// What was asked of an ``Advisor``.
public struct Question: Sendable {
  /// One of the documents that make up a question.
  public struct Reference: Sendable, Equatable {
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

  /// The scaling profiles that count.
  public let profiles: [Reference]
  /// The compute cost models to choose from.
  public let costs: [Reference]
  /// The policy.
  public let policy: Reference
  /// The metrics of the profiles.
  public let metrics: [ScalingProfile.Metric]
  /// What the objective's score is: the metric of the one profile, or the mix in percent.
  public let metric: ScalingProfile.Metric
  /// What the policy wants.
  public let objective: Objective
  /// Whether the objective counts the score above guessing. Reports give scores as they are.
  public let isAboveChance: Bool
  /// What the policy allows; its kept share is of scores as they are.
  public let limits: Limits
  /// Whether FLOPs are those of a lifetime.
  public let isLifetime: Bool
  /// The request that is paid for, of the first design; `nil` when only totals are known.
  public let workload: Workload?
  /// The size of the images; `nil` when the cost model does not say.
  public let image: ImageSize?
  /// The video that the request of the first design has in place of images; `nil` where it has images.
  public let video: VideoWorkload?
  /// How FLOPs are counted; `nil` when only totals are known.
  public let convention: Convention?
  /// The token counts to choose from, for each cost model.
  public let lattices: [Lattice]
  /// Where scores were measured, and the candidates that were left out.
  public let measured: MeasuredRange
  /// Whose scores the answer rests on: for each cost model, for each profile.
  public let scoresFrom: [[ScoreOrigin]]

  /// The scaling profile: the first where several are mixed.
  public var profile: Reference { profiles[0] }
  /// The compute cost model: the first of several.
  public var cost: Reference { costs[0] }
  /// The token counts to choose from, of the first cost model.
  public var lattice: Lattice { lattices[0] }

  /// The score that the objective counts as nothing.
  var objectiveLevel: Double { isAboveChance ? metric.chance ?? 0 : 0 }

  /// What the objective counts, in a sentence.
  var scoreWords: String { isAboveChance ? "score above guessing" : "score" }

  /// The objective in words, as reports give it: `maximize score_per_flop above chance`.
  public var objectiveText: String { objective.text + (isAboveChance ? " above chance" : "") }

  /// How many candidates there are; the largest integer where they are more.
  public var candidateCount: Int {
    lattices.reduce(0) {
      let (sum, overflow) = $0.addingReportingOverflow($1.count)
      return overflow ? .max : sum
    }
  }

  /// A limit's name, with the profile where several have a floor: `min_score of li2025-vqq-ocrbench`.
  public func name(of limit: LimitName) -> String {
    if case .floor(let benchmark) = limit, profiles.count > 1 {
      return "\(limit.key) of \(profiles[benchmark].id)"
    }
    return limit.key
  }
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

  /// What a whole series does.
  package init(of analysis: RegimeAnalysis) {
    label = analysis.label
    isIdentified = analysis.isIdentified
    self.analysis = analysis
  }

  public var description: String {
    "\(label.rawValue) (\(isIdentified ? "identified" : "not identified"))"
  }
}

/// One token count with what it buys and costs.
public struct Candidate: Sendable, Equatable {
  /// Its cost model, by position in the question.
  public let design: Int
  /// Vision tokens per image.
  public let tokens: Int
  /// The predicted score.
  public let score: Double
  /// FLOPs of a request.
  public let flops: Int128
  /// Score per 10¹² FLOPs.
  public let scorePerTeraFLOP: Double
  /// Which part of a request's FLOPs encoder and connector take, from 0 to 1; `nil` where only totals are
  /// known.
  public let visionShare: Double?
  /// The limits that it violates.
  public let violates: [LimitName]
  /// What it needs of the measures, FLOPs aside, whose limits it violates.
  let excesses: [Measure: Amount]
  /// Whether it lies outside the token counts that the law was fitted on.
  public let isExtrapolated: Bool

  /// Score above a level per 10¹² FLOPs.
  func perTeraFLOP(above level: Double) -> Double {
    level == 0 ? scorePerTeraFLOP : (score - level) / (Double(flops) / 1e12)
  }

  /// Whether two candidates have the same score per FLOP, up to the tolerance of ties.
  func tiesPerFLOP(with other: Candidate, above level: Double = 0) -> Bool {
    let (mine, theirs) = (perTeraFLOP(above: level), other.perTeraFLOP(above: level))
    return (mine - theirs).magnitude
      <= Objective.tieTolerance * max(mine.magnitude, theirs.magnitude)
  }
}

/// A Pareto front as an answer shows it: the candidates that no other beats in both score and FLOPs, dressed for
/// reports. The search has it as a `ParetoFront` of points.
public struct FrontTable: Sendable, Equatable {
  /// The candidates, of rising score and FLOPs.
  public let candidates: [Candidate]
  /// What each step from one to the next buys and costs.
  public let steps: [FrontStep]
  /// The position of the knee: up to it a percent of FLOPs buys more score than on average over the front;
  /// `nil` where there is none.
  public let knee: Int?
  /// How many candidates the lattices hold.
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
  /// The law that the profile states, where a curve through its measurements decides.
  public let stated: FittedLaw?
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
  /// The limits that exclude every candidate on their own, and the least that each could be.
  public let exclusions: [Infeasibility.Exclusion]
  /// A smallest set of limits that cannot hold together.
  public let conflicts: [LimitName]
  /// For each limit that, relaxed alone, would help: how far.
  public let relaxations: [Infeasibility.Relaxation]
  /// Why there is no answer, in a sentence.
  public let reason: String
  /// For some shares of the best score the cheapest candidate that keeps it, limits left aside.
  public let ladder: ScoreLadder
  /// How the limits were checked.
  public let certificate: Certificate
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  public var description: String { reason }
}
