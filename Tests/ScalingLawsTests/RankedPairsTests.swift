import LongWork
import SeededRandom
import Testing

@testable import ScalingLaws

/// Pairs counted by merging are those that one counts one by one.
@Suite struct RankedPairsTests {
  @Test(arguments: 1...60)
  func pairsAreThoseOfTheDefinition(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let count = Int.random(in: 1...90, using: &random)
    // Few values, so that many are equal.
    let most = Int.random(in: 1...(2 * count), using: &random)
    let x = (0..<count).map { _ in Double(Int.random(in: 0...most, using: &random)) }
    let y = (0..<count).map { _ in Double(Int.random(in: 0...most, using: &random)) / 2 - 3 }
    var (rising, falling, comparable) = (0, 0, 0)
    for i in x.indices {
      for j in 0..<i where x[i] != x[j] {
        comparable += 1
        if y[i] != y[j] {
          if (x[i] < x[j]) == (y[i] < y[j]) { rising += 1 } else { falling += 1 }
        }
      }
    }
    let found = try #require(RankedPairs(x, y))
    #expect(found.rising == rising && found.falling == falling)
    #expect(found.comparable == comparable)
    #expect(found.groups == Set(x).sorted().map { value in x.count { $0 == value } })
  }

  @Test func aStoppedCountHasNoResult() throws {
    let x = (0..<5000).map { Double($0 * 7919 % 5003) }
    let counted = try #require(RankedPairs(x, x))
    #expect(counted.falling == 0 && counted.rising == 5000 * 4999 / 2)
    #expect(throws: WorkStopped.asked) {
      try Watch(stopWhen: { true }).run { RankedPairs(x, x) }
    }
  }

  /// The cube of two million measurements passes what a whole number holds, and trapped.
  @Test func theVarianceOfMillionsIsANumber() {
    let groups = [1_000_000, 1_000_000]
    // Of two groups of g: g² (2g + 1) / 3.
    let variance = 1e12 * 2_000_001 / 3
    #expect((TrendTest.orderVariance(groups) / variance - 1).magnitude < 1e-12)
    #expect(TrendTest.orderVariance([1, 1, 1]) == 66.0 / 18)
  }
}
