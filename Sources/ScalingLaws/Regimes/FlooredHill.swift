import LongWork
import RealModule

/// Hill's law above chance, S = chance + gain / (1 + (midpoint/n)^slope), by least squares in ln S.
///
/// Starts from the best places of a grid over ln midpoint and slope and follows Levenberg and
/// Marquardt's steps in the logarithms of the three parameters.
///
/// - Complexity: O(m) for each of some hundred places and steps.
struct FlooredHill {
  /// How far skill grows.
  let gain: Double
  /// The residual sum of squares in ln S.
  let rss: Double

  private struct Point {
    var parameters: [Double]  // ln gain, ln midpoint, ln slope
    var rss: Double
  }

  /// - Returns: `nil` with fewer than four observations, or where no score exceeds chance.
  init?(design: Design, logScores: [Double], chance: Double) {
    guard logScores.count >= 4, let top = logScores.max(), Double.exp(top) > chance else {
      return nil
    }
    var problem = Problem(
      x: design.logTokens, y: logScores, weights: design.weights, chance: chance)
    var starts: [Point] = []
    for step in 0...12 {
      let logMidpoint = design.first + design.width * (Double(step) / 8 - 0.25)
      for slope in [0.4, 0.7, 1.2, 2, 4, 8] {
        // The gain that meets the largest score where it is measured.
        let reached =
          1 / (1 + Double.exp(slope * (logMidpoint - design.first - design.width)))
        let parameters = [
          Double.log((Double.exp(top) - chance) / reached), logMidpoint, Double.log(slope),
        ]
        starts.append(Point(parameters: parameters, rss: problem.rss(parameters)))
      }
    }
    let order = starts.indices.sorted { (starts[$0].rss, $0) < (starts[$1].rss, $1) }
    var best: Point?
    for index in order.prefix(4) where starts[index].rss.isFinite {
      let end = problem.descend(from: starts[index])
      if end.rss < best?.rss ?? .infinity { best = end }
    }
    guard let best else { return nil }
    gain = Double.exp(best.parameters[0])
    rss = best.rss
  }

  private struct Problem {
    let x: [Double]
    let y: [Double]
    let weights: [Double]
    let chance: Double
    private var pace = Pace()

    init(x: [Double], y: [Double], weights: [Double], chance: Double) {
      (self.x, self.y, self.weights, self.chance) = (x, y, weights, chance)
    }

    /// ln S and its derivatives by the parameters.
    private func value(_ p: [Double], _ x: Double) -> (log: Double, gradient: [Double]) {
      let slope = Double.exp(p[2])
      let distance = p[1] - x
      let done = 1 / (1 + Double.exp(slope * distance))
      let skill = Double.exp(p[0]) * done
      let score = chance + skill
      guard score > 0 else { return (-.infinity, [0, 0, 0]) }
      let share = skill / score
      let rest = -share * (1 - done) * slope
      return (Double.log(score), [share, rest, rest * distance])
    }

    /// The residual sum of squares; infinite where work should not go on.
    mutating func rss(_ p: [Double]) -> Double {
      var sum = 0.0
      for i in x.indices {
        guard pace.goesOn(after: 1) else { return .infinity }
        let residual = y[i] - value(p, x[i]).log
        sum += weights[i] * residual * residual
      }
      return sum.isNaN ? .infinity : sum
    }

    mutating func descend(from start: Point) -> Point {
      var point = start
      var damping = 1e-3
      for _ in 0..<200 {
        var normal = SymmetricMatrix(size: 3)
        var right = [0.0, 0, 0]
        for i in x.indices {
          guard pace.goesOn(after: 1) else { return point }
          let (log, gradient) = value(point.parameters, x[i])
          for a in 0..<3 {
            right[a] += weights[i] * gradient[a] * (y[i] - log)
            for b in 0...a { normal[a, b] += weights[i] * gradient[a] * gradient[b] }
          }
        }
        for a in 0..<3 { normal[a, a] = normal[a, a] * (1 + damping) + 1e-300 }
        var moved: Point?
        if let inverse = normal.inverse() {
          var next = point.parameters
          for a in 0..<3 {
            let step = (0..<3).reduce(0) { $0 + inverse[a, $1] * right[$1] }
            next[a] += min(2, max(-2, step))
          }
          let sum = rss(next)
          if sum < point.rss { moved = Point(parameters: next, rss: sum) }
        }
        guard let next = moved else {
          damping *= 10
          if damping > 1e12 { break }
          continue
        }
        let drop = point.rss - next.rss
        point = next
        damping = max(1e-12, damping / 10)
        if drop <= 1e-12 * point.rss { break }
      }
      return point
    }
  }
}
