import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks documents and points at everything that is wrong in them.",
    discussion: """
      Takes scaling profiles, compute cost models, hardware profiles and policies in any mixture. All problems of a \
      file are reported together, with line, column and what to do. Exits with 65 when a document \
      is invalid, otherwise with 66 when a file cannot be read.

      Example:
        token-budget validate profiles/*/*.yaml policies/*.yaml
      """)

  @Argument(help: ArgumentHelp("Documents to check.", valueName: "file"))
  var files: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    var results: [ValidationReport.Entry] = []
    var lines = ""
    for file in files {
      do {
        let any = try AnyDocument.load(file)
        results.append((file, .success(any)))
        Terminal.report(any.document.warnings, colour: output.colour)
        lines +=
          "\(printable(path: file)): valid \(type(of: any.document).kind.rawValue) '\(any.document.id)'\n"
      } catch {
        results.append((file, .failure(error)))
        Terminal.report(error.diagnostics, colour: output.colour)
        lines += "\(printable(path: file)): \(error.isUnreadable ? "unreadable" : "invalid")\n"
      }
    }
    try output.write(text: lines, json: ValidationReport(results).json)
    let failures = results.compactMap { entry -> InvalidDocument? in
      if case .failure(let invalid) = entry.result { return invalid }
      return nil
    }
    if !failures.isEmpty { throw ExitStatus.of(failures) }
  }
}
