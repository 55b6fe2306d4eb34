import Synchronization

/// Watches over a long call: whether it should go on, and how far it is.
///
/// Every long call of the library asks the watch that it runs under before each batch of work, some hundred
/// microseconds apart. It stops when the `Task` that it runs in is cancelled, or when a closure says so: a deadline, a
/// closed connection, a button. Once stopped a watch stays so: loops end where they are, and ``run(_:)`` throws
/// ``WorkStopped`` in place of what is unfinished. Without a watch a call runs to its end.
///
/// ```swift
/// let deadline = ContinuousClock.now + .seconds(2)
/// let watch = Watch(stopWhen: { ContinuousClock.now > deadline }) { print($0.stage, $0.share) }
/// let outcome = try watch.run { try advisor.outcome(under: policy) }
/// ```
public final class Watch: Sendable {
  private let stopWhen: (@Sendable () -> WorkStopped?)
  private let progress: (@Sendable (WorkProgress) -> Void)?
  private let state: Mutex<State>
  /// The watch around this one, which counts its candidates too.
  private let outer: Watch?

  private struct State {
    var stopped: WorkStopped?
    var current: WorkProgress?
    /// Candidates that searches without known pieces may still look at.
    var branches: Int
  }

  /// The watch that work runs under; `nil` without one.
  @TaskLocal package static var current: Watch?

  /// A watch over one call or several, one after another.
  ///
  /// - Parameters:
  ///   - stopWhen: Asked before each batch: whether to stop. It should take microseconds.
  ///   - progress: Told after each batch how far the call is, some ten thousand times a second.
  public convenience init(
    stopWhen: (@Sendable () -> Bool)? = nil, progress: (@Sendable (WorkProgress) -> Void)? = nil
  ) {
    self.init(branches: .max, within: nil, progress: progress) {
      Task.isCancelled ? .cancelled : stopWhen?() == true ? .asked : nil
    }
  }

  private init(
    branches: Int, within outer: Watch?, progress: (@Sendable (WorkProgress) -> Void)?,
    stopWhen: @escaping @Sendable () -> WorkStopped?
  ) {
    self.outer = outer
    self.stopWhen = stopWhen
    self.progress = progress
    state = Mutex(State(branches: branches))
  }

  /// What some work makes, under this watch.
  ///
  /// - Throws: ``WorkStopped`` where the watch was stopped, whatever the work made or threw of what was unfinished;
  ///   else what the work throws.
  public func run<Value>(_ work: () throws -> Value) throws -> Value {
    guard goesOn() else { throw stopped ?? .cancelled }
    let watch = Watch.current.map { nested(in: $0) } ?? self
    let result = Result { try Watch.$current.withValue(watch) { try work() } }
    if let stopped = watch.stopped { throw stopped }
    return try result.get()
  }

  /// This watch in one that is already there: either stops the work.
  private func nested(in outer: Watch) -> Watch {
    Watch(branches: .max, within: outer, progress: progress ?? outer.progress) {
      for watch in [self, outer] where !watch.goesOn() { return watch.stopped ?? .cancelled }
      return nil
    }
  }

  /// What some work makes that may look at so many candidates without known pieces.
  ///
  /// - Returns: `nil` where it needs more. Where the watch that this runs under was stopped, what is unfinished is
  ///   returned, and ``run(_:)`` sees to it that it goes no further.
  package static func bounded<Value>(
    branches: Int, _ work: () throws -> Value
  ) rethrows -> Value? {
    let outer = current
    let inner = Watch(branches: branches, within: outer, progress: outer?.progress) {
      outer?.goesOn() == false ? outer?.stopped ?? .cancelled : nil
    }
    let value = try Watch.$current.withValue(inner) { try work() }
    return inner.stopped == .tooManyBranches ? nil : value
  }

  /// Why the watch was stopped; `nil` while work goes on.
  public var stopped: WorkStopped? { state.withLock { $0.stopped } }

  /// Whether work should go on: asks the task and the closure.
  ///
  /// - Complexity: O(1), some 30 ns and what the closure takes.
  @usableFromInline package func goesOn() -> Bool {
    if stopped != nil { return false }
    guard let reason = stopWhen() else { return true }
    state.withLock { $0.stopped = $0.stopped ?? reason }
    return false
  }

  /// Counts candidates that a search without known pieces looks at.
  ///
  /// - Returns: Whether work should go on.
  package func branch(_ count: Int) -> Bool {
    charge(count)
    return goesOn()
  }

  private func charge(_ count: Int) {
    state.withLock {
      $0.branches -= count
      if $0.branches < 0 { $0.stopped = $0.stopped ?? .tooManyBranches }
    }
    outer?.charge(count)
  }

  /// A stage begins.
  package func begin(_ stage: WorkProgress.Stage, of total: Int) {
    tell(WorkProgress(stage: stage, done: 0, total: total))
  }

  /// More of the stage is done.
  ///
  /// - Returns: Whether work should go on.
  @discardableResult
  package func advance(by count: Int = 1) -> Bool {
    guard progress != nil else { return goesOn() }
    let next = state.withLock { state -> WorkProgress? in
      state.current?.done += count
      return state.current
    }
    if let next { tell(next) }
    return goesOn()
  }

  private func tell(_ now: WorkProgress) {
    state.withLock { $0.current = now }
    progress?(now)
  }
}

/// How far a long call is.
public struct WorkProgress: Sendable, Equatable {
  /// What a call does; a call may go through several, and through one more than once.
  public enum Stage: String, Sendable, CaseIterable {
    /// Curves or laws that the measurements allow are drawn.
    case drawing
    /// The best candidate of each draw is searched.
    case searching
    /// Candidates are judged over all draws.
    case judging
    /// Laws are fitted.
    case fitting
    /// A front is listed.
    case listing
    /// Plans of measurements are tried.
    case planning
    /// Series are tested for regimes.
    case testing
  }

  /// What is done.
  public let stage: Stage
  /// How much of it is done.
  public internal(set) var done: Int
  /// How much there is, in the same parts; at least 1.
  public let total: Int

  init(stage: Stage, done: Int, total: Int) {
    self.stage = stage
    self.done = done
    self.total = max(1, total)
  }

  /// The part that is done, from 0 to 1.
  public var share: Double { min(1, Double(done) / Double(total)) }
}

/// Why a long call has no result.
public enum WorkStopped: Error, Sendable, Equatable {
  /// The task that it ran in was cancelled.
  case cancelled
  /// The watch's closure asked for it.
  case asked
  /// Searches without known pieces looked at more candidates than one answer may.
  case tooManyBranches
}

extension Watch? {
  /// Whether work without a watch, or under this one, should go on.
  @inlinable package var goesOn: Bool {
    switch self {
    case .none: true
    case .some(let watch): watch.goesOn()
    }
  }

  /// Counts candidates of a search; see ``Watch/branch(_:)``.
  package func branch(_ count: Int) -> Bool { self?.branch(count) ?? true }

  /// A stage begins.
  package func begin(_ stage: WorkProgress.Stage, of total: Int) { self?.begin(stage, of: total) }

  /// More of a stage is done; see ``Watch/advance(by:)``.
  @discardableResult
  package func advance(by count: Int = 1) -> Bool { self?.advance(by: count) ?? true }
}
