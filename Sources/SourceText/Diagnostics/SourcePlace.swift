/// Where a value was written, kept with the value so that a later check can point at it.
public struct SourcePlace: Sendable, Equatable {
  /// The document.
  public let file: String
  /// The lines and columns.
  public let span: SourceSpan
  /// The line.
  public let excerpt: SourceExcerpt
}

extension SourceFile {
  /// The place of a range of bytes.
  ///
  /// - Complexity: O(size of the document): who asks often keeps a ``LineIndex``.
  package func place(_ range: SourceRange) -> SourcePlace { place(range, in: LineIndex(self)) }

  /// The place of a range of bytes, by an index of the same document.
  func place(_ range: SourceRange, in index: LineIndex) -> SourcePlace {
    let (span, excerpt) = index.locate(range)
    return SourcePlace(file: name, span: span, excerpt: excerpt)
  }
}

extension Diagnostic {
  /// A diagnostic on a value that was read earlier.
  ///
  /// - Parameters:
  ///   - code: Which kind of problem it is.
  ///   - severity: How much it weighs.
  ///   - message: What is wrong.
  ///   - suggestion: What to do about it.
  ///   - place: Where the value was written; `nil` when it came from code.
  ///   - file: The document to name when the place is unknown.
  public init(
    code: Code, severity: Severity, message: String, suggestion: Suggestion? = nil,
    place: SourcePlace?, file: String? = nil
  ) {
    self.init(
      code: code, severity: severity, message: message, suggestion: suggestion,
      file: place?.file ?? file, span: place?.span, excerpt: place?.excerpt)
  }
}

extension InvalidDocument {
  /// One error, at a place, about a file as a whole, or about no file.
  ///
  /// - Parameters:
  ///   - place: Where the value was written; `nil` when it came from code.
  ///   - file: The document to name when the place is unknown; `nil` for what was asked for beside
  ///     documents.
  package static func refusal(
    _ code: Diagnostic.Code, _ message: String, place: SourcePlace? = nil, file: String?,
    suggestion: Suggestion? = nil
  ) -> InvalidDocument {
    InvalidDocument(
      file: place?.file ?? file ?? "(arguments)",
      diagnostics: [
        Diagnostic(
          code: code, severity: .error, message: message, suggestion: suggestion, place: place,
          file: file)
      ])
  }
}
