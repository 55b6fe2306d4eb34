import LongWork
import RealModule

/// What is known of a metric, as far as a curve of its scores needs it.
public struct ScoreBounds: Sendable, Equatable {
  /// The worst and the best score there can be; `nil` where the metric states none.
  public let range: ClosedRange<Double>?
  /// The score of guessing; `nil` where it is not known.
  public let chance: Double?
  /// Whether scores are shares of questions answered, so that noise is least near the range's ends.
  public let isShare: Bool

  /// Bounds.
  public init(range: ClosedRange<Double>? = nil, chance: Double? = nil, isShare: Bool = false) {
    self.range = range
    self.chance = chance
    self.isShare = isShare
  }

  /// A score within the range.
  public func clamped(_ score: Double) -> Double {
    guard let range else { return score }
    return min(max(score, range.lowerBound), range.upperBound)
  }
}

/// Measurements as the posterior of a curve takes them: one mean for each token count, in ln n, in units of the
/// highest score above chance.
struct SmoothingData: Sendable, Equatable {
  /// ln n, increasing.
  var places: [Double]
  /// (score − base) / scale at each.
  var values: [Double]
  /// Each one's variance over σ²: how much the noise depends on the score, over its weight.
  var variances: [Double]
  /// The least variance of each, in units of the scale; 0 where none was stated.
  var floors: [Double]
  /// Questions behind each mean, where their variance depends on the curve; 0 where none was stated.
  var questions: [Double]
  /// Scatter of repeated counts around their means, over the relative variance: Σ w (z − mean)² / v.
  var replicateSum = 0.0
  /// How many measurements there are beyond one for each count.
  var replicateCount = 0

  /// The score that counts as 0, and the step that counts as 1.
  let base: Double
  let scale: Double

  /// Noise of shares is least near 0 and 1, but never below this part of its variance at a half.
  private static var leastVariance: Double { 0.1 }

  /// More token counts than this are joined with their neighbours: an inverse takes their third power.
  static var mostPlaces: Int { 48 }

  /// - Returns: `nil` where there are fewer than two token counts, or where the scores pass what a double can
  ///   hold.
  init?(_ series: Series, _ bounds: ScoreBounds) {
    var points: [Group] = []
    let watch = Watch.current
    for index in watch.ordered(series.measurements.map(\.tokens)) {
      let measurement = series.measurements[index]
      let place = Double.log(measurement.tokens)
      let floor = measurement.standardError ?? 0
      let stated =
        bounds.isShare && measurement.standardError == nil
        ? measurement.count.map { Double($0.total) } ?? measurement.questions.map(Double.init) ?? 0
        : 0
      let group = Group(
        place: place, value: measurement.score, weight: series.weights[index],
        floor: floor * floor, questions: stated)
      if let last = points.last, place - last.place <= 1e-9 * max(1, place.magnitude) {
        points[points.count - 1].join(group)
      } else {
        points.append(group)
      }
    }
    Self.thin(&points)
    guard points.count >= 2 else { return nil }

    let scores = series.measurements.map(\.score)
    guard let low = scores.min(), let high = scores.max() else { return nil }
    let lowest = bounds.range?.lowerBound ?? min(0, low)
    base = bounds.chance ?? lowest
    let height = max(high - base, (high - lowest) / 4)
    let width = bounds.range.map { $0.upperBound - $0.lowerBound } ?? max(1, high.magnitude)
    scale = height > 0 ? height : width / 4
    guard scale.isFinite, scale > 0 else { return nil }

    let (base, scale) = (self.base, self.scale)
    places = points.map(\.place)
    values = points.map { ($0.value - base) / scale }
    floors = points.map { $0.floor / scale / scale }
    questions = points.map(\.questions)
    let relative = Self.relativeVariances(points, bounds)
    variances = zip(relative, points).map { $0 / $1.weight }
    for (point, variance) in zip(points, relative) {
      replicateSum += point.scatter / scale / scale / variance
      replicateCount += point.count - 1
    }
    guard values.allSatisfy(\.isFinite), variances.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      return nil
    }
  }

  /// The variance of a share p over that at a half, 4 p (1 − p), at the nearest rising scores.
  private static func relativeVariances(_ points: [Group], _ bounds: ScoreBounds) -> [Double] {
    guard bounds.isShare, let range = bounds.range, range.upperBound > range.lowerBound else {
      return points.map { _ in 1 }
    }
    return isotonic(points.map(\.value), points.map(\.weight)).map { score in
      let share = (score - range.lowerBound) / (range.upperBound - range.lowerBound)
      return max(leastVariance, 4 * share * (1 - share))
    }
  }

  /// Joins neighbours until there are few enough, by equal steps of ln n.
  private static func thin(_ points: inout [Group]) {
    guard points.count > mostPlaces else { return }
    let (first, last) = (points[0].place, points[points.count - 1].place)
    var joined: [(bin: Int, group: Group)] = []
    for point in points {
      let share = (point.place - first) / (last - first)
      let bin = Int((share * Double(mostPlaces - 1)).rounded())
      if let open = joined.last, open.bin == bin {
        joined[joined.count - 1].group.join(point)
      } else {
        joined.append((bin, point))
      }
    }
    points = joined.map(\.group)
  }

  /// Measurements at one token count.
  private struct Group {
    var place: Double
    var value: Double
    var weight: Double
    /// The variance of the mean that was stated.
    var floor: Double
    var questions: Double
    var count = 1
    /// Σ w (score − mean)².
    var scatter = 0.0

    mutating func join(_ other: Group) {
      let sum = weight + other.weight
      let share = other.weight / sum
      let step = other.value - value
      scatter += other.scatter + weight * share * step * step
      value += step * share
      place += (other.place - place) * share
      // The mean of independent errors, weighted.
      floor = (1 - share) * (1 - share) * floor + share * share * other.floor
      questions = questions > 0 && other.questions > 0 ? questions + other.questions : 0
      weight = sum
      count += other.count
    }
  }
}
