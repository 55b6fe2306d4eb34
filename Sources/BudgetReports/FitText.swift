import BudgetDocuments
import ScalingLaws
import TokenBudget

extension ScalingFit {
  /// The fit as text.
  var text: String {
    var lines = TextReport()
    lines.row("Series", seriesText)
    if let modelText { lines.row("Model", modelText) }
    lines.row("Metric", metricText)
    if let noiseText { lines.row("Noise", noiseText) }
    switch outcome {
    case .tokens(let comparison, let regimes):
      lines.row("Residuals", residualsText(comparison))
      lines.blank()
      for row in table(comparison) { lines.line(row) }
      lines.blank()
      if let regimes { lines.row("Regime", Regime(of: regimes).sentence) }
    case .joint(let comparison):
      lines.row(
        "Residuals",
        request.jointScale == .error
          ? "shares of the metric's range, the same in score and in error"
          : "ln(error), for the error form alone")
      lines.blank()
      for row in table(comparison) { lines.line(row) }
      lines.blank()
    }
    for (index, tokens) in request.predictions.enumerated() {
      lines.row(index == 0 ? "Predicted" : "", predictionText(at: tokens))
    }
    lines.row("Chosen", choiceText)
    return lines.text
  }

  private var unit: String { metric.unit.rawValue }

  private var seriesText: String {
    let name = series.name.map { "\($0): " } ?? ""
    let tokens = series.points.map(\.tokens)
    let distinct = Set(tokens).count
    var text =
      "\(name)\(grouped(series.points.count)) \(series.points.count == 1 ? "measurement" : "measurements") "
      + "at \(grouped(distinct)) token \(distinct == 1 ? "count" : "counts"), "
      + "\(significant(tokens.min() ?? 0)) to \(significant(tokens.max() ?? 0))"
    let leftOut = measured.points.count - series.points.count
    if leftOut > 0 { text += "; \(grouped(leftOut)) of the unreduced model left out" }
    let sizes = series.points.compactMap(\.parametersBillions)
    if let low = sizes.min(), let high = sizes.max() {
      text +=
        ", and \(Set(sizes).count) model sizes, \(shortest(low, 4)) to \(significant(high)) billion "
        + "parameters"
    }
    return text
  }

  private var metricText: String {
    var text = "\(metric.name), \(unit)"
    if let range = metric.range {
      text += ", from \(significant(range.lowerBound)) to \(significant(range.upperBound))"
    }
    if let chance = metric.chance { text += ", guessing gives \(significant(chance))" }
    return text
  }

  private var modelText: String? {
    guard let model else { return nil }
    let parts = [
      model.name.map { printable($0) },
      model.parametersBillions.map { "\(shortest($0, 4)) billion parameters" },
      model.vision.map { printable($0) }, model.treatment?.words,
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private var noiseText: String? {
    guard let floors = noiseFloors else { return nil }
    let (low, high) = (
      significant(floors.range.lowerBound, 2), significant(floors.range.upperBound, 2)
    )
    let all = series.points.count
    return
      "at least \(low == high ? low : "\(low) to \(high)") \(unit), one standard error, by what is "
      + "stated of "
      + (floors.count == all
        ? "the measurements" : "\(grouped(floors.count)) of \(grouped(all)) measurements")
      + (noiseRatio.map { "; residuals scatter \(significant($0, 2)) times as much" } ?? "")
  }

  private func residualsText(_ comparison: LawComparison) -> String {
    let scale =
      comparison.options.scale == .logScore
      ? "ln(score): relative errors" : "score, the same in error"
    guard comparison.robustness != nil else { return "\(scale), least squares" }
    return "\(scale), Huber's weights from "
      + "\(significant(comparison.options.huber ?? 0)) robust standard deviations on"
  }

  private func table(_ comparison: LawComparison) -> [String] {
    let isLog = comparison.options.scale == .logScore
    func error(_ value: Double?) -> String {
      guard let value else { return "–" }
      return isLog ? percent(value) : significant(value, 3)
    }
    var rows = [["law", "AICc", "weight", "s.d.", "leave-one-out", "inner points", "parameters"]]
    for entry in comparison.entries.sorted(by: {
      $0.weight > $1.weight
    }) {
      let fit = entry.fit
      let remark: String
      if let limit = fit.limitText {
        remark = "no optimum: \(limit)"
      } else {
        remark =
          parametersText(fit.form, fit.law.values)
          + (entry.isIdentified ? "" : "; not identified")
      }
      rows.append([
        fit.form.id, fit.aicc.map { fixed($0, 1) } ?? "–",
        fit.hasOptimum ? weightText(entry.weight) : "–",
        fit.hasOptimum ? error(fit.standardDeviation) : "–", error(entry.leaveOneOut?.rmse),
        error(entry.leaveOneOut?.interiorRMSE), remark,
      ])
    }
    if case .interpolated(let law) = choice {
      rows.append(["interpolated", "–", "–", "–", "–", "–", law.method.rawValue])
    }
    return TextReport.aligned(rows)
  }

  private func table(_ comparison: JointComparison) -> [String] {
    var rows = [["law", "AICc", "weight", "RSS", "parameters"]]
    for (fit, weight) in zip(comparison.fits, comparison.weights) {
      var remark = parametersText(fit.law.shape.form, fit.law.values)
      if fit.status == .unbounded {
        remark = "no optimum: an exponent grows without end, the curve becomes a step"
      } else if case .atBound(let parameters) = fit.status {
        remark += "; \(parameters.joined(separator: ", ")) at its bound"
      }
      rows.append([
        fit.law.shape.rawValue, fit.aicc.map { fixed($0, 1) } ?? "–", weightText(weight),
        significant(fit.rss, 7), remark,
      ])
    }
    return TextReport.aligned(rows)
  }

  /// A share of the evidence: what is next to nothing needs no digits.
  private func weightText(_ weight: Double) -> String {
    weight < 0.001 ? "<0.1%" : weight > 0.9995 ? ">99.9%" : "\(shortest(weight * 100, 3))%"
  }

  private func parametersText(_ form: LawForm, _ values: [Double]) -> String {
    zip(form.parameters, values).map { "\($0.key) \(significant($1, 6))" }.joined(separator: ", ")
  }

  private func predictionText(at tokens: Double) -> String {
    guard case .tokens(let comparison, _) = outcome else { return "" }
    var text = "at n = \(significant(tokens)): "
    switch choice {
    case .law(let fit):
      let own = fit.predict(at: tokens, noiseFloor: comparison.noiseFloor)
      text +=
        own.score.isFinite
        ? "\(significant(own.score)) \(unit)\(intervalText(own.interval)) by \(fit.form.id)"
        : "a score too large to say by \(fit.form.id)"
    case .smooth(let law):
      let own = law.predict(at: tokens)
      text +=
        own.score.isNaN
        ? "farther from the measurements than a curve through them can say"
        : "\(significant(own.score)) \(unit)\(intervalText(own.interval)) by the curve"
    case .interpolated(let law):
      let score = law.score(at: tokens)
      text += score.isNaN ? "outside the measurements" : "\(significant(score)) \(unit)"
    default: text += "no law"
    }
    if let averaged = comparison.predict(at: tokens), averaged.score.isFinite {
      text +=
        "; \(significant(averaged.score))\(intervalText(averaged.interval)) by all laws, weighted"
    }
    if !comparison.series.tokenRange.contains(tokens) { text += "; extrapolated" }
    return text
  }

  private func intervalText(_ interval: ClosedRange<Double>?) -> String {
    guard let interval else { return "" }
    return " [\(significant(interval.lowerBound)), \(significant(interval.upperBound))]"
  }

  private var choiceText: String {
    switch (choice, outcome) {
    case (.law(let fit), .tokens):
      return "\(fit.form.formula) with \(parametersText(fit.form, fit.law.values)); as asked for"
    case (.joint(let fit), .joint):
      return "\(fit.law.shape.form.formula) with "
        + "\(parametersText(fit.law.shape.form, fit.law.values))"
        + (request.law == nil ? "; the lowest AICc" : "; as asked for")
    case (.smooth, _):
      return
        "the curve that the measurements leave, averaged over growth curves of many shapes: it decides, "
        + "whichever formula fits best (\(Parameter.law.spelled("FORM")) takes that one)"
    case (.interpolated(let law), _):
      return
        "a curve through the measurements (\(law.method.rawValue)); it claims nothing outside them"
    default: return "no law: none has an optimum"
    }
  }
}
