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
    ParameterSpelling.$current.withValue(.options) { runOrExit() }
  }

  private static func runOrExit() {
    do {
      try requireText(CommandLine.unsafeArguments)
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // Help and the version are results too: they are written, or the exit code says that they are not.
      let text = exitCode(for: error) == .success ? fullMessage(for: error) : ""
      guard !text.isEmpty else { exit(withError: error) }
      do {
        try Terminal.write(text + "\n")
      } catch {
        exit(withError: error)
      }
      exit(withError: ExitCode.success)
    }
  }

  /// That all arguments are UTF-8.
  ///
  /// Diagnostics, reports in JSON and addresses in SARIF carry names as text: a file whose name is none could be
  /// read, and not be spoken of.
  private static func requireText(_ arguments: [[UInt8]]) throws {
    for (index, bytes) in arguments.enumerated()
    where String(validating: bytes, as: UTF8.self) == nil {
      throw ValidationError(
        "argument \(index) is not UTF-8: \(quoted(String(decoding: bytes, as: UTF8.self), limit: 200)); "
          + "rename the file, or give it as /dev/stdin")
    }
  }
}

extension CommandLine {
  /// The arguments as the system passed them, the program's name first.
  fileprivate static var unsafeArguments: [[UInt8]] {
    (0..<Int(argc)).compactMap { index in
      unsafeArgv[index].map { text in
        Array(UnsafeBufferPointer(start: text, count: length(text)).map { UInt8(bitPattern: $0) })
      }
    }
  }

  private static func length(_ text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
  }
}
