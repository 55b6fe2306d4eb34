// Operations of the reference implementation's language that have no operator of their own here.
// The token counts hang on their last bit: a side that rounds the other way is a row of patches.

/// The double closest to the quotient of two whole numbers.
///
/// Converting both first would round twice where one has more than 53 bits, as the area of a large
/// image has.
func exactQuotient(_ dividend: Int, by divisor: Int) -> Double {
  precondition(dividend >= 0 && divisor >= 1, "no quotient of \(dividend) by \(divisor)")
  let exact = 1 << Double.significandBitCount
  if dividend <= exact && divisor <= exact { return Double(dividend) / Double(divisor) }
  let dividendShift = dividend.leadingZeroBitCount - 1
  let divisorShift = divisor.leadingZeroBitCount
  // The top bit of the divisor is set and that of the dividend is not, so the quotient has 63 or 64
  // bits; a remainder only has to keep it off the middle between two doubles.
  let (quotient, remainder) =
    (UInt(divisor) << divisorShift)
    .dividingFullWidth((high: UInt(dividend) << dividendShift, low: 0))
  return Double(
    sign: .plus, exponent: divisorShift - dividendShift - UInt.bitWidth,
    significand: Double(remainder == 0 ? quotient : quotient | 1))
}

/// How often a positive number goes into another that is not negative, from the exact quotient; the
/// rounded one can reach the next whole number too early.
func wholeQuotient(_ dividend: Double, by divisor: Double) -> Int {
  let rest = dividend.truncatingRemainder(dividingBy: divisor)
  return Int(((dividend - rest) / divisor).rounded(.toNearestOrEven))
}

/// The whole part of a number that is not negative, after it is rounded to seven decimals.
func wholePartToSevenDecimals(_ number: Double) -> Int {
  let next = number.rounded(.up)
  return Int(next - number < 5e-8 ? next : number.rounded(.down))
}

/// The quotient of two positive whole numbers, rounded up.
func ceilingQuotient(_ dividend: Int, by divisor: Int) -> Int {
  (dividend + divisor - 1) / divisor
}
