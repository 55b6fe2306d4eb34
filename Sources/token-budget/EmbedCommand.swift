import ArgumentParser
import BudgetReports
import ConfigEmbedding
import LongWork
import SourceText
import TokenBudget

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes a vision-token budget into a training or serving config.",
    discussion: """
      Finds the key that the framework reads, writes the largest value under which no image gets more \
      tokens, and keeps every other byte: comments, order, quotes, line endings. A key that is missing \
      is added. The framework is found from the file and the model's family from the model that the \
      file names; what cannot be found must be said, nothing is guessed.

      Frameworks: \(Framework.all.map(\.id.name).joined(separator: ", "))

      Examples:
        token-budget embed --into train.yaml --tokens 576
        token-budget embed --into train.yaml --advice advice.json --dry-run
        token-budget embed --into finetune.sh --framework qwen-vl \\
          --family qwen2.5-vl --tokens 1024 --annotate
      """)

  @Option(help: ArgumentHelp("The config to write into.", valueName: "file"))
  var into: String

  @Option(help: ArgumentHelp("The framework, where the file does not show it.", valueName: "id"))
  var framework: String?

  @Option(
    help: ArgumentHelp(
      "The model's family, alias or model_type, where the file does not show it.",
      valueName: "name"))
  var family: String?

  @Option(help: ArgumentHelp("The most vision tokens of an image.", valueName: "n"))
  var tokens: Int?

  @Option(
    help: ArgumentHelp(
      "The tokens that 'advise --format json' recommends.", valueName: "advice.json"))
  var advice: String?

  @Flag(
    help: """
      Where the framework resizes before the processor rounds, write the value that keeps every image \
      within the budget.
      """)
  var safe = false

  @Flag(help: "Say behind the value how many tokens it means.")
  var annotate = false

  @Flag(name: .customLong("dry-run"), help: "Show the difference and write nothing.")
  var dryRun = false

  @Flag(name: .customLong("print"), help: "Write the config to standard output, not to the file.")
  var printsResult = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (tokens == nil) == (advice == nil) {
      throw ValidationError("give the budget: --tokens n or --advice advice.json")
    }
    if let tokens, !(1...TrainingConfig.mostTokens).contains(tokens) {
      throw ValidationError(
        "--tokens must be from 1 to \(TrainingConfig.mostTokens), found \(tokens)")
    }
    if dryRun, printsResult { throw ValidationError("--dry-run and --print exclude each other") }
  }

  func run() throws {
    let embedding: Embedding
    let report: EmbeddingReport
    do {
      (embedding, report) = try embed()
    } catch {
      var documents = DocumentLoader(output)
      documents.add(error)
      throw documents.failure()
    }
    Terminal.report(report.diagnostics, colour: output.colour)
    if case .text = output.format, printsResult || dryRun {
      // What can be piped goes alone to standard output.
      try Terminal.write(
        printsResult ? embedding.text : escaped(lines: embedding.diff))
      Terminal.note(report.text)
      return
    }
    try output.write(text: report.text, json: report.json(withText: printsResult))
  }

  private func embed() throws(InvalidDocument) -> (Embedding, EmbeddingReport) {
    var budget = tokens ?? 1
    var given: AdviceFile?
    if let advice {
      let read = try AdviceFile(SourceFile.read(path: advice))
      budget = read.tokens
      given = read
    }
    let config = try TrainingConfig(
      SourceFile.read(path: into, byteLimit: ConfigFile.byteLimit), framework: framework,
      family: family)
    let embedding = try config.embedding(
      tokens: budget, options: EmbeddingOptions(annotates: annotate, isSafe: safe))
    let writes = !dryRun && !printsResult && embedding.isChanged
    if writes {
      try FileReplacement.write(embedding.result.bytes, to: into, madeFrom: config.source)
    }
    var model: String?
    if case .model(let name) = config.familySource { model = name }
    let report = EmbeddingReport(
      embedding, into: config, isWritten: writes, isKept: dryRun || printsResult,
      remarks: given?.remarks(on: model) ?? [])
    return (embedding, report)
  }
}

/// Where configs of other programs are read.
enum ConfigFile {
  /// The largest that is read.
  static let byteLimit = WorkLimits.configBytes
}
