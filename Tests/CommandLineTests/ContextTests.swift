import BudgetReports
import Foundation
import Testing
import TokenBudget

/// A policy's `max_context` and what `check` says of a config count the same positions.
@Suite struct ContextTests {
  /// Whether `check` finds that the images leave no room for text.
  private func isOver(_ tokens: Int, images: Int, context: Int) throws -> Bool {
    let config = try Scratch.file(
      """
      model: Qwen/Qwen3-VL-4B-Instruct
      train_type: lora
      max_length: \(context)
      ENV: {IMAGE_MAX_TOKEN_NUM: '\(tokens)'}

      """, "swift.yaml")
    let result = try Tool.run(
      "check", config, "--images", "\(images)", "--format", "json")
    let found = result.output.contains("check.over-context")
    #expect(result.status == (found ? 4 : 0), "\(result.errors)")
    return found
  }

  /// Whether a policy allows as many tokens, of a request with so much text and output.
  private func isAllowed(
    _ tokens: Int, images: Int, context: Int, text: Int = 0, output: Int = 1
  ) throws -> Bool {
    let cost = try String(
      contentsOf: Tool.root.appendingPathComponent("profiles/compute/qwen3-vl-8b.yaml"),
      encoding: .utf8
    ).replacing(
      /workload: \{[^}]*\}/,
      with:
        "workload: { images: \(images), text_tokens: \(text), "
        + "output_tokens: \(output), batch: 1 }")
    let profile = ScalingProfile(
      id: "p", metric: .init(name: "M", unit: .percent),
      law: FittedLaw(try PowerLaw(c: 10, alpha: -0.1), fittedTokens: 1...100_000))
    var policy = Policy(
      id: "l", objective: .score, candidates: .lattice(try Lattice(.list([tokens]))))
    policy.maxima[.context] = .real(Double(context))
    let outcome = try Advisor(profile: profile, cost: .parse(cost)).outcome(under: policy)
    if case .advice(let advice) = outcome {
      #expect(advice.amounts[.context] == Double(images * tokens + text + output))
      return true
    }
    return false
  }

  @Test(arguments: [
    (1024, 1, 1024), (1024, 1, 1025), (1024, 1, 1026), (1024, 4, 4096), (1024, 4, 4097),
    (256, 3, 768), (256, 3, 769), (4096, 1, 4096), (64, 1, 64), (64, 1, 65),
  ])
  func bothAllowTheSame(tokens: Int, images: Int, context: Int) throws {
    let allowed = try isAllowed(tokens, images: images, context: context)
    #expect(try isOver(tokens, images: images, context: context) == !allowed)
    // Text and output take room of their own, in the policy's count.
    #expect(
      try isAllowed(tokens, images: images, context: context + 100, text: 60, output: 41)
        == allowed)
  }
}
