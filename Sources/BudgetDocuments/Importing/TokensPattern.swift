import SourceText

/// Says where in a file's name its token count stands: `results_{tokens}tok.json`.
///
/// `*` stands for any text and `?` for one character, neither for a slash. A pattern with slashes is
/// compared with as many folders at the end of the path: `tokens_{tokens}/*_results.json`.
public struct TokensPattern: Sendable, Equatable {
  /// The pattern as it was given.
  public let text: String

  private let before: [Character]
  private let after: [Character]

  /// Reads a pattern.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` where `{tokens}` does not stand in it just once.
  public init(_ text: String) throws(InvalidDocument) {
    let parts = text.split(separator: "{tokens}", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw InvalidDocument.refusal(
        .resultsTokens,
        "the pattern \(quoted(text)) must have '{tokens}' in it once", file: nil,
        suggestion: "for example 'results_{tokens}.json'")
    }
    self.text = text
    before = Array(parts[0])
    after = Array(parts[1])
  }

  /// The token count in a file's name.
  ///
  /// The count is a whole number of the name, perhaps with decimals: no part of a longer one.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` where the name does not match, or in several ways.
  public func tokens(of file: String) throws(InvalidDocument) -> Double {
    let folders = text.count { $0 == "/" }
    let name = file.split(separator: "/").suffix(folders + 1).joined(separator: "/")
    let characters = Array(name)
    var found: [String] = []
    for range in Self.numbers(in: characters)
    where Self.matches(before, characters[..<range.lowerBound])
      && Self.matches(after, characters[range.upperBound...])
    {
      found.append(String(characters[range]))
    }
    guard let number = found.first else {
      throw InvalidDocument.refusal(
        .resultsTokens,
        "the name \(quoted(name)) does not match the pattern \(quoted(text))", file: file,
        suggestion: "'{tokens}' stands for a number, '*' for any text")
    }
    guard found.count == 1 else {
      throw InvalidDocument.refusal(
        .resultsTokens,
        "the pattern \(quoted(text)) finds several numbers in \(quoted(name)): "
          + found.joined(separator: ", "),
        file: file, suggestion: "write out what stands beside the token count")
    }
    guard let tokens = ExactDecimal(number)?.double, tokens > 0, tokens.isFinite else {
      throw InvalidDocument.refusal(
        .resultsTokens,
        "the token count in \(quoted(name)) must be greater than 0, found \(number)", file: file)
    }
    return tokens
  }

  /// Digits, and decimals behind a point, each as long as they go.
  private static func numbers(in text: [Character]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var index = 0
    func isDigit(_ index: Int) -> Bool { index < text.count && ("0"..."9").contains(text[index]) }
    while index < text.count {
      guard isDigit(index) else {
        index += 1
        continue
      }
      let start = index
      while isDigit(index) { index += 1 }
      if index < text.count, text[index] == ".", isDigit(index + 1) {
        index += 1
        while isDigit(index) { index += 1 }
      }
      result.append(start..<index)
    }
    return result
  }

  /// Whether a text matches a pattern with wildcards.
  ///
  /// - Complexity: O(length of the pattern · length of the text).
  private static func matches(_ pattern: [Character], _ text: ArraySlice<Character>) -> Bool {
    var index = text.startIndex
    var place = 0
    /// Behind the last star, and where in the text its match ends.
    var star: (next: Int, end: Int)?
    while index < text.endIndex {
      if place < pattern.count, pattern[place] == "*" {
        star = (place + 1, index)
        place += 1
      } else if place < pattern.count,
        pattern[place] == text[index] || (pattern[place] == "?" && text[index] != "/")
      {
        place += 1
        index += 1
      } else if let last = star, text[last.end] != "/" {
        star = (last.next, last.end + 1)
        place = last.next
        index = last.end + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}

extension Diagnostic.Code {
  /// The token count of a result file is unknown.
  public static let resultsTokens = Self("results.tokens")
}
