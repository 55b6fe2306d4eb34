import ScalingLaws
import SourceText

extension ScalingProfile {
  public static func decode(_ root: Field) -> ScalingProfile? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let metric = reader.required("metric").flatMap(decodeMetric)
    let measurements = reader.optional("measurements").flatMap {
      decodeMeasurements($0, metric: metric)
    }
    let lawField = reader.required(
      "law",
      suggestion: "a law is needed, for example 'law: { form: power, c: 14.8, alpha: -0.23 }'")
    let law = lawField.flatMap(decodeLaw)
    let fit = reader.optional("fit").flatMap { decodeFit($0, measurements: measurements) }
    let source = reader.optional("source").flatMap(Source.decode)
    let statesSource = reader.keys.contains("source")
    let statesRange = fit?.fittedTokens != nil || !(measurements ?? []).isEmpty
    // A key that is there, or misspelt, has its own errors.
    let readsRange = reader.keys.contains {
      nearestName(to: $0, among: ["fit", "measurements"]) != nil
    }
    reader.finish()

    if !statesSource, !root.sink.hasErrors {
      root.sink.warn(
        .noSource, "the profile does not say where its numbers come from", at: nil,
        suggestion: "add 'source: { cite: … }'")
    }
    if !statesRange, let lawField, !readsRange || !root.sink.hasErrors {
      lawField.report(
        .noFittedRange, "the law says nothing of the token counts it was fitted on",
        suggestion: "add 'measurements' or 'fit: { fitted_tokens: [least, most] }'")
    }
    guard !root.sink.hasErrors, let metric, let law, let lawField else { return nil }

    let tokens = (measurements ?? []).map(\.tokens)
    guard
      let range = fit?.fittedTokens
        ?? zip(tokens.min(), tokens.max()).map({ $0...$1 })
    else { return nil }
    let fitted = FittedLaw(law, fittedTokens: range)
    for end in [range.lowerBound, range.upperBound] {
      let score = law.score(at: end)
      guard score > 0, score.isFinite else {
        lawField.report(
          .lawNotPositive,
          "the law must give a finite score above 0 on the range of its fit, "
            + "found \(significant(score)) at \(significant(end)) tokens")
        return nil
      }
    }
    return ScalingProfile(
      id: header.id, title: header.title, metric: metric, measurements: measurements ?? [],
      law: fitted, fitMethod: fit?.method, statedResidualSD: fit?.residualSD, source: source)
  }

  // MARK: Metric

  private static func decodeMetric(_ field: Field) -> Metric? {
    guard var reader = field.mapping() else { return nil }
    let name = reader.required("name")?.text()
    let unit = reader.required("unit")?.word(among: ScoreUnit.allCases.map(\.rawValue))
      .flatMap(ScoreUnit.init)
    let range = reader.optional("range").flatMap { decodeRange($0, .finite) }
    let chance = reader.optional("chance")
    let chanceValue = chance?.number(range.map { .within($0) } ?? .finite)
    if let higher = reader.optional("higher_is_better"), higher.bool() == false {
      higher.report(
        .lowerIsBetter, "only metrics whose higher scores are better can be advised on",
        suggestion: "give the scores as accuracies instead of errors")
    }
    reader.finish()
    guard let name, let unit else { return nil }
    return Metric(name: name, unit: unit, range: range, chance: chanceValue)
  }

  /// Reads `[least, most]`.
  private static func decodeRange(_ field: Field, _ domain: NumberDomain) -> ClosedRange<Double>? {
    guard let items = field.items() else { return nil }
    guard items.count == 2 else {
      field.report(
        .malformedRange, "\(field.name) must be a list of two numbers, [least, most]")
      return nil
    }
    guard let low = items[0].number(domain), let high = items[1].number(domain) else { return nil }
    guard low <= high else {
      field.report(
        .malformedRange,
        "\(field.name) must not end below its start, found "
          + "[\(significant(low)), \(significant(high))]")
      return nil
    }
    return low...high
  }

  // MARK: Measurements

  private static func decodeMeasurements(_ field: Field, metric: Metric?) -> [Measurement]? {
    guard let items = field.items(atLeast: 1) else { return nil }
    let measurements = items.compactMap { item -> Measurement? in
      guard var reader = item.mapping() else { return nil }
      let tokens = reader.required("tokens")?.number(.positive)
      let scoreField = reader.required("score")
      let score = scoreField?.number()
      reader.finish()
      if let score, let range = metric?.range, !range.contains(score) {
        scoreField?.report(
          .scoreOutsideRange,
          "'\(item.path).score' must lie in the metric's range, "
            + "\(significant(range.lowerBound)) to \(significant(range.upperBound)), "
            + "found \(significant(score, 6))")
      }
      guard let tokens, let score else { return nil }
      return Measurement(tokens: tokens, score: score)
    }
    // With one of them wrong, nothing can be said of their range.
    return measurements.count == items.count ? measurements : nil
  }

  // MARK: Law and fit

  private static func decodeLaw(_ field: Field) -> (any ScoreLaw)? {
    guard var reader = field.mapping() else { return nil }
    let forms = LawRegistry.all.map { $0.form.id }
    guard
      let formField = reader.required(
        "form", suggestion: "one of: \(forms.joined(separator: ", "))")
    else {
      reader.reportMissing()
      return nil
    }
    guard let id = formField.word(among: forms), let type = LawRegistry.law(id) else { return nil }
    var values: [Double] = []
    for parameter in type.form.parameters {
      let domain: NumberDomain =
        switch parameter.domain {
        case .finite: .finite
        case .positive: .positive
        case .nonNegative: .nonNegative
        }
      if let value = reader.required(parameter.key)?.number(domain) { values.append(value) }
    }
    reader.finish()
    guard values.count == type.form.parameters.count else { return nil }
    return law(type, values: values)
  }

  /// The law of values that passed the checks above.
  private static func law<Law: ScoreLaw>(_ type: Law.Type, values: [Double]) -> any ScoreLaw {
    do {
      return try Law(values: values)
    } catch {
      preconditionFailure("\(error) passed the checks of its document")
    }
  }

  private struct Fit {
    var method: String?
    var residualSD: Double?
    var fittedTokens: ClosedRange<Double>?
  }

  private static func decodeFit(_ field: Field, measurements: [Measurement]?) -> Fit? {
    guard var reader = field.mapping() else { return nil }
    var fit = Fit()
    fit.method = reader.optional("method")?.text()
    fit.residualSD = reader.optional("residual_sd")?.number(.nonNegative)
    let range = reader.optional("fitted_tokens")
    fit.fittedTokens = range.flatMap { decodeRange($0, .positive) }
    let note = "is not used by this version"
    reader.finish(unused: ["covariance": note, "compared": note])
    if let range, let fitted = fit.fittedTokens, let measurements {
      let tokens = measurements.map(\.tokens)
      if let low = tokens.min(), let high = tokens.max(),
        fitted.lowerBound < low || fitted.upperBound > high
      {
        range.warn(
          .fittedBeyondMeasured,
          "the fit is said to reach beyond the measurements, which run from "
            + "\(significant(low)) to \(significant(high)) tokens")
      }
    }
    return fit
  }
}

/// Both values, or nothing.
private func zip(_ first: Double?, _ second: Double?) -> (Double, Double)? {
  guard let first, let second else { return nil }
  return (first, second)
}

extension Diagnostic.Code {
  /// A profile does not say where its numbers come from.
  public static let noSource = Self("profile.no-source")
  /// Neither measurements nor `fitted_tokens` say where the law holds.
  public static let noFittedRange = Self("profile.no-fitted-range")
  /// The law gives no finite positive score on the range of its fit.
  public static let lawNotPositive = Self("profile.law-not-positive")
  /// `higher_is_better: false`.
  public static let lowerIsBetter = Self("profile.lower-is-better")
  /// A range is not `[least, most]`.
  public static let malformedRange = Self("document.malformed-range")
  /// A score lies outside its metric's range.
  public static let scoreOutsideRange = Self("profile.score-outside-range")
  /// `fitted_tokens` reaches beyond the measurements.
  public static let fittedBeyondMeasured = Self("profile.fitted-beyond-measured")
}
