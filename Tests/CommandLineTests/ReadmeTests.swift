import Foundation
import Testing
import TokenBudget

/// The README's library snippet, as it stands there.
///
/// The lines between the markers are compiled here and compared with the README word for word, so
/// neither can change without the other.
private func snippet() throws {
  // README begins
  let advisor = try Advisor(
    profile: .load("profiles/scaling/li2025-vqq-textvqa.yaml"),
    cost: .load("profiles/compute/llava-1.5-7b.yaml"))
  let advice = try advisor.advise(under: .load("policies/max-score-per-flop.yaml"))
  print(advice.tokens, advice.scorePerTeraFLOP, advice.regime)
  // README ends
}

@Suite struct ReadmeTests {
  private func readme() throws -> String {
    try String(contentsOf: Tool.root.appendingPathComponent("README.md"), encoding: .utf8)
  }

  @Test func theSnippetCompilesAsItStands() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let begin = try #require(source.range(of: "  // README begins\n"))
    let end = try #require(source.range(of: "  // README ends\n"))
    let lines = source[begin.upperBound..<end.lowerBound].split(separator: "\n")
      .map { $0.dropFirst(2) }.joined(separator: "\n")
    #expect(try readme().contains("```swift\nimport TokenBudget\n\n\(lines)\n```"))
    // The function is compiled for its text; its paths hold in the root of a checkout.
    _ = snippet
  }

  /// The library and the command line give the same numbers.
  @Test func theSnippetPrintsWhatTheCommandLineDoes() throws {
    func path(_ relative: String) -> String { Tool.root.appendingPathComponent(relative).path }
    let advisor = try Advisor(
      profile: .load(path("profiles/scaling/li2025-vqq-textvqa.yaml")),
      cost: .load(path("profiles/compute/llava-1.5-7b.yaml")))
    let advice = try advisor.advise(under: .load(path("policies/max-score-per-flop.yaml")))

    let result = try Tool.run(Tool.shipped + ["--format", "json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["tokens"] as? Int == advice.tokens)
    #expect(object["score"] as? Double == advice.score)
    #expect(object["score_per_tflop"] as? Double == advice.scorePerTeraFLOP)
    #expect((object["flops"] as? Int).map { Int128($0) } == advice.flops)
    #expect(try Tool.run(Tool.shipped).output == advice.text)

    // The line that the README shows below the snippet.
    let printed = "\(advice.tokens) \(advice.scorePerTeraFLOP) \(advice.regime)"
    #expect(try readme().contains(printed))
  }

  @Test func theOutputShownIsTheOutputPrinted() throws {
    let result = try Tool.run(Tool.shipped)
    #expect(try readme().contains(result.output))
    #expect(try readme().contains(result.errors))
  }
}
