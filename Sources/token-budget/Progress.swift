import BudgetReports
import TokenBudget

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Says on standard error how far a command is, once it has taken more than a second.
///
/// On a terminal one line is written over and over and removed at the end; elsewhere a line every ten
/// seconds.
struct Progress {
  private let name: String
  private let total: Int
  private let start = ContinuousClock.now
  private var done = 0
  private var last: ContinuousClock.Instant?
  private let isTerminal = isatty(STDERR_FILENO) == 1

  /// This many measurements take about a second.
  private static let manyMeasurements = 100_000

  /// - Parameters:
  ///   - name: What is done.
  ///   - series: What it is done to.
  init(_ name: String, of series: [MeasurementSeries]) {
    self.name = name
    total = series.count
    let count = series.reduce(0) { $0 + $1.points.count }
    guard count > Self.manyMeasurements else { return }
    Terminal.note("\(name): \(count) measurements in \(total) series, some seconds for a million\n")
  }

  /// Says that a policy asks for so many draws that they take a while.
  static func announce(_ policy: Policy) {
    guard let draws = policy.risk?.draws, draws > manyDraws else { return }
    Terminal.note("\(draws) draws, some ten seconds for a hundred thousand\n")
  }

  /// This many draws take about two seconds.
  private static let manyDraws = 20_000

  /// - Parameter name: What is done, in parts of a whole.
  init(_ name: String) {
    self.name = name
    total = 0
  }

  /// One more of the series is done.
  mutating func advance() {
    done += 1
    guard done < total else { return }
    note("\(done) of \(total) series")
  }

  /// So much of the whole is done, from 0 to 1.
  mutating func show(_ part: Double) {
    guard part < 1 else { return }
    note("\(Int(part * 100))%")
  }

  private mutating func note(_ text: String) {
    let now = ContinuousClock.now
    guard now - start > .seconds(1) else { return }
    if let last, now - last < (isTerminal ? .milliseconds(200) : .seconds(10)) { return }
    last = now
    Terminal.note("\(isTerminal ? "\r" : "")\(name): \(text)\(isTerminal ? "" : "\n")")
  }

  /// Removes the line from a terminal.
  func end() {
    if last != nil, isTerminal { Terminal.note("\r\u{1B}[K") }
  }
}
