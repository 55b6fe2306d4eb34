import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// Recommends vision-token counts for one model on one benchmark.
///
/// ```swift
/// let advisor = try Advisor(
///   profile: .load("profiles/scaling/li2025-vqq-textvqa.yaml"),
///   cost: .load("profiles/compute/llava-1.5-7b.yaml"))
/// let advice = try advisor.advise(under: .load("policies/max-score-per-flop.yaml"))
/// print(advice.tokens, advice.scorePerTeraFLOP, advice.regime)
/// ```
public struct Advisor: Sendable {
  /// What tokens buy; of a joint law, the profile for the cost model's size.
  public let profile: ScalingProfile
  /// What tokens cost.
  public let cost: ComputeCostModel
  let requestCost: RequestCost
  /// How far the law lies from the profile's measurements.
  let residuals: LawResiduals?
  /// What the measurements say of regimes; `nil` where a score has no logarithm or there are none.
  let regimes: RegimeAnalysis?
  /// The size that a joint law was taken at, in billions of parameters; `nil` for other laws.
  let parametersBillions: Double?

  /// An advisor for a profile and a cost model.
  ///
  /// - Throws: ``InvalidDocument`` when the cost model's counts pass what can be held exactly, when a
  ///   request costs nothing, or when a joint law is asked for a model of unknown size.
  public init(profile: ScalingProfile, cost: ComputeCostModel) throws(InvalidDocument) {
    (self.profile, parametersBillions) = try Self.slice(profile, for: cost)
    do {
      // Limits and answers are in FLOPs, whatever the document counts for reports.
      var counted = cost
      counted.convention.unit = .flop
      requestCost = try counted.requestCost()
      self.cost = counted
    } catch {
      throw Self.refusal(
        .costOverflow, "the FLOPs of a request pass 1.7e38, more than can be counted exactly",
        place: nil, file: cost.file ?? cost.id)
    }
    guard requestCost.total != PiecewiseQuadratic(TokenPolynomial()) else {
      throw Self.refusal(
        .costZero, "a request that costs nothing has no score per FLOP", place: nil,
        file: cost.file ?? cost.id)
    }
    residuals = LawResiduals(of: self.profile.law.law, on: self.profile.measurements)
    regimes = (try? Series(self.profile.measurements)).flatMap { try? RegimeAnalysis(of: $0) }
  }

  /// The profile for the size of the cost model's language model.
  private static func slice(
    _ profile: ScalingProfile, for cost: ComputeCostModel
  ) throws(InvalidDocument) -> (ScalingProfile, Double?) {
    guard profile.joint != nil else { return (profile, nil) }
    guard case .architecture(let model, _) = cost.basis, let counts = try? model.parameters()
    else {
      throw refusal(
        .noModelSize,
        "'\(profile.id)' has a law of tokens and model size, but '\(cost.id)' states totals only",
        place: nil, file: cost.file ?? cost.id,
        suggestion: "use a cost model with an architecture, or a profile of one model size")
    }
    let billions =
      Double(counts.languageLayers + counts.embedding + counts.head) / 1e9
    guard let slice = profile.slice(parametersBillions: billions) else {
      throw refusal(
        .scoreOverflow,
        "the law of '\(profile.id)' gives no score for a model of \(significant(billions)) billion "
          + "parameters", place: nil, file: profile.file ?? profile.id)
    }
    return (slice, billions)
  }

  /// The best token count under a policy.
  ///
  /// - Throws: ``InvalidDocument`` when the documents do not fit together, ``InfeasiblePolicy``
  ///   when no token count satisfies the policy's limits. Use ``outcome(under:)`` where that is an
  ///   ordinary answer.
  /// - Complexity: O(log m) evaluations for a lattice of m members.
  public func advise(under policy: Policy) throws -> Advice {
    switch try outcome(under: policy) {
    case .advice(let advice): return advice
    case .infeasible(let infeasible): throw infeasible
    }
  }

  /// The best token count under a policy, or why there is none.
  ///
  /// - Throws: ``InvalidDocument`` when the documents do not fit together.
  /// - Complexity: O(log m) evaluations for a lattice of m members.
  public func outcome(under policy: Policy) throws(InvalidDocument) -> AdviceOutcome {
    let lattice = try candidates(of: policy)
    let problem = BudgetProblem(
      score: LawCurve(law: profile.law.law), cost: try costCurve(on: lattice, policy),
      lattice: lattice, objective: policy.objective,
      limits: Limits(
        minimumScore: try scoreFloor(of: policy), maximumFLOPs: policy.maximumFLOPs))
    try checkScores(on: lattice, policy)
    let question = Question(
      profile: .init(profile), cost: .init(cost), policy: .init(policy), metric: profile.metric,
      objective: policy.objective, limits: problem.limits, workload: workload, image: cost.image,
      convention: workload == nil ? nil : cost.convention, lattice: lattice)
    let remarks =
      profile.warnings + cost.warnings + policy.warnings + remarksOnLaw(over: lattice)
    switch problem.solve() {
    case .infeasible(let infeasibility):
      return .infeasible(
        InfeasiblePolicy(
          question: question, conflicts: infeasibility.conflicts,
          relaxations: infeasibility.relaxations,
          reason: infeasibility.sentence(for: question), certificate: infeasibility.certificate,
          diagnostics: remarks))
    case .optimum(let optimum):
      return .advice(advice(on: optimum, of: problem, question, remarks: remarks))
    }
  }

  private var workload: Workload? {
    guard case .architecture(_, let workload) = cost.basis else { return nil }
    return workload
  }

  // MARK: What must fit together

  private func candidates(of policy: Policy) throws(InvalidDocument) -> Lattice {
    switch policy.candidates {
    case .lattice(let lattice): return lattice
    case .model:
      if let lattice = cost.lattice { return lattice }
      throw Self.refusal(
        .noLattice,
        "the candidates are the cost model's, but '\(cost.id)' has no 'tokens.lattice'",
        place: policy.candidatesPlace, file: policy.file,
        suggestion:
          "give the policy a lattice: 'search: { lattice: { integers: { min: 1, max: 576 } } }'"
      )
    }
  }

  private func scoreFloor(of policy: Policy) throws(InvalidDocument) -> Double? {
    guard let floor = policy.minimumScore else { return nil }
    guard floor.unit == profile.metric.unit else {
      throw Self.refusal(
        .scoreUnitMismatch,
        "min_score is in \(floor.unit.rawValue), but \(quoted(profile.metric.name)) of "
          + "'\(profile.id)' is in \(profile.metric.unit.rawValue)",
        place: floor.place, file: policy.file)
    }
    return floor.value
  }

  private func costCurve(
    on lattice: Lattice, _ policy: Policy
  ) throws(InvalidDocument) -> RequestCurve {
    let largest = lattice[lattice.count - 1]
    do {
      let curve = try RequestCurve(requestCost.total, upTo: largest)
      if let (before, after) = curve.fall(on: lattice) {
        throw Self.refusal(
          .costFalls,
          "a request costs less at \(tokensText(after)) than at \(tokensText(before)): the encoder's "
            + "windows fill differently, and the search relies on costs that never fall",
          place: policy.candidatesPlace, file: cost.file ?? cost.id,
          suggestion: "give the policy a list without one of them")
      }
      return curve
    } catch let refusal as InvalidDocument {
      throw refusal
    } catch {
      throw Self.refusal(
        .costOverflow,
        "at \(grouped(largest)) tokens a request passes 1.7e38 FLOPs, more than can be counted "
          + "exactly",
        place: policy.candidatesPlace, file: policy.file,
        suggestion: "end the lattice sooner, whatever the limits are")
    }
  }

  /// The largest score that is computed with: its quotient by any count of FLOPs, per 10¹² of them,
  /// is still a double.
  static let largestScore = 1e290

  /// Laws are monotone: in bounds at both ends of the lattice is in bounds on all of it.
  private func checkScores(on lattice: Lattice, _ policy: Policy) throws(InvalidDocument) {
    for tokens in [lattice[0], lattice[lattice.count - 1]] {
      let domain = profile.law.law.domain
      guard domain.contains(Double(tokens)) else {
        throw Self.refusal(
          .outsideInterpolation,
          "the law of '\(profile.id)' is a curve through measurements from "
            + "\(significant(domain.lowerBound)) to \(significant(domain.upperBound)) tokens, and "
            + "\(grouped(tokens)) is a candidate",
          place: policy.candidatesPlace, file: profile.file,
          suggestion:
            "give the policy a lattice within the measurements, or the profile a law with "
            + "a formula")
      }
      let score = profile.law.law.score(at: Double(tokens))
      // Written so that NaN is refused too.
      guard !(score.magnitude <= Self.largestScore) else { continue }
      throw Self.refusal(
        .scoreOverflow,
        "the law of '\(profile.id)' gives a score of \(significant(score)) at \(grouped(tokens)) "
          + "tokens, too large to compute with",
        place: policy.candidatesPlace, file: profile.file)
    }
  }

  private static func refusal(
    _ code: Diagnostic.Code, _ message: String, place: SourcePlace?, file: String?,
    suggestion: String? = nil
  ) -> InvalidDocument {
    InvalidDocument(
      file: place?.file ?? file ?? "(code)",
      diagnostics: [
        Diagnostic(
          code: code, severity: .error, message: message, suggestion: suggestion, place: place,
          file: file)
      ])
  }
}

extension Diagnostic.Code {
  /// FLOPs pass what can be counted exactly.
  public static let costOverflow = Self("cost.overflow")
  /// A request costs less with more tokens.
  public static let costFalls = Self("advise.cost-falls")
  /// The law gives no finite score at a candidate.
  public static let scoreOverflow = Self("profile.score-overflow")
  /// A candidate lies outside an interpolated law's measurements.
  public static let outsideInterpolation = Self("advise.outside-interpolation")
  /// A joint law, and a cost model that does not say how large its language model is.
  public static let noModelSize = Self("advise.no-model-size")
  /// The policy leaves the candidates to a cost model that has none.
  public static let noLattice = Self("advise.no-lattice")
  /// The policy's floor is in another unit than the metric.
  public static let scoreUnitMismatch = Self("advise.score-unit-mismatch")
}
