import RealModule

/// One candidate that no other beats: none has at least its score for at most its FLOPs, and at most
/// its amounts where others are asked for.
public struct FrontierPoint: Sendable, Equatable {
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
  public var points: [FrontierPoint]
  /// Whether these are all of them; otherwise each is on the front, and others are too.
  public var isComplete: Bool
  /// How often score or cost were evaluated.
  public var evaluations: Int
}

extension BudgetProblem {
  /// The candidates that none beats in score and FLOPs, limits left aside.
  ///
  /// The designs' candidates are halved run by run. Within a run FLOPs never fall and the score has an upper
  /// bound, so a run is ruled out whole when a point known already costs no more than its first
  /// candidate and scores no less than any of it. Of candidates with equal score and FLOPs one
  /// is kept: that of fewer tokens, or of the earlier design.
  ///
  /// - Complexity: O(k log k) for k candidates that the bound does not rule out: the front, and some
  ///   neighbours at each halving.
  public func front() -> ParetoFront {
    let chains = designs.enumerated().map { Chain($0.element, $0.offset) }
    var stairs = Staircase()
    var open: [Run] = []
    var fresh: [Step] = []
    for chain in chains {
      let last = chain.lattice.count - 1
      let stride = max(1, last / Self.frontProbes)
      var previous = chain.step(0)
      fresh.append(previous)
      while previous.index < last {
        let next = last - previous.index <= stride ? last : previous.index + stride
        let end = chain.step(next)
        fresh.append(end)
        if next - previous.index > 1 { open.append(chain.run(from: previous, to: end)) }
        previous = end
      }
    }
    stairs.merge(&fresh)
    var next: [Run] = []
    while !open.isEmpty {
      next.removeAll(keepingCapacity: true)
      fresh.removeAll(keepingCapacity: true)
      var place = 0
      for run in open where !stairs.covers(flops: run.flops, score: run.upper, near: &place) {
        let chain = chains[run.design]
        if run.last - run.first <= Self.frontLeaf {
          for index in (run.first + 1)..<run.last { fresh.append(chain.step(index)) }
          continue
        }
        let middle = chain.step(run.first + (run.last - run.first) / 2)
        fresh.append(middle)
        next.append(chain.lower(of: run, to: middle))
        next.append(chain.upper(of: run, from: middle))
      }
      stairs.merge(&fresh)
      swap(&open, &next)
    }
    return ParetoFront(
      points: stairs.steps.map { step in
        FrontierPoint(
          design: step.design, index: step.index, tokens: step.tokens, score: step.score,
          flops: step.flops)
      }, isComplete: true, evaluations: chains.reduce(0) { $0 + $1.evaluations })
  }

  /// How many runs a lattice is cut into at first.
  private static var frontProbes: Int { 16 }

  /// Runs up to this length are evaluated one by one.
  private static var frontLeaf: Int { 4 }

  /// Candidates that none beats, of lattices that are too long to list: evenly spread in ln n.
  ///
  /// - Parameters:
  ///   - rows: About how many points of each design to look at, at least 2; the ends are among them.
  ///   - included: Candidates to look at too.
  ///   - measures: Amounts that a candidate may be beaten in besides FLOPs.
  /// - Returns: Those of them that no candidate of any design beats: the check is exact.
  /// - Complexity: O(rows · designs² · log count).
  public func frontier(
    rows: Int, including included: [(design: Int, index: Int)] = [], measures: [Measure] = []
  ) -> ParetoFront {
    precondition(rows >= 2, "a frontier needs at least 2 rows, found \(rows)")
    var points: [FrontierPoint] = []
    var isComplete = true
    for (design, chosen) in designs.enumerated() {
      let lattice = chosen.lattice
      var indices = Set(included.filter { $0.design == design }.map(\.index))
      indices.formUnion(lattice.spread(rows))
      if indices.count < lattice.count { isComplete = false }
      points += indices.sorted().map { index in
        let tokens = lattice[index]
        return FrontierPoint(
          design: design, index: index, tokens: tokens, score: chosen.score.score(at: tokens),
          flops: chosen.cost.flops(at: tokens))
      }
    }
    let evaluators = designs.indices.map { Evaluator(self, design: $0) }
    let kept = points.filter { point in
      !evaluators.enumerated().contains {
        beats(point, with: $0.element, design: $0.offset, measures)
      }
    }
    return ParetoFront(
      points: kept.sorted { ($0.flops, $0.tokens, $0.design) < ($1.flops, $1.tokens, $1.design) },
      isComplete: isComplete,
      evaluations: evaluators.reduce(2 * points.count) { $0 + $1.evaluations })
  }

  /// Whether some candidate of a design is at least as good as a point in everything, and better in
  /// something or, equal in all, the one that is kept.
  private func beats(
    _ point: FrontierPoint, with evaluator: Evaluator, design: Int, _ measures: [Measure]
  ) -> Bool {
    let mine = designs[point.design]
    let all = 0..<evaluator.lattice.count
    var members = IndexRanges(
      0..<partitionPoint(in: all) { evaluator.flops($0) > point.flops })
    for measure in measures where measure != .flops && !members.isEmpty {
      let most = mine.amount(measure, at: point.tokens)
      let curve = evaluator.design.curve(of: measure)
      let runs = evaluator.lattice.runs(in: all, from: curve.pieceStarts.map(Double.init))
      members = members.intersection(
        IndexRanges(
          joining: runs.map { run in
            run.lowerBound..<partitionPoint(in: run) { evaluator.amount(curve, $0) > most }
          }))
    }
    /// Whether a candidate that costs no more beats the point.
    func beats(_ index: Int) -> Bool {
      if design == point.design, index == point.index { return false }
      let score = evaluator.score(index)
      if score != point.score { return score > point.score }
      if evaluator.flops(index) < point.flops { return true }
      let tokens = evaluator.lattice[index]
      for measure in measures where measure != .flops {
        let (a, b) = (
          evaluator.design.amount(measure, at: tokens), mine.amount(measure, at: point.tokens)
        )
        if a < b { return true }
      }
      return (tokens, design) < (point.tokens, point.design)
    }
    for range in members.ranges {
      switch evaluator.score.direction {
      case .increasing:
        // The highest score, and the cheapest of those that reach the point's.
        if beats(range.upperBound - 1) { return true }
        let first = firstIndex(in: range, atLeast: point.score) { evaluator.score($0) }
        if first < range.upperBound, beats(first) { return true }
      case .decreasing, .constant:
        if beats(range.lowerBound) { return true }
      case .unknown:
        var open = [range]
        while let run = open.popLast() {
          let tokens = evaluator.lattice[run.lowerBound]...evaluator.lattice[run.upperBound - 1]
          if evaluator.score.upperBound(over: tokens) < point.score { continue }
          let middle = run.lowerBound + run.count / 2
          if beats(middle) { return true }
          if run.count > 1 {
            if middle + 1 < run.upperBound { open.append((middle + 1)..<run.upperBound) }
            if run.lowerBound < middle { open.append(run.lowerBound..<middle) }
          }
        }
      }
    }
    return false
  }
}

/// A candidate on its way to a front: what the search must move.
private struct Step {
  let flops: Int128
  let score: Double
  let tokens: Int
  let index: Int
  let design: Int

  static func < (a: Step, b: Step) -> Bool {
    if a.flops != b.flops { return a.flops < b.flops }
    if a.score != b.score { return a.score > b.score }
    return a.tokens != b.tokens ? a.tokens < b.tokens : a.design < b.design
  }
}

/// Neighbouring candidates of one design, their ends known.
private struct Run {
  /// The FLOPs of the first.
  let flops: Int128
  /// No candidate between the ends scores more.
  let upper: Double
  let design: Int
  /// Indices of the ends.
  let first: Int
  let last: Int
}

/// The candidates of one design, by reference: copying a design's curves takes longer than evaluating them.
private final class Chain {
  let lattice: Lattice
  private let score: any ScoreCurve
  private let cost: any CostCurve
  private let direction: Direction
  private let design: Int
  private(set) var evaluations = 0

  init(_ design: Design, _ position: Int) {
    lattice = design.lattice
    score = design.score
    cost = design.cost
    direction = design.score.direction
    self.design = position
  }

  func step(_ index: Int) -> Step {
    evaluations += 2
    let tokens = lattice[index]
    return Step(
      flops: cost.flops(at: tokens), score: score.score(at: tokens), tokens: tokens, index: index,
      design: design)
  }

  /// The candidates between two.
  func run(from first: Step, to last: Step) -> Run {
    Run(
      flops: first.flops,
      upper: direction == .increasing
        ? last.score
        : direction == .unknown ? bound(first.index, last.index) : first.score,
      design: design, first: first.index, last: last.index)
  }

  /// The part of a run up to a candidate of it.
  func lower(of run: Run, to middle: Step) -> Run {
    Run(
      flops: run.flops,
      upper: direction == .increasing
        ? middle.score : direction == .unknown ? bound(run.first, middle.index) : run.upper,
      design: design, first: run.first, last: middle.index)
  }

  /// The part of a run from a candidate of it on.
  func upper(of run: Run, from middle: Step) -> Run {
    Run(
      flops: middle.flops,
      upper: direction == .increasing
        ? run.upper : direction == .unknown ? bound(middle.index, run.last) : middle.score,
      design: design, first: middle.index, last: run.last)
  }

  private func bound(_ first: Int, _ last: Int) -> Double {
    evaluations += 1
    return score.upperBound(over: lattice[first]...lattice[last])
  }
}

/// Candidates of strictly rising FLOPs and score.
private struct Staircase {
  private(set) var steps: [Step] = []
  /// Room for the next steps, kept so that it is not asked for anew.
  private var spare: [Step] = []

  /// Whether a step costs no more and scores no less.
  ///
  /// - Parameter place: Where the last answer was found; runs of a design come in order, so that the next is
  ///   near.
  func covers(flops: Int128, score: Double, near place: inout Int) -> Bool {
    place = count(atMost: flops, near: place)
    return place > 0 && steps[place - 1].score >= score
  }

  /// How many steps cost no more.
  private func count(atMost flops: Int128, near place: Int) -> Int {
    steps.withUnsafeBufferPointer { steps in
      var (low, high) = (0, steps.count)
      if place < high, place == 0 || steps[place - 1].flops <= flops {
        low = place
        var width = 4
        while low + width < high, steps[low + width].flops <= flops {
          low += width
          width *= 2
        }
        high = min(high, low + width)
      }
      return partitionPoint(in: low..<high) { steps[$0].flops > flops }
    }
  }

  /// Adds candidates and drops those that are beaten.
  mutating func merge(_ fresh: inout [Step]) {
    var place = 0
    fresh.removeAll { isBeaten($0, near: &place) }
    if fresh.isEmpty { return }
    fresh.sort(by: <)
    spare.removeAll(keepingCapacity: true)
    spare.reserveCapacity(steps.count + fresh.count)
    var (old, new) = (0, 0)
    var highest = -Double.infinity
    while old < steps.count || new < fresh.count {
      let takesOld = new == fresh.count || (old < steps.count && steps[old] < fresh[new])
      let step = takesOld ? steps[old] : fresh[new]
      if takesOld { old += 1 } else { new += 1 }
      if step.score > highest {
        highest = step.score
        spare.append(step)
      }
    }
    swap(&steps, &spare)
  }

  /// Whether a step is at least as good; of equals the one that comes first is kept.
  private func isBeaten(_ step: Step, near place: inout Int) -> Bool {
    place = count(atMost: step.flops, near: place)
    guard place > 0 else { return false }
    let held = steps[place - 1]
    if held.score != step.score { return held.score > step.score }
    return held.flops < step.flops || !(step < held)
  }
}

// MARK: Steps

/// What it costs to go from one point of a front to the next.
public struct FrontierStep: Sendable, Equatable {
  /// How much the score grows.
  public let score: Double
  /// How many FLOPs that takes.
  public let flops: Int128
  /// The score's growth in percent for each percent of FLOPs, over the step: ln(S₂/S₁) / ln(F₂/F₁).
  /// `nil` where a score is not positive.
  public let elasticity: Double?
}

extension ParetoFront {
  /// The steps between neighbouring points, in order.
  public var steps: [FrontierStep] {
    zip(points, points.dropFirst()).map { low, high in
      FrontierStep(
        score: high.score - low.score, flops: high.flops - low.flops,
        elasticity: low.score > 0
          ? .log(high.score / low.score) / .log(Double(high.flops) / Double(low.flops)) : nil)
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
