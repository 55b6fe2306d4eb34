import RealModule

/// Where residuals are taken.
public enum ResidualScale: String, Sendable, CaseIterable {
  /// ln(measured) − ln(law): relative errors count. The paper's rule.
  case logScore = "log-score"
  /// measured − law, in the metric's unit: the same as residuals in error.
  case score

  /// A residual sum of squares that rounding alone can leave: a logarithm is wrong by some 1e-16
  /// however small it is.
  func roundingRSS(_ y: [Double]) -> Double {
    let unit: Double = self == .logScore ? 1 : 0
    let squares = y.reduce(0) { $0 + max(unit, $1 * $1) }
    return max(1e-300, squares * 64 * Double.ulpOfOne * Double.ulpOfOne)
  }

  /// A score on this scale.
  public func value(_ score: Double) -> Double { self == .logScore ? Double.log(score) : score }
}

/// The token counts and weights of a series, as the fits use them.
struct Design: Sendable {
  /// n.
  let tokens: [Double]
  /// ln n.
  let logTokens: [Double]
  /// How much each observation counts; mean 1.
  let weights: [Double]
  /// ln n as a share of the range, from 0 to 1.
  let span: [Double]
  /// The smallest ln n.
  let first: Double
  /// The range of ln n.
  let width: Double
  /// The distinct ln n, increasing.
  let knots: [Double]

  /// - Parameters:
  ///   - tokens: At least one; finite and greater than 0.
  ///   - weights: As many, finite and greater than 0.
  init(tokens: [Double], weights: [Double]) {
    self.tokens = tokens
    self.weights = weights
    logTokens = tokens.map { Double.log($0) }
    var knots: [Double] = []
    for x in logTokens.sorted() where knots.last != x { knots.append(x) }
    self.knots = knots
    let first = knots.first ?? 0
    let width = (knots.last ?? 0) - first
    self.first = first
    self.width = width
    span = logTokens.map { width > 0 ? ($0 - first) / width : 0 }
  }

  /// The design without one observation.
  func without(_ index: Int) -> Design {
    var (tokens, weights) = (tokens, weights)
    tokens.remove(at: index)
    weights.remove(at: index)
    return Design(tokens: tokens, weights: weights)
  }

  /// (1 − e^(−decay · span)) / (1 − e^(−decay)): the share of the growth over the range that a
  /// saturating law has done at each observation.
  func fillShares(decay: Double, into shares: inout [Double]) {
    let whole = Double.expMinusOne(-decay)
    for i in span.indices { shares[i] = Double.expMinusOne(-decay * span[i]) / whole }
  }

  /// ½ ln[n (n + n_balance) / (1 + n_balance)], with the axis' ends standing for 0 and ∞.
  func fillGrowth(
    logBalance: Double, of axis: SeparableProblem.Axis, into growth: inout [Double]
  ) {
    if logBalance <= axis.lower {
      for i in logTokens.indices { growth[i] = logTokens[i] }
    } else if logBalance >= axis.upper {
      for i in logTokens.indices { growth[i] = logTokens[i] / 2 }
    } else {
      let balance = Double.exp(logBalance)
      for i in tokens.indices {
        // (n + n_b)/(1 + n_b) = 1 + (n − 1)/(1 + n_b)
        let rest = Double.log(onePlus: (tokens[i] - 1) / (1 + balance))
        growth[i] = (logTokens[i] + rest) / 2
      }
    }
  }
}

extension Design {
  /// A long design in some hundred points: neighbours in ln n, replaced by their weighted mean.
  struct Outline {
    let design: Design
    private let bins: [Int]
    private let weights: [Double]
    private let sums: [Double]

    /// - Returns: `nil` for a design that is short already.
    init?(of design: Design) {
      let count = design.tokens.count
      guard count > Self.longest else { return nil }
      let order = design.logTokens.indices.sorted {
        (design.logTokens[$0], $0) < (design.logTokens[$1], $1)
      }
      let (first, last) = (design.first, design.first + design.width)
      // The ends keep bins of their own, so that the range stays what it is.
      let inner = order.filter { design.logTokens[$0] > first && design.logTokens[$0] < last }
      var bins = Array(repeating: 0, count: count)
      let binCount = min(Self.points, inner.count)
      for (place, index) in inner.enumerated() { bins[index] = 1 + place * binCount / inner.count }
      for index in order where design.logTokens[index] == last && last > first {
        bins[index] = binCount + 1
      }
      let used = (bins.max() ?? 0) + 1
      var (sums, moments) = (Array(repeating: 0.0, count: used), Array(repeating: 0.0, count: used))
      for index in design.tokens.indices {
        sums[bins[index]] += design.weights[index]
        moments[bins[index]] += design.weights[index] * design.logTokens[index]
      }
      self.bins = bins
      self.sums = sums
      weights = design.weights
      self.design = Design(
        tokens: zip(moments, sums).map { Double.exp($0 / $1) }, weights: sums)
    }

    /// The weighted means of values over the points.
    func means(of y: [Double]) -> [Double] {
      var totals = Array(repeating: 0.0, count: sums.count)
      for index in y.indices { totals[bins[index]] += weights[index] * y[index] }
      return zip(totals, sums).map { $0 / $1 }
    }

    private static var longest: Int { 4096 }
    private static var points: Int { 512 }
  }
}

extension SeparableProblem.Axis {
  /// The gain of ln S from the least to the most tokens.
  static let logGain = SeparableProblem.Axis(grid: [
    -12, -6, -3, -1.5, -0.8, -0.4, -0.2, -0.1, -0.04, -0.01, 0.01, 0.04, 0.1, 0.2, 0.35, 0.55, 0.8,
    1.1, 1.5, 2, 2.7, 3.6, 5, 8, 12,
  ])

  /// A gain of ln S that is none of a loss.
  static let nonNegativeLogGain = SeparableProblem.Axis(
    grid: [0] + logGain.grid.filter { $0 > 0 })

  /// A gain of ln S above 0.
  static let positiveLogGain = SeparableProblem.Axis(
    grid: [1e-9, 0.001] + logGain.grid.filter { $0 > 0 })

  /// ln(exponent · range of ln n): from a curve that is straight to one that is done by the second
  /// token count.
  static func decay(on design: Design) -> SeparableProblem.Axis {
    let gap = design.knots.count > 1 ? design.knots[1] - design.knots[0] : 1
    let last = Double.log(max(30 * design.width / gap, 60))
    let inner = [0.06, 0.2, 0.5, 1, 1.5, 2.2, 3.2, 4.5, 6.5, 9, 13, 19, 28, 42].map {
      Double.log($0)
    }
    var grid = [Double.log(1e-3)] + inner
    while last - grid[grid.count - 1] > 0.5 { grid.append(min(last, grid[grid.count - 1] + 0.4)) }
    return SeparableProblem.Axis(grid: grid)
  }

  /// ln n_balance, from far below the token counts to far above; the ends stand for 0 and ∞.
  static func logBalance(on design: Design) -> SeparableProblem.Axis {
    logBalance(over: [design])
  }

  /// The same for several designs.
  static func logBalance(over designs: [Design]) -> SeparableProblem.Axis {
    let low = (designs.map(\.first).min() ?? 0) - 14
    let high = (designs.map { $0.first + $0.width }.max() ?? 0) + 14
    let steps = 48
    return SeparableProblem.Axis(
      grid: (0...steps).map { low + (high - low) * Double($0) / Double(steps) })
  }
}
