import SeededRandom
import Testing

@testable import SourceText

@Suite struct JSONGrammarTests {
  private func isJSON(_ text: String) -> Bool { JSONGrammar.problem(in: Array(text.utf8)) == nil }

  /// Literals against the grammar as a regular expression.
  @Test func literals() {
    var random = SeededRandom(seed: 9)
    let alphabet = Array("0123456789.eE+-aN")
    func expected(_ text: String) -> Bool {
      ["true", "false", "null", "NaN", "Infinity", "-Infinity"].contains(text)
        || text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    }
    let fixed = [
      "0", "-0", "00", "01", "-01", "1", "10", "1.", ".5", "-.5", "1.5", "1.50", "1e5", "1E+5",
      "1e", "1e+", "-", "+1", "1e5.", "0.0e-0", "١", "1٢", "true", "True", "NaN", "-Infinity",
      "Infinity", "-NaN", "nul",
    ]
    for text in fixed {
      #expect(isJSON(text) == expected(text) && isJSON("[\(text)]") == expected(text))
    }
    for _ in 0..<3000 {
      let text = String(
        (0..<Int.random(in: 1...6, using: &random)).map { _ in
          alphabet[Int.random(in: alphabet.indices, using: &random)]
        })
      #expect(isJSON(text) == expected(text), "\(text)")
    }
  }

  /// A literal takes no longer than its characters: a regular expression for each took 42 µs.
  @Test func manyLiterals() {
    let text = "[" + Array(repeating: "-12.5e3", count: 30_000).joined(separator: ",") + "]"
    #expect(isJSON(text))
    let problem = JSONGrammar.problem(in: Array((text.dropLast() + ",01]").utf8))
    #expect(problem?.offset == text.utf8.count)
  }
}
