import Foundation
import Testing

/// The documentation's tables, which tests count.
enum Documentation {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// How many experiments `make coverage` asks for; `nil` in the usual run.
  static let experiments = ProcessInfo.processInfo.environment["TOKEN_BUDGET_EXPERIMENTS"]
    .flatMap { Int($0) }

  /// A row of a document's table; printed where it is missing, to be copied.
  static func expect(_ document: String, row: String) throws {
    let text = try String(contentsOf: root.appendingPathComponent(document), encoding: .utf8)
    let isThere = text.contains(row + "\n")
    if !isThere { print(row) }
    #expect(isThere, "\(document) lacks \(row)")
  }

  /// A part in percent, with one decimal.
  static func percent(_ count: Int, of total: Int) -> String {
    String(
      format: "%.1f%%", locale: Locale(identifier: "en_US_POSIX"),
      100 * Double(count) / Double(total))
  }

  /// A number with one decimal.
  static func fixed(_ value: Double) -> String {
    String(format: "%.1f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}
