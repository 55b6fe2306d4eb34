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
func significant(_ value: Double, _ digits: Int = 4) -> String {
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

/// A number of fixed decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  value.isFinite ? formatted("%.*f", CInt(decimals), value) : String(describing: value)
}

/// A number to some significant digits, never above the number itself: a floor that is met.
func roundedDown(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite, value != 0 else { return significant(value, digits) }
  let exponent = Int(log10(value.magnitude).rounded(.down))
  let decimals = max(0, digits - 1 - exponent)
  guard decimals <= 15 else { return String(describing: value) }
  let scale = pow(10.0, Double(decimals))
  return formatted("%.*f", CInt(decimals), (value * scale).rounded(.down) / scale)
}

/// A fraction as a percentage: `0.081` is `8.1%`.
func percent(_ fraction: Double) -> String { significant(fraction * 100, 2) + "%" }

/// A change as a percentage with its sign.
func signedPercent(_ fraction: Double) -> String {
  (fraction < 0 ? "−" : "+") + percent(fraction.magnitude)
}

/// A whole number with its thousands set apart: `1,000,000`.
func grouped(_ value: some BinaryInteger) -> String {
  var result = ""
  let digits = String(describing: value.magnitude)
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
    result.append(digit)
  }
  return value < 0 ? "-" + result : result
}

/// FLOPs with a prefix that leaves one to three digits before the point: `3.714 TFLOP`.
func flopsText(_ flops: Int128) -> String {
  let (value, prefix) = scaled(flops)
  return "\(prefix.isEmpty ? fixed(value, 0) : significant(value)) \(prefix)FLOP"
}

/// FLOPs with a prefix, never below the count itself: a ceiling that is met.
func flopsRoundedUp(_ flops: Int128) -> String {
  let (value, prefix) = scaled(flops)
  return "\(fixed((value * 1000).rounded(.up) / 1000, prefix.isEmpty ? 0 : 3)) \(prefix)FLOP"
}

private func scaled(_ flops: Int128) -> (value: Double, prefix: String) {
  let prefixes = ["", "k", "M", "G", "T", "P", "E"]
  var index = 0
  var value = Double(flops)
  while value >= 1000, index < prefixes.count - 1 {
    value /= 1000
    index += 1
  }
  return (value, prefixes[index])
}

/// `snprintf`, which this process never gives another locale than C.
private func formatted(_ format: String, _ precision: CInt, _ value: Double) -> String {
  withVaList([precision, value]) { arguments in
    var buffer = [CChar](repeating: 0, count: 400)
    let length = vsnprintf(&buffer, buffer.count, format, arguments)
    return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
