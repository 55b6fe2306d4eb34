import TokenBudget

/// What a service asks of the library. Arguments are after how many milliseconds its long requests are stopped.
@main struct ServiceClient {
  static func main() async throws {
    let given = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let waits = (given.isEmpty ? [30, 300, 1500] : given).map { Duration.milliseconds($0) }
    let alone = try Request().answer()
    print("an answer: \(alone.utf8.count) bytes of JSON")
    print(try Request(policy: "kind: policy\nschema: 1\nid: p\nobjectiv: 1\n").answer())

    let both = try await together(Request(), Request())
    print("two at once give the same bytes: \(both.allSatisfy { $0 == alone })")

    let long = Request(draws: 1_000_000)
    for wait in waits { print("cancelled after \(wait):", try await cancelled(long, after: wait)) }
    for wait in waits { print("deadline after \(wait):", try await late(long, after: wait)) }
  }

  /// The answers of two requests at the same time.
  static func together(_ first: Request, _ second: Request) async throws -> [String] {
    try await withThrowingTaskGroup(of: String.self) { group in
      for request in [first, second] { group.addTask { try request.answer() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// A client that goes away: its task is cancelled.
  static func cancelled(_ request: Request, after wait: Duration) async throws -> String {
    let task = Task { try request.answer() }
    try await Task.sleep(for: wait)
    let clock = ContinuousClock()
    let start = clock.now
    task.cancel()
    let result = await task.result
    return told(result, took: clock.now - start)
  }

  /// A client that waits no longer than so.
  static func late(_ request: Request, after wait: Duration) async throws -> String {
    let clock = ContinuousClock()
    let deadline = clock.now + wait
    let result = await Task { try request.answer { clock.now >= deadline } }.result
    return told(result, took: clock.now - deadline)
  }

  static func told(_ result: Result<String, any Error>, took: Duration) -> String {
    let milliseconds = (took / .milliseconds(1) * 10).rounded() / 10
    return switch result {
    case .success: "answered"
    case .failure(let error): "\(error), ended in \(milliseconds) ms"
    }
  }
}
