import TokenBudget

/// How a request ended that was stopped.
struct Stop: Sendable {
  /// Why it has no answer; `nil` where it was answered first.
  let reason: String?
  /// How long after it was stopped it ended.
  let took: Duration

  /// ``took``, where it was stopped.
  var lateness: Duration? { reason.map { _ in took } }

  /// In words.
  var told: String { reason.map { "\($0), ended in \(milliseconds(took)) ms" } ?? "answered" }

  /// A client that goes away: its task is cancelled.
  static func cancelled(_ request: LongRequest, _ wait: Duration) async -> Stop {
    let task = Task { try request.answer(nil) }
    try? await Task.sleep(for: wait)
    let clock = ContinuousClock()
    let start = clock.now
    task.cancel()
    return Stop(await task.result, clock.now - start)
  }

  /// A client that waits no longer than so.
  static func late(_ request: LongRequest, _ wait: Duration) async -> Stop {
    let clock = ContinuousClock()
    let deadline = clock.now + wait
    let result = await Task { try request.answer { clock.now >= deadline } }.result
    return Stop(result, clock.now - deadline)
  }

  private init(_ result: Result<String, any Error>, _ took: Duration) {
    self.took = took
    if case .failure(let error) = result { reason = "\(error)" } else { reason = nil }
  }
}
