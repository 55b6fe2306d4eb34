/// Frames that become tokens as images do, one by one: Gemma 4.
///
/// - Source: the video processors of these models in transformers 5.24.
public struct VideoImageTokens: VideoTokenRule {
  /// What becomes of a frame.
  let rule: any TokenRule
  /// Marker tokens of the text for each frame.
  let markers: Int
  /// Which frames are taken.
  let sampling: FrameSampling

  /// A rule from that of images.
  public init(rule: any TokenRule, markers: Int, sampling: FrameSampling) {
    self.rule = rule
    self.markers = markers
    self.sampling = sampling
  }

  /// The frames.
  public func layout(of video: Video) throws(UnusableVideo) -> VideoLayout {
    let frames = try sampling.count(of: video)
    do {
      var layout = VideoLayout(
        frames: frames, groups: frames, group: try rule.layout(of: video.size))
      layout.extraTextTokens = markers * frames
      return layout
    } catch {
      throw UnusableVideo(video, error.reason)
    }
  }

  /// The counts that the rule gives for a frame.
  public func budgets(for video: Video) throws(UnusableVideo) -> [ProcessorBudget] {
    do {
      let most = try rule.layout(of: video.size).tokens
      return try rule.budgets(for: video.size).filter { $0.tokens <= most }
    } catch {
      throw UnusableVideo(video, error.reason)
    }
  }
}
