import Testing

@testable import SourceText

@Suite struct SourceFileTests {
  private func code(reading path: String, limit: Int = 1000) -> (String?, Bool?) {
    do {
      _ = try SourceFile.read(path: path, byteLimit: limit)
      return (nil, nil)
    } catch {
      return (error.diagnostics.first?.code.name, error.isUnreadable)
    }
  }

  @Test func unreadableFilesSayWhy() {
    #expect(code(reading: "/nonexistent/file.yaml") == ("file.not-found", true))
    #expect(code(reading: "") == ("file.not-found", true))
    #expect(code(reading: "a\u{0}b") == ("file.not-found", true))
    #expect(code(reading: "/") == ("file.is-directory", true))
  }

  @Test func endlessFilesStopAtTheLimit() {
    #expect(code(reading: "/dev/zero", limit: 100_000) == ("file.too-large", false))
  }

  @Test func thisFileIsReadWhole() throws {
    let source = try SourceFile.read(path: #filePath)
    #expect(source.bytes.suffix(2) == [0x7D, 0x0A])
    #expect(source.name == #filePath)
  }
}
