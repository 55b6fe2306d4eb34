import SourceText
import Testing

@testable import ConfigEmbedding

/// Configs of a size at which a reader that starts over takes minutes.
@Suite struct SizeTests {
  @Test func eachTextIsReadOnce() throws {
    let numbers = Array(repeating: "1.5", count: 20_000).joined(separator: ",")
    let source = SourceFile(
      name: "vllm.yaml",
      text: """
        model: Qwen/Qwen2.5-VL-7B-Instruct
        max-model-len: 32768
        mm-processor-kwargs: '{"max_pixels": 1003520, "others": [\(numbers)]}'

        """)
    let config = try TrainingConfig(source)
    #expect(config.budget?.tokens == 1280)
    #expect(config.findings().filter(\.isMistake).isEmpty)

    // Counted: whatever a text holds, valid or not, is read at the first look.
    let embedded = EmbeddedDocuments()
    var reads = 0
    for _ in 0..<3 {
      #expect(throws: ConfigObstacle.self) {
        try embedded.document(at: 4..<9) { () throws(ConfigObstacle) in
          reads += 1
          throw ConfigObstacle(code: .jsonSyntax, message: "no JSON", range: 4..<9)
        }
      }
    }
    #expect(reads == 1)
    _ = try? embedded.document(at: 9..<12) { () throws(ConfigObstacle) in
      reads += 1
      throw ConfigObstacle(code: .jsonSyntax, message: "no JSON", range: 9..<12)
    }
    #expect(reads == 2)
  }

  @Test func arithmeticOfManyVariables() throws {
    let names = (0..<20_000).map { "A\($0)" }
    let script =
      "#!/bin/bash\n" + names.map { "\($0)=1\n" }.joined()
      + "python q.py --model_name_or_path Qwen/Qwen2.5-VL-7B-Instruct "
      + "--max_pixels $((\(names.joined(separator: "+")))) --model_max_length 8192\n"
    let config = try TrainingConfig(
      SourceFile(name: "train.sh", text: script), framework: "qwen-vl")
    #expect(config.budget?.tokens == 20_000 / 784)
  }

  /// Flags and variables are found by name as they were by looking at every word.
  @Test func wordsByName() throws {
    let text = "A=1 --a=2 --a 3 '--a=4' --ab=5 B=\"x=1 --a=6\" a=b=c\n"
    let source = SourceFile(name: "a.sh", text: text)
    let shell = try #require(ShellText(source, sink: DiagnosticSink(source)))
    for name in ["A", "--a", "--ab", "B", "a", "a=b", "'--a", "none", ""] {
      let bytes = Array(name.utf8)
      let expected = shell.words.indices.filter {
        let word = source.bytes[shell.words[$0].range]
        return word.elementsEqual(bytes) || word.starts(with: bytes + [0x3D])
      }
      #expect(shell.words(naming: name[...]) == expected, "\(name)")
    }
    #expect(shell.words(naming: "--a").count == 3)
  }
}
