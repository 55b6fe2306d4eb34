import BudgetDocuments
import BudgetSearch

/// A score that is bent where it leaves the range of its metric, so that none is predicted or compared that the
/// metric cannot give:
///
///     S(n) = min(max(law(n), lowest), highest).
///
/// A bent law is as monotone as the law. Where it lies on an end of the range its elasticity is 0, and the token
/// counts at which it comes and goes begin pieces, so that a search that knows the law's elasticity stays exact.
struct BentCurve: ScoreCurve {
  private let base: any ScoreCurve
  private let range: ClosedRange<Double>
  /// The first count that the law leaves the end of the range at which it begins; `nil` where it begins
  /// within.
  private let leaves: Int?
  /// The first count at which the law reaches the other end; `nil` where it does not.
  private let reaches: Int?

  /// A curve bent to a range over some token counts.
  ///
  /// - Complexity: O(log counts) evaluations for a curve with a direction.
  fileprivate init(
    _ base: any ScoreCurve, _ range: ClosedRange<Double>, over tokens: ClosedRange<Int>
  ) {
    self.base = base
    self.range = range
    func first(where holds: (Double) -> Bool) -> Int? {
      var (low, high) = (tokens.lowerBound, tokens.upperBound)
      guard holds(base.score(at: high)) else { return nil }
      while low < high {
        let middle = low + (high - low) / 2
        if holds(base.score(at: middle)) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let (lowest, highest) = (range.lowerBound, range.upperBound)
    switch base.direction {
    case .increasing:
      leaves = base.score(at: tokens.lowerBound) > lowest ? nil : first { $0 > lowest } ?? .max
      reaches = first { $0 >= highest }
    case .decreasing:
      leaves = base.score(at: tokens.lowerBound) < highest ? nil : first { $0 < highest } ?? .max
      reaches = first { $0 <= lowest }
    case .constant, .unknown: (leaves, reaches) = (nil, nil)
    }
  }

  private func isFlat(at tokens: Int) -> Bool {
    (leaves.map { tokens < $0 } ?? false) || (reaches.map { tokens >= $0 } ?? false)
  }

  private func bent(_ score: Double) -> Double {
    min(max(score, range.lowerBound), range.upperBound)
  }

  func score(at tokens: Int) -> Double { bent(base.score(at: tokens)) }

  func elasticity(at tokens: Int) -> Double { isFlat(at: tokens) ? 0 : base.elasticity(at: tokens) }

  var direction: Direction { base.direction }

  var elasticityBehaviour: ElasticityBehaviour {
    base.direction == .unknown ? .unknown : base.elasticityBehaviour
  }

  func elasticityBehaviour(at tokens: Int) -> ElasticityBehaviour {
    isFlat(at: tokens) ? .nonincreasing : elasticityBehaviour
  }

  var pieceStarts: [Double] {
    (base.pieceStarts + [leaves, reaches].compactMap { $0.map(Double.init) }).sorted()
  }

  func upperBound(over tokens: ClosedRange<Int>) -> Double { bent(base.upperBound(over: tokens)) }

  func lowerBound(over tokens: ClosedRange<Int>) -> Double { bent(base.lowerBound(over: tokens)) }
}

extension ScoreCurve {
  /// The curve, bent where it leaves a range over some token counts; itself where it stays within.
  ///
  /// - Parameter range: `nil` bends nothing.
  func bent(to range: ClosedRange<Double>?, over tokens: ClosedRange<Int>) -> any ScoreCurve {
    guard let range,
      lowerBound(over: tokens) < range.lowerBound || upperBound(over: tokens) > range.upperBound
    else { return self }
    return BentCurve(self, range, over: tokens)
  }
}
