import RealModule

/// What a reader should know of a series before trusting a fit.
public enum SeriesRemark: Sendable, Equatable {
  /// The score falls from one token count to a larger one, by a share of it.
  case falls(from: Measurement, to: Measurement, isBeyondNoise: Bool)
  /// Scores do not exceed that of guessing.
  case belowChance(count: Int, first: Measurement, chance: Double)
  /// One token count decides most of the slope: its share of Σ (ln n − mean)².
  case leverage(tokens: Double, share: Double)
  /// Token counts are measured more than once.
  case repeated(count: Int)
  /// Scores lie outside the metric's range.
  case outsideRange(count: Int, first: Measurement, range: ClosedRange<Double>)
}

extension Series {
  /// A fall of less than this share of the score is not worth a remark.
  private static var remarkableFall: Double { 0.01 }

  /// What is remarkable about the measurements.
  ///
  /// - Parameters:
  ///   - chance: The score of guessing, where it is known.
  ///   - range: The scores that are possible, where that is known.
  ///   - deviation: The residual standard deviation in ln S of the best law, where there is one.
  /// - Complexity: O(m log m).
  public func remarks(
    chance: Double? = nil, range: ClosedRange<Double>? = nil, deviation: Double? = nil
  ) -> [SeriesRemark] {
    var remarks: [SeriesRemark] = []
    if let range {
      let outside = measurements.filter { !range.contains($0.score) }
      if let first = outside.first {
        remarks.append(.outsideRange(count: outside.count, first: first, range: range))
      }
    }
    if let chance {
      let below = measurements.filter { $0.score <= chance }
      if let first = below.first {
        remarks.append(.belowChance(count: below.count, first: first, chance: chance))
      }
    }
    if let fall = largestFall(), fall.share > Self.remarkableFall {
      // Of m normal values all but the rarest lie within ±√(2 ln m) standard deviations.
      let reach = 2 * (2 * Double.log(Double(max(2, measurements.count)))).squareRoot()
      let isBeyondNoise =
        deviation.map { -Double.log(onePlus: -fall.share) > reach * $0 } ?? true
      remarks.append(.falls(from: fall.from, to: fall.to, isBeyondNoise: isBeyondNoise))
    }
    if let (tokens, share) = largestLeverage(), distinctCount > 2, share > 0.5 {
      remarks.append(.leverage(tokens: tokens, share: share))
    }
    if distinctCount < measurements.count {
      remarks.append(.repeated(count: measurements.count - distinctCount))
    }
    return remarks
  }

  /// The largest relative fall between mean scores of growing token counts.
  private func largestFall() -> (from: Measurement, to: Measurement, share: Double)? {
    var means: [Measurement] = []
    var group: [Measurement] = []
    func close() {
      guard let tokens = group.first?.tokens, let score = group.meanScore else { return }
      means.append(Measurement(tokens: tokens, score: score))
    }
    for measurement in measurements.sorted(by: { $0.tokens < $1.tokens }) {
      if group.first?.tokens != measurement.tokens {
        close()
        group = []
      }
      group.append(measurement)
    }
    close()
    var highest: Measurement?
    var worst: (from: Measurement, to: Measurement, share: Double)?
    for mean in means {
      if let top = highest, top.score > 0, mean.score < top.score {
        let share = min(1 - 1e-12, 1 - mean.score / top.score)
        if worst.map({ share > $0.share }) ?? true { worst = (top, mean, share) }
      }
      if highest.map({ mean.score > $0.score }) ?? true { highest = mean }
    }
    return worst
  }

  /// The token count with the largest share of the spread of ln n.
  private func largestLeverage() -> (tokens: Double, share: Double)? {
    let line = StraightLine(
      x: design.logTokens, y: design.logTokens, weights: design.weights)
    guard line.spread > 0 else { return nil }
    var best: (tokens: Double, share: Double)?
    var shares: [Double: Double] = [:]
    for i in design.logTokens.indices {
      let distance = design.logTokens[i] - line.meanX
      let share =
        (shares[design.tokens[i]] ?? 0) + design.weights[i] * distance * distance / line.spread
      shares[design.tokens[i]] = share
      if best.map({ share > $0.share }) ?? true { best = (design.tokens[i], share) }
    }
    return best
  }
}
