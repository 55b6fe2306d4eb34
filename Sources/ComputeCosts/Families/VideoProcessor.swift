/// How a family's videos become tokens: what its video processor decides. `nil` in a family that takes none, or whose
/// rule is not known here.
public struct VideoProcessor: Sendable {
  /// The classes of its processor files.
  let processors: [String]
  /// Settings of the family's images that hold for videos too, by name.
  private let shared: [String]
  /// What its token rule depends on.
  public private(set) var settings: [Setting]
  /// What becomes tokens at once, in the singular: `frame`, `frame pair`.
  public let group: String
  /// What the counted markers are, and what is left out because it hangs on the tokenizer.
  public let markers: String?
  /// The `model_type`s and names of the family whose models take no video.
  let withoutVideo: [String]
  private let makeRule: @Sendable (SettingValues) -> Result<any VideoTokenRule, SettingConflict>

  /// A video processor from its parts.
  ///
  /// - Parameters:
  ///   - processors: The classes of its processor files.
  ///   - shared: Names of the family's settings that hold for videos too.
  ///   - settings: What its token rule depends on besides.
  ///   - group: What becomes tokens at once, in the singular.
  ///   - markers: What ``VideoLayout/extraTextTokens`` counts and what it leaves out.
  ///   - withoutVideo: The `model_type`s and names of the family whose models take no video.
  ///   - rule: The token rule of settings that are complete and each in range, or why they contradict each other.
  public init(
    processors: [String], shared: [String] = [], settings: [Setting], group: String = "frame",
    markers: String? = nil, withoutVideo: [String] = [],
    rule: @escaping @Sendable (SettingValues) -> Result<any VideoTokenRule, SettingConflict>
  ) {
    self.processors = processors
    self.shared = shared
    self.settings = settings
    self.group = group
    self.markers = markers
    self.withoutVideo = withoutVideo
    makeRule = rule
  }

  /// What decides the tokens of a video.
  ///
  /// - Parameter values: A value for each of ``settings``.
  package func tokenRule(
    _ values: SettingValues
  ) -> Result<any VideoTokenRule, SettingConflict> {
    if let conflict = settings.lazy.compactMap({ $0.conflict(of: values) }).first {
      return .failure(conflict)
    }
    return makeRule(values)
  }

  /// Whether a model that goes by a name or a `model_type` takes video.
  package func takes(_ name: String) -> Bool { !withoutVideo.contains(name.lowercased()) }

  /// The same with the family's own settings where it shares them, and with what a model has in place of the
  /// best-known one's.
  func completed(_ family: [Setting], _ preset: [String: SettingValue] = [:]) -> VideoProcessor {
    var result = self
    let own = settings.filter { !shared.contains($0.name) }
    result.settings =
      family.filter { shared.contains($0.name) }
      + own.map { setting in preset[setting.name].map { setting.with(.example($0)) } ?? setting }
    return result
  }
}

extension VideoProcessor {
  /// Qwen2-VL and Qwen2.5-VL: the grid of images for each frame, in pairs.
  ///
  /// Published models have no file for videos, so that the processor reads that of images.
  static let qwen2 = VideoProcessor(
    processors: ["Qwen2VLVideoProcessor"],
    settings: gridSettings(patch: 14) + [
      Setting(
        "min_pixels", .count(pixels), or: .published(.count(3136)),
        processor: ["size.min_pixels", "size.shortest_edge"], classDefault: .count(100_352)),
      Setting(
        "max_pixels", .count(pixels), or: .published(.count(12_845_056)),
        processor: ["size.max_pixels", "size.longest_edge"], classDefault: .count(602_112)),
      .number("max_video_tokens", upTo: 1 << 20, or: .value(.count(128_000))),
    ] + samplingSettings(isOn: false, rate: 0),
    group: "frame pair",
    rule: { values in
      gridRule(values, scope: .frame, least: "min_pixels", most: "max_pixels") {
        .wholeGroups($0, group: values.count("temporal_patch_size"), frames: $1)
      }
    })

  /// Qwen3-VL and Qwen3.5: bounds over all frames, frames sampled at two a second, times in the prompt.
  static let qwen3 = VideoProcessor(
    processors: ["Qwen3VLVideoProcessor"],
    settings: gridSettings(patch: 16) + [
      Setting(
        "shortest_edge", .count(pixels), or: .published(.count(4096)),
        processor: ["size.shortest_edge"], classDefault: .count(131_072)),
      Setting(
        "longest_edge", .count(pixels), or: .published(.count(25_165_824)),
        processor: ["size.longest_edge"], classDefault: .count(786_432)),
      .number("max_video_tokens", upTo: 1 << 20, or: .value(.count(768))),
    ] + samplingSettings(isOn: true, rate: 2),
    group: "frame pair",
    markers:
      "the time before each frame pair ('<12.5 seconds>', a token for each digit) and its begin and end",
    rule: { values in
      gridRule(values, scope: .video, least: "shortest_edge", most: "longest_edge") {
        .endToEnd($0, frames: $1)
      }
    })

  /// LLaVA-OneVision: a frame's features pooled two by two, one newline behind them all.
  static let llavaOneVision = VideoProcessor(
    processors: ["LlavaOnevisionVideoProcessor"], shared: ["image_size", "patch_size"],
    settings: [
      .number(
        "num_image_tokens", upTo: ProcessorLimits.tokens,
        or: .derived { values in
          guard let side = values.ifCount("image_size"), let patch = values.ifCount("patch_size"),
            side >= patch
          else { return nil }
          return .count((side / patch) * (side / patch))
        })
    ] + targetSettings(isOn: false, rate: 0),
    rule: { values in
      let (side, patch) = (values.count("image_size"), values.count("patch_size"))
      guard side >= patch else { return .failure(.noPatch(image: side, patch: patch)) }
      let across = Int(Double(values.count("num_image_tokens")).squareRoot())
      let pooled = ceilingQuotient(across, by: 2)
      return .success(
        VideoFrameTokens(
          tokens: pooled * pooled, side: side, patch: patch, separators: 1,
          sampling: values.flag("do_sample_frames") ? .even(target(values)) : .all))
    })

  /// SmolVLM: every frame one square, without splitting. Idefics3 takes no video.
  static let smolVLM = VideoProcessor(
    processors: ["SmolVLMVideoProcessor"],
    shared: ["max_image_size", "patch_size", "scale_factor", "image_seq_len"],
    settings: targetSettings(
      isOn: false, rate: 0, countKeys: ["video_sampling.max_frames"],
      rateKeys: ["video_sampling.fps"]),
    markers:
      "three markers around each frame; the time before it and the sentence before them all are text",
    withoutVideo: ["idefics3", "idefics3-8b"],
    rule: { values in
      let (side, patch) = (values.count("max_image_size"), values.count("patch_size"))
      guard side >= patch else {
        return .failure(.noPatch("max_image_size", image: side, patch: patch))
      }
      return .success(
        VideoFrameTokens(
          tokens: values.count("image_seq_len"), side: side, patch: patch, markers: 3,
          sampling: values.flag("do_sample_frames") ? .skippingEnds(target(values)) : .all))
    })

  /// InternVL: every frame one tile.
  static let internVL = VideoProcessor(
    processors: ["InternVLVideoProcessor"],
    shared: ["tile", "patch_size", "downsample_ratio", "tokens_per_tile"],
    settings: targetSettings(isOn: false, rate: 0) + [
      Setting("initial_shift", .flag, or: .value(.flag(true)))
    ],
    markers: "begin and end of each frame; 'Frame1: ' and line breaks are text",
    rule: { values in
      let (side, patch) = (values.count("tile"), values.count("patch_size"))
      guard side >= patch else { return .failure(.noPatch("tile", image: side, patch: patch)) }
      return .success(
        VideoFrameTokens(
          tokens: values.count("tokens_per_tile"), side: side, patch: patch, markers: 2,
          sampling: values.flag("do_sample_frames")
            ? .shifted(target(values), toMiddle: values.flag("initial_shift")) : .all))
    })

  /// Gemma 4: every frame an image with a budget of its own; 32 of them unless the file says otherwise.
  static func gemma4(_ name: String, patch: String, rule: @escaping ImageRule) -> VideoProcessor {
    VideoProcessor(
      processors: [name], shared: [patch, "pooling_kernel"],
      settings: [
        .number("max_soft_tokens", upTo: ProcessorLimits.tokens, or: .value(.count(70)))
      ] + targetSettings(isOn: true, rate: 0, count: 32),
      markers: "begin and end of each frame; the time before it is text",
      rule: { values in
        rule(values).map { image in
          VideoImageTokens(
            rule: image, markers: 2,
            sampling: values.flag("do_sample_frames") ? .even(target(values)) : .all)
        }
      })
  }

  /// A rule of images from settings.
  typealias ImageRule = @Sendable (SettingValues) -> Result<any TokenRule, SettingConflict>

  // MARK: Settings that several have

  private static let pixels = 1...VideoGridTokens.mostPixels

  private static func gridSettings(patch: Int) -> [Setting] {
    [
      .side("patch_size", or: .value(.count(patch)), configuration: ["vision_config.patch_size"]),
      .number(
        "merge_size", upTo: ProcessorLimits.merge, or: .value(.count(2)),
        configuration: ["vision_config.spatial_merge_size"]),
      .number(
        "temporal_patch_size", upTo: ProcessorLimits.merge, or: .value(.count(2)),
        configuration: ["vision_config.temporal_patch_size"]),
      Setting("cap_pixels_per_frame", .flag, or: .value(.flag(false))),
    ]
  }

  /// Whether frames are sampled, how many and how often; 0 for none.
  private static func targetSettings(
    isOn: Bool, rate: Double, count: Int = 0, countKeys: [String] = [], rateKeys: [String] = []
  ) -> [Setting] {
    [
      Setting("do_sample_frames", .flag, or: .value(.flag(isOn))),
      Setting(
        "num_frames", .count(0...Video.mostFrames), or: .value(.count(count)), processor: countKeys),
      Setting(
        "fps", .number(0...Video.highestRate), or: .value(.number(rate)), processor: rateKeys),
    ]
  }

  private static func samplingSettings(isOn: Bool, rate: Double) -> [Setting] {
    targetSettings(isOn: isOn, rate: rate) + [
      .number("min_frames", upTo: Video.mostFrames, or: .value(.count(4))),
      .number("max_frames", upTo: Video.mostFrames, or: .value(.count(768))),
    ]
  }

  private static func target(_ values: SettingValues) -> FrameTarget {
    let (count, rate) = (values.count("num_frames"), values.number("fps"))
    return FrameTarget(count: count > 0 ? count : nil, rate: rate > 0 ? rate : nil)
  }

  private static func gridRule(
    _ values: SettingValues, scope: VideoGridTokens.Scope, least: String, most: String,
    sampling: (FrameTarget, ClosedRange<Int>) -> FrameSampling
  ) -> Result<any VideoTokenRule, SettingConflict> {
    let (fewest, largest) = (values.count(least), values.count(most))
    guard fewest <= largest else {
      return .failure(SettingConflict(most, "\(most) \(largest) is below \(least) \(fewest)"))
    }
    let (first, last) = (values.count("min_frames"), values.count("max_frames"))
    guard first <= last else {
      return .failure(
        SettingConflict("max_frames", "max_frames \(last) is below min_frames \(first)"))
    }
    return .success(
      VideoGridTokens(
        scope: scope, patch: values.count("patch_size"),
        depth: values.count("temporal_patch_size"), merge: values.count("merge_size"),
        minPixels: fewest, maxPixels: largest,
        cappingTokens: values.flag("cap_pixels_per_frame")
          ? values.count("max_video_tokens") : nil,
        sampling: values.flag("do_sample_frames") ? sampling(target(values), first...last) : .all))
  }
}
