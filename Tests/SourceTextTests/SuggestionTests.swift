import SourceText
import Testing

extension Parameter {
  fileprivate static let law = Parameter("law")
  fileprivate static let visionTokens = Parameter("vision_tokens")
}

/// Suggestions name parameters, and each caller spells them its own way.
@Suite struct SuggestionTests {
  private let fields = ParameterSpelling { parameter, value in
    "$.\(parameter.name)" + (value.map { " = \($0)" } ?? "")
  }

  private let suggestion: Suggestion =
    "take '\(parameter: .law, "hill")', or \(2) of \(parameter: .visionTokens)"

  @Test func referencesAreSpelledWhereTheyAreRendered() {
    #expect(suggestion.description == "take 'law: hill', or 2 of vision_tokens")
    #expect(suggestion.text(fields) == "take '$.law = hill', or 2 of $.vision_tokens")
    #expect(suggestion.parameters == [.law, .visionTokens])
    ParameterSpelling.$current.withValue(fields) {
      #expect("\(suggestion)" == "take '$.law = hill', or 2 of $.vision_tokens")
      #expect("\(Parameter.law), \(Parameter.law.spelled("hill"))" == "$.law, $.law = hill")
    }
  }

  /// A diagnostic is made once and read by several callers.
  @Test func aDiagnosticIsRenderedInTheSpellingOfItsReader() {
    let diagnostic = Diagnostic(
      code: .fileNotFound, severity: .error, message: "no", suggestion: suggestion)
    #expect(
      diagnostic.rendered()
        == "error: no [file.not-found]\n  = take 'law: hill', or 2 of vision_tokens")
    let other = ParameterSpelling.$current.withValue(fields) { diagnostic.rendered() }
    #expect(other.hasSuffix("\n  = take '$.law = hill', or 2 of $.vision_tokens"))
  }

  @Test func howATextIsDividedSaysNothing() {
    let first: Suggestion = "a\("b")c"
    let joined = Suggestion("ab") + "" + Suggestion("c")
    #expect(first == "abc" && joined == "abc")
    #expect(first.parts == [.text("abc")])
    #expect("\(suggestion)" == "\("" as Suggestion)\(suggestion)")
    #expect(("" as Suggestion).parts.isEmpty)
    // A reference is no text, though it may read the same.
    #expect("\(parameter: .law)" as Suggestion != "law")
  }
}
