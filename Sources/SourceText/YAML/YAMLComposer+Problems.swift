import CLibYAML

extension YAMLComposer {
  func reportTag(_ tag: String, at range: SourceRange) {
    sink.report(
      .yamlTag, "tag \(quoted(tag)) is not known here, or its value is not of that type",
      at: range, suggestion: "remove the tag")
  }

  func reportSyntaxError(_ parser: yaml_parser_t) {
    switch parser.error {
    case YAML_MEMORY_ERROR:
      sink.report(.yamlSyntax, "the memory does not suffice to read this document", at: nil)
    case YAML_READER_ERROR:
      let offset = min(base + parser.problem_offset, source.bytes.count)
      let digits = String(parser.problem_value, radix: 16, uppercase: true)
      let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      sink.report(
        .yamlEncoding, "the character U+\(name) is not allowed in YAML",
        at: offset..<min(offset + 1, source.bytes.count))
    default:
      let problem = SyntaxProblem(
        problem: parser.problem.map { String(cString: $0) } ?? "",
        context: parser.context.map { String(cString: $0) } ?? "",
        next: byte(at: parser.problem_mark))
      let mark = problem.isAtContext ? parser.context_mark : parser.problem_mark
      let offset = index.byteOffset(ofCodePoint: mark.index)
      sink.report(
        .yamlSyntax, problem.message, at: offset..<min(offset + 1, source.bytes.count),
        suggestion: problem.suggestion)
    }
  }

  private func byte(at mark: yaml_mark_t) -> UInt8? {
    let offset = index.byteOffset(ofCodePoint: mark.index)
    return offset < source.bytes.count ? source.bytes[offset] : nil
  }
}

/// One of libyaml's terse problems, in words that say what to do.
private struct SyntaxProblem {
  let message: String
  var suggestion: Suggestion?
  /// Whether the culprit is where the construct began, not where libyaml gave up on it.
  var isAtContext = false

  init(problem: String, context: String, next: UInt8?) {
    switch problem {
    case "mapping values are not allowed in this context":
      message = "a ':' starts a mapping where none can stand"
      suggestion = "check the indentation of this line, or quote the text before the ':'"
    case "found character that cannot start any token" where next == 0x09:
      message = "a tab stands where YAML expects indentation"
      suggestion = "indent with spaces"
    case "found character that cannot start any token":
      message = "this character cannot start a value"
      suggestion = "quote the value"
    case "could not find expected ':'":
      message = "this line is neither 'key: value' nor part of what stands above it"
      suggestion = "write 'key: value' with a blank behind the ':', or '- value' in a list"
      isAtContext = true
    case "did not find expected key":
      message = "expected another key here"
      suggestion = "check the indentation, or a ',' or quote missing before it"
    case "did not find expected ',' or '}'":
      message = "expected ',' or '}' in the mapping that '{' opened"
    case "did not find expected ',' or ']'":
      message = "expected ',' or ']' in the list that '[' opened"
    case "did not find expected '-' indicator":
      message = "expected another '- ' of the list here"
      suggestion = "check the indentation"
    case "did not find expected <document start>":
      message = "expected the end of the document here"
      suggestion = "check the indentation and the quotes before it"
    case "found unexpected end of stream" where context == "while scanning a quoted scalar":
      message = "the quoted text that starts here is never closed"
      isAtContext = true
    case "did not find expected node content":
      message = "a value is missing here"
    case "did not find expected alphabetic or numeric character":
      message = "'*' and '&' start an alias or an anchor, and a name must follow"
      suggestion = "quote the text, if the character is meant"
    case "found unknown escape character":
      message = "this backslash starts no escape that double quotes know"
      suggestion = "write '\\\\' for a backslash, or use single quotes"
    default:
      message =
        "this is not YAML: "
        + [problem, context].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }
}
