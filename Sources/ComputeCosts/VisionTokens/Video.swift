/// A video as a processor gets it: frames of one size, and how many of them make a second.
public struct Video: Sendable, Hashable, CustomStringConvertible {
  /// The size of a frame.
  public let size: ImageSize
  /// Frames of the whole video, at least 1.
  public let frames: Int
  /// Frames a second, from ``lowestRate`` to ``highestRate``; `nil` where it is not known.
  public let rate: Double?

  /// The longest side of a frame that is computed with, in pixels.
  public static let longestSide = 1 << 16
  /// The most frames that are computed with: more than nine hours at 30 a second.
  public static let mostFrames = 1 << 20
  /// The most frames a second that are computed with.
  public static let highestRate = 10_000.0
  /// The fewest frames a second that are computed with: one in eleven days.
  public static let lowestRate = 1e-6

  /// A video; `nil` where a side, the frames or the rate are out of their bounds.
  public init?(size: ImageSize, frames: Int, rate: Double? = nil) {
    guard max(size.width, size.height) <= Self.longestSide,
      (1...Self.mostFrames).contains(frames),
      rate.map({ (Self.lowestRate...Self.highestRate).contains($0) }) ?? true
    else { return nil }
    self.size = size
    self.frames = frames
    self.rate = rate
  }

  /// How long it is, in seconds: frames over rate.
  public var seconds: Double? { rate.map { Double(frames) / $0 } }

  /// As it is written: `1280x720, 64 frames`.
  public var description: String { "\(size), \(frames) frame\(frames == 1 ? "" : "s")" }
}

/// How a processor turns a video into vision tokens, with its settings fixed.
public protocol VideoTokenRule: Sendable {
  /// What becomes of one video.
  ///
  /// - Throws: ``UnusableVideo`` where the reference implementation refuses the video too.
  /// - Complexity: O(sampled frames) at most.
  func layout(of video: Video) throws(UnusableVideo) -> VideoLayout

  /// The counts of a group of frames that a choice of processor settings gives, each with its setting, fewest tokens
  /// first, no count twice.
  ///
  /// - Throws: ``UnusableVideo`` where the reference implementation refuses the video too.
  func budgets(for video: Video) throws(UnusableVideo) -> [ProcessorBudget]
}

/// A video that a processor refuses.
public struct UnusableVideo: Error, Sendable, Equatable {
  /// The video.
  public let video: Video
  /// Why, in a clause without a full stop.
  public let reason: String

  /// What would mend it, where that is a setting or the video's rate.
  public enum Remedy: Sendable, Equatable {
    /// The video's own rate, or that its frames are not sampled.
    case rate
    /// That only one of a number of frames and a rate is to be taken.
    case oneTarget
  }

  /// What would mend it, where that is known.
  public let remedy: Remedy?

  /// A refusal.
  public init(_ video: Video, _ reason: String, remedy: Remedy? = nil) {
    self.video = video
    self.reason = reason
    self.remedy = remedy
  }
}

/// What a processor makes of one video.
///
/// A *group* is what becomes tokens at once: a frame, or as many as the encoder's patches are deep.
public struct VideoLayout: Sendable, Equatable {
  /// Frames that are taken, before the last is repeated to fill a group.
  public var frames: Int
  /// Groups of frames.
  public var groups: Int
  /// What becomes of one group: tokens that reach the language model, and the patches that the encoder runs on.
  public var group: ImageLayout
  /// Tokens that stand once for the whole video, such as a newline's embedding.
  public var separators: Int = 0
  /// Marker tokens of the text that the processor adds for the whole video, as far as they do not hang on a tokenizer
  /// that is not known here; ``VideoProcessor/markers`` says which.
  public var extraTextTokens: Int = 0

  /// A layout from what every family has.
  public init(frames: Int, groups: Int, group: ImageLayout) {
    self.frames = frames
    self.groups = groups
    self.group = group
  }

  /// Vision tokens of the whole video.
  public var tokens: Int { groups * group.tokens + separators }
}
