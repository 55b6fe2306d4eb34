/// Where the lines of a document start, to turn byte offsets into lines and columns.
///
/// A line ends at LF, CR LF or a lone CR, as in editors. (libyaml also breaks lines at U+0085,
/// U+2028 and U+2029; its line numbers are therefore not used.)
final class LineIndex {
  private let source: SourceFile
  private let starts: [UInt32]

  /// The last column that was counted. Diagnostics of one long line come in order, so the next
  /// count goes on from here instead of from the line's start.
  private var counted = (line: -1, offset: 0, column: 0)

  /// - Complexity: O(size of the document); 4 bytes a line.
  init(_ source: SourceFile) {
    self.source = source
    // A byte-order mark belongs to no line: columns count from behind it.
    let first = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var starts: [UInt32] = [UInt32(first)]
    source.bytes.withUnsafeBufferPointer { bytes in
      var index = first
      while index < bytes.count {
        let byte = bytes[index]
        index += 1
        if byte == 0x0A || (byte == 0x0D && !(index < bytes.count && bytes[index] == 0x0A)) {
          starts.append(UInt32(index))
        }
      }
    }
    self.starts = starts
  }

  /// The span and the excerpt of a range of bytes.
  ///
  /// - Complexity: O(log lines + length of the first and last line).
  func locate(_ range: SourceRange) -> (span: SourceSpan, excerpt: SourceExcerpt) {
    let first = line(of: range.lowerBound)
    let last = line(of: range.upperBound)
    let content = bytes(ofLine: first)
    // What lies before the first line, in a byte-order mark, is shown at its start.
    let start = max(content.startIndex, min(range.lowerBound, content.endIndex))
    let end = last == first ? min(range.upperBound, content.endIndex) : content.endIndex
    return (
      SourceSpan(
        line: first + 1, column: column(of: range.lowerBound, inLine: first),
        endLine: last + 1, endColumn: column(of: range.upperBound, inLine: last)),
      SourceExcerpt(line: content, marked: start..<max(start, end))
    )
  }

  /// Index from 0 of the line that holds a byte offset.
  func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(starts[middle]) <= offset { low = middle } else { high = middle }
    }
    return low
  }

  private func bytes(ofLine line: Int) -> ArraySlice<UInt8> {
    let start = Int(starts[line])
    var end = line + 1 < starts.count ? Int(starts[line + 1]) : source.bytes.count
    while end > start, source.bytes[end - 1] == 0x0A || source.bytes[end - 1] == 0x0D { end -= 1 }
    return source.bytes[start..<end]
  }

  /// Column from 1, in Unicode scalars.
  private func column(of offset: Int, inLine line: Int) -> Int {
    let end = max(Int(starts[line]), min(offset, source.bytes.count))
    if counted.line != line || counted.offset > end {
      counted = (line, Int(starts[line]), 1)
    }
    counted = (
      line, end, counted.column + source.bytes[...].scalarCount(counted.offset..<end)
    )
    return counted.column
  }
}
