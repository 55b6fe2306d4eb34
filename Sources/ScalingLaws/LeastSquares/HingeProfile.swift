import LongWork
import RealModule

/// Least squares of two straight lines that meet, for every place ψ of the break at once.
///
/// Adding the hinge max(x − ψ, 0) to a straight line removes a share w²(ψ) of the residual sum of
/// squares, the squared cosine between the line's residual and the hinge's own residual h(ψ). Between
/// two neighbouring values of x, h is linear in ψ, so the maximum of w², the places where w² passes a
/// level and the angle that h turns through all have closed forms. No grid is involved.
///
/// - Complexity: O(m log m) to make, O(k) for each question, k the distinct values of x.
/// - Source: `docs/model.md`, "Is there a break?".
struct HingeProfile {
  /// h(u + s) = h + s·g on one interval, s from 0 to width, by its products.
  private struct Interval {
    var start: Double
    var width: Double
    var hh: Double
    var hg: Double
    var gg: Double
    var hy: Double
    var gy: Double

    func cosine2(at s: Double) -> Double {
      let along = hy + s * gy
      let length = hh + s * (2 * hg + s * gg)
      return length > 0 ? along * along / length : 0
    }
  }

  /// The angle in radians that h(ψ) turns through over all interior values of x.
  let curveLength: Double
  /// The residual sum of squares of the straight line.
  let straightRSS: Double
  /// The straight line's slope.
  let straightSlope: Double
  /// Σ w (x − mean)².
  let spread: Double
  /// The values of x that a break can lie between.
  let interior: ClosedRange<Double>

  private let intervals: [Interval]
  private let x: [Double]
  private let y: [Double]
  private let weights: [Double]

  /// - Parameters:
  ///   - x: At least four distinct values.
  ///   - y: As many as x.
  ///   - weights: As many, greater than 0.
  /// - Returns: `nil` with fewer than four distinct x.
  init?(x: [Double], y: [Double], weights: [Double]) {
    let watch = Watch.current
    let order = watch.ordered(x)
    guard watch.goesOn else { return nil }
    let line = StraightLine(x: x, y: y, weights: weights)
    guard line.spread > 0 else { return nil }
    // The distinct values of x, with their weight and their weighted residual.
    var knots: [(x: Double, weight: Double, residual: Double)] = []
    for i in order {
      let residual = weights[i] * line.residual(x: x[i], y: y[i])
      if let last = knots.last, last.x == x[i] {
        knots[knots.count - 1].weight += weights[i]
        knots[knots.count - 1].residual += residual
      } else {
        knots.append((x[i], weights[i], residual))
      }
    }
    guard knots.count >= 4, watch.goesOn else { return nil }
    (self.x, self.y, self.weights) = (x, y, weights)
    (straightRSS, straightSlope, spread) = (line.rss, line.slope, line.spread)
    interior = knots[1].x...knots[knots.count - 2].x

    let left = Self.sides(knots, line)
    guard watch.goesOn else { return nil }
    let right = Self.sides(
      knots.reversed().map { (-$0.x, $0.weight, $0.residual) },
      StraightLine(reflecting: line)
    ).reversed()
    guard watch.goesOn else { return nil }
    var intervals: [Interval] = []
    intervals.reserveCapacity(knots.count)
    var curveLength = 0.0
    for (index, (l, r)) in zip(left, right).enumerated().dropFirst().dropLast() {
      // max(x − ψ, 0) and max(ψ − x, 0) differ by a straight line, so their residuals are the same;
      // the one with less to project out loses fewer digits.
      let side = l.mass <= r.mass ? l : r
      guard index < knots.count - 2 else { break }
      let width = knots[index + 1].x - knots[index].x
      // g is the residual of the step behind ψ; from the left of the weight up to ψ.
      let (weightBelow, momentBelow, residualBelow) = (
        left[index].weight + knots[index].weight,
        left[index].moment + knots[index].weight * (knots[index].x - line.meanX),
        left[index].residual + knots[index].residual
      )
      let gg =
        weightBelow * (line.weight - weightBelow) / line.weight
        - momentBelow * momentBelow / line.spread
      // ⟨h, g⟩ with h = max(ψ − x, 0) and g the step 1 where x ≤ ψ; h is 0 at ψ itself, so the step
      // meets all of h's mass.
      let hg: Double
      if l.mass <= r.mass {
        hg =
          l.mass - l.mass * weightBelow / line.weight - l.cross * momentBelow / line.spread
      } else {
        // With h = max(x − ψ, 0) the step 1 where x ≤ ψ meets none of it. Seen from the right, x and
        // its mean have changed their signs.
        hg = -r.mass * weightBelow / line.weight + r.cross * momentBelow / line.spread
      }
      let interval = Interval(
        start: knots[index].x, width: width, hh: side.squares, hg: hg, gg: gg,
        hy: side.product, gy: residualBelow)
      intervals.append(interval)
      let length = interval.hh.squareRoot()
      let along = length + width * hg / length
      let across = width * max(0, gg - hg / length * (hg / length)).squareRoot()
      curveLength += Double.atan2(y: across, x: along)
    }
    self.intervals = intervals
    self.curveLength = curveLength
  }

  /// What lies below each knot, seen from the left.
  private struct Side {
    var weight = 0.0  // Σ w below the knot
    var moment = 0.0  // Σ w (x − mean) below the knot
    var residual = 0.0  // Σ w e below the knot
    var mass = 0.0  // Σ w (u − x)
    var squareMass = 0.0  // Σ w (u − x)²
    var product = 0.0  // Σ w (u − x) e
    var cross = 0.0  // Σ w (u − x)(x − mean)
    var squares = 0.0  // ‖residual of max(u − x, 0)‖²
  }

  private static func sides(
    _ knots: [(x: Double, weight: Double, residual: Double)], _ line: StraightLine
  ) -> [Side] {
    var result: [Side] = []
    result.reserveCapacity(knots.count)
    var side = Side()
    for (index, knot) in knots.enumerated() {
      if index > 0 {
        let previous = knots[index - 1]
        let step = knot.x - previous.x
        side.weight += previous.weight
        side.moment += previous.weight * (previous.x - line.meanX)
        side.residual += previous.residual
        // Every term is positive: nothing cancels while the hinge moves on.
        side.squareMass += step * (2 * side.mass + step * side.weight)
        side.mass += step * side.weight
        side.product += step * side.residual
        // (u − x)(x − mean) = (u − x)(u − mean) − (u − x)²
        side.cross = (knot.x - line.meanX) * side.mass - side.squareMass
        side.squares =
          side.squareMass - side.mass * side.mass / line.weight
          - side.cross * side.cross / line.spread
      }
      result.append(side)
    }
    return result
  }

  /// The best break: where it is, and the share w² of the straight line's residual sum that it
  /// removes. The first of those that tie.
  func best() -> (psi: Double, share: Double) {
    var best = (psi: interior.lowerBound, drop: -1.0)
    for interval in intervals {
      var candidates = [0, interval.width]
      // The plane of h and g holds the residual's nearest direction α·h + β·g at s = β/α.
      let determinant = interval.hh * interval.gg - interval.hg * interval.hg
      let alpha = interval.hy * interval.gg - interval.gy * interval.hg
      let beta = interval.gy * interval.hh - interval.hy * interval.hg
      if determinant > 0, alpha != 0, beta / alpha > 0, beta / alpha < interval.width {
        candidates.append(beta / alpha)
      }
      for s in candidates {
        let drop = interval.cosine2(at: s)
        if drop > best.drop { best = (interval.start + s, drop) }
      }
    }
    return (best.psi, straightRSS > 0 ? min(1, max(0, best.drop / straightRSS)) : 0)
  }

  /// The breaks that remove at least a share of the straight line's residual sum of squares, as
  /// disjoint intervals, increasing.
  ///
  /// - Parameter best: The best break, which is one of them whatever rounding says: next to exact
  ///   measurements the set is narrower than rounding.
  func breaks(removing share: Double, around best: Double) -> [ClosedRange<Double>] {
    let level = share * straightRSS
    var pieces: [ClosedRange<Double>] = []
    func add(_ low: Double, _ high: Double) {
      // A piece ends where the next interval begins, give or take the rounding of a sum.
      if let last = pieces.last, low <= last.upperBound + 1e-12 * max(1, last.upperBound.magnitude)
      {
        pieces[pieces.count - 1] = last.lowerBound...max(last.upperBound, high)
      } else {
        pieces.append(low...high)
      }
    }
    for interval in intervals {
      // (hy + s·gy)² − level · (hh + 2s·hg + s²·gg) ≥ 0
      let a = interval.gy * interval.gy - level * interval.gg
      let b = interval.hy * interval.gy - level * interval.hg
      let c = interval.hy * interval.hy - level * interval.hh
      var cuts = [0.0]
      let discriminant = b * b - a * c
      if discriminant > 0 {
        let far = -(b + (b < 0 ? -1 : 1) * discriminant.squareRoot())
        let roots = [a != 0 ? far / a : .nan, far != 0 ? c / far : .nan]
        cuts += roots.filter { $0 > 0 && $0 < interval.width }.sorted()
      }
      cuts.append(interval.width)
      for (low, high) in zip(cuts, cuts.dropFirst()) where high > low {
        let middle = (low + high) / 2
        if c + middle * (2 * b + middle * a) >= 0 {
          add(interval.start + low, interval.start + high)
        }
      }
    }
    guard !pieces.contains(where: { $0.contains(best) }) else { return pieces }
    return (pieces + [best...best]).sorted { $0.lowerBound < $1.lowerBound }
  }

  /// The two lines that meet at ψ.
  ///
  /// - Returns: Their slopes, the value at ψ, and the residual sum of squares, computed from the
  ///   residuals themselves.
  /// - Complexity: O(m).
  func lines(at psi: Double) -> (before: Double, after: Double, atBreak: Double, rss: Double) {
    Self.lines(x: x, y: y, weights: weights, at: psi)
  }

  /// The same for any points.
  static func lines(
    x: [Double], y: [Double], weights: [Double], at psi: Double
  ) -> (before: Double, after: Double, atBreak: Double, rss: Double) {
    let hinge = x.map { max($0 - psi, 0) }
    let line = StraightLine(x: x, y: y, weights: weights)
    let hingeLine = StraightLine(x: x, y: hinge, weights: weights)
    var (products, squares) = (0.0, 0.0)
    for i in x.indices {
      let h = hingeLine.residual(x: x[i], y: hinge[i])
      products += weights[i] * h * line.residual(x: x[i], y: y[i])
      squares += weights[i] * h * h
    }
    let bend = squares > 0 ? products / squares : 0
    let before = line.slope - bend * hingeLine.slope
    let atBreak =
      line.meanY - bend * hingeLine.meanY + before * (psi - line.meanX)
    var rss = 0.0
    for i in x.indices {
      let r = y[i] - atBreak - before * (x[i] - psi) - bend * hinge[i]
      rss += weights[i] * r * r
    }
    return (before, before + bend, atBreak, rss)
  }
}
