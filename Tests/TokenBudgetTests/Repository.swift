import BudgetReports
import Foundation
import TokenBudget

/// Paths of the checkout that the tests run in.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }

  static func text(_ relative: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(relative), encoding: .utf8)
  }

  /// Paths, relative to the root, of the files with an ending in a folder, sorted.
  static func files(in folder: String, ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder))
      .filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
  }

  static let textVQA = "profiles/scaling/li2025-vqq-textvqa.yaml"
  static let llava = "profiles/compute/llava-1.5-7b.yaml"
  static let maxScorePerFLOP = "policies/max-score-per-flop.yaml"

  /// The shipped question: by the curve through its measurements, or by the power law of the paper.
  static func advisor(decidedBy law: DecidingLaw = .curve) throws -> Advisor {
    try Advisor(profile: .load(path(textVQA)), cost: .load(path(llava)), decidedBy: law)
  }
}
