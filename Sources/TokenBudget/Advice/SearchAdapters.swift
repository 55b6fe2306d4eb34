import BudgetDocuments
import BudgetSearch
import ComputeCosts
import ScalingLaws

/// A law that goes one way, as the search sees it.
public struct LawCurve: ScoreCurve {
  /// The law.
  public let law: any ScoreLaw

  /// A law's curve.
  public init(law: any ScoreLaw) { self.law = law }

  public func score(at tokens: Int) -> Double { law.score(at: Double(tokens)) }

  public func elasticity(at tokens: Int) -> Double { law.elasticity(at: Double(tokens)) }

  public var direction: Direction { Direction(law.trend) }

  public var elasticityBehaviour: ElasticityBehaviour {
    switch law.elasticityShape {
    case .nonincreasing: .nonincreasing
    case .rational(let numerator, let denominator):
      .rational(numerator: numerator, denominator: denominator)
    case .unknown: .unknown
    }
  }

  public var pieceStarts: [Double] { law.breakpoints }
}

/// A curve that is straight in ln n between knots, as the search sees it: it may rise and fall, and its bounds are
/// those of its knots.
struct PolylineCurve: ScoreCurve {
  private let curve: LogLinearPolyline
  let direction: Direction

  init(_ curve: LogLinearPolyline) {
    self.curve = curve
    direction = Direction(curve.trend)
  }

  func score(at tokens: Int) -> Double { curve.score(at: Double(tokens)) }

  func elasticity(at tokens: Int) -> Double { curve.elasticity(at: Double(tokens)) }

  var elasticityBehaviour: ElasticityBehaviour { .nonincreasing }

  var pieceStarts: [Double] { Array(curve.tokens.dropFirst().dropLast()) }

  var polyline: ScorePolyline? { ScorePolyline(tokens: curve.tokens, scores: curve.scores) }

  func upperBound(over tokens: ClosedRange<Int>) -> Double {
    curve.extremes(over: Double(tokens.lowerBound)...Double(tokens.upperBound)).upperBound
  }

  func lowerBound(over tokens: ClosedRange<Int>) -> Double {
    curve.extremes(over: Double(tokens.lowerBound)...Double(tokens.upperBound)).lowerBound
  }
}

extension Direction {
  fileprivate init(_ trend: Trend) {
    self =
      switch trend {
      case .increasing: .increasing
      case .constant: .constant
      case .decreasing: .decreasing
      case .mixed: .unknown
      }
  }
}

extension ScoreLaw {
  /// The law as the search sees it.
  public var scoreCurve: any ScoreCurve {
    switch self {
    case let law as SmoothLaw: PolylineCurve(law.curve)
    case let law as PolylineLaw: PolylineCurve(law.curve)
    default: LawCurve(law: self)
    }
  }
}

/// A score that no token changes.
struct FixedScore: ScoreCurve {
  let value: Double
  func score(at tokens: Int) -> Double { value }
  func elasticity(at tokens: Int) -> Double { 0 }
  var direction: Direction { .constant }
  var elasticityBehaviour: ElasticityBehaviour { .nonincreasing }
}

/// A total as the search sees it, on token counts where it is known not to overflow.
public struct RequestCurve: CostCurve {
  private let total: PiecewiseQuadratic
  private let quadratics: [QuadraticCoefficients]
  /// The coefficients of the one piece there is, where 64 bits hold every step of an evaluation up to the
  /// limit; they take a tenth of the time.
  private let small: (fixed: Int, linear: Int, squared: Int)?

  /// A total's curve.
  ///
  /// - Parameters:
  ///   - total: The FLOPs.
  ///   - limit: The largest token count that will be asked for.
  /// - Throws: `CountOverflow` when the total does not fit there.
  public init(_ total: PiecewiseQuadratic, upTo limit: Int) throws(CountOverflow) {
    // On a piece the steps of an evaluation are largest at its ends.
    for start in total.starts where start <= limit {
      _ = try total.value(at: start)
      if start > 0 { _ = try total.value(at: start - 1) }
    }
    _ = try total.value(at: limit)
    self.total = total
    quadratics = total.polynomials.map {
      let half = $0.addsPairs ? 0.5 : 0
      return QuadraticCoefficients(
        fixed: Double(nearest: $0.fixed), linear: Double(nearest: $0.perToken) + half,
        squared: Double(nearest: $0.perTokenSquared) + half)
    }
    small = Self.small(total, upTo: limit)
  }

  /// The coefficients as 64-bit integers, where no step of an evaluation overflows them.
  private static func small(_ total: PiecewiseQuadratic, upTo limit: Int) -> (Int, Int, Int)? {
    guard total.polynomials.count == 1, !total.polynomials[0].addsPairs,
      let fixed = Int(exactly: total.polynomials[0].fixed),
      let linear = Int(exactly: total.polynomials[0].perToken),
      let squared = Int(exactly: total.polynomials[0].perTokenSquared)
    else { return nil }
    // The steps' magnitudes, none of which is larger than at the limit.
    let magnitudes = [squared, linear, fixed].map(\.magnitude)
    guard magnitudes.allSatisfy({ $0 <= UInt.max / 4 }) else { return nil }
    var step: UInt = 0
    for magnitude in magnitudes {
      let (product, overflow) = step.multipliedReportingOverflow(by: UInt(limit))
      guard !overflow, product <= UInt(Int.max) / 4 else { return nil }
      step = product + magnitude
    }
    return step <= UInt(Int.max) ? (fixed, linear, squared) : nil
  }

  /// Two neighbouring members of a lattice over which the count falls: where a piece begins lower
  /// than the one before it ends. `nil` where it never does.
  func fall(on lattice: Lattice) -> (before: Int, after: Int)? {
    for start in total.starts.dropFirst() {
      let index = lattice.firstIndex(atLeast: Double(start))
      guard index > 0, index < lattice.count else { continue }
      let (before, after) = (lattice[index - 1], lattice[index])
      if flops(at: after) < flops(at: before) { return (before, after) }
    }
    return nil
  }

  public var pieceStarts: [Int] { total.starts }

  public func coefficients(at tokens: Int) -> QuadraticCoefficients {
    quadratics[total.index(of: tokens)]
  }

  public func flops(at tokens: Int) -> Int128 {
    if let small {
      return Int128((small.squared * tokens + small.linear) * tokens + small.fixed)
    }
    do {
      return try total.value(at: tokens)
    } catch {
      preconditionFailure("\(tokens) tokens lie beyond the limit that was checked")
    }
  }

  public func amount(at tokens: Int) -> Double {
    if let small {
      return Double((small.squared * tokens + small.linear) * tokens + small.fixed)
    }
    return Double(nearest: flops(at: tokens))
  }
}
