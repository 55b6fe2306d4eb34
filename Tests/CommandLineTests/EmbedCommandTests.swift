import Foundation
import Testing

/// `token-budget embed` and `check` as users run them.
@Suite struct EmbedCommandTests {
  private static let config = """
    ### model
    model_name_or_path: Qwen/Qwen3-VL-8B-Instruct   # 基座
    image_max_pixels: 1003520  # 1280*28*28
    ### method
    stage: sft
    template: qwen3_vl
    cutoff_len: 4096
    """

  private func file(_ text: String = config, _ name: String = "train.yaml") throws -> String {
    try Scratch.file(text, name)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private static let embedded = config.replacingOccurrences(of: "1003520", with: "589824")

  // MARK: Embedding

  @Test func writesInPlaceAndSaysWhat() throws {
    let path = try file()
    let result = try Tool.run("embed", "--into", path, "--tokens", "576")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try text(path) == Self.embedded)
    #expect(result.output.contains("line 3: image_max_pixels 1003520 -> 589824"))
    #expect(result.output.contains("--safe writes"))
    #expect(result.errors.contains("[embed.stale-comment]"))
    let again = try Tool.run("embed", "--into", path, "--tokens", "576")
    #expect(again.status == 0 && again.output.contains("nothing to change"))
    #expect(try text(path) == Self.embedded)
    // Nothing is left beside it.
    let folder = (path as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["train.yaml"])
  }

  @Test func dryRunAndPrintWriteNothing() throws {
    let path = try file()
    let dry = try Tool.run("embed", "--into", path, "--tokens", "576", "--dry-run")
    #expect(dry.status == 0)
    #expect(dry.output.hasPrefix("--- \(path)\n+++ \(path)\n@@ -1,6 +1,6 @@\n"))
    #expect(
      dry.output.contains(
        "-image_max_pixels: 1003520  # 1280*28*28\n+image_max_pixels: 589824  # 1280*28*28\n"))
    let printed = try Tool.run("embed", "--into", path, "--tokens", "576", "--print")
    #expect(printed.status == 0 && printed.output == Self.embedded)
    #expect(printed.errors.contains("the file was not changed"))
    #expect(try text(path) == Self.config)
  }

  @Test func adviceIsEmbedded() throws {
    let advice = try Tool.run(Tool.shipped + ["--format", "json"])
    let tokens = try #require(try object(advice.output)["tokens"] as? Int)
    let path = try file()
    let result = try Tool.run(
      "embed", "--into", path, "--advice", try file(advice.output, "advice.json"), "--format",
      "json")
    #expect(result.status == 0, "\(result.errors)")
    let report = try object(result.output)
    #expect(report["requested_tokens"] as? Int == tokens && report["tokens"] as? Int == tokens)
    #expect(report["written"] as? Bool == true && report["framework"] as? String == "llama-factory")
    #expect(try text(path).contains("image_max_pixels: \(tokens * 1024)  # "))
    let nothing = try Tool.run(
      "embed", "--into", path, "--advice",
      try file("{\"schema_version\": 2, \"feasible\": false, \"tokens\": null}", "no.json"))
    #expect(nothing.status == 65 && nothing.errors.contains("embed.no-advice"))
  }

  @Test func modeAndLinkAreKept() throws {
    let path = try file()
    let link = (path as NSString).deletingLastPathComponent + "/link.yaml"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "train.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let result = try Tool.run("embed", "--into", link, "--tokens", "576")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "train.yaml")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
    #expect(try text(path) == Self.embedded)
  }

  @Test func filesThatMustStayAsTheyAre() throws {
    let readOnly = try file()
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: readOnly)
    let result = try Tool.run("embed", "--into", readOnly, "--tokens", "576")
    #expect(result.status == 1 && result.errors.contains("read-only"))
    #expect(try text(readOnly) == Self.config)

    let large = try file(String(repeating: "# 0123456789\n", count: 8_000_000), "large.yaml")
    let refused = try Tool.run("embed", "--into", large, "--tokens", "576")
    #expect(refused.status == 65 && refused.errors.contains("[file.too-large]"))
    #expect(!refused.errors.contains("lattice"))

    for (text, code) in [
      ("image_max_pixels: [1\n", "yaml.syntax"),
      (Self.config + "\nimage_max_pixels: 1\n", "document.duplicate-key"),
      (
        "x: &x 262144\nimage_max_pixels: *x\nmodel_name_or_path: Qwen/Qwen2-VL-2B\n",
        "embed.shared-value"
      ),
    ] {
      let path = try file(text)
      let result = try Tool.run(
        "embed", "--into", path, "--tokens", "576", "--framework", "llama-factory")
      #expect(result.status == 65 && result.errors.contains("[\(code)]"), "\(result.errors)")
      #expect(try self.text(path) == text)
    }
    let latin = try file("")
    try Data([0x61, 0x3A, 0x20, 0xE9, 0x0A]).write(to: URL(fileURLWithPath: latin))
    let encoded = try Tool.run("embed", "--into", latin, "--tokens", "576")
    #expect(encoded.status == 65 && encoded.errors.contains("[yaml.encoding]"))
    #expect(try Tool.run("embed", "--into", "/nowhere/a.yaml", "--tokens", "5").status == 66)
    #expect(try Tool.run("embed", "--into", latin).status == 64)
    #expect(try Tool.run("embed", "--into", latin, "--tokens", "0").status == 64)
  }

  #if os(Linux)
    /// The process dies at the moment of the rename: a library that is loaded before the system's own
    /// kills it there.
    @Test func aCrashBeforeTheRenameLeavesTheOldFile() throws {
      let code = try file(
        """
        #include <signal.h>
        int rename(const char *from, const char *to) { raise(SIGKILL); return 0; }
        """, "killer.c")
      let library = code + ".so"
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments = ["clang", "-shared", "-fPIC", "-o", library, code]
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0, "the toolchain's clang is needed")

      let path = try file()
      let result = try Tool.run(
        ["embed", "--into", path, "--tokens", "576"], environment: ["LD_PRELOAD": library])
      #expect(result.crashed && result.status == SIGKILL)
      #expect(try text(path) == Self.config)
      // What was written beside it is whole, and the next run is not disturbed by it.
      let folder = (path as NSString).deletingLastPathComponent
      let beside = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0 != "train.yaml"
      }
      #expect(beside.count == 1)
      #expect(try beside.first.map { try text(folder + "/" + $0) } == Self.embedded)
      #expect(try Tool.run("embed", "--into", path, "--tokens", "576").status == 0)
      #expect(try text(path) == Self.embedded)
    }
  #endif

  // MARK: Checking

  @Test func checkPointsAtTheMistake() throws {
    let path = try file()
    let result = try Tool.run("check", path)
    #expect(result.status == 4)
    #expect(
      result.errors.hasPrefix(
        """
        \(path):3:19: error: 1003520 is 1280 tokens on a grid of 28 pixels, but qwen3-vl has one of 32: these \
        are 980 tokens [check.wrong-grid]
        3 | image_max_pixels: 1003520  # 1280*28*28
          |                   ^~~~~~~
          = for 1280 tokens write 1310720 (1280*32*32)

        """))
    #expect(
      result.output.contains("1 mistake (llama-factory, qwen3-vl, 980 vision tokens an image)"))
    let fixed = try Tool.run("check", path, "--fix")
    #expect(fixed.status == 0 && fixed.output.contains("mended; no mistakes"))
    #expect(fixed.output.contains("+image_max_pixels: 1310720  # 1280*32*32\n"))
    #expect(try text(path).contains("image_max_pixels: 1310720  # 1280*32*32\n"))
    #expect(try Tool.run("check", path).status == 0)
  }

  @Test func checkAnswersInFourFormats() throws {
    let good = try file(Self.config.replacingOccurrences(of: "28*28", with: "28*32"))
    #expect(try Tool.run("check", good, "--format", "github").status == 4)
    let path = try file()
    let json = try object(try Tool.run("check", path, "--format", "json").output)
    let entry = try #require((json["files"] as? [[String: Any]])?.first)
    #expect(entry["tokens"] as? Int == 980 && entry["mistakes"] as? Int == 1)
    #expect(entry["fixable"] as? Int == 1 && entry["set"] as? Bool == true)
    let diagnostics = try #require(json["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.first?["code"] as? String == "check.wrong-grid")
    #expect(diagnostics.first?["line"] as? Int == 3)

    let sarif = try object(try Tool.run("check", path, "--format", "sarif").output)
    #expect(sarif["version"] as? String == "2.1.0")
    let run = try #require((sarif["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.first?["ruleId"] as? String == "check.wrong-grid")
    #expect(results.first?["level"] as? String == "error")
    let location = (results.first?["locations"] as? [[String: Any]])?.first
    let place = location?["physicalLocation"] as? [String: Any]
    #expect((place?["region"] as? [String: Any])?["startColumn"] as? Int == 19)

    let github = try Tool.run("check", path, "--format", "github")
    #expect(github.status == 4 && github.errors.isEmpty)
    #expect(
      github.output.hasPrefix(
        "::error file=\(path),line=3,endLine=3,col=19,endColumn=26,title=check.wrong-grid::1003520 is"
      ))
  }

  /// Every key of both reports is explained.
  @Test func theKeysAreDocumented() throws {
    let documentation = try String(
      contentsOf: Tool.root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    let path = try file()
    for arguments in [
      ["check", path, "--format", "json"],
      ["embed", "--into", path, "--tokens", "576", "--dry-run", "--format", "json"],
    ] {
      let report = try object(try Tool.run(arguments).output)
      var keys = Set(report.keys)
      for list in ["files", "changes"] {
        for part in report[list] as? [[String: Any]] ?? [] { keys.formUnion(part.keys) }
      }
      #expect(keys.count > 8)
      for key in keys { #expect(documentation.contains("`\(key)`"), "\(key)") }
    }
  }

  @Test func checkComparesWithServingAndCountsImages() throws {
    let path = try file(Self.embedded.replacingOccurrences(of: "  # 1280*28*28", with: ""))
    let vllm = try file(
      "model: Qwen/Qwen3-VL-8B-Instruct\nmax-model-len: 32768\nmm-processor-kwargs: {max_pixels: 16777216}\n",
      "vllm.yaml")
    #expect(try Tool.run("check", path).status == 0)
    let differs = try Tool.run("check", path, "--serving", vllm)
    #expect(differs.status == 4 && differs.errors.contains("[check.serving-differs]"))
    let many = try Tool.run("check", path, "--images", "7")
    #expect(many.status == 4 && many.errors.contains("[check.over-context]"))
    let other = try file("jobs: 1\n", "other.yaml")
    #expect(try Tool.run("check", path, other).status == 65)
    let passed = try Tool.run("check", path, other, "--skip-unknown")
    #expect(passed.status == 0 && passed.output.hasSuffix("other.yaml: passed over\n"))
    // A config that cannot be read weighs more than one with a mistake.
    #expect(try Tool.run("check", path, "/nowhere.yaml").status == 66)
    #expect(try Tool.run("check", path, try file("a: [", "bad.yaml")).status == 65)
    #expect(try Tool.run("check", path, "--images", "0").status == 64)
  }
}
