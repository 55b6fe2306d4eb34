import TokenBudget

/// What a service asks of the library.
///
///     ServiceClient [MILLISECONDS …] [moments COUNT]
///
/// Its request with a million draws is stopped after so many milliseconds; each of its other long requests runs to its
/// end once and is then stopped at so many moments, evenly over that time.
@main struct ServiceClient {
  static func main() async throws {
    let words = CommandLine.arguments.dropFirst()
    let given = words.prefix { $0 != "moments" }.compactMap { Int($0) }
    let waits = (given.isEmpty ? [30, 300, 1500] : given).map { Duration.milliseconds($0) }
    let moments = words.drop { $0 != "moments" }.dropFirst().first.flatMap { Int($0) } ?? 4

    let alone = try Request().answer()
    print("an answer: \(alone.utf8.count) bytes of JSON")
    print(try Request(policy: "kind: policy\nschema: 1\nid: p\nobjectiv: 1\n").answer())

    let both = try await together(Request(), Request())
    print("two at once give the same bytes: \(both.allSatisfy { $0 == alone })")

    let long = LongRequest.millionDraws
    for wait in waits { print("cancelled after \(wait):", await Stop.cancelled(long, wait).told) }
    for wait in waits { print("deadline after \(wait):", await Stop.late(long, wait).told) }
    for request in LongRequest.all { try await stopEvenly(request, moments) }
  }

  /// The answers of two requests at the same time.
  static func together(_ first: Request, _ second: Request) async throws -> [String] {
    try await withThrowingTaskGroup(of: String.self) { group in
      for request in [first, second] { group.addTask { try request.answer() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Runs a request to its end, and then stops it at moments evenly over the time that this took, by cancelling
  /// and by deadline in turn.
  static func stopEvenly(_ request: LongRequest, _ moments: Int) async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let bytes = try request.answer(nil).utf8.count
    let whole = clock.now - start
    var stops: [Stop] = []
    for moment in 0..<moments {
      let wait = whole * (Double(moment) + 0.5) / Double(moments)
      stops.append(
        moment % 2 == 0 ? await Stop.late(request, wait) : await Stop.cancelled(request, wait))
    }
    let ended = stops.compactMap(\.lateness)
    print(
      "\(request.name): \(bytes) bytes in \(milliseconds(whole)) ms; stopped at \(ended.count) of \(moments) moments, "
        + "ended within \(ended.max().map(milliseconds) ?? 0) ms")
  }
}

/// A duration in milliseconds, one decimal.
func milliseconds(_ duration: Duration) -> Double {
  (duration / .milliseconds(1) * 10).rounded() / 10
}
