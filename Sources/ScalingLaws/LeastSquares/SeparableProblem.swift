/// The non-linear coordinates of a curve, up to three; unused ones are 0.
typealias Coordinates = SIMD4<Double>

/// A least-squares problem y ≈ β₁ + β₂ · m(θ), or a part of that, with up to three non-linear
/// coordinates θ.
///
/// For every θ the best β is known in closed form, so only θ is searched (variable projection): over
/// a grid that spans everything θ can be, then from each of the grid's lowest valleys to its bottom.
///
/// - Source: Golub and Pereyra, SIAM J. Numer. Anal. 10(2), 1973, doi:10.1137/0710036.
struct SeparableProblem {
  /// One coordinate's values, increasing; the ends are its bounds.
  struct Axis {
    var grid: [Double]
    var lower: Double { grid[0] }
    var upper: Double { grid[grid.count - 1] }
  }

  /// What is linear.
  enum LinearPart {
    /// y ≈ m(θ)
    case none
    /// y ≈ β₁ + m(θ)
    case level
    /// y ≈ base + β₂ · m(θ) with β₂ ≥ 0
    case scale(base: Double)
    /// y ≈ β₁ + β₂ · m(θ); either may have to be at least 0
    case line(isLevelNonNegative: Bool, isSlopeNonNegative: Bool)
  }

  /// What is linear.
  var linear: LinearPart
  /// The least and the largest value of each coordinate; empty where m has none.
  var bounds: [ClosedRange<Double>] = []
  /// The grid: rows of points, in each of which only the last coordinate of the grid changes, and
  /// grows.
  var rows: [[Coordinates]] = [[.zero]]
  /// The coordinate that changes along a row.
  var along = 0
  /// How far two points of neighbouring rows lie from each other, in the unit of steps along a row; `nil`
  /// for the difference of the coordinate that changes.
  var distance: ((Coordinates, Coordinates) -> Double)?
  /// Brings a point back to where m is defined, beyond what the bounds do; `nil` where they do it all.
  var project: ((Coordinates) -> Coordinates)?
  /// Writes m(θ) for each observation, then ∂m/∂θ for each, coordinate after coordinate.
  var fill: (Coordinates, UnsafeMutableBufferPointer<Double>) -> Void
}

extension SeparableProblem {
  /// One coordinate.
  init(
    _ linear: LinearPart, over axis: Axis,
    fill: @escaping (Coordinates, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.init(
      linear: linear, bounds: [axis.lower...axis.upper],
      rows: [axis.grid.map { Coordinates($0, 0, 0, 0) }], fill: fill)
  }

  /// Two coordinates, each pair of whose values is a point of the grid.
  init(
    _ linear: LinearPart, over first: Axis, _ second: Axis,
    fill: @escaping (Coordinates, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.init(
      linear: linear, bounds: [first.lower...first.upper, second.lower...second.upper],
      rows: first.grid.map { a in second.grid.map { Coordinates(a, $0, 0, 0) } }, along: 1,
      fill: fill)
  }
}

/// Where a search for θ ended.
struct SeparableFit {
  /// The non-linear coordinates.
  var theta: Coordinates
  /// β₁ and β₂; 0 and 1 where they are not free.
  var linear: SIMD2<Double>
  /// The weighted residual sum of squares.
  var rss: Double
  /// Whether a coordinate ended at a bound, or a coefficient at 0 where it may not be negative.
  var isAtBound: Bool
}
