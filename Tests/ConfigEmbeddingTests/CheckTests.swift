import SourceText
import Testing

@testable import ConfigEmbedding

/// Mistakes are found where they stand, and what is right is let alone.
@Suite struct CheckTests {
  private func config(
    _ text: String, name: String = "train.yaml", framework: String? = nil, family: String? = nil
  ) throws -> TrainingConfig {
    try TrainingConfig(
      SourceFile(name: name, text: text), framework: framework, family: family)
  }

  /// Codes with line and column, notes left out.
  private func mistakes(
    _ config: TrainingConfig, images: Int? = nil, serving: TrainingConfig? = nil
  ) -> [String] {
    config.findings(images: images, serving: serving).filter(\.isMistake).map(\.diagnostic).map {
      "\($0.code.name)@\($0.span?.line ?? 0):\($0.span?.column ?? 0)"
    }
  }

  private let qwen3 = "model_name_or_path: Qwen/Qwen3-VL-8B-Instruct\ncutoff_len: 20000\n"

  // MARK: The wrong grid

  /// The two values that public configs have wrong.
  @Test(arguments: [
    (1_003_520, 1280, 980, 1_310_720), (50_176, 64, 49, 65_536),
  ])
  func findsPublicValuesOfTheWrongGrid(value: Int, meant: Int, real: Int, mended: Int) throws {
    // With the product in the comment there is no doubt.
    let noted = try config(
      qwen3 + "image_max_pixels: \(value)  # \(meant)*28*28\n", framework: "llama-factory")
    let finding = try #require(noted.findings().first { $0.diagnostic.code == .checkWrongGrid })
    let diagnostic = finding.diagnostic
    #expect(diagnostic.severity == .error)
    #expect(diagnostic.span?.line == 3 && diagnostic.span?.column == 19)
    #expect(
      diagnostic.rendered().contains(
        "                  " + "^" + String(repeating: "~", count: "\(value)".count - 1)))
    #expect(
      diagnostic.message.contains("\(meant) tokens")
        && diagnostic.message.contains("\(real) tokens"))
    #expect(noted.budget?.tokens == real)
    let fixed = try #require(noted.fixed())
    #expect(fixed.text == qwen3 + "image_max_pixels: \(mended)  # \(meant)*32*32\n")
    #expect(try TrainingConfig(fixed, framework: "llama-factory").budget?.tokens == meant)

    // Alone it is a warning that names both readings, and nothing is changed.
    let bare = try config(qwen3 + "image_max_pixels: \(value)\n", framework: "llama-factory")
    // 50176 pixels are also fewer than the processor enlarges images to.
    let small = value < 65_536 ? ["check.min-above-max@3:19"] : []
    #expect(mistakes(bare) == ["check.wrong-grid@3:19"] + small)
    #expect(bare.findings().first?.diagnostic.severity == .warning)
    #expect(bare.fixed() == nil)
    // What this tool writes and notes is no mistake.
    let written = try bare.embedding(tokens: real, options: EmbeddingOptions(annotates: true))
    #expect(mistakes(try config(written.text, framework: "llama-factory")) == small)
  }

  @Test func theOtherGridIsNoMistakeWithoutEvidence() throws {
    let head = "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\ncutoff_len: 20000\n"
    for value in ["262144", "262144  # 512*512", "1003520  # 1280*28*28", "1310720"] {
      #expect(
        mistakes(try config(head + "image_max_pixels: \(value)\n", framework: "llama-factory"))
          == [])
    }
    let wrong = try config(
      head + "image_max_pixels: 1310720 # 1280 * 32 * 32\n", framework: "llama-factory")
    #expect(mistakes(wrong) == ["check.wrong-grid@3:19"])
    #expect(wrong.fixed()?.text == head + "image_max_pixels: 1003520 # 1280 * 28 * 28\n")
  }

  @Test func scriptsAreFixedInTheirExpression() throws {
    let text = "a --model_name_or_path Qwen/Qwen3-VL-4B-Instruct --max_pixels $((1280 * 28 * 28))\n"
    let script = try config(text, name: "a.sh")
    #expect(mistakes(script) == ["check.wrong-grid@1:66"])
    #expect(script.fixed()?.text == text.replacing("28 * 28", with: "32 * 32"))
  }

  @Test func theFixturesWithPlantedMistakes() throws {
    #expect(
      try mistakes(TrainingConfig(Fixture.file("nemo-automodel.yaml"))).contains {
        $0.hasPrefix("check.wrong-grid@")
      })
    #expect(
      try mistakes(TrainingConfig(Fixture.file("vllm-json.yaml"))).contains {
        $0.hasPrefix("check.wrong-grid@")
      })
  }

  // MARK: Values

  @Test func textThatLooksLikeANumber() throws {
    for (value, number) in [("1280*28*28", "1003520"), ("1e6", "1000000")] {
      let text =
        "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\ncutoff_len: 20000\nimage_max_pixels: \(value)\n"
      let found = try config(text, framework: "llama-factory")
      #expect(mistakes(found) == ["check.not-a-number@3:19"])
      #expect(found.fixed()?.text == text.replacing(value, with: number))
    }
    let quoted = try config(
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\ncutoff_len: 20000\nimage_max_pixels: '262144'\n",
      framework: "llama-factory")
    #expect(mistakes(quoted) == ["check.not-a-number@3:19"])
    // What only the shell knows is remarked on, not held against the script.
    let open = try config(
      "a --max_pixels $((N * 28 * 28))\n", name: "a.sh", framework: "qwen-vl", family: "qwen2-vl")
    #expect(open.findings().map(\.diagnostic.code) == [.embedUnresolved] && mistakes(open) == [])
    for value in ["[512, 512]", "${side}"] {
      let text =
        "base_model: Qwen/Qwen2-VL-2B-Instruct\nsequence_len: 20000\nimage_size: \(value)\n"
      #expect(try mistakes(config(text)) == [])
    }
    // PyYAML's numbers are numbers.
    let head =
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\ncutoff_len: 20000\nimage_max_pixels: "
    for (value, tokens) in [("1_003_520", 1280), ("0xF5000", 1280), ("+50176", 64)] {
      let found = try config(head + value + "\n", framework: "llama-factory")
      #expect(found.budget?.tokens == tokens && mistakes(found) == [])
    }
  }

  @Test func valuesOffTheLattice() throws {
    let gemma = "{\"processor_class\": \"Gemma4Processor\", \"max_soft_tokens\": 300}"
    let found = try config(gemma, name: "preprocessor_config.json")
    #expect(mistakes(found) == ["check.off-lattice@1:59"])
    #expect(found.fixed()?.text == gemma.replacing("300", with: "280"))
    let tiles = "model: OpenGVLab/InternVL3-8B\ntrain_type: lora\nENV:\n  MAX_NUM: '0'\n"
    #expect(try mistakes(config(tiles)) == ["check.off-lattice@4:12"])
  }

  @Test func formsThatDisagree() throws {
    let text = """
      {"processor_class": "Qwen2_5_VLProcessor", "max_pixels": 451584, "min_pixels": 3136,
       "size": {"longest_edge": 12845056, "shortest_edge": 3136}}
      """
    let found = try config(text, name: "preprocessor_config.json")
    #expect(mistakes(found) == ["check.forms-disagree@2:27"])
    #expect(found.budget?.tokens == 576)
    #expect(found.fixed()?.text == text.replacing("12845056", with: "451584"))
  }

  @Test func aMinimumAboveTheMaximum() throws {
    let text = "a --model_id Qwen/Qwen2.5-VL-3B-Instruct --max_pixels 50176 --min_pixels 100352\n"
    #expect(
      try mistakes(config(text, name: "a.sh", framework: "qwen-vl")) == ["check.min-above-max@1:74"]
    )
  }

  @Test func keysThatNobodyReads() throws {
    let text = "model: Qwen/Qwen3-VL-4B-Instruct\ntrain_type: lora\nENV:\n  MAX_PIXELS: '1048576'\n"
    #expect(try mistakes(config(text)) == ["check.unread-key@4:15"])
  }

  /// A product written as text for the wrong grid is mended to the tokens that it means.
  @Test func textOfTheWrongGridIsMendedToItsTokens() throws {
    let found = try config(qwen3 + "image_max_pixels: 1280*28*28\n", framework: "llama-factory")
    #expect(found.fixed()?.text == qwen3 + "image_max_pixels: 1310720\n")
  }

  @Test func aCommentThatSaysMoreIsNotHalfMended() throws {
    let found = try config(
      qwen3 + "image_max_pixels: 1003520  # 1280x28x28 = 1003520 px\n", framework: "llama-factory")
    #expect(mistakes(found) == ["check.wrong-grid@3:19"] && found.fixed() == nil)
  }

  @Test func quotesDoNotHideTheCommentOfAScript() throws {
    let text =
      "a --model_id Qwen/Qwen3-VL-4B-Instruct --min_pixels 4096 --max_pixels \"1003520\"   # 1280*28*28\n"
    let found = try config(text, name: "a.sh", framework: "qwen-vl")
    #expect(found.findings().first?.diagnostic.severity == .error)
    #expect(
      found.fixed()?.text
        == text.replacing("1003520", with: "1310720").replacing("28*28", with: "32*32"))
  }

  @Test func expressionsOfVariablesAreRead() throws {
    let text = "N=1280\na --model_id Qwen/Qwen3-VL-4B-Instruct --max_pixels $((N * 28 * 28))\n"
    let found = try config(text, name: "a.sh", framework: "qwen-vl")
    #expect(found.budget?.tokens == 980 && mistakes(found) == ["check.wrong-grid@2:56"])
    #expect(found.fixed() == nil)
  }

  @Test func jsonMustBeJSON() throws {
    for text in [
      "{\"processor_class\": \"Qwen2_5_VLProcessor\", \"max_pixels\": 451584,}",
      "{processor_class: Qwen2_5_VLProcessor}",
      "{\"processor_class\": \"Qwen2_5_VLProcessor\"} # c",
    ] {
      #expect {
        _ = try config(text, name: "preprocessor_config.json")
      } throws: { error in
        (error as? InvalidDocument)?.diagnostics.map(\.code.name) == ["json.syntax"]
      }
    }
    let vllm = try config(
      "model: Qwen/Qwen2.5-VL-7B-Instruct\nmm-processor-kwargs: '{\"max_pixels\": 1003520,}'\n")
    #expect(mistakes(vllm) == ["json.syntax@2:22"])
    // A float that is whole is a number.
    let float = try config(
      "{\"processor_class\": \"Qwen2_5_VLProcessor\", \"max_pixels\": 451584.0}",
      name: "preprocessor_config.json")
    #expect(float.budget?.tokens == 576 && mistakes(float) == [])
  }

  @Test func jsonOverSeveralLinesIsReadThoughItCannotBeChanged() throws {
    let text =
      "model: Qwen/Qwen2.5-VL-7B-Instruct\nmm-processor-kwargs: >-\n  {\"max_pixels\":\n  451584}\n"
    let found = try config(text)
    #expect(found.budget?.tokens == 576 && mistakes(found) == [])
    #expect(throws: InvalidDocument.self) { try found.embedding(tokens: 64) }
    #expect(try !found.embedding(tokens: 576).isChanged)
  }

  @Test func imagesThatAreNotSplitHaveNoBudgetToSet() throws {
    let smol =
      "{\"processor_class\": \"SmolVLMProcessor\", \"max_image_size\": {\"longest_edge\": 512}, \"size\": {\"longest_edge\": 2048}, \"do_image_splitting\": false}"
    let found = try config(smol, name: "preprocessor_config.json")
    #expect(found.budget?.tokens == 64)
    #expect(try !found.embedding(tokens: 576).isChanged)
    #expect(throws: InvalidDocument.self) { try found.embedding(tokens: 63) }
    let intern = try config(
      "a --model_name_or_path OpenGVLab/InternVL2-8B --max_dynamic_patch 6 --dynamic_image_size False --max_seq_length 1024\n",
      name: "a.sh")
    #expect(intern.budget?.tokens == 256 && mistakes(intern) == [])
  }

  @Test func theDefaultMinimumOfTheProcessorCounts() throws {
    let text =
      "model: Qwen/Qwen3-VL-8B-Instruct\nmax-model-len: 8192\nmm-processor-kwargs:\n  max_pixels: 32768\n"
    #expect(try mistakes(config(text)) == ["check.min-above-max@4:15"])
    let embedding = try config(text).embedding(tokens: 32)
    #expect(embedding.text.hasSuffix("  max_pixels: 32768\n  min_pixels: 32768\n"))
    #expect(embedding.diagnostics.map(\.code) == [.embedLeastLowered])
    #expect(try mistakes(config(embedding.text)) == [])
  }

  // MARK: Context

  @Test func contextsThatCannotBeReadAreRemarkedOn() throws {
    let head = "model: Qwen/Qwen2.5-VL-7B-Instruct\nmm-processor-kwargs: {max_pixels: 3211264}\n"
    #expect(try mistakes(config(head + "max-model-len: 4k\n")) == ["check.over-context@2:35"])
    #expect(try mistakes(config(head + "max-model-len: 4K\n")) == ["check.over-context@2:35"])
    #expect(try mistakes(config(head + "max-model-len: 5k\n")) == [])
    let eight = head + "max-model-len: 30000\nlimit-mm-per-prompt: "
    #expect(try mistakes(config(eight + "{image: {count: 8}}\n")) == ["check.over-context@2:35"])
    #expect(try mistakes(config(eight + "image=8,video=0\n")) == ["check.over-context@2:35"])
    #expect(try mistakes(config(eight + "image=7\n")) == [])
    for text in [
      head + "max-model-len: auto\n", head + "max-model-len: ${LEN}\n",
    ] {
      #expect(try config(text).findings().map(\.diagnostic.code) == [.checkContextUnread])
    }
  }

  /// What is suggested passes.
  @Test func theSuggestionAgainstTheContextCuresIt() throws {
    let text =
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\ncutoff_len: 2048\nimage_max_pixels: 4000000\n"
    let found = try config(text, framework: "llama-factory")
    let suggestion = try #require(found.findings().first { $0.isMistake }?.diagnostic.suggestion)
    let tokens = try #require(
      suggestion.description.firstMatch(of: /at most (\d+) tokens/).flatMap { Int($0.1) })
    let mended = try found.embedding(tokens: tokens)
    #expect(mistakes(try config(mended.text, framework: "llama-factory")) == [])
    let over = try found.embedding(tokens: tokens + 60)
    #expect(mistakes(try config(over.text, framework: "llama-factory")) != [])
  }

  @Test func budgetsLargerThanTheContext() throws {
    func swift(_ tokens: Int, _ length: Int) throws -> TrainingConfig {
      try config(
        "model: Qwen/Qwen3-VL-4B-Instruct\ntrain_type: lora\nmax_length: \(length)\nENV: {IMAGE_MAX_TOKEN_NUM: '\(tokens)'}\n"
      )
    }
    #expect(try mistakes(swift(1024, 4096)) == [])
    #expect(try mistakes(swift(4096, 4096)) == ["check.over-context@4:28"])
    #expect(try mistakes(swift(1024, 4096), images: 3) == [])
    #expect(try mistakes(swift(1024, 4096), images: 4) == ["check.over-context@4:28"])
    let finding = try #require(try swift(1024, 4096).findings(images: 4).first)
    #expect(finding.diagnostic.suggestion?.description.contains("1023 tokens") == true)
    // A server says how many images a request may have.
    let vllm =
      "model: Qwen/Qwen2.5-VL-7B-Instruct\nmax-model-len: 4096\nlimit-mm-per-prompt: {image: 4}\nmm-processor-kwargs: {max_pixels: 1003520}\n"
    #expect(try mistakes(config(vllm)) == ["check.over-context@4:35"])
    // Where no budget is set, the default counts, as a warning at the context.
    let unset = try config(
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\nstage: sft\ntemplate: qwen2_vl\ncutoff_len: 512\n"
    )
    let warning = try #require(unset.findings().first { $0.isMistake })
    #expect(warning.diagnostic.severity == .warning && warning.diagnostic.span?.line == 4)
    #expect(warning.diagnostic.code == .checkOverContext)
  }

  // MARK: Training against serving

  @Test func trainingAgainstServing() throws {
    let training = try config(qwen3 + "image_max_pixels: 589824\n", framework: "llama-factory")
    func vllm(_ pixels: Int, _ model: String = "Qwen/Qwen3-VL-8B-Instruct") throws -> TrainingConfig
    {
      try config(
        "model: \(model)\nmax-model-len: 32768\nmm-processor-kwargs: '{\"max_pixels\": \(pixels)}'\n",
        name: "vllm.yaml")
    }
    #expect(try mistakes(training, serving: vllm(589_824)) == [])
    #expect(try mistakes(training, serving: vllm(16_777_216)) == ["check.serving-differs@3:19"])
    let finding = try #require(
      try training.findings(serving: vllm(16_777_216)).first {
        $0.diagnostic.code == .checkServingDiffers
      })
    #expect(
      finding.diagnostic.message.contains("576") && finding.diagnostic.message.contains("16384"))
    #expect(finding.diagnostic.message.contains("vllm.yaml:3"))
    #expect(
      try mistakes(training, serving: vllm(451_584, "Qwen/Qwen2.5-VL-7B-Instruct"))
        == ["check.serving-differs@0:0"])
  }

  /// A safe value is as large a budget as the plain one, and there is nothing to remark on.
  @Test func aSafeValueIsNoSmallerBudget() throws {
    let training = try config(qwen3 + "image_max_pixels: 589824\n", framework: "llama-factory")
    let safe = try training.embedding(
      tokens: 576, options: EmbeddingOptions(annotates: true, isSafe: true))
    #expect(safe.tokens == 576 && safe.text.contains("# 576 vision tokens"))
    let again = try config(safe.text, framework: "llama-factory")
    #expect(again.budget?.tokens == 576 && again.findings().isEmpty)
    let vllm = try config(
      "model: Qwen/Qwen3-VL-8B-Instruct\nmax-model-len: 32768\nmm-processor-kwargs: {max_pixels: 589824}\n"
    )
    #expect(mistakes(again, serving: vllm) == [] && mistakes(training, serving: vllm) == [])
    // A minimum goes down with it to the same number.
    let easy = try TrainingConfig(Fixture.file("easyr1.yaml")).embedding(
      tokens: 100, options: EmbeddingOptions(isSafe: true))
    #expect(Set(easy.changes.map(\.after)).count == 1 && easy.changes.count == 2)
  }

  @Test func roundingIsANoteWithTheSafeValue() throws {
    let training = try config(qwen3 + "image_max_pixels: 589824\n", framework: "llama-factory")
    let note = try #require(training.findings().first)
    #expect(note.diagnostic.code == .checkRounding && !note.isMistake)
    let safe = ResizeThenRound(cell: 32).safePixels(tokens: 576)
    #expect(note.diagnostic.suggestion?.description.contains("\(safe)") == true)
  }

  @Test func advice() throws {
    func tokens(_ text: String) throws -> Int {
      try AdviceFile(SourceFile(name: "advice.json", text: text)).tokens
    }
    #expect(try tokens("{\"schema_version\": 2, \"feasible\": true, \"tokens\": 144}") == 144)
    for text in [
      "{\"feasible\": false, \"tokens\": null}", "{}", "[]", "{\"tokens\": \"144\"}",
      "{\"tokens\": 0}",
      "{\"tokens\": 1.5}", "{\"tokens\": 999999999}", "not json: [", "",
    ] {
      let versioned =
        text.hasPrefix("{\"") ? "{\"schema_version\": 2, " + text.dropFirst() : text
      #expect(throws: InvalidDocument.self) { try tokens(versioned) }
    }
  }

  /// What the keys of another version mean is not known.
  @Test(arguments: [
    (
      "{\"tokens\": 144}",
      "advice.json: error: the file has no 'schema_version', so nothing says what its 'tokens' are "
        + "[embed.advice-version]"
    ),
    (
      "{\"schema_version\": 3, \"tokens\": 144}",
      "advice.json:1:20: error: advice of schema version 3 is not known; this build reads 2 "
        + "[embed.advice-version]"
    ),
    (
      "{\"schema_version\": \"2\", \"tokens\": 144}",
      "advice.json:1:20: error: 'schema_version' must be a"
    ),
  ])
  func adviceOfAnotherVersionIsRefused(text: String, expected: String) throws {
    let failure = #expect(throws: InvalidDocument.self) {
      try AdviceFile(SourceFile(name: "advice.json", text: text))
    }
    #expect(failure?.diagnostics.count == 1)
    #expect(failure?.description.hasPrefix(expected) == true, "\(failure?.description ?? "")")
  }

  /// The tokens of a frame pair are no budget of an image.
  @Test func adviceOnAVideoIsRefused() throws {
    let text = """
      {"schema_version": 2, "tokens": 32, "workload": {"images": 32, "video": %}}
      """
    let failure = #expect(throws: InvalidDocument.self) {
      try AdviceFile(
        SourceFile(
          name: "advice.json", text: text.replacing("%", with: "{\"group\": \"frame pair\"}")))
    }
    #expect(failure?.diagnostics.map(\.code.name) == ["embed.advice-of-video"])
    #expect(failure?.description.contains("those of a frame pair") == true)
    let images = try AdviceFile(
      SourceFile(name: "advice.json", text: text.replacing("%", with: "null")))
    #expect(images.tokens == 32)
  }

  /// Whose budget, and whose scores, against the model that the config names.
  @Test(arguments: [
    ("Qwen/Qwen2.5-VL-7B-Instruct", 0), ("Qwen/Qwen2.5-VL-3B-Instruct", 0),
    ("llava-hf/llava-1.5-7b-hf", 2), ("./runs/last", 0), (nil, 0),
  ])
  func adviceIsForTheConfigsModel(model: String?, warnings: Int) throws {
    let text = """
      {"schema_version": 2, "tokens": 144, "design": "qwen2.5-vl-7b",
       "scores_from": {"model": "Qwen2.5-VL-7B", "relation": "same"}}
      """
    let advice = try AdviceFile(SourceFile(name: "advice.json", text: text))
    #expect(advice.design == "qwen2.5-vl-7b" && advice.scoredModel == "Qwen2.5-VL-7B")
    let remarks = advice.remarks(on: model)
    #expect(remarks.count == warnings, "\(remarks.map { $0.rendered() })")
    #expect(remarks.allSatisfy { $0.code.name == "embed.other-model" && $0.severity == .warning })
  }

  @Test func adviceByAnotherModelsScoresIsSaid() throws {
    func remarks(_ relation: String, _ model: String?) throws -> [String] {
      let text = """
        {"schema_version": 2, "tokens": 144, "design": "qwen2.5-vl-7b",
         "scores_from": {"model": "LLaVA-1.5-M3 7B", "relation": "\(relation)"}}
        """
      return try AdviceFile(SourceFile(name: "advice.json", text: text)).remarks(on: model)
        .map(\.message)
    }
    #expect(
      try remarks("other", nil) == [
        "the advice rests on the scores of 'LLaVA-1.5-M3 7B', another model than 'qwen2.5-vl-7b'"
      ])
    #expect(try remarks("sibling", nil).isEmpty && remarks("unknown", "./run").isEmpty)
    #expect(
      try remarks("other", "Qwen/Qwen2.5-VL-7B-Instruct") == [
        "the advice rests on the scores of 'LLaVA-1.5-M3 7B', another model than the config's, "
          + "'Qwen/Qwen2.5-VL-7B-Instruct'"
      ])
    // Advice from before whose scores were said.
    let old = try AdviceFile(
      SourceFile(name: "a", text: "{\"schema_version\": 2, \"tokens\": 144}"))
    #expect(old.remarks(on: "Qwen/Qwen2.5-VL-7B-Instruct").isEmpty && old.relation == nil)
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    var result = self
    while let place = result.firstRange(of: part), part != other {
      result.replaceSubrange(place, with: other)
    }
    return result
  }
}
