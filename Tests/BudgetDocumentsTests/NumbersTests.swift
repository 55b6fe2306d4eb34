import Testing

@testable import BudgetDocuments

@Suite struct NumbersTests {
  @Test(
    arguments: [
      (0.229666, 4, "0.2297"), (38.49873, 4, "38.50"), (123.456, 4, "123.5"),
      (12345.678, 4, "12346"),
      (64, 4, "64"), (0, 4, "0"), (-0.5, 3, "-0.500"), (1e-9, 3, "1.00e-09"), (1e20, 3, "1.00e+20"),
      (999.96, 4, "1000.0"), (0.1, 2, "0.10"),
    ] as [(Double, Int, String)])
  func significantDigits(value: Double, digits: Int, text: String) {
    #expect(significant(value, digits) == text)
  }

  @Test func groupsOfThree() {
    #expect(
      [0, 12, 123, 1234, 1_234_567].map { grouped($0) } == ["0", "12", "123", "1,234", "1,234,567"])
    #expect(grouped(-1234) == "-1,234")
  }

  @Test(
    arguments: [
      (0, "0 FLOP"), (999, "999 FLOP"), (1500, "1.500 kFLOP"), (3_742_361_026_560, "3.742 TFLOP"),
      (5_000_000_000_000, "5 TFLOP"),
      (170_141_183_460_469_231_731_687_303_715_884_105_727, "1.701e+20 EFLOP"),
    ] as [(Int128, String)])
  func flopsHaveAPrefix(flops: Int128, text: String) {
    #expect(flopsText(flops) == text)
  }

  @Test func proposedLimitsAreMetByWhatTheyAreProposedFor() {
    #expect(flopsRoundedUp(2_913_172_291_584) == "2.914 TFLOP")
    #expect(flopsRoundedUp(5_000_000_000_000) == "5.000 TFLOP")
    #expect(flopsRoundedUp(1_000_000_000_000_000_001) == "1.001 EFLOP")
    #expect(flopsRoundedUp(999) == "999 FLOP")
    #expect(flopsRoundedUp(.max) == "170141183460469231731.688 EFLOP")
    #expect(roundedDown(0.1 + 0.2, 17) <= "0.30000000000000004")
    #expect(roundedDown(52.99987, 4) == "52.99")
    #expect(roundedDown(-1.00001, 4) == "-1.001")
    #expect(distinguished(1.0, 1.0000001) == ("1", "1.0000001"))
    #expect(distinguished(flops: .max, .max - 1).0 != distinguished(flops: .max, .max - 1).1)
    #expect(shortest(-0.9, 6) == "-0.9" && shortest(14.8125, 6) == "14.8125")
    #expect(tokensText(1) == "1 token" && tokensText(1234) == "1,234 tokens")
    #expect(percent(0.0812) == "8.1%")
    #expect(signedPercent(-0.5) == "−50%")
  }
}
