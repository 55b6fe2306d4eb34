import RealModule

/// How a comparison fits.
public struct FitOptions: Sendable, Equatable {
  /// Where residuals are taken.
  public var scale: ResidualScale
  /// Whether outliers count less: Huber's weights with this threshold, in robust standard deviations
  /// (1.345 loses 5% of efficiency where there are none); `nil` for least squares.
  public var huber: Double?
  /// The laws to compare, by identifier; all with a formula by default.
  public var forms: [String]

  /// Options.
  public init(
    scale: ResidualScale = .logScore, huber: Double? = nil,
    forms: [String] = LawRegistry.all.map { $0.form.id }
  ) {
    self.scale = scale
    self.huber = huber
    self.forms = forms
  }
}

/// All laws fitted to one series, and what speaks for each.
public struct LawComparison: Sendable {
  /// A fitted law and its share of the evidence.
  public struct Entry: Sendable {
    /// The fit.
    public let fit: LawFit
    /// Its Akaike weight among the laws compared; 0 where it has no optimum.
    public let weight: Double
    /// How far its AICc lies above the lowest; `nil` where it has none.
    public let deltaAICc: Double?
    /// The error at measurements that were left out of the fit; `nil` where it has no optimum, or
    /// too few points are left.
    public let leaveOneOut: LeaveOneOut?
  }

  /// The error of predicting each measurement from the others.
  public struct LeaveOneOut: Sendable, Equatable {
    /// The root mean square over all measurements, on the residuals' scale; `nil` where a law fitted
    /// without an end point gives no score there that has a logarithm.
    public let rmse: Double?
    /// The same without the measurements of the least and the most tokens, whose prediction is
    /// extrapolation; `nil` where none is left.
    public let interiorRMSE: Double?
  }

  /// A law that the series is too short for.
  public struct Missing: Sendable, Equatable {
    /// The law's identifier.
    public let form: String
    /// How many measurements it needs.
    public let measurements: Int
    /// How many distinct token counts it needs.
    public let distinctCounts: Int
  }

  /// The laws that were fitted, in the registry's order.
  public let entries: [Entry]
  /// The laws that were not offered.
  public let missing: [Missing]
  /// The law with the lowest AICc, ties to fewer parameters; `nil` where no law has an optimum.
  public let chosen: Int?
  /// The options.
  public let options: FitOptions
  /// The series, with the weights of the robust fit where one was asked for.
  public let series: Series
  /// Under Huber's weights: what each measurement counts, from 0 to 1.
  public let robustness: [Double]?

  /// The entries, the chosen one included, within 2 of the lowest AICc: the data do not tell them
  /// apart.
  public var ties: [Entry] { entries.filter { ($0.deltaAICc ?? .infinity) < 2 } }

  /// The chosen entry.
  public var best: Entry? { chosen.map { entries[$0] } }

  /// Compares laws on a series.
  ///
  /// A law with p parameters is offered from p + 3 measurements and p + 1 distinct token counts on.
  ///
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)`` for residuals in ln S.
  /// - Complexity: O(m) for each of some thousand fits' steps; under a millisecond for ten points.
  public init(of series: Series, options: FitOptions = FitOptions()) throws(Series.Problem) {
    let y = try series.responses(options.scale)
    let types = LawRegistry.all.compactMap { $0 as? any FittableLaw.Type }
      .filter { options.forms.contains($0.form.id) }
    var offered: [any FittableLaw.Type] = []
    var missing: [Missing] = []
    for type in types {
      let need = Missing(form: type.form.id, parameters: type.form.parameters.count)
      if need.isMet(by: series) { offered.append(type) } else { missing.append(need) }
    }
    var series = series
    robustness = options.huber.flatMap { threshold in
      RobustWeights.find(
        offered, on: series.design, y, options.scale, threshold: threshold)
    }
    if let robustness {
      let weights = zip(series.weights, robustness).map { $0 * $1 }
      if let weighted = try? Series(series.measurements, weights: weights) { series = weighted }
    }
    let design = series.design
    var fits: [LawFit] = []
    // Fewest parameters first: what a law turns into is then known.
    for type in offered.sorted(by: { $0.form.parameters.count < $1.form.parameters.count }) {
      if let fit = LawFit.fit(type, on: design, y, options.scale, known: fits) { fits.append(fit) }
    }
    let ordered = offered.compactMap { type in fits.first { $0.form.id == type.form.id } }
    let lowest = ordered.compactMap(\.aicc).min()
    let weights = AkaikeCriterion.weights(ordered.map(\.aicc))
    let entries = zip(ordered, weights).map { fit, weight in
      Entry(
        fit: fit, weight: weight,
        deltaAICc: fit.aicc.flatMap { criterion in lowest.map { criterion - $0 } },
        leaveOneOut: fit.aicc == nil ? nil : LeaveOneOut(of: fit, on: design, y))
    }
    chosen = entries.indices.filter { entries[$0].fit.aicc != nil }.min {
      let (a, b) = (entries[$0].fit, entries[$1].fit)
      return (a.aicc ?? 0, a.law.values.count, $0) < (b.aicc ?? 0, b.law.values.count, $1)
    }
    self.entries = entries
    self.missing = missing
    self.options = options
    self.series = series
  }
}

extension LawComparison.Missing {
  init(form: String, parameters: Int) {
    self.init(form: form, measurements: parameters + 3, distinctCounts: parameters + 1)
  }

  func isMet(by series: Series) -> Bool {
    series.measurements.count >= measurements && series.distinctCount >= distinctCounts
  }
}

extension LawComparison.LeaveOneOut {
  /// Up to this many measurements the law is fitted once without each; beyond, what leaving one out
  /// would do is taken from its leverage, r / (1 − h), which is exact for linear laws.
  private static var refitLimit: Int { 200 }

  /// Fits the law once for each measurement, without it, in the valley of the whole fit.
  init?(of fit: LawFit, on design: Design, _ y: [Double]) {
    guard y.count <= Self.refitLimit else {
      self.init(leverageOf: fit, on: design, y)
      return
    }
    guard let type = type(of: fit.law) as? any FittableLaw.Type else { return nil }
    let raw = RawFit(values: fit.law.values, rss: fit.rss, theta: fit.theta, isAtBound: false)
    var (all, inner, innerCount) = (0.0, 0.0, 0)
    var isComplete = true
    for index in y.indices {
      let rest = design.without(index)
      guard rest.knots.count >= type.form.parameters.count else { return nil }
      var others = y
      others.remove(at: index)
      var fitter = type.fitter(on: rest, fit.scale)
      guard let left = fitter.fit(others, near: raw), let law = try? type.init(values: left.values)
      else { return nil }
      let error = y[index] - fit.scale.value(law.score(at: design.tokens[index]))
      guard error.isFinite else {
        isComplete = false
        continue
      }
      all += error * error
      let x = design.logTokens[index]
      if x > design.first, x < design.first + design.width {
        inner += error * error
        innerCount += 1
      }
    }
    self.init(
      rmse: isComplete ? (all / Double(y.count)).squareRoot() : nil,
      interiorRMSE: innerCount > 0 ? (inner / Double(innerCount)).squareRoot() : nil)
  }
}

extension LawComparison.LeaveOneOut {
  private init?(leverageOf fit: LawFit, on design: Design, _ y: [Double]) {
    guard let deviation = fit.standardDeviation, fit.covariance != nil else { return nil }
    let (last, variance) = (design.first + design.width, deviation * deviation)
    var (all, inner, innerCount) = (0.0, 0.0, 0)
    for index in y.indices {
      let tokens = design.tokens[index]
      let leverage =
        variance > 0 ? design.weights[index] * (fit.variance(at: tokens) ?? 0) / variance : 0
      let residual = y[index] - fit.scale.value(fit.law.score(at: tokens))
      let error = residual / max(1e-9, 1 - leverage)
      guard error.isFinite else { return nil }
      all += error * error
      if design.logTokens[index] > design.first, design.logTokens[index] < last {
        inner += error * error
        innerCount += 1
      }
    }
    self.init(
      rmse: (all / Double(y.count)).squareRoot(),
      interiorRMSE: innerCount > 0 ? (inner / Double(innerCount)).squareRoot() : nil)
  }
}

/// Weights that let outliers count less.
enum RobustWeights {
  /// Huber's weights around the law that scatters least, in the median.
  ///
  /// Each law is fitted again and again with the weights min(1, threshold · s / |r|) of the fit before,
  /// s = 1.4826 · median |r|, until they stand still.
  ///
  /// - Source: Huber, *Robust Statistics*, 1981, section 7.8.
  /// - Returns: One weight for each observation; `nil` where no law can be fitted.
  static func find(
    _ types: [any FittableLaw.Type], on design: Design, _ y: [Double], _ scale: ResidualScale,
    threshold: Double
  ) -> [Double]? {
    var best: (spread: Double, weights: [Double])?
    for type in types {
      guard let (spread, weights) = find(type, on: design, y, scale, threshold) else { continue }
      if best.map({ spread < $0.spread }) ?? true { best = (spread, weights) }
    }
    return best?.weights
  }

  private static func find(
    _ type: any FittableLaw.Type, on design: Design, _ y: [Double], _ scale: ResidualScale,
    _ threshold: Double
  ) -> (spread: Double, weights: [Double])? {
    var weights = y.map { _ in 1.0 }
    var spread = 0.0
    for _ in 0..<50 {
      let weighted = Design(
        tokens: design.tokens, weights: zip(design.weights, weights).map { $0 * $1 })
      var fitter = type.fitter(on: weighted, scale)
      guard let raw = fitter.fit(y), let law = try? type.init(values: raw.values) else {
        return nil
      }
      let residuals = y.indices.map {
        (y[$0] - scale.value(law.score(at: design.tokens[$0]))).magnitude
          * design.weights[$0].squareRoot()
      }
      spread = 1.4826 * median(residuals)
      guard spread > 0 else { return (0, weights) }
      let next = residuals.map { min(1, threshold * spread / $0) }
      let change = zip(next, weights).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
      weights = next
      if change < 1e-9 { break }
    }
    let freedom = y.count - type.form.parameters.count
    guard freedom > 0 else { return nil }
    return (spread * (Double(y.count) / Double(freedom)).squareRoot(), weights)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
