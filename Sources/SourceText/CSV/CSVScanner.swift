/// What stands between two cells.
enum CSVDelimiter: UInt8, CaseIterable {
  case comma = 0x2C
  case semicolon = 0x3B
  case tab = 0x09

  /// The name for messages.
  var name: String {
    switch self {
    case .comma: "comma"
    case .semicolon: "semicolon"
    case .tab: "tab"
    }
  }
}

/// Where one cell stands.
struct CSVSpan {
  /// The cell's bytes without blanks around it, quotes included.
  let range: SourceRange
  /// Whether it stands in quotes.
  let isQuoted: Bool
  /// Whether some of its quotes are doubled.
  let hasDoubledQuotes: Bool
}

/// One row as it was scanned. The same value is filled again and again, so that its array stays.
struct CSVRecord {
  /// What is wrong with a row's quotes.
  enum Problem {
    case unclosedQuote, quoteInsideCell, textBehindQuote
  }

  /// The first cells, no more than were asked for.
  var spans: [CSVSpan] = []
  /// How many cells there are.
  var count = 0
  /// Where the first cell stands that was not kept.
  var firstExtra: Int?
  /// The row's bytes without its line break.
  var range: SourceRange = 0..<0
  /// The first problem with its quotes, and where.
  var problem: (kind: Problem, range: SourceRange)?

  /// Whether the row is a line of blanks.
  var isBlank: Bool {
    count == 1 && spans.first.map { $0.range.isEmpty && !$0.isQuoted } ?? true
  }
}

/// Cuts bytes into rows and cells.
///
/// - Source: RFC 4180, section 2. Beyond it, blanks around a cell do not count, a lone CR ends a
///   line, and other delimiters are known.
struct CSVScanner {
  let delimiter: CSVDelimiter

  /// Scans one row.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - start: Where the row starts.
  ///   - limit: The most cells kept.
  ///   - record: Where the row is put.
  /// - Returns: Where the next row starts.
  /// - Complexity: O(length of the row).
  func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, keeping limit: Int,
    into record: inout CSVRecord
  ) -> Int {
    let separator = delimiter.rawValue
    let quote: UInt8 = 0x22
    let count = bytes.count
    var index = start
    record.spans.removeAll(keepingCapacity: true)
    record.count = 0
    record.firstExtra = nil
    record.problem = nil

    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte == 0x09 && separator != 0x09) }
    func isEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    while true {
      while index < count, isBlank(bytes[index]) { index += 1 }
      let lower = index
      var upper = lower
      var isQuoted = false
      var hasDoubledQuotes = false
      if index < count, bytes[index] == quote {
        isQuoted = true
        index += 1
        var isClosed = false
        while index < count {
          if bytes[index] == quote {
            index += 1
            guard index < count, bytes[index] == quote else {
              isClosed = true
              break
            }
            hasDoubledQuotes = true
          }
          index += 1
        }
        upper = index
        if !isClosed, record.problem == nil {
          record.problem = (.unclosedQuote, lower..<(lower + 1))
        }
        while index < count, isBlank(bytes[index]) { index += 1 }
        if index < count, bytes[index] != separator, !isEnd(bytes[index]) {
          let first = index
          // What this cell is cannot be told; the rest of the line goes with it.
          while index < count, !isEnd(bytes[index]) { index += 1 }
          if record.problem == nil { record.problem = (.textBehindQuote, first..<index) }
        }
      } else {
        while index < count, bytes[index] != separator, !isEnd(bytes[index]) {
          if bytes[index] == quote, record.problem == nil {
            record.problem = (.quoteInsideCell, index..<(index + 1))
          }
          index += 1
          if !isBlank(bytes[index - 1]) { upper = index }
        }
      }
      if record.count < limit {
        record.spans.append(
          CSVSpan(
            range: lower..<upper, isQuoted: isQuoted, hasDoubledQuotes: hasDoubledQuotes))
      } else if record.firstExtra == nil {
        record.firstExtra = lower
      }
      record.count += 1

      if index < count, bytes[index] == separator {
        index += 1
        continue
      }
      record.range = start..<max(upper, start)
      guard index < count else { return count }
      let isPair = bytes[index] == 0x0D && index + 1 < count && bytes[index + 1] == 0x0A
      return index + (isPair ? 2 : 1)
    }
  }
}

extension CSVDelimiter {
  /// The delimiter of a header: the one that stands in it most often outside quotes; among equals
  /// the first of comma, semicolon and tab.
  static func detect(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> CSVDelimiter {
    var counts = [0, 0, 0]
    var isQuoted = false
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x22 { isQuoted.toggle() }
      if !isQuoted {
        if byte == 0x0A || byte == 0x0D { break }
        switch byte {
        case CSVDelimiter.comma.rawValue: counts[0] += 1
        case CSVDelimiter.semicolon.rawValue: counts[1] += 1
        case CSVDelimiter.tab.rawValue: counts[2] += 1
        default: break
        }
      }
      index += 1
    }
    let most = counts.max() ?? 0
    return zip(allCases, counts).first { $0.1 == most }?.0 ?? .comma
  }
}
