import LongWork
import RealModule

/// Is there a change of slope, where, and of which kind?
///
/// - Source: `docs/model.md`, "Regimes".
public struct RegimeAnalysis: Sendable, Equatable {
  /// The probability of a wrong rejection that every test here accepts.
  public static let level = Significance.level

  /// The slope of ln S over ln n, and whether it could be 0.
  public struct Slope: Sendable, Equatable {
    /// The slope of the straight line: the exponent of the power law, −α.
    public let value: Double
    /// Its 95% interval.
    public let interval: ClosedRange<Double>
    /// The probability of a slope as large under a constant score.
    public let pValue: Double
  }

  /// Why the label is what it is.
  public enum Evidence: Sendable, Equatable {
    /// Fewer than five measurements, or than four distinct token counts.
    case tooFewPoints
    /// All scores are equal to rounding.
    case constantExactly
    /// Neither a slope nor a break is significant.
    case noSlope
    /// A slope, but no change of it: a power law cannot tell its regime.
    case noBreak
    /// The elasticity falls at a significant break, and growth may go on for ever.
    case falls
    /// The elasticity falls at a significant break, and a law with a bound fits better than growth
    /// without one.
    case fallsToABound
    /// The elasticity grows at a significant break, and by at most twice as far as the data say.
    case growsAsThePaperHasIt
    /// The elasticity grows at a significant break by more than twice.
    case growsFaster
    /// Both power laws are rejected under the paper's law, whatever the break test says.
    case balanceIdentified
    /// The score does not grow, and the pace changes.
    case declines
    /// The score rises and then falls, or falls and then rises.
    case turns
    /// Scores are not constant, but no law of skill above chance can be fitted to them.
    case noSkill
  }

  /// What the logarithms are taken of.
  public enum Quantity: Sendable, Equatable {
    /// The score.
    case score
    /// Skill, the score less that of guessing. So many scores do not exceed it.
    case skill(chance: Double, notAbove: Int)
  }

  /// What the tests are of.
  struct Responses: Sendable, Equatable {
    let tokens: [Double]
    let weights: [Double]
    let y: [Double]

    var design: Design { Design(tokens: tokens, weights: weights) }
  }

  /// How many measurements there are.
  public let count: Int
  /// How many distinct token counts.
  public let distinctCount: Int
  /// The least and the most tokens.
  public let tokenRange: ClosedRange<Double>
  /// What slope, break and n_balance are of.
  public let quantity: Quantity
  /// The slope; `nil` with fewer than three measurements or two distinct token counts.
  public let slope: Slope?
  /// The test for a break; `nil` with too few points.
  public let breakTest: BreakTest?
  /// The transition under the paper's law; `nil` with too few points.
  public let balance: BalanceEstimate?
  /// The test for a bound; `nil` where the elasticity does not fall.
  public let bound: BoundTest?
  /// What the series does.
  public let label: RegimeLabel
  /// Why.
  public let evidence: Evidence
  let responses: Responses

  /// The analysis of a series.
  ///
  /// - Parameters:
  ///   - series: Its scores must be greater than 0: residuals are taken in ln S.
  ///   - chance: The score of guessing. Unless it is 0 or `nil`, elasticities are those of skill
  ///     above it.
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)``.
  /// - Complexity: O(m log m), some 50 µs for ten points; O(m) a step for some hundred steps, 0.4 ms,
  ///   above a chance level; and three fits of laws more where the elasticity falls.
  public init(of series: Series, chance: Double? = nil) throws(Series.Problem) {
    let logScores = try series.responses(.logScore)
    let raw = Lines(design: series.design, y: logScores)
    count = logScores.count
    distinctCount = series.distinctCount
    tokenRange = series.tokenRange
    var lines: Lines? = raw
    if let chance, chance != 0 {
      lines = Lines(design: series.design, logScores: logScores, chance: chance)
      quantity = .skill(
        chance: chance, notAbove: series.measurements.count { $0.score <= chance })
    } else {
      quantity = .score
    }
    let found = lines ?? raw
    slope = found.slope
    breakTest = found.breakTest
    let watch = Watch.current
    watch.begin(.testing, of: 3)
    let balance = watch.advance() ? BalanceEstimate(design: found.design, y: found.y) : nil
    self.balance = balance
    responses = Responses(
      tokens: found.design.tokens, weights: found.design.weights, y: found.y)
    let (label, evidence) = Self.label(lines, raw: raw, balance)
    guard evidence == .falls, watch.advance() else {
      (bound, self.label, self.evidence) = (nil, label, evidence)
      return
    }
    let isGrowing =
      found.breakTest.map {
        Self.slopeSigns($0, found.design, count: logScores.count).after > 0
      } ?? false
    let bound = BoundTest(
      series, chance: chance == 0 ? nil : chance, power: found.rss.line,
      broken: isGrowing ? found.rss.broken : nil)
    self.bound = bound
    (self.label, self.evidence) =
      bound?.isSupported ?? false ? (.saturating, .fallsToABound) : (label, evidence)
  }

  /// The regime at one token count: sublinear below n_balance, linear above it, where the data
  /// identify it; else what the whole series does.
  ///
  /// - Parameter tokens: n, greater than 0.
  public func label(at tokens: Double) -> RegimeLabel {
    guard label == .transition, let balance, balance.isIdentified,
      let hull = balance.interval.hull
    else { return label }
    let x = Double.log(tokens)
    return x < hull.lowerBound ? .sublinear : x > hull.upperBound ? .linear : .transition
  }

  /// Whether the data identify the transition of the paper's law.
  public var isIdentified: Bool { balance?.isIdentified ?? false }
}

extension RegimeAnalysis.Slope {
  init?(_ line: StraightLine, count: Int, isExact: Bool) {
    guard count >= 3, line.spread > 0 else { return nil }
    let freedom = Double(count - 2)
    value = line.slope
    guard !isExact else {
      interval = value...value
      pValue = value * value * line.spread > line.rss ? 0 : 1
      return
    }
    let variance = line.rss / freedom / line.spread
    let student = StudentT(freedom: freedom)
    let half = student.critical(twoSided: Significance.level) * variance.squareRoot()
    interval = (value - half)...(value + half)
    pValue = student.survival(twoSided: value.magnitude / variance.squareRoot())
  }
}
