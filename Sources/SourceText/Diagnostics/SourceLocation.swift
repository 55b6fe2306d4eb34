/// Where a value was written, as bytes: three words, so that each of a million values can keep its
/// own. Lines and columns are counted when they are asked for.
public struct SourceLocation: Sendable, Equatable {
  /// The document, held once however many locations there are in it.
  fileprivate final class Document: Sendable {
    let source: SourceFile

    init(_ source: SourceFile) { self.source = source }
  }

  private let document: Document

  /// The value's bytes.
  public let range: SourceRange

  fileprivate init(_ document: Document, _ range: SourceRange) {
    self.document = document
    self.range = range
  }

  /// What diagnostics call the document.
  public var file: String { document.source.name }

  /// The line and the columns.
  ///
  /// - Complexity: O(size of the document).
  public var place: SourcePlace { document.source.place(range) }

  /// Whether both are the same bytes of documents of the same name.
  public static func == (left: SourceLocation, right: SourceLocation) -> Bool {
    left.range == right.range
      && (left.document === right.document || left.file == right.file)
  }

  /// Makes the locations of one document.
  struct Maker {
    private let document: Document

    init(_ source: SourceFile) { document = Document(source) }

    func location(_ range: SourceRange) -> SourceLocation { SourceLocation(document, range) }
  }
}
