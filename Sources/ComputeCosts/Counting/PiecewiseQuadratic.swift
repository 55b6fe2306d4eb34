/// A count as an exact function of n that is a quadratic between breakpoints: where a processor
/// adds a tile, or where a window of attention fills.
public struct PiecewiseQuadratic: Sendable, Equatable {
  /// The first n of each piece, increasing, the first of them 0.
  public let starts: [Int]
  /// The pieces; each holds up to the next one's start.
  public let polynomials: [TokenPolynomial]

  /// One polynomial for every n.
  public init(_ polynomial: TokenPolynomial) {
    starts = [0]
    polynomials = [polynomial]
  }

  /// The same count for every n.
  init(fixed: Int128) { self.init(TokenPolynomial(fixed: fixed)) }

  /// Pieces by their first n, increasing, the first of them 0; neighbours that are equal are
  /// joined.
  init(_ pieces: [(start: Int, polynomial: TokenPolynomial)]) {
    precondition(pieces.first?.start == 0, "pieces must begin at 0")
    var starts: [Int] = []
    var polynomials: [TokenPolynomial] = []
    for piece in pieces where polynomials.last != piece.polynomial {
      precondition(starts.last.map { $0 < piece.start } ?? true, "pieces in order")
      starts.append(piece.start)
      polynomials.append(piece.polynomial)
    }
    self.starts = starts
    self.polynomials = polynomials
  }

  /// The piece that n tokens lie on.
  ///
  /// - Complexity: O(log pieces).
  func piece(at tokens: Int) -> TokenPolynomial { polynomials[index(of: tokens)] }

  /// The index of the piece that n tokens lie on.
  package func index(of tokens: Int) -> Int {
    if starts.count == 1 { return 0 }
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= tokens { low = middle } else { high = middle }
    }
    return low
  }

  /// The count at n tokens.
  ///
  /// - Throws: ``CountOverflow`` past 1.7e38.
  /// - Complexity: O(log pieces).
  public func value(at tokens: Int) throws(CountOverflow) -> Int128 {
    try piece(at: tokens).value(at: tokens)
  }

  /// The sum of two functions.
  func plus(_ other: PiecewiseQuadratic) throws(CountOverflow) -> PiecewiseQuadratic {
    var pieces: [(start: Int, polynomial: TokenPolynomial)] = []
    pieces.reserveCapacity(starts.count + other.starts.count)
    var (mine, theirs) = (0, 0)
    while true {
      pieces.append(
        (
          max(starts[mine], other.starts[theirs]),
          try polynomials[mine].plus(other.polynomials[theirs])
        ))
      let next = mine + 1 < starts.count ? starts[mine + 1] : Int.max
      let otherNext = theirs + 1 < other.starts.count ? other.starts[theirs + 1] : Int.max
      if next == Int.max, otherNext == Int.max { return PiecewiseQuadratic(pieces) }
      if next <= otherNext { mine += 1 }
      if otherNext <= next { theirs += 1 }
    }
  }

  /// Every piece times a factor.
  func times(_ factor: Int128) throws(CountOverflow) -> PiecewiseQuadratic {
    var pieces: [(start: Int, polynomial: TokenPolynomial)] = []
    for (start, polynomial) in zip(starts, polynomials) {
      pieces.append((start, try polynomial.times(factor)))
    }
    return PiecewiseQuadratic(pieces)
  }

  /// The function of n whose value is this one's at a prompt of slope · n + offset positions.
  func composed(slope: Int, offset: Int) throws(CountOverflow) -> PiecewiseQuadratic {
    guard slope > 0 else { return PiecewiseQuadratic(fixed: try value(at: offset)) }
    var pieces: [(start: Int, polynomial: TokenPolynomial)] = []
    for (index, polynomial) in polynomials.enumerated() {
      // The first n whose prompt reaches this piece, and whether it has left it by then.
      let first = max(0, (starts[index] - offset + slope - 1) / slope)
      let next =
        index + 1 < starts.count ? max(0, (starts[index + 1] - offset + slope - 1) / slope) : nil
      guard next.map({ first < $0 }) ?? true else { continue }
      pieces.append(
        (first, try polynomial.composed(slope: Int128(slope), offset: Int128(offset))))
    }
    return PiecewiseQuadratic(pieces)
  }
}
