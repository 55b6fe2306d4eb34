import BudgetReports
import BudgetSearch
import ScalingLaws
import Synchronization
import Testing

@testable import TokenBudget

@Suite struct MeasurementPlanTests {
  private func cost(_ lattice: String) throws -> ComputeCostModel {
    try ComputeCostModel.parse(
      """
      kind: compute-cost-model
      schema: 1
      id: c
      title: t
      flops: { fixed: 3 TFLOP, per_token: 13 GFLOP, per_token_squared: 0.5 MFLOP }
      tokens: { lattice: \(lattice) }
      source: { cite: a test }
      """)
  }

  private let policy = Policy(id: "p", objective: .scorePerFLOP)

  /// A plan is made of counts that the model can run, and is no worse than even steps on curves that it was not
  /// chosen by.
  @Test func aPlanIsOfTheModelAndNoWorseThanEvenSteps() throws {
    let lattice = try Lattice(.squares(max: 576))
    let told = Mutex<[WorkProgress]>([])
    let plan = try Watch(progress: { step in told.withLock { $0.append(step) } }).run {
      try MeasurementPlan(4, cost: cost("{ squares: { max: 576 } }"), policy: policy)
    }
    #expect(plan.plan.tokens.count == 4 && plan.points == 4)
    #expect(plan.plan.tokens == plan.plan.tokens.sorted())
    #expect(plan.plan.tokens.allSatisfy { lattice[lattice.firstIndex(atLeast: Double($0))] == $0 })
    #expect(plan.plan.loss <= plan.evenSteps.loss)
    #expect(plan.evenSteps.tokens.first == 1 && plan.evenSteps.tokens.last == 576)
    let parts = told.withLock { $0.filter { $0.stage == .planning }.map(\.share) }
    #expect(parts.count > 8 && parts == parts.sorted() && parts.last ?? 0 > 0.5)
    // More measurements give away less, fewer more.
    #expect(plan.others.map(\.tokens.count) == [2, 6])
    #expect(plan.others[0].loss > plan.evenSteps.loss && plan.others[1].loss < plan.evenSteps.loss)
    // The same question has the same answer.
    let again = try MeasurementPlan(4, cost: cost("{ squares: { max: 576 } }"), policy: policy)
    #expect(again.json == plan.json)
  }

  /// More questions make the same plan worth more.
  @Test func moreQuestionsGiveAwayLess() throws {
    let few = try MeasurementPlan(
      3, cost: cost("{ list: [1, 16, 64, 256] }"), policy: policy, questions: 50)
    let many = try MeasurementPlan(
      3, cost: cost("{ list: [1, 16, 64, 256] }"), policy: policy, questions: 100_000)
    #expect(many.evenSteps.loss < few.evenSteps.loss)
  }

  @Test func moreMeasurementsThanCountsAreRefused() throws {
    let refusal = #expect(throws: InvalidDocument.self) {
      try MeasurementPlan(5, cost: cost("{ list: [1, 16, 64] }"), policy: policy)
    }
    #expect(refusal?.diagnostics.map(\.code.name) == ["plan.too-few-candidates"])
    let alone = #expect(throws: InvalidDocument.self) {
      try MeasurementPlan(2, cost: cost("{ list: [64] }"), policy: policy)
    }
    #expect(alone?.diagnostics.map(\.code.name) == ["plan.too-few-candidates"])
    // Neighbours that a double cannot tell apart, or no curve.
    for list in ["9223372036854775806, 9223372036854775807", "1000000000, 1000000001"] {
      let close = try #require(throws: InvalidDocument.self) {
        try MeasurementPlan(2, cost: cost("{ list: [\(list)] }"), policy: policy)
      }
      #expect(close.diagnostics.map(\.code.name) == ["plan.too-few-candidates"])
    }
  }

  /// Curves of the prior stay within the range, and start and end where they are asked to.
  @Test func curvesOfThePriorAreShares() {
    let curves = SmoothingPrior.standard.curves(200, seed: 3, over: 4...2304)
    #expect(curves.count == 200)
    for curve in curves {
      #expect(curve.domain == 4...2304)
      #expect(curve.scores.allSatisfy { (0...1).contains($0) })
    }
    // Most of them rise.
    let rising = curves.count { $0.score(at: 2304) > $0.score(at: 4) }
    #expect(rising > 150)
    #expect(curves == SmoothingPrior.standard.curves(200, seed: 3, over: 4...2304))
  }
}
