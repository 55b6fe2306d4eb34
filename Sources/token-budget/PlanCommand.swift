import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Which token counts to measure before anything is known of the scores.",
    discussion: """
      Tries plans on curves as real ones are, measured with noise, and takes the one whose decisions give \
      away least. Counts in even steps of ln n stand beside it, and are the plan where nothing does better. \
      Once something is measured, 'advise' says what to measure next.

      Examples:
        token-budget plan --cost profiles/compute/llava-1.5-7b.yaml --points 6
        token-budget plan --cost profiles/compute/qwen2.5-vl-7b.yaml --points 5 --questions 500 \\
          --policy policies/cheapest-that-keeps-95.yaml
      """)

  @Option(help: ArgumentHelp("Compute cost model: what tokens cost.", valueName: "file"))
  var cost: String

  @Option(help: "How many token counts to measure, 2 to 12.")
  var points: Int = 6

  @Option(
    help: ArgumentHelp(
      "Policy: what the measurements are to decide. Default: score per FLOP on the model's counts.",
      valueName: "file"))
  var policy: String?

  @Option(
    help: ArgumentHelp("How many questions a score is a mean over.", valueName: "count"))
  var questions: Int = 1000

  @Option(
    help: ArgumentHelp("Where the ids of hardware are looked up.", valueName: "folder"))
  var catalog: String = "profiles"

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (2...12).contains(points) else {
      throw ValidationError("--points takes 2 to 12, found \(points)")
    }
    guard (1...1_000_000_000).contains(questions) else {
      throw ValidationError("--questions takes 1 to 1000000000, found \(questions)")
    }
  }

  func run() throws {
    var loader = DocumentLoader(output)
    let model = loader.load(ComputeCostModel.self, cost)
    let wish =
      if let policy { loader.load(Policy.self, policy) } else {
        Optional(Policy(id: "score-per-flop", objective: .scorePerFLOP))
      }
    guard let model, let wish, !loader.hasFailures else { throw loader.failure() }
    let hardware = Catalog.hardware(catalog, wish, [model]).compactMap {
      loader.load(HardwareProfile.self, $0)
    }
    guard !loader.hasFailures else { throw loader.failure() }
    let plan: MeasurementPlan
    do {
      plan = try Progress("plan").showing {
        try MeasurementPlan(
          points, cost: model, policy: wish, hardware: hardware, questions: questions)
      }
    } catch let error as InvalidDocument {
      loader.add(error)
      throw loader.failure()
    }
    try output.write(text: plan.text, json: plan.json)
  }
}
