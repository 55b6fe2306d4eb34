import BudgetDocuments
import ComputeCosts
import SourceText
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Models by their folders and by their names in the local cache; processor files beside a configuration.
@Suite struct ModelFilesTests {
  private static let configuration = """
    {"model_type": "qwen3_vl", "vision_config": {"patch_size": 16, "spatial_merge_size": 2}}
    """

  private func processor(most: Int) -> String {
    """
    {"processor_class": "Qwen3VLProcessor", "image_processor_type": "Qwen2VLImageProcessorFast", "patch_size": 16,
     "merge_size": 2, "size": {"shortest_edge": 65536, "longest_edge": \(most)}}
    """
  }

  private func nested(most: Int) -> String {
    "{\"processor_class\": \"Qwen3VLProcessor\", \"image_processor\": \(processor(most: most))}"
  }

  private func count(
    _ configuration: String?, processor: String? = nil, cache: ModelCache? = nil
  ) throws -> TokenCount {
    try TokenCount(
      configuration: configuration, processor: processor,
      images: [try #require(ImageSize(width: 2000, height: 2000))], cache: cache)
  }

  private func problem(_ body: () throws -> Void) throws -> Diagnostic {
    do {
      try body()
    } catch let invalid as InvalidDocument {
      #expect(invalid.isUnreadable)
      return try #require(invalid.diagnostics.first)
    }
    throw NothingWrong()
  }

  private struct NothingWrong: Error {}

  /// A pipe that lies among a model's files is not waited for, and one that is named is read.
  @Test func aPipeIsNotFound() throws {
    try ModelFolder.with(["config.json": Self.configuration]) { folder in
      #expect(mkfifo(folder.path("preprocessor_config.json"), 0o600) == 0)
      let count = try count(folder.path)
      #expect(count.sources.map(\.role) == [.configuration])
      #expect(count.diagnostics.map(\.code.name) == ["model.no-processor-file"])
      #expect(SourceFile.kind(of: folder.path("preprocessor_config.json")) == .stream)
    }
  }

  /// The file of videos says nothing of images, and where both are there that of images nothing of videos.
  @Test func aProcessorFileOfOtherInputIsSaid() throws {
    let video = """
      {"processor_class": "Qwen3VLProcessor", "video_processor_type": "Qwen3VLVideoProcessor",
       "size": {"shortest_edge": 4096, "longest_edge": 25165824}}
      """
    let files = [
      "config.json": Self.configuration, "preprocessor_config.json": processor(most: 4_194_304),
      "video_preprocessor_config.json": video,
    ]
    let said = ["model.processor-of-other-input"]
    try ModelFolder.with(files) { folder in
      func images(_ name: String) throws -> [String] {
        try count(folder.path, processor: folder.path(name)).diagnostics.map(\.code.name)
      }
      func videos(_ name: String) throws -> [String] {
        let size = try #require(ImageSize(width: 1280, height: 720))
        return try VideoTokenCount(
          configuration: folder.path, processor: folder.path(name),
          videos: [try #require(Video(size: size, frames: 64, rate: 2))]
        ).diagnostics.map(\.code.name)
      }
      let codes = [
        try images("preprocessor_config.json"), try images("video_preprocessor_config.json"),
        try videos("preprocessor_config.json"), try videos("video_preprocessor_config.json"),
      ]
      #expect(codes == [[], said, said, []])
    }
  }

  /// A commit that is cut short is not resolved, as the hub's own library does not, but it is what was meant.
  @Test func aShortCommitIsWhatWasMeant() throws {
    var files = ModelFolder.cache(
      "org/model", commit: "aaa111", ["config.json": Self.configuration])
    files.merge(
      ModelFolder.cache("org/model", commit: "bbb222", references: [], ["config.json": ""])
    ) { first, _ in first }
    try ModelFolder.with(files) { folder in
      let cut = try problem {
        _ = try count("org/model@bbb2", cache: ModelCache(folder: folder.path))
      }
      #expect(cut.code == .modelRevisionNotCached)
      #expect(cut.suggestion?.description.hasPrefix("give 'org/model@bbb222'") == true)
      let word = try problem { _ = try count("qwen", cache: ModelCache(folder: folder.path)) }
      #expect(word.suggestion?.description.contains("'ORG/qwen'") == true)
    }
  }

  /// `processor_config.json` counts where it nests the image processor's settings, as in transformers 5.24; where it
  /// does not, `preprocessor_config.json` has them.
  @Test(arguments: [
    (["preprocessor_config.json"], 961, ["preprocessor_config.json"]),
    (["preprocessor_config.json", "nested"], 1936, ["processor_config.json"]),
    (["nested"], 1936, ["processor_config.json"]),
    (
      ["preprocessor_config.json", "flat"], 961,
      ["preprocessor_config.json", "processor_config.json"]
    ),
    (
      ["video_preprocessor_config.json", "preprocessor_config.json"], 961,
      ["preprocessor_config.json"]
    ),
  ])
  func processorFilesAreFound(there: [String], tokens: Int, read: [String]) throws {
    var files = ["config.json": Self.configuration]
    for name in there {
      switch name {
      case "nested": files["processor_config.json"] = nested(most: 2_000_000)
      case "flat": files["processor_config.json"] = "{\"processor_class\": \"Qwen3VLProcessor\"}"
      default: files[name] = processor(most: 1_000_000)
      }
    }
    try ModelFolder.with(files) { folder in
      for argument in [folder.path, folder.path("config.json")] {
        let result = try count(argument)
        #expect(result.tokens == tokens)
        let givenPaths = result.sources.filter { !$0.isFound }.map(\.role)
        #expect(givenPaths == (argument == folder.path ? [] : [.configuration]))
        let expected = Set((read + ["config.json"]).map { folder.path($0) })
        #expect(Set(result.sources.map(\.path)) == expected)
        #expect(result.diagnostics.isEmpty)
      }
      // A processor's place of its own; nothing beside the configuration is looked for then.
      let alone = try count(nil, processor: folder.path)
      #expect(alone.tokens == tokens && alone.settings.family.name == "qwen3-vl")
      let given = try count(
        folder.path, processor: folder.path(read[0]))
      #expect(given.sources.map(\.isFound) == [false, true])
    }
  }

  /// What lies beside a file of another name may be another model's.
  @Test func besideOtherNamesNothingIsLookedFor() throws {
    let files = [
      "qwen.json": Self.configuration, "preprocessor_config.json": processor(most: 1_000_000),
    ]
    try ModelFolder.with(files) { folder in
      let result = try count(folder.path("qwen.json"))
      #expect(result.settings.origins["max_pixels"] == .example)
      #expect(result.sources.map(\.path) == [folder.path("qwen.json")])
    }
  }

  /// Without a processor's file the best-known model's values stand, and of a folder that is said.
  @Test func aFolderWithoutAProcessorIsSaid() throws {
    try ModelFolder.with(["config.json": Self.configuration]) { folder in
      let said = try count(folder.path)
      #expect(said.diagnostics.map(\.code) == [.modelWithoutProcessor])
      let silent = try count(folder.path("config.json"))
      #expect(silent.diagnostics.isEmpty)
    }
    try ModelFolder.with(["readme.md": ""]) { folder in
      let missing = try problem { _ = try count(folder.path) }
      #expect(missing.code == .fileNotFound && missing.message.contains("config.json"))
    }
  }

  /// Arguments of the processor itself stand beside those of its image processor.
  @Test func argumentsOfTheProcessorAreReadToo() throws {
    let files = [
      "config.json": "{\"model_type\": \"idefics3\"}",
      "preprocessor_config.json":
        "{\"image_processor_type\": \"Idefics3ImageProcessor\", \"size\": {\"longest_edge\": 1456}, "
        + "\"max_image_size\": {\"longest_edge\": 364}}",
      "processor_config.json":
        "{\"processor_class\": \"Idefics3Processor\", \"image_seq_len\": 100}",
    ]
    try ModelFolder.with(files) { folder in
      let settings = try count(folder.path).settings
      #expect(settings.values["image_seq_len"] == .count(100))
      #expect(settings.values["longest_edge"] == .count(1456))
    }
  }

  @Test func namesAreFoundInTheCache() throws {
    let name = "Qwen/Qwen3-VL-8B-Instruct"
    var files = ModelFolder.cache(
      name, commit: "aaa1",
      [
        "config.json": ModelFolder.tinyQwen3VL,
        "preprocessor_config.json": processor(most: 1_000_000),
      ])
    files.merge(
      ModelFolder.cache(
        name, commit: "bbb2", references: ["v2", "refs/pr/3"],
        [
          "config.json": ModelFolder.tinyQwen3VL,
          "preprocessor_config.json": processor(most: 2_000_000),
        ])
    ) { $1 }
    try ModelFolder.with(files) { folder in
      let cache = ModelCache(folder: folder.path)
      for (argument, tokens, commit) in [
        (name, 961, "aaa1"), (name + "@main", 961, "aaa1"), (name + "@v2", 1936, "bbb2"),
        (name + "@bbb2", 1936, "bbb2"), (name + "@refs/pr/3", 1936, "bbb2"),
      ] {
        let result = try count(argument, cache: cache)
        #expect(result.tokens == tokens, "\(argument)")
        #expect(result.sources.map(\.revision) == [commit, commit])
        #expect(result.sources.map(\.model) == [name, name])
      }
      let imported = try ModelImport(configuration: name + "@v2", cache: cache)
      let model = try ComputeCostModel.parse(imported.yaml)
      #expect(model.id == "qwen3-vl-8b-instruct")
      #expect(
        imported.yaml.contains(
          "source: { cite: \"\(name) at bbb2: config.json, preprocessor_config.json, imported\" }"))
      #expect(imported.yaml.contains("max_pixels: 2000000"))
      #expect(!imported.yaml.contains(folder.path))
      // Names are nothing without a cache.
      let unnamed = try problem { _ = try count(name) }
      #expect(unnamed.code == .fileNotFound)
    }
  }

  /// Nothing is fetched: the error says what is missing, and how to get it.
  @Test func whatIsNotThereIsNamed() throws {
    let name = "Qwen/Qwen3-VL-8B-Instruct"
    var files = ModelFolder.cache(name, commit: "aaa1", ["tokenizer.json": "{}"])
    files["models--org--no-snapshot/refs/main"] = "ccc3"
    files["here/config.json"] = Self.configuration
    try ModelFolder.with(files) { folder in
      let cache = ModelCache(folder: folder.path)
      func problem(_ argument: String) throws -> Diagnostic {
        try self.problem { _ = try count(argument, cache: cache) }
      }
      let absent = try problem("meta/other")
      #expect(absent.code == .modelNotCached)
      #expect(
        absent.suggestion?.description
          == "nothing is fetched here; to have it: hf download meta/other config.json preprocessor_config.json "
          + "processor_config.json video_preprocessor_config.json")
      let empty = try problem("org/no-snapshot")
      #expect(empty.code == .modelNotCached)
      let near = try problem("Qwen/Qwen3-VL-8B-Instrukt@v2")
      #expect(
        near.suggestion?.description.hasPrefix("did you mean '\(name)@v2'?") == true)
      let revision = try problem(name + "@v2")
      #expect(revision.code == .modelRevisionNotCached)
      #expect(revision.message.hasSuffix("there: main, aaa1"))
      #expect(
        revision.suggestion?.description.contains("hf download \(name) --revision v2 ") == true)
      let file = try problem(name)
      #expect(file.code == .modelFileNotCached && file.message.contains("'config.json'"))
      #expect(file.suggestion?.description.contains("hf download \(name) config.json") == true)
      // A path that is misspelt is no name.
      let path = try problem(folder.path("hre"))
      #expect(path.code == .fileNotFound)
      #expect(path.suggestion?.description == "did you mean '\(folder.path("here"))'?")
      for argument in ["\(name).json", "../" + name, name + "@../../x"] {
        let noName = try problem(argument)
        #expect(noName.code == .fileNotFound, "\(argument)")
      }
      let inside = try problem(folder.path("models--Qwen--Qwen3-VL-8B-Instruct"))
      #expect(inside.suggestion?.description.contains("'\(name)'") == true)
    }
  }

  /// As huggingface_hub resolves it.
  @Test(
    arguments: [
      ([:], nil),
      (["HOME": "/h"], "/h/.cache/huggingface/hub"),
      (["HOME": "/h", "XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
      (["HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "~/hf"], "/h/hf/hub"),
      (["HOME": "/h", "HF_HOME": "/f", "HUGGINGFACE_HUB_CACHE": "/old"], "/old"),
      (["HOME": "/h", "HF_HOME": "/f", "HF_HUB_CACHE": "$HOME/${HF_HOME}/$NO/c$"], "/h//f/$NO/c$"),
      (["HOME": "/h", "HF_HUB_CACHE": "~other/c"], "~other/c"),
    ] as [([String: String], String?)])
  func theCacheIsWhereTheEnvironmentSays(environment: [String: String], folder: String?) {
    #expect(ModelCache { environment[$0] }?.folder == folder)
  }
}
