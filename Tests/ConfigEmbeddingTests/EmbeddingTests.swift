import ComputeCosts
import Foundation
import SourceText
import Testing

@testable import ConfigEmbedding

/// The configs in `Fixtures`, one or more for each framework.
enum Fixture {
  static func file(_ name: String) throws -> SourceFile {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(name)"))
    return SourceFile(name: name, bytes: Array(data))
  }

  static var names: [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let found = try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("Fixtures").path)
    return (found ?? []).sorted()
  }
}

/// What a fixture says and what becomes of it.
struct Expectation: Sendable, CustomTestStringConvertible {
  let file: String
  let framework: String
  let family: String
  let key: String
  /// Tokens that the config sets; `nil` where it sets none.
  let before: Int?
  let asked: Int
  /// The largest that can be set.
  let tokens: Int
  /// What is written.
  let value: String
  var isAdded = false
  /// Values that are written beside the first.
  var others: [String: String] = [:]

  var testDescription: String { file }
}

@Suite struct EmbeddingTests {
  static let expectations: [Expectation] = [
    Expectation(
      file: "llama-factory-qwen2.5-vl.yaml", framework: "llama-factory", family: "qwen2.5-vl",
      key: "image_max_pixels", before: 334, asked: 576, tokens: 576, value: "451584"),
    Expectation(
      file: "llama-factory-missing.yaml", framework: "llama-factory", family: "qwen3-vl",
      key: "image_max_pixels", before: nil, asked: 576, tokens: 576, value: "589824", isAdded: true),
    Expectation(
      file: "ms-swift-qwen2.5-vl.yaml", framework: "ms-swift", family: "qwen2.5-vl",
      key: "ENV.MAX_PIXELS", before: 1280, asked: 576, tokens: 576, value: "'451584'"),
    Expectation(
      file: "ms-swift-qwen3-vl.yaml", framework: "ms-swift", family: "qwen3-vl",
      key: "ENV.IMAGE_MAX_TOKEN_NUM", before: 1024, asked: 576, tokens: 576, value: "\"576\""),
    Expectation(
      file: "ms-swift-internvl.yaml", framework: "ms-swift", family: "internvl", key: "ENV.MAX_NUM",
      before: 3328, asked: 1500, tokens: 1280, value: "\"4\""),
    Expectation(
      file: "axolotl-qwen2-vl.yaml", framework: "axolotl", family: "qwen2-vl",
      key: "processor_kwargs.max_pixels", before: 1280, asked: 576, tokens: 576, value: "451584"),
    Expectation(
      file: "axolotl-image-size.yaml", framework: "axolotl", family: "qwen2.5-vl",
      key: "image_size", before: 324, asked: 600, tokens: 576, value: "672"),
    Expectation(
      file: "easyr1.yaml", framework: "easyr1", family: "qwen2.5-vl", key: "data.max_pixels",
      before: 5349, asked: 1024, tokens: 1024, value: "802816"),
    Expectation(
      file: "nemo-automodel.yaml", framework: "nemo-automodel", family: "qwen3-vl",
      key: "processor.max_pixels", before: 980, asked: 576, tokens: 576, value: "589824"),
    Expectation(
      file: "megatron-bridge.yaml", framework: "megatron-bridge", family: "qwen3-vl",
      key: "dataset.task_encoder.max_pixels", before: nil, asked: 576, tokens: 576, value: "589824",
      others: ["dataset.task_encoder.max_visual_tokens": "576"]),
    Expectation(
      file: "torchtune-llama4.yaml", framework: "torchtune", family: "llama4",
      key: "tokenizer.max_num_tiles", before: 2448, asked: 1000, tokens: 864, value: "5"),
    Expectation(
      file: "vllm-mapping.yaml", framework: "vllm", family: "qwen2.5-vl",
      key: "mm-processor-kwargs.max_pixels", before: 1280, asked: 576, tokens: 576, value: "451584"),
    Expectation(
      file: "vllm-json.yaml", framework: "vllm", family: "qwen3-vl",
      key: "mm-processor-kwargs.max_pixels", before: 49, asked: 576, tokens: 576, value: "589824"),
    Expectation(
      file: "hf-qwen2.5-vl-preprocessor_config.json", framework: "hf", family: "qwen2.5-vl",
      key: "max_pixels", before: 16384, asked: 576, tokens: 576, value: "451584",
      others: ["size.longest_edge": "451584"]),
    Expectation(
      file: "hf-smolvlm-preprocessor_config.json", framework: "hf", family: "idefics3",
      key: "size.longest_edge", before: 1088, asked: 576, tokens: 320, value: "1024"),
    Expectation(
      file: "hf-gemma4-preprocessor_config.json", framework: "hf", family: "gemma4",
      key: "max_soft_tokens", before: 280, asked: 576, tokens: 560, value: "560"),
    Expectation(
      file: "qwen-vl-sft.sh", framework: "qwen-vl", family: "qwen2.5-vl", key: "--max_pixels",
      before: 64, asked: 576, tokens: 576, value: "451584"),
    Expectation(
      file: "qwen-vl-lora.sh", framework: "qwen-vl", family: "qwen2.5-vl", key: "--max_pixels",
      before: 1280, asked: 576, tokens: 576, value: "576 * 28 * 28"),
    Expectation(
      file: "internvl-finetune.sh", framework: "internvl", family: "internvl",
      key: "--max_dynamic_patch", before: 1792, asked: 1500, tokens: 1280, value: "4"),
    Expectation(
      file: "llava-next-finetune.sh", framework: "llava-next", family: "llava-next",
      key: "--image_grid_pinpoints", before: 2928, asked: 2000, tokens: 1776,
      value: "[(336, 672), (672, 336)]"),
    Expectation(
      file: "sglang-serve.sh", framework: "sglang", family: "qwen2.5-vl",
      key: "--mm-process-config.image.max_pixels", before: 1280, asked: 576, tokens: 576,
      value: "451584"),
    Expectation(
      file: "llama-cpp-serve.sh", framework: "llama-cpp", family: "qwen2.5-vl",
      key: "--image-max-tokens", before: 1024, asked: 576, tokens: 576, value: "576"),
  ]

  @Test func everyFrameworkHasAFixture() {
    let covered = Set(Self.expectations.map(\.framework))
    #expect(covered == Set(Framework.all.map(\.id.name)))
    let files = Set(Self.expectations.map(\.file)).union([
      "llava-onevision-finetune.sh", "hf-gemma3-preprocessor_config.json",
    ])
    #expect(files == Set(Fixture.names))
  }

  @Test(arguments: expectations)
  func reads(expected: Expectation) throws {
    let config = try TrainingConfig(Fixture.file(expected.file))
    #expect(config.framework.id.name == expected.framework)
    #expect(config.family?.name == expected.family)
    let budget = try #require(config.budget)
    if let before = expected.before {
      #expect(budget.tokens == before)
      if budget.origin == nil { #expect(budget.key == expected.key) }
    } else if expected.isAdded {
      #expect(budget.origin != nil)
    }
  }

  @Test(arguments: expectations)
  func writesTheBudgetAndNothingElse(expected: Expectation) throws {
    let config = try TrainingConfig(Fixture.file(expected.file))
    let embedding = try config.embedding(tokens: expected.asked)
    #expect(embedding.tokens == expected.tokens)
    let change = try #require(
      embedding.changes.first { $0.key == expected.key }, "\(embedding.changes)")
    #expect(change.after == expected.value)
    #expect((change.before == nil) == expected.isAdded)
    for (key, value) in expected.others {
      #expect(embedding.changes.first { $0.key == key }?.after == value, "\(key)")
    }
    let allowed = Set([expected.key] + expected.others.keys)
    let least = Set(config.schema.least.map(\.name))
    for change in embedding.changes {
      #expect(allowed.contains(change.key) || least.contains(change.key), "\(change.key)")
    }

    // Every byte outside the changed values is as it was, on as many lines and in their order.
    let (old, new) = (embedding.original, embedding.result)
    if expected.isAdded {
      #expect(old.bytes.count < new.bytes.count)
    } else {
      let before = old.text.split(separator: "\n", omittingEmptySubsequences: false)
      let after = new.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(before.count == after.count)
      let differing = zip(before, after).filter { $0 != $1 }.count
      #expect(differing == Set(embedding.changes.map(\.place.span.line)).count)
    }
    if embedding.changes.count == 1, let place = config.budget?.place, !expected.isAdded {
      let prefix = commonPrefix(old.bytes, new.bytes)
      let suffix = commonPrefix(old.bytes.reversed(), new.bytes.reversed())
      let value = try #require(change.before).utf8.count
      #expect(prefix + suffix + value >= old.bytes.count, "more than \(place) differs")
    }

    // Parsed before and after, they differ in these values only.
    if config.text.form != .shell {
      var (values, newValues) = ([String: String](), [String: String]())
      flatten(try #require(config.text.root), "", &values)
      flatten(try #require(TrainingConfig(new).text.root), "", &newValues)
      let keys = Set(values.keys).union(newValues.keys)
      for key in keys where values[key] != newValues[key] {
        // JSON in a text is one value.
        #expect(
          embedding.changes.contains { $0.key == key || $0.key.hasPrefix(key + ".") }, "\(key)")
      }
      #expect(keys.contains { values[$0] != newValues[$0] })
    }

    // Read again, it says what was asked for, and there is nothing left to do.
    let again = try TrainingConfig(new)
    #expect(again.budget?.tokens == expected.tokens)
    #expect(again.budget?.origin == nil)
    let second = try again.embedding(tokens: expected.asked)
    #expect(!second.isChanged && second.changes.isEmpty)
  }

  private func flatten(_ node: YAMLNode, _ path: String, _ values: inout [String: String]) {
    switch node.content {
    case .scalar(let scalar): values[path] = "\(scalar.kind) \(scalar.text)"
    case .sequence(let items):
      for (index, item) in items.enumerated() { flatten(item, path + "[\(index)]", &values) }
    case .mapping(let entries):
      for entry in entries {
        flatten(entry.value, path.isEmpty ? entry.key : path + "." + entry.key, &values)
      }
    }
  }

  private func commonPrefix(_ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>) -> Int {
    var count = 0
    for (left, right) in zip(one, other) {
      if left != right { break }
      count += 1
    }
    return count
  }

  /// The value that is written allows as many tokens as the family's rule counts, never more than were
  /// asked for, and no larger value does.
  @Test(arguments: expectations)
  func writesTheLargestValue(expected: Expectation) throws {
    let config = try TrainingConfig(Fixture.file(expected.file))
    var compared = 0
    for asked in stride(from: expected.asked, to: expected.asked + 2_000, by: 131) {
      let embedding = try config.embedding(tokens: asked)
      #expect(embedding.tokens <= asked)
      // It may say so already.
      guard let key = embedding.changes.first(where: { $0.key == expected.key }),
        let budgetKey = config.schema.most.first(where: { $0.name == key.key }),
        let written = try TrainingConfig(embedding.result).reading(budgetKey)?.number
      else { continue }
      compared += 1
      // The next value that means more tokens means too many.
      let next = (written + 1...written + 2048).lazy.compactMap {
        budgetKey.scale.tokens(under: $0)
      }
      .first { $0 > embedding.tokens }
      if let next { #expect(next > asked) }
    }
    if config.schema.canvases == nil { #expect(compared > 5) }
  }

  @Test func theOneVisionScriptHasItsBudgetInTheAspectRatio() throws {
    let config = try TrainingConfig(Fixture.file("llava-onevision-finetune.sh"))
    #expect(config.framework.id.name == "llava-next" && config.family?.name == "llava-onevision")
    let before = try #require(config.budget)
    #expect(before.key == "--image_aspect_ratio" && before.value == "anyres_max_9")
    let embedding = try config.embedding(tokens: 4000)
    #expect(embedding.changes.map(\.key) == ["--image_aspect_ratio"])
    #expect(embedding.changes[0].after == "anyres_max_3")
    #expect(embedding.tokens <= 4000)
    #expect(embedding.diff.split(separator: "\n").count { $0.hasPrefix("+") } == 2)
  }

  // MARK: Documentation

  /// `docs/embedding.md` shows each framework with lines before and after, as they come out.
  @Test func theLinesOfTheDocumentationComeOut() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
    let documentation = try String(
      contentsOf: root.appendingPathComponent("docs/embedding.md"), encoding: .utf8)
    for framework in Framework.all {
      #expect(documentation.contains("\n### `\(framework.id.name)`: "), "\(framework.id.name)")
    }
    var shown = 0
    for (file, tokens) in Self.expectations.map({ ($0.file, $0.asked) })
      + [("llava-onevision-finetune.sh", 4000)]
    {
      let embedding = try TrainingConfig(Fixture.file(file)).embedding(tokens: tokens)
      let lines = embedding.diff.split(whereSeparator: \.isNewline).dropFirst(2)
        .filter { $0.hasPrefix("+") || $0.hasPrefix("-") }
      let block = "\(tokens) tokens:\n\n```diff\n" + lines.joined(separator: "\n") + "\n```"
      #expect(documentation.contains(block), "\(block)")
      shown += 1
    }
    // All but Gemma 3's file, in which nothing is changed.
    #expect(shown == Fixture.names.count - 1)
  }

  // MARK: Comments

  @Test func annotatesOnceAndKeepsTheNoteTrue() throws {
    let text =
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\nimage_max_pixels: 262144\nstage: sft\n"
    func config(_ text: String) throws -> TrainingConfig {
      try TrainingConfig(SourceFile(name: "a.yaml", text: text), framework: "llama-factory")
    }
    let first = try config(text).embedding(tokens: 576, options: EmbeddingOptions(annotates: true))
    #expect(first.text.contains("image_max_pixels: 451584  # 576 vision tokens (token-budget)\n"))
    let second = try config(first.text).embedding(
      tokens: 576, options: EmbeddingOptions(annotates: true))
    #expect(!second.isChanged)
    // Without being asked, an old note of ours does not stay wrong.
    let third = try config(first.text).embedding(tokens: 64)
    #expect(third.text.contains("image_max_pixels: 50176  # 64 vision tokens (token-budget)\n"))
    // A comment of somebody else stays, and is spoken of.
    let theirs = text.replacingOccurrences(of: "262144", with: "262144 # 512*512, 见文档")
    let fourth = try config(theirs).embedding(
      tokens: 576, options: EmbeddingOptions(annotates: true))
    #expect(
      fourth.text.contains(
        "image_max_pixels: 451584 # 512*512, 见文档  # 576 vision tokens (token-budget)\n"))
    #expect(fourth.diagnostics.map(\.code.name) == ["embed.stale-comment"])
  }

  @Test func annotationsThatCannotStandAreLeftOut() throws {
    for name in ["qwen-vl-lora.sh", "hf-gemma4-preprocessor_config.json"] {
      let config = try TrainingConfig(Fixture.file(name))
      let plain = try config.embedding(tokens: 576)
      let noted = try config.embedding(tokens: 576, options: EmbeddingOptions(annotates: true))
      #expect(plain.text == noted.text)
      #expect(noted.diagnostics.map(\.code.name).contains("embed.not-annotated"))
    }
  }

  @Test func aBudgetThatLeavesNoRoomForTextIsWrittenWithAWarning() throws {
    let text = "model: Qwen/Qwen3-VL-4B-Instruct\ntrain_type: lora\nmax_length: 1024\n"
    let config = try TrainingConfig(SourceFile(name: "a.yaml", text: text))
    #expect(try config.embedding(tokens: 576).diagnostics.isEmpty)
    let large = try config.embedding(tokens: 1024)
    #expect(large.isChanged)
    #expect(large.diagnostics.map(\.code.name) == ["check.over-context"])
  }

  // MARK: Pairs of keys

  @Test func aLargerMinimumIsLoweredAndSaidSo() throws {
    let text = """
      data:
        min_pixels: 262144
        max_pixels: 4194304
      worker: {actor: {model: {model_path: Qwen/Qwen2.5-VL-7B-Instruct}}}
      algorithm: {}
      """
    let config = try TrainingConfig(SourceFile(name: "a.yaml", text: text))
    let embedding = try config.embedding(tokens: 100)
    #expect(embedding.text.contains("  min_pixels: 78400\n  max_pixels: 78400\n"))
    #expect(embedding.diagnostics.map(\.code.name) == ["embed.least-lowered"])
  }

  @Test func aProcessorWithOneFormKeepsOne() throws {
    let text = """
      {"size": {"longest_edge": 16777216, "shortest_edge": 65536}, "patch_size": 16, "merge_size": 2,
       "processor_class": "Qwen3VLProcessor", "image_processor_type": "Qwen2VLImageProcessorFast"}
      """
    let config = try TrainingConfig(SourceFile(name: "preprocessor_config.json", text: text))
    #expect(config.family?.name == "qwen3-vl" && config.budget?.tokens == 16384)
    let embedding = try config.embedding(tokens: 1280)
    #expect(embedding.changes.map(\.key) == ["size.longest_edge"])
    #expect(embedding.text == text.replacingOccurrences(of: "16777216", with: "1310720"))
  }

  @Test func gemma3BelowTwoImagesSwitchesCropsOff() throws {
    let head = "model: google/gemma-3-4b-it\nmm-processor-kwargs:\n  do_pan_and_scan: true\n"
    let text = head + "  pan_and_scan_max_num_crops: 2\n"
    let config = try TrainingConfig(
      SourceFile(name: "serve.yaml", text: text), framework: "vllm")
    #expect(config.budget?.tokens == 768)
    let off = try config.embedding(tokens: 300)
    #expect(off.tokens == 256)
    #expect(
      off.text
        == text.replacingOccurrences(of: "do_pan_and_scan: true", with: "do_pan_and_scan: false"))
    #expect(try TrainingConfig(off.result).budget?.tokens == 256)
    #expect(throws: InvalidDocument.self) { try config.embedding(tokens: 255) }
  }

  /// The processor overrides the switch of Gemma 3's file on every call: nothing is written that nothing reads.
  @Test func gemma3sFileHasOneCount() throws {
    let file = try Fixture.file("hf-gemma3-preprocessor_config.json")
    let config = try TrainingConfig(file)
    #expect(config.family?.name == "gemma3" && config.budget?.tokens == 256)
    let embedding = try config.embedding(tokens: 800)
    #expect(embedding.tokens == 256 && embedding.text == file.text && embedding.changes.isEmpty)
    #expect(throws: InvalidDocument.self) { try config.embedding(tokens: 255) }
  }

  @Test func theSafeValueHoldsForLLaMAFactory() throws {
    let config = try TrainingConfig(Fixture.file("llama-factory-qwen2.5-vl.yaml"))
    let plain = try config.embedding(tokens: 576)
    #expect(plain.mostTokens > 576 && plain.mostTokensOfUsualShapes > 576)
    let safe = try config.embedding(tokens: 576, options: EmbeddingOptions(isSafe: true))
    #expect(safe.changes.map(\.after) == [String(try #require(plain.safeValue))])
    #expect(safe.mostTokens <= 576)
    // Elsewhere the processor has the last word.
    let exact = try TrainingConfig(Fixture.file("nemo-automodel.yaml")).embedding(tokens: 576)
    #expect(exact.safeValue == nil && exact.mostTokens == 576)
  }

  /// Behind a processor strips get more than a small bound says: a safe value counts them too.
  @Test func theSafeValueHoldsForStrips() throws {
    let config = try TrainingConfig(
      SourceFile(
        name: "vllm.yaml",
        text: "model: Qwen/Qwen3-VL-8B-Instruct\nmm-processor-kwargs: '{\"max_pixels\": 50176}'\n"),
      framework: "vllm")
    let plain = try config.embedding(tokens: 152)
    #expect(plain.tokens == 152 && plain.mostTokens == 174)
    let safe = try config.embedding(tokens: 152, options: EmbeddingOptions(isSafe: true))
    // √(200 · 117) is 152.97, and √(200 · 118) is 153.6.
    #expect(safe.text.contains("\(117 * 1024)"))
    #expect(safe.tokens == 152 && safe.mostTokens <= 152)
    let again = try TrainingConfig(safe.result, framework: "vllm")
    #expect(
      try again.embedding(tokens: 152, options: EmbeddingOptions(isSafe: true)).changes.isEmpty)
    #expect(throws: InvalidDocument.self) {
      try config.embedding(tokens: 13, options: EmbeddingOptions(isSafe: true))
    }
  }

  // MARK: Scripts

  private func script(_ text: String, family: String? = "qwen2.5-vl") throws -> TrainingConfig {
    try TrainingConfig(
      SourceFile(name: "run.sh", text: text), framework: "qwen-vl", family: family)
  }

  @Test(arguments: [
    ("torchrun a.py --max_pixels 50176 --x 1\n", "torchrun a.py --max_pixels 451584 --x 1\n"),
    ("a --max_pixels=50176\n", "a --max_pixels=451584\n"),
    ("a --max_pixels \"50176\"\n", "a --max_pixels \"451584\"\n"),
    ("a --max_pixels $((64*28*28)) \\\n  --y\n", "a --max_pixels $((576*28*28)) \\\n  --y\n"),
    ("a --max_pixels $((50176))\n", "a --max_pixels $((576*28*28))\n"),
    ("MAX=50176 # c\na --max_pixels $MAX\n", "MAX=451584 # c\na --max_pixels $MAX\n"),
    (
      "MAX=\"$((64 * 28 * 28))\"\na --max_pixels ${MAX}\n",
      "MAX=\"$((576 * 28 * 28))\"\na --max_pixels ${MAX}\n"
    ),
    ("a --max_pixels ${MAX:-50176}\n", "a --max_pixels ${MAX:-451584}\n"),
    (
      "args=\"\n  --max_pixels 50176 \\\n  --b\"\na ${args}\n",
      "args=\"\n  --max_pixels 451584 \\\n  --b\"\na ${args}\n"
    ),
    ("args='--b 1 --max_pixels 50176'\n", "args='--b 1 --max_pixels 451584'\n"),
    ("ARGS=(\n  --max_pixels 50176  # c\n)\n", "ARGS=(\n  --max_pixels 451584  # c\n)\n"),
    // A flag in a comment or in a here-document is none.
    (
      "# --max_pixels 1\ncat <<'E' > x\n--max_pixels 2 \"\nE\na --max_pixels 50176\n",
      "# --max_pixels 1\ncat <<'E' > x\n--max_pixels 2 \"\nE\na --max_pixels 451584\n"
    ),
    // A missing flag goes in front of one that it belongs to, in the same manner.
    (
      "a \\\n    --b 1 \\\n    --min_pixels 784 \\\n    --c\n",
      "a \\\n    --b 1 \\\n    --max_pixels 451584 \\\n    --min_pixels 784 \\\n    --c\n"
    ),
    (
      "args=\"\n  --min_pixels 784\n  --c\"\n",
      "args=\"\n  --max_pixels 451584\n  --min_pixels 784\n  --c\"\n"
    ),
    // The variable's own value comes before its default.
    (
      "M=50176\na --max_pixels ${M:-1003520}\n", "M=451584\na --max_pixels ${M:-1003520}\n"
    ),
    (
      "M=${M:-50176}\na --max_pixels $M\n", "M=${M:-451584}\na --max_pixels $M\n"
    ),
    (
      "case $1 in\n  --max_pixels) M=$2;;\nesac\necho $'it\\'s'\na --max_pixels 50176\n",
      "case $1 in\n  --max_pixels) M=$2;;\nesac\necho $'it\\'s'\na --max_pixels 451584\n"
    ),
    ("a --min_pixels 784\r\n", "a --max_pixels 451584 --min_pixels 784\r\n"),
  ])
  func editsScripts(before: String, after: String) throws {
    let embedding = try script(before).embedding(tokens: 576)
    #expect(embedding.text == after)
    #expect(try !script(embedding.text).embedding(tokens: 576).isChanged)
  }

  @Test func jsonOfScripts() throws {
    func sglang(_ text: String) throws -> TrainingConfig {
      try TrainingConfig(
        SourceFile(
          name: "run.sh",
          text: "python -m sglang.launch_server --model-path Qwen/Qwen2.5-VL-7B-Instruct " + text))
    }
    // In a variable, over several lines, and in double quotes.
    for (before, after) in [
      (
        "--mm-process-config '{\"image\":\n {\"max_pixels\": 50176}}'\n",
        "--mm-process-config '{\"image\":\n {\"max_pixels\": 451584}}'\n"
      ),
      (
        "--mm-process-config \"{\\\"image\\\": {}}\"\n",
        "--mm-process-config \"{\\\"image\\\": {\\\"max_pixels\\\": 451584}}\"\n"
      ),
      (
        "--mm-process-config \"$C\"\nC='{\"image\": {\"max_pixels\": 1}}'\n",
        "--mm-process-config \"$C\"\nC='{\"image\": {\"max_pixels\": 451584}}'\n"
      ),
    ] {
      let embedding = try sglang(before).embedding(tokens: 576)
      #expect(embedding.text.hasSuffix(after), "\(embedding.text)")
    }
    // Quotes in a quoted list of arguments would be lost.
    let quoted =
      "ARGS=\"--model-path Qwen/Qwen2.5-VL-7B-Instruct --port 3000\"\npython3 -m sglang.launch_server $ARGS\n"
    #expect {
      _ = try TrainingConfig(SourceFile(name: "run.sh", text: quoted)).embedding(tokens: 576)
    } throws: { error in
      (error as? InvalidDocument)?.diagnostics.map(\.code.name) == ["embed.no-place"]
    }
  }

  @Test func textStaysText() throws {
    for before in ["MAX_PIXELS: 1280*28*28", "MAX_PIXELS:", "A: '1'\n  MAX_PIXELS: 5"] {
      let text = "model: Qwen/Qwen2.5-VL-3B-Instruct\ntrain_type: lora\nENV:\n  \(before)\n"
      let embedding = try TrainingConfig(SourceFile(name: "a.yaml", text: text)).embedding(
        tokens: 576)
      #expect(embedding.text.hasSuffix("  MAX_PIXELS: '451584'\n"), "\(embedding.text)")
    }
  }

  @Test func stripsAreSpokenOf() throws {
    let config = try TrainingConfig(Fixture.file("qwen-vl-sft.sh"))
    let small = try config.embedding(tokens: 64)
    #expect(small.tokens == 64 && small.mostTokens == 113 && small.mostTokensOfUsualShapes == 64)
    let rule = try #require(ModelFamily.named("qwen2.5-vl"))
    var values = rule.defaultSettings
    values["max_pixels"] = .count(50_176)
    let strip = try #require(ImageSize(width: 5600, height: 28))
    #expect(try rule.tokenRule(values).get().layout(of: strip).tokens == 113)
    #expect(try config.embedding(tokens: 200).mostTokens == 200)
  }

  /// Nesting that no person writes is refused before it can exhaust anything.
  @Test func deepNestingIsRefused() throws {
    for part in ["\"$(", "$(\"", "${", "$((", "\"${"] {
      let text = "a --max_pixels 1 " + String(repeating: part, count: 100_000)
      #expect {
        _ = try script(text)
      } throws: { error in
        (error as? InvalidDocument)?.diagnostics.map(\.code.name) == ["shell.syntax"]
      }
    }
  }

  /// Launch scripts of frameworks whose configs are mostly YAML.
  @Test(arguments: [
    (
      "CUDA_VISIBLE_DEVICES=0 \\\nMAX_PIXELS=1003520 \\\nswift sft --model Qwen/Qwen2.5-VL-3B-Instruct\n",
      "CUDA_VISIBLE_DEVICES=0 \\\nMAX_PIXELS=451584 \\\nswift sft --model Qwen/Qwen2.5-VL-3B-Instruct\n",
      "ms-swift"
    ),
    (
      "CUDA_VISIBLE_DEVICES=0 \\\nswift sft --model Qwen/Qwen3-VL-4B-Instruct\n",
      "CUDA_VISIBLE_DEVICES=0 \\\nIMAGE_MAX_TOKEN_NUM=576 \\\nswift sft --model Qwen/Qwen3-VL-4B-Instruct\n",
      "ms-swift"
    ),
    (
      "set -e\nswift sft --model Qwen/Qwen3-VL-4B-Instruct\n",
      "set -e\nIMAGE_MAX_TOKEN_NUM=576 swift sft --model Qwen/Qwen3-VL-4B-Instruct\n", "ms-swift"
    ),
    (
      "export MAX_PIXELS=100352 \nswift sft --model Qwen/Qwen2.5-VL-3B-Instruct\n",
      "export MAX_PIXELS=451584 \nswift sft --model Qwen/Qwen2.5-VL-3B-Instruct\n", "ms-swift"
    ),
    (
      "vllm serve Qwen/Qwen2.5-VL-7B-Instruct --port 80 --mm-processor-kwargs '{\"max_pixels\": 1003520}'\n",
      "vllm serve Qwen/Qwen2.5-VL-7B-Instruct --port 80 --mm-processor-kwargs '{\"max_pixels\": 451584}'\n",
      "vllm"
    ),
    (
      "vllm serve Qwen/Qwen2.5-VL-7B-Instruct \\\n  --port 80\n",
      "vllm serve Qwen/Qwen2.5-VL-7B-Instruct \\\n  --mm-processor-kwargs '{\"max_pixels\": 451584}' \\\n  --port 80\n",
      "vllm"
    ),
  ])
  func editsLaunchScripts(before: String, after: String, framework: String) throws {
    for id in [nil, framework] {
      let config = try TrainingConfig(SourceFile(name: "run.sh", text: before), framework: id)
      #expect(config.framework.id.name == framework)
      let embedding = try config.embedding(tokens: 576)
      #expect(embedding.text == after)
      #expect(try TrainingConfig(embedding.result).budget?.tokens == 576)
    }
  }

  @Test(arguments: [
    ("a --max_pixels 1000 --max_pixels 2000\n", "embed.repeated-flag"),
    ("a --max_pixels $MAX\n", "embed.unresolved-value"),
    ("a --max_pixels $((N * 28 * 28))\n", "embed.unresolved-value"),
    ("N=64\na --max_pixels $((N * 28 * 28))\n", "embed.unresolved-value"),
    ("a --max_pixels `expr 1280 \\* 784` --x\n", "embed.unresolved-value"),
    ("a --max_pixels $(python -c 'print(5)')\n", "embed.unresolved-value"),
    ("S=8192\na --max_pixels $S --model_max_length $S\n", "embed.shared-value"),
    ("for P in 1 2; do a --max_pixels $P; done\n", "embed.unresolved-value"),
    ("a --min_pixels 784 --x\nb --min_pixels 784\n", "embed.repeated-flag"),
    ("a --min_pixels 784 --output_dir x\nb --output_dir y\n", "embed.repeated-flag"),
    ("a --max_pixels\n", "embed.unresolved-value"),
    ("A=1\nA=2\na --max_pixels $A\n", "embed.repeated-flag"), ("a --x 1\n", "embed.no-place"),
    ("a --max_pixels 1 \"open\n", "shell.syntax"), ("a $((1 + --max_pixels\n", "shell.syntax"),
  ])
  func refusesScripts(text: String, code: String) throws {
    #expect {
      _ = try script(text).embedding(tokens: 576)
    } throws: { error in
      (error as? InvalidDocument)?.diagnostics.map(\.code.name) == [code]
    }
  }

  // MARK: Refusals

  private static let head = "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\n"

  @Test(arguments: [
    (head + "image_max_pixels: [1\n", "yaml.syntax"),
    (head + "image_max_pixels: 1000\nimage_max_pixels: 2000\n", "document.duplicate-key"),
    (head + "image_max_pixels: &p 262144\nvideo_max_pixels: *p\n", "embed.shared-value"),
    (head + "p: &p 262144\nimage_max_pixels: *p\n", "embed.shared-value"),
    (head + "image_max_pixels: {a: 1}\n", "embed.wrong-shape"), ("- 1\n", "embed.not-a-config"),
    ("", "yaml.empty-document"), ("a: 1\n---\nb: 1\n", "yaml.several-documents"),
    ("image_max_pixels: 1000\n", "embed.unknown-family"),
    ("model_name_or_path: ./my-model\nimage_max_pixels: 1000\n", "embed.unknown-family"),
    ("model_name_or_path: google/gemma-3-4b-it\nimage_max_pixels: 1000\n", "embed.no-key"),
  ])
  func refuses(text: String, code: String) throws {
    #expect {
      let config = try TrainingConfig(
        SourceFile(name: "train.yaml", text: text), framework: "llama-factory")
      _ = try config.embedding(tokens: 576)
    } throws: { error in
      (error as? InvalidDocument)?.diagnostics.map(\.code.name) == [code]
    }
  }

  @Test func refusesWhatCannotBeExtended() throws {
    let text = """
      base_model: Qwen/Qwen2-VL-7B-Instruct
      sequence_len: 4096
      processor_kwargs: {min_pixels: 3136,
        other: 1}
      """
    let config = try TrainingConfig(SourceFile(name: "a.yaml", text: text))
    #expect {
      _ = try config.embedding(tokens: 576)
    } throws: { error in
      let diagnostics = (error as? InvalidDocument)?.diagnostics ?? []
      return diagnostics.map(\.code.name) == ["embed.not-extensible"]
        && diagnostics[0].span?.line == 3
    }
  }

  @Test func refusesOtherEncodingsAndLargeTexts() throws {
    let head = Array(Self.head.utf8)
    for (bytes, code) in [
      (head + [0x23, 0xE9, 0x0A], "yaml.encoding"),
      ([0xFF, 0xFE, 0x61, 0x00], "yaml.encoding"),
      ([UInt8](repeating: 0x23, count: 17 << 20), "file.too-large"),
    ] {
      #expect {
        _ = try TrainingConfig(
          SourceFile(name: "train.yaml", bytes: bytes), framework: "llama-factory")
      } throws: { error in
        (error as? InvalidDocument)?.diagnostics.map(\.code.name) == [code]
      }
    }
  }

  @Test func frameworksAndFamiliesAreNeverGuessed() throws {
    func codes(_ text: String, _ name: String, framework: String? = nil, family: String? = nil)
      -> [String]
    {
      do throws(InvalidDocument) {
        _ = try TrainingConfig(
          SourceFile(name: name, text: text), framework: framework, family: family)
        return []
      } catch {
        return error.diagnostics.map(\.code.name)
      }
    }
    #expect(codes("a: 1\n", "a.yaml") == ["embed.unknown-framework"])
    #expect(codes("a: 1\n", "a.yaml", framework: "lama-factory") == ["embed.unknown-framework"])
    let both = "ENV: {A: '1'}\nstage: sft\ntemplate: qwen2_vl\n"
    #expect(codes(both, "a.yaml") == ["embed.ambiguous-framework"])
    #expect(codes(both, "a.yaml", framework: "llama-factory") == [])
    #expect(
      codes(both, "a.yaml", framework: "llama-factory", family: "qwen9") == ["embed.unknown-family"]
    )
    #expect(codes("echo hello\n", "a.sh") == ["embed.unknown-framework"])
  }
}
