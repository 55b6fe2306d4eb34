import Foundation
import ScalingLaws

/// The tables of `References`.
enum References {
  /// The rows of a table as numbers, without comments; `header` rows are left out too.
  static func numbers(_ name: String, header: Int = 0) throws -> [[Double]] {
    try lines(name).dropFirst(header).map { line in
      line.split(separator: ",").map { Double($0) ?? .nan }
    }
  }

  /// The lines of a table that are no comments.
  static func lines(_ name: String) throws -> [Substring] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/\(name)")
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
  }

  /// A series from ln n and ln S.
  static func series(logTokens: [Double], logScores: [Double]) throws -> Series {
    try Series(
      zip(logTokens, logScores).map { Measurement(tokens: exp($0), score: exp($1)) })
  }
}
