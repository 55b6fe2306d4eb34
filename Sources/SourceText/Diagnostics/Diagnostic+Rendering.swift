extension Diagnostic {
  /// The diagnostic as a terminal shows it: position, message and code, the source line with a
  /// caret, and the suggestion.
  ///
  /// ```
  /// profile.yaml:3:9: error: 'law.beta' must be at least 0, found -0.02 [number.out-of-range]
  /// 3 |   beta: -0.02
  ///   |         ^~~~~
  /// ```
  ///
  /// - Parameter colour: Whether to emphasise with ANSI escape sequences.
  /// - Returns: One or more lines without a final line break.
  public func rendered(colour: Bool = false) -> String {
    var head = ""
    if let file {
      head += printable(path: file)
      if let span { head += ":\(span.line):\(span.column)" }
      head += ": "
    }
    let style = Style(enabled: colour)
    var lines = [
      style.bold(head) + style.of(severity, severity.rawValue + ":")
        + " \(message) [\(code)]"
    ]
    if let span, let excerpt {
      let number = String(span.line)
      let blank = String(repeating: " ", count: number.count)
      lines.append("\(number) | \(excerpt.text)")
      lines.append("\(blank) | " + style.of(severity, excerpt.caretLine))
      if let suggestion { lines.append("\(blank) = \(suggestion)") }
    } else if let suggestion {
      lines.append("  = \(suggestion)")
    }
    return lines.joined(separator: "\n")
  }
}

/// A path as it is printed: as it stands, unless it is empty or holds something that a terminal
/// would act on.
package func printable(path: String) -> String {
  !path.isEmpty && path.unicodeScalars.allSatisfy(\.isSafeToPrint)
    ? path : quoted(path, limit: 4096)
}

/// ANSI emphasis, or none.
private struct Style {
  let enabled: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }

  func of(_ severity: Diagnostic.Severity, _ text: String) -> String {
    switch severity {
    case .error: wrap(text, "1;31")
    case .warning: wrap(text, "1;33")
    case .note: wrap(text, "1;36")
    }
  }

  private func wrap(_ text: String, _ code: String) -> String {
    enabled && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
