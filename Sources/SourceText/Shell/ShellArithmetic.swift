/// A whole-number expression such as `1280 * 28 * 28`, as it stands in `$((…))` or in a comment.
package struct ShellArithmetic: Sendable {
  /// Its value.
  package let value: Int
  /// The numbers of a pure product, in order, each with its place in the text; empty where other
  /// operations occur.
  package let factors: [(value: Int, range: SourceRange)]

  /// Reads an expression of whole numbers, `+`, `-`, `*`, `/`, `**` and parentheses.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - range: Where the expression stands in it.
  /// - Returns: `nil` where it is something else, or its value is no 64-bit number.
  package init?(_ bytes: [UInt8], _ range: SourceRange) {
    var reader = Reader(bytes: bytes, index: range.lowerBound, end: range.upperBound)
    guard let value = reader.sum(depth: 0) else { return nil }
    reader.skipBlanks()
    guard reader.index == range.upperBound else { return nil }
    self.value = value
    factors = reader.isProduct ? reader.numbers : []
  }

  private struct Reader {
    let bytes: [UInt8]
    var index: Int
    let end: Int
    var numbers: [(value: Int, range: SourceRange)] = []
    var isProduct = true

    mutating func skipBlanks() {
      while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    mutating func next() -> UInt8? {
      skipBlanks()
      return index < end ? bytes[index] : nil
    }

    mutating func sum(depth: Int) -> Int? {
      guard depth < 32, var value = product(depth: depth) else { return nil }
      while let byte = next(), byte == 0x2B || byte == 0x2D {
        index += 1
        isProduct = false
        guard let other = product(depth: depth) else { return nil }
        let (result, overflow) =
          byte == 0x2B
          ? value.addingReportingOverflow(other) : value.subtractingReportingOverflow(other)
        if overflow { return nil }
        value = result
      }
      return value
    }

    mutating func product(depth: Int) -> Int? {
      guard var value = power(depth: depth) else { return nil }
      while let byte = next(), byte == 0x2A || byte == 0x2F {
        index += 1
        guard let other = power(depth: depth) else { return nil }
        if byte == 0x2F {
          isProduct = false
          guard other != 0, !(value == .min && other == -1) else { return nil }
          value /= other
        } else {
          let (result, overflow) = value.multipliedReportingOverflow(by: other)
          if overflow { return nil }
          value = result
        }
      }
      return value
    }

    mutating func power(depth: Int) -> Int? {
      guard let base = number(depth: depth) else { return nil }
      guard next() == 0x2A, index + 1 < end, bytes[index + 1] == 0x2A else { return base }
      index += 2
      isProduct = false
      guard let exponent = power(depth: depth + 1), (0...62).contains(exponent) else { return nil }
      var value = 1
      for _ in 0..<exponent {
        let (result, overflow) = value.multipliedReportingOverflow(by: base)
        if overflow { return nil }
        value = result
      }
      return value
    }

    mutating func number(depth: Int) -> Int? {
      guard depth < 32, let byte = next() else { return nil }
      if byte == 0x28 {
        index += 1
        isProduct = false
        guard let value = sum(depth: depth + 1), next() == 0x29 else { return nil }
        index += 1
        return value
      }
      let start = index
      while index < end, 0x30...0x39 ~= bytes[index] { index += 1 }
      guard index > start, index - start <= 18,
        let value = Int(String(decoding: bytes[start..<index], as: UTF8.self))
      else { return nil }
      numbers.append((value, start..<index))
      return value
    }
  }
}
