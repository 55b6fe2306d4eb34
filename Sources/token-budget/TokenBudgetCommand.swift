import ArgumentParser
import SourceText

@main
struct TokenBudgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token-budget",
    abstract: "Decides how many vision tokens an image gets, and says why.",
    discussion: """
      Advice joins three YAML documents: a scaling profile (what tokens buy), a compute cost model \
      (what they cost) and a policy (what is best, and what is allowed). Profiles are fitted to measured \
      scores; cost models can be imported from published configurations, and asked for the cost of \
      any request. A budget is written into training and serving configs, and checked there.

      Results go to standard output, diagnostics to standard error.

      Exit codes:
        0   an answer
        1   a failure of its own, such as output that cannot be written
        3   no token count satisfies the policy's limits
        4   a config that was checked has a mistake
        64  wrong usage
        65  invalid input
        66  unreadable file
      """,
    version: "0.1.0",
    subcommands: [
      AdviseCommand.self, FrontierCommand.self, WhatIfCommand.self, FitCommand.self,
      PlanCommand.self, RegimesCommand.self, CostCommand.self,
      TokensCommand.self, ImportCommand.self, EmbedCommand.self, CheckCommand.self,
      ValidateCommand.self,
    ])

  /// Runs the command that the arguments name; what the libraries say of parameters is said of options.
  static func main() {
    ParameterSpelling.$current.withValue(.options) { main(nil) }
  }
}
