import ArgumentParser
import BudgetReports
import ConfigEmbedding
import SourceText
import TokenBudget

struct CheckCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif, github
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Finds mistakes in the vision-token budgets of training and serving configs.",
    discussion: """
      Values for the wrong grid, budgets larger than the context, two forms of a key that disagree, \
      values that the model does not have, keys that nobody reads, training and serving set \
      differently. Exits with 4 when a config has a mistake, with 65 or 66 when one cannot be read; \
      notes are no mistakes. docs/embedding.md shows a hook for commits and for pull requests.

      Examples:
        token-budget check train.yaml
        token-budget check train.yaml --serving vllm.yaml --images 4
        token-budget check configs/*.yaml --format github
      """)

  @Argument(help: ArgumentHelp("Configs to check.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("A config that the same model is served with.", valueName: "file"))
  var serving: String?

  @Option(help: ArgumentHelp("The framework, where the files do not show it.", valueName: "id"))
  var framework: String?

  @Option(
    name: .customLong("serving-framework"),
    help: ArgumentHelp("The framework of the serving config.", valueName: "id"))
  var servingFramework: String?

  @Option(
    help: ArgumentHelp(
      "The model's family, alias or model_type, where the files do not show it.",
      valueName: "name"))
  var family: String?

  @Option(
    help: ArgumentHelp(
      "Images of a sample. Default: what the config says, or one.", valueName: "n"))
  var images: Int?

  @Flag(
    name: .customLong("skip-unknown"),
    help: "Pass over files in which nothing shows a framework, for folders of mixed files.")
  var skipsUnknown = false

  @Flag(help: "Mend in place what is meant beyond doubt.")
  var fix = false

  @Option(help: "Text for people, JSON, SARIF 2.1.0, or GitHub's workflow commands.")
  var format: Format = .text

  @OptionGroup var colours: ColourOptions

  func validate() throws {
    if let images, !(1...1_000_000).contains(images) {
      throw ValidationError("--images must be from 1 to 1000000, found \(images)")
    }
    if serving == nil, servingFramework != nil {
      throw ValidationError("--serving-framework needs --serving")
    }
  }

  func run() throws {
    var entries: [CheckReport.Entry] = []
    var servingConfig: TrainingConfig?
    if let serving {
      do {
        servingConfig = try read(serving, servingFramework)
      } catch {
        entries.append(.failed(serving, error))
      }
    }
    for file in files { entries.append(entry(file, servingConfig)) }
    let report = CheckReport(entries)
    switch format {
    case .text:
      Terminal.report(report.diagnostics, colour: colours.colour)
      try Terminal.write(report.text)
    case .json: try Terminal.write(report.json)
    case .sarif:
      let tool = TokenBudgetCommand.configuration
      try Terminal.write(
        report.sarif(tool: tool.commandName ?? "token-budget", version: tool.version))
    case .github: try Terminal.write(report.github)
    }
    // A file that cannot be used weighs more than a mistake in one that can.
    if !report.failures.isEmpty { throw ExitStatus.of(report.failures) }
    if report.hasMistakes { throw ExitStatus.mistakesFound }
  }

  private func read(
    _ path: String, _ framework: String?
  ) throws(InvalidDocument) -> TrainingConfig {
    try TrainingConfig(
      SourceFile.read(path: path, byteLimit: ConfigFile.byteLimit), framework: framework,
      family: family)
  }

  private func entry(_ file: String, _ serving: TrainingConfig?) -> CheckReport.Entry {
    do {
      var config = try read(file, framework)
      var diff = ""
      if fix, let mended = config.fixed(images: images) {
        do {
          try FileReplacement.write(mended.bytes, to: file, madeFrom: config.source)
        } catch {
          // What was found is worth as much where nothing can be mended.
          return .checked(
            config, file: file, findings: config.findings(images: images, serving: serving),
            failure: error)
        }
        diff = UnifiedDiff.between(config.source, mended)
        config = try TrainingConfig(mended, framework: framework, family: family)
      }
      return .checked(
        config, file: file, findings: config.findings(images: images, serving: serving), diff: diff)
    } catch {
      let isUnknown = error.diagnostics.map(\.code) == [.embedUnknownFramework]
      if skipsUnknown, isUnknown, framework == nil {
        return .skipped(file)
      }
      return .failed(file, error)
    }
  }
}
