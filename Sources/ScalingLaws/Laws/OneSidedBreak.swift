import LongWork

/// Two lines in ln S over ln n that meet, with slopes that do not have opposite signs.
///
/// Where the best two lines rise and then fall, or the other way round, the best of those that may not
/// is one of: a place where the free lines are as good as they get between two neighbouring token counts
/// and have one sign, or the best place with one of the two lines level. All of them have closed forms:
/// between two neighbours the hinge is linear in the place of the break, and what it removes of the
/// residual sum is a quotient of quadratics.
///
/// - Complexity: O(m log m), and O(m) for each free place that is better than one level line.
struct OneSidedBreak {
  /// The best break.
  struct Best {
    var psi: Double
    var atBreak: Double
    var before: Double
    var after: Double
    var rss: Double
  }

  /// Sums of one side of a break: of w, w x, w x², w r, w x r.
  private struct Sums {
    var w = 0.0
    var x = 0.0
    var xx = 0.0
    var r = 0.0
    var xr = 0.0

    mutating func add(_ weight: Double, _ place: Double, _ residual: Double) {
      w += weight
      x += weight * place
      xx += weight * place * place
      r += weight * residual
      xr += weight * place * residual
    }
  }

  private let design: Design
  private let y: [Double]
  private let profile: HingeProfile
  private let line: StraightLine

  /// - Parameter profile: The free breaks of the same data.
  init(_ design: Design, _ y: [Double], _ profile: HingeProfile) {
    self.design = design
    self.y = y
    self.profile = profile
    line = StraightLine(x: design.logTokens, y: y, weights: design.weights)
  }

  /// The best break between the second and the second-last distinct token count.
  func best() -> Best {
    let level = [true, false].map { isBefore -> Best in
      let psi = places(isBefore: isBefore, isFree: false).max { $0.drop < $1.drop }?.psi
      return self.level(at: psi ?? profile.interior.lowerBound, isBefore: isBefore)
    }
    var best = level[1].rss < level[0].rss ? level[1] : level[0]
    // Free places, the best first, until none can be better.
    let watch = Watch.current
    for place in places(isBefore: false, isFree: true).sorted(by: { $0.drop > $1.drop }) {
      guard watch.goesOn, line.rss - place.drop < best.rss else { break }
      let lines = profile.lines(at: place.psi)
      guard lines.before * lines.after >= 0, lines.rss < best.rss else { continue }
      best = Best(
        psi: place.psi, atBreak: lines.atBreak, before: lines.before, after: lines.after,
        rss: lines.rss)
    }
    return best
  }

  /// One line up to ψ or from there, and a level one on the other side.
  private func level(at psi: Double, isBefore: Bool) -> Best {
    let side = design.logTokens.map { isBefore ? min($0 - psi, 0) : max($0 - psi, 0) }
    let line = StraightLine(x: side, y: y, weights: design.weights)
    return Best(
      psi: psi, atBreak: line.meanY - line.slope * line.meanX, before: isBefore ? line.slope : 0,
      after: isBefore ? 0 : line.slope, rss: line.rss)
  }

  /// The candidates for a break, and what the hinge removes there of the residual sum of a constant, or
  /// where both lines are free of that of a straight line.
  private func places(isBefore: Bool, isFree: Bool) -> [(psi: Double, drop: Double)] {
    let knots = design.knots
    let order = Watch.current.ordered(design.logTokens)
    var (near, all) = (Sums(), Sums())
    func place(_ i: Int) -> (Double, Double, Double) {
      let x = design.logTokens[i] - line.meanX
      return (design.weights[i], x, isFree ? y[i] - line.meanY - line.slope * x : y[i] - line.meanY)
    }
    for i in order {
      let (w, x, r) = place(i)
      all.add(w, x, r)
    }
    var candidates: [(psi: Double, drop: Double)] = []
    var next = 0
    for index in 0..<(knots.count - 2) {
      while next < order.count, design.logTokens[order[next]] <= knots[index] {
        let (w, x, r) = place(order[next])
        near.add(w, x, r)
        next += 1
      }
      guard index > 0 else { continue }
      var side = near
      if !isBefore {
        side = Sums(
          w: all.w - near.w, x: all.x - near.x, xx: all.xx - near.xx, r: all.r - near.r,
          xr: all.xr - near.xr)
      }
      let start = knots[index] - line.meanX
      let width = knots[index + 1] - knots[index]
      // The hinge x − ψ on its side, at the interval's start, and its derivative −1 there.
      let (h, g) = (side.x - start * side.w, -side.w)
      let (hx, gx) = (side.xx - start * side.x, -side.x)
      let spread = isFree ? line.spread : .infinity
      let hh =
        side.xx - 2 * start * side.x + start * start * side.w - h * h / all.w - hx * hx / spread
      let hg = -h - h * g / all.w - hx * gx / spread
      let gg = side.w - g * g / all.w - gx * gx / spread
      let (hr, gr) = (side.xr - start * side.r, -side.r)
      var steps = [0, width]
      let (alpha, beta) = (hr * gg - gr * hg, gr * hh - hr * hg)
      if alpha != 0, beta / alpha > 0, beta / alpha < width { steps.append(beta / alpha) }
      for s in steps {
        let along = hr + s * gr
        let length = hh + s * (2 * hg + s * gg)
        if length > 0 { candidates.append((knots[index] + s, along * along / length)) }
      }
    }
    return candidates
  }
}
