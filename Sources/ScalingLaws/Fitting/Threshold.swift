import RealModule

/// The curve h(n) = 1 / (1 + (midpoint / n)^slope), which rises around a threshold, in coordinates whose
/// bounds are its limits.
///
/// θ₀ = ln D with D = slope · range of ln n. θ₁ is the place of the threshold: between the least and the
/// most tokens as a share of the range of ln n; below 0 and above 1 it goes on in units of 1/D, so that
/// e^θ₁ is then what is missing from 1 at the least tokens, and e^(1 − θ₁) the value at the most.
/// Values are those of h over h at the most tokens.
///
/// A steep curve passes at most a few measurements on its slope. The grid has places around each
/// measurement in units of 1/D, so that one of them is near whatever the steepness.
struct Threshold {
  private let span: [Double]
  private let first: Double
  private let width: Double
  private let knots: [Double]

  init(on design: Design) {
    span = design.span
    first = design.first
    width = design.width
    let (low, range) = (design.first, design.width)
    knots = design.knots.map { range > 0 ? ($0 - low) / range : 0 }
  }

  /// How far beyond the ends of the measurements the threshold goes, in units of 1/D: e⁻³⁶ is rounding.
  private static var far: Double { 36 }

  /// The largest D: between the two nearest token counts the curve goes from 0 to 1.
  private var steepest: Double {
    let gap = zip(knots.dropFirst(), knots).map { $0 - $1 }.min() ?? 1
    return max(120, 80 / max(gap, 1e-12))
  }

  /// The coordinates' bounds.
  var bounds: [ClosedRange<Double>] {
    [Double.log(1e-4)...Double.log(steepest), -Self.far...(1 + Self.far)]
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
      let logSlope = Double.log(d)
      var row: [Coordinates] = []
      row.reserveCapacity(40)
      for place in Self.below { row.append(Coordinates(logSlope, place, 0, 0)) }
      if d <= 7 {
        let steps = max(1, Int((d / 1.5).rounded(.up)))
        for step in 0...steps {
          let place = Double(step) / Double(steps)
          row.append(Coordinates(logSlope, min(1 - Self.edge, max(Self.edge, place)), 0, 0))
        }
      } else {
        row.append(Coordinates(logSlope, Self.edge, 0, 0))
        for (knot, gap) in zip(knots, gaps) where gap * d < 100 {
          // Far from its neighbours a measurement sees what it saw at less steepness.
          for offset in Self.around {
            let place = knot + offset / d
            if place - row[row.count - 1][1] >= 0.9 / d, place <= min(last, 1 - 0.5 / d) {
              row.append(Coordinates(logSlope, place, 0, 0))
            }
          }
        }
        if last == 1 { row.append(Coordinates(logSlope, 1 - Self.edge, 0, 0)) }
      }
      if last == 1 {
        for place in Self.above { row.append(Coordinates(logSlope, place, 0, 0)) }
      }
      return row
    }
  }

  /// The unit of θ₁ changes at 0 and at 1; each side has a point of its own there.
  private static let edge = 1e-9
  private static let below = [-far, -16, -10, -7, -5, -3.5, -2.2, -1, -edge]
  private static let above = [edge, 1, 2.2, 4, 7, 12, 20, far].map { 1 + $0 }
  private static let around = [-5.0, -3, -1, 1, 3, 5]

  /// The curve's midpoint, slope and 1/h at the most tokens.
  func place(_ theta: Coordinates) -> (logMidpoint: Double, slope: Double, rest: Double) {
    let d = Double.exp(theta[0])
    let odds = self.odds(d, theta[1])
    return (
      first + odds.share * width, d / width, 1 + Double.exp(odds.base - d)
    )
  }

  /// The logarithm of the odds against h at the least tokens, which fall by D over the range; the
  /// midpoint as a share of the range; and the derivatives of the logarithm with respect to θ₀ and θ₁.
  private func odds(
    _ d: Double, _ place: Double
  ) -> (base: Double, share: Double, steeper: Double, later: Double) {
    if place < 0 { return (place, place / d, 0, 1) }
    if place > 1 { return (d + place - 1, 1 + (place - 1) / d, d, 1) }
    return (d * place, place, d * place, d)
  }

  /// h over h at the most tokens, and its derivatives.
  func fillShares(_ theta: Coordinates, _ curve: UnsafeMutableBufferPointer<Double>) {
    let count = span.count
    let d = Double.exp(theta[0])
    let odds = odds(d, theta[1])
    let top = Double.exp(odds.base - d)
    let whole = 1 + top
    let moved = odds.steeper
    let (topShare, topMoved) = (top / whole, moved - d)
    for i in 0..<count {
      let against = Double.exp(odds.base - d * span[i])
      let value = whole / (1 + against)
      let rest = against < 1e300 ? against / (1 + against) : 1
      curve[i] = value
      curve[count + i] = value * (topShare * topMoved - rest * (moved - d * span[i]))
      curve[2 * count + i] = value * (topShare - rest) * odds.later
    }
  }

  /// ln of the same, and its derivatives.
  func fillLogs(_ theta: Coordinates, _ curve: UnsafeMutableBufferPointer<Double>) {
    let count = span.count
    let d = Double.exp(theta[0])
    let odds = odds(d, theta[1])
    let top = Double.exp(odds.base - d)
    let whole = Double.log(onePlus: top)
    let moved = odds.steeper
    let (topShare, topMoved) = (top / (1 + top), moved - d)
    for i in 0..<count {
      let logOdds = odds.base - d * span[i]
      let against = Double.exp(logOdds)
      let isFar = against >= 1e300
      let rest = isFar ? 1 : against / (1 + against)
      curve[i] = whole - (isFar ? logOdds : Double.log(onePlus: against))
      curve[count + i] = topShare * topMoved - rest * (moved - d * span[i])
      curve[2 * count + i] = (topShare - rest) * odds.later
    }
  }
}
