public import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

/// Flags that stand in place of a policy's keys.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The least share of the best score, above guessing where the metric has a chance level, as 95%; in "
        + "place of the policy's 'limits.keep'.", valueName: "share"))
  var keep: String?

  @Option(
    help: ArgumentHelp(
      "How far beyond what was measured candidates may lie, on either side, as 4x; in place of the policy's "
        + "'search.beyond'.", valueName: "factor"))
  var beyond: String?

  @Option(
    help: ArgumentHelp(
      "What decides where a profile has both: the curve that its measurements leave, or the law that it "
        + "states.", valueName: "curve|profile"))
  var law: DecidingLaw = .curve

  func validate() throws { _ = try overrides() }

  /// What the flags change of the answer that the documents give alone.
  var changes: [String] {
    [keep.map { "--keep \($0)" }, beyond.map { "--beyond \($0)" }].compactMap { $0 }
      + (law == .curve ? [] : ["--law \(law.rawValue)"])
  }

  /// What the flags say.
  ///
  /// - Throws: A usage error that names the flag.
  func overrides() throws -> Policy.Overrides {
    do {
      return try Policy.Overrides(keep: keep, beyond: beyond)
    } catch {
      let texts = error.diagnostics.map { problem in
        "\(problem.file ?? "a flag"): \(problem.message)"
          + (problem.suggestion.map { "; \($0)" } ?? "")
      }
      throw ValidationError(texts.joined(separator: "\n"))
    }
  }
}

extension DecidingLaw: ExpressibleByArgument {}
