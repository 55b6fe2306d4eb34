import BudgetReports
import LongWork
import Synchronization
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
final class Progress: Sendable {
  private let name: String
  private let total: Int
  private let start = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())

  private struct State {
    /// Series that are done.
    var done = 0
    var last: ContinuousClock.Instant?
  }

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

  /// - Parameter name: What is done, in stages.
  init(_ name: String) {
    self.name = name
    total = 0
  }

  /// What some work makes, its stages shown.
  ///
  /// - Throws: What the work throws.
  func showing<Value>(_ work: () throws -> Value) throws -> Value {
    defer { if total == 0 { end() } }
    return try Watch(progress: { self.show($0) }).run(work)
  }

  private func show(_ progress: WorkProgress) {
    let series = state.withLock { $0.done }
    let part = "\(progress.stage.words) \(Int(progress.share * 100))%"
    note(total > 1 ? "\(series) of \(total) series, \(part)" : part)
  }

  /// One more of the series is done.
  func advance() {
    let done = state.withLock { state in
      state.done += 1
      return state.done
    }
    guard done < total else { return }
    note("\(done) of \(total) series")
  }

  private func note(_ text: @autoclosure () -> String) {
    let now = ContinuousClock.now
    guard now - start > .seconds(1) else { return }
    let isDue = state.withLock { state in
      // Elsewhere than on a terminal a line is no use to those who wait for a second.
      guard now - (state.last ?? start) > (isTerminal ? .milliseconds(200) : .seconds(10)) else {
        return false
      }
      state.last = now
      return true
    }
    guard isDue else { return }
    Terminal.note(
      "\(isTerminal ? "\r" : "")\(name): \(text())\(isTerminal ? "\u{1B}[K" : "\n")")
  }

  /// Removes the line from a terminal.
  func end() {
    if state.withLock({ $0.last }) != nil, isTerminal { Terminal.note("\r\u{1B}[K") }
  }
}

extension WorkProgress.Stage {
  /// What is done, in words.
  fileprivate var words: String {
    switch self {
    case .drawing: "drawing curves"
    case .searching: "searching the best of each"
    case .judging: "judging candidates"
    case .fitting: "fitting laws"
    case .listing: "listing the front"
    case .planning: "trying plans"
    case .testing: "testing for regimes"
    }
  }
}
