import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct FrontierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frontier",
    abstract: "Score against cost: the candidates that no other beats, and the price of each step.",
    discussion: """
      Lists the Pareto front of score and FLOPs over all candidates of all designs, exactly, with the \
      knee and where the encoder dominates. With --along a candidate also stays where it is better in \
      one of these measures. The policy's limits mark candidates and remove none.

      Examples:
        token-budget frontier \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --policy policies/max-score-per-flop.yaml
        token-budget frontier --all --same-scores --along latency,memory \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/qwen2.5-vl-3b.yaml \\
          --cost profiles/compute/qwen2.5-vl-7b.yaml \\
          --policy policies/latency-bound-chat.yaml
      """)

  @OptionGroup var question: QuestionOptions

  @Option(
    help: ArgumentHelp(
      "Further measures, with commas between: "
        + Measure.besideFLOPs.map(\.key).joined(separator: ", ") + ".",
      valueName: "measures"))
  var along: String?

  @Option(help: "About how many points of each design to look at.")
  var rows: Int = 20

  @Flag(help: "List the whole front.")
  var all = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (2...100_000).contains(rows) else {
      throw ValidationError("--rows must be from 2 to 100000, found \(rows)")
    }
    _ = try measures()
  }

  private func measures() throws -> [Measure] {
    guard let along else { return [] }
    return try along.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let measure = Measure(named: String(name)) else {
        throw ValidationError(
          "--along takes \(Measure.all.map(\.key).joined(separator: ", ")); found "
            + "'\(printable(String(name)))'")
      }
      return measure
    }
  }

  func run() throws {
    var loader = DocumentLoader(output)
    let measures = try measures()
    let documents = try question.load(&loader, along: measures)
    do {
      let advisor = try documents.advisor()
      let advice = try Progress("frontier").showing {
        try advisor.frontier(under: documents.policy, along: measures, rows: all ? nil : rows)
      }
      Terminal.report(advice.diagnostics, colour: output.colour)
      try output.write(text: advice.text, json: advice.json)
    } catch let invalid as InvalidDocument {
      loader.add(invalid)
      throw loader.failure()
    }
  }
}
