import Foundation
import Testing

/// How texts come about: libraries refer to a `Parameter`, not to options, and one writer writes JSON.
@Suite struct WritingRulesTests {
  private static let modules =
    ((try? FileManager.default.contentsOfDirectory(atPath: SwiftSource.sources.path)) ?? [])
    .filter { !$0.hasPrefix(".") }.sorted()
  private static let libraries = modules.filter { $0 != "token-budget" }

  /// The lines of a file that are not comments, with their numbers.
  private func lines(of file: SwiftSource) -> [(number: Int, text: ArraySlice<UInt8>)] {
    Array(file.text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
      .map { ($0.offset + 1, $0.element.drop { $0 == 0x20 }) }
      .filter { !$0.text.starts(with: "//".utf8) }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  /// Whether a line has `--option`, or `--` before an interpolation.
  private func speaksOfAnOption(_ line: ArraySlice<UInt8>) -> Bool {
    line.indices.contains { index in
      guard line[index] == 0x2D, line[index...].starts(with: "--".utf8) else { return false }
      let rest = line[(index + 2)...]
      return rest.first.map(isWord) == true || rest.starts(with: "\\(".utf8)
    }
  }

  /// Whether a line has the key of a JSON object within a literal: `\"key\" :`.
  private func writesAMember(_ line: ArraySlice<UInt8>) -> Bool {
    line.indices.contains { index in
      guard line[index] == 0x5C, line[index...].starts(with: "\\\"".utf8) else { return false }
      let name = line[(index + 2)...].prefix(while: isWord)
      let rest = line[name.endIndex...]
      return !name.isEmpty
        && (rest.starts(with: "\\\":".utf8) || rest.starts(with: "\\\" :".utf8))
    }
  }

  /// The flags of the frameworks' own scripts, and of the program that downloads models, are facts about those.
  @Test(arguments: libraries)
  func noLibrarySpeaksOfOptions(library: String) throws {
    for file in try SwiftSource.files(of: library)
    where !(library == "ConfigEmbedding" && file.folder == "Frameworks")
      && file.name != "Importing/DownloadCommand.swift"
    {
      for line in lines(of: file) where speaksOfAnOption(line.text) {
        Issue.record("\(library)/\(file.name):\(line.number) speaks of an option")
      }
    }
  }

  /// A text that is put together by hand forgets to escape.
  @Test(arguments: modules)
  func onlyTheOneWriterWritesJSON(module: String) throws {
    for file in try SwiftSource.files(of: module) where file.name != "JSONValue.swift" {
      for line in lines(of: file) where writesAMember(line.text) {
        Issue.record("\(module)/\(file.name):\(line.number) writes JSON by hand")
      }
      for word in ["JSONEncoder", "JSONSerialization"] where file.words.contains(Substring(word)) {
        Issue.record("\(module)/\(file.name) uses \(word)")
      }
    }
  }

  @Test func whatIsForbiddenIsFound() {
    func line(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
    #expect(speaksOfAnOption(line(#"suggestion: "take '--law FORM'""#)))
    #expect(speaksOfAnOption(line(#"name: "--\(flag)""#)))
    #expect(!speaksOfAnOption(line(#"word.hasPrefix("--") + "--- \(name)""#)))
    #expect(writesAMember(line(#"json: "{ \"schema_version\" : 1 }""#)))
    #expect(writesAMember(line(#"json: "{\"a\":1}""#)))
    #expect(!writesAMember(line(#"text: "a \"word\" in quotes: \(this)""#)))
    #expect(Self.libraries.count > 5)
  }
}
