import SourceText

/// Where numbers come from.
public struct Source: Sendable, Equatable {
  /// The publication, data sheet or person.
  public var cite: String
  /// The place in it: table, figure, file.
  public var location: String?
  /// An address or identifier that leads there.
  public var url: String?
  /// When it was read, as a date.
  public var retrieved: String?
  /// Anything a reader should know.
  public var note: String?

  /// A source from its parts.
  public init(
    cite: String, location: String? = nil, url: String? = nil, retrieved: String? = nil,
    note: String? = nil
  ) {
    self.cite = cite
    self.location = location
    self.url = url
    self.retrieved = retrieved
    self.note = note
  }

  /// Reads a `source` mapping.
  static func decode(_ field: Field) -> Source? {
    guard var reader = field.mapping() else { return nil }
    let cite = reader.required("cite")?.text()
    let location = reader.optional("where")?.text()
    let url = reader.optional("url")?.text()
    let retrieved = reader.optional("retrieved")?.label()
    let note = reader.optional("note")?.text()
    reader.finish()
    return cite.map {
      Source(cite: $0, location: location, url: url, retrieved: retrieved, note: note)
    }
  }
}
