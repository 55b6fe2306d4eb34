import BudgetReports
import TestSupport
import Testing
import TokenBudget

/// The few lines that an answer begins with: each must be true where it is said.
@Suite struct AnswerTextTests {
  private func policy(_ body: String) throws -> Policy {
    try .parse("kind: policy\nschema: 1\nid: p\n" + body)
  }

  /// The short answer without its line breaks.
  private func words(
    _ body: String, decidedBy law: DecidingLaw = .curve, _ profile: String = Repository.textVQA
  ) throws -> String {
    let advice = try Advisor(
      profile: .load(Repository.path(profile)), cost: .load(Repository.path(Repository.llava)),
      hardware: [.load(Repository.path("profiles/hardware/h100-sxm.yaml"))], decidedBy: law
    ).advise(under: policy(body))
    return advice.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func theLossIsSaidOfWhatIsAskedFor() throws {
    #expect(
      try words("objective: { maximize: score_per_flop }").contains(
        "% of score per FLOP on average, and more than "))
    let cheapest = try words("objective: { minimize: flops }\nlimits: { keep: 95% }")
    #expect(cheapest.contains("576 costs ") && cheapest.contains("% more than the best of each on"))
    #expect(cheapest.contains("144 to 576 tokens: the measurements do not say which"))
    let value = try words(
      "objective: { maximize: value, worth: 0.00002 }\nprices: { device_hour: 2.5 }\n"
        + "serving: { hardware: h100-sxm }")
    #expect(value.contains(" of value on average, and nothing in nineteen of twenty"))
    #expect(!value.contains("of value of it"))
  }

  /// No twentieth is more than nothing, and no measurement is worth a loss of next to nothing.
  @Test func nextToNothingIsNotMeasured() throws {
    let target = try words("objective: { minimize: flops }\nlimits: { min_score: 45 percent }")
    #expect(target.contains("64 loses less than 0.10% against the best of nearly all of them"))
    #expect(target.contains("Do next measure llava-1.5-7b itself"))
    #expect(!target.contains("more than 0%"))
  }

  @Test func limitsInDoubtAreMeasured() throws {
    // 46.34 percent are expected at 64 tokens.
    let text = try words("objective: { minimize: flops }\nlimits: { min_score: 46.3 percent }")
    #expect(text.contains("; the limits hold in ") && text.contains(", with 144 tokens in "))
    #expect(!text.contains("set it"))
  }

  @Test func whereNothingSaysHowSureNothingIsSetBlindly() throws {
    let text = try words(
      "objective: { maximize: score_per_flop }", "profiles/scaling/li2024-joint.yaml")
    #expect(text.contains("How sure not known"))
    #expect(text.contains("Do next measure at 1 and 9 tokens: nothing says yet how sure"))
    #expect(!text.contains("set it"))
  }
}
