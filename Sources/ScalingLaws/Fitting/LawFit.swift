import LongWork
import RealModule

/// A law fitted to a series, and how well.
public struct LawFit: Sendable {
  /// How the search for parameters ended.
  public enum Status: Sendable, Equatable {
    /// At an optimum inside the parameters' domains.
    case optimum
    /// At an optimum where parameters lie on the bound of their domain.
    case atBound(parameters: [String])
    /// There is no optimum: parameters run away, and the law turns into a simpler one.
    case runsAway(limit: String)
    /// There is no optimum, and no simpler law describes where it goes.
    case unbounded
  }

  /// The law; where parameters run away, as far as they were followed.
  public let law: any ParametricLaw
  /// Where residuals were taken.
  public let scale: ResidualScale
  /// How the search ended.
  public let status: Status
  /// The weighted residual sum of squares; weights have mean 1.
  public let rss: Double
  /// How many measurements were fitted.
  public let count: Int
  /// The residual standard deviation √(RSS / (m − p)); `nil` where no degree of freedom is left.
  public let standardDeviation: Double?
  /// The parameters' covariance at the optimum, in the order of the form. Parameters at a bound are
  /// held: their rows are 0. `nil` where the data do not determine the parameters.
  public let covariance: [[Double]]?
  /// Akaike's criterion with the correction for short series, m ln(RSS/m) + 2k + 2k(k+1)/(m−k−1) with
  /// k = p + 1; `nil` where parameters run away or m ≤ k + 1.
  public let aicc: Double?
  /// The residual sums of the simpler laws that this one could turn into, by identifier.
  public let limits: [(form: String, rss: Double)]
  /// The least and the most tokens of the fit.
  public let tokenRange: ClosedRange<Double>
  /// How many parameters were fitted; a floor that is known is none of them.
  public let parameterCount: Int
  /// The score of guessing that the fit knew of.
  public let chance: Double?

  /// Whether the search ended at an optimum.
  public var hasOptimum: Bool {
    switch status {
    case .optimum, .atBound: true
    case .runsAway, .unbounded: false
    }
  }

  /// The law's form.
  public var form: LawForm { type(of: law).form }

  /// Whether the data determine all parameters: an optimum inside the domains, and every law that
  /// this one could turn into is rejected by the F test at 5%.
  public var isIdentified: Bool {
    guard status == .optimum, covariance != nil, count > parameterCount else { return false }
    let freedom = Double(count - parameterCount)
    return limits.allSatisfy { limit in
      let numerator = parameterCount - (LawRegistry.law(limit.form)?.form.parameters.count ?? 0)
      guard numerator > 0 else { return true }
      let statistic = (limit.rss - rss) / Double(numerator) / (rss / freedom)
      return rss <= 0
        ? limit.rss > 0
        : FDistribution(numerator: Double(numerator), denominator: freedom)
          .survival(max(0, statistic)) < Significance.level
    }
  }

  /// Fits a law to a series.
  ///
  /// - Parameters:
  ///   - type: One of ``LawRegistry/all``.
  ///   - series: At least as many measurements and distinct token counts as the law has parameters.
  ///   - scale: Where residuals are taken.
  ///   - chance: The score of guessing, where it is known: above 0 it is the floor of a law that has one.
  /// - Returns: `nil` where the series is too short, or no parameters give finite scores.
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)`` for residuals in ln S.
  /// - Complexity: O(m) for each of up to some hundred points of a grid and for the steps from its
  ///   lowest valleys; global as far as the grid tells valleys apart, and the same on every run.
  public static func fit(
    _ type: any ParametricLaw.Type, to series: Series, scale: ResidualScale = .logScore,
    chance: Double? = nil
  ) throws(Series.Problem) -> LawFit? {
    let y = try series.responses(scale)
    guard let fittable = type as? any FittableLaw.Type else { return nil }
    let design = series.design.knowing(chance: chance)
    var fitter = fittable.fitter(on: design, scale)
    return fit(fittable, with: &fitter, on: design, y, scale)
  }

  static func fit(
    _ type: any FittableLaw.Type, with fitter: inout any LawFitter, on design: Design,
    _ y: [Double], _ scale: ResidualScale, known: [LawFit] = []
  ) -> LawFit? {
    let parameters = type.form.parameters
    let fixed = type.fixedParameters(on: design)
    let count = parameters.count - fixed.count
    guard design.knots.count >= count else { return nil }
    guard let raw = fitter.fit(y), let law = try? type.init(values: raw.values) else { return nil }
    let limits = type.limits(on: design).compactMap { limit -> (form: String, rss: Double)? in
      if let fit = known.first(where: { $0.form.id == limit.form.id }) {
        return type.canTurnInto(fit.law) ? (limit.form.id, fit.rss) : nil
      }
      guard let fittable = limit as? any FittableLaw.Type else { return nil }
      var fitter = fittable.fitter(on: design, scale)
      guard let raw = fitter.fit(y), let law = try? limit.init(values: raw.values),
        type.canTurnInto(law)
      else { return nil }
      return (limit.form.id, raw.rss)
    }
    let rounding = scale.roundingRSS(y)
    // A law that fits no better than what it turns into has no optimum of its own; it turns into the
    // simplest that fits as well as any.
    let lowest = limits.reduce(raw.rss) { min($0, $1.rss) }
    let limit = limits.reversed().first { $0.rss <= lowest * (1 + 1e-9) + rounding }
    let held = zip(parameters, raw.values).filter { $0.domain == .nonNegative && $1 == 0 }
      .map(\.0.key)
    let status: Status =
      if let limit { .runsAway(limit: limit.form) } else if raw.isHeld {
        .unbounded
      } else if !held.isEmpty {
        .atBound(parameters: held)
      } else if raw.isAtBound, let zero = zip(parameters, raw.values).first(where: { $1 == 0 }) {
        .atBound(parameters: [zero.0.key])
      } else if raw.isAtBound { .unbounded } else { .optimum }
    let isFinished = limit == nil && status != .unbounded
    let freedom = y.count - count
    let deviation = freedom > 0 ? (raw.rss / Double(freedom)).squareRoot() : nil
    return LawFit(
      law: law, scale: scale, status: status, rss: lowest,
      count: y.count,
      standardDeviation: deviation,
      covariance: isFinished
        ? deviation.flatMap { covariance(of: law, on: design, scale, fixed: fixed, deviation: $0) }
        : nil,
      aicc: isFinished
        ? AkaikeCriterion.corrected(
          rss: max(raw.rss, rounding), count: y.count, parameters: count) : nil,
      limits: limits,
      tokenRange: Double.exp(design.first)...Double.exp(design.first + design.width),
      parameterCount: count, chance: design.floor)
  }

  /// σ² (JᵀWJ)⁻¹ with J the derivatives of the law on the residuals' scale.
  private static func covariance(
    of law: any ParametricLaw, on design: Design, _ scale: ResidualScale, fixed: [Int],
    deviation: Double
  ) -> [[Double]]? {
    let parameters = type(of: law).form.parameters
    let free = parameters.indices.filter {
      !fixed.contains($0)
        && !(law.values[$0] == 0 && parameters[$0].domain == .nonNegative)
    }
    var normal = SymmetricMatrix(size: free.count)
    var pace = Pace()
    for (tokens, weight) in zip(design.tokens, design.weights) {
      guard pace.goesOn(after: 1) else { return nil }
      let row = law.gradient(at: tokens, scale)
      guard row.allSatisfy(\.isFinite) else { return nil }
      for (a, i) in free.enumerated() {
        for (b, j) in free.enumerated() where b <= a { normal[a, b] += weight * row[i] * row[j] }
      }
    }
    guard let inverse = normal.inverse() else { return nil }
    var result = parameters.map { _ in parameters.map { _ in 0.0 } }
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() { result[i][j] = inverse[a, b] * deviation * deviation }
    }
    return result.allSatisfy { $0.allSatisfy(\.isFinite) } ? result : nil
  }
}

extension ParametricLaw {
  /// The derivatives on a residual scale.
  func gradient(at tokens: Double, _ scale: ResidualScale) -> [Double] {
    let gradient = gradient(at: tokens)
    guard scale == .logScore else { return gradient }
    let score = score(at: tokens)
    return gradient.map { $0 / score }
  }
}
