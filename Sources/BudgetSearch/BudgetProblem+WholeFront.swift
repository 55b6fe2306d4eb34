import LongWork

extension BudgetProblem {
  /// The candidates that none beats in score and FLOPs, limits left aside.
  ///
  /// The designs' candidates are halved run by run. Within a run FLOPs never fall and the score has an upper
  /// bound, so a run is ruled out whole when a cheaper point is known that scores no less than any of
  /// it. Of candidates with equal score and FLOPs one is kept: that of fewer tokens, or of the
  /// earlier design.
  ///
  /// - Complexity: O(k log k) for k candidates that the bound does not rule out: the front, and some
  ///   neighbours at each halving.
  public func front() -> ParetoFront {
    front(listing: .max) ?? .unfinished
  }

  /// The same, no longer than some candidates.
  ///
  /// - Parameter most: How many candidates are listed at most.
  /// - Returns: `nil` where the front has more, or where fifty times as many candidates are not told from it.
  public func front(listing most: Int) -> ParetoFront? {
    let chains = designs.enumerated().map { Chain($0.element, $0.offset) }
    var survey = FrontSurvey(chains, most)
    watch.begin(.listing, of: chains.reduce(0) { $0.saturating(adding: $1.lattice.count) })
    // All designs are halved in step while runs are long, since other designs rule out most of each. The short
    // runs that remain lie near the front, and are searched to their ends one after another.
    var open: [Run] = []
    for chain in chains { survey.probe(chain, into: &open) }
    survey.spread()
    var short: [Run] = []
    while !open.isEmpty {
      var next: [Run] = []
      for run in open {
        if run.last - run.first <= FrontSurvey.longestShort {
          short.append(run)
        } else {
          survey.halve(run, chains[run.design], into: &next)
        }
      }
      guard survey.fits(), watch.goesOn else { return nil }
      survey.spread()
      open = next
    }
    survey.spreadsAtOnce = true
    for (index, run) in short.enumerated() {
      if index % FrontSurvey.batch == 0 {
        guard survey.fits(), watch.advance(by: FrontSurvey.batch * FrontSurvey.longestShort)
        else { return nil }
      }
      let chain = chains[run.design]
      open.append(run)
      while let run = open.popLast() { survey.halve(run, chain, into: &open) }
    }
    let points = survey.unbeaten(chains)
    guard points.count <= most else { return nil }
    return ParetoFront(
      points: points, isComplete: true,
      evaluations: chains.reduce(0) { $0 + $1.evaluations })
  }
}

/// A candidate on its way to a front: what the search must move.
private struct Step {
  /// FLOPs, as the nearest double.
  let amount: Double
  let score: Double
  let index: Int
  let design: Int
}

/// The candidates between two of one design.
private struct Run {
  /// The FLOPs of the first end, as the nearest double.
  let amount: Double
  /// No candidate between the ends scores more.
  let upper: Double
  let design: Int
  /// Indices of the ends.
  let first: Int
  let last: Int
}

/// The candidates of one design, by reference: copying a design's curves takes longer than evaluating them.
private final class Chain {
  let design: Int
  let lattice: Lattice
  /// Whether more tokens score more, so that a run's last candidate bounds it.
  let isIncreasing: Bool
  /// Whether more tokens never score more, so that the first candidate beats all others.
  let isSettledByFirst: Bool
  private let score: any ScoreCurve
  private let cost: any CostCurve
  private(set) var evaluations = 0

  init(_ design: Design, _ position: Int) {
    self.design = position
    lattice = design.lattice
    score = design.score
    cost = design.cost
    isIncreasing = design.score.direction == .increasing
    isSettledByFirst =
      design.score.direction == .constant || design.score.direction == .decreasing
  }

  func amount(_ index: Int) -> Double {
    evaluations += 1
    return cost.amount(at: lattice[index])
  }

  func flops(_ index: Int) -> Int128 {
    evaluations += 1
    return cost.flops(at: lattice[index])
  }

  func score(_ index: Int) -> Double {
    evaluations += 1
    return score.score(at: lattice[index])
  }

  /// A score that no candidate of a run exceeds, given one that its last candidate does not exceed.
  func upper(_ first: Int, _ last: Int, atLast bound: Double) -> Double {
    if isIncreasing { return bound }
    evaluations += 1
    return score.upperBound(over: lattice[first]...lattice[last])
  }
}

/// What is known of a front while it is searched: the candidates that were looked at, and the best score
/// below each bin of FLOPs.
///
/// Bins are the leading bits of the FLOPs as a double, so they rise with the exact FLOPs, and all of a lower
/// bin is cheaper than all of a higher one.
private struct FrontSurvey {
  private var steps: [Step] = []
  /// For each bin a score that is reached in a lower one; the highest known once they are spread.
  private var reached: [Double]
  /// The bits of the least FLOPs.
  private let origin: UInt64
  /// How many bits of the FLOPs a bin leaves aside.
  private let shift: UInt64
  /// How many candidates the front may have.
  private let most: Int
  /// From how many steps on it is counted whether they can still be a front of no more.
  private var suspect: Int
  /// Whether a new score is told to all higher bins at once rather than by ``spread()``.
  var spreadsAtOnce = false

  /// How many bins there are at most.
  private static var largestBinCount: Int { 1 << 16 }

  /// How many runs a lattice is cut into at first.
  private static var probes: Int { 16 }

  /// Runs of up to this length are searched to their ends at once.
  static var longestShort: Int { 160 }

  /// Runs of up to this length are evaluated one by one.
  private static var leaf: Int { 8 }

  /// So many short runs are searched between two looks at the watch.
  static var batch: Int { 16 }

  init(_ chains: [Chain], _ most: Int) {
    self.most = most
    suspect = most < .max / 4 ? 4 * most : .max
    var least = Double.infinity
    var most = 0.0
    var bins = 4
    for chain in chains {
      least = min(least, chain.amount(0))
      most = max(most, chain.amount(chain.lattice.count - 1))
      bins = min(Self.largestBinCount, bins + 4 * min(Self.largestBinCount, chain.lattice.count))
    }
    origin = least.bitPattern
    let width = most.bitPattern - origin
    var shift: UInt64 = 0
    while width >> shift >= UInt64(bins) { shift += 1 }
    self.shift = shift
    reached = Array(repeating: -.infinity, count: Int(width >> shift) + 2)
    // Memory that is not written to costs nothing; moving what was written does.
    steps.reserveCapacity(2 * reached.count)
  }

  /// Whether the candidates that nothing known beats are few enough to go on: some of them are not of the front, but
  /// not fifty times as many as are. Steps that are beaten are forgotten.
  mutating func fits() -> Bool {
    guard steps.count > suspect else { return true }
    spread()
    steps = steps.filter { !isBeaten($0.amount, $0.score) }
    suspect = max(suspect, 2 * steps.count)
    return steps.count / Self.mostUnbeaten <= most
  }

  /// So many times as many candidates as the front may have are held while it is searched.
  private static var mostUnbeaten: Int { 50 }

  private func bin(_ amount: Double) -> Int { Int((amount.bitPattern - origin) >> shift) }

  /// Whether a cheaper candidate is known that scores no less.
  private func isBeaten(_ amount: Double, _ score: Double) -> Bool {
    reached[bin(amount)] >= score
  }

  private mutating func add(_ step: Step) {
    if isBeaten(step.amount, step.score) { return }
    steps.append(step)
    var bin = bin(step.amount) + 1
    if reached[bin] < step.score { reached[bin] = step.score }
    guard spreadsAtOnce else { return }
    bin += 1
    while bin < reached.count, reached[bin] < step.score {
      reached[bin] = step.score
      bin += 1
    }
  }

  /// Lets scores that were added rule out candidates of all higher bins.
  mutating func spread() {
    var best = -Double.infinity
    for bin in reached.indices {
      best = max(best, reached[bin])
      reached[bin] = best
    }
  }

  /// Evaluates some candidates of a design, and appends the runs between them.
  mutating func probe(_ chain: Chain, into open: inout [Run]) {
    let last = chain.lattice.count - 1
    var previous = Step(
      amount: chain.amount(0), score: chain.score(0), index: 0, design: chain.design)
    add(previous)
    if chain.isSettledByFirst { return }
    let stride = max(1, last / Self.probes)
    while previous.index < last {
      let index = last - previous.index <= stride ? last : previous.index + stride
      let step = Step(
        amount: chain.amount(index), score: chain.score(index), index: index,
        design: chain.design)
      add(step)
      if index - previous.index > 1,
        !settles(chain, from: previous.index, previous.amount, to: step)
      {
        open.append(
          Run(
            amount: previous.amount,
            upper: chain.upper(previous.index, index, atLast: step.score),
            design: chain.design, first: previous.index, last: index))
      }
      previous = step
    }
  }

  /// Whether nothing is left to be found between two candidates of a rising score: at equal FLOPs only the
  /// first that reaches the score of the last counts.
  private mutating func settles(
    _ chain: Chain, from first: Int, _ amount: Double, to last: Step
  ) -> Bool {
    guard amount == last.amount, chain.isIncreasing,
      chain.flops(first) == chain.flops(last.index)
    else { return false }
    let index = partitionPoint(in: (first + 1)..<last.index) { chain.score($0) >= last.score }
    if index < last.index {
      add(
        Step(
          amount: amount, score: chain.score(index), index: index, design: chain.design))
    }
    return true
  }

  /// Looks into a run unless it is ruled out, and appends what remains of it.
  mutating func halve(_ run: Run, _ chain: Chain, into open: inout [Run]) {
    if isBeaten(run.amount, run.upper) { return }
    if run.last - run.first <= Self.leaf {
      for index in (run.first + 1)..<run.last {
        let amount = chain.amount(index)
        // None of the rest is cheaper.
        if isBeaten(amount, run.upper) { return }
        add(Step(amount: amount, score: chain.score(index), index: index, design: run.design))
      }
      return
    }
    let middle = run.first + (run.last - run.first) / 2
    let amount = chain.amount(middle)
    var bound = run.upper
    if !isBeaten(amount, run.upper) {
      let step = Step(
        amount: amount, score: chain.score(middle), index: middle, design: run.design)
      add(step)
      if !chain.isIncreasing || step.score < run.upper {
        open.append(
          Run(
            amount: amount, upper: chain.upper(middle, run.last, atLast: run.upper),
            design: run.design, first: middle, last: run.last))
      }
      if settles(chain, from: run.first, run.amount, to: step) { return }
      bound = step.score
    }
    open.append(
      Run(
        amount: run.amount, upper: chain.upper(run.first, middle, atLast: bound),
        design: run.design, first: run.first, last: middle))
  }

  /// The candidates that none beats, in the order of rising FLOPs.
  func unbeaten(_ chains: [Chain]) -> [FrontPoint] {
    let steps = steps.filter { !isBeaten($0.amount, $0.score) }
    guard let any = steps.first else { return [] }
    // Counted into their bins, which are in order, then sorted within each.
    var ends = Array(repeating: 0, count: reached.count)
    for step in steps { ends[bin(step.amount) + 1] += 1 }
    for bin in ends.indices.dropFirst() { ends[bin] += ends[bin - 1] }
    var ordered = Array(repeating: any, count: steps.count)
    for step in steps {
      let bin = bin(step.amount)
      ordered[ends[bin]] = step
      ends[bin] += 1
    }
    /// Whether a step comes first in a front.
    func precedes(_ a: Step, _ b: Step) -> Bool {
      if a.amount != b.amount { return a.amount < b.amount }
      let (mine, theirs) = (chains[a.design].flops(a.index), chains[b.design].flops(b.index))
      if mine != theirs { return mine < theirs }
      if a.score != b.score { return a.score > b.score }
      let tokens = (chains[a.design].lattice[a.index], chains[b.design].lattice[b.index])
      return tokens.0 != tokens.1 ? tokens.0 < tokens.1 : a.design < b.design
    }
    var start = 0
    for end in ends {
      if end - start > 1 { ordered[start..<end].sort(by: precedes) }
      start = end
    }
    var points: [FrontPoint] = []
    points.reserveCapacity(ordered.count)
    var best = -Double.infinity
    for step in ordered where step.score > best {
      best = step.score
      let chain = chains[step.design]
      points.append(
        FrontPoint(
          design: step.design, index: step.index, tokens: chain.lattice[step.index],
          score: step.score, flops: chain.flops(step.index)))
    }
    return points
  }
}
