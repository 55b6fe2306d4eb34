import SourceText

/// Whole numbers as PyYAML reads them, which training frameworks use.
///
/// YAML 1.1 as PyYAML has it: underscores may group digits, a leading zero means octal, and `1e6` and
/// `1280*28*28` are text.
///
/// - Source: YAML 1.1, "int"; the resolver of PyYAML 6.0.
enum PyYAMLNumber {
  /// The number that a plain scalar is; `nil` where it is something else.
  static func integer(_ text: String) -> Int? {
    var digits = Substring(text)
    var isNegative = false
    if let sign = digits.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      digits.removeFirst()
    }
    let radix: Int
    if digits.hasPrefix("0b") {
      radix = 2
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0x") {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0"), digits.count > 1 {
      radix = 8
      digits = digits.dropFirst()
    } else {
      radix = 10
      guard let first = digits.first, first != "_" else { return nil }
    }
    let plain = digits.filter { $0 != "_" }
    guard plain.utf8.allSatisfy({ $0 < 0x80 }), !plain.isEmpty, plain.first != "+",
      plain.first != "-"
    else { return nil }
    return Int((isNegative ? "-" : "") + plain, radix: radix)
  }

  /// The whole number that a float such as `12845056.0` or `1.0e+6` is. Without a point, and with an
  /// exponent without a sign, PyYAML sees text.
  static func wholeFloat(_ scalar: YAMLScalar) -> Int? {
    let text = scalar.text.lowercased()
    guard text.contains("."), !text.contains("e") || text.contains("e+") || text.contains("e-"),
      let whole = scalar.decimal?.integer
    else { return nil }
    return Int(exactly: whole)
  }
}
