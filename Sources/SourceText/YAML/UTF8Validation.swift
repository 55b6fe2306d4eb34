extension [UInt8] {
  /// The first byte that is not part of well-formed UTF-8; `nil` when all are.
  ///
  /// - Complexity: O(size), constant memory.
  /// - Source: The Unicode Standard, table 3-7 (well-formed UTF-8 byte sequences).
  func firstInvalidUTF8() -> Int? {
    withUnsafeBufferPointer { bytes in
      func isContinuation(_ index: Int) -> Bool {
        index < bytes.count && bytes[index] & 0xC0 == 0x80
      }
      var index = 0
      while index < bytes.count {
        let lead = bytes[index]
        switch lead {
        case 0x00...0x7F:
          index += 1
        case 0xC2...0xDF:
          guard isContinuation(index + 1) else { return index }
          index += 2
        case 0xE0...0xEF:
          guard isContinuation(index + 1), isContinuation(index + 2),
            !(lead == 0xE0 && bytes[index + 1] < 0xA0),
            !(lead == 0xED && bytes[index + 1] > 0x9F)
          else { return index }
          index += 3
        case 0xF0...0xF4:
          guard isContinuation(index + 1), isContinuation(index + 2), isContinuation(index + 3),
            !(lead == 0xF0 && bytes[index + 1] < 0x90),
            !(lead == 0xF4 && bytes[index + 1] > 0x8F)
          else { return index }
          index += 4
        default:
          return index
        }
      }
      return nil
    }
  }

  /// The first byte of the line that opens one `%` directive too many; `nil` when there are no more
  /// than `limit`.
  ///
  /// - Complexity: O(size).
  func firstDirective(past limit: Int) -> Int? {
    withUnsafeBufferPointer { bytes in
      var count = 0
      for index in bytes.indices where bytes[index] == 0x25 {
        guard index == 0 || bytes[index - 1] == 0x0A || bytes[index - 1] == 0x0D else { continue }
        count += 1
        if count > limit { return index }
      }
      return nil
    }
  }
}

extension DiagnosticSink {
  /// Whether the document is UTF-8 text; reports where it is not.
  ///
  /// - Complexity: O(size).
  func requireUTF8() -> Bool {
    guard let offset = source.bytes.firstInvalidUTF8() else { return true }
    report(
      .yamlEncoding, "the file is not UTF-8 text: its byte \(offset + 1) starts no character",
      at: offset..<(offset + 1))
    return false
  }
}
