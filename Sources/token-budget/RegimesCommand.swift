import ArgumentParser
import SourceText
import TokenBudget

struct RegimesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regimes",
    abstract: "Tests whether a series has a transition, where, and how sure that is.",
    discussion: """
      Three questions, answered apart: does the slope of ln(score) over ln(n) change; where, with a \
      95% confidence set that may be open or in pieces; and what is n_balance under the paper's law, \
      or is it not identified. No random numbers are involved. Needs 5 measurements at 4 token \
      counts, and scores above 0.

      Examples:
        token-budget regimes --profile profiles/scaling/li2025-vqq-textvqa.yaml
        token-budget regimes measurements.csv --series-by benchmark --format json
      """)

  @OptionGroup var input: MeasurementOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    var documents = DocumentLoader(output)
    guard let read = try input.read(&documents) else { throw documents.failure() }
    var entries: [RegimeReport.Entry] = []
    var progress = Progress("regimes", of: read.series)
    for series in read.series {
      do {
        entries.append(try RegimeReport.Entry(series))
      } catch {
        documents.add(error)
      }
      progress.advance()
    }
    progress.end()
    guard !documents.hasFailures else { throw documents.failure() }
    let report = RegimeReport(entries, diagnostics: read.warnings)
    Terminal.report(read.warnings, colour: output.colour)
    try output.write(text: report.text, json: report.json)
  }
}
