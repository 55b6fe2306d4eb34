import RealModule

/// The law that decides: the posterior mean of a curve through measurements, which stands or falls with no one
/// formula.
///
/// Between dense knots it is straight in ln n, so that a search over token counts can be exact. It follows the
/// measurements as far as their noise lets it, may rise and fall, keeps to the metric's range, and ends where the
/// posterior was asked to end.
public struct SmoothLaw: ScoreLaw {
  public static let form = LawForm(
    id: "smooth", formula: "average over growth curves and a Gaussian process in ln(n)",
    parameters: [])

  /// The posterior that it is the mean of.
  public let posterior: SmoothingPosterior
  /// The curve.
  public let curve: LogLinearPolyline

  /// How far beyond the measurements the law is defined, as a factor on either side, where nothing else is said.
  public static let reach = 8.0

  /// The law that a posterior gives.
  ///
  /// - Parameters:
  ///   - posterior: What the measurements leave.
  ///   - reach: How far beyond the measurements it is defined, as a factor of at least 1.
  /// - Complexity: O(k·s) for k knots and the shapes that count.
  public init(_ posterior: SmoothingPosterior, reach: Double = Self.reach) {
    self.posterior = posterior
    curve = posterior.meanCurve(reach: reach)
  }

  public var values: [Double] { [] }

  /// Level and rise: what every shape has.
  public var parameterCount: Int { 2 }

  public var domain: ClosedRange<Double> { curve.domain }

  public func score(at tokens: Double) -> Double { curve.score(at: tokens) }

  public func elasticity(at tokens: Double) -> Double { curve.elasticity(at: tokens) }

  public func tokens(reaching score: Double) -> Double? { curve.tokens(reaching: score) }

  public var trend: Trend { curve.trend }

  public var elasticityShape: ElasticityShape { .nonincreasing }

  public var breakpoints: [Double] { Array(curve.tokens.dropFirst().dropLast()) }

  public static func == (left: Self, right: Self) -> Bool {
    left.curve == right.curve && left.posterior.prior == right.posterior.prior
  }
}

/// A curve that is straight in ln n between knots, as a law: one draw from a posterior.
public struct PolylineLaw: ScoreLaw {
  public static let form = LawForm(
    id: "polyline", formula: "straight in ln(n) between knots", parameters: [])

  /// The curve.
  public let curve: LogLinearPolyline

  /// A law from a curve.
  public init(_ curve: LogLinearPolyline) { self.curve = curve }

  public var values: [Double] { [] }
  public var domain: ClosedRange<Double> { curve.domain }
  public func score(at tokens: Double) -> Double { curve.score(at: tokens) }
  public func elasticity(at tokens: Double) -> Double { curve.elasticity(at: tokens) }
  public func tokens(reaching score: Double) -> Double? { curve.tokens(reaching: score) }
  public var trend: Trend { curve.trend }
  public var elasticityShape: ElasticityShape { .nonincreasing }
  public var breakpoints: [Double] { Array(curve.tokens.dropFirst().dropLast()) }
}

extension SmoothLaw {
  /// The curve's score at n tokens and where a further measurement there lies with a probability, by draws from
  /// the posterior: NaN beyond the law's reach.
  ///
  /// - Parameters:
  ///   - tokens: n, greater than 0.
  ///   - level: The probability outside the interval.
  /// - Complexity: 1,000 draws, some 5 ms.
  public func predict(at tokens: Double, level: Double = Significance.level) -> LawPrediction {
    let score = score(at: tokens)
    let isExtrapolated = !posterior.measuredTokens.contains(tokens)
    guard score.isFinite else {
      return LawPrediction(tokens: tokens, score: score, interval: nil, isExtrapolated: true)
    }
    return LawPrediction(
      tokens: tokens, score: score,
      interval: posterior.predictiveInterval(at: tokens, level: level),
      isExtrapolated: isExtrapolated)
  }
}

extension SmoothingPosterior {
  /// How many draws an interval is read from.
  private static var intervalDraws: Int { 1000 }

  /// Where a further measurement at n tokens lies, between the quantiles of draws with their noise.
  func predictiveInterval(at tokens: Double, level: Double) -> ClosedRange<Double> {
    var random = SplitMix64(seed: 0x5EED)
    let values = draws(Self.intervalDraws, seed: 1, reach: SmoothLaw.reach).map {
      bounds.clamped($0.score(at: tokens) + noise * random.normal())
    }.sorted()
    let rank = Int((level / 2 * Double(values.count)).rounded(.down))
    return values[rank]...values[values.count - 1 - rank]
  }
}
