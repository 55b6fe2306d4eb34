import ArgumentParser
import SourceText
import TokenBudget

struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Recommends vision tokens per image, with the reasons.",
    discussion: """
      Searches the candidates for the token count that is best under the policy, exactly, and \
      reports its score, its FLOPs by part, what limits it and what the neighbours would cost.

      Example:
        token-budget advise \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --policy policies/max-score-per-flop.yaml
      """)

  @Option(help: ArgumentHelp("Scaling profile: what tokens buy.", valueName: "file"))
  var profile: String

  @Option(help: ArgumentHelp("Compute cost model: what tokens cost.", valueName: "file"))
  var cost: String

  @Option(help: ArgumentHelp("Policy: what is best, and what is allowed.", valueName: "file"))
  var policy: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    var documents = DocumentLoader(output)
    let profile = documents.load(ScalingProfile.self, profile)
    let cost = documents.load(ComputeCostModel.self, cost)
    let policy = documents.load(Policy.self, policy)
    guard let profile, let cost, let policy else { throw documents.failure() }

    let outcome: AdviceOutcome
    do {
      outcome = try Advisor(profile: profile, cost: cost).outcome(under: policy)
    } catch {
      documents.add(error)
      throw documents.failure()
    }
    switch outcome {
    case .advice(let advice):
      Terminal.report(advice.diagnostics, colour: output.colour)
      try output.write(text: outcome.text, json: outcome.json)
    case .infeasible(let infeasible):
      Terminal.report(infeasible.diagnostics, colour: output.colour)
      try output.write(text: outcome.text, json: outcome.json)
      throw ExitStatus.nothingFeasible
    }
  }
}

/// Reads the documents of a command and collects what is wrong with any of them.
struct DocumentLoader {
  private let output: OutputOptions
  private var failures: [InvalidDocument] = []

  init(_ output: OutputOptions) { self.output = output }

  mutating func load<Kind: Document>(_ kind: Kind.Type, _ path: String) -> Kind? {
    do {
      return try Kind.load(path)
    } catch {
      add(error)
      return nil
    }
  }

  /// Whether anything is wrong.
  var hasFailures: Bool { !failures.isEmpty }

  mutating func add(_ failure: InvalidDocument) { failures.append(failure) }

  /// Reports all failures and returns the status to exit with.
  func failure() -> any Error {
    let diagnostics = failures.flatMap(\.diagnostics)
    Terminal.report(diagnostics, colour: output.colour)
    do {
      try output.write(text: nil, json: FailureReport(diagnostics).json)
    } catch {
      return error
    }
    return ExitStatus.of(failures)
  }
}
