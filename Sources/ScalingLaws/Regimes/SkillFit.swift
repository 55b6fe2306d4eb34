import LongWork
import RealModule

/// Skill above chance, S = chance + e^η, fitted by least squares in ln S.
///
/// A guessing floor bends ln S over ln n upwards where skill is a power law, so slopes are taken of
/// η = ln(S − chance). Scores at or below chance have no such logarithm, and those just above it have
/// one that is all noise. Neither is dropped: η is fitted through the scores themselves, and the fit
/// is then seen through its tangent. With skill u = e^η and its share g = u/S of the fitted score, a
/// residual r in ln S is a residual r/g in η of weight g². A score at chance keeps its residual and
/// says next to nothing of η.
///
/// - Source: the working response of generalised linear models, Nelder and Wedderburn, J. R. Stat.
///   Soc. A 135(3), 1972, doi:10.2307/2344614; derived in `docs/model.md`.
struct SkillFit {
  /// η at the measurements and the weighted residual sum of squares in ln S.
  struct Optimum {
    let logSkill: [Double]
    let rss: Double
  }

  /// The score of guessing.
  let chance: Double
  private let design: Design
  private let logScores: [Double]
  /// The largest measured skill.
  private let largest: Double

  /// - Returns: `nil` where no score exceeds chance.
  init?(design: Design, logScores: [Double], chance: Double) {
    guard let top = logScores.max() else { return nil }
    self.chance = chance
    self.design = design
    self.logScores = logScores
    largest = Double.exp(top) - chance
    guard largest > 0, largest.isFinite else { return nil }
  }

  /// The best straight line of η.
  ///
  /// - Returns: `nil` where the steps do not settle.
  func line() -> Optimum? {
    // From the measured skill, at least 2% of the largest.
    let measured = logScores.map { Double.log(max(Double.exp($0) - chance, 0.02 * largest)) }
    return optimum(from: measured, rss: nil, tolerance: 1e-13) { design, y in
      let line = StraightLine(x: design.logTokens, y: y, weights: design.weights)
      return design.logTokens.map { line.meanY + line.slope * ($0 - line.meanX) }
    }
  }

  /// The best two lines of η that meet between the second and the second-last token count.
  ///
  /// For a given break the sum has one valley to follow; over breaks it is looked at on a grid, and the
  /// lowest valleys are followed to the bottom.
  ///
  /// - Parameter line: The straight line, where all fits begin.
  /// - Returns: `nil` with fewer than four distinct token counts.
  /// - Complexity: O(m) a step, some steps for each of some hundred breaks.
  func twoLines(from line: Optimum) -> Optimum? {
    let knots = design.knots
    guard knots.count >= 4 else { return nil }
    let inner = knots[1...(knots.count - 2)]
    var breaks: [Double] = []
    let stride = max(1, inner.count / Self.longestGrid)
    for index in Swift.stride(from: 0, to: inner.count - 1, by: stride) {
      let low = inner[inner.startIndex + index]
      let high = inner[inner.startIndex + min(index + stride, inner.count - 1)]
      let parts = stride == 1 ? 8 : 1
      for part in 0..<parts { breaks.append(low + (high - low) * Double(part) / Double(parts)) }
    }
    if let last = inner.last { breaks.append(last) }
    var best = line
    func at(_ psi: Double, _ tolerance: Double) -> Double {
      guard let found = bent(at: psi, from: line, tolerance) else { return line.rss }
      if found.rss < best.rss { best = found }
      return found.rss
    }
    let sums = breaks.map { at($0, 1e-7) }
    let valleys = breaks.indices.dropFirst().dropLast().filter {
      sums[$0] <= sums[$0 - 1] && sums[$0] <= sums[$0 + 1]
    }.sorted { (sums[$0], $0) < (sums[$1], $1) }
    for index in valleys.prefix(2) {
      _ = Valley.bottom(breaks[index - 1], breaks[index], breaks[index + 1]) { at($0, 1e-13) }
    }
    return best
  }

  private static let longestGrid = 32

  /// The best two lines that meet at ψ.
  private func bent(at psi: Double, from line: Optimum, _ tolerance: Double) -> Optimum? {
    optimum(from: line.logSkill, rss: line.rss, tolerance: tolerance) { design, y in
      let x = design.logTokens
      let lines = HingeProfile.lines(x: x, y: y, weights: design.weights, at: psi)
      return x.map {
        lines.atBreak + lines.before * min($0 - psi, 0) + lines.after * max($0 - psi, 0)
      }
    }
  }

  /// The best η of a linear shape, by Gauss and Newton's steps, halved until the sum falls.
  ///
  /// - Parameters:
  ///   - start: η to begin with.
  ///   - startSum: Its residual sum of squares; `nil` where it is not of the shape, and the first step
  ///     is taken whatever its sum.
  ///   - tolerance: The relative fall of the sum to stop at.
  ///   - shaped: The best curve of the shape through points.
  private func optimum(
    from start: [Double], rss startSum: Double?, tolerance: Double,
    shaped: (Design, [Double]) -> [Double]
  ) -> Optimum? {
    var (logSkill, rss) = (start, startSum)
    let watch = Watch.current
    for _ in 0..<100 {
      guard watch.goesOn else { return nil }
      let (tangent, y) = tangent(at: logSkill)
      var next = shaped(tangent, y)
      var sum = self.rss(next)
      var drop = Double.infinity
      if let rss {
        var halvings = 0
        while !(sum <= rss), halvings < 40 {
          for i in next.indices { next[i] = (next[i] + logSkill[i]) / 2 }
          sum = self.rss(next)
          halvings += 1
        }
        if !(sum < rss) { return Optimum(logSkill: logSkill, rss: rss) }
        drop = rss - sum
      }
      guard sum.isFinite else { return nil }
      (logSkill, rss) = (next, sum)
      if drop <= tolerance * sum { return Optimum(logSkill: next, rss: sum) }
    }
    return rss.map { Optimum(logSkill: logSkill, rss: $0) }
  }

  /// Whether the fitted skill is nowhere lost in the floor: a curve that takes it below a hundredth of
  /// the largest pins its slope there on noise.
  func isDetermined(_ optimum: Optimum) -> Bool {
    optimum.logSkill.allSatisfy { Double.exp($0) > 0.01 * largest }
  }

  /// The fit seen through its tangent: weights, scaled to a mean of 1, and ln of skill.
  func tangent(at optimum: Optimum) -> (design: Design, y: [Double]) {
    tangent(at: optimum.logSkill)
  }

  private func tangent(at logSkill: [Double]) -> (design: Design, y: [Double]) {
    var shares = logSkill.map { eta -> Double in
      let skill = Double.exp(eta)
      return skill / (chance + skill)
    }
    // What weighs 1e-8 of the heaviest counts nothing, and must not be divided by.
    let least = 1e-4 * (shares.max() ?? 1)
    for i in shares.indices { shares[i] = max(shares[i], least) }
    var weights = shares.indices.map { design.weights[$0] * shares[$0] * shares[$0] }
    let mean = weights.reduce(0, +) / Double(weights.count)
    for i in weights.indices { weights[i] /= mean }
    let y = logSkill.indices.map { i in
      logSkill[i] + (logScores[i] - logScore(logSkill[i])) / shares[i]
    }
    return (design.weighted(by: weights), y)
  }

  private func logScore(_ logSkill: Double) -> Double {
    let score = chance + Double.exp(logSkill)
    return score > 0 ? Double.log(score) : -.infinity
  }

  private func rss(_ logSkill: [Double]) -> Double {
    var sum = 0.0
    for i in logSkill.indices {
      let residual = logScores[i] - logScore(logSkill[i])
      sum += design.weights[i] * residual * residual
    }
    return sum
  }
}
