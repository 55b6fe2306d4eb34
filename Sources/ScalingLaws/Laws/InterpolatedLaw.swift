import LongWork
import RealModule

/// The law that has no formula: a monotone curve through the measurements in ln n.
///
/// Measurements that are not monotone are first replaced by the nearest monotone values (isotonic
/// regression), rising or falling, whichever is nearer. Between them the curve is straight in ln n,
/// or a monotone cubic. Outside the measurements it is not defined.
///
/// - Source: isotonic regression: Barlow et al., *Statistical Inference under Order Restrictions*,
///   1972; slopes of the cubic: Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5(2), 1984,
///   doi:10.1137/0905021.
public struct InterpolatedLaw: ScoreLaw {
  /// How the curve runs between two knots.
  public enum Method: String, Sendable, CaseIterable {
    /// Straight in ln n.
    case isotonic
    /// A monotone cubic in ln n with a continuous slope.
    case pchip
  }

  public static let form = LawForm(
    id: "interpolated", formula: "monotone curve through the measurements in ln(n)",
    parameters: [])

  /// How the curve runs between knots.
  public let method: Method
  /// The distinct token counts, increasing.
  public let knotTokens: [Double]
  /// The monotone scores there.
  public let knotScores: [Double]
  public let trend: Trend

  private let x: [Double]
  private let slopes: [Double]

  /// The monotone curve nearest to measurements.
  ///
  /// - Parameters:
  ///   - measurements: At least two distinct token counts, all greater than 0; finite scores; weights
  ///     greater than 0. Those at the same count are averaged.
  ///   - method: How the curve runs between them.
  /// - Returns: `nil` when that does not hold.
  /// - Complexity: O(m log m).
  public init?(through measurements: [Measurement], method: Method) {
    guard
      measurements.allSatisfy({
        $0.tokens > 0 && $0.tokens.isFinite && $0.score.isFinite && $0.weight > 0
          && $0.weight.isFinite
      })
    else { return nil }
    // Only ratios matter; sums of huge weights would not fit a double.
    let heaviest = measurements.map(\.weight).max() ?? 1
    let weights = measurements.map { $0.weight / heaviest }
    var points: [(tokens: Double, score: Double, weight: Double)] = []
    let watch = Watch.current
    for index in watch.ordered(measurements.map(\.tokens)) {
      let (measurement, weight) = (measurements[index], weights[index])
      if let last = points.last, last.tokens == measurement.tokens {
        let sum = last.weight + weight
        points[points.count - 1].score += (measurement.score - last.score) * (weight / sum)
        points[points.count - 1].weight = sum
      } else {
        points.append((measurement.tokens, measurement.score, weight))
      }
    }
    guard points.count >= 2, watch.goesOn else { return nil }
    let scores = points.map(\.score)
    let pointWeights = points.map(\.weight)
    let rising = isotonic(scores, pointWeights)
    let falling = isotonic(scores.map { -$0 }, pointWeights).map { -$0 }
    func misfit(_ values: [Double]) -> Double {
      zip(points, values).reduce(0) {
        $0 + $1.0.weight * ($1.0.score - $1.1) * ($1.0.score - $1.1)
      }
    }
    let knots = misfit(rising) <= misfit(falling) ? rising : falling
    let (first, last) = (knots[0], knots[knots.count - 1])
    trend = last > first ? .increasing : last < first ? .decreasing : .constant
    self.method = method
    knotTokens = points.map(\.tokens)
    knotScores = knots
    x = knotTokens.map { Double.log($0) }
    slopes = method == .pchip ? monotoneSlopes(x, knots) : []
  }

  public var values: [Double] { [] }

  /// The number of distinct scores of the knots: what isotonic regression takes.
  public var parameterCount: Int {
    1 + zip(knotScores, knotScores.dropFirst()).count { $0 != $1 }
  }

  public var domain: ClosedRange<Double> { knotTokens[0]...knotTokens[knotTokens.count - 1] }

  /// The score at n tokens; NaN outside ``domain``.
  ///
  /// - Complexity: O(log m).
  public func score(at tokens: Double) -> Double { value(at: tokens)?.score ?? .nan }

  public func elasticity(at tokens: Double) -> Double {
    guard let (score, slope) = value(at: tokens), score > 0 else { return .nan }
    return slope / score
  }

  /// Score and dS/d ln n.
  private func value(at tokens: Double) -> (score: Double, slope: Double)? {
    guard domain.contains(tokens) else { return nil }
    var (low, high) = (0, knotTokens.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if knotTokens[middle] <= tokens { low = middle } else { high = middle }
    }
    let width = x[high] - x[low]
    let rise = knotScores[high] - knotScores[low]
    // At a knot the score is the knot's to the last digit.
    let t = tokens == knotTokens[high] ? 1 : (Double.log(tokens) - x[low]) / width
    guard method == .pchip else { return (knotScores[low] + t * rise, rise / width) }
    let (start, end) = (slopes[low] * width, slopes[high] * width)
    // Hermite's cubic in t, from its end values and end slopes.
    let c2 = 3 * rise - 2 * start - end
    let c3 = start + end - 2 * rise
    return (
      knotScores[low] + t * (start + t * (c2 + t * c3)),
      (start + t * (2 * c2 + 3 * t * c3)) / width
    )
  }

  /// The token count at which the curve first reaches a score.
  ///
  /// - Complexity: O(log m), with about 50 evaluations of the cubic.
  public func tokens(reaching score: Double) -> Double? {
    guard trend != .constant else { return nil }
    let sign: Double = trend == .increasing ? 1 : -1
    func reaches(_ value: Double) -> Bool { sign * value >= sign * score }
    guard sign * score >= sign * knotScores[0], let high = knotScores.firstIndex(where: reaches)
    else { return nil }
    guard high > 0, knotScores[high] != score else { return knotTokens[high] }
    if method == .isotonic {
      let rise = knotScores[high] - knotScores[high - 1]
      let t = (score - knotScores[high - 1]) / rise
      return Double.exp(x[high - 1] + t * (x[high] - x[high - 1]))
    }
    var (low, top) = (knotTokens[high - 1], knotTokens[high])
    for _ in 0..<200 {
      let middle = (low + top) / 2
      guard middle > low, middle < top else { break }
      if reaches(self.score(at: middle)) { top = middle } else { low = middle }
    }
    return top
  }

  public var elasticityShape: ElasticityShape { method == .isotonic ? .nonincreasing : .unknown }

  public var breakpoints: [Double] { Array(knotTokens.dropFirst().dropLast()) }
}

/// The nearest non-decreasing values, by pooling neighbours that violate the order.
///
/// - Complexity: O(m).
func isotonic(_ values: [Double], _ weights: [Double]) -> [Double] {
  var blocks: [(mean: Double, weight: Double, count: Int)] = []
  for (value, weight) in zip(values, weights) {
    var block = (mean: value, weight: weight, count: 1)
    while let last = blocks.last, last.mean >= block.mean {
      let sum = last.weight + block.weight
      block.mean = last.mean + (block.mean - last.mean) * (block.weight / sum)
      block.weight = sum
      block.count += last.count
      blocks.removeLast()
    }
    blocks.append(block)
  }
  return blocks.flatMap { Array(repeating: $0.mean, count: $0.count) }
}

/// Slopes at the knots for which the cubic between any two knots is monotone: the weighted harmonic
/// mean of the neighbouring slopes, 0 where they differ in sign; at the ends the parabola's through
/// three knots, cut back to the neighbouring slope's sign and to three times its size.
private func monotoneSlopes(_ x: [Double], _ y: [Double]) -> [Double] {
  let widths = zip(x, x.dropFirst()).map { $1 - $0 }
  let secants = zip(zip(y, y.dropFirst()), widths).map { ($0.1 - $0.0) / $1 }
  guard secants.count > 1 else { return [secants[0], secants[0]] }
  func end(_ h0: Double, _ h1: Double, _ d0: Double, _ d1: Double) -> Double {
    let slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if slope * d0 <= 0 { return 0 }
    return d0 * d1 <= 0 && slope.magnitude > 3 * d0.magnitude ? 3 * d0 : slope
  }
  var slopes = [end(widths[0], widths[1], secants[0], secants[1])]
  for index in 1..<secants.count {
    let (h0, h1) = (widths[index - 1], widths[index])
    let (d0, d1) = (secants[index - 1], secants[index])
    let (w0, w1) = (2 * h1 + h0, h1 + 2 * h0)
    slopes.append(d0 * d1 <= 0 ? 0 : (w0 + w1) / (w0 / d0 + w1 / d1))
  }
  let last = secants.count - 1
  slopes.append(end(widths[last], widths[last - 1], secants[last], secants[last - 1]))
  return slopes
}
