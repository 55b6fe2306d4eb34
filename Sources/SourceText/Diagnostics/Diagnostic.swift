/// One problem with an input, or one remark on a result, that a person can act on.
///
/// A diagnostic is a complete value: it carries the piece of source that it speaks of, so it can
/// be printed, sent or stored after the document itself is gone.
public struct Diagnostic: Sendable, Equatable {
  /// A stable name for one kind of problem, such as `document.unknown-key`.
  ///
  /// Two problems that a reader would mend in different ways have different codes. Every code is
  /// explained in `docs/diagnostics.md`.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name: a room, a dot, and the problem in kebab case.
    public let name: String

    /// A code with this name.
    public init(_ name: String) { self.name = name }

    public var description: String { name }
  }

  /// How much a diagnostic weighs.
  public enum Severity: String, Sendable {
    /// The input cannot be used.
    case error
    /// The answer stands, and the reader should know this before acting on it.
    case warning
    /// Background that explains the answer.
    case note
  }

  /// Which kind of problem this is.
  public let code: Code

  /// How much it weighs.
  public let severity: Severity

  /// What is wrong, in one sentence without a full stop.
  public let message: String

  /// What to do about it, when that is known.
  public let suggestion: Suggestion?

  /// The file it is about; `nil` when it is about no file.
  public let file: String?

  /// The place in the file; `nil` when it is about the file as a whole.
  public let span: SourceSpan?

  /// The line that `span` starts on.
  public let excerpt: SourceExcerpt?

  /// A diagnostic from its parts. What a terminal or a log would act on is escaped in both texts, wherever they
  /// take it from.
  public init(
    code: Code, severity: Severity, message: String, suggestion: Suggestion? = nil,
    file: String? = nil, span: SourceSpan? = nil, excerpt: SourceExcerpt? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = escaped(message)
    self.suggestion = suggestion?.escapingControls()
    self.file = file
    self.span = span
    self.excerpt = excerpt
  }
}

/// A stretch of source in the coordinates that editors show: lines and columns from 1, columns in
/// Unicode scalars. The end is exclusive.
public struct SourceSpan: Sendable, Equatable {
  /// Line of the first scalar, from 1.
  public let line: Int
  /// Column of the first scalar, from 1.
  public let column: Int
  /// Line of the end, from 1.
  public let endLine: Int
  /// Column just behind the last scalar, from 1.
  public let endColumn: Int

  /// A span from its four coordinates.
  public init(line: Int, column: Int, endLine: Int, endColumn: Int) {
    self.line = line
    self.column = column
    self.endLine = endLine
    self.endColumn = endColumn
  }
}

/// A document that could not be used, with everything that is wrong with it.
public struct InvalidDocument: Error, Sendable, Equatable, CustomStringConvertible {
  /// The document's name, usually its path.
  public let file: String

  /// What was found, errors and warnings, in the order of the source.
  public let diagnostics: [Diagnostic]

  /// Whether the document could not be read at all, as opposed to read and found wrong.
  public let isUnreadable: Bool

  /// A failure from its diagnostics.
  public init(file: String, diagnostics: [Diagnostic], isUnreadable: Bool = false) {
    self.file = file
    self.diagnostics = diagnostics
    self.isUnreadable = isUnreadable
  }

  static func unreadable(
    _ path: String, _ code: Diagnostic.Code, _ message: String
  ) -> InvalidDocument {
    InvalidDocument(
      file: path,
      diagnostics: [Diagnostic(code: code, severity: .error, message: message, file: path)],
      isUnreadable: true)
  }

  /// The diagnostics as a terminal shows them.
  public var description: String {
    diagnostics.map { $0.rendered() }.joined(separator: "\n")
  }
}
