import Foundation
import ScalingLaws
import SeededRandom
import Testing

/// How often the intervals hold the truth, and how often the labels are right, over 500 seeded curves
/// a cell. The table of `docs/accuracy.md` is what these tests count.
@Suite struct CoverageTests {
  private static let curves = 500

  /// ln n from 1 to 1024, evenly.
  private static func design(_ count: Int) -> [Double] {
    (0..<count).map { Double($0) / Double(count - 1) * log(1024) }
  }

  private static func analyses(
    _ count: Int, noise: Double, _ curve: (Double) -> Double
  ) throws -> [RegimeAnalysis] {
    let x = design(count)
    return try (1...UInt64(curves)).map { seed in
      var random = SeededRandom(seed: seed)
      return try RegimeAnalysis(
        of: References.series(
          logTokens: x, logScores: x.map { curve($0) + noise * gaussian(&random) }))
    }
  }

  private static func percent(_ count: Int) -> String { Documentation.percent(count, of: curves) }

  private static func expectDocumented(_ row: String) throws {
    try Documentation.expect("docs/accuracy.md", row: row)
  }

  static let cells = [10, 30].flatMap { count in [0.01, 0.03, 0.1].map { (count, $0) } }

  @Test("two lines that meet at n = 64, slopes 0.25 and 0.5", arguments: cells)
  func twoLines(count: Int, noise: Double) throws {
    let analyses = try Self.analyses(count, noise: noise) {
      0.25 * min($0 - log(64), 0) + 0.5 * max($0 - log(64), 0)
    }
    let found = analyses.count { $0.breakTest?.isSignificant ?? false }
    let covered = analyses.count { $0.breakTest?.interval.contains(64) ?? false }
    #expect(covered >= 445, "never under 89%")
    if found >= 475 { #expect(covered >= 460, "at least 92% where the break is detectable") }
    try Self.expectDocumented(
      "| two lines | \(count) | \(noise) | \(Self.percent(found)) | \(Self.percent(covered)) |")
  }

  static let smooth = [10, 30].flatMap { count in
    [(0.5, 0.01), (0.5, 0.03), (0.5, 0.1), (1, 0.05)].map { (count, $0.0, $0.1) }
  }

  @Test("the paper's law, n_balance 64", arguments: smooth)
  func paper(count: Int, beta: Double, noise: Double) throws {
    let law = try RegimeLaw(c: 1, beta: beta, nBalance: 64)
    let analyses = try Self.analyses(count, noise: noise) { log(law.score(at: exp($0))) }
    let covered = analyses.count { $0.balance?.interval.contains(64) ?? false }
    let identified = analyses.count { $0.isIdentified }
    let labelled = analyses.count { $0.label == .transition }
    #expect(covered >= 455, "at least 91%")
    if noise / beta <= 0.06, count == 30 {
      #expect(labelled == Self.curves, "the paper's transition")
    }
    try Self.expectDocumented(
      "| paper's law, β \(beta) | \(count) | \(noise) | \(Self.percent(identified)) | "
        + "\(Self.percent(labelled)) | \(Self.percent(covered)) |")
  }

  @Test("one straight line, slope 0.3", arguments: cells)
  func straight(count: Int, noise: Double) throws {
    let analyses = try Self.analyses(count, noise: noise) { 0.3 * $0 }
    let breaks = analyses.count { $0.breakTest?.isSignificant ?? false }
    let identified = analyses.count { $0.isIdentified }
    let undetermined = analyses.count { $0.label == .undetermined }
    #expect((15...35).contains(breaks), "false positives between 3 and 7%")
    try Self.expectDocumented(
      "| straight line | \(count) | \(noise) | \(Self.percent(breaks)) | "
        + "\(Self.percent(identified)) | \(Self.percent(undetermined)) |")
  }
}
