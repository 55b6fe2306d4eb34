import BudgetDocuments
import ScalingLaws
import SourceText

/// A series of measurements, fitted.
public struct ScalingFit: Sendable {
  /// What was fitted.
  public enum Outcome: Sendable {
    /// Laws of tokens, compared, and the regimes where scores have logarithms.
    case tokens(LawComparison, RegimeAnalysis?)
    /// Laws of model size and tokens.
    case joint(JointComparison)
  }

  /// The law that was taken.
  public enum Choice: Sendable {
    /// The curve that the measurements leave.
    case smooth(SmoothLaw)
    /// A law with a formula, fitted.
    case law(LawFit)
    /// A curve through the measurements.
    case interpolated(InterpolatedLaw)
    /// A joint law.
    case joint(JointFit)
  }

  /// The measurements that were fitted, as scores.
  public let series: MeasurementSeries
  /// All measurements, as scores: those of the unreduced model too.
  public let measured: MeasurementSeries
  /// Whose scores they are; `nil` where nothing is known.
  public let model: MeasuredModel?
  /// The metric, as far as it is known.
  public let metric: ScalingProfile.Metric
  /// What was asked.
  public let request: FitRequest
  /// The fits.
  public let outcome: Outcome
  /// The law taken; `nil` where no law has an optimum.
  public let choice: Choice?
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  /// Fits a series.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` when the measurements cannot be fitted, at the first that is in the
  ///   way, or when there are too few for any law.
  /// - Complexity: under a millisecond for ten measurements.
  public init(_ read: MeasurementSeries, _ request: FitRequest = FitRequest())
    throws(InvalidDocument)
  {
    let isJoint = read.points.contains { $0.parametersBillions != nil }
    if !isJoint, request.jointScale == .logError {
      throw Self.refusal(
        .wrongResiduals, "residuals in ln(error) are for laws of model size and tokens", at: nil,
        read,
        suggestion:
          "take '\(parameter: .residuals, "log-score")' or '\(parameter: .residuals, "score")'")
    }
    if isJoint, request.isScaleGiven, request.jointScale == .error,
      request.options.scale == .logScore
    {
      throw Self.refusal(
        .wrongResiduals,
        "laws of model size and tokens take residuals in error or in ln(error), not in ln(score)",
        at: nil, read,
        suggestion:
          "take '\(parameter: .residuals, "error")' or '\(parameter: .residuals, "log-error")'")
    }
    let (scores, range) = try Self.asScores(read, request)
    let model = scores.model.with(request.model)
    self.model = model.isEmpty ? nil : model
    let measured = scores.marked(by: model)
    self.measured = measured
    let series = measured.withoutUnreduced
    self.series = series
    let leftOut = Self.remarks(onUnreduced: measured, model)
    metric = ScalingProfile.Metric(
      name: request.metricName ?? read.metric ?? read.name
        ?? MeasurementSeries.stem(of: read.file),
      unit: request.unit ?? (range == 0...100 ? .percent : .points),
      range: range, chance: request.chance, questions: request.questions)
    var request = request
    request.options.questionRange = metric.questionRange
    let withoutLogarithm = isJoint ? nil : Self.takeScoreItself(&request, where: series)
    self.request = request
    if isJoint {
      let comparison = try Self.joint(series, range, request)
      outcome = .joint(comparison)
      let chosen = try Self.chosen(comparison, request, series)
      choice = chosen.map { .joint($0) }
      diagnostics =
        Self.assumptions(on: metric, series, request) + leftOut
        + Self.remarks(on: comparison, chosen, metric, series, request)
        + Self.limitations(of: choice, series)
    } else {
      let (comparison, regimes) = try Self.tokens(series, request)
      outcome = .tokens(comparison, regimes)
      choice = try Self.chosen(comparison, request, metric, series)
      diagnostics =
        Self.assumptions(on: metric, series, request) + leftOut
        + [withoutLogarithm].compactMap { $0 }
        + Self.remarks(on: comparison, choice, metric, series, request)
        + Self.limitations(of: choice, series)
    }
  }

  // MARK: Scores

  /// Errors as scores, and the range where it is known.
  private static func asScores(
    _ read: MeasurementSeries, _ request: FitRequest
  ) throws(InvalidDocument) -> (MeasurementSeries, ClosedRange<Double>?) {
    if let problem = request.range?.scoreProblem {
      throw refusal(.malformedRange, "the metric's range \(problem)", at: nil, read)
    }
    var series = read
    for index in series.points.indices where series.points[index].count == nil {
      series.points[index].questions = series.points[index].questions ?? request.questions
    }
    guard read.isError else {
      // Scores and errors that add up to 1 or 100 say what the scores run from and to.
      let stated = read.top.flatMap { top in
        top > 0 && NumberDomain.score.contains(top) ? 0...roundedTop(top) : nil
      }
      let range = request.range ?? stated
      let counted = try series.resolvingCounts(range ?? (request.unit == .percent ? 0...100 : nil))
      let hasCounts = series.points.contains { $0.count != nil }
      return (counted.0, hasCounts ? range ?? counted.1 : range)
    }
    let range = request.range ?? (request.unit == .percent ? 0...100 : 0...1)
    if request.range == nil, request.unit == .percent, let point = series.points.first,
      series.points.allSatisfy({ $0.score <= 1 })
    {
      throw refusal(
        .errorAboveRange,
        "the errors are 1 percent at most, and may be fractions of 1: an error of \(significant(point.score, 6)) "
          + "would be a score of \(significant(100 - point.score, 6)) percent",
        at: point.place, read,
        suggestion:
          "give '\(parameter: .metricRange, "0,100")' where they are percent, '\(parameter: .metricRange, "0,1")' "
          + "where they are fractions")
    }
    if request.range == nil, request.unit != .percent,
      let point = series.points.first(where: { $0.score > 1 })
    {
      throw refusal(
        .errorAboveRange,
        "an error of \(significant(point.score, 6)) is above 1, and nothing says which score an error of 0 "
          + "stands for",
        at: point.place, read,
        suggestion:
          "'\(parameter: .unit, "percent")' counts from 100; or give '\(parameter: .metricRange)'")
    }
    series.isError = false
    for index in series.points.indices where !series.points[index].isScoreCounted {
      series.points[index].score = range.upperBound - series.points[index].score
    }
    return try series.resolvingCounts(range)
  }

  /// A sum of decimals without the rounding of the last digits.
  private static func roundedTop(_ top: Double) -> Double {
    (top - top.rounded()).magnitude <= 1e-9 * top ? top.rounded() : top
  }

  // MARK: Laws of tokens

  /// Takes residuals in the score's unit where nobody chose a scale and a score has no logarithm.
  ///
  /// - Returns: What a reader should know of it; `nil` where nothing changes.
  private static func takeScoreItself(
    _ request: inout FitRequest, where series: MeasurementSeries
  ) -> Diagnostic? {
    guard !request.isScaleGiven, request.options.scale == .logScore,
      let point = series.points.first(where: { $0.score <= 0 })
    else { return nil }
    request.options.scale = .score
    return Diagnostic(
      code: .residualsInScore, severity: .note,
      message: series.titled(
        "a score of \(significant(point.score, 6)) has no logarithm: the formulas are compared by "
          + "residuals in the score itself, not in ln(score)"),
      place: point.place, file: series.file)
  }

  private static func tokens(
    _ series: MeasurementSeries, _ request: FitRequest
  ) throws(InvalidDocument) -> (LawComparison, RegimeAnalysis?) {
    do {
      let fitted = try Series(series.measurements)
      var options = request.options
      options.chance = request.chance
      // What is asked for by name is compared with the others.
      if let form = request.law, options.forms == nil,
        LawRegistry.named.contains(where: { $0.form.id == form })
      {
        options.forms = LawRegistry.compared.map { $0.form.id } + [form]
      }
      let comparison = try LawComparison(of: fitted, options: options)
      let needsFormula =
        request.law.map { $0 != InterpolatedLaw.form.id && $0 != SmoothLaw.form.id } ?? false
      if comparison.entries.isEmpty, needsFormula || fitted.distinctCount < 2 {
        guard !comparison.missing.isEmpty else {
          throw refusal(
            .fitOverflow,
            "the squares of these scores pass what a double can hold, and no law can be fitted",
            at: nil, series,
            suggestion:
              "give the scores in another unit, or take '\(parameter: .residuals, "log-score")'")
        }
        let least = comparison.missing.min { $0.measurements < $1.measurements }
        throw refusal(
          .tooFewPoints,
          "\(series.points.count) measurements at \(fitted.distinctCount) token counts are too few "
            + "for any law that was asked for"
            + (least.map {
              ": the simplest, '\($0.form)', needs \($0.measurements) at \($0.distinctCounts)"
            } ?? ""),
          at: series.points.last?.place, series,
          suggestion:
            "measure at more token counts, or take '\(parameter: .law, "interpolated")', which claims "
            + "nothing between and beyond them")
      }
      return (comparison, comparison.regimes)
    } catch let invalid as InvalidDocument {
      throw invalid
    } catch let problem as Series.Problem {
      throw refusal(problem, series)
    } catch {
      preconditionFailure("\(error) is none that a fit throws")
    }
  }

  /// What forbids a fit, at its place.
  ///
  /// - Parameter remedy: What to do about a score without a logarithm.
  package static func refusal(
    _ problem: Series.Problem, _ series: MeasurementSeries,
    remedy: Suggestion =
      "leave it out, or take residuals in the score itself with '\(parameter: .residuals, "score")'"
  ) -> InvalidDocument {
    switch problem {
    case .empty: return refusal(.tooFewPoints, "there are no measurements", at: nil, series)
    case .tokens(let index):
      return refusal(
        .outOfRange, "a token count must be finite and greater than 0",
        at: series.points[index].place, series)
    case .score(let index):
      return refusal(.notFinite, "a score must be finite", at: series.points[index].place, series)
    case .weight(let index):
      return refusal(
        .outOfRange, "a weight must be finite and greater than 0", at: series.points[index].place,
        series)
    case .scoreNotPositive(let index):
      return refusal(
        .scoreNotPositive,
        "a score of \(significant(series.points[index].score, 6)) has no logarithm, and residuals "
          + "are taken in ln(score)",
        at: series.points[index].place, series, suggestion: remedy)
    }
  }

  private static func chosen(
    _ comparison: LawComparison, _ request: FitRequest, _ metric: ScalingProfile.Metric,
    _ series: MeasurementSeries
  ) throws(InvalidDocument) -> Choice? {
    let form = request.law ?? SmoothLaw.form.id
    if form == SmoothLaw.form.id {
      guard
        let posterior = SmoothingPosterior(of: comparison.series, bounds: metric.bounds)
      else {
        throw refusal(
          .tooFewPoints,
          "a curve needs measurements at two or more token counts, of a size that can be computed with",
          at: series.points.last?.place, series)
      }
      return .smooth(SmoothLaw(posterior))
    }
    if form == InterpolatedLaw.form.id {
      guard
        let law = InterpolatedLaw(through: series.measurements, method: request.interpolation)
      else {
        throw refusal(
          .tooFewPoints, "an interpolated law needs measurements at two or more token counts",
          at: nil, series)
      }
      return .interpolated(law)
    }
    if let entry = comparison.entries.first(where: { $0.fit.form.id == form }) {
      guard entry.fit.hasOptimum else {
        throw refusal(
          .noOptimum,
          "the law '\(form)' has no optimum on these measurements"
            + (entry.fit.limitText.map { ": \($0)" } ?? ""), at: nil, series,
          suggestion: "take another with '\(parameter: .law)'")
      }
      return .law(entry.fit)
    }
    if let missing = comparison.missing.first(where: { $0.form == form }) {
      throw refusal(
        .tooFewPoints,
        "the law '\(form)' needs \(missing.measurements) measurements at "
          + "\(missing.distinctCounts) token counts, found \(series.points.count) at "
          + "\(comparison.series.distinctCount)", at: nil, series)
    }
    throw unknownLaw(
      form,
      among: [SmoothLaw.form.id] + LawRegistry.all.map { $0.form.id } + [InterpolatedLaw.form.id],
      series)
  }

  static func unknownLaw(
    _ form: String, among forms: [String], _ series: MeasurementSeries
  ) -> InvalidDocument {
    refusal(
      .unknownWord,
      "there is no law \(quoted(form)) for these measurements", at: nil, series,
      suggestion: nearestName(to: form, among: forms).map { "did you mean '\($0)'?" }
        ?? "one of: \(forms.joined(separator: ", "))")
  }

  package static func refusal(
    _ code: Diagnostic.Code, _ message: String, at place: SourcePlace?,
    _ series: MeasurementSeries, suggestion: Suggestion? = nil
  ) -> InvalidDocument {
    .refusal(
      code, series.titled(message), place: place, file: series.file, suggestion: suggestion)
  }
}

extension MeasurementSeries {
  /// A message with the series' name before it, where it has one.
  func titled(_ message: String) -> String {
    (name.map { "series \(quoted($0)): " } ?? "") + message
  }

  /// A file's name without its folder and ending.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension LawFit {
  /// Where a law without an optimum goes, in words; `nil` where it has one.
  package var limitText: String? {
    switch status {
    case .optimum, .atBound: nil
    case .runsAway(let limit): "its parameters run away, and it turns into '\(limit)'"
    case .unbounded: "its parameters run away: the curve becomes a step, or has no ceiling"
    }
  }
}

extension Diagnostic.Code {
  /// Fewer measurements than any law needs.
  public static let tooFewPoints = Self("fit.too-few-points")
  /// A score without a logarithm.
  public static let scoreNotPositive = Self("fit.score-not-positive")
  /// Residuals taken in the score, since a score has no logarithm.
  public static let residualsInScore = Self("fit.residuals-in-score")
  /// Errors that no range explains.
  public static let errorAboveRange = Self("fit.error-above-range")
  /// Scores whose squares cannot be held.
  public static let fitOverflow = Self("fit.score-overflow")
  /// The law that was asked for has no optimum.
  public static let noOptimum = Self("fit.no-optimum")
  /// Residuals that the kind of law does not take.
  public static let wrongResiduals = Self("fit.wrong-residuals")
  /// A joint law without the metric's range.
  public static let rangeMissing = Self("fit.range-missing")
  /// A joint law and a measurement without a model size.
  public static let sizeMissing = Self("fit.size-missing")
}
