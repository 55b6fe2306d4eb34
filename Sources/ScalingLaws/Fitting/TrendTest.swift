import LongWork
import RealModule

/// Does the score go one way as tokens are added? Two tests that a constant score passes 95 times of a
/// hundred each.
public struct TrendTest: Sendable, Equatable {
  /// The probability of a slope as large, over ln n on the residuals' scale, under a constant score: Student's
  /// t with m − 2 degrees of freedom.
  public let slopePValue: Double
  /// The probability of an order of scores as far from none, whatever their distribution: Mann and
  /// Kendall's S, the rising pairs less the falling ones among those of different token counts.
  public let orderPValue: Double

  /// With fewer measurements the tests cannot tell: of five in strict order but for one exchange of
  /// neighbours the exact test says 8%, of six 1.7%.
  static let fewestMeasurements = 6

  /// Whether either test rejects a constant at 5%.
  public var isRejected: Bool { min(slopePValue, orderPValue) < Significance.level }

  /// The tests of a series.
  ///
  /// - Returns: `nil` with fewer than three measurements or two distinct token counts.
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)`` for residuals in ln S.
  /// - Complexity: O(m³) up to 60 measurements, O(m log m) beyond.
  public init?(of series: Series, scale: ResidualScale = .logScore) throws(Series.Problem) {
    self.init(series.design, try series.responses(scale), scale)
  }

  /// The tests of responses over ln n.
  ///
  /// - Returns: `nil` with fewer than three measurements or two distinct token counts.
  /// - Complexity: O(m³) up to 60 measurements, O(m log m) beyond.
  init?(_ design: Design, _ y: [Double], _ scale: ResidualScale) {
    guard y.count >= 3, design.knots.count >= 2 else { return nil }
    let line = StraightLine(x: design.logTokens, y: y, weights: design.weights)
    let freedom = Double(y.count - 2)
    if line.rss <= scale.roundingRSS(y) {
      slopePValue = line.slope * line.slope * line.spread > line.rss ? 0 : 1
    } else {
      let deviation = (line.rss / freedom / line.spread).squareRoot()
      slopePValue = StudentT(freedom: freedom).survival(
        twoSided: line.slope.magnitude / deviation)
    }
    orderPValue = Self.orderPValue(design, y)
  }

  /// Up to this many measurements the distribution of S is counted, beyond it is taken as normal.
  private static var mostCounted: Int { 60 }

  private static func orderPValue(_ design: Design, _ y: [Double]) -> Double {
    guard let pairs = RankedPairs(design.logTokens, y) else { return 1 }
    let (sum, groups) = (pairs.rising - pairs.falling, pairs.groups)
    // Equal scores make S less extreme than its distribution without them: the probability is then an
    // upper bound.
    let distance = abs(sum)
    guard distance > 0 else { return 1 }
    if y.count <= mostCounted {
      let falling = fallingPairs(groups)
      // S = pairs − 2 · falling pairs
      let most = (pairs.comparable - distance) / 2
      return min(1, 2 * falling.prefix(most + 1).reduce(0, +))
    }
    let variance = orderVariance(groups)
    let z = Double(distance - 1) / variance.squareRoot()
    return Double.erfc(z / 2.0.squareRoot())
  }

  /// The variance of S where no order is likelier than another.
  ///
  /// - Parameter groups: How many measurements each token count has.
  /// - Source: Kendall, *Rank Correlation Methods*, 1970, chapter 4.
  static func orderVariance(_ groups: [Int]) -> Double {
    // The cube of two million measurements passes what a whole number holds.
    func term(_ count: Int) -> Double {
      let count = Double(count)
      return count * (count - 1) * (2 * count + 5)
    }
    return (term(groups.reduce(0, +)) - groups.reduce(0) { $0 + term($1) }) / 18
  }

  /// How likely each number of falling pairs is when scores are dealt to groups of equal token counts: the
  /// coefficients of the q-multinomial.
  ///
  /// - Source: Mann, Econometrica 13(3), 1945; with groups: Jonckheere, Biometrika 41, 1954.
  private static func fallingPairs(_ groups: [Int]) -> [Double] {
    var counts = [1.0]
    var seen = 0
    for group in groups {
      // The q-binomial of the group among all so far: ∏ (1 − q^(seen + k)) / (1 − q^k), k up to the group's
      // size; as probabilities, each factor divided by its number of orders.
      for k in 1...group {
        let (above, below) = (seen + k, k)
        var next = counts + Array(repeating: 0, count: above)
        for i in stride(from: next.count - 1, through: above, by: -1) { next[i] -= next[i - above] }
        for i in next.indices.dropFirst(below) { next[i] += next[i - below] }
        let share = Double(below) / Double(above)
        counts = next.prefix(counts.count + above - below).map { max(0, $0 * share) }
      }
      seen += group
    }
    return counts
  }
}
