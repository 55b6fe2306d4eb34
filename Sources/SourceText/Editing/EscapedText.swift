/// Text inside quotes, with the place in the file of each of its bytes, so that it can be read as a
/// document of its own and edited where it stands.
package struct EscapedText: Sendable {
  /// How the text is written in the file.
  package enum Quoting: Sendable {
    /// As it is.
    case none
    /// YAML's single quotes: a quote is doubled.
    case yamlSingle
    /// YAML's double quotes: backslashes escape.
    case yamlDouble
    /// The shell's single quotes: nothing can be escaped.
    case shellSingle
    /// The shell's double quotes: a backslash escapes a quote, a backslash, a dollar and a backtick.
    case shellDouble
  }

  /// The text.
  package let bytes: [UInt8]
  /// Where in the file each byte begins, and behind them where the text ends.
  private let offsets: [Int]
  private let quoting: Quoting

  /// The text in a range of a file, quotes not included.
  ///
  /// - Returns: `nil` where the text goes over several lines, has escapes that stand for several bytes,
  ///   or something that the shell would replace.
  package init?(_ file: SourceFile, _ range: SourceRange, _ quoting: Quoting) {
    var bytes: [UInt8] = []
    var offsets: [Int] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = file.bytes[index]
      let next = index + 1 < range.upperBound ? file.bytes[index + 1] : nil
      offsets.append(index)
      switch (quoting, byte) {
      // YAML folds lines; the shell keeps them.
      case (.yamlSingle, 0x0A), (.yamlSingle, 0x0D), (.yamlDouble, 0x0A), (.yamlDouble, 0x0D):
        return nil
      case (.yamlSingle, 0x27):
        guard next == 0x27 else { return nil }
        bytes.append(0x27)
        index += 2
        continue
      case (.yamlDouble, 0x5C):
        guard let next, next == 0x22 || next == 0x5C || next == 0x2F else { return nil }
        bytes.append(next)
        index += 2
        continue
      case (.shellDouble, 0x5C):
        if let next, [0x22, 0x5C, 0x24, 0x60].contains(next) {
          bytes.append(next)
          index += 2
          continue
        }
        bytes.append(byte)
      case (.shellDouble, 0x24), (.shellDouble, 0x60): return nil
      default: bytes.append(byte)
      }
      index += 1
    }
    offsets.append(range.upperBound)
    self.bytes = bytes
    self.offsets = offsets
    self.quoting = quoting
  }

  /// Where a range of the text stands in the file.
  package func range(_ range: SourceRange) -> SourceRange {
    offsets[range.lowerBound]..<offsets[range.upperBound]
  }

  /// An edit of the text as an edit of the file.
  package func edit(_ edit: TextEdit) -> TextEdit {
    TextEdit(range(edit.range), escaped(edit.replacement))
  }

  private func escaped(_ text: String) -> String {
    switch quoting {
    case .none, .shellSingle: text
    case .yamlSingle: text.replacing("'", with: "''")
    case .yamlDouble, .shellDouble:
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
  }
}

extension String {
  /// The text with every occurrence of a character replaced.
  fileprivate func replacing(_ character: Character, with other: String) -> String {
    reduce(into: "") { $0 += $1 == character ? other : String($1) }
  }
}
