/// Which frames of a video a processor takes.
///
/// - Source: `sample_frames` of the video processors of transformers 5.24, refusals included.
public enum FrameSampling: Sendable, Equatable {
  /// All of them.
  case all
  /// As many as are asked for, or as the rate gives but one at least, spread evenly: LLaVA-OneVision.
  case even(FrameTarget)
  /// The same in the middle of as many equal stretches, or from their start: InternVL.
  case shifted(FrameTarget, toMiddle: Bool)
  /// Whole groups: Qwen2-VL and Qwen2.5-VL.
  case wholeGroups(FrameTarget, group: Int, frames: ClosedRange<Int>)
  /// Spread from the first frame to the last: Qwen3-VL and Qwen3.5.
  case endToEnd(FrameTarget, frames: ClosedRange<Int>)
  /// As many as the rate gives, up to a number, without the first and last second of long videos: SmolVLM.
  case skippingEnds(FrameTarget)

  /// The number of frames that are taken.
  ///
  /// - Throws: ``UnusableVideo`` where the reference implementation refuses the video too.
  /// - Complexity: O(1), of ``skippingEnds(_:)`` O(frames taken).
  func count(of video: Video) throws(UnusableVideo) -> Int {
    switch self {
    case .all: return video.frames
    case .even(let target):
      guard !target.isEmpty else { return video.frames }
      try Self.requireOne(target, video)
      let count = max(1, try Self.countOrAtRate(target, video))
      try Self.require(count, in: video)
      return count
    case .shifted(let target, let toMiddle):
      let count = try Self.countOrAtRate(target, video)
      guard count > 0 else { throw Self.none(video) }
      try Self.require(count, in: video)
      let step = Double(video.frames) / Double(count)
      return Self.steps(
        from: toMiddle ? step / 2 : 0, by: step, to: Double(video.frames))
    case .wholeGroups(let target, let group, let frames):
      return try Self.wholeGroups(target, group, frames, video)
    case .endToEnd(let target, let frames):
      try Self.requireOne(target, video)
      if let count = target.count { return count }
      let count = target.rate == nil ? video.frames : try Self.atRate(target, video)
      let bounded = min(max(count, frames.lowerBound), frames.upperBound)
      return target.rate == nil ? bounded : min(bounded, video.frames)
    case .skippingEnds(let target): return try Self.skippingEnds(target, video)
    }
  }

  private static func countOrAtRate(
    _ target: FrameTarget, _ video: Video
  ) throws(UnusableVideo) -> Int {
    if let count = target.count { return count }
    return try atRate(target, video)
  }

  private static func requireOne(
    _ target: FrameTarget, _ video: Video
  ) throws(UnusableVideo) {
    guard target.count == nil || target.rate == nil else {
      throw UnusableVideo(
        video, "a number of frames and a rate to take exclude each other", remedy: .oneTarget)
    }
  }

  /// Frames at the target's rate, rounded down.
  private static func atRate(_ target: FrameTarget, _ video: Video) throws(UnusableVideo) -> Int {
    Int(try exactlyAtRate(target, video))
  }

  private static func exactlyAtRate(
    _ target: FrameTarget, _ video: Video
  ) throws(UnusableVideo) -> Double {
    guard let wanted = target.rate else {
      throw UnusableVideo(
        video, "frames are to be sampled, and neither their number nor their rate is set")
    }
    guard let rate = video.rate else {
      throw UnusableVideo(
        video,
        "frames are to be sampled at \(wanted) a second, and the video's own rate is not known",
        remedy: .rate)
    }
    // At most 2²⁰ frames at 10⁴ a second: far below where a double is no whole number's neighbour.
    return Double(video.frames) / rate * wanted
  }

  private static func require(_ count: Int, in video: Video) throws(UnusableVideo) {
    guard count <= video.frames else {
      throw UnusableVideo(
        video, "\(count) frames are to be sampled, and the video has \(video.frames)")
    }
  }

  private static func none(_ video: Video) -> UnusableVideo {
    UnusableVideo(video, "it is too short for one frame at this rate")
  }

  /// Steps from a start below an end, as `torch.arange` counts them: the quotient in doubles, rounded up.
  private static func steps(from start: Double, by step: Double, to end: Double) -> Int {
    Int(((end - start) / step).rounded(.up))
  }

  private static func wholeGroups(
    _ target: FrameTarget, _ group: Int, _ frames: ClosedRange<Int>, _ video: Video
  ) throws(UnusableVideo) -> Int {
    try requireOne(target, video)
    let count: Int
    if let wanted = target.count {
      count = Int((Double(wanted) / Double(group)).rounded(.toNearestOrEven)) * group
    } else {
      let most = min(frames.upperBound, video.frames) / group * group
      let atRate = try exactlyAtRate(target, video)
      let bounded = min(
        max(atRate, Double(frames.lowerBound)), Double(most), Double(video.frames))
      count = Int((bounded / Double(group)).rounded(.down)) * group
    }
    guard count > 0 else { throw none(video) }
    try require(count, in: video)
    let step = Double(video.frames) / Double(count)
    guard steps(from: 0, by: step, to: Double(video.frames)) == count else {
      throw UnusableVideo(
        video,
        "for \(count) frames of \(video.frames) the processor's steps round past the last frame")
    }
    return count
  }

  private static func skippingEnds(
    _ target: FrameTarget, _ video: Video
  ) throws(UnusableVideo) -> Int {
    guard let most = target.count, let wanted = target.rate, let rate = video.rate,
      let seconds = video.seconds
    else {
      throw UnusableVideo(
        video,
        "frames are to be sampled, for which the processor needs their number, their rate and the "
          + "video's own rate")
    }
    let estimate = Int((wanted * seconds).rounded(.toNearestOrEven))
    let count = max(1, min(estimate, most))
    var (first, last) = (0, video.frames - 1)
    if seconds - 2 > Double(most) * wanted {
      first = max(0, Int(rate))
      last = min(Int(Double(video.frames) - rate), last)
      if first >= last { (first, last) = (0, video.frames - 1) }
    }
    guard count > 1 else { return 1 }
    // Places rounded down, each once.
    let step = Double(last - first) / Double(count - 1)
    var distinct = 1
    var before = first
    for index in 1..<count {
      let place =
        index == count - 1 ? last : Int((Double(index) * step + Double(first)).rounded(.down))
      if place != before { distinct += 1 }
      before = place
    }
    return distinct
  }
}

/// How many frames a processor is to take.
public struct FrameTarget: Sendable, Equatable {
  /// The number of frames, at least 1; `nil` where it is not set.
  public let count: Int?
  /// Frames a second, greater than 0; `nil` where it is not set.
  public let rate: Double?

  /// A target.
  public init(count: Int?, rate: Double?) {
    precondition(count.map { $0 >= 1 } ?? true, "no frames: \(String(describing: count))")
    precondition(rate.map { $0 > 0 } ?? true, "no rate of \(String(describing: rate))")
    self.count = count
    self.rate = rate
  }

  var isEmpty: Bool { count == nil && rate == nil }
}
