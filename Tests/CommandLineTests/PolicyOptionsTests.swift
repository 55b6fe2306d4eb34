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
    // By the power law, which grows without end; the curve through the measurements levels off.
    let byLaw = Self.question + ["--law", "profile"]
    let asked = try answer(["advise"] + byLaw)
    #expect(keep(asked) == 0.95 && asked["tokens"] as? Int == 625)
    let less = try answer(["advise", "--keep", "90%"] + byLaw)
    #expect(keep(less) == 0.9 && less["tokens"] as? Int == 484)
    // The best lies farther out, and so does what keeps most of it.
    let beyond = try answer(["advise", "--beyond", "2x"] + byLaw)
    #expect((beyond["measured_range"] as? [String: Any])?["beyond"] as? Double == 2)
    #expect(beyond["tokens"] as? Int == 1225)
    let front = try answer(["frontier", "--beyond", "2x"] + byLaw)
    #expect((front["measured_range"] as? [String: Any])?["beyond"] as? Double == 2)
    let curve = try answer(["advise", "--keep", "90%"] + Self.question)
    let tokens = try #require(curve["tokens"] as? Int)
    #expect(keep(curve) == 0.9 && tokens < 484)
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

  /// Alone, a flag is the change.
  @Test func flagsAloneAreTheChange() throws {
    let share = try answer(["what-if", "--keep", "99%"] + Self.question)
    #expect((share["before"] as? [String: Any]).flatMap(keep) == 0.95)
    #expect((share["after"] as? [String: Any]).flatMap(keep) == 0.99)
    #expect(share["changes"] as? [String] == ["--keep 99%"])
    let law = try answer(["what-if", "--law", "profile"] + Self.question)
    func form(_ name: String) -> String? {
      ((law[name] as? [String: Any])?["evidence"] as? [String: Any])?["form"] as? String
    }
    #expect(form("before") == "smooth" && form("after") == "power")
    let none = try Tool.run(["what-if"] + Self.question)
    #expect(none.status == 64 && none.errors.contains("or one of --keep, --beyond and --law"))
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
