import Foundation
import TestSupport
import Testing

/// Names of models in place of files, as a user gives them.
@Suite struct ModelNameCommandTests {
  private static let files = ModelFolder.cache(
    "org/some-qwen", commit: "aaa1",
    [
      "config.json":
        "{\"model_type\": \"qwen2_5_vl\", \"vision_config\": {\"patch_size\": 14, \"spatial_merge_size\": 2}}",
      "preprocessor_config.json":
        "{\"processor_class\": \"Qwen2_5_VLProcessor\", \"patch_size\": 14}",
    ])

  @Test func aNameStandsForTheFilesInTheCache() throws {
    try ModelFolder.with(Self.files) { folder in
      let found = try Tool.run(
        ["tokens", "--config", "org/some-qwen", "--image", "2000x3000"],
        environment: ["HF_HUB_CACHE": folder.path])
      #expect(found.status == 0 && found.errors.isEmpty)
      #expect(found.output.hasPrefix("2000x3000: 1,247 tokens"))
      #expect(found.output.contains("Read         config.json of org/some-qwen at aaa1\n"))
      let json = try Tool.run(
        ["tokens", "--config", "org/some-qwen", "--image", "2000x3000", "--format", "json"],
        environment: ["HF_HUB_CACHE": folder.path])
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let sources = try #require(object["files"] as? [[String: Any]])
      #expect(sources.map { $0["role"] as? String } == ["configuration", "processor"])
      #expect(sources.allSatisfy { $0["revision"] as? String == "aaa1" })
    }
  }

  /// Two of frames, rate and length say what a video is.
  @Test(arguments: [
    ["--frames", "64", "--fps", "2"], ["--seconds", "32", "--fps", "2"],
    ["--seconds", "32", "--frames", "64"],
  ])
  func aVideoIsCounted(options: [String]) throws {
    let counted = try Tool.run(
      ["tokens", "--family", "qwen3-vl", "--video", "1280x720", "--format", "json"] + options)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(counted.output.utf8)) as? [String: Any])
    #expect(counted.status == 0 && object["tokens"] as? Int == 11_648)
    let text = try Tool.run(
      ["tokens", "--family", "qwen3-vl", "--video", "1280x720"] + options)
    #expect(
      text.output.hasPrefix(
        "1280x720, 64 frames at 2 a second: 11,648 tokens, 32 frame pairs of 364"))
  }

  @Test(arguments: [
    [], ["--image", "64x64", "--frames", "3"],
    ["--image", "64x64", "--video", "64x64", "--frames", "3"],
    ["--video", "64x64"], ["--video", "64x64", "--seconds", "3"],
    ["--video", "64x64", "--frames", "3", "--fps", "1", "--seconds", "3"],
    ["--video", "64x64", "--frames", "0"], ["--video", "64x64", "--frames", "3", "--fps", "nan"],
    ["--video", "64x64", "--frames", "3", "--fps", "-1"],
    ["--video", "64x64", "--frames", "3", "--fps", "1e-320"],
    ["--video", "99999999x64", "--frames", "3"],
    ["--video", "64x64", "--seconds", "1e9", "--fps", "1e9"],
  ])
  func whatIsNoVideoIsRefused(options: [String]) throws {
    let refused = try Tool.run(["tokens", "--family", "qwen3-vl"] + options)
    #expect(refused.status == 64 && !refused.crashed && refused.output.isEmpty)
  }

  /// What is refused says what to do.
  @Test(arguments: [
    ("qwen3-vl", [], "give its rate with --fps, or --set do_sample_frames=false"),
    ("qwen3-vl", ["--fps", "2", "--set", "num_frames=8"], "0 stands for none: --set fps=0"),
    ("llava-1.5", [], "smolvlm"), ("idefics3", [], "smolvlm"),
  ])
  func aRefusedVideoSaysWhatToDo(family: String, options: [String], advice: String) throws {
    let refused = try Tool.run(
      ["tokens", "--family", family, "--video", "1280x720", "--frames", "64"] + options)
    #expect(refused.status == 65 && refused.errors.contains(advice), "\(refused.errors)")
    #expect(!refused.errors.contains("idefics3\n"))
  }

  /// A cost model of a video from end to end: n is the count of a frame pair.
  @Test func aVideoIsImportedCountedAndAdvisedOn() throws {
    let files = ModelFolder.cache(
      "org/tiny", commit: "aaa1", ["config.json": ModelFolder.tinyQwen3VL])
    try ModelFolder.with(files) { folder in
      let model = folder.path("video.yaml")
      let imported = try Tool.run(
        [
          "import", "org/tiny", "--video", "1280x720", "--seconds", "32", "--fps", "2", "-o", model,
        ],
        environment: ["HF_HUB_CACHE": folder.path])
      #expect(imported.status == 0, "\(imported.errors)")
      let cost = try Tool.run("cost", "--cost", model)
      #expect(cost.output.contains("11,648 tokens in 32 frame pairs of a video"))
      let json = try Tool.run("cost", "--cost", model, "--format", "json")
      let object = try #require(
        JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      #expect(object["marker_tokens"] as? Int == 278)
      let image = try Tool.run("cost", "--cost", model, "--image", "64x64", "--format", "json")
      #expect(image.output.contains("\"images\" : 1,"))
      let question = [
        "--profile", "profiles/scaling/li2025-vqq-textvqa.yaml", "--cost", model, "--policy",
        "policies/max-score-per-flop.yaml",
      ]
      let advice = try Tool.run(["advise"] + question)
      #expect(advice.status == 0, "\(advice.errors)")
      #expect(advice.output.contains("per frame pair"))
      #expect(advice.errors.contains("[advise.tokens-of-video]"))
      let plan = try Tool.run("plan", "--cost", model, "--points", "2")
      #expect(plan.output.contains("tokens per frame pair\n"))
      #expect(
        advice.output.contains("32 frame pairs of a video (1280x720, 64 frames at 2 a second)"))
      let longer = try Tool.run(["what-if"] + question + ["--set", "workload.video.frames=128"])
      #expect(longer.status == 0 && longer.errors.isEmpty == false, "\(longer.errors)")
    }
  }

  @Test func aNameThatIsNotThereEndsUnreadable() throws {
    try ModelFolder.with([:]) { folder in
      let missing = try Tool.run(
        ["import", "org/some-qwen"], environment: ["HF_HUB_CACHE": folder.path])
      #expect(missing.status == 66 && missing.output.isEmpty)
      #expect(missing.errors.contains("hf download org/some-qwen config.json"))
    }
  }

  /// A file that was found is not written over either.
  @Test func whatIsReadIsNotOverwritten() throws {
    try ModelFolder.with([
      "config.json": ModelFolder.tinyQwen3VL,
      "preprocessor_config.json": "{\"processor_class\": \"Qwen3VLProcessor\"}",
    ]) { folder in
      for file in ["config.json", "preprocessor_config.json"] {
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.path(file)))
        let refused = try Tool.run("import", folder.path, "--output", folder.path(file))
        #expect(refused.status == 64, "\(refused.errors)")
        #expect(refused.errors.contains("would overwrite"))
        let after = try Data(contentsOf: URL(fileURLWithPath: folder.path(file)))
        #expect(after == before)
      }
    }
  }
}
