import BudgetDocuments
import SourceText
import TokenBudget

/// The version of the JSON reports. A change in the meaning of a key raises it.
package let jsonSchemaVersion = 2

extension JSONValue {
  /// Diagnostics, as every report carries them.
  package static func diagnostics(_ diagnostics: [Diagnostic]) -> JSONValue {
    .list(diagnostics) { diagnostic in
      .object([
        "code": .string(diagnostic.code.name),
        "severity": .string(diagnostic.severity.rawValue),
        "message": .string(diagnostic.message),
        "suggestion": .optional(diagnostic.suggestion) { .string($0.description) },
        "file": .optional(diagnostic.file) { .string($0) },
        "line": .optional(diagnostic.span) { .integer($0.line) },
        "column": .optional(diagnostic.span) { .integer($0.column) },
        "end_line": .optional(diagnostic.span) { .integer($0.endLine) },
        "end_column": .optional(diagnostic.span) { .integer($0.endColumn) },
      ])
    }
  }
}

/// What a command answers when its input cannot be used.
public struct FailureReport: Sendable {
  private let diagnostics: [Diagnostic]

  /// A report of these problems.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// The report as JSON text.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion), "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}

/// Which documents can be used, and what is wrong with the others.
public struct ValidationReport: Sendable {
  /// One file: its document, or why it has none.
  public typealias Entry = (file: String, result: Result<AnyDocument, InvalidDocument>)

  private let entries: [Entry]

  /// A report on files.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The report as JSON text.
  public var json: String {
    var documents: [JSONValue] = []
    var diagnostics: [Diagnostic] = []
    for (file, result) in entries {
      var document: (any Document)?
      switch result {
      case .success(let any):
        document = any.document
        diagnostics += any.document.warnings
      case .failure(let invalid):
        diagnostics += invalid.diagnostics
      }
      documents.append(
        .object([
          "file": .string(file),
          "valid": .bool(document != nil),
          "kind": .optional(document) { .string(type(of: $0).kind.rawValue) },
          "id": .optional(document) { .string($0.id) },
        ]))
    }
    return JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion), "documents": .array(documents),
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}
