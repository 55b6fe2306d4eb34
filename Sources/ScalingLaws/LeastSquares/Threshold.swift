import RealModule

/// The curve h(n) = 1 / (1 + (midpoint / n)^slope), which rises around a threshold, in coordinates in
/// which steep curves are like gentle ones.
///
/// θ₀ is D = slope · range of ln n. θ₁ is how far the threshold lies behind an anchor, in units
/// of 1/D: the logarithm of the odds against h there. The anchor, a share of the range of ln n, is carried
/// in θ₃ and never changes. The logarithm of the odds is linear in both, so that valleys are straight. Values are those of h over h at the most tokens.
///
/// A steep curve passes at most a few measurements on its slope. The grid has places around each
/// measurement, with that as the anchor: how far a curve is through with it then does not change as the
/// curve gets steeper. Below the least and above the most tokens the anchors are those: e^θ₁ is what is
/// missing from 1 at the least, and e^(−θ₁) nearly the value at the most, where the law is a power law.
struct Threshold {
  private let span: [Double]
  private let first: Double
  private let width: Double
  private let knots: [Double]
  /// e^(−D · span), the same for all of a row of the grid.
  private let falls = LastValue<[Double]>([])

  init(on design: Design) {
    span = design.span
    first = design.first
    width = design.width
    let (low, range) = (design.first, design.width)
    knots = design.knots.map { range > 0 ? ($0 - low) / range : 0 }
  }

  /// Up to here e^(±D) are numbers that a double holds.
  private static var steepestFall: Double { 500 }

  /// The largest D: between the two nearest token counts the curve goes from 0 to 1.
  private var steepest: Double {
    let gap = zip(knots.dropFirst(), knots).map { $0 - $1 }.min() ?? 1
    return max(120, 80 / max(gap, 1e-12))
  }

  /// The coordinates' bounds.
  var bounds: [ClosedRange<Double>] {
    [1e-5...steepest, -100...100]
  }

  /// The grid, a row for each D.
  ///
  /// In ln S a curve that is as good as 0 somewhere fits no measurement, and the threshold is no more
  /// than some 45/D above the least tokens.
  func rows(_ scale: ResidualScale) -> [[Coordinates]] {
    var slopes = [1e-4, 0.05, 0.3, 0.9, 1.8, 3, 4.8, 7, 10, 14, 20]
    let steepest = steepest
    while let last = slopes.last, last * 1.6 < steepest { slopes.append(last * 1.6) }
    slopes.append(steepest)
    // How far each count is from its nearest neighbour.
    let gaps = knots.indices.map { index in
      min(
        index > 0 ? knots[index] - knots[index - 1] : 1,
        index + 1 < knots.count ? knots[index + 1] - knots[index] : 1)
    }
    return slopes.map { d in
      let last = scale == .logScore ? min(1, 45 / d) : 1
      var row: [Coordinates] = []
      row.reserveCapacity(40)
      for place in Self.below { row.append(Coordinates(d, place, 0, 0)) }
      var end = 0.0
      func add(_ anchor: Double, _ distance: Double, least: Double) {
        let place = anchor + distance / d
        if place - end >= least / d, place <= min(last, 1 - 0.5 / d) {
          row.append(Coordinates(d, distance, 0, anchor))
          end = place
        }
      }
      if d <= 7 {
        let steps = max(1, Int((d / 1.5).rounded(.up)))
        for step in 1...steps { add(Double(step) / Double(steps), 0, least: 0.5) }
      } else {
        // Far from its neighbours a measurement sees what it saw at less steepness.
        for (index, knot) in knots.enumerated() where gaps[index] * d < 100 {
          for distance in Self.around { add(knot, distance, least: 0.9) }
          // A step between two measurements that sees neither.
          if index + 1 < knots.count, (knots[index + 1] - knot) * d > 14 {
            add((knot + knots[index + 1]) / 2, 0, least: 0.9)
          }
        }
      }
      if last == 1 {
        for place in Self.above { row.append(Coordinates(d, place, 0, 1)) }
      }
      return row
    }
  }

  private static let below = [-36.0, -16, -10, -7, -5, -3.5, -2.2, -1, 0]
  private static let above = [0, 1, 2.2, 4, 7, 12, 20, 36.0]
  private static let around = [-5.0, -3, -1, 1, 3, 5]

  /// How far apart two thresholds are, in units of 1/D.
  static func distance(_ a: Coordinates, _ b: Coordinates) -> Double {
    if a[3] == b[3] { return (a[1] - b[1]).magnitude }
    let (d, e) = (a[0], b[0])
    return (a[3] + a[1] / d - b[3] - b[1] / e).magnitude * min(d, e)
  }

  /// The curve's midpoint, slope and 1/h at the most tokens.
  func place(_ theta: Coordinates) -> (logMidpoint: Double, slope: Double, rest: Double) {
    let d = theta[0]
    return (
      first + (theta[3] + theta[1] / d) * width, d / width,
      1 + Double.exp(theta[1] + d * (theta[3] - 1))
    )
  }

  /// h over h at the most tokens, and its derivatives.
  func fillShares(_ theta: Coordinates, _ curve: UnsafeMutableBufferPointer<Double>) {
    let count = span.count
    let d = theta[0]
    let anchor = theta[3]
    let top = Double.exp(theta[1] + d * (anchor - 1))
    let (whole, topShare, topMoved) = (1 + top, top / (1 + top), anchor - 1)
    let start = Double.exp(theta[1] + d * anchor)
    let falls = falls(d)
    for i in 0..<count {
      let moved = anchor - span[i]
      let against = falls.isEmpty ? Double.exp(theta[1] + d * moved) : start * falls[i]
      let value = whole / (1 + against)
      let rest = against < 1e300 ? against / (1 + against) : 1
      curve[i] = value
      curve[count + i] = value * (topShare * topMoved - rest * moved)
      curve[2 * count + i] = value * (topShare - rest)
    }
  }

  /// h at the least tokens over h at the most.
  func least(_ theta: Coordinates) -> Double {
    let d = theta[0]
    let odds = theta[1] + d * theta[3]
    // e^x / e^y where both overflow
    return (1 + Double.exp(odds - d)) / (1 + Double.exp(odds))
  }

  /// ln of the same, and its derivatives.
  func fillLogs(_ theta: Coordinates, _ curve: UnsafeMutableBufferPointer<Double>) {
    let count = span.count
    let d = theta[0]
    let anchor = theta[3]
    let top = Double.exp(theta[1] + d * (anchor - 1))
    let (whole, topShare, topMoved) = (
      Double.log(onePlus: top), top / (1 + top), anchor - 1
    )
    let start = Double.exp(theta[1] + d * anchor)
    let falls = falls(d)
    for i in 0..<count {
      let moved = anchor - span[i]
      let against = falls.isEmpty ? Double.exp(theta[1] + d * moved) : start * falls[i]
      let isFar = against >= 1e300
      let rest = isFar ? 1 : against / (1 + against)
      curve[i] = whole - (isFar ? theta[1] + d * moved : Double.log(onePlus: against))
      curve[count + i] = topShare * topMoved - rest * moved
      curve[2 * count + i] = topShare - rest
    }
  }

  /// e^(−D · span) at each observation; none where they and their inverses leave what a double can hold.
  private func falls(_ d: Double) -> [Double] {
    guard d <= Self.steepestFall else { return [] }
    return falls(at: d) { span.map { Double.exp(-d * $0) } }
  }
}
