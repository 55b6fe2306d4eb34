import BudgetReports
import FuzzSupport

/// Profiles, cost models, accelerators and a policy in any order, a line of five `=` between them, asked: what
/// is advised is a candidate, and reports hold numbers only.
@_cdecl("LLVMFuzzerTestOneInput")
public func advise(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  judging {
    guard let question = try Question(input.parts) else { return }
    let advisor = try Advisor(
      profiles: question.profiles, costs: question.costs, hardware: question.hardware)
    let outcome = try advisor.outcome(under: question.policy)
    switch outcome {
    case .advice(let advice):
      expect(advice.tokens > 0, "\(advice.tokens) tokens advised")
      Judgement.judge(advice.diagnostics)
      Judgement.judge(text: advice.text + advice.explanation, of: input.bytes)
      Judgement.judge(json: advice.json)
    case .infeasible(let infeasible):
      Judgement.judge(infeasible.diagnostics)
      Judgement.judge(text: infeasible.text, of: input.bytes)
      Judgement.judge(json: infeasible.json)
    }
    let frontier = try advisor.frontier(under: question.policy, rows: 8)
    Judgement.judge(text: frontier.text, of: input.bytes)
    Judgement.judge(json: frontier.json)
  }
  return 0
}

/// The documents of a question, sorted by their kinds.
private struct Question {
  private(set) var profiles: [ScalingProfile] = []
  private(set) var costs: [ComputeCostModel] = []
  private(set) var hardware: [HardwareProfile] = []
  let policy: Policy

  /// Draws of an input: a thousand take longer than what they could find.
  private static let draws = 20

  /// - Returns: `nil` where there is no profile, no cost model, or not one policy.
  init?(_ parts: [[UInt8]]) throws {
    var policies: [Policy] = []
    for (index, part) in parts.prefix(8).enumerated() {
      switch try AnyDocument.parse(SourceFile(name: "part \(index)", bytes: part)) {
      case .scalingProfile(let profile): profiles.append(profile)
      case .computeCostModel(let cost): costs.append(cost)
      case .hardwareProfile(let accelerator): hardware.append(accelerator)
      case .policy(let policy): policies.append(policy)
      }
    }
    guard !profiles.isEmpty, !costs.isEmpty, var policy = policies.first, policies.count == 1
    else { return nil }
    var risk = policy.risk ?? Policy.Risk()
    risk.draws = min(risk.draws, Self.draws)
    policy.risk = risk
    self.policy = policy
  }
}
