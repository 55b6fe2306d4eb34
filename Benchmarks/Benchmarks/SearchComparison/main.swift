// Times the search and prints a JSON line for each problem, for `Benchmarks/peers/compare.py` to set beside
// what other programs need for the same.
import Foundation
import TokenBudget

/// One problem, timed.
struct Timing {
  var fastest = Double.infinity
  var samples: [Double] = []

  var median: Double { samples.sorted()[samples.count / 2] }

  mutating func add(_ nanoseconds: Double) {
    fastest = min(fastest, nanoseconds)
    samples.append(nanoseconds)
  }
}

func nanoseconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9
}

/// The largest resident set so far, in KiB, by Linux' own count; `nil` elsewhere.
func peakKiB() -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
    return nil
  }
  return status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
}

func report(problem: String, name: String, _ timing: Timing, answer: String, memory: Bool = false) {
  var line =
    "{\"problem\": \"\(problem)\", \"name\": \"\(name)\", \"nanoseconds\": \(timing.median), "
    + "\"fastest\": \(timing.fastest), \"answer\": \"\(answer)\", \"ours\": true"
  if memory, let peak = peakKiB() { line += ", \"peak_kib\": \(peak)" }
  print(line + "}")
}

func failure(_ text: String) -> Never {
  FileHandle.standardError.write(Data((text + "\n").utf8))
  exit(1)
}

let clock = ContinuousClock()

/// LLaVA-1.5-7B's cost, as in `optimum.c`.
let llava = TokenPolynomial(
  fixed: 2_900_040_000_000, perToken: 13_125_000_000, perTokenSquared: 524_288)

/// S(n) = 20·(n·(1 + n/n_b))^(β/2), as a regime law whose score at one token is c.
func regime(_ balance: Double) throws -> RegimeLaw {
  try RegimeLaw(values: [20 * pow(1 + 1 / balance, 0.125), 0.25, balance])
}

func single(upTo largest: Int) throws {
  let lattice = try Lattice(.integers(min: 1, max: largest))
  let cost = try RequestCurve(PiecewiseQuadratic(llava), upTo: largest)
  let batch = 64
  var timing = Timing()
  var answer = 0
  for repetition in 0..<400 {
    // Another n_b each time, as in the C program.
    let problems = try (0..<batch).map { index in
      BudgetProblem(
        score: LawCurve(law: try regime(64 + 1e-9 * Double(repetition + index))), cost: cost,
        lattice: lattice, objective: .scorePerFLOP)
    }
    var sum = 0
    let time = clock.measure {
      for problem in problems {
        guard case .optimum(let optimum) = problem.solve() else { failure("no optimum") }
        sum += optimum.tokens
      }
    }
    timing.add(nanoseconds(time) / Double(batch))
    answer = sum / batch
  }
  let size = [1_000: "1e3", 1_000_000: "1e6", 1_000_000_000: "1e9"][largest] ?? "\(largest)"
  report(problem: "optimum-\(size)", name: "Swift, exact", timing, answer: "\(answer)")
}

/// A law and a model under every kind of limit, served on an accelerator.
func limited() throws {
  let policy = """
    kind: policy
    schema: 1
    id: every-limit
    objective: { maximize: score_per_flop }
    limits:
      min_score: 20 percent
      max_flops: 40 TFLOP
      max_latency: 3 s
      max_time_to_first_token: 60 ms
      max_time_per_output_token: 9 ms
      max_memory: 16 GB
      max_context: 3000
      max_encoder_cache: 2500
      max_price: 0.002
      max_energy: 1500 J
    prices: { device_hour: 2.5, million_input: 0.1 }
    serving: { hardware: h100-sxm }
    search: { lattice: { integers: { min: 1, max: 1000000 } } }
    """
  let advisor = try Advisor(
    profile: .load("profiles/scaling/li2025-vqq-textvqa.yaml"),
    cost: .load("profiles/compute/llava-1.5-7b.yaml"),
    hardware: [.load("profiles/hardware/h100-sxm.yaml")])
  let problem = try advisor.problem(under: .parse(policy))
  var timing = Timing()
  var answer = 0
  for _ in 0..<300 {
    let time = clock.measure {
      for _ in 0..<16 {
        guard let best = problem.best() else { failure("nothing satisfies all limits") }
        answer = best.tokens
      }
    }
    timing.add(nanoseconds(time) / 16)
  }
  report(problem: "limits-1e6", name: "Swift, ten limits", timing, answer: "\(answer)")
}

/// The front of 1,000 models of 0.5 to 70 billion parameters x 10,000 counts, as in `front.c`.
func front() throws {
  let lattice = try Lattice(.integers(min: 1, max: 10_000))
  var timing = Timing()
  var answer = ""
  for _ in 0..<15 {
    let time = try clock.measure {
      let designs = try (0..<1000).map { design in
        let size = 0.5e9 * pow(140, Double(design) / 999)
        let parameters = Int128(size.rounded())
        let law = try SaturatingLaw(
          ceiling: 100 * (1 - 0.30 * pow(Double(parameters) / 1e9, -0.077) - 0.10), amplitude: 25,
          exponent: 0.15)
        return Design(
          score: LawCurve(law: law),
          cost: try RequestCurve(
            PiecewiseQuadratic(
              TokenPolynomial(fixed: 100 * parameters, perToken: 2 * parameters)), upTo: 10_000),
          lattice: lattice)
      }
      let front = BudgetProblem(designs: designs, objective: .score).front()
      answer = "\(front.points.count)/\(front.points.reduce(0) { $0 + $1.tokens })"
    }
    timing.add(nanoseconds(time))
  }
  report(problem: "front-1e7", name: "Swift, exact", timing, answer: answer, memory: true)
}

/// A thousand laws that measurements allow, each with its optimum among a million counts; the set that holds
/// most of them, regret and the robust choice.
func draws() throws {
  let lattice = try Lattice(.integers(min: 1, max: 1_000_000))
  let cost = try RequestCurve(PiecewiseQuadratic(llava), upTo: 1_000_000)
  let truth = try RegimeLaw(values: [20, 0.25, 64])
  var random = SplitMix64(seed: 7)
  let measurements = (0..<20).map { index in
    let tokens = pow(2, Double(index) / 2)
    let noise = Double(random.below(2001)) / 1000 - 1
    return Measurement(tokens: tokens, score: truth.score(at: tokens) * exp(0.03 * noise))
  }
  let series = try Series(measurements)
  guard let fit = try LawFit.fit(RegimeLaw.self, to: series),
    let drawn = try ParameterDraws(around: fit, of: series, .init(count: 1000))
  else { failure("no draws") }
  let scenarios = drawn.laws.map { Scenario([.init(score: LawCurve(law: $0))]) }
  let problem = BudgetProblem(
    score: LawCurve(law: fit.law), cost: cost, lattice: lattice, objective: .scorePerFLOP)
  guard let best = problem.best() else { failure("no optimum") }
  var timing = Timing()
  var answer = ""
  for _ in 0..<30 {
    let time = clock.measure {
      let found = problem.uncertainty(over: scenarios, level: 0.9, of: (0, best.index))
      answer = found.indistinguishable
        .map { "\($0.tokens.lowerBound)-\($0.tokens.upperBound)" }.joined(separator: ",")
    }
    timing.add(nanoseconds(time))
  }
  report(
    problem: "draws-1e3-x-1e6", name: "Swift, \(scenarios.count) draws", timing, answer: answer)
}

/// The curve that decides: fitted beside all laws, drawn, and a thousand draws decided on among a million counts.
func curve() throws {
  let points = [
    (1.0, 9.708), (8, 27.886), (16, 34.112), (32, 42.6), (64, 45.802), (128, 49.472),
    (256, 54.396), (384, 53.4), (512, 53.55), (768, 52.998),
  ].map { Measurement(tokens: $0.0, score: $0.1) }
  let series = try Series(points)
  let bounds = ScoreBounds(range: 0...100, isShare: true)
  guard let posterior = SmoothingPosterior(of: series, bounds: bounds) else { failure("no curve") }
  func time(_ problem: String, _ name: String, _ body: () throws -> String) rethrows {
    var timing = Timing()
    var answer = ""
    for _ in 0..<100 { timing.add(nanoseconds(try clock.measure { answer = try body() })) }
    report(problem: problem, name: name, timing, answer: answer)
  }
  try time("laws-10", "Swift, all laws and leave-one-out") {
    try LawComparison(of: series).best?.fit.form.id ?? "none"
  }
  time("curve-10", "Swift, posterior and its mean curve") {
    guard let found = SmoothingPosterior(of: series, bounds: bounds) else { return "none" }
    return String(format: "%.6f", SmoothLaw(found).score(at: 64))
  }
  time("curve-draws-1e3", "Swift, 1,000 draws") {
    "\(posterior.draws(1000, seed: 1).count)"
  }
  // Measured from 1 to a million tokens.
  let wide = try Series(
    points.map { Measurement(tokens: $0.tokens * 1302, score: $0.score) }
      + [Measurement(tokens: 1, score: 5)])
  guard let spread = SmoothingPosterior(of: wide, bounds: bounds) else { failure("no curve") }
  let cost = try RequestCurve(PiecewiseQuadratic(llava), upTo: 1_000_000)
  let problem = BudgetProblem(
    score: SmoothLaw(spread).scoreCurve, cost: cost,
    lattice: try Lattice(.integers(min: 1, max: 999_936)),
    objective: .scorePerFLOP)
  guard let best = problem.best() else { failure("no optimum") }
  time("curve-decision-1e3-x-1e6", "Swift, draws, set, regret and robust choice") {
    let scenarios = spread.draws(1000, seed: 1).map {
      Scenario([.init(score: PolylineLaw($0).scoreCurve)])
    }
    let found = problem.uncertainty(over: scenarios, level: 0.9, of: (0, best.index))
    return found.indistinguishable
      .map { "\($0.tokens.lowerBound)-\($0.tokens.upperBound)" }.joined(separator: ",")
  }
}

// Without arguments everything; with some, what they name.
let asked = Set(CommandLine.arguments.dropFirst())
func isAsked(_ name: String) -> Bool { asked.isEmpty || asked.contains(name) }

do {
  if isAsked("optimum") {
    for largest in [1_000, 1_000_000, 1_000_000_000] { try single(upTo: largest) }
  }
  if isAsked("limits") { try limited() }
  if isAsked("draws") { try draws() }
  if isAsked("front") { try front() }
  if isAsked("curve") { try curve() }
} catch {
  failure("\(error)")
}
