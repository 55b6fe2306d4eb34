import BudgetReports
import Foundation
import Testing
import TokenBudget

/// The README's library snippet, as it stands there.
///
/// The lines between the markers are compiled here and compared with the README word for word, so
/// neither can change without the other. `print` is caught.
///
/// - Returns: What the snippet prints.
private func snippet() throws -> String {
  var printed = ""
  func print(_ items: Any...) { printed += items.map { "\($0)" }.joined(separator: " ") }
  // README begins
  let advisor = try Advisor(
    profile: .load("profiles/scaling/li2025-vqq-textvqa.yaml"),
    cost: .load("profiles/compute/llava-1.5-7b.yaml"))
  let advice = try advisor.advise(under: .load("policies/max-score-per-flop.yaml"))
  print(advice.tokens, advice.scorePerTeraFLOP, advice.regime)
  // README ends
  return printed
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
  }

  /// The library and the command line give the same numbers.
  @Test func theSnippetPrintsWhatTheCommandLineDoes() throws {
    // The snippet's paths hold in the root of a checkout. Nothing else in this process depends on
    // the directory: tests name files by absolute paths, and the tool is started in the root too.
    try #require(FileManager.default.changeCurrentDirectoryPath(Tool.root.path))
    let printed = try snippet()

    let result = try Tool.run(Tool.shipped + ["--format", "json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let tokens = try #require(object["tokens"] as? Int)
    let ratio = try #require(object["score_per_tflop"] as? Double)
    let regime = try #require(object["regime"] as? [String: Any])
    let label = try #require(regime["label"] as? String)
    #expect(printed == "\(tokens) \(ratio) \(label) (not identified)")
    #expect(try Tool.run(Tool.shipped).output.contains("\(tokens) vision tokens per image"))
    #expect(try readme().contains(printed))
  }

  @Test func theOutputShownIsTheOutputPrinted() throws {
    let result = try Tool.run(Tool.shipped)
    #expect(try readme().contains(result.output))
    #expect(try readme().contains(result.errors))
    let cost = try Tool.run(
      "cost", "--cost", "profiles/compute/qwen2.5-vl-7b.yaml", "--image", "1280x720")
    #expect(cost.errors.isEmpty)
    #expect(try readme().contains("```\n" + cost.output + "```"))
    for command in ["fit", "regimes"] {
      let result = try Tool.run(
        command, "--profile", "profiles/scaling/li2025-vqq-textvqa.yaml")
      #expect(try readme().contains("```\n" + result.output + "```"), "\(command)")
    }
  }

  @Test func theConfigIsCheckedAndEmbeddedAsShown() throws {
    let config = "docs/examples/qwen3-vl-sft.yaml"
    let check = try Tool.run("check", config)
    #expect(check.status == 4)
    #expect(try readme().contains("```\n" + check.errors + check.output + "```"))
    let embed = try Tool.run("embed", "--into", config, "--tokens", "576", "--dry-run")
    #expect(embed.status == 0)
    #expect(try readme().contains("```diff\n" + embed.output + "```"))
  }

  /// What `docs/policies.md` shows of each answer, row by row.
  @Test func thePoliciesAnswerAsShown() throws {
    let text = try String(
      contentsOf: Tool.root.appendingPathComponent("docs/policies.md"), encoding: .utf8)
    var isShown = 0
    for part in text.components(separatedBy: "```sh\n").dropFirst() {
      let blocks = part.components(separatedBy: "```")
      let command = blocks[0].replacing("\\\n", with: " ").split(whereSeparator: \.isWhitespace)
      let result = try Tool.run(command.dropFirst().map(String.init))
      #expect(result.status == 0, "\(command.joined(separator: " "))")
      try #require(blocks.count > 2)
      let printed = Set(result.output.split(separator: "\n"))
      for line in blocks[2].split(separator: "\n") { #expect(printed.contains(line)) }
      isShown += 1
    }
    #expect(isShown >= 9)
  }

  /// The three questions of the README, as they stand there.
  @Test func theWhatIfsAnswerAsShown() throws {
    let readme = try readme()
    let what =
      "what-if --profile profiles/scaling/li2025-vqq-textvqa.yaml --cost profiles/compute/llava-1.5-7b.yaml"
      .split(separator: " ").map(String.init)
    let ratio = ["--policy", "policies/max-score-per-flop.yaml"]
    let floor = ["--policy", "policies/score-target-at-least-cost.yaml"]
    for (options, answer) in [
      (
        ratio + [
          "--set", "language.layers=40", "--set", "language.hidden=5120",
          "--set", "language.intermediate=13824", "--set", "language.heads=40",
          "--set", "language.kv_heads=40",
        ], "the recommendation stays at 36 tokens"
      ),
      (ratio + ["--set", "workload.text_tokens=2000"], "more tokens, 36 → 144"),
      (floor + ["--set", "limits.min_score=35 percent"], "fewer tokens, 64 → 36"),
    ] {
      let result = try Tool.run(what + options)
      #expect(result.status == 0 && result.output.contains(answer))
      #expect(readme.contains("```\n" + result.output + "```"), "\(options)")
      for option in options where option.contains("=") {
        #expect(readme.contains("--set \(option)") || readme.contains("--set '\(option)'"))
      }
    }
    let wrong = try Tool.run(what + ratio + ["--set", "language.layrs=36"])
    #expect(wrong.status == 65 && readme.contains("```\n" + wrong.errors + "```"))
  }
}
