import Foundation
import ScalingLaws
import Testing

/// Against the exact answers of an independent implementation.
struct RegimeReferenceTests {
  static let cells = [10, 30].flatMap { count in
    ["0.01", "0.03", "0.1"].map { (count, $0) }
  }

  @Test("break, p-value and interval of simulated curves", arguments: cells)
  func breaks(count: Int, noise: String) throws {
    let x = try References.numbers("regime/x_\(count).csv")[0]
    let curves = try References.numbers("regime/break64_\(count)_\(noise).csv")
    let expected = try References.numbers(
      "regime/break64_\(count)_\(noise)_expected.csv", header: 1)
    #expect(curves.count == 200 && expected.count == 200)
    for (row, (curve, answer)) in zip(curves, expected).enumerated() {
      let analysis = try RegimeAnalysis(
        of: References.series(logTokens: x, logScores: curve))
      let test = try #require(analysis.breakTest)
      let where_ = Comment(rawValue: "row \(row)")
      #expect(abs(test.logTokens - answer[0]) < 1e-6, where_)
      #expect(abs(test.rss / answer[1] - 1) < 1e-6, where_)
      #expect(abs(test.slopeBefore - answer[2]) < 1e-6, where_)
      #expect(abs(test.slopeAfter - answer[3]) < 1e-6, where_)
      #expect(abs(test.share - answer[4]) < 1e-9, where_)
      #expect(abs(test.pValue / answer[5] - 1) < 1e-6, where_)
      let hull = try #require(test.interval.hull)
      #expect(abs(hull.lowerBound - answer[6]) < 1e-5, where_)
      #expect(abs(hull.upperBound - answer[7]) < 1e-5, where_)
    }
  }

  @Test(
    "the angle that the hinge turns through",
    arguments: [(10, 3.0124343765), (30, 5.1500416761)])
  func curveLength(count: Int, expected: Double) throws {
    let x = try References.numbers("regime/x_\(count).csv")[0]
    let curve = try References.numbers("regime/straight_\(count)_0.1.csv")[0]
    let test = try #require(
      RegimeAnalysis(of: References.series(logTokens: x, logScores: curve)).breakTest)
    #expect(abs(test.curveLength - expected) < 1e-9)
  }

  @Test("false positives on straight lines", arguments: cells)
  func falsePositives(count: Int, noise: String) throws {
    let x = try References.numbers("regime/x_\(count).csv")[0]
    let curves = try References.numbers("regime/straight_\(count)_\(noise).csv")
    var breaks = 0
    var identified = 0
    for curve in curves {
      let analysis = try RegimeAnalysis(
        of: References.series(logTokens: x, logScores: curve))
      if analysis.breakTest?.isSignificant ?? false { breaks += 1 }
      if analysis.isIdentified { identified += 1 }
    }
    print("straight", count, noise, breaks, identified)
    #expect((15...35).contains(breaks), "\(breaks) of \(curves.count)")
  }

  /// Against SciPy's fits of the scores themselves, on series above a guessing floor.
  @Test func breaksOfSkill() throws {
    let rows = try References.numbers("regime/skill.csv")
    #expect(rows.count == 60)
    var agreements = 0
    for (index, row) in rows.enumerated() {
      let series = try Series(
        zip(PoolTests.tokens, row).map { Measurement(tokens: $0, score: $1) })
      let analysis = try RegimeAnalysis(of: series, chance: 25)
      let where_ = Comment(rawValue: "row \(index)")
      let test = try #require(analysis.breakTest)
      #expect(abs((analysis.slope?.value ?? 0) / row[10] - 1) < 1e-5, where_)
      #expect(abs(test.curveLength - row[12]) < 1e-4, where_)
      // No better fit of two lines was found, and seldom a worse one.
      #expect(test.share > row[11] - 1e-3, where_)
      if abs(test.share - row[11]) < 2e-5, abs(test.pValue / row[13] - 1) < 1e-2 { agreements += 1 }
      #expect(test.isSignificant == (row[13] < RegimeAnalysis.level), where_)
    }
    #expect(agreements >= 57, "\(agreements) of 60")
  }

  /// Against SciPy's fits of C − A n^(−b) and of a + b ln n to the paper's falling series.
  @Test(
    "bounds of the paper's series",
    arguments: [
      ("MME", 0.0022944705), ("POPE", 1.8958539e-6), ("COCO_VAL BLEU-1", 0.0227886908),
      ("COCO_VAL BLEU-4", 0.000624811563), ("OCRBench", 0.000181741231),
      ("SEEDBench_IMG", 0.0387420047), ("SEEDBench2", 0.143865264),
    ])
  func bounds(name: String, expected: Double) throws {
    let table = try References.lines("../../TokenBudgetTests/References/points_vqq.csv")
    let points = table.dropFirst().compactMap { line -> ScalingLaws.Measurement? in
      let cells = line.split(separator: ",")
      let key = name.split(separator: " ")
      guard cells[1] == key[0], key.count == 1 || cells[2] == key[1],
        let tokens = Double(cells[3]), let score = Double(cells[4])
      else { return nil }
      return Measurement(tokens: tokens, score: score)
    }
    #expect(points.count == 10)
    let bound = try #require(try RegimeAnalysis(of: Series(points)).bound)
    #expect(bound.form == "saturating" && abs(bound.pValue / expected - 1) < 1e-3)
    #expect(bound.isSupported == (expected < 0.05))
    // Hill's law on a floor of next to nothing is Hill's law.
    let floored = try #require(try RegimeAnalysis(of: Series(points), chance: 1e-9).bound)
    #expect(abs(floored.pValue / bound.pValue - 1) < 1e-6)
  }

  /// Found by review: what turns or only falls is not saturation, and falling is not acceleration.
  @Test func labelsKnowTheSignsOfSlopes() throws {
    func label(_ before: Double, _ after: Double) throws -> RegimeAnalysis {
      let x = (0..<12).map { Double($0) * 0.6 }
      return try RegimeAnalysis(
        of: References.series(
          logTokens: x,
          logScores: x.enumerated().map { index, x in
            before * min(x - 3, 0) + after * max(x - 3, 0)
              + [0.004, -0.006, 0.003, -0.002][index % 4]
          }))
    }
    #expect(try label(0.5, 0.1).label == .slowing)
    #expect(try label(0.5, 0).label == .saturating)
    #expect(try label(0.3, -0.3).evidence == .turns)
    #expect(try label(-0.3, 0.3).evidence == .turns)
    #expect(try label(0, -0.3).evidence == .declines)
    #expect(try label(-0.5, 0).evidence == .declines)
    #expect(try label(-0.1, -0.5).evidence == .declines)
    #expect(try label(0.2, 0.38).label == .transition)
    #expect(try label(0, 0.4).label == .accelerating)
    #expect(try label(0.1, 0.5).label == .accelerating)
    for (before, after) in [(0.3, -0.3), (-0.3, 0.3), (0, -0.3), (-0.5, 0)] {
      #expect(try label(before, after).label == .undetermined)
    }
  }

  /// Found by review: next to exact measurements the set is the break itself, never empty.
  @Test func setsAreNeverEmpty() throws {
    for noise in [0, 1e-12, 1e-10, 1e-8, 1e-4] {
      let x = (2...9).map { Double($0) * log(2) }
      let analysis = try RegimeAnalysis(
        of: References.series(
          logTokens: x,
          logScores: x.enumerated().map {
            0.2 * min($1 - 4, 0) + 0.3 * max($1 - 4, 0) + noise * ($0 % 2 == 0 ? 1 : -1)
          }))
      let test = try #require(analysis.breakTest)
      #expect(test.isSignificant && test.interval.logTokens.count == 1, "noise \(noise)")
      #expect(abs(test.logTokens - 4) < 0.01)
      let set = test.interval.logTokens
      for (one, next) in zip(set, set.dropFirst()) { #expect(one.upperBound < next.lowerBound) }
    }
  }
}
