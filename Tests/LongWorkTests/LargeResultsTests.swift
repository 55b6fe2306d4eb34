import LongWork
import Synchronization
import Testing

/// Long passes over large arrays give what short ones give, and end where work is stopped.
@Suite struct LargeResultsTests {
  /// Numbers in no order, some of them twice.
  private let numbers = (0..<50_000).map { $0 &* 7919 % 40_009 }

  /// A watch that is stopped when it is asked for so many a time, and how often it was asked.
  private func asked(stoppedAt stop: Int = .max, _ work: () throws -> Void) -> Int {
    let asked = Mutex(0)
    let watch = Watch(stopWhen: {
      asked.withLock {
        $0 += 1
        return $0 >= stop
      }
    })
    do { try watch.run(work) } catch { #expect(error as? WorkStopped == .asked) }
    return asked.withLock { $0 }
  }

  @Test func sortingIsSorting() throws {
    #expect(Watch.current.sorted(numbers, by: <) == numbers.sorted())
    let looks = asked { #expect(Watch.current.sorted(numbers, by: <) == numbers.sorted()) }
    // Some n·log₂ n comparisons, at least half of them.
    #expect(looks > 50_000 * 15 / 2 / lightBatch)
  }

  @Test func aStoppedSortHasNoResult() {
    let looks = asked(stoppedAt: 5) { #expect(Watch.current.sorted(numbers, by: <) == nil) }
    #expect(looks == 5)
  }

  @Test func mappingIsMapping() {
    #expect(Watch.current.map(numbers) { $0 + 1 } == numbers.map { $0 + 1 })
    let looks = asked { #expect(Watch.current.map(numbers) { $0 + 1 } == numbers.map { $0 + 1 }) }
    #expect(looks == 1 + numbers.count / lightBatch)
  }

  @Test func aStoppedMapEndsAtABatch() {
    let looks = asked(stoppedAt: 3) {
      #expect(Watch.current.map(numbers) { $0 }.count == 2 * lightBatch - 1)
    }
    #expect(looks == 3)
  }

  /// Who owned a large value does not hold it any more, and it is freed.
  @Test func whatIsFreedAsideIsFreed() async {
    final class Piece: Sendable {}
    weak var watched: Piece?
    do {
      let pieces = (0...16 * lightBatch).map { _ in Piece() }
      watched = pieces.first
      freeAside(pieces, count: pieces.count)
    }
    var rounds = 0
    while watched != nil, rounds < 5000 {
      try? await Task.sleep(for: .milliseconds(2))
      rounds += 1
    }
    #expect(watched == nil)
  }
}
