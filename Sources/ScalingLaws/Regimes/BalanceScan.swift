import RealModule

/// A curve over ln n_balance from one power law, n_balance = 0, to the other, n_balance = ∞: its lowest
/// point, and the values of n_balance that lie below a level.
///
/// The curve is looked at on a grid, and each valley of the grid is followed to its bottom.
struct BalanceScan {
  /// The points looked at, by ln n_balance.
  private let points: [(x: Double, value: Double)]
  /// The lowest of them, the first of those that tie.
  let lowest: (x: Double, value: Double)
  private let ends: ClosedRange<Double>

  /// - Parameters:
  ///   - designs: The token counts; the curve bends within a few units of ln n of them.
  ///   - axis: Its ends stand for 0 and ∞.
  ///   - step: The distance of the grid's points there.
  ///   - curve: The value at ln n_balance.
  init(
    over designs: [Design], axis: SeparableProblem.Axis, step: Double = 0.4,
    _ curve: (Double) -> Double
  ) {
    // The curve bends within a few units of ln n of the data and is all but flat beyond.
    let low = (designs.map(\.first).min() ?? 0) - 3
    let high = (designs.map { $0.first + $0.width }.max() ?? 0) + 3
    let steps = max(24, Int(((high - low) / step).rounded(.up)))
    let grid =
      [axis.lower, axis.lower + 1e-6, low - 7, low - 4, low - 2, low - 1]
      + (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
      + [high + 1, high + 2, high + 4, high + 7, axis.upper - 1e-6, axis.upper]
    var points = grid.map { (x: $0, value: curve($0)) }
    for index in points.indices.dropFirst().dropLast() {
      let (left, middle, right) = (points[index - 1], points[index], points[index + 1])
      if middle.value <= left.value, middle.value <= right.value,
        middle.value < left.value || middle.value < right.value
      {
        points.append(Valley.bottom(left.x, middle.x, right.x, curve))
      }
    }
    points.sort { $0.x < $1.x }
    self.points = points
    lowest = points.reduce(points[0]) { $1.value < $0.value ? $1 : $0 }
    ends = axis.lower...axis.upper
  }

  /// The best n_balance; 0 or infinite at a power law.
  var best: Double {
    lowest.x <= ends.lowerBound
      ? 0 : lowest.x >= ends.upperBound ? .infinity : Double.exp(lowest.x)
  }

  /// The value at the power laws, the same at both.
  var atPowerLaw: Double { points[0].value }

  /// Where the curve is not above a level, in ln n_balance; both power laws are inside or neither.
  func pieces(upTo level: Double, _ curve: (Double) -> Double) -> [ClosedRange<Double>] {
    var pieces: [ClosedRange<Double>] = []
    let acceptsPower = atPowerLaw <= level
    var start: Double? = acceptsPower ? -.infinity : nil
    for (left, right) in zip(points, points.dropFirst()) {
      let isInside = (left.value <= level, right.value <= level)
      guard isInside.0 != isInside.1 else { continue }
      let crossing = Self.crossing(level, left.x, right.x, curve)
      if isInside.1 {
        start = crossing
      } else if let from = start {
        pieces.append(from...crossing)
        start = nil
      }
    }
    if let from = start { pieces.append(from...(.infinity)) }
    return pieces
  }

  /// Where the curve passes a level between two points on its two sides, by regula falsi that
  /// halves the stale side's value.
  private static func crossing(
    _ level: Double, _ low: Double, _ high: Double, _ curve: (Double) -> Double
  ) -> Double {
    var (a, b) = (low, high)
    var (fa, fb) = (curve(a) - level, curve(b) - level)
    var side = 0
    for _ in 0..<200 where (b - a).magnitude > 1e-12 * max(1, a.magnitude) {
      let guess = (fa * b - fb * a) / (fa - fb)
      let x = guess > a && guess < b ? guess : (a + b) / 2
      let f = curve(x) - level
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
