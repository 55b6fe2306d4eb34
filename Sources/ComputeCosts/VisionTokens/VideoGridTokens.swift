/// Frames at their own shape on a grid, within bounds of pixels: Qwen2-VL, Qwen2.5-VL, Qwen3-VL and Qwen3.5.
///
/// A group of frames is as deep as the encoder's patches; where the last one is not full its last frame is repeated.
///
/// - Source: `Qwen2VLVideoProcessor` and `Qwen3VLVideoProcessor` of transformers 5.24.
public struct VideoGridTokens: VideoTokenRule, Equatable {
  /// What the bounds of pixels are of.
  public enum Scope: Sendable, Equatable {
    /// Each frame: Qwen2-VL and Qwen2.5-VL.
    case frame
    /// All frames together, and small frames are enlarged to a cell first: Qwen3-VL and Qwen3.5. Each group has a
    /// time in words and two markers.
    case video
  }

  /// What the bounds of pixels are of.
  let scope: Scope
  /// Side of a patch, in pixels.
  let patch: Int
  /// Frames of a group.
  let depth: Int
  /// Patches along the side of a token.
  let merge: Int
  /// Fewest pixels.
  let minPixels: Int
  /// Most pixels.
  let maxPixels: Int
  /// The token budget by which pixels of a frame are bounded besides; `nil` where they are not.
  let cappingTokens: Int?
  /// Which frames are taken.
  let sampling: FrameSampling

  /// The most pixels that a bound may have: `ProcessorLimits.pixels` of each of 4,096 frames.
  public static let mostPixels = ProcessorLimits.pixels * 4096

  /// A rule from the processor's settings.
  public init(
    scope: Scope, patch: Int, depth: Int, merge: Int, minPixels: Int, maxPixels: Int,
    cappingTokens: Int?, sampling: FrameSampling
  ) {
    precondition((1...ProcessorLimits.side).contains(patch), "no patches of \(patch) pixels")
    precondition(
      (1...ProcessorLimits.merge).contains(merge) && (1...ProcessorLimits.merge).contains(depth),
      "no merging of \(merge) patches, \(depth) frames deep")
    precondition(
      1 <= minPixels && minPixels <= maxPixels && maxPixels <= Self.mostPixels,
      "no bounds from \(minPixels) to \(maxPixels) pixels")
    self.scope = scope
    self.patch = patch
    self.depth = depth
    self.merge = merge
    self.minPixels = minPixels
    self.maxPixels = maxPixels
    self.cappingTokens = cappingTokens
    self.sampling = sampling
  }

  private var cell: Int { patch * merge }

  /// The resized frames.
  public func layout(of video: Video) throws(UnusableVideo) -> VideoLayout {
    let frames = try sampling.count(of: video)
    var layout = try layout(of: video, frames: frames, maxPixels: maxPixels)
    if scope == .video {
      layout.extraTextTokens =
        FrameTimes(video, sampling: sampling, frames: frames, depth: depth).tokens
    }
    return layout
  }

  /// Every count of a group that an upper bound up to the rule's own gives, with the smallest that gives it.
  public func budgets(for video: Video) throws(UnusableVideo) -> [ProcessorBudget] {
    let frames = try sampling.count(of: video)
    let own = try layout(of: video, frames: frames, maxPixels: maxPixels).group
    var budgets = [ProcessorBudget(setting: words(maxPixels), layout: own)]
    // Tokens do not fall as the bound grows: each count's first bound is found by bisection.
    var most = maxPixels
    while true {
      let tokens = budgets[budgets.count - 1].tokens
      var (low, high) = (minPixels, most)
      guard try layout(of: video, frames: frames, maxPixels: low).group.tokens < tokens else {
        high = low
        budgets[budgets.count - 1] = try budget(video, frames, high)
        break
      }
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if try layout(of: video, frames: frames, maxPixels: middle).group.tokens < tokens {
          low = middle
        } else {
          high = middle
        }
      }
      budgets[budgets.count - 1] = try budget(video, frames, high)
      budgets.append(try budget(video, frames, low))
      most = low
    }
    return ProcessorBudget.ordered(budgets)
  }

  private func budget(
    _ video: Video, _ frames: Int, _ bound: Int
  ) throws(UnusableVideo) -> ProcessorBudget {
    ProcessorBudget(
      setting: words(bound),
      layout: try layout(of: video, frames: frames, maxPixels: bound).group)
  }

  private func words(_ bound: Int) -> String {
    scope == .frame ? "max_pixels: \(bound)" : "size.longest_edge: \(bound)"
  }

  private func layout(
    of video: Video, frames: Int, maxPixels: Int
  ) throws(UnusableVideo) -> VideoLayout {
    let cells =
      switch scope {
      case .frame: try cellsOfFrame(video, frames, maxPixels)
      case .video: try cellsOfVideo(video, frames, maxPixels)
      }
    var group = ImageLayout(
      tokens: cells.count,
      inputs: [EncoderInput(rows: cells.rows * merge, columns: cells.columns * merge)])
    group.resized = ImageSize(width: cells.columns * cell, height: cells.rows * cell)
    return VideoLayout(frames: frames, groups: ceilingQuotient(frames, by: depth), group: group)
  }

  private func cellsOfFrame(
    _ video: Video, _ frames: Int, _ maxPixels: Int
  ) throws(UnusableVideo) -> TileGrid {
    var most = maxPixels
    if let cappingTokens {
      let total = Int(Double(cappingTokens * cell * cell) * 0.9)
      most = max(min(most, total * depth / frames), Int(Double(minPixels) * 1.05))
    }
    try refuseLong(video.size, of: video)
    return PixelWindow(cell: cell, minPixels: minPixels, maxPixels: most)
      .cells(of: video.size, least: 0)
  }

  private func cellsOfVideo(
    _ video: Video, _ frames: Int, _ maxPixels: Int
  ) throws(UnusableVideo) -> TileGrid {
    guard frames >= depth else {
      throw UnusableVideo(video, "\(frames) of its frames are taken, and a group has \(depth)")
    }
    var most = maxPixels
    if let cappingTokens {
      most =
        max(min(cappingTokens * cell * cell, most / frames), Int(Double(minPixels) * 1.05))
        * frames
    }
    let size = enlarged(video.size)
    try refuseLong(size, of: video)
    func nearest(_ side: Int, _ unit: Int) -> Int {
      Int((Double(side) / Double(unit)).rounded(.toNearestOrEven)) * unit
    }
    // Twice the frames bound those that fill the last group.
    guard !(2 * frames).multipliedReportingOverflow(by: 4 * max(size.area, cell * cell)).overflow
    else {
      throw UnusableVideo(
        video, "its frames, enlarged to a cell, have more pixels than are computed with")
    }
    let nearestPixels =
      nearest(frames, depth) * nearest(size.height, cell) * nearest(size.width, cell)
    let pixels = frames * size.area
    if nearestPixels > most {
      let shrinkage = exactQuotient(pixels, by: most).squareRoot()
      func shrunk(_ side: Int) -> Int {
        max(1, Int((Double(side) / shrinkage / Double(cell)).rounded(.down)))
      }
      return TileGrid(rows: shrunk(size.height), columns: shrunk(size.width))
    }
    if nearestPixels < minPixels {
      let growth = exactQuotient(minPixels, by: pixels).squareRoot()
      func grown(_ side: Int) -> Int {
        Int((Double(side) * growth / Double(cell)).rounded(.up))
      }
      return TileGrid(rows: grown(size.height), columns: grown(size.width))
    }
    return TileGrid(
      rows: nearest(size.height, cell) / cell, columns: nearest(size.width, cell) / cell)
  }

  /// A frame with a side shorter than a cell, enlarged until neither is.
  private func enlarged(_ size: ImageSize) -> ImageSize {
    guard min(size.width, size.height) < cell else { return size }
    let scale = max(Double(cell) / Double(size.height), Double(cell) / Double(size.width))
    return ImageSize(
      width: Int(Double(size.width) * scale), height: Int(Double(size.height) * scale)) ?? size
  }

  private func refuseLong(_ size: ImageSize, of video: Video) throws(UnusableVideo) {
    let (longer, shorter) = (max(size.width, size.height), min(size.width, size.height))
    guard longer <= 200 * shorter else {
      throw UnusableVideo(
        video, "its longer side is more than 200 times its shorter one, which the processor refuses"
      )
    }
  }
}

/// The times that Qwen3-VL's processor writes before each group of frames: `<12.5 seconds>`, then the group between two
/// markers.
///
/// A time is the mean of those of its first and last frame, to one decimal. In the tokenizer of Qwen3 its tokens are `<`,
/// each digit, the point, ` seconds` and `>`.
struct FrameTimes {
  /// Tokens of all times and markers.
  private(set) var tokens = 0

  /// The rate that the processor assumes of a video that does not say.
  static let assumedRate = 24.0

  init(_ video: Video, sampling: FrameSampling, frames: Int, depth: Int) {
    let rate = video.rate ?? Self.assumedRate
    var isSampled = true
    if case .all = sampling { isSampled = false }
    // As numpy's linspace has it, the last place exact.
    let step = frames > 1 ? Double(video.frames - 1) / Double(frames - 1) : 0
    func time(_ index: Int) -> Double {
      let place = min(index, frames - 1)
      guard isSampled else { return Double(place) / rate }
      let at = place == frames - 1 && frames > 1 ? Double(video.frames - 1) : Double(place) * step
      return at.rounded(.toNearestOrEven) / rate
    }
    for first in stride(from: 0, to: frames, by: depth) {
      tokens += 2 + 5 + Self.digits((time(first) + time(first + depth - 1)) / 2)
    }
  }

  /// Digits before the point of a number that is not negative, rounded to one decimal.
  static func digits(_ number: Double) -> Int {
    var digits = 1
    var bound = 10.0
    // The difference is exact where it decides, and no double lies between it and a twentieth.
    while number >= bound || bound - number < 0.05 {
      digits += 1
      bound *= 10
    }
    return digits
  }
}
