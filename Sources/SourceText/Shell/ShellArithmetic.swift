/// A whole-number expression such as `1280 * 28 * 28`, as it stands in `$((…))` or in a comment.
package struct ShellArithmetic: Sendable {
  /// Its value.
  package let value: Int
  /// The numbers of a pure product, in order, each with its place in the text; empty where other
  /// operations occur.
  package let factors: [(value: Int, range: SourceRange)]
  /// Whether some of it stands in variables.
  package let hasVariables: Bool

  /// Reads an expression of whole numbers, `+`, `-`, `*`, `/`, `**` and parentheses.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - range: Where the expression stands in it.
  ///   - variable: The number that a variable holds; by default variables are not known.
  /// - Returns: `nil` where it is something else, or its value is no 64-bit number.
  package init?(
    _ bytes: [UInt8], _ range: SourceRange, variable: (String) -> Int? = { _ in nil }
  ) {
    var reader = Reader(
      bytes: bytes, index: range.lowerBound, end: range.upperBound)
    reader.variables = Self.names(bytes, range).reduce(into: [:]) { $0[$1] = variable($1) }
    guard let value = reader.sum(depth: 0) else { return nil }
    reader.skipBlanks()
    guard reader.index == range.upperBound else { return nil }
    self.value = value
    factors = reader.isProduct ? reader.numbers : []
    hasVariables = reader.hasVariables
  }

  private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
    byte == 0x5F || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte || (!isFirst && 0x30...0x39 ~= byte)
  }

  /// The names in an expression.
  private static func names(_ bytes: [UInt8], _ range: SourceRange) -> Set<String> {
    var names: Set<String> = []
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index
      while index < range.upperBound, isName(bytes[index], isFirst: index == start) { index += 1 }
      if index > start { names.insert(String(decoding: bytes[start..<index], as: UTF8.self)) }
      index = max(index, start + 1)
    }
    return names
  }

  private struct Reader {
    let bytes: [UInt8]
    var index: Int
    let end: Int
    var numbers: [(value: Int, range: SourceRange)] = []
    var isProduct = true
    var variables: [String: Int] = [:]
    var hasVariables = false

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
      if let value = variable() { return value }
      let start = index
      while index < end, 0x30...0x39 ~= bytes[index] { index += 1 }
      guard index > start, index - start <= 18,
        let value = Int(String(decoding: bytes[start..<index], as: UTF8.self))
      else { return nil }
      numbers.append((value, start..<index))
      return value
    }

    /// `NAME`, `$NAME` or `${NAME}`.
    private mutating func variable() -> Int? {
      let start = index
      if bytes[index] == 0x24 { index += 1 }
      let isBraced = index > start && index < end && bytes[index] == 0x7B
      if isBraced { index += 1 }
      let first = index
      while index < end, ShellArithmetic.isName(bytes[index], isFirst: index == first) {
        index += 1
      }
      let name = String(decoding: bytes[first..<index], as: UTF8.self)
      if isBraced, index < end, bytes[index] == 0x7D { index += 1 }
      guard let value = variables[name] else {
        index = start
        return nil
      }
      hasVariables = true
      numbers.append((value, start..<index))
      return value
    }
  }
}
