/// The words of a shell script, each with its bytes, those inside a quoted string of arguments too.
///
/// This is a reader for launch scripts, not a shell: quotes, comments, continued lines, here-documents
/// and arithmetic are told apart, and nothing is run or expanded.
package struct ShellText: Sendable {
  /// One word.
  package struct Word: Sendable {
    /// Its bytes, quotes included.
    package let range: SourceRange
    /// The string that it stands in.
    package let context: Context

    /// A word, or a part of one.
    package init(range: SourceRange, context: Context) {
      self.range = range
      self.context = context
    }
  }

  /// Where a word stands.
  package enum Context: Sendable, Equatable {
    case script
    case singleQuotes
    case doubleQuotes
  }

  /// The script.
  package let source: SourceFile
  /// Its words in order. A quoted string with several words is followed by these.
  package private(set) var words: [Word] = []
  /// The words by what stands in front of their first `=`, or by all of them where there is none.
  private var places: [Substring: [Int]] = [:]

  /// Reads a script.
  ///
  /// - Returns: `nil` where it is no UTF-8 or a quote is never closed; `sink` then has errors.
  package init?(_ source: SourceFile, sink: DiagnosticSink) {
    guard sink.requireUTF8() else { return nil }
    self.source = source
    do {
      try scan(0..<source.bytes.count, .script)
    } catch {
      sink.report(
        .shellSyntax, error.message,
        at: error.offset..<min(error.offset + 1, source.bytes.count))
      return nil
    }
    for (index, word) in words.enumerated() {
      let name = source.bytes[word.range].prefix { $0 != 0x3D }
      places[Substring(decoding: name, as: UTF8.self), default: []].append(index)
    }
  }

  /// The words that are a name, or a name with an `=` and a value behind it, in order.
  ///
  /// - Parameter name: A flag or a variable, without the `=`.
  /// - Complexity: O(words found); for a name that holds an `=` itself, O(words).
  package func words(naming name: Substring) -> [Int] {
    guard name.contains("=") else { return places[name] ?? [] }
    let bytes = Array(name.utf8)
    return words.indices.filter { index in
      let word = source.bytes[words[index].range]
      return word.elementsEqual(bytes) || word.starts(with: bytes + [0x3D])
    }
  }

  /// A quote or a substitution that has no end, or too many in it.
  private struct Unclosed: Error {
    let message: String
    let offset: Int

    init(what: String, offset: Int) {
      message = "the \(what) that opens here is never closed"
      self.offset = offset
    }

    init(nestedAt offset: Int) {
      message = "quotes and substitutions are nested more than \(ShellText.deepest) levels deep"
      self.offset = offset
    }
  }

  /// The deepest nesting of quotes and substitutions.
  private static let deepest = 64

  private mutating func scan(_ range: SourceRange, _ context: Context) throws(Unclosed) {
    let bytes = source.bytes
    var index = range.lowerBound
    // Delimiters of here-documents whose text begins on the next line.
    var pending: [[UInt8]] = []
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == 0x0A, !pending.isEmpty {
        index = skipHereDocuments(pending, from: index + 1, to: range.upperBound)
        pending = []
      } else if Self.isBlank(byte) {
        index += 1
      } else if byte == 0x5C, index + 1 < range.upperBound, Self.isLineBreak(bytes[index + 1]) {
        index += 2
      } else if context == .script, byte == 0x23 {
        index = source.lineEnd(index)
      } else if context == .script, byte == 0x3C, bytes[index...].starts(with: [0x3C, 0x3C]),
        !bytes[index...].starts(with: [0x3C, 0x3C, 0x3C])
      {
        index += 2
        if index < range.upperBound, bytes[index] == 0x2D { index += 1 }
        while index < range.upperBound, bytes[index] == 0x20 { index += 1 }
        let end = try wordEnd(index, range.upperBound, context)
        pending.append(bytes[index..<end].filter { ![0x22, 0x27, 0x5C].contains($0) })
        index = end
      } else if context == .script, Self.isOperator(byte) {
        index += 1
      } else {
        let end = try wordEnd(index, range.upperBound, context)
        words.append(Word(range: index..<end, context: context))
        if context == .script { try scanStrings(index..<end) }
        index = max(end, index + 1)
      }
    }
  }

  /// Whether a word is the label of a `case`, such as `--max_pixels)`.
  package func isLabel(_ word: Word) -> Bool {
    word.context == .script && word.range.upperBound < source.bytes.count
      && source.bytes[word.range.upperBound] == 0x29
  }

  /// The words of the quoted strings in a word, where there are several.
  ///
  /// `"--a "$b" --c"` is two strings and what is between them, and its author means one.
  private mutating func scanStrings(_ word: SourceRange) throws(Unclosed) {
    var strings: [SourceRange] = []
    var index = word.lowerBound
    while index < word.upperBound {
      let byte = source.bytes[index]
      if byte == 0x5C {
        index += 2
      } else if byte == 0x60 {
        index = try quoteEnd(index, word.upperBound)
      } else if byte == 0x27 || byte == 0x22 {
        let end = try quoteEnd(index, word.upperBound)
        strings.append(index..<end)
        index = end
      } else if byte == 0x24 {
        index = max(index + 1, try expansionEnd(index, word.upperBound))
      } else {
        index += 1
      }
    }
    guard let first = strings.first, let last = strings.last else { return }
    let quote = source.bytes[first.lowerBound]
    if strings.allSatisfy({ source.bytes[$0.lowerBound] == quote }) {
      strings = [first.lowerBound..<last.upperBound]
    }
    for string in strings {
      let inside = (string.lowerBound + 1)..<(string.upperBound - 1)
      guard Self.holdsFlags(source.bytes[inside]) else { continue }
      try scan(inside, source.bytes[string.lowerBound] == 0x27 ? .singleQuotes : .doubleQuotes)
    }
  }

  /// Whether a string is a list of arguments: a word in it begins with two hyphens.
  private static func holdsFlags(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.contains(where: isBlank) else { return false }
    var isStart = true
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if isStart, bytes[index...].starts(with: [0x2D, 0x2D]) { return true }
      isStart = isBlank(bytes[index])
      index += 1
    }
    return false
  }

  // MARK: Words

  private func wordEnd(_ start: Int, _ limit: Int, _ context: Context) throws(Unclosed) -> Int {
    var index = start
    while index < limit {
      let byte = source.bytes[index]
      if Self.isBlank(byte) || (context == .script && Self.isOperator(byte)) { break }
      switch byte {
      case 0x5C:
        // A line break that is escaped ends the word as a blank does.
        if index + 1 < limit, Self.isLineBreak(source.bytes[index + 1]) { return index }
        // In a double-quoted string an escaped quote opens a string of its own.
        if context == .doubleQuotes, index + 1 < limit, source.bytes[index + 1] == 0x22 {
          index += 2
          while index + 1 < limit,
            !(source.bytes[index] == 0x5C && source.bytes[index + 1] == 0x22)
          {
            index += 1
          }
        }
        index += 2
      case 0x27 where context == .script, 0x22 where context == .script:
        index = try quoteEnd(index, limit)
      case 0x24: index = max(index + 1, try expansionEnd(index, limit))
      case 0x60: index = try quoteEnd(index, limit)
      case 0x27 where context == .doubleQuotes, 0x22 where context == .singleQuotes:
        // The other kind of quote, where it is closed within the string.
        let rest = source.bytes[(index + 1)..<limit]
        index = (rest.firstIndex(of: byte) ?? index) + 1
      default: index += 1
      }
    }
    return min(index, limit)
  }

  /// Behind the quote, or the backtick, that closes the one at an offset.
  private func quoteEnd(_ start: Int, _ limit: Int, depth: Int = 0) throws(Unclosed) -> Int {
    guard depth < Self.deepest else { throw Unclosed(nestedAt: start) }
    let quote = source.bytes[start]
    // `$'…'` has escapes, a plain single quote has none.
    let hasEscapes = quote != 0x27 || (start > 0 && source.bytes[start - 1] == 0x24)
    var index = start + 1
    while index < limit {
      let byte = source.bytes[index]
      if byte == quote { return index + 1 }
      if hasEscapes, byte == 0x5C {
        index += 2
      } else if quote == 0x22, byte == 0x24 {
        index = max(index + 1, try expansionEnd(index, limit, depth: depth + 1))
      } else if quote == 0x22, byte == 0x60 {
        index = try quoteEnd(index, limit, depth: depth + 1)
      } else {
        index += 1
      }
    }
    let what = quote == 0x22 ? "double quote" : quote == 0x27 ? "single quote" : "backtick"
    throw Unclosed(what: what, offset: start)
  }

  /// Behind what begins with the dollar at an offset: `$(…)`, `$((…))`, `${…}` or a name.
  private func expansionEnd(_ start: Int, _ limit: Int, depth: Int = 0) throws(Unclosed) -> Int {
    guard start + 1 < limit else { return start + 1 }
    let (open, close): (UInt8, UInt8)
    switch source.bytes[start + 1] {
    case 0x28: (open, close) = (0x28, 0x29)
    case 0x7B: (open, close) = (0x7B, 0x7D)
    default: return start + 1
    }
    var unclosed = 0
    var index = start + 1
    while index < limit {
      let byte = source.bytes[index]
      if byte == open {
        unclosed += 1
      } else if byte == close {
        unclosed -= 1
        if unclosed == 0 { return index + 1 }
      } else if byte == 0x5C {
        index += 1
      } else if byte == 0x27 || byte == 0x22, close == 0x29 {
        index = try quoteEnd(index, limit, depth: depth + 1)
        continue
      }
      index += 1
    }
    throw Unclosed(what: close == 0x29 ? "'$('" : "'${'", offset: start)
  }

  private func skipHereDocuments(_ delimiters: [[UInt8]], from start: Int, to limit: Int) -> Int {
    var index = start
    for delimiter in delimiters {
      while index < limit {
        let end = source.lineEnd(index)
        let line = source.bytes[index..<end].drop { $0 == 0x09 }
        index = source.nextLine(index) ?? limit
        if Array(line) == delimiter { break }
      }
    }
    return index
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private static func isOperator(_ byte: UInt8) -> Bool {
    [0x3B, 0x26, 0x7C, 0x3C, 0x3E, 0x28, 0x29].contains(byte)
  }
}

extension Diagnostic.Code {
  /// A quote, a substitution or an arithmetic expression of a shell script is never closed.
  package static let shellSyntax = Self("shell.syntax")
}
