package import Foundation

/// Paths of the checkout that the tests run in.
package enum Repository {
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  package static func path(_ relative: String) -> String {
    root.appendingPathComponent(relative).path
  }

  package static func text(_ relative: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(relative), encoding: .utf8)
  }

  /// Paths, relative to the root, of the files with an ending in a folder, sorted.
  package static func files(in folder: String, ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(folder))
      .filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
  }

  package static let textVQA = "profiles/scaling/li2025-vqq-textvqa.yaml"
  package static let llava = "profiles/compute/llava-1.5-7b.yaml"
  package static let maxScorePerFLOP = "policies/max-score-per-flop.yaml"
}
