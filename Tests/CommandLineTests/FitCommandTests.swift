import BudgetReports
import Foundation
import Testing
import TokenBudget

@Suite struct FitCommandTests {
  private func file(_ text: String, _ name: String = "scores.csv") throws -> String {
    try Scratch.file(text, name)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static let textVQA = "profiles/scaling/li2025-vqq-textvqa.yaml"

  @Test func jsonHasTheFieldsThatScriptsRelyOn() throws {
    let result = try Tool.run("fit", "--profile", Self.textVQA, "--format", "json", "--at", "100")
    #expect(result.status == 0)
    let fit = try object(result.output)
    #expect(fit["schema_version"] as? Int == 2)
    #expect(fit["chosen"] as? String == "smooth")
    let laws = try #require(fit["laws"] as? [[String: Any]])
    #expect(
      laws.compactMap { $0["form"] as? String } == [
        "power", "regime", "saturating", "log-linear", "logistic", "hill", "broken-power",
      ])
    #expect(fit["constant"] as? String == "trend")
    let power = try #require(laws[0]["parameters"] as? [String: Double])
    #expect(abs((power["c"] ?? 0) / 14.8125 - 1) < 2e-5)
    #expect(abs((power["alpha"] ?? 0) / -0.229666 - 1) < 2e-5)
    #expect(laws[0]["aicc"] is Double && laws[0]["loo_rmse"] is Double)
    #expect(laws[1]["status"] as? String == "no-optimum" && laws[1]["limit"] as? String == "power")
    #expect(laws[1]["identified"] as? Bool == false && laws[1]["aicc"] is NSNull)
    let regime = try #require(laws[1]["parameters"] as? [String: Any])
    #expect(Set(regime.keys) == ["c", "beta", "n_balance"] && regime["beta"] is NSNull)
    let weights = laws.compactMap { $0["weight"] as? Double }
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    let warnings = try #require(fit["warnings"] as? [[String: String]])
    #expect(warnings.contains { $0["code"] == "fit.non-monotone" })
    let prediction = try #require((fit["predictions"] as? [[String: Any]])?.first)
    let chosen = try #require(prediction["chosen"] as? [String: Any])
    #expect((chosen["interval"] as? [Double])?.count == 2)
    try expectDocumented(fit.keys + laws.flatMap(\.keys))
    // The curve follows the measurements around it, and a formula that was asked for is taken.
    let score = try #require(chosen["score"] as? Double)
    #expect((45.802...49.472).contains(score))
    let logistic = try object(
      Tool.run("fit", "--profile", Self.textVQA, "--format", "json", "--law", "logistic").output)
    #expect(logistic["chosen"] as? String == "logistic")
  }

  /// Four steep scores, of which AICc made a constant.
  @Test func fourScoresThatRiseHaveALawThatRises() throws {
    let path = try file("tokens,score\n1,10\n16,30\n64,50\n576,60\n")
    let result = try Tool.run("fit", path, "--unit", "percent", "--format", "json")
    #expect(result.status == 0)
    let fit = try object(result.output)
    #expect(fit["chosen"] as? String == "smooth")
    #expect(fit["constant"] as? String == "too-few-points")
    let laws = try #require(fit["laws"] as? [[String: Any]])
    #expect(laws.compactMap { $0["form"] as? String } == ["power", "log-linear"])
    #expect(laws.allSatisfy { $0["aicc"] is NSNull && $0["parameters"] is [String: Double] })
    #expect(result.errors.contains("the law 'constant' is not compared: with fewer than 6"))
    let asked = try Tool.run(
      "fit", path, "--unit", "percent", "--law", "constant", "--format", "json")
    #expect(try object(asked.output)["chosen"] as? String == "constant")
    let text = try Tool.run("fit", path, "--unit", "percent")
    #expect(text.output.contains("the curve that the measurements leave"))
  }

  /// Guessing gives 25: the floor is not fitted, and the profile carries it.
  @Test func theChanceOfTheMetricIsTheFloor() throws {
    let path = try file(
      "tokens,score\n1,25.4\n4,24.8\n16,25.3\n36,27.1\n64,31.9\n144,47.5\n256,58.8\n576,65.6\n")
    let profile = path + ".yaml"
    let result = try Tool.run(
      "fit", path, "--unit", "percent", "--metric-range", "0,100", "--chance", "25", "-o", profile,
      "--law", "hill", "--format", "json")
    #expect(result.status == 0)
    let fit = try object(result.output)
    #expect(fit["chosen"] as? String == "hill")
    let read = try ScalingProfile.parse(
      String(contentsOfFile: profile, encoding: .utf8), name: profile)
    #expect(read.law.law.values[0] == 25 && read.metric.chance == 25)
  }

  /// Noise around one score: no law that rises is claimed.
  @Test func scoresWithoutATrendSayThat() throws {
    let path = try file(
      "tokens,score\n1,50.1\n4,49.2\n16,50.4\n64,49.6\n256,50.3\n576,49.9\n")
    let fit = try object(
      try Tool.run("fit", path, "--unit", "percent", "--format", "json").output)
    #expect(fit["constant"] as? String == "compared")
    let laws = try #require(fit["laws"] as? [[String: Any]])
    let best = laws.max { ($0["weight"] as? Double ?? 0) < ($1["weight"] as? Double ?? 0) }
    #expect(best?["form"] as? String == "constant")
    #expect((fit["regime"] as? [String: Any])?["label"] as? String == "flat")
    // Two counts short of it no constant is compared, and what is taken is not established.
    let short = try file("tokens,score\n1,50.1\n4,49.2\n16,50.4\n64,49.6\n256,50.3\n", "short.csv")
    let result = try Tool.run("fit", short, "--unit", "percent", "--law", "log-linear")
    #expect(result.errors.contains("is not established [fit.trend-not-established]"))
  }

  @Test func regimesSayWhatTheyFound() throws {
    let result = try Tool.run("regimes", "--profile", Self.textVQA, "--format", "json")
    #expect(result.status == 0)
    let regimes = try object(result.output)
    #expect(regimes["label"] as? String == "saturating")
    let found = try #require(regimes["break"] as? [String: Any])
    #expect((found["p_value"] as? Double).map { $0 < 1e-4 && $0 > 1e-5 } == true)
    #expect(found["significant"] as? Bool == true)
    #expect((found["interval"] as? [[Double]])?.count == 1)
    #expect((found["slopes"] as? [Double])?.count == 2)
    let balance = try #require(regimes["n_balance"] as? [String: Any])
    #expect(balance["identified"] as? Bool == false && balance["estimate"] is NSNull)
    let set = try #require(balance["interval"] as? [[Any]])
    #expect(set.count == 1 && set[0][0] as? Double == 0 && set[0][1] is NSNull)
    try expectDocumented(Array(regimes.keys) + Array(found.keys) + Array(balance.keys))
  }

  private func expectDocumented(_ keys: [String]) throws {
    let documentation = try String(
      contentsOf: Tool.root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    for key in Set(keys) { #expect(documentation.contains("`\(key)`"), "\(key)") }
  }

  /// The paper's labels: what the detector says of the 18 series.
  @Test func thePapersSeriesHaveTheirLabels() throws {
    let table = "Tests/TokenBudgetTests/References/points_vqq.csv"
    let result = try Tool.run(
      "regimes", table, "--series-by", "benchmark,metric", "--format", "json")
    #expect(result.status == 0)
    let series = try #require(try object(result.output)["series"] as? [[String: Any]])
    #expect(series.count == 18)
    var labels: [String: String] = [:]
    for entry in series {
      let name = try #require(entry["name"] as? String)
      labels[name] = entry["label"] as? String
      #expect(entry["identified"] as? Bool == false, "\(name)")
      #expect(((entry["n_balance"] as? [String: Any])?["interval"] as? [Any])?.isEmpty == false)
    }
    #expect(labels["RealWorldQA / Overall"] == "flat")
    #expect(labels["OCRBench / Final Score"] == "saturating")
    #expect(labels["TextVQA_VAL / Overall"] == "saturating")
    #expect(labels["ScienceQA_TEST / Overall"] == "accelerating")
    #expect(!labels.values.contains("transition"))
  }

  @Test func jointLawsSayWhatTheirFloorDoes() throws {
    let result = try Tool.run(
      "fit", "Tests/TokenBudgetTests/References/li2024_main.csv", "--format", "json")
    #expect(result.status == 0)
    let fit = try object(result.output)
    let laws = try #require(fit["laws"] as? [[String: Any]])
    let joint = try #require(laws[0]["parameters"] as? [String: Double])
    #expect(abs((joint["a"] ?? 0) - 0.590771) < 1e-6 && joint["d"] == 0)
    #expect(laws[0]["status"] as? String == "at-bound")
    let floor = try #require(fit["free_floor"] as? [String: Any])
    #expect(floor["status"] as? String == "no-optimum")
    #expect(floor["limit"] as? String == "joint-log-linear")
    let codes = (fit["warnings"] as? [[String: String]])?.compactMap { $0["code"] } ?? []
    #expect(codes.contains("fit.score-form-fits") && codes.contains("fit.no-optimum"))
  }

  @Test func whatIsWrittenValidatesAndAdvises() throws {
    let destination = try file("", "profile.yaml")
    for options in [
      [], ["--law", "interpolated", "--interpolation", "isotonic"],
      ["--law", "power", "--robust", "--bootstrap", "wild", "--seed", "7", "--draws", "50"],
      ["--residuals", "score"], ["--law", "power", "--residuals", "score"],
    ] {
      let fit = try Tool.run(["fit", "--profile", Self.textVQA, "-o", destination] + options)
      #expect(fit.status == 0, "\(options)")
      #expect(try Tool.run("validate", destination).status == 0)
      let advice = try Tool.run(
        "advise", "--profile", destination, "--cost", "profiles/compute/llava-1.5-7b.yaml",
        "--policy", "policies/max-score-per-flop.yaml")
      #expect(advice.status == 0, "\(options)")
      // The same bytes every time.
      let first = try String(contentsOfFile: destination, encoding: .utf8)
      _ = try Tool.run(["fit", "--profile", Self.textVQA, "-o", destination] + options)
      #expect(try String(contentsOfFile: destination, encoding: .utf8) == first)
    }
    let profile = try ScalingProfile.load(destination)
    #expect(profile.uncertainty?.scale == .score)
    let draws = try #require(try profile.parameterDraws())
    #expect(draws.laws.count == 1000)
  }

  @Test func jointProfilesAnswerAtTheModelsSize() throws {
    let result = try Tool.run(
      "advise", "--profile", "profiles/scaling/li2024-joint.yaml", "--cost",
      "profiles/compute/llava-1.5-7b.yaml", "--policy", "policies/max-score-per-flop.yaml",
      "--explain")
    #expect(result.status == 0)
    #expect(
      result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .contains("Law ceiling - amplitude / n^exponent with ceiling = 1, "))
    let large = try Tool.run(
      "advise", "--profile", "profiles/scaling/li2024-joint.yaml", "--cost",
      "profiles/compute/qwen2.5-vl-72b.yaml", "--policy", "policies/max-score-per-flop.yaml")
    #expect(large.errors.contains("advise.size-extrapolated"))
  }

  @Test func severalSeriesBecomeAFolder() throws {
    let table = try file(
      "series,tokens,score\n"
        + ["a", "b/c"].flatMap { name in
          [1, 4, 16, 64, 256, 1024].map { "\(name),\($0),\(10 + 5 * log(Double($0)))\n" }
        }.joined())
    let folder = URL(fileURLWithPath: table).deletingLastPathComponent()
      .appendingPathComponent("out").path
    let result = try Tool.run("fit", table, "-o", folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["a.yaml", "b-c.yaml"])
  }

  @Test(
    arguments: [
      ("tokens,score\n1,10\n1,12\n", "fit.too-few-points"),
      ("tokens,score\n1,10\n4,NaN\n", "number.not-finite"),
      ("tokens,score\n1,10\n4,abc\n", "document.wrong-type"),
      ("tokens,score\n0,10\n", "number.out-of-range"),
      ("tokens,points\n1,10\n", "measurements.column"),
      ("params_billions,tokens,score\n1,4,10\n2,4,11\n", "fit.range-missing"),
      ("params_billions,tokens,error\n1,4,0.5\n2,4,0.4\n", "fit.too-few-points"),
    ])
  func badMeasurementsArePlacedAndRefused(text: String, code: String) throws {
    let path = try file(text)
    let result = try Tool.run("fit", path)
    #expect(result.status == 65 && result.output.isEmpty)
    #expect(result.errors.contains("[\(code)]"), "\(result.errors)")
    let json = try Tool.run("fit", path, "--format", "json")
    let codes = (try object(json.output)["diagnostics"] as? [[String: Any]])?.compactMap {
      $0["code"] as? String
    }
    #expect(codes?.contains(code) == true)
  }

  /// What a formula needs is asked of a formula only.
  @Test(arguments: [
    ("tokens,score\n1,10\n4,12\n16,14\n", ["--law", "power"], "fit.too-few-points"),
    (
      "tokens,score\n1,10\n4,0\n16,14\n64,15\n", ["--residuals", "log-score"],
      "fit.score-not-positive"
    ),
  ])
  func whatOnlyAFormulaNeedsIsNoRefusal(text: String, options: [String], code: String) throws {
    let path = try file(text)
    let refused = try Tool.run(["fit", path] + options)
    #expect(refused.status == 65 && refused.errors.contains("[\(code)]"), "\(refused.errors)")
    let answered = try Tool.run("fit", path, "--format", "json")
    #expect(answered.status == 0, "\(answered.errors)")
    #expect(try object(answered.output)["chosen"] as? String == "smooth")
  }

  /// Scores without a logarithm, as below a threshold: the curve needs none, and formulas are compared in the
  /// score's unit.
  @Test func scoresOfNothingAreFitted() throws {
    let path = try file("tokens,score\n1,0\n16,0\n64,12\n256,30\n576,34\n1024,35\n")
    let destination = try file("", "profile.yaml")
    let fit = try Tool.run(
      "fit", path, "--metric-range", "0,100", "-o", destination, "--format", "json")
    #expect(fit.status == 0, "\(fit.errors)")
    let report = try object(fit.output)
    #expect(report["residuals"] as? String == "score" && report["chosen"] as? String == "smooth")
    let codes = (report["warnings"] as? [[String: String]])?.compactMap { $0["code"] } ?? []
    #expect(codes.contains("fit.residuals-in-score"))
    #expect(try Tool.run("validate", destination).status == 0)
    let advice = try Tool.run(
      "advise", "--profile", destination, "--cost", "profiles/compute/llava-1.5-7b.yaml",
      "--policy", "policies/max-score-per-flop.yaml", "--format", "json")
    #expect(advice.status == 0, "\(advice.errors)")
    #expect((try object(advice.output)["tokens"] as? Int).map { $0 >= 64 } == true)
    let relative = try Tool.run("fit", path, "--residuals", "log-score")
    #expect(relative.status == 65 && relative.errors.contains("[fit.score-not-positive]"))
    let positive = try file("tokens,score\n1,1\n16,2\n64,12\n256,30\n576,34\n1024,35\n")
    let usual = try object(Tool.run("fit", positive, "--format", "json").output)
    #expect(usual["residuals"] as? String == "log-score")
  }

  @Test(
    arguments: [
      "tokens,score\n64,30\n1,10\n64,31\n4,15\n16,22\n16,23\n256,35\n1024,36\n",
      "tokens,score\n1,10\n4,10\n16,10\n64,10\n256,10\n300,10\n400,10\n",
      "tokens,score\n1,40\n4,30\n16,25\n64,20\n256,18\n300,17\n400,16\n",
      "tokens,score\n1.5,1e-60\n4,1e60\n16,1\n64,2\n1e18,3\n300,4\n400,5\n",
    ])
  func unusualMeasurementsAreAnswered(text: String) throws {
    let path = try file(text)
    for command in [
      ["fit", path, "--at", "77"], ["fit", path, "--residuals", "score"], ["regimes", path],
    ] {
      let result = try Tool.run(command + ["--format", "json"])
      #expect(result.status == 0, "\(command): \(result.errors)")
      _ = try object(result.output)
    }
  }

  @Test(
    arguments: [
      ["fit"], ["fit", "a.csv", "--profile", "p.yaml"], ["fit", "a.csv", "b.csv"],
      ["fit", "a.csv", "--at", "0"], ["fit", "a.csv", "--metric-range", "5"],
      ["fit", "a.csv", "--benchmark", "x"], ["fit", "a.csv", "--draws", "0"],
      ["fit", "a.csv", "--id", "A B"], ["regimes"],
    ])
  func wrongUsageIsRefused(arguments: [String]) throws {
    #expect(try Tool.run(arguments).status == 64)
  }

  @Test func resultFilesAreReadWithTheirTokens() throws {
    let folder = URL(fileURLWithPath: try file("")).deletingLastPathComponent()
    var paths: [String] = []
    for (tokens, score) in [(16, 0.31), (64, 0.42), (144, 0.47), (256, 0.5), (576, 0.52)] {
      let path = folder.appendingPathComponent("run_\(tokens)tok.json").path
      let text = """
        {"results": {"textvqa_val": {"alias": "textvqa_val", "exact_match,none": \(score),
          "exact_match_stderr,none": 0.006}}}
        """
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      paths.append(path)
    }
    let result = try Tool.run(
      ["fit"] + paths + ["--tokens", "run_{tokens}tok.json", "--format", "json"])
    #expect(result.status == 0, "\(result.errors)")
    let fit = try object(result.output)
    #expect(fit["measurements"] as? Int == 5 && fit["name"] as? String == "textvqa_val")
    let counted = try Tool.run(
      ["fit"] + paths + ["--tokens", "16,64,144,256,576", "--format", "json"])
    #expect(counted.output == result.output)
  }
}
