import Foundation
import ScalingLaws
import SeededRandom
import Testing

/// Which labels known truths get, with and without the score of guessing.
///
/// `docs/accuracy.md` has the shares of 500 seeded experiments a row, which `make coverage` counts
/// again. Otherwise the first forty are, against what was recorded of them.
@Suite struct LabelTests {
  /// How skill runs over tokens; each experiment draws its parameters.
  enum Truth: String, CaseIterable {
    case power, saturating, hill, logLinear = "log-linear", lateLogLinear = "late log-linear"
    case constant

    /// Skill in percent.
    func skill(_ random: inout SeededRandom) -> (Double) -> Double {
      let top = Double.random(in: 10...50, using: &random)
      func draw(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
      switch self {
      case .power:
        let exponent = draw(0.1...0.5)
        return { top * pow($0 / 768, exponent) }
      case .saturating:
        let (exponent, first) = (draw(0.3...1), draw(0.05...0.4))
        return { top * (1 - (1 - first) * pow($0, -exponent)) }
      case .hill:
        let (slope, midpoint) = (draw(0.6...1.5), random.logUniform(3...100))
        return { top / (1 + pow(midpoint / $0, slope)) }
      case .logLinear:
        let first = draw(0.05...0.6)
        return { top * (first + (1 - first) * log($0) / log(768)) }
      case .lateLogLinear:
        let start = log(random.logUniform(3...40))
        return { top * max(0, (log($0) - start) / (log(768) - start)) }
      case .constant:
        let level = draw(2...30)
        return { _ in level }
      }
    }
  }

  struct Cell: CustomStringConvertible {
    let truth: Truth
    let floor: Double
    let questions: Int
    let isChanceKnown: Bool
    var description: String {
      "\(truth.rawValue) | \(Int(floor)) | \(questions) | \(isChanceKnown ? "known" : "not known")"
    }
  }

  static let cells = Truth.allCases.flatMap { truth in
    [500, 2000].flatMap { questions in
      (truth == .lateLogLinear ? [25.0] : [0, 25]).flatMap { floor in
        (floor == 0 ? [true] : [false, true]).map {
          Cell(truth: truth, floor: floor, questions: questions, isChanceKnown: $0)
        }
      }
    }
  }

  /// The scores of one experiment, in percent.
  private static func scores(_ cell: Cell, seed: UInt64) throws -> Series {
    var random = SeededRandom(seed: seed)
    let skill = cell.truth.skill(&random)
    return try Series(
      PoolTests.tokens.map { tokens in
        let share = min(0.99, (cell.floor + skill(tokens)) / 100)
        let deviation = (share * (1 - share) / Double(cell.questions)).squareRoot()
        // Half a question is the least that a score can be.
        let least = 0.5 / Double(cell.questions)
        return Measurement(
          tokens: tokens, score: 100 * max(least, share + deviation * gaussian(&random)))
      })
  }

  @Test("labels of known truths", arguments: cells)
  func labels(cell: Cell) throws {
    let experiments = Documentation.experiments ?? 40
    var counts: [RegimeLabel: Int] = [:]
    for seed in 1...UInt64(experiments) {
      let analysis = try RegimeAnalysis(
        of: Self.scores(cell, seed: seed), chance: cell.isChanceKnown ? cell.floor : nil)
      counts[analysis.label, default: 0] += 1
      if analysis.label == .flat {
        #expect(!(analysis.breakTest?.isSignificant ?? false))
        #expect((analysis.slope?.pValue ?? 1) >= RegimeAnalysis.level)
      }
    }
    let labels: [[RegimeLabel]] = [
      [.transition, .accelerating], [.slowing], [.saturating], [.flat], [.undetermined],
    ]
    let found = labels.map { group in group.reduce(0) { $0 + (counts[$1] ?? 0) } }
    guard Documentation.experiments != nil else {
      let row =
        "\(cell)".replacingOccurrences(of: " | ", with: ",") + ","
        + found.map { "\($0)" }.joined(separator: ",")
      let recorded = try References.lines("regime/label_subset.csv").contains { $0 == row }
      if !recorded { print(row) }
      #expect(recorded, "\(row)")
      return
    }
    let share = found.map { Double($0) / Double(experiments) }
    if cell.isChanceKnown {
      #expect(share[0] <= (cell.floor > 0 ? 0.06 : 0.1), "a floor that is known is no transition")
      if [.logLinear, .lateLogLinear].contains(cell.truth) { #expect(share[2] <= 0.08) }
      if cell.truth == .power { #expect(share[1] + share[2] <= 0.1) }
      if [.saturating, .hill].contains(cell.truth), cell.questions == 2000 {
        #expect(share[2] >= 0.8)
      }
    }
    try Documentation.expect(
      "docs/accuracy.md",
      row: "| \(cell) | "
        + found.map { Documentation.percent($0, of: experiments) }.joined(separator: " | ") + " |")
  }
}
