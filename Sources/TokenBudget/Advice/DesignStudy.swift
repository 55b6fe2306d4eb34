import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// A scaling profile for one design: the law at the design's size, and what the measurements say of it.
struct ProfileStudy: Sendable {
  /// The profile; of a joint law, the slice at the design's size.
  let profile: ScalingProfile
  /// How far the law lies from the profile's measurements.
  let residuals: LawResiduals?
  /// What the measurements say of regimes; `nil` where a score has no logarithm or there are none.
  let regimes: RegimeAnalysis?

  init(_ profile: ScalingProfile) {
    self.profile = profile
    residuals = LawResiduals(of: profile.law.law, on: profile.fittedMeasurements)
    regimes = (try? Series(profile.fittedMeasurements)).flatMap {
      try? RegimeAnalysis(of: $0, chance: profile.metric.chance)
    }
  }

  var curve: any ScoreCurve { profile.law.law.scoreCurve }

  /// The scatter of measurements around the law, in ln S: as stated for that law, or else as computed; `nil` where
  /// the law was made to run through them.
  var residualSD: Double? {
    guard profile.statedLaw == nil else { return residuals?.standardDeviation }
    return profile.statedResidualSD
      ?? residuals.flatMap {
        profile.law.law is InterpolatedLaw && $0.worstRelativeError.magnitude < Self.rounding
          ? nil : $0.standardDeviation
      }
  }

  /// Scores that differ by less than this, relative, are the same.
  private static var rounding: Double { 1e-9 }

  /// What the prediction at a token count rests on.
  func evidence(near tokens: Double) -> Evidence {
    let law = profile.law.law
    let measurements = profile.fittedMeasurements
    let exact = measurements.filter { $0.tokens == tokens }
    let below = measurements.filter { $0.tokens < tokens }.max { $0.tokens < $1.tokens }
    let above = measurements.filter { $0.tokens > tokens }.min { $0.tokens < $1.tokens }
    return Evidence(
      form: type(of: law).form, values: law.values,
      method: profile.statedLaw == nil ? profile.fitMethod : nil,
      fittedTokens: profile.law.fittedTokens, measurementCount: measurements.count,
      residualSD: residualSD, stated: profile.statedLaw, residuals: residuals,
      nearby: exact.isEmpty ? [below, above].compactMap { $0 } : exact, source: profile.source)
  }
}

/// A cost model with the profiles that it is studied on.
struct DesignStudy: Sendable {
  /// The cost model, counting FLOPs.
  let cost: ComputeCostModel
  /// What a workload costs.
  let requestCost: RequestCost
  /// The profiles, in the advisor's order.
  let profiles: [ProfileStudy]
  /// The size that joint laws were taken at, in billions of parameters; `nil` without one.
  let parametersBillions: Double?

  init(_ cost: ComputeCostModel, _ profiles: [ScalingProfile]) throws(InvalidDocument) {
    var size: Double?
    var studies: [ProfileStudy] = []
    for profile in profiles {
      guard profile.joint != nil else {
        studies.append(ProfileStudy(profile))
        continue
      }
      let billions = try Self.size(of: cost, for: profile)
      size = billions
      guard let slice = profile.slice(parametersBillions: billions) else {
        throw InvalidDocument.refusal(
          .scoreOverflow,
          "the law of '\(profile.id)' gives no score for a model of \(significant(billions)) billion "
            + "parameters", place: nil, file: profile.file ?? profile.id)
      }
      studies.append(ProfileStudy(slice))
    }
    self.profiles = studies
    parametersBillions = size
    do {
      // Limits and answers are in FLOPs, whatever the document counts for reports.
      var counted = cost
      counted.convention.unit = .flop
      requestCost = try counted.requestCost()
      self.cost = counted
    } catch {
      throw InvalidDocument.refusal(
        .costOverflow, "the FLOPs of a request pass 1.7e38, more than can be counted exactly",
        place: nil, file: cost.file ?? cost.id)
    }
    guard requestCost.total != PiecewiseQuadratic(TokenPolynomial()) else {
      throw InvalidDocument.refusal(
        .costZero, "a request that costs nothing has no score per FLOP", place: nil,
        file: cost.file ?? cost.id)
    }
  }

  /// The size of the language model, in billions of parameters.
  private static func size(
    of cost: ComputeCostModel, for profile: ScalingProfile
  ) throws(InvalidDocument) -> Double {
    if let billions = cost.languageBillions { return billions }
    throw InvalidDocument.refusal(
      .noModelSize,
      "'\(profile.id)' has a law of tokens and model size, but '\(cost.id)' states totals only",
      place: nil, file: cost.file ?? cost.id,
      suggestion: "add 'parameters_billions' to the cost model, use one with an architecture, or a "
        + "profile of one model size")
  }

  var workload: Workload? {
    guard case .architecture(_, let workload) = cost.basis else { return nil }
    return workload
  }

  /// The processor's setting that gives a token count.
  func setting(for tokens: Int) -> String? {
    guard case .architecture(let model, _) = cost.basis, case .processor(let budgets) = model.budget
    else { return nil }
    return budgets.first { $0.tokens == tokens }?.setting
  }

  /// What a request would cost without a vision token, its encoder at the smallest setting.
  var fixedFLOPs: Int128 { requestCost.total.polynomials[0].fixed }
}
