import SourceText

/// A document that is read from YAML.
public protocol Document: Sendable {
  /// Which kind of document this is.
  static var kind: DocumentKind { get }

  /// The document's identifier.
  var id: String { get }

  /// The document's title, for people.
  var title: String? { get }

  /// How it was read.
  var reading: DocumentReading { get set }

  /// Builds the document from its root.
  ///
  /// - Returns: `nil` after reporting why; also when only some parts are wrong, so that all of
  ///   them are reported together.
  static func decode(_ root: Field) -> Self?
}

/// How a document was read: known of those that were, and of none made in code.
public struct DocumentReading: Sendable, Equatable {
  /// Where it was read from.
  public let file: String?
  /// What was remarked meanwhile: warnings, never errors.
  public let warnings: [Diagnostic]

  /// That of a document made in code.
  public static let none = DocumentReading(file: nil, warnings: [])
}

extension Document {
  /// Where it was read from; `nil` when it was made in code.
  public var file: String? { reading.file }

  /// What was remarked while it was read: warnings, never errors.
  public var warnings: [Diagnostic] { reading.warnings }
}

extension Document {
  /// Reads a document from a file.
  ///
  /// - Parameter path: A YAML file of this kind.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it.
  /// - Complexity: O(size of the file), at most 8 MiB.
  public static func load(_ path: String) throws(InvalidDocument) -> Self {
    try parse(SourceFile.read(path: path))
  }

  /// Reads a document from text in memory.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: What diagnostics call it.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it.
  public static func parse(
    _ text: String, name: String = "(text)"
  ) throws(InvalidDocument) -> Self {
    try parse(SourceFile(name: name, text: text))
  }

  /// Reads a document from bytes in memory.
  public static func parse(_ source: SourceFile) throws(InvalidDocument) -> Self {
    let sink = DiagnosticSink(source)
    guard let root = Field.document(source, sink: sink) else { throw sink.failure }
    return try decoded(root)
  }

  /// The document of a root, or everything that is wrong with it.
  package static func decoded(_ root: Field) throws(InvalidDocument) -> Self {
    guard var document = decode(root), !root.sink.hasErrors else {
      precondition(root.sink.hasErrors, "\(root.sink.source.name) was refused without a reason")
      throw root.sink.failure
    }
    document.reading = DocumentReading(
      file: root.sink.source.name, warnings: root.sink.diagnostics)
    return document
  }
}

/// A document of any kind, for commands that take all of them.
public enum AnyDocument: Sendable {
  case scalingProfile(ScalingProfile)
  case computeCostModel(ComputeCostModel)
  case policy(Policy)
  case hardwareProfile(HardwareProfile)

  /// Reads a document, whatever kind it says it is.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it.
  public static func load(_ path: String) throws(InvalidDocument) -> AnyDocument {
    try parse(SourceFile.read(path: path))
  }

  /// Reads a document from bytes in memory, whatever kind it says it is.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it.
  public static func parse(_ source: SourceFile) throws(InvalidDocument) -> AnyDocument {
    let sink = DiagnosticSink(source)
    guard let root = Field.document(source, sink: sink), var reader = root.mapping(),
      let kind = DocumentKind.read(&reader)
    else { throw sink.failure }
    return switch kind {
    case .scalingProfile: .scalingProfile(try ScalingProfile.decoded(root))
    case .computeCostModel: .computeCostModel(try ComputeCostModel.decoded(root))
    case .policy: .policy(try Policy.decoded(root))
    case .hardwareProfile: .hardwareProfile(try HardwareProfile.decoded(root))
    }
  }

  /// The document itself.
  public var document: any Document {
    switch self {
    case .scalingProfile(let document): document
    case .computeCostModel(let document): document
    case .policy(let document): document
    case .hardwareProfile(let document): document
    }
  }
}
