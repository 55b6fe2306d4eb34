extension Unicode.Scalar {
  /// How many terminal columns the scalar takes: 0, 1 or 2.
  ///
  /// - Source: Unicode Standard Annex #11, East Asian Width: classes W and F take two columns.
  ///   Emoji presentation implies W but for regional indicators, so the standard library's property
  ///   covers that part.
  package var displayWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if value < 0x1100 { return 1 }
    // Vowels and finals that join the Hangul syllable before them.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    // A flag is two of these, one column each.
    if (0x1F1E6...0x1F1FF).contains(value) { return 1 }
    if properties.isEmojiPresentation { return 2 }
    return Self.wideRanges.contains { $0.contains(value) } ? 2 : 1
  }

  /// Whether a terminal shows the scalar as itself instead of acting on it.
  ///
  /// Bidirectional overrides count as unsafe: they would reorder the text around them.
  package var isSafeToPrint: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: return false
    case .format: return value == 0x200D || value == 0x200C
    default: return true
    }
  }

  /// Blocks of class W or F, unassigned code points between them included.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F,  // Hangul Jamo, leading consonants
    0x2329...0x232A,  // angle brackets
    0x2E80...0x303E,  // CJK radicals, punctuation
    0x3041...0x33FF,  // Kana, Bopomofo, CJK compatibility
    0x3400...0x4DBF,  // CJK extension A
    0x4E00...0xA4CF,  // CJK, Yi
    0xA960...0xA97F,  // Hangul Jamo extended A
    0xAC00...0xD7A3,  // Hangul syllables
    0xF900...0xFAFF,  // CJK compatibility ideographs
    0xFE10...0xFE19, 0xFE30...0xFE6F,  // vertical and small forms
    0xFF01...0xFF60, 0xFFE0...0xFFE6,  // full-width forms
    0x16FE0...0x18DFF,  // Tangut, Khitan
    0x1AFF0...0x1B2FF,  // Kana supplements, Nushu
    0x1F200...0x1F265,  // enclosed ideographs
    0x20000...0x2FFFD, 0x30000...0x3FFFD,  // CJK extensions B and later
  ]
}

/// Text from outside as a report prints it: what a terminal would act on is shown as `·`.
package func printable(_ text: String) -> String {
  // Printable ASCII needs no look into Unicode's tables.
  if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
  if text.unicodeScalars.allSatisfy(\.isSafeToPrint) { return text }
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { scalars.append(scalar.isSafeToPrint ? scalar : "·") }
  return String(scalars)
}

/// Text from outside without what a terminal or a log would act on: control characters, escapes, line breaks and
/// bidirectional overrides are written as `\n` or `\u{1B}`.
///
/// - Complexity: O(length); text of printable ASCII is returned as it is.
package func escaped(_ text: String) -> String {
  if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
  if text.unicodeScalars.allSatisfy(\.isSafeToPrint) { return text }
  var result = ""
  for scalar in text.unicodeScalars { scalar.escape(into: &result) }
  return result
}

/// The start of a text from outside, `…` behind it where there is more.
///
/// - Parameter limit: The most scalars that are shown; by default those of a diagnostic's excerpt.
/// - Complexity: O(limit).
package func shortened(
  _ text: some StringProtocol, limit: Int = SourceExcerpt.maximumScalars
) -> String {
  let scalars = text.unicodeScalars
  guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
    end < scalars.endIndex
  else { return String(text) }
  return String(text[..<end]) + "…"
}

/// Lines of which each is shortened.
package func shortened(lines text: String, limit: Int) -> String {
  guard text.utf8.count > limit else { return text }
  return text.split(separator: "\n", omittingEmptySubsequences: false)
    .map { shortened($0, limit: limit) }.joined(separator: "\n")
}

/// Lines from outside, such as a difference of two files: their breaks and tabs stay, and everything else that a
/// terminal or a log would act on is escaped.
package func escaped(lines text: String) -> String {
  var result = ""
  var isReturn = false
  for scalar in text.unicodeScalars {
    // A line may end in CR LF.
    if isReturn { result += scalar == "\n" ? "\r" : "\\r" }
    isReturn = scalar == "\r"
    if scalar == "\n" || scalar == "\t" {
      result.unicodeScalars.append(scalar)
    } else if !isReturn {
      scalar.escape(into: &result)
    }
  }
  return isReturn ? result + "\\r" : result
}

extension Unicode.Scalar {
  /// Appends the scalar, or how it is written where it is not safe to print.
  fileprivate func escape(into text: inout String) {
    switch self {
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    default:
      if isSafeToPrint {
        text.unicodeScalars.append(self)
      } else {
        text += "\\u{\(String(value, radix: 16, uppercase: true))}"
      }
    }
  }
}

/// Text from outside, quoted for a message: control characters escaped, length bounded.
///
/// - Parameters:
///   - text: Anything a user wrote.
///   - limit: The most scalars shown.
/// - Returns: The text in single quotes.
package func quoted(_ text: String, limit: Int = 60) -> String {
  var result = "'"
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == limit {
      result += "…"
      break
    }
    scalar.escape(into: &result)
  }
  return result + "'"
}
