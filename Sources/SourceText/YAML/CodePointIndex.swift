/// Byte offsets of code points.
///
/// libyaml reports positions in code points; edits and ranges need bytes. The table holds one
/// offset in 64, so a document of `n` bytes costs `n / 16` bytes, and an ASCII one nothing.
struct CodePointIndex {
  private static let stride = 64

  private let bytes: [UInt8]
  private let base: Int
  private let checkpoints: [UInt32]

  /// - Parameters:
  ///   - bytes: Valid UTF-8.
  ///   - base: The byte offset of code point 0, past a byte-order mark.
  /// - Complexity: O(size).
  init(_ bytes: [UInt8], base: Int) {
    self.bytes = bytes
    self.base = base
    let isASCII = bytes[base...].allSatisfy { $0 < 0x80 }
    var checkpoints: [UInt32] = []
    if !isASCII {
      var count = 0
      for index in base..<bytes.count where bytes[index] & 0xC0 != 0x80 {
        if count % Self.stride == 0 { checkpoints.append(UInt32(index)) }
        count += 1
      }
    }
    self.checkpoints = checkpoints
  }

  /// The byte offset of a code point; past the end, the document's size.
  ///
  /// - Complexity: O(1).
  func byteOffset(ofCodePoint index: Int) -> Int {
    guard !checkpoints.isEmpty else { return min(base + index, bytes.count) }
    let slot = index / Self.stride
    guard slot < checkpoints.count else { return bytes.count }
    var offset = Int(checkpoints[slot])
    var left = index % Self.stride
    while left > 0, offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      left -= 1
    }
    return offset
  }
}
