/// A number exactly as it was written: `digits · 10^exponent`, or an integer in base 8 or 16.
///
/// Reading a FLOP count through a binary floating-point number would lose its last digits; this
/// type keeps them until the reader says what it wants.
package struct ExactDecimal: Sendable, Equatable {
  private let isNegative: Bool
  /// Significant decimal digits, no leading zeros; empty for zero.
  private let digits: [UInt8]
  private let exponent: Int
  /// The decimal spelling that Swift's own correctly rounded conversion reads.
  private let text: String

  /// Reads the core schema's spellings of finite numbers.
  ///
  /// - Parameter text: `[-+]?[0-9]+`, `0o[0-7]+`, `0x[0-9a-fA-F]+` or a decimal fraction with an
  ///   optional exponent.
  /// - Returns: `nil` for anything else. Prefixed integers past `Int128` are refused too.
  /// - Complexity: O(length).
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    if bytes.starts(with: [0x30, 0x78]) || bytes.starts(with: [0x30, 0x6F]) {
      let radix = bytes[1] == 0x78 ? 16 : 8
      // The initialiser would also read a sign, which the core schema does not allow here.
      guard bytes.count > 2, bytes[2] != 0x2B, bytes[2] != 0x2D,
        let value = Int128(text.dropFirst(2), radix: radix)
      else { return nil }
      self.init(value)
      return
    }

    var index = 0
    var negative = false
    if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D {
      negative = bytes[index] == 0x2D
      index += 1
    }
    var digits: [UInt8] = []
    var seen = 0
    var scale = 0
    func isDigit(_ index: Int) -> Bool { index < bytes.count && 0x30...0x39 ~= bytes[index] }
    while isDigit(index) {
      digits.append(bytes[index] - 0x30)
      seen += 1
      index += 1
    }
    if index < bytes.count, bytes[index] == 0x2E {
      index += 1
      while isDigit(index) {
        digits.append(bytes[index] - 0x30)
        seen += 1
        scale -= 1
        index += 1
      }
    }
    guard seen > 0 else { return nil }
    if index < bytes.count, bytes[index] == 0x65 || bytes[index] == 0x45 {
      index += 1
      var exponentNegative = false
      if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D {
        exponentNegative = bytes[index] == 0x2D
        index += 1
      }
      guard isDigit(index) else { return nil }
      var magnitude = 0
      while isDigit(index) {
        // Past a million the value is 0 or beyond every type; saturating keeps the sum in range.
        magnitude = min(magnitude * 10 + Int(bytes[index] - 0x30), 1_000_000)
        index += 1
      }
      scale += exponentNegative ? -magnitude : magnitude
    }
    guard index == bytes.count else { return nil }

    self.init(isNegative: negative, digits: digits, exponent: scale, text: text)
  }

  /// An integer.
  package init(_ value: Int128) {
    let text = String(value)
    self.init(
      isNegative: value < 0, digits: text.utf8.filter { $0 != 0x2D }.map { $0 - 0x30 },
      exponent: 0, text: text)
  }

  private init(isNegative: Bool, digits: [UInt8], exponent: Int, text: String) {
    var significant = digits.drop { $0 == 0 }
    var exponent = exponent
    while let last = significant.last, last == 0 {
      significant.removeLast()
      exponent += 1
    }
    self.isNegative = isNegative
    self.digits = Array(significant)
    self.exponent = significant.isEmpty ? 0 : exponent
    self.text = text
  }

  /// Whether two spellings are the same number: `5`, `5.0` and `0x5` are.
  package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.digits == right.digits && left.exponent == right.exponent
      && left.isBelowZero == right.isBelowZero
  }

  /// Whether the number is less than zero.
  package var isBelowZero: Bool { isNegative && !digits.isEmpty }

  /// The nearest double; infinite when out of range.
  package var double: Double {
    // The text is a plain decimal here, which the conversion rounds correctly.
    Double(text) ?? .nan
  }

  /// The number as an integer; `nil` when it has a fraction or does not fit.
  package var integer: Int128? { scaledInteger(multiplier: 1, powerOfTen: 0, rounding: .exact) }

  /// What to do with a fraction.
  package enum Rounding: Sendable {
    /// A fraction has no integer value.
    case exact
    /// Towards negative infinity.
    case down
  }

  /// `self · multiplier · 10^powerOfTen` as an integer.
  ///
  /// - Parameters:
  ///   - multiplier: A positive factor.
  ///   - powerOfTen: A decimal scale.
  ///   - rounding: What to do with a fraction.
  /// - Returns: `nil` when the result does not fit, or has a fraction and `rounding` is `exact`.
  package func scaledInteger(
    multiplier: Int128, powerOfTen: Int, rounding: Rounding
  ) -> Int128? {
    precondition(
      multiplier > 0 && multiplier < 1 << 120, "a multiplier of \(multiplier) is no unit's")
    if digits.isEmpty { return 0 }

    // digits · multiplier, still in decimal, last digit first.
    var product: [UInt8] = []
    var carry: Int128 = 0
    for digit in digits.reversed() {
      carry += Int128(digit) * multiplier
      product.append(UInt8(truncatingIfNeeded: carry % 10))
      carry /= 10
    }
    while carry > 0 {
      product.append(UInt8(truncatingIfNeeded: carry % 10))
      carry /= 10
    }

    let scale = exponent + powerOfTen
    var fraction = false
    if scale < 0 {
      let dropped = min(-scale, product.count)
      fraction = product[..<dropped].contains { $0 != 0 }
      product.removeFirst(dropped)
    }
    if fraction, rounding == .exact { return nil }

    // Accumulated below zero where the number is, so that the least `Int128` is reached too.
    let sign: Int128 = isNegative ? -1 : 1
    var value: Int128 = 0
    let zeros = product.isEmpty ? 0 : max(0, scale)
    guard product.count + zeros <= 39 else { return nil }
    for digit in product.reversed() + Array(repeating: 0, count: zeros) {
      let (tenfold, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tenfold.addingReportingOverflow(sign * Int128(digit))
      guard !tooLarge, !overflow else { return nil }
      value = sum
    }
    guard fraction, isNegative else { return value }
    let (floor, overflow) = value.subtractingReportingOverflow(1)
    return overflow ? nil : floor
  }
}
