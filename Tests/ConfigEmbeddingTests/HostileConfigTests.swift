import SourceText
import Testing

@testable import ConfigEmbedding

/// Numbers of configs that nothing can be computed with are refused where they stand, or left unjudged.
@Suite struct HostileConfigTests {
  private func config(
    _ text: String, _ name: String, family: String? = nil
  ) throws -> TrainingConfig {
    try TrainingConfig(SourceFile(name: name, text: text), family: family)
  }

  private func codes(_ config: TrainingConfig) -> [String] {
    config.findings().filter(\.isMistake).map(\.diagnostic).map {
      "\($0.code.name)@\($0.span?.line ?? 0):\($0.span?.column ?? 0)"
    }
  }

  /// A range of canvases whose sides pass what is computed with: 64 · 336 and 50 · 384 pixels.
  @Test func rangesOfCanvasesBeyondTheLargestSide() throws {
    let next = "a --model_name_or_path lmms-lab/llava-next-x --image_grid_pinpoints "
    let oneVision =
      "a --model_name_or_path lmms-lab/llava-onevision-qwen2-7b-ov --vision_tower google/siglip-so400m-patch14-384 "
      + "--image_aspect_ratio anyres_max_9 --image_grid_pinpoints "
    for (text, family) in [
      (next + "\"(1x1),...,(64x2)\"\n", "llava-next"), (oneVision + "\"(1x1),...,(1x50)\"\n", nil),
    ] as [(String, String?)] {
      let read = try config(text, "train.sh", family: family)
      let column = try #require(text.firstRange(of: "(1x1)")).lowerBound.utf16Offset(in: text) + 1
      #expect(codes(read) == ["check.off-lattice@1:\(column)"])
      #expect(read.budget == nil)
      let failure = #expect(throws: InvalidDocument.self) { try read.embedding(tokens: 5000) }
      #expect(failure?.diagnostics.first?.code == .embedUnresolved)
    }
    // 42 · 384 is the last that is not.
    let read = try config(oneVision + "\"(1x1),...,(1x42)\"\n", "train.sh")
    #expect(codes(read) == [] && read.budget?.tokens == 8694)
    #expect(try read.embedding(tokens: 3000).tokens <= 3000)
  }

  /// The pixels of another grid's tokens pass what an integer holds.
  @Test func productsOfTheGridCheck() throws {
    let head = "model_name_or_path: Qwen/Qwen3-VL-8B-Instruct\ncutoff_len: 4096\nstage: sft\n"
    for value in [
      "9223372036854775072", "9223372036854775072  # 11764505148922*784*1000",
      "9223372036854775807",
    ] {
      let read = try config(
        head + "template: qwen3_vl\nimage_max_pixels: \(value)\n", "train.yaml")
      #expect(codes(read) == ["check.over-context@5:19"], "\(value)")
      _ = read.fixed()
    }
    // A cell of 16384 · 16 pixels, and a product of another.
    let processor = """
      {"processor_class": "Qwen2_5_VLProcessor", "image_processor_type": "Qwen2VLImageProcessor",
       "patch_size": 16384, "merge_size": 16, "max_pixels": "1073741823*28*28"}
      """
    let read = try config(processor, "preprocessor_config.json", family: "qwen2.5-vl")
    #expect(codes(read) == ["check.not-a-number@2:55"])
    #expect(read.findings().allSatisfy { $0.fix == nil })
    let number = try config(
      processor.replacing("\"1073741823*28*28\"", with: "9223372036854775072"),
      "preprocessor_config.json", family: "qwen2.5-vl")
    #expect(codes(number) == [])
  }

  /// Sizes of which tokens are computed have a bound, and are named where they pass it.
  @Test(arguments: [
    ("\"image_seq_len\": 9223372036854775807", 18), ("\"image_seq_len\": 65537", 18),
    ("\"image_seq_len\": 0", 18), ("\"image_seq_len\": \"many\"", 18),
    ("\"max_image_size\": {\"longest_edge\": 9223372036854775807}", 36),
    ("\"max_image_size\": {\"longest_edge\": -364}", 36),
  ])
  func sizesOfAFrame(member: String, column: Int) throws {
    let text =
      "{\"image_processor_type\": \"Idefics3ImageProcessor\", \"size\": {\"longest_edge\": 1456},\n\(member)}"
    let failure = #expect(throws: InvalidDocument.self) {
      try config(text, "preprocessor_config.json")
    }
    let diagnostic = try #require(failure?.diagnostics.first)
    #expect(diagnostic.code == .embedSize)
    #expect(diagnostic.span?.line == 2 && diagnostic.span?.column == column)
    #expect(diagnostic.message.contains("must be a whole number from 1 to "))
  }

  @Test func sizesOfATile() throws {
    func script(_ size: String) -> String {
      "a --model_name_or_path OpenGVLab/InternVL2-8B --force_image_size \(size) --max_dynamic_patch 6\n"
    }
    #expect(try config(script("448"), "a.sh").budget?.tokens == 7 * 256)
    for size in ["9223372036854775807", "16385", "0", "big"] {
      let failure = #expect(throws: InvalidDocument.self) { try config(script(size), "a.sh") }
      #expect(failure?.diagnostics.map(\.code) == [.embedSize])
    }
  }

  /// As many images as an integer counts are counted in a wider one.
  @Test func imagesOfASample() throws {
    let text = """
      model: Qwen/Qwen2.5-VL-7B-Instruct
      max-model-len: 4096
      limit-mm-per-prompt: {image: 9223372036854775807}
      mm-processor-kwargs: {max_pixels: 1003520}
      """
    let finding = try #require(config(text, "vllm.yaml").findings().first { $0.isMistake })
    #expect(finding.diagnostic.code == .checkOverContext)
    #expect(
      finding.diagnostic.message.contains(
        "9223372036854775807 images of up to 1280 vision tokens, 11805916207174113032960 together,")
    )
  }

  /// Every number of every fixture, replaced by those at the ends of what machines hold: read, judged and
  /// embedded into without a trap.
  @Test func numbersAtTheEndsOfIntegers() throws {
    let numbers = ["0", "16385", "9223372036854775807", "9223372036854775072"]
    var read = 0
    for name in Fixture.names {
      let source = try Fixture.file(name)
      let text = source.text
      for match in text.matches(of: /\b\d+\b/) {
        for number in numbers {
          let changed = text.replacingCharacters(in: match.range, with: number)
          guard let config = try? TrainingConfig(SourceFile(name: name, text: changed)) else {
            continue
          }
          read += 1
          _ = config.findings()
          _ = config.fixed()
          _ = try? config.embedding(tokens: 576, options: EmbeddingOptions(isSafe: true))
        }
      }
    }
    #expect(read > 300)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
