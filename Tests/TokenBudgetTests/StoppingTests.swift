import BudgetSearch
import LongWork
import ScalingLaws
import SourceText
import Synchronization
import TestSupport
import Testing
import TokenBudget

/// Every long call can be stopped before any of its batches, and then has no result.
@Suite struct StoppingTests {
  /// Runs some work, and says how often it asked whether to go on; a number of asking from which on it is stopped.
  private func run(
    stoppedAt stop: Int = .max, _ work: () throws -> Void
  ) -> (asked: Int, stopped: WorkStopped?) {
    let asked = Mutex(0)
    let watch = Watch(stopWhen: {
      asked.withLock { asked in
        asked += 1
        return asked >= stop
      }
    })
    do {
      try watch.run(work)
      return (asked.withLock { $0 }, nil)
    } catch {
      return (asked.withLock { $0 }, error as? WorkStopped)
    }
  }

  /// Stops some work at some of its batches: it throws, does not trap, and asks no more once it was told.
  ///
  /// - Returns: How many batches there are.
  @discardableResult
  private func stopsEverywhere(places: Int = 25, _ work: () throws -> Void) -> Int {
    let whole = run(work)
    #expect(whole.stopped == nil)
    for place in 0...places {
      let stop = 1 + (whole.asked - 1) * place / places
      let found = run(stoppedAt: stop, work)
      #expect(
        found.stopped == .asked && found.asked == stop, "stopped at \(stop) of \(whole.asked)")
    }
    return whole.asked
  }

  private func policy(
    _ objective: Objective = .scorePerFLOP, draws: Int, mix: Policy.Mix? = nil,
    _ shape: Lattice.Shape = .integers(min: 1, max: 576)
  ) throws -> Policy {
    var policy = Policy(
      id: "l", objective: objective, candidates: .lattice(try Lattice(shape)))
    policy.risk = Policy.Risk(draws: draws)
    policy.mix = mix
    return policy
  }

  // MARK: Draws

  @Test func adviceWithDraws() throws {
    let advisor = try Repository.advisor()
    let batches = stopsEverywhere {
      _ = try advisor.outcome(under: policy(draws: 1000))
    }
    // No batch is longer than 64 curves drawn or searched.
    #expect(batches >= 2 * 1000 / 64)
    #expect(stopsEverywhere { _ = try advisor.outcome(under: policy(.score, draws: 300)) } > 8)
  }

  @Test(arguments: [1, 2, 40, 200])
  func aMillionDrawsEndAtOnce(stop: Int) throws {
    let advisor = try Repository.advisor()
    let policy = try policy(draws: 1_000_000)
    let found = run(stoppedAt: stop) { _ = try advisor.outcome(under: policy) }
    #expect(found.stopped == .asked && found.asked == stop)
  }

  @Test func aCancelledTaskEnds() async throws {
    let advisor = try Repository.advisor()
    let policy = try policy(draws: 1_000_000)
    let told = Mutex(0)
    let task = Task {
      try Watch(progress: { step in
        // As another task would, when some curves are drawn.
        if step.stage == .drawing, step.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
        if step.stage == .drawing { told.withLock { $0 += 1 } }
      }).run { try advisor.outcome(under: policy) }
    }
    await #expect(throws: WorkStopped.cancelled) { try await task.value }
    // The stage's begin, and the one batch after which it ended.
    #expect(told.withLock { $0 } == 2)
  }

  @Test func drawsOfALaw() throws {
    let advisor = try Repository.advisor(decidedBy: .profile)
    stopsEverywhere { _ = try advisor.outcome(under: policy(draws: 100)) }
    let series = try Series(measurements(12))
    let fit = try #require(try LawFit.fit(LogLinearLaw.self, to: series))
    let batches = stopsEverywhere {
      _ = try #require(try ParameterDraws(around: fit, of: series, .init(count: 500)))
    }
    #expect(batches >= 500 * 12 / 130)
  }

  /// Too many measurements to be fitted for each draw are refused before the first is, with what can be asked for.
  @Test func drawsOfManyMeasurementsAreBounded() throws {
    let points = measurements(3000)
    let advisor = try Advisor(
      profile: ScalingProfile(
        id: "p", metric: .init(name: "M", unit: .percent, range: 0...100), measurements: points,
        law: FittedLaw(try PowerLaw(c: 10, alpha: -0.2), fittedTokens: 1...3000),
        source: Source(cite: "test")),
      cost: ComputeCostModel.load(Repository.path("profiles/compute/llava-1.5-7b.yaml")),
      decidedBy: .profile)
    guard case .advice(let advice) = try advisor.outcome(under: policy(draws: 1000)) else {
      Issue.record("no advice")
      return
    }
    let remark = try #require(
      advice.diagnostics.first { $0.code.name == "advise.uncertainty-unknown" })
    #expect(remark.message.contains("1,000 draws of 3,000 measurements are more than 2,000,000"))
    #expect(remark.message.contains("ask for up to 666 draws"))
  }

  // MARK: Searches

  /// Two benchmarks of which one gains what the other loses.
  private func flat() throws -> (advisor: Advisor, mix: Policy.Mix) {
    let profiles = try [("up", 20.0, 1.0), ("down", 60.0, -1.0)].map { id, a, b in
      ScalingProfile(
        id: id, metric: .init(name: id, unit: .percent, range: 0...100),
        law: FittedLaw(try LogLinearLaw(a: a, b: b), fittedTokens: 1...100_000_000),
        source: Source(cite: "test"))
    }
    let advisor = try Advisor(
      profiles: profiles,
      costs: [ComputeCostModel.load(Repository.path("profiles/compute/llava-1.5-7b.yaml"))])
    let parts = profiles.map { Policy.Mix.Part(profile: $0.id, weight: 1) }
    return (advisor, Policy.Mix(parts, .weightedMean))
  }

  @Test func aFlatObjectiveIsBounded() throws {
    let (advisor, mix) = try flat()
    var policy = try policy(.score, draws: 20, mix: mix, .integers(min: 1, max: 100_000_000))
    policy.risk = nil
    let found = Watch.bounded(branches: 20_000) {
      Result { try advisor.outcome(under: policy) }
    }
    // The bound outside is that of the question within, whose own is too large for a test.
    #expect(found == nil)
    let refused = Mutex<[String]>([])
    _ = Watch.bounded(branches: 20_000) {
      do {
        _ = try advisor.outcome(under: policy)
      } catch let invalid as InvalidDocument {
        refused.withLock { $0 = invalid.diagnostics.map(\.code.name) }
      } catch {}
    }
    #expect(refused.withLock { $0 } == ["advise.search-too-long"])
    stopsEverywhere(places: 5) {
      var shorter = policy
      shorter.candidates = .lattice(try Lattice(.integers(min: 1, max: 4000)))
      _ = try advisor.outcome(under: shorter)
    }
  }

  @Test func frontiers() throws {
    let advisor = try Repository.advisor()
    let long = try policy(draws: 20, .integers(min: 1, max: 15_000))
    stopsEverywhere(places: 10) { _ = try advisor.frontier(under: policy(draws: 20), rows: 100) }
    stopsEverywhere(places: 10) { _ = try advisor.frontier(under: policy(draws: 20)) }
    #expect(throws: (any Error).self) {
      try Watch(stopWhen: { true }).run { try advisor.frontier(under: long) }
    }
  }

  // MARK: Fits

  private func measurements(_ count: Int) -> [Measurement] {
    (1...count).map { n in
      Measurement(
        tokens: Double(n),
        score: 50 - 40 / (1 + 0.1 * Double(n)) + Double((n * 7919) % 13) / 10)
    }
  }

  @Test func comparisonsAndRegimes() throws {
    let series = try Series(measurements(40))
    let batches = stopsEverywhere { _ = try LawComparison(of: series) }
    #expect(batches > 40)
    stopsEverywhere { _ = try LawComparison(of: series, options: FitOptions(huber: 1.345)) }
    stopsEverywhere(places: 4) { _ = try RegimeAnalysis(of: series) }
    let long = try Series(measurements(1500))
    stopsEverywhere(places: 10) {
      _ = try LawFit.fit(SaturatingLaw.self, to: long)
    }
  }

  @Test func fitsOfASeries() throws {
    var table = "tokens,score\n"
    for point in measurements(12) { table += "\(Int(point.tokens)),\(point.score)\n" }
    let source = SourceFile(name: "a.csv", text: table)
    let read = try MeasurementSeries.read(csv: source)
    stopsEverywhere { _ = try ScalingFit(try #require(read.series.first)) }
  }

  /// Of a long series no part goes on without asking: every law, the tests and the curve do so by their measurements.
  @Test func fitsOfALongSeries() throws {
    let series = try Series(measurements(150))
    for scale in [ResidualScale.logScore, .score] {
      let options = FitOptions(scale: scale, chance: 5)
      let fit = { _ = try LawComparison(of: series, options: options) }
      let looks = run(fit).asked
      #expect(looks > 100)
      for share in [0.02, 0.4, 0.9] {
        let stop = max(1, Int(Double(looks) * share))
        let found = run(stoppedAt: stop, fit)
        #expect(found.stopped == .asked && found.asked == stop)
      }
    }
    #expect(run { _ = SmoothingPosterior(of: series, bounds: .init()) }.asked > 5)
    #expect(run { _ = try RegimeAnalysis(of: series, chance: 5) }.asked > 5)
  }

  @Test func tablesAndPools() throws {
    var table = "series,tokens,score\n"
    for name in ["a", "b", "c"] {
      for point in measurements(200) { table += "\(name),\(Int(point.tokens)),\(point.score)\n" }
    }
    let source = SourceFile(name: "a.csv", text: table)
    #expect(run { _ = try MeasurementSeries.read(csv: source) }.asked > 600 / 300)
    let read = try MeasurementSeries.read(csv: source)
    let analyses = try read.series.map {
      try RegimeAnalysis(of: Series($0.points.map(\.measurement)))
    }
    stopsEverywhere(places: 6) { _ = PooledBalance(of: analyses) }
  }

  @Test func plans() throws {
    let cost = try ComputeCostModel.load(Repository.path("profiles/compute/llava-1.5-7b.yaml"))
    let policy = Policy(id: "score-per-flop", objective: .scorePerFLOP)
    // Of a thousand batches the first few: a whole plan takes seconds.
    for stop in [1, 2, 20] {
      let found = run(stoppedAt: stop) { _ = try MeasurementPlan(4, cost: cost, policy: policy) }
      #expect(found.stopped == .asked && found.asked == stop)
    }
  }
}
