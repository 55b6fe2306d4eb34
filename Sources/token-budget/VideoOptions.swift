import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

/// A video: the size of its frames, and two of their number, their rate and its length.
struct VideoOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Size of a video's frames; 'tokens' takes several.", valueName: "WxH"))
  var video: [String] = []

  @Option(help: ArgumentHelp("Frames of the video.", valueName: "n"))
  var frames: Int?

  @Option(help: ArgumentHelp("Frames of the video a second.", valueName: "f"))
  var fps: Double?

  @Option(help: ArgumentHelp("Length of the video, with its frames or their rate.", valueName: "s"))
  var seconds: Double?

  /// The videos; none where none is asked about.
  ///
  /// - Throws: `ValidationError` where it is not said what a video is.
  func videos() throws -> [Video] {
    for text in video where ImageSize(text) == nil {
      throw ValidationError(CostCommand.imageProblem(text))
    }
    guard !video.isEmpty else {
      if frames != nil || fps != nil || seconds != nil {
        throw ValidationError("--frames, --fps and --seconds are of a video: give --video")
      }
      return []
    }
    for (name, value) in [("--fps", fps), ("--seconds", seconds)] {
      if let value, !(value > 0 && value <= 1e9) {
        throw ValidationError("\(name) must be greater than 0 and at most 1e9, found \(value)")
      }
    }
    var count = frames
    var rate = fps
    switch (frames, seconds, fps) {
    case (nil, let seconds?, let fps?): count = Int(min(seconds * fps, 1e15).rounded())
    case (let frames?, let seconds?, nil): rate = Double(frames) / seconds
    case (_?, nil, _): break
    default:
      throw ValidationError(
        "a video is two of --frames, --fps and --seconds, or its frames alone")
    }
    return try video.compactMap { ImageSize($0) }.map { size in
      guard let video = Video(size: size, frames: count ?? 0, rate: rate) else {
        throw ValidationError(
          "a video has sides of at most \(Video.longestSide) pixels, 1 to \(Video.mostFrames) frames, and from "
            + "\(Video.lowestRate) to \(Int(Video.highestRate)) frames a second; found \(size), "
            + "\(count ?? 0) frames" + (rate.map { " at \($0) a second" } ?? ""))
      }
      return video
    }
  }
}
