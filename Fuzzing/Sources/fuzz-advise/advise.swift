import BudgetReports
import FuzzSupport

/// Profiles, cost models, accelerators and a policy in any order, a line of five `=` between them, asked: what
/// is advised is a candidate, and reports hold numbers only.
@_cdecl("LLVMFuzzerTestOneInput")
public func advise(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  judging {
    let question = try Question(input.parts)
    guard !question.profiles.isEmpty, !question.costs.isEmpty, let policy = question.policy
    else { return }
    let advisor = try Advisor(
      profiles: question.profiles, costs: question.costs, hardware: question.hardware)
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
