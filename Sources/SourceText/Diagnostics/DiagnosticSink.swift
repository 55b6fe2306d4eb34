/// Collects the problems of one document while it is read, so that all are reported together.
///
/// A sink belongs to the call that reads the document; it is not shared between threads.
public final class DiagnosticSink {
  /// The document that positions refer to.
  public let source: SourceFile

  /// The most errors kept of a document, and the most warnings: past it a single remark says that there are more.
  /// Each has its own share, so that warnings cannot hide what is wrong.
  public static let limit = 100

  /// Whether anything that forbids using the document was found.
  public var hasErrors: Bool { errors.total > 0 }

  /// The kept diagnostics of one severity, and how many there were.
  private struct Kept {
    var diagnostics: [(offset: Int, diagnostic: Diagnostic)] = []
    var total = 0
  }

  private var errors = Kept()
  private var warnings = Kept()
  private let shown: Int
  private lazy var lines = LineIndex(source)
  private(set) lazy var locations = SourceLocation.Maker(source)

  /// Sources that values were spliced in from. What they hold is numbered behind the document, see
  /// ``spliceOffset(_:)``.
  private let spliced: [SourceFile]
  private var splicedLines: [Int: LineIndex] = [:]

  /// Where the keys that readers ask for are noted; `nil` when nobody wants to know.
  package let recorder: KeyRecorder?

  /// An empty sink for a document.
  ///
  /// - Parameters:
  ///   - source: The document.
  ///   - limit: The most errors kept, and the most warnings.
  public convenience init(_ source: SourceFile, limit: Int = DiagnosticSink.limit) {
    self.init(source, limit: limit, spliced: [], recorder: nil)
  }

  /// An empty sink for a document that holds values of other sources.
  ///
  /// - Parameters:
  ///   - spliced: Those sources. The ranges of a value of `spliced[i]` begin at `spliceOffset(i)`.
  ///   - recorder: Takes note of the keys that readers ask for.
  package init(
    _ source: SourceFile, limit: Int = DiagnosticSink.limit, spliced: [SourceFile],
    recorder: KeyRecorder?
  ) {
    self.source = source
    self.spliced = spliced
    self.recorder = recorder
    shown = limit
  }

  /// Reports a problem that forbids using the document.
  ///
  /// - Parameters:
  ///   - code: Which kind of problem.
  ///   - message: What is wrong, in one sentence without a full stop. Not evaluated once the share
  ///     of errors is full.
  ///   - range: The bytes it is about; `nil` for the document as a whole.
  ///   - suggestion: What to do about it; evaluated as `message` is.
  public func report(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String, at range: SourceRange?,
    suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    errors.total += 1
    guard errors.diagnostics.count < shown else { return }
    errors.diagnostics.append(diagnostic(code, .error, message(), range, suggestion()))
  }

  /// Reports something a reader should know though the document can be used.
  public func warn(
    _ code: Diagnostic.Code, _ message: @autoclosure () -> String, at range: SourceRange?,
    suggestion: @autoclosure () -> Suggestion? = nil
  ) {
    warnings.total += 1
    guard warnings.diagnostics.count < shown else { return }
    warnings.diagnostics.append(diagnostic(code, .warning, message(), range, suggestion()))
  }

  private func diagnostic(
    _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
    _ range: SourceRange?, _ suggestion: Suggestion?
  ) -> (offset: Int, diagnostic: Diagnostic) {
    let place = range.map { self.place($0) }
    return (
      range?.lowerBound ?? 0,
      Diagnostic(
        code: code, severity: severity, message: message, suggestion: suggestion, place: place,
        file: source.name)
    )
  }

  /// What was found, in the order of the source, and behind it in that of what was spliced in.
  public var diagnostics: [Diagnostic] {
    var result = (errors.diagnostics + warnings.diagnostics).enumerated()
      .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
      .map(\.element.diagnostic)
    for (kept, name) in [(errors, "errors"), (warnings, "warnings")] {
      let hidden = kept.total - kept.diagnostics.count
      if hidden > 0 {
        result.append(
          Diagnostic(
            code: .moreProblems, severity: .note,
            message: "\(hidden) further \(name) are not shown", file: source.name))
      }
    }
    return result
  }

  /// The place of a range of bytes, in the document or in what was spliced into it.
  public func place(_ range: SourceRange) -> SourcePlace {
    let (number, local) = Self.unspliced(range)
    guard let number else {
      return source.place(range, in: lines)
    }
    let index = splicedLines[number] ?? LineIndex(spliced[number])
    splicedLines[number] = index
    return spliced[number].place(local, in: index)
  }

  /// The location of a range of bytes, in the document or in what was spliced into it.
  public func location(_ range: SourceRange) -> SourceLocation {
    let (number, local) = Self.unspliced(range)
    guard let number else { return locations.location(range) }
    return SourceLocation.Maker(spliced[number]).location(local)
  }

  /// Line number from 1 of a byte offset, for messages that refer to another place.
  func line(of offset: Int) -> Int { lines.line(of: offset) + 1 }

  /// What to add to the byte offsets of a spliced source so that the sink knows them: no document
  /// reaches 4 GiB, and the bits above say which source is meant.
  package static func spliceOffset(_ number: Int) -> Int { (number + 1) << 32 }

  /// Which spliced source a range lies in, `nil` for the document, and where in it.
  private static func unspliced(_ range: SourceRange) -> (number: Int?, range: SourceRange) {
    let part = range.lowerBound >> 32
    guard part > 0 else { return (nil, range) }
    let offset = part << 32
    return (part - 1, range.lowerBound - offset..<range.upperBound - offset)
  }

  /// The failure to throw when the document cannot be used.
  public var failure: InvalidDocument {
    InvalidDocument(file: source.name, diagnostics: diagnostics)
  }
}

extension Diagnostic.Code {
  /// More was found than is shown.
  public static let moreProblems = Self("document.more-problems")
}
