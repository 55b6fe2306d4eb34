import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Recommends vision tokens per image, with the reasons.",
    discussion: """
      Searches the candidates for the token count that is best under the policy, exactly, and \
      reports its score, its FLOPs by part, what limits it, what the neighbours would cost and, where \
      the policy states a risk level, how far noise in the measurements moves the answer.

      Examples:
        token-budget advise \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --policy policies/max-score-per-flop.yaml
        token-budget advise --same-scores \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --cost profiles/compute/llava-next-vicuna-7b.yaml \\
          --policy policies/latency-bound-chat.yaml
      """)

  @Flag(
    help: "Show all that the answer rests on: law, costs by part, the front, neighbours, sources.")
  var explain = false

  @OptionGroup var question: QuestionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var loader = DocumentLoader(output)
    let documents = try question.load(&loader)
    let outcome: AdviceOutcome
    do {
      let advisor = try documents.advisor()
      outcome = try Progress("advise").showing { try advisor.outcome(under: documents.policy) }
    } catch let error as InvalidDocument {
      loader.add(error)
      throw loader.failure()
    }
    switch outcome {
    case .advice(let advice):
      Terminal.report(advice.diagnostics, colour: output.colour)
      try output.write(text: explain ? outcome.explanation : outcome.text, json: outcome.json)
    case .infeasible(let infeasible):
      Terminal.report(infeasible.diagnostics, colour: output.colour)
      try output.write(text: explain ? outcome.explanation : outcome.text, json: outcome.json)
      throw ExitStatus.nothingFeasible
    }
  }
}
