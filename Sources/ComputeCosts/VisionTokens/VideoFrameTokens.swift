/// Frames of one square size, each of the same tokens: LLaVA-OneVision, SmolVLM and InternVL.
///
/// - Source: the video processors of these models and `replace_video_token` of their processors in transformers 5.24.
public struct VideoFrameTokens: VideoTokenRule, Equatable {
  /// Tokens of a frame.
  let tokens: Int
  /// Side of a frame as resized, in pixels.
  let side: Int
  /// Side of a patch, in pixels.
  let patch: Int
  /// Tokens that stand once for the whole video.
  let separators: Int
  /// Marker tokens of the text for each frame.
  let markers: Int
  /// Which frames are taken.
  let sampling: FrameSampling

  /// A rule from the processor's settings.
  public init(
    tokens: Int, side: Int, patch: Int, separators: Int = 0, markers: Int = 0,
    sampling: FrameSampling
  ) {
    precondition((1...ProcessorLimits.tokens).contains(tokens), "no frame of \(tokens) tokens")
    precondition(
      (1...ProcessorLimits.side).contains(side) && (1...side).contains(patch),
      "no patches of \(patch) pixels in \(side)")
    self.tokens = tokens
    self.side = side
    self.patch = patch
    self.separators = separators
    self.markers = markers
    self.sampling = sampling
  }

  /// The frames.
  public func layout(of video: Video) throws(UnusableVideo) -> VideoLayout {
    let frames = try sampling.count(of: video)
    var group = ImageLayout(
      tokens: tokens, inputs: [EncoderInput(rows: side / patch, columns: side / patch)])
    group.resized = ImageSize(width: side, height: side)
    var layout = VideoLayout(frames: frames, groups: frames, group: group)
    layout.separators = separators
    layout.extraTextTokens = markers * frames
    return layout
  }

  /// The one count of a frame.
  public func budgets(for video: Video) throws(UnusableVideo) -> [ProcessorBudget] {
    [ProcessorBudget(setting: nil, layout: try layout(of: video).group)]
  }
}
