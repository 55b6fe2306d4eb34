import BudgetReports
import FuzzSupport

/// A first line `points questions`, then a cost model, accelerators and a policy in any order, a line of five `=`
/// before each: the counts that are planned are as many as were asked for, and reports hold numbers only.
@_cdecl("LLVMFuzzerTestOneInput")
public func plan(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  let parts = input.parts
  // What the command line lets through.
  let numbers = String(decoding: parts[0], as: UTF8.self).split(separator: " ").map { Int($0) }
  guard numbers.count == 2, let points = numbers[0], let questions = numbers[1],
    (2...12).contains(points), (1...1_000_000_000).contains(questions)
  else { return -1 }
  judging {
    let question = try Question(Array(parts.dropFirst()))
    guard let cost = question.costs.first, let policy = question.policy else { return }
    let plan = try MeasurementPlan(
      points, cost: cost, policy: policy, hardware: question.hardware, questions: questions,
      curves: 1)
    for rated in [plan.plan, plan.evenSteps] {
      expect(rated.tokens.count == points, "\(rated.tokens) of \(points) points")
      expect(rated.tokens == rated.tokens.sorted(), "\(rated.tokens) do not grow")
      expect(rated.tokens[0] > 0, "\(rated.tokens) are no counts")
      expect((0...1).contains(rated.expectedRegret), "\(rated.expectedRegret) is given away")
      expect((0...1).contains(rated.missedShare), "\(rated.missedShare) of limits broken")
    }
    Judgement.judge(text: plan.text, of: input.bytes)
    Judgement.judge(json: plan.json)
  }
  return 0
}
