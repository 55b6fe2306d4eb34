import LongWork
import Synchronization
import Testing

/// A watch stops what runs under it, and nothing unfinished gets out.
@Suite struct WatchTests {
  @Test func workWithoutAReasonToStopIsWhatItIs() throws {
    struct Own: Error {}
    #expect(try Watch().run { 5 } == 5)
    #expect(throws: Own.self) { try Watch().run { throw Own() } }
    #expect(Watch.current == nil)
    try Watch().run { #expect(Watch.current != nil) }
  }

  @Test func aClosureStopsAndStaysSo() throws {
    let asked = Mutex(0)
    let watch = Watch(stopWhen: {
      asked.withLock {
        $0 += 1
        return $0 == 3
      }
    })
    var rounds = 0
    #expect(throws: WorkStopped.asked) {
      try watch.run {
        while Watch.current.goesOn { rounds += 1 }
        // Whatever is made of what is unfinished, and whatever it throws, stays here.
        throw WorkStopped.cancelled
      }
    }
    // Once before the work, then before each round; never again once it has stopped.
    #expect(rounds == 1 && asked.withLock { $0 } == 3)
    #expect(watch.stopped == .asked)
    #expect(throws: WorkStopped.asked) { try watch.run { Issue.record("it ran") } }
    #expect(asked.withLock { $0 } == 3)
  }

  @Test func aWatchWithinAWatchIsStoppedByEither() throws {
    for stopsOuter in [true, false] {
      var rounds = 0
      let inner = Watch(stopWhen: { !stopsOuter })
      let begun = Mutex(false)
      let late = Watch(stopWhen: { stopsOuter && begun.withLock { $0 } })
      #expect(throws: WorkStopped.asked) {
        try (stopsOuter ? late : Watch()).run {
          begun.withLock { $0 = true }
          try (stopsOuter ? Watch() : inner).run {
            while Watch.current.goesOn, rounds < 100 { rounds += 1 }
          }
        }
      }
      #expect(rounds == 0)
    }
  }

  @Test func aCancelledTaskStops() async throws {
    let task = Task {
      try Watch().run { () throws -> Int in
        var rounds = 0
        while Watch.current.goesOn {
          rounds += 1
          // As another task would, and without one that waits for a thread.
          if rounds == 7 { withUnsafeCurrentTask { $0?.cancel() } }
        }
        #expect(rounds == 7)
        return rounds
      }
    }
    await #expect(throws: WorkStopped.cancelled) { try await task.value }
  }

  @Test func progressIsTold() throws {
    let told = Mutex<[WorkProgress]>([])
    try Watch(progress: { step in told.withLock { $0.append(step) } }).run {
      Watch.current.begin(.drawing, of: 4)
      Watch.current.advance(by: 3)
      Watch.current.advance(by: 3)
      Watch.current.begin(.judging, of: 0)
    }
    let steps = told.withLock { $0 }
    #expect(steps.map(\.share) == [0, 0.75, 1, 0])
    #expect(steps.map(\.stage) == [.drawing, .drawing, .drawing, .judging])
    #expect(steps.map(\.done) == [0, 3, 6, 0] && steps.map(\.total) == [4, 4, 4, 1])
  }

  @Test func branchesAreBounded() throws {
    func places(_ most: Int) -> Int? {
      Watch.bounded(branches: most) {
        var places = 0
        while places < 1000, Watch.current.branch(100) { places += 100 }
        return places
      }
    }
    #expect(places(1000) == 1000 && places(950) == nil)
    // The watch outside goes on, and its own reasons to stop count within.
    try Watch().run {
      #expect(places(950) == nil && Watch.current.goesOn)
      #expect(places(1000) == 1000)
    }
    let asked = Mutex(0)
    #expect(throws: WorkStopped.asked) {
      try Watch(stopWhen: {
        asked.withLock {
          $0 += 1; return $0 > 4
        }
      }).run {
        #expect(places(1000) == 300)
      }
    }
  }
}
