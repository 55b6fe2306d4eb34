/// A score as a function of vision tokens, as far as a search needs to know it.
///
/// The curve is monotone over all n ≥ 1, unless its direction is ``Direction/unknown``.
public protocol ScoreCurve: Sendable {
  /// The score at n tokens, finite.
  func score(at tokens: Int) -> Double

  /// d ln S / d ln n at n tokens. Asked only where the score is positive and the behaviour is not
  /// ``ElasticityBehaviour/unknown``.
  func elasticity(at tokens: Int) -> Double

  /// Which way the score goes when tokens are added.
  var direction: Direction { get }

  /// What is known of the elasticity on each piece.
  var elasticityBehaviour: ElasticityBehaviour { get }

  /// What is known of the elasticity on the piece that a token count lies on, where pieces differ.
  func elasticityBehaviour(at tokens: Int) -> ElasticityBehaviour

  /// The token counts, increasing, at which another piece of the curve begins; the first piece needs
  /// none.
  var pieceStarts: [Double] { get }

  /// A score that no token count of a range exceeds; the tighter, the faster the search.
  func upperBound(over tokens: ClosedRange<Int>) -> Double

  /// A score that no token count of a range falls below.
  func lowerBound(over tokens: ClosedRange<Int>) -> Double

  /// The curve's knots, where it is straight in ln n between knots; `nil` for other curves. Many draws of one
  /// posterior share their knots, and are then searched together.
  var polyline: ScorePolyline? { get }
}

/// Scores at knots, straight in ln n between them.
public struct ScorePolyline: Sendable {
  /// The knots, increasing, at least two.
  public let tokens: [Double]
  /// The scores there, as many.
  public let scores: [Double]

  /// A polyline from its knots.
  public init(tokens: [Double], scores: [Double]) {
    self.tokens = tokens
    self.scores = scores
  }
}

extension ScoreCurve {
  public var pieceStarts: [Double] { [] }
  public var polyline: ScorePolyline? { nil }

  /// That of all pieces.
  public func elasticityBehaviour(at tokens: Int) -> ElasticityBehaviour { elasticityBehaviour }

  /// The higher score of both ends: exact for a monotone curve.
  public func upperBound(over tokens: ClosedRange<Int>) -> Double {
    max(score(at: tokens.lowerBound), score(at: tokens.upperBound))
  }

  /// The lower score of both ends: exact for a monotone curve.
  public func lowerBound(over tokens: ClosedRange<Int>) -> Double {
    min(score(at: tokens.lowerBound), score(at: tokens.upperBound))
  }
}

/// Anything that tokens cost: operations, seconds, bytes, money.
public protocol MeasureCurve: Sendable {
  /// The amount at n tokens, finite and at least 0, in the measure's base unit; of a count the nearest double.
  func amount(at tokens: Int) -> Double

  /// The same with all digits of a count.
  func exact(at tokens: Int) -> Amount

  /// The token counts, increasing, between which the amount never falls. Empty where it never falls
  /// at all.
  var falls: [Int] { get }
}

extension MeasureCurve {
  public func exact(at tokens: Int) -> Amount { .real(amount(at: tokens)) }
}

/// FLOPs as a function of vision tokens: a quadratic between breakpoints, positive and never falling
/// for n ≥ 1, and over all breakpoints never falling.
public protocol CostCurve: MeasureCurve {
  /// The exact count at n tokens.
  func flops(at tokens: Int) -> Int128

  /// The first n of each piece, increasing, the first of them at most 1.
  var pieceStarts: [Int] { get }

  /// The coefficients of 1, n and n², as doubles, of the piece that n tokens lie on.
  func coefficients(at tokens: Int) -> QuadraticCoefficients
}

/// The coefficients of a quadratic in n.
public struct QuadraticCoefficients: Sendable, Equatable {
  /// The coefficient of 1.
  public var fixed: Double
  /// The coefficient of n.
  public var linear: Double
  /// The coefficient of n².
  public var squared: Double

  /// Coefficients in order.
  public init(fixed: Double, linear: Double, squared: Double) {
    self.fixed = fixed
    self.linear = linear
    self.squared = squared
  }

  /// Whether no coefficient is negative; the elasticity then never falls with n.
  var isNonNegative: Bool { fixed >= 0 && linear >= 0 && squared >= 0 }
}

extension CostCurve {
  public func amount(at tokens: Int) -> Double { Double(flops(at: tokens)) }
  public func exact(at tokens: Int) -> Amount { .count(flops(at: tokens)) }
  public var falls: [Int] { [] }

  /// d ln F / d ln n at n tokens, within its piece.
  public func elasticity(at tokens: Int) -> Double {
    let coefficients = coefficients(at: tokens)
    let n = Double(tokens)
    // Divided through by n, so that n² cannot overflow before the quotient is taken.
    return (coefficients.linear + 2 * coefficients.squared * n)
      / (coefficients.fixed / n + coefficients.linear + coefficients.squared * n)
  }
}

/// Which way a curve goes.
public enum Direction: Sendable {
  case increasing, constant, decreasing
  /// Up here and down there: a mixture of curves that disagree.
  case unknown
}

/// What a search may rely on about a score's elasticity.
public enum ElasticityBehaviour: Sendable {
  /// Where the score is positive it is negative throughout, or never rises with n.
  case nonincreasing
  /// It is (a₀ + a₁·n) / (b₀ + b₁·n) with a positive denominator.
  case rational(numerator: (Double, Double), denominator: (Double, Double))
  /// Nothing but bounds on the score.
  case unknown
}
