/// Members of a lattice as ranges of indices: not empty, increasing, without contact.
struct IndexRanges: Equatable {
  private(set) var ranges: [Range<Int>]

  static let none = IndexRanges(ranges: [])

  private init(ranges: [Range<Int>]) { self.ranges = ranges }

  init(_ range: Range<Int>) { ranges = range.isEmpty ? [] : [range] }

  /// Ranges that are increasing and do not overlap; neighbours that touch are joined.
  init(joining pieces: some Sequence<Range<Int>>) {
    ranges = []
    for piece in pieces where !piece.isEmpty {
      if let last = ranges.last, last.upperBound >= piece.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, piece.upperBound)
      } else {
        ranges.append(piece)
      }
    }
  }

  var isEmpty: Bool { ranges.isEmpty }

  var count: Int { ranges.reduce(0) { $0 + $1.count } }

  func intersection(_ other: IndexRanges) -> IndexRanges {
    if ranges.count == 1, other.ranges.count == 1 {
      return IndexRanges(ranges[0].clamped(to: other.ranges[0]))
    }
    var result: [Range<Int>] = []
    var (mine, theirs) = (0, 0)
    while mine < ranges.count, theirs < other.ranges.count {
      let (a, b) = (ranges[mine], other.ranges[theirs])
      let (low, high) = (max(a.lowerBound, b.lowerBound), min(a.upperBound, b.upperBound))
      if low < high { result.append(low..<high) }
      if a.upperBound <= b.upperBound { mine += 1 } else { theirs += 1 }
    }
    return IndexRanges(ranges: result)
  }
}
