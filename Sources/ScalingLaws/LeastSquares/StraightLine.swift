/// The weighted least-squares line, in centred sums.
struct StraightLine {
  let weight: Double
  let meanX: Double
  let meanY: Double
  /// Σ w (x − mean)²
  let spread: Double
  let slope: Double
  let rss: Double

  /// - Complexity: O(m).
  init(x: [Double], y: [Double], weights: [Double]) {
    var (w, wx, wy) = (0.0, 0.0, 0.0)
    for i in x.indices {
      w += weights[i]
      wx += weights[i] * x[i]
      wy += weights[i] * y[i]
    }
    weight = w
    meanX = wx / w
    meanY = wy / w
    var (xx, xy) = (0.0, 0.0)
    for i in x.indices {
      xx += weights[i] * (x[i] - meanX) * (x[i] - meanX)
      xy += weights[i] * (x[i] - meanX) * (y[i] - meanY)
    }
    spread = xx
    slope = xx > 0 ? xy / xx : 0
    var squares = 0.0
    for i in x.indices {
      let r = y[i] - meanY - slope * (x[i] - meanX)
      squares += weights[i] * r * r
    }
    rss = squares
  }

  /// The line with x turned around.
  init(reflecting line: StraightLine) {
    (weight, meanX, meanY) = (line.weight, -line.meanX, line.meanY)
    (spread, slope, rss) = (line.spread, -line.slope, line.rss)
  }

  func residual(x: Double, y: Double) -> Double { y - meanY - slope * (x - meanX) }
}
