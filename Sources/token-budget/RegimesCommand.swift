import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct RegimesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regimes",
    abstract: "Tests whether a series has a transition, where, and how sure that is.",
    discussion: """
      Four questions, answered apart: does the slope of ln(score) over ln(n) change; where, with a \
      95% confidence set that may be open or in pieces; where it falls, does growth end; and what is \
      n_balance under the paper's law, or is it not identified. No random numbers are involved. Needs \
      5 measurements at 4 token counts, and scores above 0. Where the score of guessing is known, from \
      the profile or --chance, slopes are those of skill above it.

      With --pool the series are one model's and share n_balance: one series seldom identifies it, six \
      often do.

      Examples:
        token-budget regimes --profile profiles/scaling/li2025-vqq-textvqa.yaml
        token-budget regimes measurements.csv --series-by benchmark --format json
        token-budget regimes --pool --policy policies/ocr-floor.yaml
      """)

  @OptionGroup var input: MeasurementOptions

  @Option(
    help: ArgumentHelp(
      "The score of guessing, of all series whose profile does not state it.", valueName: "score"))
  var chance: Double?

  @Flag(help: "Estimate one n_balance of all series: benchmarks of one model.")
  var pool = false

  @Option(
    help: ArgumentHelp("Take the profiles that a policy mixes, too.", valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      "Where the ids of a policy's profiles are looked up.", valueName: "folder"))
  var catalog: String = "profiles"

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let chance, !NumberDomain.score.contains(chance) {
      throw ValidationError("--chance takes a score, found \(chance)")
    }
    if policy != nil, !input.files.isEmpty {
      throw ValidationError("give files or --policy, not both: a policy mixes profiles")
    }
  }

  func run() throws {
    var documents = DocumentLoader(output)
    let read = try series(&documents)
    guard !documents.hasFailures else { throw documents.failure() }
    if pool, read.series.count < 2 {
      throw ValidationError("--pool is for several series, and there is one")
    }
    var entries: [RegimeReport.Entry] = []
    let progress = Progress("regimes", of: read.series.map(\.series))
    for (series, chance) in read.series {
      do {
        entries.append(
          try progress.showing { try RegimeReport.Entry(series, chance: chance ?? self.chance) })
      } catch let error as InvalidDocument {
        documents.add(error)
      }
      progress.advance()
    }
    progress.end()
    guard !documents.hasFailures else { throw documents.failure() }
    let report = RegimeReport(entries, isPooled: pool, diagnostics: read.warnings)
    Terminal.report(read.warnings, colour: output.colour)
    try output.write(text: report.text, json: report.json)
  }

  /// The series, each with the score of guessing where its profile states it.
  private func series(
    _ documents: inout DocumentLoader
  ) throws -> (series: [(series: MeasurementSeries, chance: Double?)], warnings: [Diagnostic]) {
    guard !input.profile.isEmpty || policy != nil else {
      guard let read = try input.read(&documents) else { return ([], []) }
      return (read.series.map { ($0, nil) }, read.warnings)
    }
    var profiles = input.profile.compactMap { documents.load(ScalingProfile.self, $0) }
    if let policy, let policy = documents.load(Policy.self, policy) {
      guard policy.mix != nil else {
        throw ValidationError("the policy '\(policy.id)' mixes no profiles")
      }
      profiles += Catalog.missing(catalog, profiles, policy).compactMap {
        documents.load(ScalingProfile.self, $0)
      }
    }
    var series: [(series: MeasurementSeries, chance: Double?)] = []
    for profile in profiles {
      do {
        series.append((try MeasurementSeries(of: profile), profile.metric.chance))
      } catch {
        documents.add(error)
      }
    }
    return (series, profiles.flatMap(\.warnings))
  }
}
