import ComputeCosts
import SourceText

/// The video that a request has in place of images: n is then the count of one group of its frames.
public struct VideoWorkload: Sendable, Equatable {
  /// The video.
  public let video: Video
  /// What becomes of it at the video processor's own setting.
  public let layout: VideoLayout
  /// What becomes tokens at once, in the singular: `frame`, `frame pair`.
  public let group: String

  /// How many groups it has, in words: `32 frame pairs`.
  package var groupsText: String { groupsText(layout.groups) }

  /// So many groups in words.
  package func groupsText(_ count: Int) -> String {
    "\(grouped(count)) \(group)\(count == 1 ? "" : "s")"
  }

  /// The video in words: `1280x720, 64 frames at 2 a second`.
  package var videoText: String { video.text }
}

extension Video {
  /// The video in words: `1280x720, 64 frames at 2 a second`.
  package var text: String {
    description + (rate.map { " at \(shortest($0, 6)) a second" } ?? "")
  }

  /// The frames a second that a document may say.
  package static let rates = NumberDomain.positiveWithin(lowestRate...highestRate)

  /// Reads a `video` mapping: `{ size: 1280x720, frames: 64, fps: 2 }`.
  static func decode(_ field: Field) -> Video? {
    guard var reader = field.mapping() else { return nil }
    let sizeField = reader.required("size")
    let size = sizeField.flatMap(ComputeCostModel.imageSize)
    let frames = reader.required("frames")?.integer(in: 1...mostFrames)
    let rateField = reader.optional("fps")
    let rate = rateField?.number(rates)
    reader.finish()
    guard let size, let frames, rateField == nil || rate != nil else { return nil }
    guard let video = Video(size: size, frames: frames, rate: rate) else {
      sizeField?.report(
        .outOfRange, "a video's frames have sides of at most \(longestSide) pixels, found \(size)")
      return nil
    }
    return video
  }
}

/// How a model's video processor turns videos into tokens.
struct VideoPart {
  let family: ModelFamily
  let processor: VideoProcessor
  let rule: any VideoTokenRule

  /// Tokens of a group for each of the processor's settings, and what becomes of the video at its own.
  ///
  /// - Returns: `nil` after it was reported why the processor refuses the video.
  func budgets(
    for video: Video, at field: Field
  ) -> (budgets: [ProcessorBudget], workload: VideoWorkload)? {
    do {
      return (
        try rule.budgets(for: video),
        VideoWorkload(video: video, layout: try rule.layout(of: video), group: processor.group)
      )
    } catch {
      field.report(
        .unusableVideo,
        "the processor of \(family.name) refuses a video of \(error.video): \(error.reason)",
        suggestion: error.remedy.map(Self.suggestion))
      return nil
    }
  }

  /// What to change in the document.
  private static func suggestion(_ remedy: UnusableVideo.Remedy) -> Suggestion {
    switch remedy {
    case .rate:
      "give the video its 'fps', or 'vision.video_processor' 'do_sample_frames: false' where its frames were sampled before"
    case .oneTarget:
      "set 'fps' or 'num_frames' of 'vision.video_processor' to 0, which stands for none"
    }
  }
}
