import BudgetReports
import BudgetSearch
import TestSupport
import Testing

@testable import TokenBudget

/// Every shipped profile on every shipped cost model: what is answered can be, and says whose scores it rests on.
@Suite struct ShippedPairTests {
  /// How many curves are drawn for each answer; what more of them are for is tested elsewhere.
  private static let draws = 20

  private func profiles() throws -> [ScalingProfile] {
    // The curve that decides is computed once for a profile, and not for each of its pairs.
    try Repository.files(in: "profiles/scaling", ending: ".yaml").map {
      try ScalingProfile.load(Repository.path($0)).deciding(by: .curve)
    }
  }

  private func costs() throws -> [ComputeCostModel] {
    try Repository.files(in: "profiles/compute", ending: ".yaml").map {
      try ComputeCostModel.load(Repository.path($0))
    }
  }

  /// Score per FLOP over the part of the model's lattice that was measured.
  @Test func everyPairAnswersHonestlyOrSaysWhyNot() throws {
    let (profiles, costs) = (try profiles(), try costs())
    var policy = try Policy.load(Repository.path(Repository.maxScorePerFLOP))
    policy.risk?.draws = Self.draws
    var (answers, refusals) = (0, 0)
    var relations: [String: Int] = [:]
    for profile in profiles {
      for cost in costs {
        let pair = "\(profile.id) on \(cost.id)"
        do throws(InvalidDocument) {
          switch try Advisor(profile: profile, cost: cost).outcome(under: policy) {
          case .advice(let advice):
            check(advice, profile, pair)
            relations[advice.scoresFrom.relation.word, default: 0] += 1
            answers += 1
          case .infeasible: Issue.record("\(pair): no limit, and no answer")
          }
        } catch {
          let problems = error.diagnostics.filter { $0.severity == .error }
          #expect(problems.map(\.code.name) == ["advise.nothing-measured"], "\(pair): \(error)")
          #expect(
            problems.allSatisfy { $0.suggestion?.parts.isEmpty == false }, "\(pair): \(error)")
          refusals += 1
        }
      }
    }
    #expect(answers + refusals == profiles.count * costs.count)
    // Neither is rare, and every relation but the unknown one occurs.
    #expect(answers > 1000 && refusals > 100, "\(answers) answers, \(refusals) refusals")
    #expect(Set(relations.keys) == ["same", "sibling", "other"], "\(relations)")
  }

  private func check(_ advice: Advice, _ profile: ScalingProfile, _ pair: String) {
    guard let range = profile.metric.range else {
      Issue.record("\(pair): the metric has no range")
      return
    }
    // What is measured, and no count beyond it.
    #expect(profile.measuredTokens.contains(Double(advice.tokens)), "\(pair)")
    #expect(!advice.isExtrapolated, "\(pair)")
    // No score that the metric cannot give, wherever an answer prints one.
    var candidates =
      advice.neighbours + advice.steps + advice.frontier.candidates
      + advice.designs.compactMap(\.best)
      + advice.ladder.rungs.map(\.candidate) + [advice.ladder.best]
    if let other = advice.otherCounting?.best { candidates.append(other) }
    var scores = candidates.map(\.score) + advice.benchmarks.map(\.score) + [advice.score]
    if let spread = advice.uncertainty?.scores { scores += [spread.lowerBound, spread.upperBound] }
    for score in scores where !range.contains(score) {
      Issue.record("\(pair): a score of \(score), and the metric gives \(range)")
    }
    #expect(profile.joint != nil || advice.indistinguishable?.isEmpty == false, "\(pair)")
    // Whose scores they are, in every form of the answer.
    let codes = advice.diagnostics.map(\.code.name)
    switch advice.scoresFrom.relation {
    case .same:
      #expect(
        !codes.contains("advise.other-model") && !codes.contains("advise.sibling-model"), "\(pair)")
    case .sibling(let difference):
      #expect(!difference.isEmpty && codes.contains("advise.sibling-model"), "\(pair)")
    case .other: #expect(codes.contains("advise.other-model"), "\(pair)")
    case .unknown: Issue.record("\(pair): whose scores these are is not said")
    }
    #expect(advice.text.contains("Scores of"), "\(pair)")
    #expect(
      advice.json.contains("\"relation\" : \"\(advice.scoresFrom.relation.word)\""), "\(pair)")
  }
}
