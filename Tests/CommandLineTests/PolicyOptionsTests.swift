import Foundation
import Testing

/// Flags and settings in place of a policy's keys.
@Suite struct PolicyOptionsTests {
  private static let question = [
    "--profile", "profiles/scaling/li2025-vqq-textvqa.yaml",
    "--cost", "profiles/compute/qwen2.5-vl-7b.yaml",
    "--policy", "policies/cheapest-that-keeps-95.yaml", "--format", "json",
  ]

  private func answer(_ arguments: [String]) throws -> [String: Any] {
    let result = try Tool.run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  private func keep(_ answer: [String: Any]) -> Double? {
    (answer["limits"] as? [String: Any])?["keep"] as? Double
  }

  @Test func flagsOverrideThePolicy() throws {
    let asked = try answer(["advise"] + Self.question)
    #expect(keep(asked) == 0.95 && asked["tokens"] as? Int == 625)
    let less = try answer(["advise", "--keep", "90%"] + Self.question)
    #expect(keep(less) == 0.9 && less["tokens"] as? Int == 484)
    // The best lies farther out, and so does what keeps most of it.
    let beyond = try answer(["advise", "--beyond", "2x"] + Self.question)
    #expect((beyond["measured_range"] as? [String: Any])?["beyond"] as? Double == 2)
    #expect(beyond["tokens"] as? Int == 1225)
    let front = try answer(["frontier", "--beyond", "2x"] + Self.question)
    #expect((front["measured_range"] as? [String: Any])?["beyond"] as? Double == 2)
  }

  /// A flag speaks for both answers, and a setting for the second.
  @Test func settingsChangeWhatFlagsSay() throws {
    let answers = try answer(
      ["what-if", "--keep", "90%", "--set", "limits.keep=99%"] + Self.question)
    #expect((answers["before"] as? [String: Any]).flatMap(keep) == 0.9)
    #expect((answers["after"] as? [String: Any]).flatMap(keep) == 0.99)
    let both = try answer(
      ["what-if", "--keep", "90%", "--set", "search.beyond=2x"] + Self.question)
    for name in ["before", "after"] {
      #expect((both[name] as? [String: Any]).flatMap(keep) == 0.9)
    }
    #expect(
      ((both["after"] as? [String: Any])?["measured_range"] as? [String: Any])?["beyond"]
        as? Double == 2)
  }

  @Test(arguments: [
    (["--keep", "0.95"], "'keep' needs a unit behind 0.95"),
    (["--keep", "95 percent"], "'percent' is a unit of a score"),
    (["--keep", "120%"], "must be above 0% and at most 100%"),
    (["--beyond", "4"], "'beyond' needs a unit behind 4"),
    (["--beyond", "0.5x"], "must be at least 1x"),
  ])
  func badFlagsAreUsageErrors(flags: [String], message: String) throws {
    for command in ["advise", "frontier", "what-if"] {
      let change = command == "what-if" ? ["--set", "limits.keep=90%"] : []
      let result = try Tool.run([command] + flags + change + Self.question)
      #expect(result.status == 64 && result.errors.contains(message), "\(result.errors)")
    }
  }
}
