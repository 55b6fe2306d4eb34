import SourceText

/// The kinds of document.
public enum DocumentKind: String, Sendable, CaseIterable {
  /// Scores against vision tokens, and the law through them.
  case scalingProfile = "scaling-profile"
  /// What a request costs as a function of vision tokens.
  case computeCostModel = "compute-cost-model"
  /// What is best, and what is allowed.
  case policy = "policy"
  /// What an accelerator can do.
  case hardwareProfile = "hardware-profile"

  /// The schema version this build reads.
  public static let schema = 1
}

/// What every document begins with.
struct DocumentHeader {
  let id: String
  let title: String?

  /// Reads `kind`, `schema`, `id` and `title`.
  ///
  /// A document of another kind or version is reported alone: everything else in it would only be
  /// a misunderstanding.
  ///
  /// - Parameter kind: The kind wanted.
  /// - Returns: `nil` when the rest of the document should not be read.
  static func read(_ reader: inout MappingReader, kind: DocumentKind) -> DocumentHeader? {
    guard let found = DocumentKind.read(&reader) else { return nil }
    guard found == kind else {
      reader.optional("kind")?.report(
        .wrongKind, "this is a \(found.rawValue), but a \(kind.rawValue) is needed here")
      return nil
    }
    if let schema = reader.required("schema", suggestion: "write 'schema: 1'"),
      let version = schema.integer(in: 0...Int.max), version != DocumentKind.schema
    {
      schema.report(
        .unsupportedSchema,
        "schema \(version) is not known; this version reads schema \(DocumentKind.schema)")
      return nil
    }
    let id = reader.required("id")?.identifier()
    let title = reader.optional("title")?.text()
    return DocumentHeader(id: id ?? "", title: title)
  }

}

extension Field {
  /// The id of this document or of another; reports what cannot be one.
  func identifier() -> String? {
    guard let text = text() else { return nil }
    guard DocumentID.isValid(text) else {
      report(
        .invalidID, "\(name) must be up to 100 lower-case letters, digits, '-' and '.'",
        suggestion: "for example 'llava-1.5-7b'")
      return nil
    }
    return text
  }
}

extension DocumentKind {
  /// Reads the `kind` of a document; `nil` after reporting why there is none.
  static func read(_ reader: inout MappingReader) -> DocumentKind? {
    let words = allCases.map(\.rawValue)
    guard
      let field = reader.required("kind", suggestion: "one of: \(words.joined(separator: ", "))")
    else {
      reader.reportMissing()
      return nil
    }
    return field.word(among: words, code: .unknownKind).flatMap(DocumentKind.init)
  }
}

extension Diagnostic.Code {
  /// The document's kind is none that is known.
  public static let unknownKind = Self("document.unknown-kind")
  /// The document is of another kind than the one needed.
  public static let wrongKind = Self("document.wrong-kind")
  /// The document's schema version is not the one this build reads.
  public static let unsupportedSchema = Self("document.unsupported-schema")
  /// The document's id is malformed.
  public static let invalidID = Self("document.invalid-id")
}
