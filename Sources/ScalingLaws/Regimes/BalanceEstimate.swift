import RealModule

/// What a series says of n_balance, the token count at which the paper's law turns from its sublinear
/// into its linear regime.
///
/// For every n_balance from 0 to ∞ the regime law's c and β ≥ 0 are fitted; those that fit no worse
/// than the F test allows at 95% make up the set. Both ends are the pure power law, so either both are
/// in the set or neither.
public struct BalanceEstimate: Sendable, Equatable {
  /// The best n_balance; `nil` where a pure power law is not rejected, and no value means anything.
  public let estimate: Double?
  /// The values that are not rejected at 95%.
  public let interval: ConfidenceSet
  /// Whether the data identify n_balance: both power laws are rejected and the set is one piece.
  public let isIdentified: Bool
  /// The best n_balance whether or not it means anything; may be 0 or infinite.
  public let best: Double
  /// β at the best n_balance.
  public let beta: Double
  /// The residual sum of squares in ln S there.
  public let rss: Double
  /// The residual sum of squares of the power law with a slope that is not negative.
  public let powerRSS: Double

  /// The estimate from ln S.
  ///
  /// - Returns: `nil` with fewer than four observations or distinct token counts.
  init?(design: Design, y: [Double]) {
    guard y.count >= 4, design.knots.count >= 4 else { return nil }
    var curve = Curve(design: design, y: y)
    var points = curve.grid.map { (x: $0, rss: curve.rss($0)) }
    // Each valley of the grid, to its bottom.
    for index in points.indices.dropFirst().dropLast()
    where points[index].rss <= points[index - 1].rss && points[index].rss <= points[index + 1].rss
      && (points[index].rss < points[index - 1].rss || points[index].rss < points[index + 1].rss)
    {
      points.append(
        curve.bottom(points[index - 1].x, points[index].x, points[index + 1].x))
    }
    points.sort { $0.x < $1.x }
    let lowest = points.reduce(points[0]) { $1.rss < $0.rss ? $1 : $0 }
    let freedom = Double(y.count - 3)
    let quantile = FDistribution(numerator: 1, denominator: freedom)
      .upperQuantile(RegimeAnalysis.level)
    // A residual sum that is rounding has nothing to say about differences of that size.
    let rounding = ResidualScale.logScore.roundingRSS(y)
    let threshold = max(lowest.rss * (1 + quantile / freedom), rounding)
    let power = points[0].rss
    let acceptsPower = power <= threshold
    var pieces: [ClosedRange<Double>] = []
    var start: Double? = acceptsPower ? -.infinity : nil
    for (left, right) in zip(points, points.dropFirst()) {
      let isInside = (left.rss <= threshold, right.rss <= threshold)
      guard isInside.0 != isInside.1 else { continue }
      let crossing = curve.crossing(threshold, left.x, right.x)
      if isInside.1 {
        start = crossing
      } else if let from = start {
        pieces.append(from...crossing)
        start = nil
      }
    }
    if let from = start { pieces.append(from...(.infinity)) }
    interval = ConfidenceSet(logTokens: pieces)
    isIdentified = !acceptsPower && pieces.count == 1
    best =
      lowest.x <= curve.axis.lower
      ? 0
      : lowest.x >= curve.axis.upper
        ? .infinity
        : Double.exp(lowest.x)
    estimate = acceptsPower ? nil : best
    beta = curve.beta(lowest.x)
    rss = lowest.rss
    powerRSS = power
  }

  /// The residual sum of squares of the regime law over ln n_balance.
  private struct Curve {
    let design: Design
    let y: [Double]
    let axis: SeparableProblem.Axis
    let grid: [Double]
    private let flat: StraightLine
    private var growth: [Double]

    init(design: Design, y: [Double]) {
      self.design = design
      self.y = y
      axis = .logBalance(on: design)
      // The sum bends within a few units of ln n of the data and is all but flat beyond.
      let (low, high) = (design.first - 3, design.first + design.width + 3)
      let steps = max(24, Int(((high - low) / 0.4).rounded(.up)))
      grid =
        [axis.lower, axis.lower + 1e-6, low - 7, low - 4, low - 2, low - 1]
        + (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
        + [high + 1, high + 2, high + 4, high + 7, axis.upper - 1e-6, axis.upper]
      flat = StraightLine(x: design.logTokens, y: y, weights: design.weights)
      growth = design.logTokens
    }

    mutating func rss(_ x: Double) -> Double {
      fit(x).rss
    }

    mutating func beta(_ x: Double) -> Double { fit(x).slope }

    private mutating func fit(_ x: Double) -> (slope: Double, rss: Double) {
      design.fillGrowth(logBalance: x, of: axis, into: &growth)
      var meanGrowth = 0.0
      for i in growth.indices { meanGrowth += design.weights[i] * growth[i] }
      meanGrowth /= flat.weight
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

    /// The bottom of a valley between two points around a lower one, by golden sections and parabolas.
    mutating func bottom(
      _ low: Double, _ middle: Double, _ high: Double
    ) -> (x: Double, rss: Double) {
      var (a, b) = (low, high)
      var x = middle
      var value = rss(x)
      let golden = 0.3819660112501051
      var (w, wValue, v, vValue) = (x, value, x, value)
      var (step, before) = (0.0, 0.0)
      for _ in 0..<100 {
        let center = (a + b) / 2
        let tolerance = 1e-9
        if (x - center).magnitude <= 2 * tolerance - (b - a) / 2 { break }
        var isParabola = false
        if before.magnitude > tolerance {
          let r = (x - w) * (value - vValue)
          let q0 = (x - v) * (value - wValue)
          let p0 = (x - v) * q0 - (x - w) * r
          let q1 = 2 * (q0 - r)
          let (p, q) = q1 > 0 ? (-p0, q1) : (p0, -q1)
          if p.magnitude < (q * before / 2).magnitude, p > q * (a - x), p < q * (b - x) {
            before = step
            step = p / q
            isParabola = true
          }
        }
        if !isParabola {
          before = x < center ? b - x : a - x
          step = golden * before
        }
        let move = step.magnitude >= tolerance ? step : (step < 0 ? -tolerance : tolerance)
        let next = x + move
        let nextValue = rss(next)
        if nextValue <= value {
          if next < x { b = x } else { a = x }
          (v, vValue, w, wValue, x, value) = (w, wValue, x, value, next, nextValue)
        } else {
          if next < x { a = next } else { b = next }
          if nextValue <= wValue || w == x {
            (v, vValue, w, wValue) = (w, wValue, next, nextValue)
          } else if nextValue <= vValue || v == x || v == w {
            (v, vValue) = (next, nextValue)
          }
        }
      }
      return (x, value)
    }

    /// Where the curve passes a level between two points on its two sides, by regula falsi that
    /// halves the stale side's value.
    mutating func crossing(_ level: Double, _ low: Double, _ high: Double) -> Double {
      var (a, b) = (low, high)
      var (fa, fb) = (rss(a) - level, rss(b) - level)
      var side = 0
      for _ in 0..<200 where (b - a).magnitude > 1e-12 * max(1, a.magnitude) {
        let guess = (fa * b - fb * a) / (fa - fb)
        let x = guess > a && guess < b ? guess : (a + b) / 2
        let f = rss(x) - level
        if f == 0 { return x }
        if (f > 0) == (fa > 0) {
          (a, fa) = (x, f)
          if side == -1 { fb /= 2 }
          side = -1
        } else {
          (b, fb) = (x, f)
          if side == 1 { fa /= 2 }
          side = 1
        }
      }
      return (a + b) / 2
    }
  }
}
