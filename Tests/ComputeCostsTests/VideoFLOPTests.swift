import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// A request with a video in place of images: its groups of frames get n tokens each.
@Suite struct VideoFLOPTests {
  private static let written = "video: { size: 128x96, frames: 6, fps: 2 }"

  private func video(_ width: Int, _ height: Int, frames: Int, rate: Double?) throws -> Video {
    let size = try #require(ImageSize(width: width, height: height))
    return try #require(Video(size: size, frames: frames, rate: rate))
  }

  /// The cost model of the small configuration that tests of names use, imported for a video.
  private func document(_ settings: [String] = []) throws -> String {
    let asked = try video(128, 96, frames: 6, rate: 2)
    return try ImportedFile.with(ModelFolder.tinyQwen3VL) {
      try ModelImport(
        configuration: $0, assignments: settings, id: "imported", video: asked
      ).yaml
    }
  }

  /// `References/video_flops.json`: operations as PyTorch's counter has them.
  @Test func everyRecordIsReproduced() throws {
    let text = try Repository.text("Tests/ComputeCostsTests/References/video_flops.json")
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let rows = try #require((object as? [String: Any])?["rows"] as? [[String: Any]])
    var compared = 0
    for row in rows {
      let size = try #require(row["video"] as? [Int])
      let settings = try #require(row["set"] as? [String])
      let asked = try video(size[0], size[1], frames: size[2], rate: 2)
      let configuration = try #require(row["config"])
      let file = try JSONSerialization.data(withJSONObject: configuration)
      let yaml = try ImportedFile.with(String(decoding: file, as: UTF8.self)) {
        try ModelImport(configuration: $0, assignments: settings, id: "imported", video: asked).yaml
      }
      let model = try ComputeCostModel.parse(yaml)
      guard case .architecture(let parts, let own) = model.basis else {
        Issue.record("no architecture")
        continue
      }
      let textTokens = try #require(row["text_tokens"] as? Int)
      let separators = try #require(model.video?.layout.separators)
      let request = Workload(
        images: own.images, textTokens: textTokens + separators, outputTokens: 2, batch: 1)
      let cost = try RequestCost(of: parts, under: request)
      let tokens = try #require(model.video?.layout.group.tokens)
      let flops = try #require(try cost.breakdown(at: tokens).parts)
      let encoder = try #require(flops.visionEncoder)
      let connector = try #require(flops.connector)
      let ours: [String: Int128] = [
        "vision_encoder": encoder, "connector": connector, "vision": encoder + connector,
        "prefill_attention": flops.prefillAttention, "prefill_linear": flops.prefillLinear,
        "decode_step_attention": flops.decodeStepAttention,
        "decode_step_linear": flops.decodeStepLinear, "lm_head_last": flops.lmHeadLast,
      ]
      let counted = try #require(row["counted"] as? [String: Int])
      let beside = try #require(row["beside_convention"] as? [String: Int])
      for (part, count) in counted {
        let mine = try #require(ours[part])
        #expect(mine + Int128(beside[part] ?? 0) == Int128(count), "\(row["type"] ?? "") \(part)")
        compared += 1
      }
    }
    #expect(compared == 90)
  }

  /// A video of G groups costs what G images of a group's patches cost.
  @Test func groupsAreImages() throws {
    let model = try ComputeCostModel.parse(try document())
    guard case .architecture(let parts, let own) = model.basis else {
      Issue.record("no architecture")
      return
    }
    let layout = try #require(model.video?.layout)
    #expect(own.images == 3 && layout.groups == 3 && layout.frames == 6)
    let counted = try CountedImages(Array(repeating: layout.group, count: 3), on: parts)
    let images = try RequestCost(of: parts, under: own, images: .counted(counted))
    let video = try model.requestCost()
    #expect(
      try video.total.value(at: layout.group.tokens)
        == images.total.value(at: 3 * layout.group.tokens))
    // The markers of the video are among the text tokens.
    #expect(own.textTokens == 64 + layout.extraTextTokens && layout.extraTextTokens > 0)
  }

  /// The lattice is what the video processor can be set to.
  @Test func theLatticeIsOfAGroup() throws {
    let model = try ComputeCostModel.parse(try document())
    let lattice = try #require(model.lattice)
    let most = try #require(model.video?.layout.group.tokens)
    #expect(lattice.count > 1 && lattice[lattice.count - 1] == most)
    let smaller = try ComputeCostModel.parse(try document(["video.longest_edge=12288"]))
    #expect(try #require(smaller.video?.layout.group.tokens) < most)
  }

  @Test(
    arguments: [
      (written, "images: 1, \(written)", .unavailableKey),
      (written, "image: 64x64, \(written)", .unavailableKey),
      (written, "video: { size: 128x96, fps: 2 }", .missingKey),
      (written, "video: { size: 128x96, frames: 0, fps: 2 }", .outOfRange),
      (written, "video: { size: 99999x96, frames: 6, fps: 2 }", .outOfRange),
      (written, "video: { size: wide, frames: 6, fps: 2 }", .imageSizeMalformed),
      (written, "video: { size: 128x96, frames: 6, fps: 0 }", .outOfRange),
      (written, "video: { size: 128x96, frames: 6 }", .unusableVideo),
      (written, "video: { size: 12800x9, frames: 6, fps: 2 }", .unusableVideo),
      ("shortest_edge: 4096", "shortest_edge: 99999999", .settingInvalid),
      (
        "video_processor: { patch_size: 16", "video_processor: { patch_size: 14",
        .architectureInconsistent
      ),
      ("max_frames: 768", "max_frame: 768", .unknownKey),
    ] as [(String, String, Diagnostic.Code)])
  func mistakesAreFound(part: String, instead: String, code: Diagnostic.Code) throws {
    let text = try document().replacingOccurrences(
      of: "video: { size: 128x96, frames: 6, fps: 2.0 }", with: Self.written)
    #expect(text.contains(part))
    let wrong = text.replacingOccurrences(of: part, with: instead)
    let invalid = #expect(throws: InvalidDocument.self) { try ComputeCostModel.parse(wrong) }
    #expect(invalid?.diagnostics.first?.code == code, "\(String(describing: invalid))")
  }

  @Test func aVideoNeedsItsProcessor() throws {
    let text = try document()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let without = lines.filter { !$0.contains("video_processor") }.joined(separator: "\n")
    let invalid = #expect(throws: InvalidDocument.self) { try ComputeCostModel.parse(without) }
    #expect(invalid?.diagnostics.map(\.code) == [.noProcessor])
  }
}
