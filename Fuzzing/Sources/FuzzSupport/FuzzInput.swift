import BudgetReports
import SourceText

/// The bytes that libFuzzer hands over, and how they are taken apart.
public struct FuzzInput {
  /// The bytes.
  public let bytes: [UInt8]

  /// What lies at an address; nothing where there is none.
  public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    bytes = Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// The input as one file.
  public func file(_ name: String) -> SourceFile { SourceFile(name: name, bytes: bytes) }

  /// The parts between lines of five `=`; at least one.
  ///
  /// - Complexity: O(size).
  public var parts: [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.elementsEqual("=====".utf8) {
        parts.append([])
      } else {
        if parts[parts.count - 1].isEmpty == false { parts[parts.count - 1].append(0x0A) }
        parts[parts.count - 1] += line
      }
    }
    return parts
  }
}

/// A config with what the command line would say of it: the input's first line is
/// `name framework family tokens options`, with `-` for what is left out, and the rest is the config.
public struct ConfigQuestion {
  /// The config.
  public let source: SourceFile
  /// The id of a framework; `nil` to find it from the text.
  public let framework: String?
  /// A family; `nil` to find it from the text.
  public let family: String?
  /// The budget that is asked for, and as many images, at least 1.
  public let count: Int
  /// Letters, one for each option.
  public let options: Set<Character>

  /// Takes an input apart.
  ///
  /// - Returns: `nil` where the first line has no five words.
  public init?(_ input: FuzzInput) {
    guard let end = input.bytes.firstIndex(of: 0x0A) else { return nil }
    let words = String(decoding: input.bytes[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 5, let count = Int(words[3]), count > 0 else { return nil }
    source = SourceFile(name: String(words[0]), bytes: Array(input.bytes[(end + 1)...]))
    framework = words[1] == "-" ? nil : String(words[1])
    family = words[2] == "-" ? nil : String(words[2])
    self.count = count
    options = Set(words[4])
  }
}
