import ScalingLaws
import SourceText

extension ScalingProfile {
  public static func decode(_ root: Field) -> ScalingProfile? {
    guard var reader = root.mapping(), let header = DocumentHeader.read(&reader, kind: kind)
    else { return nil }
    let metric = reader.required("metric").flatMap(decodeMetric)
    let model = reader.optional("model").flatMap(MeasuredModel.decode)
    let all = reader.optional("measurements").flatMap {
      decodeMeasurements($0, metric: metric, model: model)
    }
    let measured = all.map { $0.filter { !$0.isUnreduced } }
    let lawField = reader.required(
      "law",
      suggestion: "a law is needed, for example 'law: { form: power, c: 14.8, alpha: -0.23 }'")
    let law = lawField.flatMap { DecodedLaw.decode($0, metric: metric, measured: measured) }
    let fit = reader.optional("fit").flatMap { DecodedFit.decode($0, law: law, measured: measured) }
    let source = reader.optional("source").flatMap(Source.decode)
    let statesSource = reader.keys.contains("source")
    let statesRange = fit?.fittedTokens != nil || !(measured ?? []).isEmpty
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

    let points = measured ?? []
    let tokens = points.map(\.tokens)
    guard let range = fit?.fittedTokens ?? span(tokens) else { return nil }
    var joint: JointProfile?
    let overTokens: any ScoreLaw
    switch law {
    case .tokens(let law): overTokens = law
    case .joint(let law):
      guard let sizes = fit?.fittedSizes ?? span(points.compactMap(\.parametersBillions)) else {
        lawField.report(
          .noFittedRange, "the law says nothing of the model sizes it was fitted on",
          suggestion:
            "add 'params_billions' to the measurements or 'fit: { fitted_params_billions: "
            + "[least, most] }'")
        return nil
      }
      guard let slice = law.law(parametersBillions: sizes.upperBound) else {
        lawField.report(
          .lawNotPositive, "the law's error must not grow with tokens, found \(law.values[2])")
        return nil
      }
      overTokens = slice
      joint = JointProfile(law: law, sizes: sizes)
    }
    let fitted = FittedLaw(overTokens, fittedTokens: range)
    let isCurve = overTokens is SmoothLaw
    for end in [range.lowerBound, range.upperBound] {
      let score = overTokens.score(at: end)
      // A curve that measurements decide may start at 0: nothing is computed with its logarithm.
      guard score.isFinite, score > 0 || isCurve else {
        lawField.report(
          .lawNotPositive,
          "the law must give a finite score above 0 on the range of its fit, "
            + "found \(significant(score)) at \(significant(end)) tokens")
        return nil
      }
    }
    return ScalingProfile(
      id: header.id, title: header.title, metric: metric, measurements: all ?? [], law: fitted,
      joint: joint, fitMethod: fit?.method, statedResidualSD: fit?.residualSD,
      uncertainty: fit?.uncertainty, source: source, model: model)
  }

  /// The least and the largest of some values.
  private static func span(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  // MARK: Metric

  private static func decodeMetric(_ field: Field) -> Metric? {
    guard var reader = field.mapping() else { return nil }
    let name = reader.required("name")?.text()
    let unit = reader.required("unit")?.word(among: ScoreUnit.allCases.map(\.rawValue))
      .flatMap(ScoreUnit.init)
    let range = reader.optional("range").flatMap(decodeScores)
    let chance = reader.optional("chance")
    let chanceValue = chance?.number(range.map { .within($0) } ?? .score)
    let questions = reader.optional("questions")?.integer(in: 1...StatedNoise.mostQuestions)
    if let higher = reader.optional("higher_is_better"), higher.bool() == false {
      higher.report(
        .lowerIsBetter, "only metrics whose higher scores are better can be advised on",
        suggestion: "give the scores as accuracies instead of errors")
    }
    reader.finish()
    guard let name, let unit else { return nil }
    return Metric(name: name, unit: unit, range: range, chance: chanceValue, questions: questions)
  }

  /// Reads the scores that a metric can give.
  private static func decodeScores(_ field: Field) -> ClosedRange<Double>? {
    guard let range = decodeRange(field, .score) else { return nil }
    if let problem = range.scoreProblem {
      field.report(
        .malformedRange, "\(field.name) \(problem)",
        suggestion: "the worst and the best score that are possible, as in [0, 100]")
      return nil
    }
    return range
  }

  /// Reads `[least, most]`.
  static func decodeRange(_ field: Field, _ domain: NumberDomain) -> ClosedRange<Double>? {
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
