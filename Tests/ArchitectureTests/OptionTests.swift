import Foundation
import Testing

/// The libraries do not know the command line: their texts refer to a `Parameter`.
@Suite struct OptionTests {
  private static let libraries =
    (try? FileManager.default.contentsOfDirectory(
      atPath: SwiftSource.sources.path))?.filter { $0 != "token-budget" && !$0.hasPrefix(".") }
    ?? []

  /// The flags of the frameworks' own scripts are facts about those.
  @Test(arguments: libraries.sorted())
  func noLibrarySpeaksOfOptions(library: String) throws {
    for file in try SwiftSource.files(of: library)
    where !(library == "ConfigEmbedding" && file.folder == "Frameworks") {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        let option = line.firstMatch(of: /--(?:[a-z]+|\\\()/).map { String($0.output) } ?? ""
        #expect(option.isEmpty, "\(library)/\(file.name):\(index + 1)")
      }
    }
  }

  @Test func thereAreLibraries() { #expect(Self.libraries.contains("SourceText")) }
}
