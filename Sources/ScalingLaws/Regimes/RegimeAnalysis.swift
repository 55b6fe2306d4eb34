import RealModule

/// What a series does as tokens are added.
public enum RegimeLabel: String, Sendable, CaseIterable {
  /// The paper's regime of few tokens: the elasticity is near β/2.
  case sublinear
  /// The paper's regime of many tokens: the elasticity is near β.
  case linear
  /// From the sublinear to the linear regime, as the paper's law has it.
  case transition
  /// The elasticity grows by more than the paper's law allows.
  case accelerating
  /// The elasticity falls.
  case saturating
  /// A constant score is not rejected.
  case flat
  /// The data do not say.
  case undetermined
}

/// Is there a change of slope, where, and of which kind?
///
/// - Source: `docs/model.md`, "Regimes".
public struct RegimeAnalysis: Sendable, Equatable {
  /// The probability of a wrong rejection that every test here accepts.
  public static let level = 0.05

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
    /// The elasticity falls at a significant break.
    case falls
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
  }

  /// How many measurements there are.
  public let count: Int
  /// How many distinct token counts.
  public let distinctCount: Int
  /// The least and the most tokens.
  public let tokenRange: ClosedRange<Double>
  /// The slope; `nil` with fewer than three measurements or two distinct token counts.
  public let slope: Slope?
  /// The test for a break; `nil` with too few points.
  public let breakTest: BreakTest?
  /// The transition under the paper's law; `nil` with too few points.
  public let balance: BalanceEstimate?
  /// What the series does.
  public let label: RegimeLabel
  /// Why.
  public let evidence: Evidence

  /// The analysis of a series.
  ///
  /// - Parameter series: Its scores must be greater than 0: everything happens in ln S.
  /// - Throws: ``Series/Problem/scoreNotPositive(index:)``.
  /// - Complexity: O(m log m), some 20 µs for ten points.
  public init(of series: Series) throws(Series.Problem) {
    let y = try series.responses(.logScore)
    let design = series.design
    count = y.count
    distinctCount = design.knots.count
    tokenRange = series.tokenRange
    let line = StraightLine(x: design.logTokens, y: y, weights: design.weights)
    var squares = 0.0
    for i in y.indices {
      squares += design.weights[i] * (y[i] - line.meanY) * (y[i] - line.meanY)
    }
    let rounding = ResidualScale.logScore.roundingRSS(y)
    let isExactlyStraight = line.rss <= rounding
    let slope = Slope(line, count: y.count, isExact: isExactlyStraight)
    self.slope = slope
    let breakTest =
      y.count >= 5
      ? HingeProfile(x: design.logTokens, y: y, weights: design.weights).flatMap {
        BreakTest($0, count: y.count, isExactlyStraight: isExactlyStraight)
      } : nil
    self.breakTest = breakTest
    let balance = BalanceEstimate(design: design, y: y)
    self.balance = balance
    (label, evidence) =
      squares <= rounding && y.count >= 2
      ? (.flat, .constantExactly)
      : RegimeAnalysis.label(slope, breakTest, balance, line, design, y)
  }

  private static func label(
    _ slope: Slope?, _ breakTest: BreakTest?, _ balance: BalanceEstimate?, _ line: StraightLine,
    _ design: Design, _ y: [Double]
  ) -> (RegimeLabel, Evidence) {
    guard let slope, let breakTest else { return (.undetermined, .tooFewPoints) }
    if breakTest.isSignificant {
      let signs = slopeSigns(breakTest, design, y)
      if breakTest.slopeAfter < breakTest.slopeBefore {
        // Growth that slows down, not a score that turns or has only fallen.
        if signs.before > 0 {
          return signs.after < 0 ? (.undetermined, .turns) : (.saturating, .falls)
        }
        return (.undetermined, .declines)
      }
      if signs.before < 0 { return (.undetermined, signs.after > 0 ? .turns : .declines) }
      guard signs.after > 0 else { return (.undetermined, .declines) }
      return exceedsDoubling(breakTest, design, y)
        ? (.accelerating, .growsFaster) : (.transition, .growsAsThePaperHasIt)
    }
    // A transition far from all measurements is none that they have seen.
    let seen = design.first...(design.first + design.width)
    if let balance, balance.isIdentified, balance.interval.hull?.overlaps(seen) ?? false {
      return (.transition, .balanceIdentified)
    }
    return slope.pValue < level ? (.undetermined, .noBreak) : (.flat, .noSlope)
  }

  /// The signs of both slopes by t tests at 5%, given the break; 0 where a slope could be none.
  private static func slopeSigns(
    _ test: BreakTest, _ design: Design, _ y: [Double]
  ) -> (before: Int, after: Int) {
    var normal = SymmetricMatrix(size: 3)
    for (x, weight) in zip(design.logTokens, design.weights) {
      let row = [1, min(x - test.logTokens, 0), max(x - test.logTokens, 0)]
      for i in 0..<3 { for j in 0...i { normal[i, j] += weight * row[i] * row[j] } }
    }
    let freedom = Double(y.count - 4)
    guard let inverse = normal.inverse() else { return (0, 0) }
    let critical = StudentT(freedom: freedom).critical(twoSided: level)
    func sign(_ slope: Double, _ index: Int) -> Int {
      let deviation = (test.rss / freedom * inverse[index, index]).squareRoot()
      return slope.magnitude <= critical * deviation ? 0 : slope > 0 ? 1 : -1
    }
    return (sign(test.slopeBefore, 1), sign(test.slopeAfter, 2))
  }

  /// Whether the slope after the break is significantly more than twice that before it, given the
  /// break: the paper's elasticity doubles at most.
  private static func exceedsDoubling(
    _ test: BreakTest, _ design: Design, _ y: [Double]
  ) -> Bool {
    guard test.slopeAfter > 2 * test.slopeBefore else { return false }
    let freedom = Double(y.count - 4)
    guard test.rss > 0 else { return true }
    // Under after = 2 · before the two lines are one column: x − ψ, counted twice behind ψ.
    let bent = design.logTokens.map { $0 - test.logTokens + max(0, $0 - test.logTokens) }
    let doubled = StraightLine(x: bent, y: y, weights: design.weights)
    let statistic = (doubled.rss - test.rss) / (test.rss / freedom)
    return FDistribution(numerator: 1, denominator: freedom).survival(max(0, statistic)) / 2
      < level
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
    let half = student.critical(twoSided: RegimeAnalysis.level) * variance.squareRoot()
    interval = (value - half)...(value + half)
    pValue = student.survival(twoSided: value.magnitude / variance.squareRoot())
  }
}
