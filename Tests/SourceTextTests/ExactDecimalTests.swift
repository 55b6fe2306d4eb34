import SeededRandom
import Testing

@testable import SourceText

@Suite struct ExactDecimalTests {
  @Test(arguments: 1...300)
  func agreesWithTheStandardLibrary(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let value =
      Int128(Int64.random(in: .min ... .max, using: &random))
      * Int128(Int64.random(in: -1000...1000, using: &random))
    let decimal = try #require(ExactDecimal(String(value)), "seed \(seed)")
    #expect(decimal.integer == value)
    #expect(decimal == ExactDecimal(value))
    #expect(decimal.double == Double(String(value)))

    let digits = String(value.magnitude)
    let shifted = try #require(ExactDecimal("\(value < 0 ? "-" : "")0.\(digits)e\(digits.count)"))
    #expect(shifted.integer == value, "seed \(seed)")
  }

  @Test func roundsTowardsNegativeInfinity() throws {
    func floor(_ text: String) throws -> Int128? {
      try #require(ExactDecimal(text)).scaledInteger(
        multiplier: 1, powerOfTen: 0, rounding: .down)
    }
    #expect(try floor("2.999999999999999999999") == 2)
    #expect(try floor("-2.000000000000000000001") == -3)
    #expect(try floor("-0.1") == -1)
    #expect(try floor("1e-1000000000") == 0)
    #expect(try floor("-1e-1000000000") == -1)
    #expect(try floor("0.33333333333333333333333333333333333333333333333333") == 0)
    #expect(try floor("1e39") == nil)
    #expect(try floor("170141183460469231731687303715884105727.9") == .max)
    #expect(try floor("170141183460469231731687303715884105728") == nil)
    #expect(try floor("-170141183460469231731687303715884105728") == .min)
    #expect(try floor("-170141183460469231731687303715884105728.1") == nil)
    let gib = try #require(ExactDecimal("1.0000000000000000000000000000000000000000009"))
    #expect(
      gib.scaledInteger(multiplier: 1 << 30, powerOfTen: 0, rounding: .down) == 1_073_741_824)
    #expect(
      try #require(ExactDecimal("0.5")).scaledInteger(
        multiplier: 2, powerOfTen: 0, rounding: .exact) == 1)
    #expect(try floor("170141183460469231731687303715884105727") != nil)
  }

  @Test func spellingsOfOneNumberAreEqual() {
    for text in ["5", "5.0", "0x5", "0o5", "+5", "0.05e2", "500e-2"] {
      #expect(ExactDecimal(text) == ExactDecimal(5))
    }
    #expect(ExactDecimal("-0") == ExactDecimal("0e7"))
    #expect(ExactDecimal("-5") != ExactDecimal("5"))
  }

  @Test func extremesDoNotTrap() {
    #expect(ExactDecimal("170141183460469231731687303715884105728")?.integer == nil)
    #expect(ExactDecimal("0x7fffffffffffffffffffffffffffffff")?.integer == .max)
    #expect(ExactDecimal("0x80000000000000000000000000000000") == nil)
    #expect(ExactDecimal("1e99999999999999999999999")?.integer == nil)
    #expect(ExactDecimal("0e99999999999999999999999")?.integer == 0)
    #expect(ExactDecimal(String(repeating: "9", count: 100_000))?.integer == nil)
  }
}
