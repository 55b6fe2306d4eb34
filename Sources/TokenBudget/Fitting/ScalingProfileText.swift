import BudgetDocuments
import ScalingLaws
import SourceText

/// A fit as a scaling profile in YAML.
struct ScalingProfileText {
  let fit: ScalingFit
  let id: String
  let title: String?
  let cite: String?
  let note: String?

  /// The document. Reading it gives the law and the measurements back, to the last digit.
  ///
  /// - Returns: `nil` where no law was taken.
  var yaml: String? {
    guard let law, let fitLines else { return nil }
    var lines = [
      "kind: scaling-profile", "schema: 1", "id: \(isPlainText(id) ? id : quotedText(id))",
    ]
    if let title { lines.append("title: \(quotedText(title))") }
    if let model { lines.append("model: \(model)") }
    lines.append("metric: \(metric)")
    if let rows = measurements {
      lines.append("measurements:")
      lines += rows
    } else {
      lines.append("# The measurements are too many for a document; the source has them.")
    }
    lines.append("law: \(law)")
    lines.append("fit:")
    lines += fitLines
    lines.append("source:")
    lines.append(
      "  cite: \(quotedText(cite ?? "measurements in \(MeasurementSeries.fileName(of: fit.series.file))"))"
    )
    if let name = fit.series.name { lines.append("  where: \(quotedText("series \(name)"))") }
    if let note { lines.append("  note: \(quotedText(note))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private var model: String? {
    guard let model = fit.model else { return nil }
    var parts: [String] = []
    if let name = model.name { parts.append("name: \(quotedText(name))") }
    if let billions = model.parametersBillions {
      parts.append("params_billions: \(number(billions))")
    }
    if let vision = model.vision { parts.append("vision: \(quotedText(vision))") }
    if let treatment = model.treatment { parts.append("how: \(treatment.rawValue)") }
    if let tokens = model.unreducedTokens { parts.append("unreduced_tokens: \(number(tokens))") }
    return "{ \(parts.joined(separator: ", ")) }"
  }

  private var metric: String {
    let metric = fit.metric
    var parts = ["name: \(quotedText(metric.name))", "unit: \(metric.unit.rawValue)"]
    if let range = metric.range { parts.append("range: \(pair(range))") }
    parts.append("higher_is_better: true")
    if let chance = metric.chance { parts.append("chance: \(number(chance))") }
    if let questions = metric.questions { parts.append("questions: \(questions)") }
    return "{ \(parts.joined(separator: ", ")) }"
  }

  /// More measurements than this are written as one mean for each token count.
  private static var mostRows: Int { 1000 }

  var measurements: [String]? {
    let points = fit.measured.points
    if points.count <= Self.mostRows {
      let hasWeights = points.contains { $0.weight != 1 }
      return points.map { row($0.measurement, hasWeight: hasWeights) }
    }
    var means: [Measurement] = []
    for point in fit.series.points.enumerated().sorted(by: {
      ($0.element.tokens, $0.offset) < ($1.element.tokens, $1.offset)
    }).map(\.element) {
      let weight = point.weight
      if let last = means.last, last.tokens == point.tokens {
        let sum = last.weight + weight
        means[means.count - 1].score += (point.score - last.score) * weight / sum
        means[means.count - 1].weight = sum
      } else {
        guard means.count < Self.mostRows else { return nil }
        // What is known of one measurement's noise is not the noise of a mean.
        means.append(Measurement(tokens: point.tokens, score: point.score, weight: weight))
      }
    }
    guard points.allSatisfy({ $0.parametersBillions == nil }) else { return nil }
    return ["  # Means over \(points.count) measurements; the weight counts them."]
      + means.map { row($0, hasWeight: true) }
  }

  private func row(_ point: Measurement, hasWeight: Bool) -> String {
    var parts: [String] = []
    if let size = point.parametersBillions { parts.append("params_billions: \(number(size))") }
    parts += ["tokens: \(number(point.tokens))", "score: \(number(point.score))"]
    if hasWeight { parts.append("weight: \(number(point.weight))") }
    if let error = point.standardError { parts.append("stderr: \(number(error))") }
    if let questions = point.questions, questions != fit.metric.questions {
      parts.append("questions: \(questions)")
    }
    if let count = point.count { parts += ["right: \(count.right)", "of: \(count.total)"] }
    if point.isUnreduced { parts.append("unreduced: true") }
    return "  - { \(parts.joined(separator: ", ")) }"
  }

  private var law: String? {
    switch fit.choice {
    case nil: return nil
    case .smooth(let law):
      return "{ form: \(SmoothLaw.form.id), prior: \(law.posterior.prior.id) }"
    case .interpolated(let law):
      return "{ form: \(InterpolatedLaw.form.id), method: \(law.method.rawValue) }"
    case .law(let fit): return flow(fit.form, fit.law.values)
    case .joint(let fit): return flow(fit.law.shape.form, fit.law.values)
    }
  }

  private func flow(_ form: LawForm, _ values: [Double]) -> String {
    let parameters = zip(form.parameters, values).map { "\($0.key): \(number($1))" }
    return "{ \((["form: \(form.id)"] + parameters).joined(separator: ", ")) }"
  }

  private var fitLines: [String]? {
    switch (fit.choice, fit.outcome) {
    case (.law(let chosen), .tokens(let comparison, _)):
      var lines = [
        "  method: \(quotedText(method(comparison)))", "  residuals: \(chosen.scale.rawValue)",
      ]
      if chosen.scale == .logScore, let deviation = chosen.standardDeviation {
        lines.append("  residual_sd: \(number(deviation))")
      }
      lines.append("  fitted_tokens: \(pair(comparison.series.tokenRange))")
      if let covariance = chosen.covariance {
        let rows = covariance.map { "[\($0.map(number).joined(separator: ", "))]" }
        lines.append("  covariance: [\(rows.joined(separator: ", "))]")
        let draws = fit.request.draws
        lines.append(
          "  draws: { method: \(draws.method.rawValue), seed: \(draws.seed), count: \(draws.count) }"
        )
      }
      lines.append("  compared:")
      lines += comparison.entries.map { compared($0.fit.form.id, $0.fit.aicc, $0.weight) }
      return lines
    case (.smooth, .tokens(let comparison, _)):
      let lines = [
        "  method: \(quotedText("posterior mean over growth curves, from the measurements above"))",
        "  residuals: \(comparison.options.scale.rawValue)",
        "  fitted_tokens: \(pair(comparison.series.tokenRange))",
      ]
      guard !comparison.entries.isEmpty else { return lines }
      return lines + ["  compared:"]
        + comparison.entries.map { compared($0.fit.form.id, $0.fit.aicc, $0.weight) }
    case (.interpolated, .tokens(let comparison, _)):
      return [
        "  method: \(quotedText("monotone curve through the measurements in ln(tokens)"))",
        "  fitted_tokens: \(pair(comparison.series.tokenRange))",
      ]
    case (.joint(let chosen), .joint(let comparison)):
      let scale =
        chosen.scale == .logError
        ? "ln(error), d held at 0" : "shares of the metric's range"
      return [
        "  method: \(quotedText("least squares, residuals in \(scale)"))",
        "  fitted_tokens: \(pair(comparison.tokenRange))",
        "  fitted_params_billions: \(pair(comparison.sizeRange))", "  compared:",
      ]
        + zip(comparison.fits, comparison.weights).map {
          compared($0.law.shape.rawValue, $0.aicc, $1)
        }
    default: return nil
    }
  }

  private func method(_ comparison: LawComparison) -> String {
    let residuals =
      comparison.options.scale == .logScore
      ? "least squares of ln(score)" : "least squares of score"
    let robust = comparison.robustness == nil ? "" : ", Huber's weights"
    return residuals + robust
      + (fit.request.law == nil ? lowest(comparison) : "; law as asked for")
  }

  private func lowest(_ comparison: LawComparison) -> String {
    comparison.best?.fit.aicc == nil
      ? "; lowest residual sum of the laws compared" : "; lowest AICc of the laws compared"
  }

  private func compared(_ form: String, _ aicc: Double?, _ weight: Double) -> String {
    let criterion = aicc.map { ", aicc: \(number($0))" } ?? ""
    return "    - { form: \(form)\(criterion), weight: \(number(weight)) }"
  }

  private func pair(_ range: ClosedRange<Double>) -> String {
    "[\(number(range.lowerBound)), \(number(range.upperBound))]"
  }

  /// Every digit that it takes to read the same number back; whole numbers without a point.
  private func number(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int(value)) }
    return value.description
  }
}

extension MeasurementSeries {
  /// A file's name without its folder.
  package static func fileName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension ScalingFit {
  /// The fit as a scaling profile in YAML.
  ///
  /// - Parameters:
  ///   - id: The document's id.
  ///   - title: The document's title.
  ///   - cite: Where the measurements come from; by default the file.
  ///   - note: What else a reader should know.
  /// - Throws: ``SourceText/InvalidDocument`` where no law was taken, or where the law gives scores of 0 or less on
  ///   the range of the measurements, which a profile refuses.
  public func profileYAML(
    id: String, title: String? = nil, cite: String? = nil, note: String? = nil
  ) throws(InvalidDocument) -> String {
    let text = ScalingProfileText(fit: self, id: id, title: title, cite: cite, note: note)
    let needsMeasurements =
      switch choice {
      case .interpolated, .smooth: true
      case .law, .joint, nil: false
      }
    if needsMeasurements, text.measurements == nil {
      throw Self.refusal(
        .tooManyMeasurements,
        "a curve through the measurements needs them in the profile, and they are too many",
        at: nil,
        series,
        suggestion:
          "give means over neighbouring token counts, or take a law with '\(parameter: .law, "FORM")'"
      )
    }
    guard let yaml = text.yaml else {
      throw Self.refusal(
        .noOptimum, "there is no law to write into a profile", at: nil, series,
        suggestion: "'\(parameter: .law, "interpolated")' needs none")
    }
    // What is written is what can be read: the reader's own checks decide.
    do {
      _ = try ScalingProfile.parse(yaml, name: "(profile)")
    } catch {
      throw InvalidDocument(
        file: series.file,
        diagnostics: error.diagnostics.filter { $0.severity == .error }.map {
          Diagnostic(
            code: $0.code, severity: .error,
            message: series.titled("no profile can be written: " + $0.message),
            suggestion: $0.suggestion
              ?? "take another law with '\(parameter: .law)', or check the measurements",
            file: series.file)
        })
    }
    return yaml
  }
}

extension Diagnostic.Code {
  /// More measurements than a profile holds.
  public static let tooManyMeasurements = Self("fit.too-many-measurements")
}
