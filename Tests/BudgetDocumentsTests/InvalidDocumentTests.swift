import BudgetDocuments
import Foundation
import SourceText
import TestSupport
import Testing

/// Every document in `Fixtures/invalid` against the diagnostics beside it, as a terminal shows them.
///
/// `RECORD_FIXTURES=1 swift test --filter InvalidDocumentTests` writes them anew; read the change
/// before committing it.
@Suite struct InvalidDocumentTests {
  private static let folder = "Tests/BudgetDocumentsTests/Fixtures/invalid"

  static func fixtures() throws -> [String] { try Repository.files(in: folder, ending: ".yaml") }

  @Test func thereAreEnoughOfThem() throws {
    #expect(try Self.fixtures().count >= 12)
  }

  @Test(arguments: try fixtures())
  func diagnosticsAreAsRecorded(fixture: String) throws {
    let name = String(fixture.dropFirst(Self.folder.count + 1))
    let bytes = try Data(contentsOf: Repository.root.appendingPathComponent(fixture))
    let source = SourceFile(name: name, bytes: Array(bytes))
    let failure = try #require(throws: InvalidDocument.self) { try AnyDocument.parse(source) }
    #expect(!failure.isUnreadable)

    let rendered = failure.description + "\n"
    let expectedPath = fixture.replacingOccurrences(of: ".yaml", with: ".expected")
    if ProcessInfo.processInfo.environment["RECORD_FIXTURES"] == "1" {
      try rendered.write(
        to: Repository.root.appendingPathComponent(expectedPath), atomically: true, encoding: .utf8)
    }
    #expect(rendered == (try Repository.text(expectedPath)))
  }

  /// The bomb stands for 10¹⁰ values; refusing it must not cost what building them would.
  @Test func aliasBombCostsNothing() throws {
    let bytes = try Data(
      contentsOf: Repository.root.appendingPathComponent(Self.folder + "/alias-bomb.yaml"))
    #expect(bytes.count < 1000)
    let failure = try #require(throws: InvalidDocument.self) {
      try AnyDocument.parse(SourceFile(name: "bomb", bytes: Array(bytes)))
    }
    #expect(failure.diagnostics.map(\.code.name) == ["yaml.alias-expansion"])
  }
}
