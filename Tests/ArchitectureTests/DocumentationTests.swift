import Foundation
import Testing

/// What documents promise of the sources.
@Suite struct DocumentationTests {
  /// A new diagnostic code is documented before it ships.
  @Test func everyDiagnosticCodeIsDocumented() throws {
    let documentation = try String(
      contentsOf: SwiftSource.root.appendingPathComponent("docs/diagnostics.md"), encoding: .utf8)
    let definition = /static let \w+ = (?:Self|Diagnostic\.Code)\("([a-z0-9.-]+)"\)/
    var codes: Set<String> = []
    let modules = try FileManager.default.contentsOfDirectory(atPath: SwiftSource.sources.path)
    for module in modules where !module.hasPrefix(".") {
      for file in try SwiftSource.files(of: module) {
        for match in file.text.matches(of: definition) { codes.insert(String(match.1)) }
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
