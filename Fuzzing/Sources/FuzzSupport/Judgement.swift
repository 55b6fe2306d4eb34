import BudgetReports
import Foundation
import SourceText

/// What must hold of everything that leaves the library.
public enum Judgement {
  /// A refusal gives at least one reason, and each can be shown.
  public static func judge(_ failure: InvalidDocument) {
    expect(failure.diagnostics.contains { $0.severity == .error }, "refused without a reason")
    judge(failure.diagnostics)
    judge(json: FailureReport(failure.diagnostics).json)
  }

  /// Each diagnostic has a message and a place that exists, and can be shown.
  public static func judge(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      expect(!diagnostic.message.isEmpty, "\(diagnostic.code) says nothing")
      if let span = diagnostic.span {
        expect(
          span.line >= 1 && span.column >= 1
            && (span.endLine, span.endColumn) >= (span.line, span.column),
          "\(diagnostic.code) is nowhere: \(span)")
      }
      expect(!diagnostic.rendered().isEmpty, "\(diagnostic.code) is not shown")
    }
  }

  /// A report for scripts is JSON, which has no number that is none.
  public static func judge(json: String) {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(json.utf8))
    } catch {
      fatalError("property violated: a report is no JSON: \(error)\n\(json)")
    }
  }

  /// A report for people has no number that is none.
  ///
  /// - Parameter input: What was asked; words that stand in it may stand in the report.
  public static func judge(text: String, of input: [UInt8]) {
    for word in notNumbers(in: text) {
      expect(
        words(String(decoding: input, as: UTF8.self)).contains(word),
        "a report has the number '\(word)':\n\(text)")
    }
  }

  private static func notNumbers(in text: String) -> [String] {
    words(text).filter { ["nan", "inf"].contains($0) }
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
