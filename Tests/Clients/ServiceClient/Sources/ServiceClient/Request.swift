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

  /// Further cost models to choose from.
  var others: [String] = []

  /// A second benchmark, for a policy that mixes two.
  var second: String?

  /// More draws than a document may ask for: what a service of one's own may offer.
  var draws: Int?

  /// The documents that are asked.
  var advisor: Advisor {
    get throws {
      try Advisor(
        profiles: [profile, second].compactMap { $0 }.map { try .parse($0, name: "profile") },
        costs: ([cost] + others).map { try .parse($0, name: "cost") })
    }
  }

  /// The policy, with the draws that the service offers.
  var decidingPolicy: Policy {
    get throws {
      var policy = try Policy.parse(policy, name: "policy")
      if let draws { policy.risk = Policy.Risk(draws: draws) }
      return policy
    }
  }

  /// The answer, under whatever watch there is.
  func asked() throws -> String { try advisor.outcome(under: decidingPolicy).json }

  /// The body of the answer: JSON, an answer or everything that is wrong with the documents.
  func answer() throws -> String {
    do {
      return try Watch().run { try asked() }
    } catch let invalid as InvalidDocument {
      return FailureReport(invalid.diagnostics).json
    }
  }
}
