import LongWork
import RealModule

/// How a comparison fits.
public struct FitOptions: Sendable, Equatable {
  /// Where residuals are taken.
  public var scale: ResidualScale
  /// Whether outliers count less: Huber's weights with this threshold, in robust standard deviations
  /// (1.345 loses 5% of efficiency where there are none); `nil` for least squares.
  public var huber: Double?
  /// The laws to compare, by identifier; `nil` for those of ``LawRegistry/compared``, and a constant
  /// where the series allows it.
  public var forms: [String]?
  /// The score of guessing, where it is known: above 0 it is the floor of a law that has one.
  public var chance: Double?
  /// The scores of no and of all questions right, which numbers of questions need to become a floor of
  /// the noise; `nil` where that is not known.
  public var questionRange: ClosedRange<Double>?

  /// Options.
  public init(
    scale: ResidualScale = .logScore, huber: Double? = nil, forms: [String]? = nil,
    chance: Double? = nil, questionRange: ClosedRange<Double>? = nil
  ) {
    self.questionRange = questionRange
    self.scale = scale
    self.huber = huber
    self.forms = forms
    self.chance = chance
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
    /// Whether the data determine all parameters, and no test of the regimes takes the score for
    /// constant while the law is not.
    public let isIdentified: Bool
  }

  /// Whether a constant is one of the laws compared, and why not.
  public enum ConstantStanding: Sendable, Equatable {
    /// No test tells the score from a constant.
    case offered
    /// The laws to compare were listed, and a constant is among them or not.
    case listed(Bool)
    /// There are too few measurements for a test that finds no trend to mean anything.
    case tooFewPoints(least: Int)
    /// The score goes one way.
    case trend(TrendTest)
    /// The series has another label than flat: its slope changes.
    case label(RegimeLabel)
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
  /// Whether a constant was compared.
  public let constant: ConstantStanding
  /// What the series does, by the tests of the regimes; `nil` where scores have no logarithm.
  public let regimes: RegimeAnalysis?
  /// The law with the lowest AICc, ties to fewer parameters; where AICc is not defined for all laws, as
  /// with four measurements, the lowest AIC. Laws with scores of 0 or less at the measurements are taken
  /// only if there is no other. `nil` where no law has an optimum.
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
  /// A law with p parameters is offered from p + 3 measurements on, up to two parameters from four on,
  /// and from p + 1 distinct token counts on.
  ///
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)`` for residuals in ln S.
  /// - Complexity: O(m) for each of some thousand fits' steps; under a millisecond for ten points.
  public init(of series: Series, options: FitOptions = FitOptions()) throws(Series.Problem) {
    let y = try series.responses(options.scale)
    let plain = series.design.knowing(chance: options.chance)
    let regimes = try? RegimeAnalysis(of: series, chance: options.chance)
    let constant = ConstantStanding(options, plain, y, regimes)
    var forms = options.forms ?? LawRegistry.compared.map { $0.form.id }
    if constant == .offered { forms.append(ConstantLaw.form.id) }
    let types = LawRegistry.all.compactMap { $0 as? any FittableLaw.Type }
      .filter { forms.contains($0.form.id) }
    var offered: [any FittableLaw.Type] = []
    var missing: [Missing] = []
    for type in types {
      let need = Missing(form: type.form.id, parameters: type.fittedCount(on: plain))
      if need.isMet(by: series) { offered.append(type) } else { missing.append(need) }
    }
    var series = series
    robustness = options.huber.flatMap { threshold in
      RobustWeights.find(
        offered, on: plain, y, options.scale, threshold: threshold)
    }
    if let robustness {
      if let weighted = try? series.reweighted(by: robustness) { series = weighted }
    }
    let design = series.design.knowing(chance: options.chance)
    var fits: [LawFit] = []
    var leftOut: [String: LeaveOneOut] = [:]
    // Fewest parameters first: what a law turns into is then known.
    let watch = Watch.current
    watch.begin(.fitting, of: offered.count)
    for type in offered.sorted(by: { $0.form.parameters.count < $1.form.parameters.count }) {
      guard watch.advance() else { break }
      var fitter = type.fitter(on: design, options.scale)
      let fit = LawFit.fit(type, with: &fitter, on: design, y, options.scale, known: fits)
      guard let fit else { continue }
      fits.append(fit)
      // The fitter has its grid ready.
      if fit.hasOptimum {
        leftOut[fit.form.id] = LeaveOneOut(of: fit, with: &fitter, on: design, y)
      }
    }
    let ordered = offered.compactMap { type in fits.first { $0.form.id == type.form.id } }
    let optima = ordered.filter(\.hasOptimum)
    // With four measurements there is no AICc for two parameters, and only laws of two to compare.
    let isCorrected = optima.allSatisfy { $0.aicc != nil }
    let criteria = ordered.map { fit -> Double? in
      guard fit.hasOptimum else { return nil }
      let criterion = isCorrected ? fit.aicc : fit.aic(options.scale.roundingRSS(y))
      // Squares of huge scores are no numbers to compare.
      return criterion.flatMap { $0.isFinite ? $0 : nil }
    }
    let lowest = isCorrected ? criteria.compactMap { $0 }.min() : nil
    let isFlat = regimes?.label == .flat
    let entries = zip(zip(ordered, criteria), AkaikeCriterion.weights(criteria)).map {
      pair, weight in
      Entry(
        fit: pair.0, weight: weight,
        deltaAICc: pair.1.flatMap { criterion in lowest.map { criterion - $0 } },
        leaveOneOut: leftOut[pair.0.form.id],
        isIdentified: pair.0.isIdentified && !(isFlat && pair.0.law.trend != .constant))
    }
    var pace = Pace()
    let arePositive = entries.map { entry in
      design.tokens.allSatisfy { pace.goesOn(after: 1) && entry.fit.law.score(at: $0) > 0 }
    }
    func rank(_ index: Int) -> (Int, Double, Int, Int) {
      let isPositive = arePositive[index]
      return (isPositive ? 0 : 1, criteria[index] ?? 0, entries[index].fit.parameterCount, index)
    }
    chosen = entries.indices.filter { criteria[$0] != nil }.min { rank($0) < rank($1) }
    self.regimes = regimes
    self.constant = constant
    self.entries = entries
    self.missing = missing
    self.options = options
    self.series = series
  }
}

extension LawComparison.Missing {
  init(form: String, parameters: Int) {
    self.init(
      form: form, measurements: max(4, parameters > 2 ? parameters + 3 : parameters + 2),
      distinctCounts: parameters + 1)
  }

  func isMet(by series: Series) -> Bool {
    series.measurements.count >= measurements && series.distinctCount >= distinctCounts
  }
}

extension LawComparison.ConstantStanding {
  /// A constant is the simplest law, and with few measurements AICc prefers it to nearly everything: it is
  /// compared only where there are enough of them and nothing speaks against it.
  fileprivate init(
    _ options: FitOptions, _ design: Design, _ y: [Double], _ regimes: RegimeAnalysis?
  ) {
    if let forms = options.forms {
      self = .listed(forms.contains(ConstantLaw.form.id))
    } else if y.count < TrendTest.fewestMeasurements {
      self = .tooFewPoints(least: TrendTest.fewestMeasurements)
    } else if let test = TrendTest(design, y, options.scale), test.isRejected {
      self = .trend(test)
    } else if let label = regimes?.label, label != .flat {
      self = .label(label)
    } else {
      self = .offered
    }
  }
}

extension LawFit {
  /// Akaike's criterion without correction.
  fileprivate func aic(_ rounding: Double) -> Double? {
    let m = Double(count)
    let value = m * Double.log(max(rss, rounding) / m) + 2 * Double(parameterCount + 1)
    return value.isFinite ? value : nil
  }
}
