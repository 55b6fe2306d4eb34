import BudgetReports
import FuzzSupport

/// A profile, a cost model and a policy with a line of five `=` between them, asked: what is advised is a
/// candidate, and reports hold numbers only.
@_cdecl("LLVMFuzzerTestOneInput")
public func advise(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  let parts = input.parts
  guard parts.count == 3 else { return -1 }
  judging {
    let profile = try ScalingProfile.parse(SourceFile(name: "profile.yaml", bytes: parts[0]))
    let cost = try ComputeCostModel.parse(SourceFile(name: "cost.yaml", bytes: parts[1]))
    var policy = try Policy.parse(SourceFile(name: "policy.yaml", bytes: parts[2]))
    // Draws grow without a bound that a fuzzer waits for.
    var risk = policy.risk ?? Policy.Risk()
    risk.draws = min(risk.draws, 20)
    policy.risk = risk
    let advisor = try Advisor(profile: profile, cost: cost)
    let outcome = try advisor.outcome(under: policy)
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
    let frontier = try advisor.frontier(under: policy, rows: 8)
    Judgement.judge(text: frontier.text, of: input.bytes)
    Judgement.judge(json: frontier.json)
  }
  return 0
}
