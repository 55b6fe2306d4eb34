import BudgetDocuments
import ScalingLaws
import SourceText

extension ScalingFit {
  /// What a reader should know of a fit of tokens.
  static func remarks(
    on comparison: LawComparison, _ choice: Choice?, _ metric: ScalingProfile.Metric,
    _ series: MeasurementSeries, _ request: FitRequest
  ) -> [Diagnostic] {
    // A scatter in the score's unit, as a share of the largest score.
    let deviation: Double? =
      switch choice {
      case .law(let fit) where fit.scale == .logScore: fit.standardDeviation
      case .law(let fit):
        fit.standardDeviation.flatMap { deviation in
          series.points.map(\.score).max().map { $0 > 0 ? deviation / $0 : 0 }
        }
      default: nil
      }
    var remarks = comparison.series.remarks(
      chance: metric.chance, range: metric.range, deviation: deviation
    ).map { remark($0, series) }
    if let best = comparison.best, request.law == nil {
      let others = comparison.ties.map(\.fit.form.id).filter { $0 != best.fit.form.id }
      if !others.isEmpty {
        remarks.append(
          note(
            .lawsTie,
            "the data do not tell '\(best.fit.form.id)' from \(list(others)): AICc within 2",
            series,
            suggestion: "prefer the law whose reading you can defend, with '\(parameter: .law)'"))
      }
    }
    for entry in comparison.entries {
      if let text = entry.fit.limitText {
        remarks.append(
          note(.noOptimum, "the law '\(entry.fit.form.id)' has no optimum: \(text)", series))
      }
      if case .atBound(let parameters) = entry.fit.status {
        remarks.append(
          note(
            .atBound,
            "the law '\(entry.fit.form.id)' ends at a bound: "
              + parameters.map { "\($0) = 0" }.joined(separator: ", "), series))
      }
    }
    let asked = request.options.forms?.count ?? LawRegistry.compared.count
    if comparison.entries.isEmpty, comparison.missing.count < asked {
      remarks.append(
        note(
          .fitOverflow,
          "the squares of these scores pass what a double can hold, and no formula is compared",
          series,
          suggestion:
            "give the scores in another unit, or take '\(parameter: .residuals, "log-score")'"))
    }
    if choice == nil {
      remarks.append(
        warning(.noOptimum, "no law has an optimum on these measurements", series))
    }
    for missing in comparison.missing where request.law == nil {
      remarks.append(
        note(
          .tooFewPoints,
          "the law '\(missing.form)' is not offered: it needs \(missing.measurements) measurements "
            + "at \(missing.distinctCounts) token counts", series))
    }
    remarks += constancy(comparison, choice, series, request)
    if let robustness = comparison.robustness {
      for (point, weight) in zip(series.points, robustness) where weight < 0.5 {
        remarks.append(
          note(
            .outlier,
            "the measurement at n = \(significant(point.tokens)) counts \(percent(weight)) in the "
              + "robust fit", series, place: point.place))
      }
    }
    if case .law(let fit) = choice, let deviation = fit.standardDeviation,
      deviation < comparison.noiseFloor
    {
      func text(_ value: Double) -> String {
        fit.scale == .logScore ? percent(value) : significant(value, 2)
      }
      remarks.append(
        note(
          .belowNoiseFloor,
          "residuals scatter by \(text(deviation)), less than the \(text(comparison.noiseFloor)) that "
            + "the questions alone leave: intervals take the latter", series))
    }
    for tokens in request.predictions
    where !comparison.series.tokenRange.contains(tokens) {
      remarks.append(extrapolation(tokens, comparison.series.tokenRange, series))
    }
    return remarks
  }

  /// Why a constant is not compared, and whether the law taken claims more than the tests do.
  private static func constancy(
    _ comparison: LawComparison, _ choice: Choice?, _ series: MeasurementSeries,
    _ request: FitRequest
  ) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    if request.law == nil {
      let reason: String? =
        switch comparison.constant {
        case .offered, .listed: nil
        case .tooFewPoints(let least):
          "with fewer than \(least) measurements no test can tell a constant from a trend"
        case .trend(let test):
          "a trend is significant at 5% (slope p = \(significant(test.slopePValue, 2)), order of the "
            + "scores p = \(significant(test.orderPValue, 2)))"
        case .label(let label):
          "the slope changes significantly, and the series is \(label.rawValue)"
        }
      if let reason {
        remarks.append(
          note(
            .constantWithheld, "the law 'constant' is not compared: \(reason)", series,
            suggestion: "'\(parameter: .law, "constant")' takes it all the same"))
      }
    }
    if comparison.regimes?.label == .flat, case .law(let fit) = choice, fit.law.trend != .constant {
      remarks.append(
        note(
          .trendNotEstablished,
          "neither a slope nor a change of slope is significant at 5%: that the score goes the way of "
            + "the law '\(fit.form.id)' is not established", series,
          suggestion: "measure at more token counts"))
    }
    return remarks
  }

  /// What a law cannot be used for.
  static func limitations(
    of choice: Choice?, _ series: MeasurementSeries
  ) -> [Diagnostic] {
    let tokens = series.points.map(\.tokens)
    let sizes = series.points.compactMap(\.parametersBillions)
    guard let low = tokens.min(), let high = tokens.max(), let choice else { return [] }
    let scores = [low, high].map { n -> Double in
      switch choice {
      case .law(let fit): fit.law.score(at: n)
      case .interpolated(let law): law.score(at: n)
      case .smooth(let law): max(law.score(at: n), .leastNormalMagnitude)
      case .joint(let fit):
        fit.law.score(at: n, parametersBillions: sizes.max() ?? 1)
      }
    }
    guard let bad = zip([low, high], scores).first(where: { !($1 > 0 && $1.isFinite) }) else {
      return []
    }
    return [
      warning(
        .fitNotPositive,
        "the law gives \(significant(bad.1)) at n = \(significant(bad.0)): a profile must give scores "
          + "above 0 on the range of its fit", series,
        suggestion: "take another law with '\(parameter: .law)'")
    ]
  }

  /// What had to be assumed of the metric.
  static func assumptions(
    on metric: ScalingProfile.Metric, _ series: MeasurementSeries, _ request: FitRequest
  ) -> [Diagnostic] {
    guard request.unit == nil, metric.unit == .points else { return [] }
    return [
      note(
        .unitAssumed, "the score's unit is not stated, and taken as points", series,
        suggestion:
          "give '\(parameter: .unit, "percent")' or '\(parameter: .metricRange, "0,100")' where scores are percent"
      )
    ]
  }

  /// What a reader should know of a joint fit.
  static func remarks(
    on comparison: JointComparison, _ choice: JointFit?, _ metric: ScalingProfile.Metric,
    _ series: MeasurementSeries, _ request: FitRequest
  ) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    if let chance = metric.chance, let point = series.points.first(where: { $0.score <= chance }) {
      remarks.append(belowChance(1, point.tokens, point.score, chance, series))
    }
    let error = comparison.fits.first { $0.law.shape == .error }
    if let error, case .atBound(let parameters) = error.status {
      remarks.append(
        note(
          .atBound,
          comparison.fits.count > 1
            ? "the error form ends at a bound: \(parameters.map { "\($0) = 0" }.joined(separator: ", "))"
            : "residuals in ln(error) hold d at 0", series,
          suggestion: series.points.count < 7
            ? "with fewer than 7 measurements d is held there" : nil
        ))
      if case .runsAway(let rss) = comparison.freeFloor, comparison.fits.count > 1 {
        remarks.append(
          note(
            .noOptimum,
            "with d free the error form has no optimum: a grows and d falls without end, towards the "
              + "log-linear form with a residual sum of \(significant(rss, 7))", series))
      }
    }
    let score = comparison.fits.first { $0.law.shape == .score }
    if let error, let score, score.rss < error.rss {
      remarks.append(
        note(
          .scoreFormFits,
          "a power law of the score fits better than one of the error: residual sums "
            + "\(significant(score.rss, 7)) and \(significant(error.rss, 7)), with one parameter "
            + "fewer", series))
    }
    let ties = comparison.ties.map(\.law.shape.rawValue).filter {
      $0 != choice?.law.shape.rawValue
    }
    if !ties.isEmpty, let choice, request.law == nil {
      remarks.append(
        note(
          .lawsTie,
          "the data do not tell '\(choice.law.shape.rawValue)' from \(list(ties)): AICc within 2",
          series))
    }
    return remarks
  }

  private static func remark(_ remark: SeriesRemark, _ series: MeasurementSeries) -> Diagnostic {
    switch remark {
    case .falls(let from, let to, let isBeyondNoise):
      let message =
        "the series is not monotone: the score falls from \(significant(from.score, 5)) at n = "
        + "\(significant(from.tokens)) to \(significant(to.score, 5)) at n = "
        + "\(significant(to.tokens))"
      return isBeyondNoise
        ? warning(
          .notMonotone, message + ", more than the scatter around the law explains", series,
          suggestion: "laws are monotone and cannot follow it; check the measurements")
        : note(.notMonotone, message + ", within the scatter around the law", series)
    case .belowChance(let count, let first, let chance):
      return belowChance(count, first.tokens, first.score, chance, series)
    case .leverage(let tokens, let share):
      return warning(
        .leverage,
        "the measurement at n = \(significant(tokens)) decides \(percent(share)) of the slope",
        series, suggestion: "measure at more token counts around it, or fit without it to compare")
    case .repeated(let count):
      return note(
        .repeatedTokens,
        "\(count) measurements repeat a token count; each counts for itself", series)
    case .outsideRange(let count, let first, let range):
      return warning(
        .scoreOutsideRange,
        "\(count) \(count == 1 ? "score lies" : "scores lie") outside the metric's range "
          + "[\(significant(range.lowerBound)), \(significant(range.upperBound))], the first "
          + "\(significant(first.score, 6)) at n = \(significant(first.tokens))", series)
    }
  }

  private static func belowChance(
    _ count: Int, _ tokens: Double, _ score: Double, _ chance: Double,
    _ series: MeasurementSeries
  ) -> Diagnostic {
    warning(
      .belowChance,
      "\(count == 1 ? "a score does" : "\(count) scores do") not exceed that of guessing, "
        + "\(significant(chance)): the first is \(significant(score, 5)) at n = "
        + "\(significant(tokens))", series,
      suggestion: "below chance a score says nothing of vision; fit without such points")
  }

  static func extrapolation(
    _ tokens: Double, _ range: ClosedRange<Double>, _ series: MeasurementSeries
  ) -> Diagnostic {
    warning(
      .fitExtrapolated,
      "n = \(significant(tokens)) lies outside the measurements, "
        + "\(significant(range.lowerBound)) to \(significant(range.upperBound)): the prediction there "
        + "rests on the law alone", series)
  }

  private static func list(_ forms: [String]) -> String {
    forms.map { "'\($0)'" }.joined(separator: ", ")
  }

  private static func note(
    _ code: Diagnostic.Code, _ message: String, _ series: MeasurementSeries,
    suggestion: Suggestion? = nil, place: SourcePlace? = nil
  ) -> Diagnostic { diagnostic(code, .note, message, series, suggestion, place) }

  private static func warning(
    _ code: Diagnostic.Code, _ message: String, _ series: MeasurementSeries,
    suggestion: Suggestion? = nil
  ) -> Diagnostic { diagnostic(code, .warning, message, series, suggestion, nil) }

  private static func diagnostic(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
    _ series: MeasurementSeries, _ suggestion: Suggestion?, _ place: SourcePlace?
  ) -> Diagnostic {
    Diagnostic(
      code: code, severity: severity,
      message: series.titled(message),
      suggestion: suggestion, place: place, file: series.file)
  }
}

extension Diagnostic.Code {
  /// The score falls somewhere as tokens are added.
  public static let notMonotone = Self("fit.non-monotone")
  /// Scores that guessing would give.
  public static let belowChance = Self("fit.below-chance")
  /// One token count decides most of the slope.
  public static let leverage = Self("fit.leverage")
  /// Token counts were measured more than once.
  public static let repeatedTokens = Self("fit.repeated-tokens")
  /// A law with scores of 0 or less on the measured range.
  public static let fitNotPositive = Self("fit.law-not-positive")
  /// A unit that nothing states.
  public static let unitAssumed = Self("fit.unit-assumed")
  /// A constant that is not one of the laws compared.
  public static let constantWithheld = Self("fit.constant-withheld")
  /// A law that rises or falls where no test finds a trend.
  public static let trendNotEstablished = Self("fit.trend-not-established")
  /// Laws that the data do not tell apart.
  public static let lawsTie = Self("fit.tie")
  /// A parameter at the bound of its domain.
  public static let atBound = Self("fit.at-bound")
  /// A measurement that counts little in a robust fit.
  public static let outlier = Self("fit.outlier")
  /// Residuals smaller than the noise that is known.
  public static let belowNoiseFloor = Self("fit.below-noise-floor")
  /// A prediction outside the measurements.
  public static let fitExtrapolated = Self("fit.extrapolated")
  /// The score form of a joint law fits better than the error form.
  public static let scoreFormFits = Self("fit.score-form-fits")
}
