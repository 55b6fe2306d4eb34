/// Evaluates a problem's curves by lattice index, and counts.
///
/// A problem is a value; the count is the only state, and it lives here for the length of one call.
final class Evaluator<Score: ScoreCurve, Cost: CostCurve> {
  private let problem: BudgetProblem<Score, Cost>
  private(set) var evaluations = 0

  init(_ problem: BudgetProblem<Score, Cost>) { self.problem = problem }

  func score(_ index: Int) -> Double {
    evaluations += 1
    return problem.score.score(at: problem.lattice[index])
  }

  func flops(_ index: Int) -> Int128 {
    evaluations += 1
    return problem.cost.flops(at: problem.lattice[index])
  }

  /// What is maximised.
  func objective(_ index: Int) -> Double {
    evaluations += 1
    let tokens = problem.lattice[index]
    switch problem.objective {
    case .score: return problem.score.score(at: tokens)
    case .leastFLOPs: return -Double(problem.cost.flops(at: tokens))
    case .scorePerFLOP:
      return problem.score.score(at: tokens) / Double(problem.cost.flops(at: tokens))
    }
  }

  /// ε_S − ε_F: whether score per FLOP rises with n. Asked only where the score is positive.
  func elasticityGap(_ index: Int) -> Double {
    evaluations += 1
    let tokens = problem.lattice[index]
    return problem.score.elasticity(at: tokens) - problem.cost.elasticity(at: tokens)
  }
}
