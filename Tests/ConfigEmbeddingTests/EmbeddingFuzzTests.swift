import SeededRandom
import SourceText
import Testing

@testable import ConfigEmbedding

/// Damaged configs are refused or edited rightly; nothing traps, and nothing is half done.
@Suite struct EmbeddingFuzzTests {
  private static let alphabet = Array("0123456789 \t\n\r#:'\"{}[]$()\\-=,&*|>x".utf8)

  @Test(arguments: EmbeddingTests.expectations)
  func damagedConfigs(expected: Expectation) throws {
    let file = try Fixture.file(expected.file)
    var random = SeededRandom(seed: expected.file.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    var edited = 0
    for _ in 0..<300 {
      let damaged = SourceFile(
        name: file.name, bytes: random.mutated(file.bytes, alphabet: Self.alphabet))
      guard
        let config = try? TrainingConfig(
          damaged, framework: expected.framework, family: expected.family)
      else { continue }
      _ = config.findings(images: 3)
      _ = config.fixed()
      let options = EmbeddingOptions(annotates: Bool.random(using: &random))
      guard let embedding = try? config.embedding(tokens: expected.asked, options: options) else {
        continue
      }
      edited += 1
      let again = try TrainingConfig(
        embedding.result, framework: expected.framework, family: expected.family)
      #expect(
        again.budget?.tokens == embedding.tokens,
        "\(embedding.diff)\n\(embedding.changes)\n\(embedding.text)")
      #expect(try !again.embedding(tokens: expected.asked, options: options).isChanged)
      // The difference makes the new text of the old.
      let removed = damaged.bytes.count { $0 == 0x0A } - embedding.result.bytes.count { $0 == 0x0A }
      #expect(removed <= 2, "lines are gone")
    }
    #expect(edited > 30, "\(edited)")
  }
}
