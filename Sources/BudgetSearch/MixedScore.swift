/// Several benchmarks as one score: each normalised to 0…1 between its worst and its best value, then
/// averaged by weight, or the lowest of them taken.
public struct MixedScore: ScoreCurve {
  /// How the benchmarks become one number.
  public enum Combination: String, Sendable, CaseIterable {
    /// The mean by weight.
    case weightedMean = "weighted-mean"
    /// The lowest.
    case worst
  }

  /// One benchmark's part.
  public struct Part: Sendable {
    /// Its score.
    public var curve: any ScoreCurve
    /// The score that counts as 0.
    public var floor: Double
    /// The score that counts as 1, above the floor.
    public var ceiling: Double
    /// Its share of a weighted mean, greater than 0.
    public var weight: Double

    /// A part.
    public init(curve: any ScoreCurve, floor: Double, ceiling: Double, weight: Double) {
      precondition(ceiling > floor && weight > 0, "a part needs a range and a weight")
      self.curve = curve
      self.floor = floor
      self.ceiling = ceiling
      self.weight = weight
    }

    func normalised(_ score: Double) -> Double { (score - floor) / (ceiling - floor) }
  }

  /// The benchmarks.
  public let parts: [Part]
  /// How they become one number.
  public let combination: Combination

  private let totalWeight: Double

  /// A mixture of one benchmark or more.
  public init(_ parts: [Part], _ combination: Combination) {
    precondition(!parts.isEmpty, "a mixture of nothing")
    self.parts = parts
    self.combination = combination
    totalWeight = parts.reduce(0) { $0 + $1.weight }
  }

  private func combined(_ value: (any ScoreCurve) -> Double) -> Double {
    switch combination {
    case .weightedMean:
      parts.reduce(0) { $0 + $1.weight * $1.normalised(value($1.curve)) } / totalWeight
    case .worst:
      parts.reduce(.infinity) { min($0, $1.normalised(value($1.curve))) }
    }
  }

  public func score(at tokens: Int) -> Double { combined { $0.score(at: tokens) } }

  public func upperBound(over tokens: ClosedRange<Int>) -> Double {
    combined { $0.upperBound(over: tokens) }
  }

  public func lowerBound(over tokens: ClosedRange<Int>) -> Double {
    combined { $0.lowerBound(over: tokens) }
  }

  public func elasticity(at tokens: Int) -> Double {
    preconditionFailure("a mixture's elasticity is not known")
  }

  public var direction: Direction {
    let directions = parts.map(\.curve.direction)
    if directions.allSatisfy({ $0 == .constant }) { return .constant }
    if directions.allSatisfy({ $0 == .increasing || $0 == .constant }) { return .increasing }
    if directions.allSatisfy({ $0 == .decreasing || $0 == .constant }) { return .decreasing }
    return .unknown
  }

  public var elasticityBehaviour: ElasticityBehaviour { .unknown }

  public var pieceStarts: [Double] { Array(Set(parts.flatMap(\.curve.pieceStarts))).sorted() }
}
