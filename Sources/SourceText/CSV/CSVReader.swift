import LongWork

/// Reads a table of cells row by row: a header that names the columns, then rows of as many cells.
///
/// ```swift
/// guard var reader = CSVReader(sink) else { throw sink.failure }
/// while reader.advance() { values.append(reader[0].number()) }
/// ```
///
/// Comma, semicolon and tab are known as delimiters, and the header says which it is. Lines that
/// are blank are skipped, and lines that start with `#` before the header. A row with another
/// number of cells than the header is reported and skipped, never padded.
package struct CSVReader {
  /// The default bound on a file's size: 256 MiB.
  package static let defaultByteLimit = WorkLimits.tableBytes

  /// The most problems shown of one file; behind them a remark says how many there are.
  package static let problemLimit = 20

  /// The most columns.
  static let columnLimit = 10_000

  /// Where problems go.
  package let sink: DiagnosticSink

  /// The cells of the header.
  package let header: [CSVCell]

  /// The columns' names.
  package let names: [String]

  /// The header's bytes.
  package let headerRange: SourceRange

  private let bytes: [UInt8]
  private let scanner: CSVScanner
  private var record: CSVRecord
  private var offset: Int
  /// Whether a row must still come.
  private var lacksRows: Bool

  /// A sink that shows as many problems as a table's reader should.
  package static func sink(for source: SourceFile) -> DiagnosticSink {
    DiagnosticSink(source, limit: problemLimit)
  }

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - sink: The file, and where problems go.
  ///   - byteLimit: The largest size accepted.
  ///   - needsRows: Whether a header without rows is a problem.
  /// - Returns: `nil` when there is no table to read; `sink` then has errors.
  /// - Complexity: O(size), for the check that it is text.
  package init?(
    _ sink: DiagnosticSink, byteLimit: Int = CSVReader.defaultByteLimit, needsRows: Bool = true
  ) {
    let bytes = sink.source.bytes
    guard bytes.count <= byteLimit else {
      sink.report(
        .fileTooLarge, "the file is larger than the limit of \(byteLimit) bytes", at: nil)
      return nil
    }
    guard sink.requireUTF8() else { return nil }

    let start = bytes.startOfHeader()
    guard start < bytes.count else {
      sink.report(
        .csvEmpty, "the file holds no table: it is empty or has only comments", at: nil,
        suggestion: "the first row names the columns")
      return nil
    }
    var record = CSVRecord()
    let (scanner, end) = bytes.withUnsafeBufferPointer { buffer in
      let scanner = CSVScanner(delimiter: .detect(buffer, from: start))
      return (
        scanner,
        scanner.scan(buffer, from: start, keeping: Self.columnLimit, into: &record)
      )
    }
    if let problem = record.problem {
      Self.report(problem, to: sink)
      return nil
    }
    guard record.firstExtra == nil else {
      sink.report(
        .csvColumns, "the header names more than \(Self.columnLimit) columns",
        at: start..<(start + 1))
      return nil
    }
    let header = record.spans.map { CSVCell(column: "", span: $0, sink: sink) }
    self.sink = sink
    self.bytes = bytes
    self.scanner = scanner
    self.header = header
    self.record = record
    names = header.map(\.content)
    headerRange = record.range
    offset = end
    lacksRows = needsRows
  }

  /// Whether semicolons separate the cells, as where a comma is the decimal point.
  package var isSemicolonSeparated: Bool { scanner.delimiter == .semicolon }

  /// Goes to the next row. A row that cannot be used is reported and passed over.
  ///
  /// - Returns: `false` at the end of the file.
  /// - Complexity: O(length of the row).
  package mutating func advance() -> Bool {
    while offset < bytes.count {
      offset = bytes.withUnsafeBufferPointer {
        scanner.scan($0, from: offset, keeping: header.count, into: &record)
      }
      if record.isBlank { continue }
      lacksRows = false
      if let problem = record.problem {
        Self.report(problem, to: sink)
      } else if record.count != header.count {
        reportCount()
      } else {
        return true
      }
    }
    if lacksRows {
      sink.report(
        .csvNoRows, "the file has a header and no rows", at: headerRange,
        suggestion: header.contains { $0.plainNumber != nil }
          ? "is this a row? The first one must name the columns" : nil)
    }
    lacksRows = false
    return false
  }

  /// A cell of the row that ``advance()`` went to.
  package subscript(column: Int) -> CSVCell {
    CSVCell(column: names[column], span: record.spans[column], sink: sink)
  }

  /// The bytes of the row that ``advance()`` went to.
  package var rowRange: SourceRange { record.range }

  // MARK: Problems

  private func reportCount() {
    let found = "the row has \(record.count) \(record.count == 1 ? "cell" : "cells")"
    if let extra = record.firstExtra {
      sink.report(
        .csvCellCount, "\(found), the header names \(header.count)",
        at: extra..<max(extra, record.range.upperBound),
        suggestion: scanner.delimiter == .comma
          ? "decimals take a point; a text with a comma stands in quotes"
          : "a text with a \(scanner.delimiter.name) stands in quotes")
    } else {
      sink.report(
        .csvCellCount, "\(found), the header names \(header.count)", at: record.range,
        suggestion: "a \(scanner.delimiter.name) stands between cells, also around an empty one")
    }
  }

  private static func report(
    _ problem: (kind: CSVRecord.Problem, range: SourceRange), to sink: DiagnosticSink
  ) {
    switch problem.kind {
    case .unclosedQuote:
      sink.report(
        .csvQuote, "the quote that opens this cell is never closed", at: problem.range)
    case .quoteInsideCell:
      sink.report(
        .csvQuote, "a quote stands inside a cell that has none around it", at: problem.range,
        suggestion: "put the cell in quotes, and double those inside it")
    case .textBehindQuote:
      sink.report(
        .csvQuote, "text stands behind the quote that closes a cell", at: problem.range,
        suggestion: "double a quote that is part of the text, or close the one before it")
    }
  }
}

extension [UInt8] {
  /// Where the first line starts that is neither blank nor a comment; behind a byte-order mark.
  fileprivate func startOfHeader() -> Int {
    withUnsafeBufferPointer { bytes in
      var line = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while line < bytes.count {
        var index = line
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard index < bytes.count else { return bytes.count }
        if bytes[index] == 0x23 {
          while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
        }
        guard index < bytes.count else { return bytes.count }
        guard bytes[index] == 0x0A || bytes[index] == 0x0D else { return line }
        line = index + 1
      }
      return bytes.count
    }
  }
}

extension Diagnostic.Code {
  /// The file holds no header.
  package static let csvEmpty = Self("csv.empty")
  /// The file holds a header and nothing else.
  package static let csvNoRows = Self("csv.no-rows")
  /// The header names too many columns.
  package static let csvColumns = Self("csv.too-many-columns")
  /// A row has more or fewer cells than the header.
  package static let csvCellCount = Self("csv.cell-count")
  /// Quotes that do not pair, or stand where none may.
  package static let csvQuote = Self("csv.quote")
}
