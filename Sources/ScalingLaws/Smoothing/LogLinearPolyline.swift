import RealModule

/// Scores at knots, straight in ln n between them.
public struct LogLinearPolyline: Sendable, Equatable {
  /// The knots, increasing; at least two.
  public let tokens: [Double]
  /// The scores there.
  public let scores: [Double]
  /// ln n of the knots.
  private let places: [Double]

  /// A polyline.
  ///
  /// - Parameters:
  ///   - tokens: At least two, increasing, greater than 0.
  ///   - scores: As many, finite.
  public init(tokens: [Double], scores: [Double]) {
    self.init(tokens: tokens, places: tokens.map { Double.log($0) }, scores: scores)
  }

  /// A polyline over knots whose logarithms are known: many share them.
  init(tokens: [Double], places: [Double], scores: [Double]) {
    precondition(
      tokens.count >= 2 && tokens.count == scores.count,
      "\(scores.count) scores at \(tokens.count) knots")
    self.tokens = tokens
    self.places = places
    self.scores = scores
  }

  /// From the first to the last knot.
  public var domain: ClosedRange<Double> { tokens[0]...tokens[tokens.count - 1] }

  /// The segment that n lies on: that which begins at it where n is a knot.
  private func segment(of n: Double) -> Int {
    var (low, high) = (0, tokens.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if tokens[middle] <= n { low = middle } else { high = middle }
    }
    return low
  }

  /// The score at n tokens; NaN outside ``domain``.
  ///
  /// - Complexity: O(log k).
  public func score(at n: Double) -> Double {
    guard domain.contains(n) else { return .nan }
    let k = segment(of: n)
    if n == tokens[k] { return scores[k] }
    if n == tokens[k + 1] { return scores[k + 1] }
    let t = (Double.log(n) - places[k]) / (places[k + 1] - places[k])
    return scores[k] + t * (scores[k + 1] - scores[k])
  }

  /// d ln S / d ln n; at a knot that of the segment which begins there. NaN where the score is not positive.
  public func elasticity(at n: Double) -> Double {
    let score = score(at: n)
    guard score > 0 else { return .nan }
    let k = segment(of: n)
    return (scores[k + 1] - scores[k]) / (places[k + 1] - places[k]) / score
  }

  /// The fewest tokens at which a score is reached.
  ///
  /// - Complexity: O(k).
  public func tokens(reaching score: Double) -> Double? {
    if scores[0] == score { return tokens[0] }
    for k in 0..<(tokens.count - 1) {
      let (from, to) = (scores[k], scores[k + 1])
      guard from != to, min(from, to) <= score, score <= max(from, to) else { continue }
      if score == to { return tokens[k + 1] }
      return Double.exp(places[k] + (score - from) / (to - from) * (places[k + 1] - places[k]))
    }
    return nil
  }

  /// The lowest and the highest score over some counts within ``domain``.
  ///
  /// - Complexity: O(k).
  public func extremes(over range: ClosedRange<Double>) -> ClosedRange<Double> {
    precondition(
      domain.contains(range.lowerBound) && domain.contains(range.upperBound),
      "\(range) is not within \(domain)")
    let ends = (score(at: range.lowerBound), score(at: range.upperBound))
    var (low, high) = (min(ends.0, ends.1), max(ends.0, ends.1))
    var k = segment(of: range.lowerBound) + 1
    while k < tokens.count, tokens[k] < range.upperBound {
      low = min(low, scores[k])
      high = max(high, scores[k])
      k += 1
    }
    return low...high
  }

  /// Which way it goes, if it goes one way.
  public var trend: Trend {
    var (rises, falls) = (false, false)
    for (a, b) in zip(scores, scores.dropFirst()) {
      if b > a { rises = true }
      if b < a { falls = true }
    }
    return rises ? falls ? .mixed : .increasing : falls ? .decreasing : .constant
  }
}
