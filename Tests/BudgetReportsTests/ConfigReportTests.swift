import BudgetReports
import ConfigEmbedding
import SourceText
import Testing

/// What is said of configs: text of a bounded length whatever a config holds, and texts that know no command.
@Suite struct ConfigReportTests {
  private static let head = "model_name_or_path: Qwen/Qwen3-VL-4B\n"
  private static let megabyte = String(repeating: "9a", count: 500_000)

  private func config(_ text: String) throws -> TrainingConfig {
    try TrainingConfig(
      SourceFile(name: "train.yaml", text: Self.head + text), framework: "llama-factory")
  }

  @Test func aLongValueIsShownByItsStart() throws {
    let before = try config("image_max_pixels: \(Self.megabyte)\n")
    let embedding = try before.embedding(tokens: 576)
    let report = EmbeddingReport(embedding, into: before, isWritten: false)
    #expect(report.text.utf8.count < 2000)
    #expect(report.text.contains("image_max_pixels 9a9a"))
    #expect(report.text.contains("9a… -> 589824\n"))
    // A script that wants it all has it.
    #expect(report.json(withText: false).contains(Self.megabyte))
    let said = report.diagnostics.map { $0.rendered() }.joined()
    #expect(said.utf8.count < 2000 * max(report.diagnostics.count, 1))
  }

  @Test func aLongLineThatWasMendedIsShownByItsStart() throws {
    let before = try config("image_max_pixels: 1280*28*28  # \(Self.megabyte)\n")
    let mended = try #require(before.fixed())
    let diff = UnifiedDiff.between(before.source, mended)
    #expect(diff.utf8.count > 2_000_000)
    let after = try TrainingConfig(mended, framework: "llama-factory")
    let report = CheckReport([
      .checked(after, file: "train.yaml", findings: after.findings(), diff: diff),
      .skipped("other.yaml"),
    ])
    #expect(report.text.utf8.count < 4000)
    #expect(report.text.contains("\n-image_max_pixels: 1280*28*28  # 9a9a"))
    #expect(report.text.hasSuffix("\nother.yaml: passed over\n"))
    for text in [report.json, report.github, report.sarif(tool: "editor", version: "2")] {
      #expect(text.utf8.count < 8000)
    }
  }

  @Test func aReportNamesWhoChecked() throws {
    let found = try config("image_max_pixels: 802816  # 1024*28*28\n")
    let report = CheckReport([.checked(found, file: "a.yaml", findings: found.findings())])
    #expect(report.hasMistakes && report.failures.isEmpty)
    let sarif = report.sarif(tool: "editor", version: "2.5")
    #expect(sarif.contains(#""name" : "editor""#) && sarif.contains(#""version" : "2.5""#))
  }

  @Test func aReportSpeaksOfParameters() throws {
    let before = try config("image_max_pixels: 262144\n")
    let report = EmbeddingReport(
      try before.embedding(tokens: 576), into: before, isWritten: false)
    #expect(report.text.contains("; safe writes "))
    let asked = ParameterSpelling { parameter, _ in "body.\(parameter.name)" }
    ParameterSpelling.$current.withValue(asked) {
      #expect(report.text.contains("; body.safe writes "))
    }
  }
}
