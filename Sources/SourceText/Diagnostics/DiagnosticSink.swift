/// Collects the problems of one document while it is read, so that all are reported together.
///
/// A sink belongs to the call that reads the document; it is not shared between threads.
public final class DiagnosticSink {
  /// The document that positions refer to.
  public let source: SourceFile

  /// The most diagnostics kept: past it a single remark says that there are more.
  public static let limit = 100

  /// Whether anything that forbids using the document was found.
  public private(set) var hasErrors = false

  private var found: [(offset: Int, diagnostic: Diagnostic)] = []
  private var overflow = 0
  private lazy var lines = LineIndex(source)

  /// An empty sink for a document.
  public init(_ source: SourceFile) { self.source = source }

  /// Reports a problem that forbids using the document.
  ///
  /// - Parameters:
  ///   - code: Which kind of problem.
  ///   - message: What is wrong, in one sentence without a full stop.
  ///   - range: The bytes it is about; `nil` for the document as a whole.
  ///   - suggestion: What to do about it.
  public func report(
    _ code: Diagnostic.Code, _ message: String, at range: SourceRange?, suggestion: String? = nil
  ) {
    hasErrors = true
    add(code, .error, message, at: range, suggestion: suggestion)
  }

  /// Reports something a reader should know though the document can be used.
  public func warn(
    _ code: Diagnostic.Code, _ message: String, at range: SourceRange?, suggestion: String? = nil
  ) {
    add(code, .warning, message, at: range, suggestion: suggestion)
  }

  private func add(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
    at range: SourceRange?, suggestion: String?
  ) {
    guard found.count < Self.limit else {
      overflow += 1
      return
    }
    let place = range.map { lines.locate($0) }
    found.append(
      (
        range?.lowerBound ?? 0,
        Diagnostic(
          code: code, severity: severity, message: message, suggestion: suggestion,
          file: source.name, span: place?.span, excerpt: place?.excerpt)
      ))
  }

  /// What was found, in the order of the source.
  public var diagnostics: [Diagnostic] {
    var result = found.enumerated()
      .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
      .map(\.element.diagnostic)
    if overflow > 0 {
      result.append(
        Diagnostic(
          code: .moreProblems, severity: .note,
          message: "\(overflow) further problems are not shown", file: source.name))
    }
    return result
  }

  func locate(_ range: SourceRange) -> (span: SourceSpan, excerpt: SourceExcerpt) {
    lines.locate(range)
  }

  /// Line number from 1 of a byte offset, for messages that refer to another place.
  public func line(of offset: Int) -> Int { lines.locate(offset..<offset).span.line }

  /// The failure to throw when the document cannot be used.
  public var failure: InvalidDocument {
    InvalidDocument(file: source.name, diagnostics: diagnostics)
  }
}

extension Diagnostic.Code {
  /// More was found than is shown.
  public static let moreProblems = Self("document.more-problems")
}
