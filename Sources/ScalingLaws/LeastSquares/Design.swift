import LongWork
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
  private(set) var weights: [Double]
  /// ln n as a share of the range, from 0 to 1.
  let span: [Double]
  /// The smallest ln n.
  let first: Double
  /// The range of ln n.
  let width: Double
  /// The distinct ln n, increasing.
  let knots: [Double]
  /// The observations by token count, of a design that is long enough for an outline.
  fileprivate let order: [Int]
  /// The score of guessing where it is known and above 0: the floor of a law that has one.
  private(set) var floor: Double?

  /// - Parameters:
  ///   - tokens: At least one; finite and greater than 0.
  ///   - weights: As many, finite and greater than 0.
  init(tokens: [Double], weights: [Double]) {
    self.tokens = tokens
    self.weights = weights
    let logTokens = tokens.map { Double.log($0) }
    self.logTokens = logTokens
    order =
      tokens.count > Outline.longest
      ? Watch.current.ordered(logTokens) : []
    var knots: [Double] = []
    for x in logTokens.sorted() where knots.last != x { knots.append(x) }
    self.knots = knots
    let first = knots.first ?? 0
    let width = (knots.last ?? 0) - first
    self.first = first
    self.width = width
    span = logTokens.map { width > 0 ? ($0 - first) / width : 0 }
  }

  /// The design of a metric whose score of guessing is known.
  ///
  /// - Parameter chance: A chance of 0 says that guessing is hopeless, not that nothing but vision tokens
  ///   answers questions: the floor is then free.
  func knowing(chance: Double?) -> Design {
    var design = self
    design.floor = chance.flatMap { $0 > 0 ? $0 : nil }
    return design
  }

  /// The design with other weights.
  ///
  /// - Complexity: O(1); nothing is sorted anew.
  func weighted(by weights: [Double]) -> Design {
    var design = self
    design.weights = weights
    return design
  }

  /// Whether its fits start from an outline.
  var isLong: Bool { !order.isEmpty }

  /// The first observations with the least and with the most tokens.
  var ends: (least: Int, most: Int) {
    (
      logTokens.firstIndex(of: first) ?? 0,
      knots.last.flatMap { logTokens.firstIndex(of: $0) } ?? 0
    )
  }

  /// The design without one observation.
  func without(_ index: Int) -> Design {
    var (tokens, weights) = (tokens, weights)
    tokens.remove(at: index)
    weights.remove(at: index)
    return Design(tokens: tokens, weights: weights).knowing(chance: floor)
  }

  /// v = (1 − e^(−decay · span)) / (1 − e^(−decay)) at each observation, the share of the growth over
  /// the range that a saturating law has done there, and then (1 + decay) · dv/d decay at each.
  ///
  /// A decay of 0 stands for its limit, the straight line.
  func shares(decay: Double) -> [Double] {
    let count = span.count
    return Array(unsafeUninitializedCapacity: 2 * count) { shares, used in
      let whole = -Double.expMinusOne(-decay)
      for i in 0..<count {
        let s = span[i]
        if decay > 0 {
          let part = -Double.expMinusOne(-decay * s)
          let value = part / whole
          // Both terms are small where the decay is; their difference keeps half of its digits at 1e-8.
          shares[i] = value
          shares[count + i] = (s * (1 - part) - value * (1 - whole)) / whole * (1 + decay)
        } else {
          shares[i] = s
          shares[count + i] = s * (1 - s) / 2
        }
      }
      used = 2 * count
    }
  }

  /// ½ ln[n (n + n_balance) / (1 + n_balance)], with the axis' ends standing for 0 and ∞.
  func fillGrowth(
    logBalance: Double, of axis: SeparableProblem.Axis, into growth: inout [Double]
  ) {
    for i in growth.indices {
      growth[i] = self.growth(logBalance: logBalance, of: axis, at: i).value
    }
  }

  /// The same at one observation, and its derivative with respect to ln n_balance.
  func growth(
    logBalance: Double, of axis: SeparableProblem.Axis, at i: Int
  ) -> (value: Double, slope: Double) {
    if logBalance <= axis.lower { return (logTokens[i], 0) }
    if logBalance >= axis.upper { return (logTokens[i] / 2, 0) }
    let balance = Double.exp(logBalance)
    // (n + n_b)/(1 + n_b) = 1 + (n − 1)/(1 + n_b)
    let rest = (tokens[i] - 1) / (1 + balance)
    return (
      (logTokens[i] + Double.log(onePlus: rest)) / 2,
      -rest / (tokens[i] + balance) * balance / 2
    )
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
      let order = design.order
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
        tokens: zip(moments, sums).map { Double.exp($0 / $1) }, weights: sums
      ).knowing(chance: design.floor)
    }

    /// The weighted means of values over the points.
    func means(of y: [Double]) -> [Double] {
      var totals = Array(repeating: 0.0, count: sums.count)
      for index in y.indices { totals[bins[index]] += weights[index] * y[index] }
      return zip(totals, sums).map { $0 / $1 }
    }

    fileprivate static var longest: Int { 4096 }
    private static var points: Int { 512 }
  }
}

extension SeparableProblem.Axis {
  /// Gains of ln S over the range, from flat to steep.
  private static let steps = [0.5, 1.2, 2, 3, 4.5, 6.5, 10, 16, 25, 40]

  /// The gain of ln S from the least to the most tokens, where it is fitted itself.
  static let logGain = SeparableProblem.Axis(
    grid: steps.reversed().map { -$0 } + [0] + steps)

  /// A gain of ln S of 0 and more where the score is fitted: up to where only one measurement is
  /// not 0.
  static let nonNegativeGain = SeparableProblem.Axis(
    grid: [0] + steps + [64, 100, 160, 250, 400, 700])

  /// The same for a score that may fall.
  static let gain = SeparableProblem.Axis(
    grid: nonNegativeGain.grid.dropFirst().reversed().map { -$0 } + nonNegativeGain.grid)

  /// ln(1 + decay), decay = exponent · range of ln n: from a curve that is straight, at 0, to one that
  /// is done by the second token count.
  static func decay(on design: Design) -> SeparableProblem.Axis {
    let gap = design.knots.count > 1 ? design.knots[1] - design.knots[0] : 1
    let last = Double.log(max(40 * design.width / gap, 60))
    var grid = [0, 0.05, 0.2, 0.5, 1, 1.6, 2.4, 3.4, 4.8, 6.8, 9.5, 13, 18, 26, 36].map {
      Double.log(onePlus: $0)
    }
    while last - grid[grid.count - 1] > 0.4 { grid.append(grid[grid.count - 1] + 0.35) }
    return SeparableProblem.Axis(grid: grid + [last])
  }

  /// ln n_balance, from far below the token counts to far above; the ends stand for 0 and ∞.
  static func logBalance(on design: Design) -> SeparableProblem.Axis {
    logBalance(over: [design])
  }

  /// The same for several designs.
  static func logBalance(over designs: [Design]) -> SeparableProblem.Axis {
    let low = designs.map(\.first).min() ?? 0
    let high = designs.map { $0.first + $0.width }.max() ?? 0
    let steps = max(8, Int(((high - low + 6) / 0.8).rounded(.up)))
    let inner = (0...steps).map { low - 3 + (high - low + 6) * Double($0) / Double(steps) }
    return SeparableProblem.Axis(
      grid: [low - 14, low - 10, low - 7, low - 5] + inner
        + [high + 5, high + 7, high + 10, high + 14])
  }
}

/// What was computed last for one value: the points of a grid's row have one coordinate in common.
final class LastValue<Value> {
  private var key = Double.nan
  private var value: Value

  init(_ value: Value) { self.value = value }

  func callAsFunction(at key: Double, _ make: () -> Value) -> Value {
    if key != self.key {
      value = make()
      self.key = key
    }
    return value
  }
}
