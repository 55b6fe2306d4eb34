import BudgetDocuments
import ScalingLaws
import SourceText
import TokenBudget

/// A fitted profile with what a reader should know of it.
public struct FitReport: Sendable {
  private let fits: [ScalingFit]
  private let warnings: [Diagnostic]

  /// A report on one fit or more.
  ///
  /// - Parameters:
  ///   - fits: In the order of the report.
  ///   - warnings: What was remarked while the files were read.
  public init(_ fits: [ScalingFit], warnings: [Diagnostic] = []) {
    self.fits = fits
    self.warnings = warnings
  }

  /// What a reader should know, of the files and of all fits.
  public var diagnostics: [Diagnostic] { warnings + fits.flatMap(\.diagnostics) }

  /// The report as JSON text; `docs/json.md` explains its keys. One series stands at the top, several
  /// in a list `series`.
  public var json: String {
    var members: [String: JSONValue] = [:]
    if fits.count == 1 {
      members = fits[0].members
    } else {
      members["series"] = .list(fits) { .object($0.members) }
    }
    members["schema_version"] = .integer(jsonSchemaVersion)
    members["warnings"] = .remarks(diagnostics)
    members["diagnostics"] = .diagnostics(diagnostics)
    return JSONValue.object(members).text
  }

  /// The report as text.
  public var text: String { fits.map(\.text).joined(separator: "\n") }
}

extension JSONValue {
  /// Codes and messages, for scripts that only count them.
  static func remarks(_ diagnostics: [Diagnostic]) -> JSONValue {
    .list(diagnostics) {
      .object([
        "code": .string($0.code.name), "message": .string($0.message),
        "severity": .string($0.severity.rawValue),
      ])
    }
  }

  /// `[low, high]`; an infinite end is null.
  static func pair(_ range: ClosedRange<Double>) -> JSONValue {
    .array([.number(range.lowerBound), .number(range.upperBound)])
  }

  /// A law's parameters by key; null where they mean nothing.
  static func parameters(_ form: LawForm, _ values: [Double]?) -> JSONValue {
    .object(
      Dictionary(
        uniqueKeysWithValues: form.parameters.indices.map { index in
          (form.parameters[index].key, values.map { .number($0[index]) } ?? .null)
        }))
  }

  /// Whose scores; null where that is not said.
  static func model(_ model: MeasuredModel) -> JSONValue {
    .object([
      "name": .optional(model.name) { .string($0) },
      "params_billions": .optional(model.parametersBillions) { .number($0) },
      "vision": .optional(model.vision) { .string($0) },
      "how": .optional(model.treatment) { .string($0.rawValue) },
      "unreduced_tokens": .optional(model.unreducedTokens) { .number($0) },
    ])
  }

  /// Whose scores an answer for a design rests on.
  static func origin(_ origin: ScoreOrigin) -> JSONValue {
    var difference: String?
    if case .sibling(let found) = origin.relation { difference = found }
    return .object([
      "model": .optional(origin.model?.name) { .string($0) },
      "how": .optional(origin.model?.treatment) { .string($0.rawValue) },
      "relation": .string(origin.relation.word),
      "difference": .optional(difference) { .string($0) },
    ])
  }

  static func metric(_ metric: ScalingProfile.Metric) -> JSONValue {
    .object([
      "name": .string(metric.name), "unit": .string(metric.unit.rawValue),
      "range": .optional(metric.range) { .pair($0) },
      "chance": .optional(metric.chance) { .number($0) },
      "questions": .optional(metric.questions) { .integer($0) },
    ])
  }
}

extension ScalingFit {
  /// The identifier of the law taken.
  var chosenForm: String? {
    switch choice {
    case nil: nil
    case .smooth: SmoothLaw.form.id
    case .law(let fit): fit.form.id
    case .interpolated: InterpolatedLaw.form.id
    case .joint(let fit): fit.law.shape.rawValue
    }
  }

  fileprivate var members: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "name": .optional(series.name) { .string($0) },
      "file": .string(series.file),
      "metric": .metric(metric),
      "model": .optional(model) { .model($0) },
      "left_out": .integer(measured.points.count - series.points.count),
      "measurements": .integer(series.points.count),
      "noise_floor": .optional(noiseFloors) {
        .object([
          "least": .number($0.range.lowerBound), "most": .number($0.range.upperBound),
          "measurements": .integer($0.count),
        ])
      },
      "chosen": .optional(chosenForm) { .string($0) },
      "predictions": .list(request.predictions) { prediction(at: $0) },
    ]
    switch outcome {
    case .tokens(let comparison, let regimes):
      var laws = comparison.entries.map { JSONValue.law($0) }
      if case .interpolated(let law) = choice { laws.append(.law(law)) }
      members["laws"] = .array(laws)
      members["residuals"] = .string(comparison.options.scale.rawValue)
      members["token_counts"] = .integer(comparison.series.distinctCount)
      members["fitted_tokens"] = .pair(comparison.series.tokenRange)
      members["fitted_params_billions"] = .null
      members["ties"] = .strings(comparison.ties.map(\.fit.form.id))
      members["missing"] = .list(comparison.missing) {
        .object([
          "form": .string($0.form), "measurements": .integer($0.measurements),
          "token_counts": .integer($0.distinctCounts),
        ])
      }
      members["constant"] = .string(comparison.constant.word)
      members["robust_weights"] = .optional(comparison.robustness) { .list($0) { .number($0) } }
      members["regime"] = .optional(regimes) {
        .object([
          "label": .string($0.label.rawValue), "identified": .bool($0.isIdentified),
          "evidence": .string($0.sentence),
        ])
      }
      members["free_floor"] = .null
    case .joint(let comparison):
      members["laws"] = .list(Array(zip(comparison.fits, comparison.weights))) { .joint($0, $1) }
      members["residuals"] = .string(request.jointScale.rawValue)
      members["token_counts"] = .integer(Set(comparison.measurements.map(\.tokens)).count)
      members["fitted_tokens"] = .pair(comparison.tokenRange)
      members["fitted_params_billions"] = .pair(comparison.sizeRange)
      members["ties"] = .strings(comparison.ties.map(\.law.shape.rawValue))
      members["missing"] = .array([])
      members["constant"] = .null
      members["robust_weights"] = .null
      members["regime"] = .null
      members["free_floor"] = .freeFloor(comparison.freeFloor)
    }
    return members
  }

  private func prediction(at tokens: Double) -> JSONValue {
    guard case .tokens(let comparison, _) = outcome else { return .null }
    var own: LawPrediction?
    switch choice {
    case .law(let fit): own = fit.predict(at: tokens, noiseFloor: comparison.noiseFloor)
    case .smooth(let law): own = law.predict(at: tokens)
    case .interpolated(let law): own = law.predict(at: tokens)
    default: own = nil
    }
    return .object([
      "tokens": .number(tokens),
      "chosen": .optional(own) { .prediction($0) },
      "averaged": .optional(comparison.predict(at: tokens)) { .prediction($0) },
      "extrapolated": .bool(!comparison.series.tokenRange.contains(tokens)),
    ])
  }
}

extension JSONValue {
  fileprivate static func prediction(_ prediction: LawPrediction) -> JSONValue {
    .object([
      "score": .number(prediction.score),
      "interval": .optional(prediction.interval) { .pair($0) },
    ])
  }

  fileprivate static func law(_ entry: LawComparison.Entry) -> JSONValue {
    let fit = entry.fit
    return .object([
      "form": .string(fit.form.id),
      "parameters": .parameters(fit.form, fit.hasOptimum ? fit.law.values : nil),
      "status": .string(fit.status.word),
      "limit": .optional(fit.status.limit) { .string($0) },
      "identified": .bool(entry.isIdentified),
      "rss": .number(fit.rss),
      "residual_sd": .optional(fit.standardDeviation) { .number($0) },
      "aicc": .optional(fit.aicc) { .number($0) },
      "delta_aicc": .optional(entry.deltaAICc) { .number($0) },
      "weight": .number(entry.weight),
      "loo_rmse": .optional(entry.leaveOneOut?.rmse) { .number($0) },
      "loo_rmse_interior": .optional(entry.leaveOneOut?.interiorRMSE) { .number($0) },
      "covariance": .optional(fit.covariance) { .list($0) { .list($0) { .number($0) } } },
    ])
  }

  fileprivate static func law(_ law: InterpolatedLaw) -> JSONValue {
    .object([
      "form": .string(InterpolatedLaw.form.id), "parameters": .object([:]),
      "method": .string(law.method.rawValue), "status": .string("curve"), "limit": .null,
      "identified": .bool(true), "rss": .null, "residual_sd": .null, "aicc": .null,
      "delta_aicc": .null, "weight": .number(0), "loo_rmse": .null, "loo_rmse_interior": .null,
      "covariance": .null,
    ])
  }

  fileprivate static func joint(_ fit: JointFit, _ weight: Double) -> JSONValue {
    .object([
      "form": .string(fit.law.shape.rawValue),
      "parameters": .parameters(
        fit.law.shape.form, fit.status == .unbounded ? nil : fit.law.values),
      "status": .string(fit.status.word),
      "limit": .optional(fit.status.limit) { .string($0) },
      "identified": .bool(fit.status == .optimum),
      "rss": .number(fit.rss),
      "residual_sd": .optional(fit.standardDeviation) { .number($0) },
      "aicc": .optional(fit.aicc) { .number($0) },
      "delta_aicc": .null,
      "weight": .number(weight), "loo_rmse": .null, "loo_rmse_interior": .null,
      "covariance": .null,
    ])
  }

  fileprivate static func freeFloor(_ floor: JointComparison.FreeFloor) -> JSONValue {
    switch floor {
    case .optimum(let d, let rss):
      .object(["status": .string("optimum"), "d": .number(d), "rss": .number(rss), "limit": .null])
    case .steps(let rss):
      .object([
        "status": .string("no-optimum"), "d": .null, "rss": .number(rss), "limit": .null,
      ])
    case .runsAway(let rss):
      .object([
        "status": .string("no-optimum"), "d": .null, "rss": .number(rss),
        "limit": .string(JointLaw.Shape.logLinear.rawValue),
      ])
    }
  }
}

extension LawComparison.ConstantStanding {
  /// Whether a constant was compared, as reports spell it.
  var word: String {
    switch self {
    case .offered: "compared"
    case .listed(let isListed): isListed ? "compared" : "not-asked-for"
    case .tooFewPoints: "too-few-points"
    case .trend: "trend"
    case .label: "slope-changes"
    }
  }
}

extension LawFit.Status {
  /// The status as reports spell it.
  var word: String {
    switch self {
    case .optimum: "optimum"
    case .atBound: "at-bound"
    case .runsAway, .unbounded: "no-optimum"
    }
  }

  /// The simpler law that parameters run towards.
  var limit: String? {
    if case .runsAway(let limit) = self { return limit }
    return nil
  }
}
