/// A score less what guessing gets: S(n) − c.
///
/// Its elasticity is ε_S · S / (S − c). Where S rises and c ≥ 0 the factor falls, so that an elasticity that never
/// rises still never does; where S falls it stays negative. Of a rational elasticity that rises nothing remains
/// known, since the factor is not rational.
public struct SkillCurve: ScoreCurve {
  private let base: any ScoreCurve
  private let chance: Double

  /// A score counted from what guessing gets.
  public init(_ base: any ScoreCurve, above chance: Double) {
    self.base = base
    self.chance = chance
  }

  public func score(at tokens: Int) -> Double { base.score(at: tokens) - chance }

  public func elasticity(at tokens: Int) -> Double {
    let score = base.score(at: tokens)
    // A score of 0 has no elasticity, and then only a constant one can be above guessing.
    return score == 0 ? 0 : base.elasticity(at: tokens) * (score / (score - chance))
  }

  public var direction: Direction { base.direction }

  public var elasticityBehaviour: ElasticityBehaviour { behaviour(base.elasticityBehaviour) }

  public func elasticityBehaviour(at tokens: Int) -> ElasticityBehaviour {
    behaviour(base.elasticityBehaviour(at: tokens))
  }

  private func behaviour(_ own: ElasticityBehaviour) -> ElasticityBehaviour {
    guard base.direction == .constant || (chance >= 0 && base.direction != .unknown) else {
      return .unknown
    }
    switch own {
    case .nonincreasing: return .nonincreasing
    case .rational(let p, let q):
      // p/q never rises where the numerator of its derivative, p₁q₀ − p₀q₁, is not positive.
      let isFalling = p.1 * q.0 - p.0 * q.1 <= 0
      return base.direction != .increasing || isFalling ? .nonincreasing : .unknown
    case .unknown: return .unknown
    }
  }

  public var pieceStarts: [Double] { base.pieceStarts }

  public func upperBound(over tokens: ClosedRange<Int>) -> Double {
    base.upperBound(over: tokens) - chance
  }

  public func lowerBound(over tokens: ClosedRange<Int>) -> Double {
    base.lowerBound(over: tokens) - chance
  }
}
