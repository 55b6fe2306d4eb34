import ComputeCosts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Numbers as people read them. Machine-readable reports carry every digit instead.

/// A number to some significant digits, without an exponent between 1e-4 and 1e15.
///
/// - Parameters:
///   - value: Any number.
///   - digits: At least 1.
/// - Returns: For example `0.2297`, `68.10`, `1234.6` (integer digits are never cut).
package func significant(_ value: Double, _ digits: Int = 4) -> String {
  guard value.isFinite else { return String(describing: value) }
  let magnitude = value.magnitude
  if magnitude == 0 { return "0" }
  if magnitude < 1e-4 || magnitude >= 1e15 {
    return formatted("%.*e", CInt(digits - 1), value)
  }
  let exponent = Int(log10(magnitude).rounded(.down))
  let decimals = max(0, digits - 1 - exponent)
  // A whole number needs no zeros behind the point.
  if magnitude == magnitude.rounded(), magnitude < 1e9 { return formatted("%.*f", 0, value) }
  return formatted("%.*f", CInt(decimals), value)
}

/// A number to at most some significant digits, without zeros at the end of its decimals.
package func shortest(_ value: Double, _ digits: Int) -> String {
  let text = significant(value, digits)
  if let exponent = text.firstIndex(of: "e"), text.contains(".") {
    var mantissa = text[..<exponent]
    while mantissa.last == "0" { mantissa.removeLast() }
    if mantissa.last == "." { mantissa.removeLast() }
    return String(mantissa) + text[exponent...]
  }
  return text.contains("e") ? text : withoutZeros(text)
}

/// Decimals without zeros at their end.
private func withoutZeros(_ number: String) -> String {
  guard number.contains(".") else { return number }
  var text = number
  while text.last == "0" { text.removeLast() }
  if text.last == "." { text.removeLast() }
  return text
}

/// A number of fixed decimals.
package func fixed(_ value: Double, _ decimals: Int) -> String {
  value.isFinite ? formatted("%.*f", CInt(decimals), value) : String(describing: value)
}

/// A number to some significant digits, never above the number itself: a floor that is met.
package func roundedDown(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, value != 0 else { return significant(value, digits) }
  let exponent = Int(log10(value.magnitude).rounded(.down))
  let decimals = max(0, digits - 1 - exponent)
  guard decimals <= 15, value.magnitude < 1e15 else { return String(describing: value) }
  let step = pow(10.0, Double(decimals))
  for stepsBelow in 0...2 {
    let text = fixed(((value * step).rounded(.down) - Double(stepsBelow)) / step, decimals)
    if let read = Double(text), read <= value { return withoutZeros(text) }
  }
  return String(describing: value)
}

/// Two numbers with as many digits, at least four, as it takes to tell them apart.
package func distinguished(_ first: Double, _ second: Double) -> (String, String) {
  for digits in 4...17 {
    let pair = (significant(first, digits), significant(second, digits))
    // Compared as numbers: `1` and `1.000` are no different.
    if Double(pair.0) != Double(pair.1) { return pair }
  }
  return (String(describing: first), String(describing: second))
}

/// Two counts of FLOPs with as many digits, at least four, as it takes to tell them apart.
package func distinguished(flops first: Int128, _ second: Int128) -> (String, String) {
  if Double(first) == Double(second) {
    return ("\(grouped(first)) FLOP", "\(grouped(second)) FLOP")
  }
  let scale = scaled(max(first, second))
  let texts = distinguished(Double(first) / scale.unit, Double(second) / scale.unit)
  return ("\(texts.0) \(scale.prefix)FLOP", "\(texts.1) \(scale.prefix)FLOP")
}

/// A fraction as a percentage: `0.081` is `8.1%`.
package func percent(_ fraction: Double) -> String { significant(fraction * 100, 2) + "%" }

/// A share as a percentage with no more digits than it has: `0.95` is `95%`.
package func shareText(_ share: Double) -> String { shortest(share * 100, 6) + "%" }

/// A change as a percentage with its sign.
package func signedPercent(_ fraction: Double) -> String {
  (fraction < 0 ? "−" : "+") + percent(fraction.magnitude)
}

/// A whole number with its thousands set apart: `1,000,000`.
package func grouped(_ value: some BinaryInteger) -> String {
  var result = ""
  let digits = String(describing: value.magnitude)
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
    result.append(digit)
  }
  return value < 0 ? "-" + result : result
}

/// A count of tokens in words: `1 token`, `1,024 tokens`.
package func tokensText(_ tokens: Int) -> String {
  tokens == 1 ? "1 token" : "\(grouped(tokens)) tokens"
}

/// A count of tokens that does something: `1 token satisfies`, `4 tokens satisfy`.
package func tokensText(_ tokens: Int, one: String, many: String) -> String {
  "\(tokensText(tokens)) \(tokens == 1 ? one : many)"
}

/// FLOPs with a prefix that leaves one to three digits before the point: `3.714 TFLOP`.
package func flopsText(_ flops: Int128) -> String {
  let scale = scaled(flops)
  return "\(significant(Double(nearest: flops) / scale.unit)) \(scale.prefix)FLOP"
}

/// Bytes with a decimal prefix: `16.58 GB`.
package func bytesText(_ bytes: Int128) -> String {
  let scale = scaled(bytes)
  return "\(significant(Double(nearest: bytes) / scale.unit)) \(scale.prefix)B"
}

/// A duration: `12.3 ms`, `1.2 s`.
package func secondsText(_ seconds: Double) -> String {
  if seconds == 0 { return "0 s" }
  if seconds >= 1 { return "\(significant(seconds)) s" }
  if seconds >= 1e-3 { return "\(significant(seconds * 1e3)) ms" }
  return "\(significant(seconds * 1e6)) µs"
}

/// FLOPs with a prefix and three decimals, never below the count itself: a ceiling that is met.
package func flopsRoundedUp(_ flops: Int128) -> String {
  let scale = scaled(flops)
  guard scale.unit > 1 else { return "\(flops) FLOP" }
  // Thousandths of the prefixed unit, rounded up without a detour over doubles.
  let step = Int128(scale.unit) / 1000
  let thousandths = flops / step + (flops % step == 0 ? 0 : 1)
  let decimals = String(thousandths % 1000)
  return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - decimals.count) + decimals
    + " \(scale.prefix)FLOP"
}

/// The largest prefix that leaves at least one digit before the point, and its factor.
private func scaled(_ flops: Int128) -> (unit: Double, prefix: String) {
  var unit: Int128 = 1
  for prefix in ["", "k", "M", "G", "T", "P"] {
    if flops / unit < 1000 { return (Double(unit), prefix) }
    unit *= 1000
  }
  return (Double(unit), "E")
}

/// `snprintf`, with a point before the decimals whatever locale the host process has set.
private func formatted(_ format: String, _ precision: CInt, _ value: Double) -> String {
  withVaList([precision, value]) { arguments in
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      let length = vsnprintf(buffer.baseAddress, buffer.count, format, arguments)
      var text: [UInt8] = []
      text.reserveCapacity(Int(length))
      var isBehindPoint = false
      for unit in buffer.prefix(Int(length)).lazy.map({ UInt8(bitPattern: $0) }) {
        switch unit {
        case 0x30...0x39, 0x2B, 0x2D, 0x65:  // digits, signs, e
          text.append(unit)
        default:  // the locale's decimal point, of one byte or more
          if !isBehindPoint { text.append(0x2E) }
          isBehindPoint = true
        }
      }
      // What rounds to zero has no sign.
      if text.first == 0x2D, !text.contains(where: { (0x31...0x39).contains($0) }) {
        text.removeFirst()
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
