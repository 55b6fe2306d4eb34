import Foundation
import Testing

/// `token-budget regimes` over several series.
@Suite struct RegimesCommandTests {
  private static let folder = "profiles/scaling/"

  /// The paper's 18 profiles, as options.
  private static func paper() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: Tool.root.appendingPathComponent(folder).path
    ).filter { $0.hasPrefix("li2025-vqq-") }.sorted().flatMap { ["--profile", folder + $0] }
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static func expectDocumented(_ keys: [String]) throws {
    let text = try String(
      contentsOf: Tool.root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    for key in Set(keys) { #expect(text.contains("`\(key)`"), "\(key)") }
  }

  /// The answer on the paper's own series.
  @Test func thePapersSeriesDoNotIdentifyOneBalance() throws {
    let result = try Tool.run(["regimes", "--pool", "--format", "json"] + Self.paper())
    #expect(result.status == 0)
    let report = try Self.object(result.output)
    let pool = try #require(report["pool"] as? [String: Any])
    let balance = try #require(pool["n_balance"] as? [String: Any])
    #expect(pool["series"] as? Int == 18 && (pool["left_out"] as? [Any])?.isEmpty == true)
    #expect(balance["identified"] as? Bool == false && balance["estimate"] is NSNull)
    let set = try #require(balance["interval"] as? [[Any]])
    #expect(set.count == 2 && set[0][0] as? Double == 0 && set[1][1] is NSNull)
    #expect(abs((set[0][1] as? Double ?? 0) - 9.1638) < 0.01)
    #expect(abs((set[1][0] as? Double ?? 0) - 149.15) < 0.5)
    let correlation = try #require(balance["residual_correlation"] as? Double)
    #expect(abs(correlation - 0.19666) < 1e-4 && balance["pairs"] as? Int == 153)
    let members = try #require(balance["members"] as? [[String: Any]])
    #expect(abs(members.compactMap { $0["share"] as? Double }.reduce(0, +) - 1) < 1e-12)
    let together = try #require(report["multiplicity"] as? [String: Any])
    #expect(together["tested"] as? Int == 18 && together["found"] as? Int == 9)
    #expect(together["found_adjusted"] as? Int == 5 && together["method"] as? String == "holm")
    #expect(abs((together["expected_by_chance"] as? Double ?? 0) - 0.9) < 1e-12)
    try Self.expectDocumented(
      [report, pool, balance, together].flatMap { Array($0.keys) } + members.flatMap(\.keys))
    let words = try Tool.run(["regimes", "--pool"] + Self.paper()).output
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("n_balance not identified: 95% set [0, 9.16] ∪ [149, ∞)"))
    #expect(words.contains("benchmarks share noise"))
    #expect(words.contains("0.9 of them on average, and 9 show one"))
  }

  /// One set, from whatever the series are read.
  @Test func filesPoliciesAndTablesGiveTheSamePool() throws {
    let mix = try Tool.run(
      "regimes", "--pool", "--policy", "policies/ocr-floor.yaml", "--format", "json")
    #expect(mix.status == 0)
    let profiles = try Tool.run(
      "regimes", "--pool", "--profile", Self.folder + "li2025-vqq-textvqa.yaml", "--profile",
      Self.folder + "li2025-vqq-ocrbench.yaml", "--format", "json")
    #expect(mix.output == profiles.output)
    let table = "tokens,score\n1,10\n8,14\n16,17\n64,26\n256,50\n1024,99\n"
    let files = [try Scratch.file(table, "one.csv"), try Scratch.file(table, "two.csv")]
    var both = "benchmark,tokens,score\n"
    for name in ["one", "two"] {
      for row in table.split(separator: "\n").dropFirst() { both += "\(name),\(row)\n" }
    }
    let several = try Self.object(
      Tool.run(["regimes", "--pool", "--format", "json"] + files).output)
    let one = try Self.object(
      Tool.run(
        "regimes", "--pool", "--series-by", "benchmark", "--format", "json",
        Scratch.file(both, "both.csv")
      ).output)
    let statistics = try [several, one].map { report in
      let pool = try #require(report["pool"] as? [String: Any])
      let balance = try #require(pool["n_balance"] as? [String: Any])
      return try #require(balance["power_statistic"] as? Double)
    }
    #expect(statistics[0] == statistics[1] && statistics[0] > 0)
    #expect(((several["series"] as? [[String: Any]])?[1]["name"] as? String) == "two.csv")
  }

  @Test func chanceComesFromTheProfileOrTheOption() throws {
    let table = try Scratch.file(
      "tokens,score\n1,24.6\n8,25.3\n16,24.9\n32,25.2\n64,27\n128,33\n256,41\n384,44\n512,46\n768,47\n",
      "floor.csv")
    let without = try Self.object(Tool.run("regimes", table, "--format", "json").output)
    #expect(without["label"] as? String == "accelerating" && without["chance"] is NSNull)
    let with = try Self.object(
      Tool.run("regimes", table, "--chance", "25", "--format", "json").output)
    #expect(with["chance"] as? Double == 25 && with["not_above_chance"] as? Int == 2)
    #expect(!["accelerating", "transition"].contains(with["label"] as? String ?? ""))
    #expect((with["evidence"] as? String)?.contains("2 of 10 scores do not exceed chance") == true)
    let bound = try #require(with["bound"] as? [String: Any])
    #expect(bound["p_value"] is Double && bound["form"] is String)
    try Self.expectDocumented(Array(with.keys) + Array(bound.keys))
    // A profile knows it by itself, and `fit` labels as `regimes` does.
    let profile = try Scratch.file("", "floor.yaml")
    let fit = try Self.object(
      Tool.run(
        "fit", table, "--chance", "25", "--unit", "percent", "-o", profile, "--format", "json"
      ).output)
    #expect((fit["regime"] as? [String: Any])?["label"] as? String == with["label"] as? String)
    let read = try Self.object(Tool.run("regimes", "--profile", profile, "--format", "json").output)
    #expect(read["chance"] as? Double == 25 && read["label"] as? String == with["label"] as? String)
  }

  @Test(
    "what cannot be asked",
    arguments: [
      ["regimes"], ["regimes", "--pool", "--profile", folder + "li2025-vqq-mme.yaml"],
      ["regimes", "--policy", "policies/edge-device.yaml"],
      ["regimes", "--policy", "policies/ocr-floor.yaml", "scores.csv"],
      ["regimes", "--chance", "nan", "--profile", folder + "li2025-vqq-mme.yaml"],
      [
        "fit", "--profile", folder + "li2025-vqq-mme.yaml", "--profile",
        folder + "li2025-vqq-pope.yaml",
      ],
    ])
  func refusals(arguments: [String]) throws {
    let result = try Tool.run(arguments)
    #expect(result.status == 64 && !result.crashed, "\(result.errors)")
  }
}
