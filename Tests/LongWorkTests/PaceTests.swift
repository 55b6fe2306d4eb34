import LongWork
import Synchronization
import Testing

/// Light work asks the watch once in a batch, however its steps are cut.
@Suite struct PaceTests {
  private func asked(
    stoppedAt stop: Int = .max, steps: Int, of size: Int
  ) -> (asked: Int, steps: Int) {
    let asked = Mutex(0)
    var taken = 0
    let watch = Watch(stopWhen: {
      asked.withLock {
        $0 += 1
        return $0 >= stop
      }
    })
    _ = try? watch.run {
      var pace = Pace()
      while taken < steps, pace.goesOn(after: size) { taken += 1 }
      #expect(pace.isStopped == (taken < steps))
    }
    return (asked.withLock { $0 }, taken)
  }

  @Test(arguments: [1, 10, 512, 4096, 100_000])
  func asksOnceInABatch(size: Int) {
    let steps = 1_000_000 / size
    // Once when the work begins, and then once in 4096 elements, or in a step that is longer.
    #expect(asked(steps: steps, of: size).asked == 1 + steps / max(1, (4096 + size - 1) / size))
    #expect(asked(steps: steps, of: size).steps == steps)
  }

  @Test func stopsAndStaysStopped() {
    let found = asked(stoppedAt: 3, steps: 100_000, of: 1)
    #expect(found.asked == 3 && found.steps == 2 * 4096 - 1)
    var pace = Pace()
    // Without a watch there is no end.
    for _ in 0..<3 {
      let goesOn = pace.goesOn(after: .max)
      #expect(goesOn)
    }
  }
}
