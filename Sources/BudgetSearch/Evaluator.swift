import LongWork
import RealModule

/// Evaluates one design's curves by lattice index, and counts.
///
/// A problem is a value; the count is the only state, and it lives here for the length of one call.
final class Evaluator {
  let objective: Objective
  let limits: Limits
  let lattice: Lattice
  let score: any ScoreCurve
  let cost: any CostCurve
  let design: Design
  /// What the objective minimises or weighs.
  let measure: any MeasureCurve
  /// What FLOPs are divided by under a power; 1 where there is none.
  private let costScale: Double
  private(set) var evaluations = 0
  private let watch: Watch?
  /// Places that a search without known pieces looked at since the watch was last asked.
  private var places = 0

  init(_ problem: BudgetProblem, design index: Int = 0) {
    design = problem.designs[index]
    objective = problem.objective
    watch = Watch.current
    limits = problem.limits
    lattice = design.lattice
    score = design.score
    cost = design.cost
    if case .elasticity = objective { costScale = problem.costScale } else { costScale = 1 }
    measure = design.curve(of: objective.measure ?? .flops)
  }

  func score(_ index: Int) -> Double {
    evaluations += 1
    return score.score(at: lattice[index])
  }

  /// Counts a place that a search without known pieces looks at.
  ///
  /// - Returns: Whether the search should go on; it asks now and then.
  @inline(__always)
  func looksOn() -> Bool {
    places += 1
    return places % Self.batch != 0 || watch.branch(Self.batch)
  }

  private static var batch: Int { 1024 }

  /// Counts evaluations that were made elsewhere.
  func countEvaluations(_ count: Int) { evaluations += count }

  func flops(_ index: Int) -> Int128 {
    evaluations += 1
    return cost.flops(at: lattice[index])
  }

  func amount(_ curve: any MeasureCurve, _ index: Int) -> Double {
    evaluations += 1
    return curve.amount(at: lattice[index])
  }

  func exact(_ curve: any MeasureCurve, _ index: Int) -> Amount {
    evaluations += 1
    return curve.exact(at: lattice[index])
  }

  /// What is maximised.
  func objective(_ index: Int) -> Double {
    evaluations += 1
    let tokens = lattice[index]
    switch objective {
    case .scorePerFLOP: return score.score(at: tokens) / cost.amount(at: tokens)
    case .score: return score.score(at: tokens)
    case .least: return -measure.amount(at: tokens)
    case .value(let worth, let price, _):
      return worth * score.score(at: tokens) - price * measure.amount(at: tokens)
    case .elasticity(let threshold):
      return score.score(at: tokens) * power(cost.amount(at: tokens) / costScale, -threshold)
    }
  }

  /// An objective that no member of a run exceeds. FLOPs never fall; the run lies within a piece of
  /// any other measure.
  func bound(_ run: Range<Int>) -> Double {
    evaluations += 2
    let (low, high) = (lattice[run.lowerBound], lattice[run.upperBound - 1])
    switch objective {
    case .score: return score.upperBound(over: low...high)
    case .least: return -measure.amount(at: low)
    case .value(let worth, let price, _):
      return worth * score.upperBound(over: low...high) - price * measure.amount(at: low)
    case .scorePerFLOP: return score.upperBound(over: low...high) / cost.amount(at: low)
    case .elasticity(let threshold):
      return score.upperBound(over: low...high)
        * power(cost.amount(at: low) / costScale, -threshold)
    }
  }

  /// ε_S − τ·ε_F: whether score per FLOP rises with n. Asked only where the score is positive.
  func elasticityGap(_ index: Int, _ threshold: Double) -> Double {
    evaluations += 1
    let tokens = lattice[index]
    return score.elasticity(at: tokens) - threshold * cost.elasticity(at: tokens)
  }
}

/// A positive number to a real power.
func power(_ base: Double, _ exponent: Double) -> Double { Double.pow(base, exponent) }
