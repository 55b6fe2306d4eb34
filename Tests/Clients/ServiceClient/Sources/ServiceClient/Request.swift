import BudgetReports
import TokenBudget

/// A request of the service: documents as a client sent them.
struct Request: Sendable {
  var profile = """
    kind: scaling-profile
    schema: 1
    id: charts
    metric: { name: charts, unit: percent, range: [0, 100] }
    measurements:
      - { tokens: 1,   score: 12.1 }
      - { tokens: 9,   score: 29.4 }
      - { tokens: 36,  score: 42.0 }
      - { tokens: 144, score: 51.3 }
      - { tokens: 576, score: 55.8 }
    law: { form: power, c: 14.6, alpha: -0.21 }
    fit: { fitted_tokens: [1, 576] }
    source: { cite: "sent with the request", retrieved: 2026-11-01 }
    """

  var cost = """
    kind: compute-cost-model
    schema: 1
    id: served-model
    flops: { fixed: 2.1 TFLOP, per_token: 14 GFLOP, per_token_squared: 0.3 MFLOP }
    source: { cite: "sent with the request", retrieved: 2026-11-01 }
    """

  var policy = """
    kind: policy
    schema: 1
    id: most-for-its-cost
    objective: { maximize: score_per_flop }
    limits: { min_score: 35 percent }
    search: { lattice: { integers: { min: 1, max: 576 } } }
    """

  /// More draws than a document may ask for: what a service of one's own may offer.
  var draws: Int?

  /// The body of the answer.
  ///
  /// - Parameter hasEnded: Whether nobody waits any more; the task's cancellation counts without it.
  /// - Returns: JSON: an answer, or everything that is wrong with the documents.
  /// - Throws: ``WorkStopped`` where nobody waits.
  func answer(until hasEnded: (@Sendable () -> Bool)? = nil) throws -> String {
    do {
      return try Watch(stopWhen: hasEnded).run {
        let advisor = try Advisor(
          profile: .parse(profile, name: "profile"), cost: .parse(cost, name: "cost"))
        var policy = try Policy.parse(policy, name: "policy")
        if let draws { policy.risk = Policy.Risk(draws: draws) }
        return try advisor.outcome(under: policy).json
      }
    } catch let invalid as InvalidDocument {
      return FailureReport(invalid.diagnostics).json
    }
  }
}
