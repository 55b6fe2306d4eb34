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
      preconditionFailure("libyaml ran out of memory")
    case YAML_READER_ERROR:
      let offset = min(base + parser.problem_offset, source.bytes.count)
      let digits = String(parser.problem_value, radix: 16, uppercase: true)
      let name = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      sink.report(
        .yamlEncoding, "the control character U+\(name) is not allowed in YAML",
        at: offset..<min(offset + 1, source.bytes.count))
    default:
      let problem = parser.problem.map { String(cString: $0) } ?? "is not YAML"
      let offset = index.byteOffset(ofCodePoint: parser.problem_mark.index)
      let explained = YAMLSyntaxProblem.explain(
        problem, next: offset < source.bytes.count ? source.bytes[offset] : nil)
      sink.report(
        .yamlSyntax, explained.message, at: offset..<min(offset + 1, source.bytes.count),
        suggestion: explained.suggestion)
    }
  }
}

/// libyaml's terse problems, in words that say what to do.
private enum YAMLSyntaxProblem {
  static func explain(_ problem: String, next: UInt8?) -> (message: String, suggestion: String?) {
    switch problem {
    case "mapping values are not allowed in this context":
      return (
        "a ':' starts a mapping where none can stand",
        "check the indentation of this line, or quote the text before the ':'"
      )
    case "found character that cannot start any token":
      if next == 0x09 {
        return ("a tab stands where YAML expects indentation", "indent with spaces")
      }
      return ("this character cannot start a value", "quote the value")
    case "could not find expected ':'":
      return ("a key has no ':' behind it", "write 'key: value', with a blank behind the ':'")
    case "did not find expected key":
      return (
        "expected another key here", "check the indentation, or a ',' or quote missing before it"
      )
    case "did not find expected ',' or '}'":
      return ("expected ',' or '}' in the mapping that '{' opened", nil)
    case "did not find expected ',' or ']'":
      return ("expected ',' or ']' in the list that '[' opened", nil)
    case "did not find expected '-' indicator":
      return ("expected another '- ' of the list here", "check the indentation")
    case "did not find expected <document start>":
      return (
        "expected the end of the document here", "check the indentation and the quotes before it"
      )
    case "found unexpected end of stream":
      return ("the file ends inside a quoted text", "close the quote")
    default:
      return ("this is not YAML: \(problem)", nil)
    }
  }
}
