import LongWork
import RealModule

/// What several series of one model say together of n_balance, which they share.
///
/// Each series keeps its own c, β ≥ 0 and noise. With RSS_i(n_balance) what the regime law leaves of
/// series i, of m_i measurements,
///
///     D(n_balance) = [Σ (m_i − 4) ln RSS_i(n_balance) − least] / δ
///
/// is compared with a critical value, for every n_balance from 0 to ∞. The factor m_i − 4 is the one
/// under which the score of a series whose noise is estimated from f = m_i − 3 degrees of freedom has
/// as much variance as information, so that D is χ² of one degree of freedom for many series; for one
/// it is the F test of ``BalanceEstimate``, and the critical value runs from that to the other.
///
/// Noise that benchmarks share is no new evidence. δ is by how much it inflates the score's variance:
/// with the correlations ρ_ij of residuals at shared token counts and the series' weights w, of which
/// k = (Σ w)²/Σ w² are as good as equal, the greater of 1 + (k − 1) · mean ρ and 1 + Σ w_i w_j ρ_ij /
/// Σ w², at least 1. The first is steady, the second sees that it is the heavy series that agree.
///
/// - Source: `docs/model.md`, "Several series of one model"; Kish, *Survey Sampling*, 1965, section
///   8.2, for k and δ.
public struct PooledBalance: Sendable, Equatable {
  /// What one series adds.
  public struct Member: Sendable, Equatable {
    /// β at the best n_balance.
    public let beta: Double
    /// The residual standard deviation in ln S there.
    public let deviation: Double
    /// Measurements less c, β and n_balance.
    public let freedom: Int
    /// Its part, 0 to 1, of the signal in all: of β² Σ (growth − mean)² over the noise's variance.
    public let share: Double
  }

  /// The best n_balance; `nil` where pure power laws are not rejected, and no value means anything.
  public let estimate: Double?
  /// The values that are not rejected at 95%.
  public let interval: ConfidenceSet
  /// Whether the series identify n_balance: power laws are rejected and the set is one piece.
  public let isIdentified: Bool
  /// The best n_balance whether or not it means anything; may be 0 or infinite.
  public let best: Double
  /// D of the power laws, both the same.
  public let powerStatistic: Double
  /// What D must not exceed at 95%.
  public let critical: Double
  /// The members, in the order of the analyses; `nil` for one that adds nothing.
  public let members: [Member?]
  /// The mean correlation of two series' residuals at shared token counts; `nil` where no two share
  /// three token counts.
  public let meanCorrelation: Double?
  /// How many pairs of series that mean is over.
  public let pairCount: Int
  /// δ, at least 1: by how much shared noise inflates the variance.
  public let inflation: Double
  /// How many independent series of equal weight these count as, k / δ.
  public let effectiveCount: Double

  /// The pooled estimate.
  ///
  /// - Parameter analyses: One for each series. Those with fewer than five measurements or four token
  ///   counts add nothing: their noise cannot be told.
  /// - Returns: `nil` where none of them adds anything.
  /// - Complexity: O(Σ m) for each of some 200 values of n_balance; about 2 ms for 18 series of 10; and
  ///   O(shared token counts) for each pair of series.
  public init?(of analyses: [RegimeAnalysis]) {
    let used = analyses.indices.filter {
      analyses[$0].count >= 5 && analyses[$0].distinctCount >= 4
    }
    guard !used.isEmpty else { return nil }
    let designs = used.map { analyses[$0].responses.design }
    let axis = SeparableProblem.Axis.logBalance(over: designs)
    var pool = used.enumerated().map { index, series in
      Term(analyses[series].responses, designs[index], axis)
    }
    func deviance(_ x: Double) -> Double {
      var sum = 0.0
      for index in pool.indices { sum += pool[index].deviance(x) }
      return sum
    }
    let scan = BalanceScan(over: designs, axis: axis, step: 0.1, deviance)
    let fits = pool.indices.map { pool[$0].fit(scan.lowest.x) }
    let squares = fits.map { $0.signal }
    let total = squares.reduce(0, +)
    // Where no series grows all weigh the same.
    let shares = squares.map { total > 0 ? $0 / total : 1 / Double(fits.count) }
    let weights = shares.map { $0.squareRoot() }
    let sum = weights.reduce(0, +)
    let count = sum * sum
    let correlations = Correlations(fits.map(\.residuals), weights)
    meanCorrelation = correlations.mean
    pairCount = correlations.count
    inflation =
      1
      + max(0, (correlations.mean ?? 0) * correlations.weightOfPairs, correlations.weighted)
    effectiveCount = count / inflation
    // From the F test of one series to χ² of many.
    var one = 0.0
    for (share, term) in zip(shares, pool) { one += share * term.criticalAlone }
    critical = Self.criticalOfMany + (one - Self.criticalOfMany) / max(1, count)
    let level = scan.lowest.value + inflation * critical
    let pieces = scan.pieces(upTo: level, deviance)
    powerStatistic = max(0, scan.atPowerLaw - scan.lowest.value) / inflation
    let acceptsPower = scan.atPowerLaw <= level
    interval = ConfidenceSet(logTokens: pieces)
    isIdentified = !acceptsPower && pieces.count == 1
    best = scan.best
    estimate = acceptsPower ? nil : best
    var members: [Member?] = analyses.map { _ in nil }
    for (index, series) in used.enumerated() {
      members[series] = Member(
        beta: fits[index].beta, deviation: fits[index].deviation, freedom: pool[index].freedom,
        share: shares[index])
    }
    self.members = members
  }

  /// χ² of one degree of freedom, exceeded at 5%.
  private static let criticalOfMany = 3.841458820694124

  /// One series, and what it says of every n_balance.
  private struct Term {
    let freedom: Int
    private let design: Design
    private let rounding: Double
    private var curve: BalanceCurve

    init(
      _ responses: RegimeAnalysis.Responses, _ design: Design, _ axis: SeparableProblem.Axis
    ) {
      self.design = design
      freedom = responses.y.count - 3
      rounding = ResidualScale.logScore.roundingRSS(responses.y)
      curve = BalanceCurve(design: design, y: responses.y, axis: axis)
    }

    mutating func deviance(_ x: Double) -> Double {
      Double(freedom - 1) * Double.log(max(curve.rss(x), rounding))
    }

    /// The critical value of the F test on the deviance's scale.
    var criticalAlone: Double {
      let freedom = Double(freedom)
      let quantile = FDistribution(numerator: 1, denominator: freedom)
        .upperQuantile(Significance.level)
      return (freedom - 1) * Double.log(onePlus: quantile / freedom)
    }

    /// β, the noise, signal over noise, and the residuals over the noise by token count.
    mutating func fit(
      _ x: Double
    ) -> (beta: Double, deviation: Double, signal: Double, residuals: [Double: Double]) {
      let beta = curve.beta(x)
      let variance = max(curve.rss(x), rounding) / Double(freedom)
      let residuals = curve.residuals(x)
      var sums: [Double: (weight: Double, sum: Double)] = [:]
      for i in residuals.indices {
        let old = sums[design.tokens[i]] ?? (0, 0)
        let weight = design.weights[i]
        sums[design.tokens[i]] = (old.weight + weight, old.sum + weight * residuals[i])
      }
      return (
        beta, variance.squareRoot(), beta * beta * curve.spread(x) / variance,
        // A mean's residual weighs as its measurements do.
        sums.mapValues { $0.sum / ($0.weight * variance).squareRoot() }
      )
    }
  }

  /// How residuals of two series go together.
  private struct Correlations {
    let mean: Double?
    let count: Int
    /// Σ w_i w_j over ordered pairs that share token counts, the squares of w adding up to 1.
    let weightOfPairs: Double
    /// Σ w_i w_j ρ_ij over them.
    let weighted: Double

    init(_ residuals: [[Double: Double]], _ weights: [Double]) {
      var (sum, pairs, weight, weighted) = (0.0, 0, 0.0, 0.0)
      var pace = Pace()
      for i in residuals.indices {
        let counts = residuals[i].keys.sorted()
        for j in residuals.indices where j < i {
          var (xy, xx, yy, shared) = (0.0, 0.0, 0.0, 0)
          for tokens in counts {
            guard pace.goesOn(after: 1) else { break }
            guard let x = residuals[i][tokens], let y = residuals[j][tokens] else { continue }
            xy += x * y
            xx += x * x
            yy += y * y
            shared += 1
          }
          guard shared >= 3, xx > 0, yy > 0 else { continue }
          let correlation = xy / (xx * yy).squareRoot()
          sum += correlation
          pairs += 1
          weight += 2 * weights[i] * weights[j]
          weighted += 2 * weights[i] * weights[j] * correlation
        }
      }
      mean = pairs > 0 ? sum / Double(pairs) : nil
      count = pairs
      weightOfPairs = weight
      self.weighted = weighted
    }
  }
}
