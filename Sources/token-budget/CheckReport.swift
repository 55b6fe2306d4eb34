import ArgumentParser
import BudgetReports
import ConfigEmbedding
import SourceText
import TokenBudget

/// What `token-budget check` answers, in four formats.
struct CheckReport {
  /// One file.
  struct Entry {
    let file: String
    var config: TrainingConfig?
    var findings: [ConfigFinding] = []
    /// What was mended, in the unified format.
    var diff = ""
    /// Whether it was passed over.
    var isSkipped = false
    var failure: InvalidDocument?

    /// Everything that is said about it.
    var diagnostics: [Diagnostic] {
      (failure?.diagnostics ?? []) + findings.map(\.diagnostic)
    }

    /// Whether something was mended.
    var isFixed: Bool { !diff.isEmpty }

    /// Findings that are mistakes.
    var mistakes: Int { findings.count { $0.isMistake } }
  }

  var entries: [Entry] = []

  var diagnostics: [Diagnostic] { entries.flatMap(\.diagnostics) }

  /// What to exit with: a file that cannot be used weighs more than a mistake in one that can.
  var status: ExitCode? {
    let failures = entries.compactMap(\.failure)
    if !failures.isEmpty { return ExitStatus.of(failures) }
    return entries.contains { $0.mistakes > 0 } ? ExitStatus.mistakesFound : nil
  }

  // MARK: For people

  /// One line a file, in front of it what was mended.
  var text: String {
    entries.map { entry in
      let file = printable(path: entry.file)
      if entry.isSkipped { return "\(file): passed over\n" }
      guard let config = entry.config else {
        return
          "\(file): \(entry.failure?.isUnreadable == true ? "unreadable" : "cannot be checked")\n"
      }
      let count = entry.mistakes
      let fixed = entry.isFixed ? "mended; " : ""
      let budget = config.budget.map { budget in
        ", \(budget.tokens) vision tokens an image" + (budget.origin.map { " (\($0))" } ?? "")
      }
      let verdict = count == 0 ? "no mistakes" : count == 1 ? "1 mistake" : "\(count) mistakes"
      return escaped(lines: entry.diff)
        + printable(
          "\(file): \(fixed)\(verdict) (\(config.framework.id.name)"
            + (config.family.map { ", \($0.name)" } ?? "") + (budget ?? ", no budget set") + ")")
        + "\n"
    }.joined()
  }

  // MARK: For scripts

  var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "files": .list(entries) { entry in
        .object([
          "file": .string(entry.file),
          "framework": .optional(entry.config) { .string($0.framework.id.name) },
          "family": .optional(entry.config?.family) { .string($0.name) },
          "tokens": .optional(entry.config?.budget) { .integer($0.tokens) },
          "most_tokens": .optional(entry.config?.budget) { .integer($0.mostTokens) },
          "key": .optional(entry.config?.budget) { .string($0.key) },
          "value": .optional(entry.config?.budget) { .string($0.value) },
          "set": .bool(entry.config?.budget.map { $0.origin == nil } ?? false),
          "mistakes": .integer(entry.mistakes),
          "fixable": .integer(entry.findings.count { $0.fix != nil }),
          "fixed": .bool(entry.isFixed),
          "skipped": .bool(entry.isSkipped),
        ])
      },
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }

  /// SARIF 2.1.0, the format of code scanning services.
  var sarif: String {
    let codes = Set(diagnostics.map(\.code.name)).sorted()
    return JSONValue.object([
      "$schema": .string(
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
      ),
      "version": .string("2.1.0"),
      "runs": .array([
        .object([
          "tool": .object([
            "driver": .object([
              "name": .string("token-budget"),
              "version": .string(TokenBudgetCommand.configuration.version),
              "rules": .list(codes) { .object(["id": .string($0)]) },
            ])
          ]),
          // Columns are counted in Unicode scalars.
          "columnKind": .string("unicodeCodePoints"),
          "results": .list(diagnostics) { Self.result($0, codes) },
        ])
      ]),
    ]).text
  }

  private static func result(_ diagnostic: Diagnostic, _ codes: [String]) -> JSONValue {
    let words = diagnostic.message + (diagnostic.suggestion.map { "; \($0)" } ?? "")
    var location: [String: JSONValue] = [:]
    if let file = diagnostic.file {
      location["artifactLocation"] = .object(["uri": .string(uri(file))])
    }
    if let span = diagnostic.span {
      location["region"] = .object([
        "startLine": .integer(span.line), "startColumn": .integer(span.column),
        "endLine": .integer(span.endLine), "endColumn": .integer(span.endColumn),
      ])
    }
    return .object([
      "ruleId": .string(diagnostic.code.name),
      "ruleIndex": .integer(codes.firstIndex(of: diagnostic.code.name) ?? 0),
      "level": .string(diagnostic.severity.rawValue),
      "message": .object(["text": .string(words)]),
      "locations": .array(
        location.isEmpty ? [] : [.object(["physicalLocation": .object(location)])]),
    ])
  }

  /// A path as a URI reference: what is not allowed in one is written as its bytes.
  private static func uri(_ path: String) -> String {
    let hex = Array("0123456789ABCDEF")
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + String(hex[Int(byte >> 4)]) + String(hex[Int(byte & 15)])
      }
    }
    return text
  }

  /// Commands that make GitHub annotate the lines of a pull request.
  var github: String {
    diagnostics.map { diagnostic in
      let command =
        switch diagnostic.severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
      var properties: [String] = []
      if let file = diagnostic.file { properties.append("file=" + Self.property(file)) }
      if let span = diagnostic.span {
        properties.append("line=\(span.line),endLine=\(span.endLine)")
        // Columns are shown within one line only.
        if span.line == span.endLine {
          properties.append("col=\(span.column),endColumn=\(span.endColumn)")
        }
      }
      properties.append("title=" + Self.property(diagnostic.code.name))
      let words = diagnostic.message + (diagnostic.suggestion.map { "; \($0)" } ?? "")
      return "::\(command) \(properties.joined(separator: ","))::\(Self.data(words))\n"
    }.joined()
  }

  /// Text behind the second pair of colons.
  private static func data(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A value between the pairs of colons.
  private static func property(_ text: String) -> String {
    data(SourceText.escaped(text)).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case ":": result += "%3A"
      case ",": result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
