import ComputeCosts
import SourceText

/// A JSON file that somebody else published: a model's configuration, or a processor's.
///
/// JSON in the shape that such files have is YAML, so it is read with the same reader as our own
/// documents, and what is wrong with it is reported with its place.
struct PublishedFile {
  /// The values.
  private(set) var value: ConfigurationValue
  private let root: Field
  /// Whether ``value`` says in another layout what the file says.
  private(set) var isTranslated = false

  /// Reads a file.
  ///
  /// - Throws: ``InvalidDocument`` where it cannot be read, or holds no JSON object.
  static func load(_ path: String) throws(InvalidDocument) -> PublishedFile {
    try PublishedFile(SourceFile.read(path: path))
  }

  /// Reads bytes in memory.
  init(_ source: SourceFile) throws(InvalidDocument) {
    let source = source.withoutSurrogateEscapes
    let sink = DiagnosticSink(source)
    guard let root = Field.document(source, sink: sink) else { throw sink.failure }
    guard case .mapping = root.node.content else {
      root.report(.configurationShape, "the file must hold one JSON object")
      throw sink.failure
    }
    self.root = root
    value = Self.value(of: root.node)
  }

  /// Reads a model's configuration; one of an older layout is read as if it had the newer one.
  ///
  /// - Throws: ``InvalidDocument`` where it cannot be read, or says what has no place in the newer layout.
  static func loadConfiguration(_ path: String) throws(InvalidDocument) -> PublishedFile {
    var file = try load(path)
    guard let legacy = LegacyLLaVA(file.value) else { return file }
    for problem in legacy.problems {
      file.report(
        problem.kind.code, problem.path, problem.message, suggestion: problem.kind.suggestion)
    }
    guard !file.hasErrors else { throw file.failure }
    file.value = legacy.configuration
    file.isTranslated = true
    return file
  }

  /// A problem of a reader, at its place in the file.
  func report(_ problem: ConfigurationProblem) {
    // The older layout has the language model's keys at the root.
    let message =
      isTranslated ? problem.message.replacing("text_config.", with: "") : problem.message
    report(problem.kind.code, problem.path, message, suggestion: problem.kind.suggestion)
  }

  /// What diagnostics call the file.
  var name: String { root.sink.source.name }

  /// What is wrong with it so far.
  var failure: InvalidDocument { root.sink.failure }

  /// Whether something is wrong with it.
  var hasErrors: Bool { root.sink.hasErrors }

  /// Warnings so far.
  var warnings: [Diagnostic] { root.sink.diagnostics }

  /// Reports a problem at the value that keys lead to, or at the nearest one above it.
  func report(
    _ code: Diagnostic.Code, _ path: [String], _ message: String, suggestion: Suggestion? = nil
  ) {
    root.sink.report(code, message, at: range(of: path), suggestion: suggestion)
  }

  /// Remarks on the value that keys lead to.
  func warn(
    _ code: Diagnostic.Code, _ path: [String], _ message: String, suggestion: Suggestion? = nil
  ) {
    root.sink.warn(code, message, at: range(of: path), suggestion: suggestion)
  }

  private func range(of path: [String]) -> SourceRange? {
    var node = root.node
    var range: SourceRange?
    for key in isTranslated ? LegacyLLaVA.place(of: path) : path {
      guard case .mapping(let entries) = node.content,
        let entry = entries.first(where: { $0.key == key })
      else { break }
      node = entry.value
      // A whole mapping is pointed at by its key.
      if case .scalar = node.content { range = node.range } else { range = entry.keyRange }
    }
    return range
  }

  static func value(of node: YAMLNode) -> ConfigurationValue {
    switch node.content {
    case .sequence(let items): return .list(items.map(value))
    case .mapping(let entries):
      return .mapping(
        Dictionary(entries.map { ($0.key, value(of: $0.value)) }) { first, _ in first })
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: return .null
      case .bool(let flag): return .bool(flag)
      case .string: return .text(scalar.text)
      case .nonFinite: return .number(.nan)
      case .number:
        if let whole = scalar.decimal?.integer, let value = Int(exactly: whole) {
          return .integer(value)
        }
        return .number(scalar.decimal?.double ?? .nan)
      }
    }
  }
}

extension ConfigurationProblem.Kind {
  /// The code that diagnostics carry.
  var code: Diagnostic.Code {
    switch self {
    case .missing: .configurationMissing
    case .wrongValue: .configurationWrongValue
    case .inconsistent: .configurationInconsistent
    case .unsupported: .configurationUnsupported
    }
  }

  /// What to do about it, where that is the same for all of its kind.
  var suggestion: Suggestion? {
    switch self {
    case .unsupported: .byHand
    case .inconsistent:
      "no model has both: is the file whole, and are its parts of one model?"
    case .missing: "the file is cut short, or another's: give the config.json as it is published"
    case .wrongValue: nil
    }
  }
}

extension Suggestion {
  /// The way out where a model has no closed form here.
  static let byHand: Suggestion =
    "write a cost model by hand, from the architecture or from measured totals ('flops: { fixed: …, per_token: …, per_token_squared: … }'): docs/documents.md"
}

extension Diagnostic.Code {
  /// How a configuration's weights are quantised is not known, or only in part.
  public static let configurationQuantization = Self("config.quantization")
  /// A configuration's weights are quantised.
  public static let configurationQuantized = Self("config.quantized")
  /// Parts of the model that neither images nor text pass are not counted.
  public static let configurationPartsLeftOut = Self("config.parts-left-out")
  /// Keys of a configuration are not known.
  public static let configurationUnknownKeys = Self("config.unknown-keys")
  /// A published file holds no JSON object.
  public static let configurationShape = Self("config.shape")
  /// A configuration lacks a value that has no default.
  public static let configurationMissing = Self("config.missing")
  /// A configuration's value is of another type, fractional or out of range.
  public static let configurationWrongValue = Self("config.wrong-value")
  /// Values of a configuration contradict each other.
  public static let configurationInconsistent = Self("config.inconsistent")
  /// A configuration is of a model that has no closed form here.
  public static let configurationUnsupported = Self("config.unsupported")
  /// A configuration leaves the choice between families open.
  public static let configurationAmbiguous = Self("config.ambiguous")
}
