import Foundation
import Testing

/// `cost`, `tokens` and `import` as processes.
@Suite struct CostCommandTests {
  private static let qwen = "profiles/compute/qwen2.5-vl-7b.yaml"
  private static let llava = "profiles/compute/llava-1.5-7b.yaml"

  private func object(_ arguments: [String]) throws -> [String: Any] {
    let result = try Tool.run(arguments + ["--format", "json"])
    try #require(result.status == 0, "\(arguments): \(result.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  private func flops(_ arguments: [String]) throws -> [String: Int?] {
    let flops = try object(["cost"] + arguments)["flops"] as? [String: Any]
    return try #require(flops).mapValues { $0 as? Int }
  }

  @Test func printsWhatTheIssueAsksFor() throws {
    let result = try Tool.run("cost", "--cost", Self.qwen, "--image", "1280x720")
    #expect(result.status == 0 && result.errors.isEmpty)
    for text in [
      "1,196 tokens", "vision encoder", "connector", "prefill, attention", "total", "KV cache",
      "Latency", "limited by memory", "assumed: MFU 0.5", "Encoder and connector are 26%",
      "One more", "2 FLOP per multiply-accumulate", "Source",
    ] {
      #expect(result.output.contains(text), "\(text)")
    }
  }

  @Test func everyKeyIsDocumented() throws {
    func keys(_ value: Any) -> Set<String> {
      if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
      guard let object = value as? [String: Any] else { return [] }
      return object.reduce(into: []) { found, member in
        found.insert(member.key)
        // Settings are named by their family.
        if member.key != "settings" { found.formUnion(keys(member.value)) }
      }
    }
    let documented = try String(
      contentsOf: Tool.root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    let config = try temporary(Self.sparseLLaVA, "json")
    for arguments in [
      ["cost", "--cost", Self.qwen, "--image", "640x480", "--lora-rank", "8"],
      ["cost", "--cost", Self.qwen, "--vision-tokens", "5"],
      ["tokens", "--family", "internvl", "--image", "640x480"], ["import", config],
    ] {
      for key in keys(try object(arguments)).sorted() {
        #expect(documented.contains("`\(key)`"), "\(arguments[0]): \(key)")
      }
    }
  }

  @Test func partsAddUpToTheTotal() throws {
    for arguments in [
      ["--cost", Self.qwen, "--image", "1280x720"],
      ["--cost", Self.llava, "--image", "640x480", "--image", "1000x100", "--batch", "3"],
      ["--cost", "profiles/compute/internvl3-8b.yaml", "--tiles", "7", "--lm-head", "all"],
      ["--cost", "profiles/compute/gemma-3-4b.yaml", "--output-tokens", "2000"],
    ] {
      let flops = try flops(arguments)
      let parts = ["vision_encoder", "connector", "prefill", "lm_head", "decode"]
        .compactMap { flops[$0] ?? nil }
      #expect(parts.count == 5)
      #expect(parts.reduce(0, +) == flops["total"], "\(arguments)")
    }
  }

  @Test func theLanguagePartAloneHasNoEncoder() throws {
    let report = try object([
      "cost", "--cost", Self.llava, "--vision-tokens", "576", "--text-tokens", "46",
      "--output-tokens", "1",
    ])
    let flops = try #require(report["flops"] as? [String: Any])
    #expect(flops["vision_encoder"] is NSNull && flops["connector"] is NSNull)
    let layers = 32 * (622 * 2 * (4 * 4096 * 4096 + 3 * 4096 * 11008) + 4 * 622 * 622 * 4096)
    #expect(flops["prefill"] as? Int == layers)
    #expect(flops["total"] as? Int == layers + 2 * 4096 * 32064)
    #expect(report["prompt_tokens"] as? Int == 622)
    #expect(report["encoder_share"] is NSNull)
    // Tokens are those of an image.
    let two = try object([
      "cost", "--cost", Self.llava, "--vision-tokens", "288", "--images", "2", "--text-tokens",
      "46", "--output-tokens", "1",
    ])
    #expect((two["flops"] as? [String: Any])?["total"] as? Int == flops["total"] as? Int)
  }

  @Test func aPapersConventionIsAFewFlagsAway() throws {
    let paper = try flops([
      "--cost", Self.llava, "--vision-tokens", "576", "--text-tokens", "46", "--output-tokens",
      "1", "--unit", "mac", "--mlp-matrices", "2",
    ])
    #expect(paper["prefill"] == 32 * 622 * (4 * 4096 * 4096 + 2 * 622 * 4096 + 2 * 4096 * 11008))
    let report = try object([
      "cost", "--cost", Self.llava, "--unit", "mac", "--attention", "causal",
    ])
    let convention = try #require(report["convention"] as? [String: Any])
    #expect(convention["unit"] as? String == "mac")
    #expect(convention["attention"] as? String == "causal")
    #expect((convention["text"] as? String)?.contains("causal mask") == true)
  }

  /// Advice is in FLOPs, since limits are; what is counted follows the document.
  @Test func conventionsOfADocumentHoldForAdviceToo() throws {
    let text = try String(
      contentsOf: Tool.root.appendingPathComponent(Self.llava), encoding: .utf8)
    let path = try temporary(
      text + "\nconvention: { unit: mac, unused_layers: excluded }\n", "yaml")
    var arguments = Tool.shipped
    arguments[4] = path
    let advice = try object(arguments)
    #expect(advice["flops"] as? Int == 3_373_318_897_664 - 15_884_357_632)
    #expect((advice["convention"] as? String)?.hasPrefix("2 FLOP") == true)
    let cost = try flops(["--cost", path, "--image", "336x336"])
    #expect(cost["vision_encoder"] == (381_918_216_192 - 15_884_357_632) / 2)
  }

  @Test func hardwareAndTypesChangeMemoryAndTime() throws {
    func memory(_ arguments: String...) throws -> (weights: Int, seconds: Double) {
      let report = try object(["cost", "--cost", Self.qwen, "--image", "640x480"] + arguments)
      let memory = try #require(report["memory_bytes"] as? [String: Any])
      let latency = try #require(report["latency_seconds"] as? [String: Any])
      return (
        try #require(memory["weights"] as? Int), try #require(latency["total"] as? Double)
      )
    }
    let base = try memory()
    #expect(base.weights == 2 * 8_292_166_656)
    let small = try memory("--dtype", "int4")
    #expect(small.weights * 4 == base.weights && small.seconds < base.seconds)
    let slow = try memory("--hardware", "rtx-4090")
    #expect(slow.seconds > base.seconds)
    let file = try memory("--hardware", "profiles/hardware/rtx-4090.yaml")
    #expect(file.seconds == slow.seconds)
    let assumed = try memory("--mfu", "1", "--mbu", "1")
    #expect(assumed.seconds < base.seconds)
  }

  @Test func pricesAreTheUsers() throws {
    let report = try object([
      "cost", "--cost", Self.qwen, "--image", "640x480", "--price-input", "2", "--price-output",
      "8", "--batch", "10",
    ])
    let prompt = try #require(report["prompt_tokens"] as? Int)
    let price = try #require(report["price"] as? Double)
    #expect((price - 10 * (2 * Double(prompt) + 8 * 128) / 1e6).magnitude < 1e-12)
    #expect(try object(["cost", "--cost", Self.qwen])["price"] is NSNull)
  }

  @Test func trainingIsEstimatedOnRequest() throws {
    let report = try object([
      "cost", "--cost", Self.llava, "--image", "336x336", "--train", "connector,language",
      "--samples", "665000",
    ])
    let training = try #require(report["training"] as? [String: Any])
    let flops = try #require(training["flops"] as? [String: Any])
    let run = try #require(training["run_flops"] as? NSNumber)
    #expect((run.doubleValue / 2.0e19 - 1).magnitude < 0.3)
    #expect(flops["vision_encoder"] as? Int == 381_918_216_192)
    #expect(training["trained_parameters"] as? Int == 7_063_427_072 - 303_507_456)
  }

  @Test func missingHardwareOfADocumentIsAWarning() throws {
    let result = try Tool.run("cost", "--cost", Self.qwen, "--catalog", "/nonexistent")
    #expect(result.status == 0)
    #expect(result.errors.contains("[hardware.not-found]"))
    #expect(try Tool.run("cost", "--cost", Self.qwen, "--hardware", "nope").status == 66)
  }

  @Test(arguments: [
    ["--image", "0x10"], ["--image", "10"], ["--image", "axb"], ["--image", "1000000001x1"],
    ["--vision-tokens", "-1"], ["--image", "1x1", "--tiles", "2"], ["--mfu", "0"],
    ["--mfu", "nan"], ["--batch", "0"], ["--unit", "tops"], ["--train", "everything"],
    ["--train", "language", "--lora-rank", "4"], ["--price-input", "-1"], ["--train", ","],
    ["--samples", "5"], ["--mfu", "1e-320"],
    ["--image", "1x1", "--image", "2x2", "--images", "3"],
  ])
  func wrongFlagsAreUsageErrors(arguments: [String]) throws {
    let result = try Tool.run(["cost", "--cost", Self.llava] + arguments)
    #expect(result.status == 64, "\(arguments): \(result.errors)")
    #expect(result.output.isEmpty && !result.crashed)
  }

  @Test func refusedImagesAndTilingsAreInvalidInput() throws {
    let refused = try Tool.run("cost", "--cost", Self.qwen, "--image", "10000x10")
    #expect(refused.status == 65 && refused.errors.contains("[tokens.unusable-image]"))
    // No image is cut into one tile and a thumbnail, but the reference counts two tiles.
    let two = try Tool.run("cost", "--cost", "profiles/compute/internvl3-8b.yaml", "--tiles", "2")
    #expect(two.status == 0 && two.errors.contains("[cost.tiling-unreachable]"))
    #expect(two.output.contains("1.447 TFLOP"))
    let tiles = try Tool.run(
      "cost", "--cost", "profiles/compute/llama-3.2-11b-vision.yaml", "--tiles", "5")
    #expect(tiles.status == 65 && tiles.errors.contains("1, 2, 3, 4"))
    let grid = try Tool.run("cost", "--cost", Self.qwen, "--tiles", "1")
    #expect(grid.status == 65 && grid.errors.contains("--image"))
    let blind = try Tool.run(
      "cost", "--cost", Self.llava, "--vision-tokens", "9", "--train", "language")
    #expect(blind.status == 65 && blind.errors.contains("[cost.training-needs-images]"))
  }

  // MARK: tokens

  @Test func tokensTakesFilesAndSettings() throws {
    let config = try temporary(
      #"{"model_type": "qwen3_vl", "vision_config": {"patch_size": 16, "spatial_merge_size": 2}}"#,
      "json")
    let processor = try temporary(
      """
      {"processor_class": "Qwen3VLProcessor", "size": {"shortest_edge": 65536,
       "longest_edge": 1310720}, "patch_size": 16, "merge_size": 2}
      """, "json")
    let report = try object([
      "tokens", "--config", config, "--processor", processor, "--image", "1920x1080",
    ])
    #expect(report["tokens"] as? Int == 1222)
    #expect(report["resized"] as? [Int] == [1504, 832])
    let settings = try #require(report["settings"] as? [String: [String: Any]])
    #expect(
      settings["max_pixels"]?["origin"] as? String == "processor file, size.longest_edge")
    let wider = try object([
      "tokens", "--processor", processor, "--set", "size.longest_edge=16777216", "--image",
      "1920x1080", "--image", "512x512",
    ])
    #expect(wider["tokens"] as? Int == 2040 + 256)
    #expect((wider["images"] as? [Any])?.count == 2)
  }

  @Test(arguments: [
    (["--family", "qwen9"], "[cost.unsupported-family]", 65),
    ([], "[config.ambiguous]", 65),
    (["--family", "qwen2-vl", "--set", "max_pixel=5"], "did you mean 'max_pixels'?", 65),
    (["--family", "qwen2-vl", "--set", "max_pixels"], "[tokens.setting-invalid]", 65),
    (["--family", "qwen2-vl", "--set", "max_pixels=1"], "below min_pixels", 65),
    (["--family", "gemma4", "--set", "max_soft_tokens=99"], "must be one of 70", 65),
    (["--config", "/nonexistent.json"], "[file.not-found]", 66),
  ])
  func wrongSettingsAreExplained(arguments: [String], text: String, status: Int32) throws {
    let result = try Tool.run(["tokens", "--image", "10x10"] + arguments)
    #expect(result.status == status && result.errors.contains(text), "\(result.errors)")
  }

  /// Settings that follow from others out of range, and numbers that would overflow.
  @Test(arguments: [
    ["--family", "idefics3", "--set", "max_image_size=5000"],
    ["--family", "internvl", "--set", "tile=16384"],
    ["--family", "llama-3.2-vision", "--set", "patch_size=2"],
    [
      "--family", "llava-next", "--set",
      "image_grid_pinpoints=all a*9223372036854775807 x "
        + "b*9223372036854775807, a,b in 1..6",
    ],
    ["--family", "llava-1.5", "--set", "image_size=14", "--set", "has_class_token=false"],
    ["--family", "qwen2-vl", "--set", "patch_size=anyres_max_14"],
    ["--family", "qwen2-vl", "--set", "note=x"],
    ["--family", "llama4", "--set", "resize_to_max_canvas=true"],
  ])
  func settingsOutOfRangeAreRefused(arguments: [String]) throws {
    let result = try Tool.run(["tokens", "--image", "640x480"] + arguments)
    #expect(result.status == 65 && !result.crashed, "\(arguments)")
    #expect(result.errors.contains("[tokens.setting-invalid]"), "\(result.errors)")
  }

  @Test func aliasesOfModelsHaveTheirSettings() throws {
    for (family, tokens) in [
      ("smolvlm-256m", 832), ("smolvlm-2.2b", 1053), ("idefics3-8b", 2197), ("idefics3", 2197),
    ] {
      let report = try object(["tokens", "--family", family, "--image", "640x480"])
      #expect(report["tokens"] as? Int == tokens, "\(family)")
    }
  }

  @Test func laterProcessorFilesAndSharedProcessorsAreRead() throws {
    let nested = try temporary(
      """
      {"processor_class": "Qwen2_5_VLProcessor", "image_processor": {"min_pixels": 3136,
       "max_pixels": 1003520, "patch_size": 14, "merge_size": 2}}
      """, "json")
    let report = try object(["tokens", "--processor", nested, "--image", "2000x1500"])
    #expect(report["tokens"] as? Int == 1230)
    let mistral = try temporary(
      """
      {"processor_class": "PixtralProcessor", "image_processor_type": "PixtralImageProcessorFast",
       "patch_size": 14, "size": {"longest_edge": 1540}, "image_token": "\\ud83d\\ude00"}
      """, "json")
    let both = try Tool.run("tokens", "--processor", mistral, "--image", "1024x768")
    #expect(both.status == 65 && both.errors.contains("pixtral, mistral3"))
    let named = try object([
      "tokens", "--family", "mistral3", "--processor", mistral, "--image", "1024x768",
    ])
    #expect(named["tokens"] as? Int == 1036)
    let flat = try temporary(
      #"{"processor_class": "Gemma3Processor", "size": {"height": 896, "width": 448}}"#, "json")
    #expect(try Tool.run("tokens", "--processor", flat, "--image", "9x9").status == 65)
    let clip = try temporary(#"{"image_processor_type": "CLIPImageProcessor"}"#, "json")
    #expect(
      try Tool.run("tokens", "--family", "gemma3", "--processor", clip, "--image", "9x9").status
        == 65)
  }

  /// The older layout of CLIP's files, and a file whose images are not resized.
  @Test func olderProcessorFilesAreRead() throws {
    let config = try temporary(Self.sparseLLaVA, "json")
    let old = try temporary(
      #"{"crop_size": 336, "feature_extractor_type": "CLIPFeatureExtractor", "size": 336}"#, "json")
    let report = try object([
      "tokens", "--config", config, "--processor", old, "--image", "640x480",
    ])
    #expect(report["tokens"] as? Int == 576)
    let fixed = try temporary(
      #"{"processor_class": "Qwen2VLProcessor", "do_resize": false}"#, "json")
    let result = try Tool.run("tokens", "--processor", fixed, "--image", "641x481")
    #expect(result.status == 0 && result.errors.contains("[tokens.without-resize]"))
  }

  @Test func importNeverOverwritesWhatItReads() throws {
    let config = try temporary(Self.sparseLLaVA, "json")
    #expect(try Tool.run("import", config, "-o", config).status == 64)
    let link = config + ".link.yaml"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: config)
    #expect(try Tool.run("import", config, "-o", link).status == 64)
    #expect(try Tool.run("import", config, "--id=-").status == 0)
    #expect(try Tool.run("import", config, "--id", "x # c").status == 65)
    #expect(try Tool.run("import", config, "--id", "1.5").status == 0)
  }

  @Test func aProcessorOfAnotherFamilyIsRefused() throws {
    let processor = try temporary(#"{"processor_class": "PixtralProcessor"}"#, "json")
    let result = try Tool.run(
      "tokens", "--family", "internvl", "--processor", processor, "--image", "10x10")
    #expect(result.status == 65)
    #expect(result.errors.contains("[config.processor-of-another-family]"))
  }

  /// Published Idefics3 processor files lack the length of a frame.
  @Test func whatAFileLacksIsNamed() throws {
    let processor = try temporary(
      """
      {"processor_class": "Idefics3Processor", "size": {"longest_edge": 1456},
       "max_image_size": {"longest_edge": 364}}
      """, "json")
    let result = try Tool.run("tokens", "--processor", processor, "--image", "640x480")
    #expect(result.status == 65)
    #expect(result.errors.contains("'image_seq_len' is not known"))
    let given = try object([
      "tokens", "--processor", processor, "--set", "image_seq_len=169", "--image", "640x480",
    ])
    #expect(given["tokens"] as? Int == 2197)
  }

  // MARK: import

  @Test func importWritesADocumentThatCounts() throws {
    let config = try temporary(Self.sparseLLaVA, "json")
    let model = try temporary("", "yaml")
    let result = try Tool.run("import", config, "-o", model)
    #expect(result.status == 0, "\(result.errors)")
    let text = try String(contentsOfFile: model, encoding: .utf8)
    // The document is called what its file is.
    let name = URL(fileURLWithPath: model).deletingPathExtension().lastPathComponent.lowercased()
    #expect(text.contains(name))
    #expect(text.contains("text_config.hidden_size: 4096 (default of the class llama)"))
    let flops = try flops([
      "--cost", model, "--vision-tokens", "576", "--text-tokens", "64", "--output-tokens", "2",
    ])
    #expect(flops["prefill"] == 8_504_035_246_080)
    #expect(try Tool.run("validate", model).status == 0)
    // The same input gives the same bytes.
    #expect(
      try Tool.run("import", config, "--id", "a").output
        == Tool.run("import", config, "--id", "a").output)
  }

  static let sparseLLaVA = """
    {"model_type": "llava", "image_token_index": 32000, "vision_feature_layer": -2,
     "vision_feature_select_strategy": "default",
     "text_config": {"model_type": "llama", "max_position_embeddings": 4096, "vocab_size": 32064},
     "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024, "image_size": 336,
      "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
      "patch_size": 14, "projection_dim": 768, "vocab_size": 32000}}
    """

  private func temporary(_ text: String, _ ending: String) throws -> String {
    try Scratch.file(text, "file.\(ending)")
  }
}
