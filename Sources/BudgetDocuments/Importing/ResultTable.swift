import SourceText

/// The scores of a CSV or TSV file.
///
/// VLMEvalKit writes a column for each category, or for each kind of score, and a row for each
/// split or task. A file of two columns whose header is already a name and a score has no header.
enum ResultTable {
  /// One cell of a row, as far as it is needed.
  private struct Value {
    let text: String
    let number: Double?
    let location: SourceLocation

    init(_ cell: CSVCell) {
      text = cell.content
      let value = cell.plainNumber
      // What pandas leaves empty is not-a-number.
      let isMissing = text.isEmpty || ["nan", "inf", "-inf"].contains(text.lowercased())
      number = value.map { $0.isFinite ? $0 : .nan } ?? (isMissing ? .nan : nil)
      location = cell.location
    }

    var isScore: Bool { number?.isFinite ?? false }
  }

  static func read(_ sink: DiagnosticSink) -> [ResultFile.Result] {
    let header: [Value]
    var rows: [[Value]] = []
    guard var reader = CSVReader(sink, needsRows: false) else { return [] }
    header = reader.header.map(Value.init)
    while reader.advance() { rows.append(header.indices.map { Value(reader[$0]) }) }

    if header.count == 2, header[1].isScore, !header[0].isScore {
      // `Overall,52.1`, or pandas' `,0` above such rows.
      return ([header] + rows).filter { !$0[0].text.isEmpty }.compactMap {
        result([$0[0].text], $0[1])
      }
    }
    let labels = header.indices.filter { column in
      !rows.contains { $0[column].isScore } && rows.contains { $0[column].number == nil }
    }
    var results: [ResultFile.Result] = []
    for row in rows {
      let label = rows.count == 1 ? [] : labels.map { row[$0].text }
      for column in header.indices where !labels.contains(column) {
        // A column without a name holds the rows' numbers.
        if header[column].text.isEmpty { continue }
        if let result = result(label + [header[column].text], row[column]) {
          results.append(result)
        }
      }
    }
    return results
  }

  private static func result(_ path: [String], _ value: Value) -> ResultFile.Result? {
    value.number.map {
      ResultFile.Result(
        benchmark: nil, metric: metric(path), score: $0, standardError: nil, questions: nil,
        isError: false, location: value.location)
    }
  }

  /// A metric's name from what leads to it: `validation/Overall`. VLMEvalKit's `none` is no split.
  static func metric(_ path: [String]) -> String {
    let parts = path.filter { !$0.isEmpty && $0 != "none" }
    return parts.isEmpty ? path.last ?? "" : parts.joined(separator: "/")
  }
}
