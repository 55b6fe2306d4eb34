import Foundation
import ScalingLaws
import Testing

/// One example of `References/smoothing.csv`: measurements, and what an independent implementation of the posterior
/// makes of them.
struct SmoothingReference: CustomTestStringConvertible, Sendable {
  let name: String
  let bounds: ScoreBounds
  var measurements: [ScalingLaws.Measurement] = []
  /// The posterior mean of the noise.
  var noise = Double.nan
  /// Token counts, the mean kept to the range, and the standard deviation.
  var rows: [(tokens: Double, mean: Double, deviation: Double)] = []

  var testDescription: String { name }

  var posterior: SmoothingPosterior {
    get throws {
      try #require(SmoothingPosterior(of: Series(measurements), bounds: bounds), "\(name)")
    }
  }

  /// The step that counts as 1, as far as a tolerance needs it.
  var scale: Double {
    measurements.map(\.score.magnitude).max().map { max($0, 1e-3) } ?? 1
  }

  /// Every example.
  static let all: [SmoothingReference] = {
    do {
      return try read()
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  private static func read() throws -> [SmoothingReference] {
    var found: [SmoothingReference] = []
    for line in try References.lines("smoothing.csv") {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = cells.map { Double($0) }
      func number(_ index: Int) -> Double { numbers[index] ?? .nan }
      switch cells[0] {
      case "series":
        let range = numbers[2].flatMap { low in numbers[3].map { low...$0 } }
        found.append(
          SmoothingReference(
            name: String(cells[1]),
            bounds: ScoreBounds(range: range, chance: numbers[4], isShare: cells[5] == "1")))
      case "point":
        found[found.count - 1].measurements.append(
          ScalingLaws.Measurement(
            tokens: number(1), score: number(2), weight: number(3),
            standardError: number(4) > 0 ? number(4) : nil,
            questions: number(5) > 0 ? Int(number(5)) : nil))
      case "noise": found[found.count - 1].noise = number(1)
      case "mean":
        found[found.count - 1].rows.append(
          (tokens: number(1), mean: number(2), deviation: number(3)))
      default: preconditionFailure("\(line)")
      }
    }
    return found
  }
}
