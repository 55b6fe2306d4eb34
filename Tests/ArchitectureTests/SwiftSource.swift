import Foundation

/// What a source file says in code: its words without comments and literal text, and what it declares.
struct SwiftSource {
  /// The folder within its module; empty at the module's root.
  let folder: String
  let name: String
  let text: String
  /// Identifiers and keywords in order, those of interpolations included.
  let words: [Substring]
  /// The types it declares that other files can name, and its free functions.
  let declared: Set<String>
  /// The types and functions that no other file can name.
  let local: Set<String>

  init(folder: String, name: String, text: String) {
    self.folder = folder
    self.name = name
    self.text = text
    let code = Self.code(of: Array(text.utf8))
    words = code.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    (declared, local) = Self.declarations(in: code)
  }

  /// The sources of a module, in the order of their paths.
  static func files(of module: String) throws -> [SwiftSource] {
    let root = sources.appendingPathComponent(module)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".swift") }.sorted().map { path in
        SwiftSource(
          folder: path.split(separator: "/").dropLast().joined(separator: "/"),
          name: path,
          text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
      }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let sources = root.appendingPathComponent("Sources")

  private static func declarations(
    in code: String
  ) -> (declared: Set<String>, local: Set<String>) {
    let declaration = /\b(struct|enum|protocol|class|actor|typealias|func)[ ]+(\w+)/
    var names: Set<String> = []
    var local: Set<String> = []
    for line in code.split(separator: "\n") {
      let isNested = line.first == " "
      for match in line.matches(of: declaration) {
        let before = line[..<match.range.lowerBound]
        if before.contains("private") {
          local.insert(String(match.2))
          continue
        }
        // Methods and nested aliases are found by the type that they belong to.
        if isNested, match.1 == "func" || match.1 == "typealias" { continue }
        names.insert(String(match.2))
      }
    }
    return (names, local)
  }

  /// A text without comments, and without strings but for what is interpolated.
  private static func code(of bytes: [UInt8]) -> String {
    var scanner = Scanner(bytes: bytes)
    scanner.readCode(untilParenthesis: false)
    return String(decoding: scanner.code, as: UTF8.self)
  }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var code: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    private func has(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      guard index + count <= bytes.count else { return false }
      for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] {
        return false
      }
      return true
    }

    mutating func readCode(untilParenthesis: Bool) {
      var depth = 1
      while index < bytes.count {
        if has("//") {
          while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        } else if has("/*") {
          while index < bytes.count, !has("*/") { index += 1 }
          index = min(bytes.count, index + 2)
        } else if has("\"\"\"") {
          index += 3
          readString("\"\"\"")
        } else if has("\"") {
          index += 1
          readString("\"")
        } else if has("#\"") {
          index += 2
          while index < bytes.count, !has("\"#") { index += 1 }
          index = min(bytes.count, index + 2)
        } else {
          if untilParenthesis {
            if has("(") { depth += 1 }
            if has(")") {
              depth -= 1
              if depth == 0 { return index += 1 }
            }
          }
          code.append(bytes[index])
          index += 1
        }
      }
    }

    private mutating func readString(_ end: StaticString) {
      code.append(UInt8(ascii: " "))
      while index < bytes.count, !has(end) {
        if has("\\(") {
          index += 2
          readCode(untilParenthesis: true)
          code.append(UInt8(ascii: " "))
        } else {
          index += has("\\") ? 2 : 1
        }
      }
      index = min(bytes.count, index + end.utf8CodeUnitCount)
    }
  }
}
