import LongWork

/// The residual sum of squares of the regime law over ln n_balance, its c and β ≥ 0 fitted.
///
/// It asks the watch as it goes; where work should not go on the sum is infinite.
///
/// - Complexity: O(m) for each n_balance.
struct BalanceCurve {
  let axis: SeparableProblem.Axis
  private let design: Design
  private let y: [Double]
  private let flat: StraightLine
  private var growth: [Double]
  private var pace = Pace()

  /// - Parameter axis: Its ends stand for the two power laws.
  init(design: Design, y: [Double], axis: SeparableProblem.Axis) {
    self.design = design
    self.y = y
    self.axis = axis
    flat = StraightLine(x: design.logTokens, y: y, weights: design.weights)
    growth = design.logTokens
  }

  mutating func rss(_ x: Double) -> Double {
    fit(x).rss
  }

  mutating func beta(_ x: Double) -> Double { fit(x).slope }

  private mutating func fit(_ x: Double) -> (slope: Double, rss: Double) {
    guard pace.goesOn(after: growth.count) else { return (0, .infinity) }
    design.fillGrowth(logBalance: x, of: axis, into: &growth)
    let meanGrowth = growthMean
    var (gg, gy) = (0.0, 0.0)
    for i in growth.indices {
      let d = growth[i] - meanGrowth
      gg += design.weights[i] * d * d
      gy += design.weights[i] * d * (y[i] - flat.meanY)
    }
    let slope = max(0, gy / gg)
    var rss = 0.0
    for i in growth.indices {
      let r = y[i] - flat.meanY - slope * (growth[i] - meanGrowth)
      rss += design.weights[i] * r * r
    }
    return (slope, rss)
  }

  /// What the regime law leaves of y.
  mutating func residuals(_ x: Double) -> [Double] {
    let slope = fit(x).slope
    let line = growthMean
    return growth.indices.map { y[$0] - flat.meanY - slope * (growth[$0] - line) }
  }

  /// Σ w (growth − mean)²: what β is measured by.
  mutating func spread(_ x: Double) -> Double {
    design.fillGrowth(logBalance: x, of: axis, into: &growth)
    let mean = growthMean
    return growth.indices.reduce(0) {
      $0 + design.weights[$1] * (growth[$1] - mean) * (growth[$1] - mean)
    }
  }

  /// The weighted mean of the growth that was filled last.
  private var growthMean: Double {
    var mean = 0.0
    for i in growth.indices { mean += design.weights[i] * growth[i] }
    return mean / flat.weight
  }
}
