/// Probabilities of several tests, adjusted so that none of them is rejected wrongly.
///
/// Of N tests at level α about α N reject by chance. Holm's probabilities may each be compared with α:
/// the chance of any wrong rejection is then at most α, however the tests depend on each other.
///
/// - Source: Holm, *A Simple Sequentially Rejective Multiple Test Procedure*, Scand. J. Stat. 6(2),
///   1979, https://www.jstor.org/stable/4615733.
package enum HolmAdjustment {
  /// The adjusted probabilities, in the same order; what was not tested stays `nil`.
  ///
  /// - Complexity: O(N log N).
  package static func adjusted(_ probabilities: [Double?]) -> [Double?] {
    let tested = probabilities.indices.filter { probabilities[$0] != nil }
    let order = tested.sorted {
      (probabilities[$0] ?? 1, $0) < (probabilities[$1] ?? 1, $1)
    }
    var result: [Double?] = probabilities.map { _ in nil }
    var highest = 0.0
    for (rank, index) in order.enumerated() {
      let factor = Double(order.count - rank)
      highest = max(highest, min(1, factor * (probabilities[index] ?? 1)))
      result[index] = highest
    }
    return result
  }
}
