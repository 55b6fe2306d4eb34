import Foundation
import Testing

/// Imports point down only, and the core stays pure. The compiler's own check passes a transitive
/// import; this one reads the sources.
@Suite struct ImportTests {
  /// For each room, what its sources may import.
  private static let allowed: [String: Set<String>] = [
    "token-budget": [
      "ArgumentParser", "ConfigEmbedding", "SourceText", "TokenBudget", "Glibc", "Musl", "Darwin",
    ],
    "ConfigEmbedding": ["ComputeCosts", "SourceText"],
    "TokenBudget": [
      "BudgetSearch", "ComputeCosts", "ScalingLaws", "SourceText", "Foundation",
      "FoundationEssentials",
      "Glibc",
      "Musl", "Darwin",
    ],
    "BudgetSearch": ["RealModule"],
    "ScalingLaws": ["RealModule"],
    "ComputeCosts": [],
    "SourceText": ["CLibYAML", "Glibc", "Musl", "Darwin"],
    "CLibYAML": [],
  ]

  private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")

  private func files(in room: String) throws -> [(path: String, text: String)] {
    let folder = Self.sources.appendingPathComponent(room)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }.sorted().map { path in
        (path, try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8))
      }
  }

  @Test func everyRoomIsListed() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    #expect(Set(rooms) == Set(Self.allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func importsAreAllowed(room: String) throws {
    let allowed = try #require(Self.allowed[room])
    let statement =
      /^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
    for (path, text) in try files(in: room) {
      for line in text.split(separator: "\n") {
        guard let match = line.firstMatch(of: statement) else { continue }
        #expect(allowed.contains(String(match.1)), "\(room)/\(path) imports \(match.1)")
      }
    }
  }

  /// A new diagnostic code is documented before it ships.
  @Test func everyDiagnosticCodeIsDocumented() throws {
    let documentation = try String(
      contentsOf: Self.sources.deletingLastPathComponent()
        .appendingPathComponent("docs/diagnostics.md"), encoding: .utf8)
    let definition = /static let \w+ = (?:Self|Diagnostic\.Code)\("([a-z0-9.-]+)"\)/
    var codes: Set<String> = []
    for room in Self.allowed.keys {
      for (_, text) in try files(in: room) {
        for match in text.matches(of: definition) { codes.insert(String(match.1)) }
      }
    }
    #expect(codes.count > 30)
    for code in codes.sorted() { #expect(documentation.contains("`\(code)`"), "\(code)") }
    // And nothing is documented that no longer exists.
    for match in documentation.matches(
      of: /^\| `([a-z]+\.[a-z0-9-]+)` \|/.anchorsMatchLineEndings())
    {
      #expect(codes.contains(String(match.1)), "\(match.1) is documented and never reported")
    }
  }
}
