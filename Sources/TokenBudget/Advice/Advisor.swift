import BudgetDocuments
import BudgetSearch
import ComputeCosts
import LongWork
import ScalingLaws
import SourceText

/// Recommends vision-token counts: for one model on one benchmark, or among several models and over
/// several benchmarks.
///
/// ```swift
/// let advisor = try Advisor(
///   profile: .load("profiles/scaling/li2025-vqq-textvqa.yaml"),
///   cost: .load("profiles/compute/llava-1.5-7b.yaml"))
/// let advice = try advisor.advise(under: .load("policies/max-score-per-flop.yaml"))
/// print(advice.tokens, advice.scorePerTeraFLOP, advice.regime)
/// ```
public struct Advisor: Sendable {
  /// What tokens buy, each with the law that decides; see ``BudgetDocuments/ScalingProfile/deciding(by:)``.
  public let profiles: [ScalingProfile]
  /// What the accelerators that policies or cost models name can do.
  public let hardware: [HardwareProfile]
  let designs: [DesignStudy]

  /// What tokens cost on each model.
  public var costs: [ComputeCostModel] { designs.map(\.cost) }

  /// An advisor for a profile and a cost model.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` when the cost model's counts pass what can be held exactly, when a
  ///   request costs nothing, or when a joint law is asked for a model of unknown size.
  public init(
    profile: ScalingProfile, cost: ComputeCostModel, hardware: [HardwareProfile] = [],
    decidedBy law: DecidingLaw = .curve
  ) throws(InvalidDocument) {
    try self.init(profiles: [profile], costs: [cost], hardware: hardware, decidedBy: law)
  }

  /// An advisor for several profiles, which a policy mixes, and several cost models, of which it chooses
  /// one.
  ///
  /// - Parameters:
  ///   - profiles: At least one; of joint laws, each design takes the law at its own size.
  ///   - costs: The designs to choose from, at least one.
  ///   - hardware: Accelerators by id, for time, energy and prices by the hour.
  ///   - law: Whether the curve through a profile's measurements decides, or the law that it states.
  /// - Throws: ``SourceText/InvalidDocument`` as above.
  public init(
    profiles: [ScalingProfile], costs: [ComputeCostModel], hardware: [HardwareProfile] = [],
    decidedBy law: DecidingLaw = .curve
  ) throws(InvalidDocument) {
    precondition(!profiles.isEmpty && !costs.isEmpty, "an advisor needs a profile and a cost model")
    let profiles = profiles.map { $0.deciding(by: law) }
    self.profiles = profiles
    self.hardware = hardware
    var designs: [DesignStudy] = []
    for cost in costs { designs.append(try DesignStudy(cost, profiles)) }
    self.designs = designs
  }

  /// The best token count under a policy.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together, ``InfeasiblePolicy``
  ///   when no token count satisfies the policy's limits. Use ``outcome(under:)`` where that is an
  ///   ordinary answer.
  /// - Complexity: as ``outcome(under:)``.
  public func advise(under policy: Policy) throws -> Advice {
    switch try outcome(under: policy) {
    case .advice(let advice): return advice
    case .infeasible(let infeasible): throw infeasible
    }
  }

  /// What the search is asked under a policy, for those who ask it many times or change it in code.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together.
  public func problem(under policy: Policy) throws(InvalidDocument) -> BudgetProblem {
    var problem = try ResolvedQuestion(self, policy).problem
    // The best score is that of the designs that the problem will have when it is solved.
    problem.limits.kept?.best = nil
    return problem
  }

  /// The best token count under a policy, or why there is none.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together.
  /// - Complexity: O(log m) evaluations for a lattice of m members, for each design; with a risk
  ///   level that again for each draw, and some 25 µs to fit it.
  public func outcome(under policy: Policy) throws(InvalidDocument) -> AdviceOutcome {
    try outcome(of: ResolvedQuestion(self, policy))
  }

  /// What a question takes, bounded: see ``WorkLimits/branches``.
  ///
  /// - Throws: ``InvalidDocument`` where searches without known pieces pass the bound.
  func bounded<Value>(
    under policy: Policy, _ work: () throws(InvalidDocument) -> Value
  ) throws(InvalidDocument) -> Value {
    let draws = min(policy.risk?.draws ?? 0, WorkLimits.draws)
    let found = Watch.bounded(branches: WorkLimits.branches + draws * WorkLimits.branchesPerDraw) {
      Result(catching: work)
    }
    guard let found else {
      throw InvalidDocument.refusal(
        .searchTooLong,
        "the search looked at \(grouped(WorkLimits.branches)) candidates, and cannot tell which is the best: "
          + "over these token counts the objective hardly changes",
        place: policy.candidatesPlace, file: policy.file,
        suggestion: "give the policy fewer candidates, such as squares, multiples or a list")
    }
    return try found.get()
  }

  /// The answer to a question that was made of this advisor's documents.
  func outcome(of resolved: ResolvedQuestion) throws(InvalidDocument) -> AdviceOutcome {
    try bounded(under: resolved.policy) { answer(of: resolved) }
  }

  private func answer(of resolved: ResolvedQuestion) -> AdviceOutcome {
    let remarks =
      resolved.benchmarks.flatMap { profiles[$0.profile].warnings } + costs.flatMap(\.warnings)
      + resolved.policy.warnings + remarksOnModels(resolved) + remarksOnLaws(resolved)
    switch resolved.problem.solve() {
    case .infeasible(let infeasibility):
      return .infeasible(
        InfeasiblePolicy(
          question: resolved.question, exclusions: infeasibility.exclusions,
          conflicts: infeasibility.conflicts,
          relaxations: infeasibility.relaxations,
          reason: infeasibility.sentence(for: resolved.question), ladder: ladder(resolved),
          certificate: infeasibility.certificate, diagnostics: remarks))
    case .optimum(let optimum):
      return .advice(advice(on: optimum, resolved, remarks: remarks))
    }
  }
}

extension Diagnostic.Code {
  /// A search without known pieces has looked at as many candidates as one answer may.
  public static let searchTooLong = Self("advise.search-too-long")
  /// A request costs less with more tokens.
  public static let costFalls = Self("advise.cost-falls")
  /// The law gives no finite score at a candidate.
  public static let scoreOverflow = Self("profile.score-overflow")
  /// All scores are too small for a quotient by FLOPs.
  public static let scoreUnderflow = Self("profile.score-underflow")
  /// In a mix, a metric's range in which its scores cannot be told apart.
  public static let rangeTooWide = Self("profile.range-too-wide")
  /// A candidate lies outside an interpolated law's measurements.
  public static let outsideInterpolation = Self("advise.outside-interpolation")
  /// A joint law, and a cost model that does not say how large its language model is.
  public static let noModelSize = Self("advise.no-model-size")
  /// The policy leaves the candidates to a cost model that has none.
  public static let noLattice = Self("advise.no-lattice")
  /// The policy's floor is in another unit than the metric.
  public static let scoreUnitMismatch = Self("advise.score-unit-mismatch")
  /// A policy mixes a profile that was not given, or several were given and it mixes none.
  public static let mixMismatch = Self("advise.mix-mismatch")
  /// A benchmark of a mix has no range to normalise it by.
  public static let noRange = Self("advise.no-range")
  /// Scores above guessing, and a metric that does not say what guessing gets.
  public static let noChance = Self("advise.no-chance")
  /// A policy asks for what a cost model of totals cannot tell.
  public static let measureUnknown = Self("advise.measure-unknown")
  /// A policy asks for time, and no accelerator is known.
  public static let noHardware = Self("advise.no-hardware")
  /// Training cannot be counted for this model and plan.
  public static let lifetimeUnknown = Self("advise.lifetime-unknown")
}
