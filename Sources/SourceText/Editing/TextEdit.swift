/// Bytes of a text and what is to stand in their place.
public struct TextEdit: Sendable, Equatable {
  /// The bytes that go; empty where something is only added.
  public let range: SourceRange
  /// What comes.
  let replacement: String

  /// An edit.
  package init(_ range: SourceRange, _ replacement: String) {
    self.range = range
    self.replacement = replacement
  }

  /// An addition in front of the byte at an offset.
  package static func insert(_ text: String, at offset: Int) -> TextEdit {
    TextEdit(offset..<offset, text)
  }
}

extension SourceFile {
  /// The file after edits. Every byte outside their ranges stays.
  ///
  /// - Parameter edits: In any order; of two at one offset the first given comes first. Ranges must
  ///   not overlap.
  /// - Complexity: O(size + edits · log edits).
  package func applying(_ edits: [TextEdit]) -> SourceFile {
    let sorted = edits.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.replacement.utf8.count })
    var position = 0
    for (_, edit) in sorted {
      precondition(
        position <= edit.range.lowerBound && edit.range.upperBound <= bytes.count,
        "edits overlap or lie outside the text")
      result += bytes[position..<edit.range.lowerBound]
      result += Array(edit.replacement.utf8)
      position = edit.range.upperBound
    }
    result += bytes[position...]
    return SourceFile(name: name, bytes: result)
  }

  /// The content as text; bytes that are no UTF-8 become replacement characters.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  // MARK: Lines

  /// How most of its lines end: CR LF, a lone CR, or LF where there is no line break at all.
  package var lineBreak: String {
    var (feeds, pairs, returns) = (0, 0, 0)
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x0A:
        if index > 0, bytes[index - 1] == 0x0D { pairs += 1 } else { feeds += 1 }
      case 0x0D where index + 1 == bytes.count || bytes[index + 1] != 0x0A: returns += 1
      default: break
      }
    }
    if pairs > 0, pairs >= feeds { return "\r\n" }
    return returns > feeds ? "\r" : "\n"
  }

  /// Where the line of a byte begins.
  package func lineStart(_ offset: Int) -> Int {
    var start = min(offset, bytes.count)
    while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return min(3, offset) }
    return start
  }

  /// Where the line of a byte ends, its line break not included.
  package func lineEnd(_ offset: Int) -> Int {
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    return end
  }

  /// Where the line after that of a byte begins; `nil` where the text ends without a line break.
  package func nextLine(_ offset: Int) -> Int? {
    let end = lineEnd(offset)
    guard end < bytes.count else { return nil }
    return bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A ? end + 2 : end + 1
  }

  /// The bytes as text.
  package func text(_ range: SourceRange) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}
