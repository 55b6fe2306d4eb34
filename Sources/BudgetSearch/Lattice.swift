import RealModule

/// The token counts that a model can really run, in increasing order.
///
/// Members are found by index in O(1) and never stored, except for an explicit list.
public struct Lattice: Sendable, Equatable {
  /// How the members are given.
  public enum Shape: Sendable, Equatable {
    /// Every integer from `min` to `max`.
    case integers(min: Int, max: Int)
    /// Every square k² with k ≥ 1 up to `max`.
    case squares(max: Int)
    /// Every multiple of `of`, from `of` to `max`.
    case multiples(of: Int, max: Int)
    /// The members themselves, in any order.
    case list([Int])
  }

  /// Why a shape is no lattice.
  public enum Invalid: Error, Sendable, Equatable {
    /// No token count satisfies it.
    case empty
    /// It names a token count or a step below 1.
    case notPositive(Int)
  }

  /// How the members are given; a list is sorted and free of repetitions.
  public let shape: Shape

  /// How many of the shape's first members are none of the lattice's: squares and multiples that begin later.
  private let skipped: Int

  /// The number of members, at least 1.
  public let count: Int

  /// A lattice of this shape.
  ///
  /// - Throws: ``Invalid`` when it would be empty or hold a count below 1.
  /// - Complexity: O(1); for a list of m O(m) where it is in order, else O(m log m).
  public init(_ shape: Shape) throws(Invalid) {
    skipped = 0
    switch shape {
    case .integers(let min, let max):
      guard min >= 1 else { throw .notPositive(min) }
      count = max >= min ? max - min + 1 : 0
      self.shape = shape
    case .squares(let max):
      count = max >= 1 ? Self.integerSquareRoot(max) : 0
      self.shape = shape
    case .multiples(let step, let max):
      guard step >= 1 else { throw .notPositive(step) }
      count = max >= 1 ? max / step : 0
      self.shape = shape
    case .list(let members):
      let distinct = Self.increasing(members)
      if let smallest = distinct.first, smallest < 1 { throw .notPositive(smallest) }
      count = distinct.count
      self.shape = .list(distinct)
    }
    guard count > 0 else { throw .empty }
  }

  /// The members in order, each once.
  private static func increasing(_ members: [Int]) -> [Int] {
    let isInOrder = members.withUnsafeBufferPointer { members in
      var place = 1
      while place < members.count {
        if members[place] <= members[place - 1] { return false }
        place += 1
      }
      return true
    }
    if isInOrder { return members }
    var distinct: [Int] = []
    for member in members.sorted() where distinct.last != member { distinct.append(member) }
    return distinct
  }

  /// The member at an index from 0 to `count - 1`.
  public subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count, "index \(index) leaves 0..<\(count)")
    return switch shape {
    case .integers(let min, _): min + index
    case .squares: (skipped + index + 1) * (skipped + index + 1)
    case .multiples(let step, _): step * (skipped + index + 1)
    case .list(let members): members[index]
    }
  }

  private init(shape: Shape, skipped: Int, count: Int) {
    self.shape = shape
    self.skipped = skipped
    self.count = count
  }

  /// The indices of the members within a range of token counts; empty where there are none.
  ///
  /// - Complexity: O(log count).
  public func indices(within tokens: ClosedRange<Double>) -> Range<Int> {
    let first = firstIndex(atLeast: tokens.lowerBound)
    let end = partitionPoint(in: first..<count) { Double(self[$0]) > tokens.upperBound }
    return first..<end
  }

  /// The lattice of some neighbouring members.
  ///
  /// - Parameter part: Their indices, at least one.
  /// - Complexity: O(1); for a list as many steps as members.
  public subscript(part: Range<Int>) -> Lattice {
    precondition(
      !part.isEmpty && part.lowerBound >= 0 && part.upperBound <= count,
      "indices \(part) leave 0..<\(count)")
    let shape: Shape =
      switch shape {
      case .integers: .integers(min: self[part.lowerBound], max: self[part.upperBound - 1])
      case .squares: .squares(max: self[part.upperBound - 1])
      case .multiples(let step, _): .multiples(of: step, max: self[part.upperBound - 1])
      case .list(let members): .list(Array(members[part]))
      }
    let isOffset =
      switch shape {
      case .squares, .multiples: true
      case .integers, .list: false
      }
    return Lattice(
      shape: shape, skipped: isOffset ? skipped + part.lowerBound : 0, count: part.count)
  }

  /// The index of the first member that is at least `tokens`; `count` when all are smaller.
  ///
  /// - Complexity: O(log count).
  public func firstIndex(atLeast tokens: Double) -> Int {
    partitionPoint(in: 0..<count) { Double(self[$0]) >= tokens }
  }

  /// Indices of about so many members, evenly spread in ln n, the ends among them; all where they are few.
  public func spread(_ rows: Int) -> [Int] {
    spread(rows, from: 0, through: count - 1)
  }

  /// Indices between two others, evenly spread in ln n.
  func spread(_ rows: Int, from low: Int, through high: Int) -> [Int] {
    if high - low < rows { return Array(low...high) }
    let (first, last) = (Double(self[low]), Double(self[high]))
    var indices: Set<Int> = [low, high]
    for row in 1..<(rows - 1) {
      let target = first * Double.pow(last / first, Double(row) / Double(rows - 1))
      indices.insert(min(high, max(low, firstIndex(atLeast: target.rounded()))))
    }
    return indices.sorted()
  }

  /// ⌊√value⌋, exact for every `Int`.
  private static func integerSquareRoot(_ value: Int) -> Int {
    var root = Int(Double(value).squareRoot())
    while root.multipliedReportingOverflow(by: root).overflow || root * root > value { root -= 1 }
    while true {
      let (square, overflow) = (root + 1).multipliedReportingOverflow(by: root + 1)
      if overflow || square > value { return root }
      root += 1
    }
  }
}
