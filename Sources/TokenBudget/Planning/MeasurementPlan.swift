import BudgetDocuments
import BudgetSearch
import LongWork
import ScalingLaws
import SourceText

/// Which token counts to measure before anything is known of a model's scores.
///
/// Plans are judged by what they are for: curves are drawn from the prior, measured at the plan's counts with the noise
/// of so many questions, and decided on by what the measurements leave; what that gives away against the curve's own
/// best, on average, is the plan's expected regret. The plan starts with counts evenly spaced in ln n, moves one at a
/// time, and is kept only where it does better on curves that it was not chosen by.
public struct MeasurementPlan: Sendable {
  /// A set of counts and what it is worth.
  public struct Rated: Sendable, Equatable {
    /// The counts, increasing.
    public let tokens: [Int]
    /// What a decision by them gives away on average, as a part of the best, where it satisfies the limits.
    public let expectedRegret: Double
    /// In which part of the curves the decision breaks a limit of the policy, from 0 to 1.
    public let missedShare: Double

    /// What plans are compared by: a decision that breaks a limit gives away all.
    var loss: Double { missedShare + (1 - missedShare) * expectedRegret }
  }

  /// How many measurements were asked for.
  public let points: Int
  /// The plan.
  public let plan: Rated
  /// Counts evenly spaced in ln n, both ends among them, for comparison: the plan itself where nothing better was found.
  public let evenSteps: Rated
  /// Even steps with fewer and with more points.
  public let others: [Rated]
  /// How many questions a score is taken to be a mean over.
  public let questions: Int
  /// The cost model.
  public let cost: Question.Reference
  /// What the counts are of, in the singular: `image`, or what a video's frames become tokens as (`frame pair`).
  public let unit: String
  /// What is best.
  public let objective: Objective
  /// How many curves each figure is a mean over.
  public let curves: Int

  /// Real series scatter by more than their questions explain: twice the binomial error, see `docs/model.md`.
  static let scatter = 2.0

  /// How many curves plans are chosen by, and as many others judge them, where nobody says.
  public static let curveCount = 100

  /// The counts that positions of a plan may move to.
  private static let grid = 14

  /// Plans measurements.
  ///
  /// - Parameters:
  ///   - points: From 2 to 12.
  ///   - cost: The model, with a lattice of its own unless the policy has one.
  ///   - policy: What the measurements are to decide.
  ///   - hardware: Accelerators that cost model or policy may name.
  ///   - questions: How many questions a score is a mean over, at least 1.
  ///   - curves: How many curves plans are chosen by, at least 1; as many others judge them.
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together, or when there are fewer candidates than
  ///   points.
  /// - Complexity: some 2 ms for a curve and a plan, and some 1,500 of both.
  public init(
    _ points: Int, cost: ComputeCostModel, policy: Policy, hardware: [HardwareProfile] = [],
    questions: Int = 1000, curves: Int = Self.curveCount
  ) throws(InvalidDocument) {
    let bench = try PlanBench(cost, policy, hardware, questions: questions, curves: curves)
    guard bench.candidates.count >= points else {
      throw InvalidDocument.refusal(
        .tooFewCandidates,
        "\(points) measurements were asked for, and the model can run \(bench.candidates.count) token counts",
        place: policy.candidatesPlace, file: cost.file ?? cost.id,
        suggestion:
          "ask for '\(parameter: .points, String(bench.candidates.count))', or give the policy another lattice"
      )
    }
    guard bench.satisfiableShare > 0 else {
      throw InvalidDocument.refusal(
        .planInfeasible,
        "no token count satisfies the policy's limits on any of the curves that a plan is tried on",
        place: nil, file: policy.file ?? policy.id,
        suggestion: "\(parameter: .advise) says which limit excludes what")
    }
    let even = bench.evenSteps(points)
    let grid = bench.evenSteps(min(Self.grid, bench.candidates.count))
    var best = bench.rated(even, judging: false)
    let watch = Watch.current
    watch.begin(.planning, of: points * 2 + 4)
    for (step, position) in (0..<points).flatMap({ [$0, $0] }).enumerated() {
      guard watch.advance() else { break }
      // Its two neighbours on the grid that are free: the lower first, then the higher.
      let taken = Set(best.tokens)
      guard position < best.tokens.count else { continue }
      let current = best.tokens[position]
      let free =
        step % 2 == 0
        ? grid.last { $0 < current && !taken.contains($0) }
        : grid.first { $0 > current && !taken.contains($0) }
      guard let free else { continue }
      let moved = (best.tokens.filter { $0 != current } + [free]).sorted()
      let rated = bench.rated(moved, judging: false)
      if rated.loss < best.loss { best = rated }
    }
    let evenRated = bench.rated(even, judging: true)
    let found = bench.rated(best.tokens, judging: true)
    self.points = points
    unit = cost.video?.group ?? "image"
    evenSteps = evenRated
    plan = found.loss < evenRated.loss ? found : evenRated
    others = [points - 2, points + 2].filter { $0 >= 2 && $0 <= bench.candidates.count }.map {
      bench.rated(bench.evenSteps($0), judging: true)
    }
    self.questions = questions
    self.cost = .init(cost)
    objective = policy.objective
    self.curves = curves
  }
}

/// Curves to try plans on.
private struct PlanBench {
  /// The counts that can be measured and chosen: at most so many of the lattice, evenly in ln n.
  let candidates: [Int]
  private let problem: BudgetProblem
  private let truths: [LogLinearPolyline]
  private let noise: Double

  /// On which part of the curves any candidate satisfies the limits.
  var satisfiableShare: Double {
    let count = truths.count {
      problem.under(Scenario([.init(score: PolylineCurve(scaled($0)))])).best() != nil
    }
    return Double(count) / Double(truths.count)
  }

  /// A curve of shares in percent.
  private func scaled(_ truth: LogLinearPolyline) -> LogLinearPolyline {
    LogLinearPolyline(tokens: truth.tokens, scores: truth.scores.map { 100 * $0 })
  }

  /// All candidates lie so far, as a factor, from each other at most: from whatever is measured of them too.
  private var reach: Double {
    Double(candidates[candidates.count - 1]) / Double(candidates[0])
  }

  private static let mostCandidates = 64

  init(
    _ cost: ComputeCostModel, _ policy: Policy, _ hardware: [HardwareProfile], questions: Int,
    curves: Int
  ) throws(InvalidDocument) {
    var policy = policy
    // Any curve will do to ask the question with: each draw takes its place.
    let lattice: Lattice
    switch policy.candidates {
    case .lattice(let own): lattice = own
    case .model:
      guard let own = cost.lattice else {
        throw InvalidDocument.refusal(
          .noLattice, "the cost model does not say which token counts it can run", place: nil,
          file: cost.file ?? cost.id,
          suggestion: "give a policy with 'search: { lattice: … }'")
      }
      lattice = own
    }
    let members = lattice.spread(Self.mostCandidates).map { lattice[$0] }
    guard let first = members.first, let last = members.last, first < last else {
      throw InvalidDocument.refusal(
        .tooFewCandidates, "the model can run one token count only: there is nothing to plan",
        place: policy.candidatesPlace, file: cost.file ?? cost.id)
    }
    // Curves are drawn in ln n, and so close counts have no curve between them.
    guard Double(last) > Double(first) * (1 + 1e-6) else {
      throw InvalidDocument.refusal(
        .tooFewCandidates,
        "all token counts lie within a millionth of \(grouped(first)): no measurement tells them apart",
        place: policy.candidatesPlace, file: policy.file ?? cost.file ?? cost.id)
    }
    let range = Double(first)...Double(last)
    candidates = members
    truths = SmoothingPrior.standard.curves(2 * curves, seed: 1, over: range)
    do {
      policy.candidates = .lattice(try Lattice(.list(members)))
    } catch {
      preconditionFailure("members of a lattice are none: \(error)")
    }
    policy.mix = nil
    guard !policy.isAboveChance else {
      throw InvalidDocument.refusal(
        .planAboveChance,
        "a plan knows no metric, and so not what guessing gets: its curves are shares from 0 to 1",
        place: nil, file: policy.file ?? policy.id,
        suggestion:
          "plan without 'above: chance'; the counts that tell curves apart are much the same")
    }
    let profile = ScalingProfile(
      id: "plan", metric: .init(name: "score", unit: .percent, range: 0...100),
      law: FittedLaw(PolylineLaw(truths[0]), fittedTokens: range))
    problem = try Advisor(profile: profile, cost: cost, hardware: hardware, decidedBy: .profile)
      .problem(under: policy)
    noise = MeasurementPlan.scatter / Double(questions).squareRoot()
  }

  /// Counts evenly spaced in ln n, the ends among them.
  func evenSteps(_ count: Int) -> [Int] {
    guard let lattice = try? Lattice(.list(candidates)) else { return candidates }
    var tokens = lattice.spread(count).map { lattice[$0] }
    // Coarse lattices merge steps: the widest gaps are filled until there are enough.
    while tokens.count < min(count, candidates.count) {
      let free = candidates.filter { !tokens.contains($0) }
      guard
        let next = free.max(by: { gap($0, tokens) < gap($1, tokens) })
      else { break }
      tokens = (tokens + [next]).sorted()
    }
    return tokens
  }

  /// How far a count lies, as a factor, from the nearest of some.
  private func gap(_ count: Int, _ tokens: [Int]) -> Double {
    tokens.map { max(Double(count) / Double($0), Double($0) / Double(count)) }.min() ?? 1
  }

  /// What decisions by measurements at some counts are worth.
  ///
  /// - Parameter judging: Whether over the curves that plans are not chosen by.
  func rated(_ tokens: [Int], judging: Bool) -> MeasurementPlan.Rated {
    let half = truths.count / 2
    let indices = judging ? half..<(2 * half) : 0..<half
    let watch = Watch.current
    let losses = indices.compactMap { watch.goesOn ? regret(of: tokens, on: $0) : nil }
    return MeasurementPlan.Rated(
      tokens: tokens,
      expectedRegret: losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count),
      missedShare: 1 - Double(losses.count) / Double(half))
  }

  /// What a decision gives away on one curve; `nil` where it breaks a limit.
  private func regret(of tokens: [Int], on index: Int) -> Double? {
    let truth = truths[index]
    let measured = tokens.map { tokens -> Measurement in
      // The same noise at the same count, whatever the plan.
      var random = SplitMix64(seed: UInt64(index) &* 0x9E37_79B9 &+ UInt64(tokens))
      let share = truth.score(at: Double(tokens))
      let error = noise * (max(0.01, share * (1 - share))).squareRoot() * random.normal()
      return Measurement(tokens: Double(tokens), score: 100 * min(1, max(0, share + error)))
    }
    let real = problem.under(Scenario([.init(score: PolylineCurve(scaled(truth)))]))
    guard let best = real.best() else { return nil }
    guard let series = try? Series(measured),
      let posterior = SmoothingPosterior(of: series, bounds: .init(range: 0...100, isShare: true)),
      let choice = problem.under(
        Scenario([.init(score: PolylineCurve(SmoothLaw(posterior, reach: reach).curve))])
      ).best(), real.isFeasible(choice.tokens, of: 0)
    else { return nil }
    let loss = max(0, best.value - real.objective(at: choice.tokens, of: 0))
    return best.value == 0 ? 0 : min(1, loss / best.value.magnitude)
  }
}

extension Diagnostic.Code {
  /// More measurements than the model has token counts.
  public static let tooFewCandidates = Self("plan.too-few-candidates")
  /// A policy counts scores above guessing, and a plan knows no metric.
  public static let planAboveChance = Self("plan.above-chance")
  /// No candidate satisfies the policy's limits on any curve.
  public static let planInfeasible = Self("plan.nothing-feasible")
}
