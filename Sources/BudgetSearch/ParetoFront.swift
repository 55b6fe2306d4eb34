import RealModule

/// One candidate that no other beats: none has at least its score for at most its FLOPs, and at most
/// its amounts where others are asked for.
public struct FrontPoint: Sendable, Equatable {
  /// Which of the problem's designs.
  public let design: Int
  /// Its index in the design's lattice.
  public let index: Int
  /// The token count n.
  public let tokens: Int
  /// S(n).
  public let score: Double
  /// F(n).
  public let flops: Int128
}

/// Candidates that no other beats, in the order of rising FLOPs.
public struct ParetoFront: Sendable, Equatable {
  /// The points.
  public var points: [FrontPoint]
  /// Whether these are all of them; otherwise each is on the front, and others are too.
  public var isComplete: Bool
  /// How often score or cost were evaluated.
  public var evaluations: Int

  /// What a search that was stopped has found.
  package static let unfinished = ParetoFront(points: [], isComplete: false, evaluations: 0)
}

/// What it costs to go from one point of a front to the next.
public struct FrontStep: Sendable, Equatable {
  /// How much the score grows.
  public let score: Double
  /// How many FLOPs that takes.
  public let flops: Int128
  /// The score's growth in percent for each percent of FLOPs, over the step: ln(S₂/S₁) / ln(F₂/F₁).
  /// `nil` where a score is not positive, or the FLOPs differ by less than a double can tell.
  public let elasticity: Double?
}

extension ParetoFront {
  /// The steps between neighbouring points, in order.
  public var steps: [FrontStep] {
    zip(points, points.dropFirst()).map { low, high in
      let run = Double.log(Double(high.flops) / Double(low.flops))
      return FrontStep(
        score: high.score - low.score, flops: high.flops - low.flops,
        elasticity: low.score > 0 && run > 0 ? .log(high.score / low.score) / run : nil)
    }
  }

  /// The position of the knee: the point that lies highest above the straight line from the first point
  /// to the last, in ln S against ln F. Up to it a percent of FLOPs buys more score than on average over
  /// the front, behind it less.
  ///
  /// - Returns: `nil` for fewer than three points, scores that are not positive, and fronts that nowhere
  ///   rise above the line by more than rounding.
  public var knee: Int? {
    guard points.count >= 3, let first = points.first, let last = points.last, first.score > 0
    else { return nil }
    let rise = Double.log(last.score / first.score)
    let run = Double.log(Double(last.flops) / Double(first.flops))
    let heights = points.map {
      Double.log($0.score / first.score)
        - rise * Double.log(Double($0.flops) / Double(first.flops)) / run
    }
    guard let highest = heights.max(), highest > 1e-9 else { return nil }
    return heights.firstIndex(of: highest)
  }
}
