import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// `References/video_tokens.json`: frames taken, tokens and markers of videos, from the video processors of
/// transformers.
@Suite struct VideoTokenTests {
  private func video(
    _ width: Int, _ height: Int, frames: Int, rate: Double? = nil
  ) throws -> Video {
    let size = try #require(ImageSize(width: width, height: height))
    return try #require(Video(size: size, frames: frames, rate: rate))
  }

  @Test func everyRowIsReproduced() throws {
    let text = try Repository.text("Tests/ComputeCostsTests/References/video_tokens.json")
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let rows = try #require((object as? [String: Any])?["rows"] as? [[String: Any]])
    var answers = 0
    var refusals = 0
    for row in rows {
      let family = try #require(row["family"] as? String)
      let size = try #require(row["size"] as? [Int])
      let frames = try #require(row["frames"] as? Int)
      let settings = try #require(row["set"] as? [String: Int])
      let asked = try video(
        size[0], size[1], frames: frames, rate: (row["rate"] as? NSNumber)?.doubleValue)
      let settingsOfFile = try #require(row["file"])
      let file = try JSONSerialization.data(withJSONObject: settingsOfFile)
      try ImportedFile.with(String(decoding: file, as: UTF8.self)) { path in
        func count() throws -> VideoTokenCount {
          try VideoTokenCount(
            family: family, processor: path,
            assignments: settings.map { "\($0.key)=\($0.value)" }, videos: [asked])
        }
        guard let answer = row["answer"] as? [Int] else {
          refusals += 1
          let invalid = #expect(throws: InvalidDocument.self, "\(row)") { try count() }
          #expect(invalid?.diagnostics.map(\.code) == [.unusableVideo], "\(row)")
          return
        }
        answers += 1
        let layout = try count().layouts[0]
        #expect(
          [layout.frames, layout.tokens, layout.extraTextTokens] == answer, "\(row)")
      }
    }
    #expect(answers >= 50 && refusals >= 10)
  }

  /// Tokens at the best-known models' settings, by hand from the files that they are published with.
  @Test(arguments: [
    ("qwen2.5-vl", 32, 1196, 0, 0), ("qwen3-vl", 32, 364, 0, 278), ("qwen3.5", 32, 364, 0, 278),
    ("llava-onevision", 64, 196, 1, 0), ("smolvlm2-2.2b", 64, 81, 0, 192),
    ("internvl3", 64, 256, 0, 128), ("gemma4", 32, 66, 0, 64),
  ])
  func bestKnownModels(family: String, groups: Int, each: Int, separators: Int, markers: Int) throws
  {
    let layout = try VideoTokenCount(
      family: family, videos: [try video(1280, 720, frames: 64, rate: 2)]
    ).layouts[0]
    #expect(layout.groups == groups && layout.group.tokens == each)
    #expect(layout.tokens == groups * each + separators)
    #expect(layout.extraTextTokens == markers)
  }

  /// A time has one digit more from where it rounds to the next power of ten.
  @Test func timesHaveTheDigitsThatTheyAreWrittenWith() throws {
    // At a rate of 100 the last of 2,000 frames is at 19.99 seconds.
    for (frames, digits) in [(996, [9.95]), (995, [9.94])] {
      let count = try VideoTokenCount(
        family: "qwen3-vl", assignments: ["do_sample_frames=false", "temporal_patch_size=1"],
        videos: [try video(64, 64, frames: frames, rate: 100)])
      let written = (0..<frames).map { String(format: "%.1f", Double($0) / 100) }
      let expected = written.reduce(0) { $0 + $1.count - 2 + 7 }
      #expect(count.layouts[0].extraTextTokens == expected, "\(digits)")
    }
  }

  /// Every count that some bound gives, each with the smallest bound that gives it.
  @Test(arguments: ["qwen2.5-vl", "qwen3-vl"])
  func budgetsAreAllThatABoundGives(family: String) throws {
    let asked = try video(100, 60, frames: 8, rate: 2)
    let least = family == "qwen3-vl" ? "shortest_edge" : "min_pixels"
    let most = family == "qwen3-vl" ? "longest_edge" : "max_pixels"
    func rule(_ bound: Int) throws -> any VideoTokenRule {
      try VideoTokenCount(
        family: family,
        assignments: ["\(least)=2000", "\(most)=\(bound)"], videos: [asked]
      ).rule
    }
    let budgets = try rule(60_000).budgets(for: asked)
    var first: [Int: Int] = [:]
    for bound in 2000...60_000 {
      let grid = VideoGridTokens(
        scope: family == "qwen3-vl" ? .video : .frame, patch: family == "qwen3-vl" ? 16 : 14,
        depth: 2, merge: 2, minPixels: 2000, maxPixels: bound, cappingTokens: nil, sampling: .all)
      let tokens = try grid.layout(of: asked).group.tokens
      if first[tokens] == nil { first[tokens] = bound }
    }
    #expect(budgets.map(\.tokens) == first.keys.sorted())
    for budget in budgets {
      let bound = try #require(first[budget.tokens])
      #expect(budget.setting?.hasSuffix(": \(bound)") == true)
    }
    #expect(budgets.count > 3)
  }

  /// The largest settings and videos end in an answer or a refusal.
  @Test(arguments: [
    ("qwen3-vl", ["patch_size=16384", "merge_size=16", "do_sample_frames=false"]),
    ("qwen3-vl", ["patch_size=1", "merge_size=1", "longest_edge=1099511627776", "fps=10000"]),
    (
      "qwen2.5-vl",
      [
        "patch_size=16384", "merge_size=16", "cap_pixels_per_frame=true",
        "max_video_tokens=1048576",
      ]
    ),
    ("qwen2.5-vl", ["do_sample_frames=true", "fps=0.000001"]),
    ("internvl", ["tile=16384", "patch_size=1"]),
    ("internvl", ["do_sample_frames=true", "fps=1e-300"]),
    ("smolvlm", ["max_image_size=16384", "patch_size=1", "scale_factor=1"]),
    ("smolvlm", ["do_sample_frames=true", "num_frames=1048576", "fps=10000"]),
    ("llava-onevision", ["image_size=16384", "patch_size=1"]),
    ("gemma4", ["patch_size=16384", "pooling_kernel=16", "num_frames=1048576"]),
  ])
  func extremesAreCountedOrRefused(family: String, settings: [String]) throws {
    let videos = [
      try video(1, 1, frames: 1, rate: Video.lowestRate),
      try video(1, 1, frames: Video.mostFrames, rate: Video.highestRate),
      try video(65_536, 65_536, frames: Video.mostFrames, rate: Video.lowestRate),
      try video(65_536, 400, frames: Video.mostFrames),
    ]
    for asked in videos {
      var problems: [Diagnostic] = []
      do {
        _ = try VideoTokenCount(family: family, assignments: settings, videos: [asked])
      } catch {
        problems = error.diagnostics
      }
      let codes = Set(problems.map(\.code))
      #expect(codes.isSubset(of: [.unusableVideo, .settingInvalid]), "\(problems)")
    }
    let size = try #require(ImageSize(width: 64, height: 64))
    #expect(Video(size: size, frames: 1, rate: 5e-324) == nil)
    #expect(Video(size: size, frames: 1, rate: .infinity) == nil)
  }

  @Test func whatTakesNoVideoSaysSo() throws {
    for family in ["gemma3", "idefics3", "idefics3-8b"] {
      let asked = try video(640, 480, frames: 8, rate: 1)
      let invalid = #expect(throws: InvalidDocument.self) {
        try VideoTokenCount(family: family, videos: [asked])
      }
      #expect(invalid?.diagnostics.map(\.code) == [.withoutVideo])
    }
  }

  /// The settings of videos in each of the files that may have them, as transformers 5.24 prefers them.
  @Test func videoProcessorFilesAreFound() throws {
    func file(_ most: Int) -> String {
      "{\"processor_class\": \"Qwen3VLProcessor\", \"size\": {\"shortest_edge\": 4096, \"longest_edge\": \(most)}}"
    }
    let configuration = "{\"model_type\": \"qwen3_vl\"}"
    var files = ["config.json": configuration, "preprocessor_config.json": file(1_000_000)]
    var expected = [1_000_000]
    var variants = [files]
    files["video_preprocessor_config.json"] = file(2_000_000)
    variants.append(files)
    expected.append(2_000_000)
    // Without a part for videos the file of its own still counts.
    files["processor_config.json"] = "{\"image_processor\": \(file(4_000_000))}"
    variants.append(files)
    expected.append(2_000_000)
    files["processor_config.json"] =
      "{\"image_processor\": \(file(4_000_000)), \"video_processor\": \(file(3_000_000))}"
    variants.append(files)
    expected.append(3_000_000)
    for (files, most) in zip(variants, expected) {
      try ModelFolder.with(files) { folder in
        let count = try VideoTokenCount(
          configuration: folder.path, videos: [try video(640, 480, frames: 8, rate: 2)])
        #expect(count.values["longest_edge"] == .count(most))
        #expect(count.sources.contains { $0.role == .videoProcessor && $0.isFound })
      }
    }
  }
}
