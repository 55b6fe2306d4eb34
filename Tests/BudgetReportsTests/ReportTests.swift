import BudgetReports
import Foundation
import TestSupport
import Testing
import TokenBudget

/// The reports of shipped questions against recorded ones.
///
/// `RECORD_FIXTURES=1 swift test --filter ReportTests` writes them anew; read the change before
/// committing it.
@Suite struct ReportTests {
  private static let folder = "Tests/BudgetReportsTests/Fixtures/reports/"

  private func outcome(
    _ profile: String, _ policy: String, decidedBy law: DecidingLaw = .curve
  ) throws -> AdviceOutcome {
    // Paths are relative to the root, as a user in a checkout would type them.
    let source = { (path: String) in
      SourceFile(name: path, bytes: Array(try Repository.text(path).utf8))
    }
    let advisor = try Advisor(
      profile: .parse(source("profiles/scaling/\(profile).yaml")),
      cost: .parse(source(Repository.llava)), decidedBy: law)
    return try advisor.outcome(under: .parse(source(policy)))
  }

  private func check(_ text: String, against name: String) throws {
    let path = Repository.path(Self.folder + name)
    if ProcessInfo.processInfo.environment["RECORD_FIXTURES"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(text == (try String(contentsOfFile: path, encoding: .utf8)))
  }

  @Test(arguments: [
    ("textvqa-max-score-per-flop", "li2025-vqq-textvqa", "policies/max-score-per-flop.yaml"),
    ("textvqa-score-target", "li2025-vqq-textvqa", "policies/score-target-at-least-cost.yaml"),
    (
      "realworldqa-flop-limit", "li2025-vqq-realworldqa",
      "policies/best-score-under-flop-limit.yaml"
    ),
    ("mmstar-infeasible", "li2025-vqq-mmstar", "policies/score-target-at-least-cost.yaml"),
    ("textvqa-max-score-per-flop-by-law", "li2025-vqq-textvqa", "policies/max-score-per-flop.yaml"),
    // A million candidates lie farther beyond the measurements than a curve goes.
    ("textvqa-million-by-law", "li2025-vqq-textvqa", folder + "million.yaml"),
  ])
  func reportsAreAsRecorded(name: String, profile: String, policy: String) throws {
    let outcome = try outcome(
      profile, policy, decidedBy: name.hasSuffix("-by-law") ? .profile : .curve)
    // The details begin with the short answer.
    #expect(outcome.explanation.hasPrefix(outcome.text))
    // The records are those of the command line, which speaks of options.
    let options = ParameterSpelling { "--\($0.name)" + ($1.map { " \($0)" } ?? "") }
    try ParameterSpelling.$current.withValue(options) {
      try check(outcome.explanation, against: name + ".txt")
      try check(outcome.json, against: name + ".json")
    }
  }

  @Test func everyAnswerHasTheSameKeysAndAllAreDocumented() throws {
    func object(_ outcome: AdviceOutcome) throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(outcome.json.utf8))
      return try #require(value as? [String: Any])
    }
    func keys(_ value: Any) -> Set<String> {
      if let list = value as? [Any] { return Set(list.flatMap { keys($0) }) }
      guard let object = value as? [String: Any] else { return [] }
      return object.reduce(into: []) { found, member in
        found.insert(member.key)
        // A law's parameters are named by the law.
        if member.key != "parameters" { found.formUnion(keys(member.value)) }
      }
    }
    let answer = try object(
      outcome("li2025-vqq-textvqa", "policies/max-score-per-flop.yaml"))
    let none = try object(
      outcome("li2025-vqq-mmstar", "policies/score-target-at-least-cost.yaml"))
    #expect(Set(answer.keys) == Set(none.keys))
    // Measures have their keys where they are defined.
    let documented =
      try Repository.text("docs/json.md") + Repository.text("docs/policies.md")
    for key in keys(answer).union(keys(none)).union(["documents", "valid", "kind"]) {
      #expect(documented.contains("`\(key)`"), "\(key)")
    }
  }

  @Test func linesFitATerminal() throws {
    for file in try Repository.files(in: String(Self.folder.dropLast()), ending: ".txt") {
      for line in try Repository.text(file).split(separator: "\n") {
        #expect(line.count <= 110, "\(file): \(line)")
      }
    }
  }
}
