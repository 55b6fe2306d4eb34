/// One line of source, cut to a width that fits a terminal, with the stretch to underline.
public struct SourceExcerpt: Sendable, Equatable {
  /// The line without its break. A long line is cut on either side, marked by `…`; control
  /// characters other than tabs are shown as `·`, so printing it cannot steer a terminal.
  public let text: String

  /// How many scalars of `text` stand before the underlined stretch.
  public let leadingScalars: Int

  /// How many scalars are underlined; 0 points between two characters.
  public let markedScalars: Int

  /// The widest excerpt, in scalars, before a line is cut.
  static let maximumScalars = 160

  /// How much of a cut line is kept before the underlined stretch.
  static let keptBefore = 60

  /// An excerpt of the line around a stretch of it.
  ///
  /// - Parameters:
  ///   - line: The line's UTF-8 bytes, without its break.
  ///   - marked: The bytes to underline, within the line.
  /// - Complexity: O(`maximumScalars`), however long the line is.
  init(line: ArraySlice<UInt8>, marked: SourceRange) {
    precondition(
      line.startIndex <= marked.lowerBound && marked.upperBound <= line.endIndex,
      "marked \(marked) leaves the line \(line.indices)")
    let start = marked.lowerBound
    let before = line.scalarBoundary(back: Self.maximumScalars, from: start)
    let after = line.scalarBoundary(forward: Self.maximumScalars, from: start)
    var lower = before
    var upper = after
    let spaceBefore = line.scalarCount(before..<start)
    let spaceAfter = line.scalarCount(start..<after)
    if spaceBefore + spaceAfter > Self.maximumScalars {
      let kept = min(spaceBefore, max(Self.keptBefore, Self.maximumScalars - spaceAfter))
      lower = line.scalarBoundary(back: kept, from: start)
      upper = line.scalarBoundary(forward: Self.maximumScalars - kept, from: start)
    }
    var scalars = String.UnicodeScalarView()
    if lower > line.startIndex { scalars.append("…") }
    leadingScalars = scalars.count + line.scalarCount(lower..<start)
    markedScalars = line.scalarCount(start..<max(start, min(marked.upperBound, upper)))
    for scalar in String(decoding: line[lower..<upper], as: UTF8.self).unicodeScalars {
      scalars.append(scalar.isSafeToPrint || scalar == "\t" ? scalar : "·")
    }
    if upper < line.endIndex { scalars.append("…") }
    text = String(scalars)
  }

  /// The line below the excerpt: blanks up to the stretch, then `^~~~` as wide as it.
  ///
  /// Tabs are copied, wide characters count two columns and combining marks none, so the caret
  /// stands under the character in any terminal.
  public var caretLine: String {
    var blanks = ""
    var marks = 0
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index < leadingScalars {
        blanks += scalar == "\t" ? "\t" : String(repeating: " ", count: scalar.displayWidth)
      } else if index < leadingScalars + markedScalars {
        // A tab inside the stretch has no fixed width: one mark stands for it.
        marks += scalar == "\t" ? 1 : scalar.displayWidth
      } else {
        break
      }
    }
    return blanks + "^" + String(repeating: "~", count: max(0, marks - 1))
  }
}

extension ArraySlice<UInt8> {
  /// Number of Unicode scalars that start within a range of valid UTF-8.
  func scalarCount(_ range: Range<Int>) -> Int {
    withUnsafeBufferPointer { bytes in
      var count = 0
      for index in range where bytes[index - startIndex] & 0xC0 != 0x80 { count += 1 }
      return count
    }
  }

  fileprivate func scalarBoundary(back count: Int, from offset: Int) -> Int {
    var offset = offset
    var left = count
    while left > 0, offset > startIndex {
      offset -= 1
      if self[offset] & 0xC0 != 0x80 { left -= 1 }
    }
    return offset
  }

  fileprivate func scalarBoundary(forward count: Int, from offset: Int) -> Int {
    var offset = offset
    var left = count
    while left > 0, offset < endIndex {
      offset += 1
      if offset == endIndex || self[offset] & 0xC0 != 0x80 { left -= 1 }
    }
    return offset
  }
}
