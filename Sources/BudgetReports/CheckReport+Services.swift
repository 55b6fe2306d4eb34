import ConfigEmbedding
import SourceText

/// The formats of services that show what was found beside the lines it was found in.
extension CheckReport {
  /// SARIF 2.1.0, the format of code scanning services.
  ///
  /// - Parameters:
  ///   - tool: The name of the program that checked, as the service shows it.
  ///   - version: Its version.
  public func sarif(tool: String, version: String) -> String {
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
              "name": .string(tool),
              "version": .string(version),
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
  public var github: String {
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
