import ComputeCosts
import SourceText

/// How many vision tokens videos become.
///
/// ```swift
/// let video = Video(size: ImageSize(width: 1280, height: 720)!, frames: 64, rate: 2)!
/// let count = try VideoTokenCount(family: "qwen3-vl", videos: [video])
/// print(count.layouts[0].tokens)
/// ```
public struct VideoTokenCount: Sendable {
  /// The family.
  public let family: ModelFamily
  /// How its videos become tokens.
  public let processor: VideoProcessor
  /// The settings of its video processor.
  public let values: SettingValues
  /// Where each comes from, by the setting's name.
  public let origins: [String: ProcessorSettings.Origin]
  /// What decides the tokens of a video.
  public let rule: any VideoTokenRule
  /// The videos.
  public let videos: [Video]
  /// What becomes of each.
  public let layouts: [VideoLayout]
  /// The files that were read, those that count more first.
  public let sources: [PublishedSource]
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  /// Vision tokens of all videos.
  public var tokens: Int { layouts.reduce(0) { $0 + $1.tokens } }

  /// Counts the tokens of videos.
  ///
  /// - Parameters:
  ///   - family: A family, an alias or a `model_type`; `nil` where a file says.
  ///   - configuration: The path of a model's `config.json` or of its folder, or its name in `cache`.
  ///   - processor: The same of its video processor's file, which is else looked for beside a `config.json`.
  ///   - assignments: Settings as `name=value`; they count more than files.
  ///   - videos: At least one video.
  ///   - cache: Where names are looked up; `nil` for paths alone.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong.
  public init(
    family: String? = nil, configuration: String? = nil, processor: String? = nil,
    assignments: [String] = [], videos: [Video], cache: ModelCache? = nil
  ) throws(InvalidDocument) {
    let files = try ModelFiles(
      configuration: configuration, processor: processor, cache: cache, needsVideo: true)
    let chosen = try FamilyChoice.family(
      named: family, processor: files.videoProcessor ?? files.processorClass,
      configuration: files.configuration, needsArchitecture: false)
    let video = try Self.video(of: chosen, named: family, files.configuration)
    var defaults: [ConfigurationDefault] = []
    if let configuration = files.configuration {
      let reader = ConfigurationReader(configuration.value)
      _ = chosen.architecture(reader)
      defaults = reader.defaults
    }
    var collector = SettingCollector(chosen, files, defaults: defaults, video: video)
    collector.take(assignments)
    let warnings = try collector.collect()
    let rule = try collector.made(video.tokenRule(collector.values))
    self.family = chosen
    self.processor = video
    self.rule = rule
    values = collector.values
    origins = collector.origins
    sources = files.sources
    diagnostics = files.warnings + warnings + (files.configuration?.warnings ?? [])
    self.videos = videos
    var layouts: [VideoLayout] = []
    for video in videos {
      do {
        layouts.append(try rule.layout(of: video))
      } catch {
        throw InvalidDocument(unusable: error, family: chosen.name)
      }
    }
    self.layouts = layouts
  }

  /// The video processor of a family.
  private static func video(
    of family: ModelFamily, named name: String?, _ configuration: PublishedFile?
  ) throws(InvalidDocument) -> VideoProcessor {
    var names = [name].compactMap { $0 }
    if case .text(let type)? = configuration?.value["model_type"] { names.append(type) }
    // Where only some models of a family take video, the name of those.
    let known = ModelFamily.all.compactMap { family in
      family.video.flatMap { video in
        ([family.name] + family.aliases + family.modelTypes).first(where: video.takes)
      }
    }.joined(separator: ", ")
    guard let video = family.video else {
      throw InvalidDocument.refusal(
        .withoutVideo, "there is no rule here for videos of \(family.name)",
        file: configuration?.name, suggestion: "families that take video here: \(known)")
    }
    if let name = names.first(where: { !video.takes($0) }) {
      throw InvalidDocument.refusal(
        .withoutVideo, "\(printable(name)) takes no video", file: configuration?.name,
        suggestion: "families that take video here: \(known)")
    }
    return video
  }
}

extension InvalidDocument {
  /// A video that a family's processor refuses.
  package init(unusable: UnusableVideo, family: String) {
    self.init(
      file: "(video)",
      diagnostics: [
        Diagnostic(
          code: .unusableVideo, severity: .error,
          message: "the processor of \(family) refuses a video of \(unusable.video): "
            + unusable.reason, suggestion: unusable.remedy.map(Self.suggestion))
      ])
  }

  /// What to do where a video is asked about by parameters.
  private static func suggestion(_ remedy: UnusableVideo.Remedy) -> Suggestion {
    switch remedy {
    case .rate:
      "give its rate with \(parameter: .videoRate), or \(parameter: .set, "do_sample_frames=false") where its frames were sampled before"
    case .oneTarget:
      "0 stands for none: \(parameter: .set, "fps=0") for a number of frames, \(parameter: .set, "num_frames=0") for a rate"
    }
  }
}

extension Diagnostic.Code {
  /// A family takes no video, or its rule is not known.
  public static let withoutVideo = Self("tokens.without-video")
  /// A video that a processor refuses.
  public static let unusableVideo = Self("tokens.unusable-video")
}
