import BudgetDocuments
import TokenBudget

/// Lines of a report: a heading, labelled rows whose text wraps, and lines as they are.
struct TextReport {
  private static let labelWidth = 13
  private static let width = 98
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func line(_ text: String) { lines.append(printable(text)) }

  mutating func blank() { lines.append("") }

  /// Rows of cells in columns as wide as their widest cell and two blanks, numbers to the right; the
  /// last column is text.
  static func aligned(_ rows: [[String]]) -> [String] {
    guard let columns = rows.first?.count else { return [] }
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for column in 0..<(columns - 1) { line += padLeft(row[column], widths[column] + 2) }
      if let remark = row.last, !remark.isEmpty { line += "  " + remark }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A label and its text, wrapped at blanks with a hanging indent.
  mutating func row(_ label: String, _ text: String) {
    var current = pad(label, Self.labelWidth)
    var isFirst = true
    for word in printable(text).split(separator: " ") {
      if !isFirst, current.count + 1 + word.count > Self.width {
        lines.append(current)
        current = pad("", Self.labelWidth)
        isFirst = true
      }
      current += (isFirst ? "" : " ") + word
      isFirst = false
    }
    lines.append(current)
  }
}

func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func padLeft(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
