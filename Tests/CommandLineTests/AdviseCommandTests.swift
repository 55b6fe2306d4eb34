import Foundation
import Testing

@Suite struct AdviseCommandTests {
  private func temporary(_ text: String) throws -> String {
    try Scratch.file(text, "document.yaml")
  }

  private func replacing(_ option: String, with path: String) -> [String] {
    var arguments = Tool.shipped
    if let index = arguments.firstIndex(of: option) { arguments[index + 1] = path }
    return arguments
  }

  @Test func answersTheShippedQuestion() throws {
    let result = try Tool.run(Tool.shipped)
    #expect(result.status == 0)
    #expect(result.output.contains("36 vision tokens per image"))
    #expect(result.output.contains("42.34 percent"))
    #expect(result.output.contains("3.373 TFLOP"))
    #expect(result.output.contains("36 to 64 tokens in 90% of the curves"))
    #expect(result.output.split(separator: "\n").count <= 20)
    #expect(!result.errors.contains("[advise.law-misses-measurements]"))
    let explained = try Tool.run(Tool.shipped + ["--explain"])
    #expect(explained.output.hasPrefix(result.output) && explained.errors == result.errors)
    #expect(explained.output.contains("score per FLOP peaks"))
    #expect(explained.output.contains("Where the FLOPs go"))
  }

  /// '--law profile' decides by the law that the profile states.
  @Test func answersTheShippedQuestionByItsLaw() throws {
    let result = try Tool.run(Tool.shipped + ["--law", "profile", "--explain"])
    #expect(result.status == 0)
    #expect(result.output.contains("64 vision tokens per image"))
    #expect(result.output.contains("38.50 percent"))
    #expect(result.output.contains("3.742 TFLOP"))
    #expect(result.output.contains("score per FLOP peaks"))
    #expect(result.errors.contains("[advise.law-misses-measurements]"))
  }

  @Test func jsonHasTheFieldsThatScriptsRelyOn() throws {
    let result = try Tool.run(Tool.shipped + ["--format", "json"])
    #expect(result.status == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["schema_version"] as? Int == 2)
    #expect(object["tokens"] as? Int == 36)
    #expect(object["flops"] as? Int == 3_373_318_897_664)
    #expect(object["feasible"] as? Bool == true)
    #expect((object["score"] as? Double).map { ($0 - 42.3396).magnitude < 1e-4 } == true)
    #expect((object["score_per_tflop"] as? Double).map { ($0 - 12.5513).magnitude < 1e-4 } == true)
    let regime = try #require(object["regime"] as? [String: Any])
    #expect(regime["label"] as? String == "saturating")
    #expect(regime["identified"] as? Bool == false)
    #expect(object["indistinguishable"] as? [[Int]] == [[36, 64]])
    #expect((object["binding"] as? [String])?.isEmpty == true)
    let certificate = try #require(object["certificate"] as? [String: Any])
    #expect(certificate["method"] as? String == "scan")
    let parts = try #require(object["flops_by_part"] as? [String: Int])
    #expect(parts["vision_encoder"] == 381_918_216_192)
    #expect(
      ["vision_encoder", "connector", "prefill", "lm_head_last", "decode"]
        .compactMap { parts[$0] }.reduce(0, +) == 3_373_318_897_664)
    let law = try Tool.run(Tool.shipped + ["--law", "profile", "--format", "json"])
    let byLaw = try #require(
      try JSONSerialization.jsonObject(with: Data(law.output.utf8)) as? [String: Any])
    #expect(byLaw["tokens"] as? Int == 64 && byLaw["flops"] as? Int == 3_742_361_026_560)
    #expect((byLaw["score"] as? Double).map { ($0 - 38.4987).magnitude < 1e-4 } == true)
  }

  @Test func sameInputGivesTheSameBytes() throws {
    let first = try Tool.run(Tool.shipped + ["--format", "json"])
    for _ in 0..<5 {
      #expect(try Tool.run(Tool.shipped + ["--format", "json"]).output == first.output)
    }
  }

  @Test func nothingFeasibleExitsWith3() throws {
    let policy = try temporary(
      """
      kind: policy
      schema: 1
      id: contradiction
      objective: { maximize: score }
      limits: { min_score: 50 percent, max_flops: 3 TFLOP }
      """)
    let text = try Tool.run(replacing("--policy", with: policy))
    #expect(text.status == 3)
    #expect(
      text.output.contains("no candidate satisfies both min_score 50 percent and max_flops 3 TFLOP")
    )
    let json = try Tool.run(replacing("--policy", with: policy) + ["--format", "json"])
    #expect(json.status == 3)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["feasible"] as? Bool == false)
    #expect(object["tokens"] is NSNull)
    #expect(object["conflicts"] as? [String] == ["min_score", "max_flops"])
  }

  @Test func everyBadDocumentIsReportedTogether() throws {
    let broken = try temporary("kind: policy\nschema: 1\nid: x\nobjectve: {}\n")
    var arguments = replacing("--policy", with: broken)
    arguments[2] = try temporary("")
    let result = try Tool.run(arguments + ["--format", "json"])
    #expect(result.status == 65)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let diagnostics = try #require(object["diagnostics"] as? [[String: Any]])
    #expect(
      diagnostics.compactMap { $0["code"] as? String }
        == ["yaml.empty-document", "document.unknown-key"])
    #expect(diagnostics.last?["line"] as? Int == 4)
    #expect(diagnostics.last?["end_column"] as? Int == 9)
    #expect(result.errors.contains("did you mean 'objective'?"))
  }

  @Test(arguments: ["/nonexistent.yaml", "/", ""])
  func unreadableFilesExitWith66(path: String) throws {
    let result = try Tool.run(replacing("--profile", with: path))
    #expect(result.status == 66)
    #expect(!result.crashed)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("error:"))
  }

  @Test(arguments: [
    ["advise"], ["advise", "--profile", "x"], ["advise", "--format", "xml"], ["advice"],
    ["validate"], ["--no-such-option"],
  ])
  func wrongUsageExitsWith64(arguments: [String]) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("Usage:"))
  }

  @Test func helpAndVersionAreAnswers() throws {
    for arguments in [
      ["--help"], ["advise", "--help"], ["validate", "--help"], ["--version"], [],
    ] {
      let result = try Tool.run(arguments)
      #expect(result.status == 0, "\(arguments)")
      #expect(!result.output.isEmpty && result.errors.isEmpty)
    }
    #expect(try Tool.run("--help").output.contains("no token count satisfies the policy's limits"))
    let changelog = try String(
      contentsOf: Tool.root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
    let version = try Tool.run("--version").output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(changelog.contains("## \(version)"))
  }

  @Test func unwritableOutputExitsWith1() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      [
        "-c", "\"$0\" \"$@\" >/dev/full 2>/dev/null; exit $?", Tool.executablePath,
      ] + Tool.shipped
    process.currentDirectoryURL = Tool.root
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
  }

  @Test func colourOnlyWhereItIsAskedFor() throws {
    #expect(!(try Tool.run(Tool.shipped).errors.contains("\u{1B}")))
    #expect(try Tool.run(Tool.shipped + ["--color", "always"]).errors.contains("\u{1B}[1;33m"))
  }
}

@Suite struct ValidateCommandTests {
  @Test func shippedDocumentsAreValid() throws {
    let folders = ["profiles/scaling", "profiles/compute", "policies"]
    let files = try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        atPath: Tool.root.appendingPathComponent(folder).path
      ).sorted().map { folder + "/" + $0 }
    }
    let result = try Tool.run(["validate"] + files)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.split(separator: "\n").count == files.count)
  }

  @Test func everyInvalidFixtureExitsWith65() throws {
    let folder = "Tests/BudgetDocumentsTests/Fixtures/invalid"
    let fixtures = try FileManager.default.contentsOfDirectory(
      atPath: Tool.root.appendingPathComponent(folder).path
    ).filter { $0.hasSuffix(".yaml") }.map { folder + "/" + $0 }
    for fixture in fixtures {
      let result = try Tool.run("validate", fixture)
      #expect(result.status == 65 && !result.crashed, "\(fixture)")
      #expect(result.output == "\(fixture): invalid\n")
    }
    let all = try Tool.run(["validate", "--format", "json"] + fixtures + ["/nonexistent"])
    #expect(all.status == 65)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any])
    let documents = try #require(object["documents"] as? [[String: Any]])
    #expect(documents.count == fixtures.count + 1)
    #expect(documents.allSatisfy { $0["valid"] as? Bool == false })
  }

  @Test func unreadableAloneExitsWith66() throws {
    let result = try Tool.run("validate", "policies/max-score-per-flop.yaml", "/nonexistent")
    #expect(result.status == 66)
    #expect(result.output.contains("valid policy 'max-score-per-flop'"))
    #expect(result.output.contains("/nonexistent: unreadable"))
  }
}
