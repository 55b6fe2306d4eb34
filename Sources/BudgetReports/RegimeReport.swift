import BudgetDocuments
import ScalingLaws
import SourceText
import TokenBudget

/// Where the gain of more tokens ends, for one series or several.
public struct RegimeReport: Sendable {
  /// One series and what it does.
  public struct Entry: Sendable {
    /// The series.
    public let series: MeasurementSeries
    /// What it does.
    public let analysis: RegimeAnalysis

    /// Tests a series.
    ///
    /// - Parameters:
    ///   - series: Scores of one model on one benchmark.
    ///   - chance: The score of guessing, where it is known: elasticities are those of skill above it.
    /// - Throws: ``SourceText/InvalidDocument`` for a series of errors, and at the first score without a
    ///   logarithm.
    public init(_ series: MeasurementSeries, chance: Double? = nil) throws(InvalidDocument) {
      self.series = series
      guard !series.isError else {
        throw ScalingFit.refusal(
          .wrongResiduals, "regimes are tested on scores, and these are errors", at: nil, series,
          suggestion: "give scores, for example 1 minus the error")
      }
      // Slopes of ln(score) are the same whatever the range is.
      let counted = try series.resolvingCounts(nil).0.withoutUnreduced
      do {
        analysis = try RegimeAnalysis(of: Series(counted.measurements), chance: chance)
      } catch {
        throw ScalingFit.refusal(
          error, series, remedy: "leave it out: regimes are slopes of ln(score) over ln(n)")
      }
    }
  }

  private let entries: [Entry]
  private let diagnostics: [Diagnostic]
  private let pool: RegimePool?
  private let multiplicity: RegimeMultiplicity

  /// A report on one series or more.
  ///
  /// - Parameters:
  ///   - entries: In the order of the report.
  ///   - isPooled: Whether the series are one model's, and share their n_balance.
  ///   - diagnostics: What was remarked while the files were read.
  public init(_ entries: [Entry], isPooled: Bool = false, diagnostics: [Diagnostic] = []) {
    self.entries = entries
    self.diagnostics = diagnostics
    pool = isPooled ? RegimePool(entries) : nil
    multiplicity = RegimeMultiplicity(entries.map(\.analysis))
  }

  /// The report as JSON text; `docs/json.md` explains its keys. One series stands at the top, several
  /// in a list `series`.
  public var json: String {
    var members: [String: JSONValue] = [:]
    let each = zip(entries, multiplicity.adjusted).map { $0.members(adjusted: $1) }
    if each.count == 1 {
      members = each[0]
    } else {
      members["series"] = .list(each) { .object($0) }
      members["multiplicity"] = multiplicity.json
    }
    members["pool"] = .optional(pool) { $0.json }
    members["schema_version"] = .integer(jsonSchemaVersion)
    members["diagnostics"] = .diagnostics(diagnostics)
    return JSONValue.object(members).text
  }

  /// The report as text.
  public var text: String {
    let parts =
      entries.map(\.text)
      + [multiplicity.text(names: entries.map(\.name)), pool?.text].compactMap { $0 }
    return parts.joined(separator: "\n")
  }
}

extension RegimeReport.Entry {
  /// What reports call it.
  var name: String { series.name ?? MeasurementSeries.fileName(of: series.file) }

  /// - Parameter adjusted: The break's probability beside those of all series tested.
  fileprivate func members(adjusted: Double?) -> [String: JSONValue] {
    [
      "name": .optional(series.name) { .string($0) },
      "file": .string(series.file),
      "measurements": .integer(analysis.count),
      "token_counts": .integer(analysis.distinctCount),
      "tokens": .pair(analysis.tokenRange),
      "label": .string(analysis.label.rawValue),
      "identified": .bool(analysis.isIdentified),
      "evidence": .string(analysis.sentence),
      "chance": analysis.chanceJSON,
      "not_above_chance": analysis.notAboveChanceJSON,
      "level": .number(1 - RegimeAnalysis.level),
      "slope": .optional(analysis.slope) {
        .object([
          "value": .number($0.value), "interval": .pair($0.interval), "p_value": .number($0.pValue),
        ])
      },
      "break": .optional(analysis.breakTest) { test in
        .object([
          "p_value": .number(test.pValue),
          "adjusted_p_value": .optional(adjusted) { .number($0) }, "tokens": .number(test.tokens),
          "interval": .list(test.interval.tokens) { .pair($0) },
          "open": .array([.bool(test.interval.isOpenBelow), .bool(test.interval.isOpenAbove)]),
          "slopes": .array([.number(test.slopeBefore), .number(test.slopeAfter)]),
          "significant": .bool(test.isSignificant), "share": .number(test.share),
          "curve_length": .number(test.curveLength), "rss": .number(test.rss),
        ])
      },
      "bound": .optional(analysis.bound) { bound in
        .object([
          "p_value": .number(bound.pValue), "supported": .bool(bound.isSupported),
          "form": .string(bound.form), "ceiling": .number(bound.ceiling),
          "rss": .number(bound.rss), "unbounded_rss": .number(bound.unboundedRSS),
        ])
      },
      "n_balance": .optional(analysis.balance) { balance in
        .object([
          "estimate": .optional(balance.estimate) { .number($0) },
          "interval": .list(balance.interval.tokens) { .pair($0) },
          "identified": .bool(balance.isIdentified), "beta": .number(balance.beta),
          "rss": .number(balance.rss), "power_rss": .number(balance.powerRSS),
        ])
      },
    ]
  }

  fileprivate var text: String {
    var lines = TextReport()
    lines.row(
      "Series",
      "\(name): \(grouped(analysis.count)) measurements at \(grouped(analysis.distinctCount)) token "
        + "counts, \(significant(analysis.tokenRange.lowerBound)) to "
        + "\(significant(analysis.tokenRange.upperBound))")
    let leftOut = series.points.count { $0.isUnreduced }
    if leftOut > 0 {
      lines.row("", "\(grouped(leftOut)) of the unreduced model, another treatment, left out")
    }
    lines.row("Regime", analysis.label.rawValue)
    lines.row("Evidence", analysis.sentence)
    if let slope = analysis.slope {
      lines.row(
        "Slope",
        "\(significant(slope.value, 3)) of ln(\(analysis.quantityText)) over ln(n), 95% interval "
          + "[\(significant(slope.interval.lowerBound, 3)), "
          + "\(significant(slope.interval.upperBound, 3))], p = \(probability(slope.pValue))")
    }
    if let test = analysis.breakTest {
      lines.row(
        "Break",
        (test.isSignificant
          ? "at n = \(significant(test.tokens, 3)), 95% set \(test.interval.text)"
          : "none found; the best would be at n = \(significant(test.tokens, 3)), 95% set "
            + "\(test.interval.text)")
          + "; slopes \(significant(test.slopeBefore, 3)) before and "
          + "\(significant(test.slopeAfter, 3)) after; p = \(probability(test.pValue))")
    }
    if let bound = analysis.bound {
      lines.row(
        "Bound",
        (bound.isSupported
          ? "growth without one is rejected" : "not supported: growth without one is not rejected")
          + "; p = \(probability(bound.pValue)), against the law '\(bound.form)' with a ceiling of "
          + significant(bound.ceiling))
    }
    if let balance = analysis.balance {
      lines.row(
        "n_balance",
        (balance.isIdentified
          ? "\(significant(balance.best, 3)), 95% set \(balance.interval.text)"
          : "not identified: 95% set \(balance.interval.text)"
            + (balance.estimate == nil ? ", a power law is not rejected" : ", in pieces"))
          + "; from the paper's law with beta = \(significant(balance.beta, 3))")
    }
    return lines.text
  }
}

extension RegimeAnalysis {
  /// What logarithms are taken of.
  fileprivate var quantityText: String {
    guard case .skill(let chance, _) = quantity else { return "score" }
    return "score - \(significant(chance))"
  }

  fileprivate var chanceJSON: JSONValue {
    guard case .skill(let chance, _) = quantity else { return .null }
    return .number(chance)
  }

  fileprivate var notAboveChanceJSON: JSONValue {
    guard case .skill(_, let count) = quantity else { return .null }
    return .integer(count)
  }
}
