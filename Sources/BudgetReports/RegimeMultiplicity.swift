import BudgetDocuments
import ScalingLaws
import TokenBudget

/// What many tests for a break mean together.
struct RegimeMultiplicity {
  private let probabilities: [Double?]
  /// Holm's probabilities of a break, in the series' order.
  let adjusted: [Double?]

  init(_ analyses: [RegimeAnalysis]) {
    probabilities = analyses.map { $0.breakTest?.pValue }
    adjusted = HolmAdjustment.adjusted(probabilities)
  }

  private var tested: Int { probabilities.count { $0 != nil } }
  private var expected: Double { RegimeAnalysis.level * Double(tested) }

  private static func found(_ probabilities: [Double?]) -> [Int] {
    probabilities.indices.filter { (probabilities[$0] ?? 1) < RegimeAnalysis.level }
  }

  var json: JSONValue {
    .object([
      "tested": .integer(tested),
      "expected_by_chance": .number(expected),
      "found": .integer(Self.found(probabilities).count),
      "found_adjusted": .integer(Self.found(adjusted).count),
      "method": .string("holm"),
    ])
  }

  /// - Returns: `nil` where no more than one series was tested.
  func text(names: [String]) -> String? {
    guard tested > 1 else { return nil }
    let found = Self.found(probabilities)
    let kept = Self.found(adjusted)
    var lines = TextReport()
    lines.row(
      "Together",
      "\(grouped(tested)) series were tested for a break one by one: at 5% chance alone shows one in "
        + "\(shortest(expected, 2)) of them on average, and \(grouped(found.count)) "
        + "\(found.count == 1 ? "shows" : "show") one. "
        + (found.isEmpty
          ? ""
          : "Under Holm's correction for all of them "
            + (kept.isEmpty
              ? "none remains"
              : "\(grouped(kept.count)) remain\(kept.count == 1 ? "s" : ""): "
                + kept.map { names[$0] }.joined(separator: ", ")))
    )
    return lines.text
  }
}
