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
  /// The scores of no and of all questions right, which numbers of questions need to become a floor of
  /// the noise; `nil` where that is not known.
  public var questionRange: ClosedRange<Double>?

  /// Options.
  public init(
    scale: ResidualScale = .logScore, huber: Double? = nil,
    forms: [String] = LawRegistry.all.map { $0.form.id }, questionRange: ClosedRange<Double>? = nil
  ) {
    self.questionRange = questionRange
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
  /// The floor of the residuals' standard deviation that the measurements' stated noise sets, on the
  /// scale of residuals; 0 where nothing is stated.
  public var noiseFloor: Double {
    series.noiseFloor(range: options.questionRange, options.scale) ?? 0
  }
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
      if let weighted = try? series.reweighted(by: robustness) { series = weighted }
    }
    let design = series.design
    var fits: [LawFit] = []
    var leftOut: [String: LeaveOneOut] = [:]
    // Fewest parameters first: what a law turns into is then known.
    for type in offered.sorted(by: { $0.form.parameters.count < $1.form.parameters.count }) {
      var fitter = type.fitter(on: design, options.scale)
      let fit = LawFit.fit(type, with: &fitter, on: design, y, options.scale, known: fits)
      guard let fit else { continue }
      fits.append(fit)
      // The fitter has its grid ready.
      if fit.aicc != nil {
        leftOut[fit.form.id] = LeaveOneOut(of: fit, with: &fitter, on: design, y)
      }
    }
    let ordered = offered.compactMap { type in fits.first { $0.form.id == type.form.id } }
    let lowest = ordered.compactMap(\.aicc).min()
    let weights = AkaikeCriterion.weights(ordered.map(\.aicc))
    let entries = zip(ordered, weights).map { fit, weight in
      Entry(
        fit: fit, weight: weight,
        deltaAICc: fit.aicc.flatMap { criterion in lowest.map { criterion - $0 } },
        leaveOneOut: leftOut[fit.form.id])
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
