/// A least-squares problem that is linear in up to two of its parameters and non-linear in up to two
/// others: y ≈ offset(θ) + β₁ · first(θ) + β₂ · second(θ).
///
/// For every θ the best β is known in closed form, so only θ is searched (variable projection): over
/// a grid that spans everything θ can be, then from each of the grid's lowest valleys to its bottom.
///
/// - Source: Golub and Pereyra, SIAM J. Numer. Anal. 10(2), 1973, doi:10.1137/0710036.
struct SeparableProblem {
  /// One non-linear coordinate: the grid to begin with, whose ends are its bounds.
  struct Axis {
    var grid: [Double]
    var lower: Double { grid[0] }
    var upper: Double { grid[grid.count - 1] }
  }

  /// The non-linear coordinates, at most two.
  var axes: [Axis]
  /// Whether there is a second column.
  var hasSecond: Bool
  /// Whether the grid's second coordinate is only a start: each row is followed to its own lowest
  /// point, for valleys that run between the grid's points.
  var isProfiled = false
  /// Whether β₁ may not be negative, and β₂.
  var isNonNegative: (first: Bool, second: Bool) = (false, false)
  /// The offset and the columns at θ, one value for each observation.
  var fill: (SIMD2<Double>, inout Basis) -> Void
}

/// The offset and the columns of a separable problem at one θ, and what is left of y.
struct Basis {
  var offset: [Double]
  var first: [Double]
  var second: [Double]
  var residual: [Double]

  init(count: Int) {
    offset = Array(repeating: 0, count: count)
    first = Array(repeating: 1, count: count)
    second = Array(repeating: 0, count: count)
    residual = offset
  }
}

/// Where a search for θ ended.
struct SeparableFit {
  /// The non-linear coordinates; unused ones are 0.
  var theta: SIMD2<Double>
  /// The linear coefficients β₁ and β₂.
  var linear: SIMD2<Double>
  /// The weighted residual sum of squares.
  var rss: Double
  /// Whether each coordinate of θ ended at a bound.
  var isAtBound: (Bool, Bool)
  /// Whether each coefficient ended at 0 where it may not be negative.
  var isClamped: (first: Bool, second: Bool)
  /// How many θ were evaluated.
  var evaluations: Int
}

/// Solves one separable problem for any y on the same design.
struct SeparableSolver {
  let problem: SeparableProblem
  /// How much each observation counts; may change between solutions, and may be 0.
  var weights: [Double]
  private var basis: Basis
  private var plus: [Double]
  private var slopes: [[Double]]
  private var evaluations = 0
  /// The offset and columns of the grid's points, one point after the other: no y changes them.
  private var nodes: [Double] = []

  init(_ problem: SeparableProblem, weights: [Double]) {
    self.problem = problem
    self.weights = weights
    basis = Basis(count: weights.count)
    plus = basis.offset
    slopes = [basis.offset, basis.offset]
  }

  /// How far a search goes.
  enum Effort {
    /// The optimum that is reported: six valleys, to the last digits.
    case full
    /// One of many optima, of which only the spread is reported: two valleys, to some six digits.
    case brief

    var valleys: Int { self == .full ? 6 : 2 }
    var tolerance: Double { self == .full ? 1e-15 : 1e-11 }
  }

  /// The global optimum for y, as far as the grid tells valleys apart.
  ///
  /// - Complexity: O(grid · m) and some ten steps of O(m) for each valley.
  mutating func solve(_ y: [Double], _ effort: Effort = .full) -> SeparableFit {
    evaluations = 0
    guard let first = problem.axes.first else {
      return finished(SIMD2(0, 0), y)
    }
    let second = problem.axes.count > 1 ? problem.axes[1].grid : [0]
    let sums = gridSums(first.grid, second, y)
    var starts: [(rss: Double, index: Int, theta: SIMD2<Double>)] = []
    let columns = second.count
    for row in first.grid.indices {
      for column in second.indices {
        let value = sums[row * columns + column]
        var isLowest = value.isFinite
        for i in max(0, row - 1)...min(first.grid.count - 1, row + 1) where isLowest {
          for j in max(0, column - 1)...min(columns - 1, column + 1)
          where sums[i * columns + j] < value { isLowest = false }
        }
        if isLowest {
          starts.append((value, starts.count, SIMD2(first.grid[row], second[column])))
        }
      }
    }
    if problem.isProfiled { starts += profileValleys(first.grid, second, sums, y, starts.count) }
    starts.sort { ($0.rss, $0.index) < ($1.rss, $1.index) }
    return best(
      from: starts.prefix(effort.valleys)
        .filter { effort == .full || $0.rss <= 1.3 * starts[0].rss }.map { $0.theta }, y,
      tolerance: effort.tolerance)
  }

  /// The valleys of the lowest points of all rows, each row followed along its second coordinate.
  private mutating func profileValleys(
    _ first: [Double], _ second: [Double], _ sums: [Double], _ y: [Double], _ count: Int
  ) -> [(rss: Double, index: Int, theta: SIMD2<Double>)] {
    let columns = second.count
    let lowest = first.indices.map { row -> (theta: SIMD2<Double>, rss: Double) in
      let cells = (0..<columns).map { sums[row * columns + $0] }
      let best = cells.indices.reduce(0) { cells[$1] < cells[$0] ? $1 : $0 }
      // Golden sections between the neighbours of the row's lowest point.
      var (low, high) = (second[max(0, best - 1)], second[min(columns - 1, best + 1)])
      var point = (theta: SIMD2(first[row], second[best]), rss: cells[best])
      let ratio = (5.0.squareRoot() - 1) / 2
      for _ in 0..<20 {
        let inner = [high - ratio * (high - low), low + ratio * (high - low)]
        let values = inner.map { evaluate(SIMD2(first[row], $0), y).rss }
        for (place, value) in zip(inner, values) where value < point.rss {
          point = (SIMD2(first[row], place), value)
        }
        if values[0] <= values[1] { high = inner[1] } else { low = inner[0] }
      }
      return point
    }
    return lowest.indices.filter { row in
      (row == 0 || lowest[row].rss <= lowest[row - 1].rss)
        && (row == lowest.count - 1 || lowest[row].rss <= lowest[row + 1].rss)
        && lowest[row].rss.isFinite
    }.map { (lowest[$0].rss, count + $0, lowest[$0].theta) }
  }

  /// How many numbers the cache of grid points may hold.
  private static var cacheSize: Int { 1 << 18 }

  /// The residual sum of squares at every point of the grid.
  private mutating func gridSums(
    _ first: [Double], _ second: [Double], _ y: [Double]
  ) -> [Double] {
    let points = first.flatMap { a in second.map { SIMD2(a, $0) } }
    let count = y.count
    guard points.count * count * 3 <= Self.cacheSize else {
      return points.map { evaluate($0, y).rss }
    }
    evaluations += points.count
    if nodes.isEmpty {
      nodes.reserveCapacity(points.count * count * 3)
      for theta in points {
        problem.fill(theta, &basis)
        nodes += basis.offset
        nodes += basis.first
        nodes += basis.second
      }
    }
    return nodes.withUnsafeBufferPointer { nodes in
      guard let start = nodes.baseAddress else { return [] }
      return points.indices.map { index in
        let node = start + index * count * 3
        return Self.linearPart(
          offset: node, first: node + count, second: node + 2 * count, y, weights, problem,
          residual: nil
        ).rss
      }
    }
  }

  /// The lowest optimum that is reached from some starts.
  ///
  /// - Parameter tolerance: A step that lowers the residual sum by no more than this share, and moves
  ///   little, is the last.
  mutating func best(
    from starts: [SIMD2<Double>], _ y: [Double], tolerance: Double = 1e-15
  ) -> SeparableFit {
    var best: (theta: SIMD2<Double>, rss: Double)?
    for start in starts {
      let end = descend(from: start, y, tolerance)
      if best.map({ end.rss < $0.rss }) ?? true { best = end }
    }
    return finished(best?.theta ?? .zero, y)
  }

  private mutating func finished(_ theta: SIMD2<Double>, _ y: [Double]) -> SeparableFit {
    let solution = evaluate(theta, y)
    func isAtBound(_ index: Int) -> Bool {
      guard index < problem.axes.count else { return false }
      let axis = problem.axes[index]
      return theta[index] <= axis.lower || theta[index] >= axis.upper
    }
    return SeparableFit(
      theta: theta, linear: solution.linear, rss: solution.rss,
      isAtBound: (isAtBound(0), isAtBound(1)), isClamped: solution.clamped,
      evaluations: evaluations)
  }

  // MARK: The linear part

  private typealias Solution = (
    rss: Double, linear: SIMD2<Double>, clamped: (first: Bool, second: Bool)
  )

  /// The best β at θ; leaves y minus the fit in `basis.residual`.
  private mutating func evaluate(_ theta: SIMD2<Double>, _ y: [Double]) -> Solution {
    evaluations += 1
    problem.fill(theta, &basis)
    return basis.residual.withUnsafeMutableBufferPointer { residual in
      Self.linearPart(
        offset: basis.offset, first: basis.first, second: basis.second, y, weights, problem,
        residual: residual)
    }
  }

  private static func linearPart(
    offset: UnsafePointer<Double>, first: UnsafePointer<Double>, second: UnsafePointer<Double>,
    _ y: [Double], _ weights: [Double],
    _ problem: SeparableProblem, residual: UnsafeMutableBufferPointer<Double>?
  ) -> Solution {
    let count = y.count
    var (s11, s12, s1y) = (0.0, 0.0, 0.0)
    for i in 0..<count {
      let w = weights[i] * first[i]
      s11 += w * first[i]
      s1y += w * (y[i] - offset[i])
      s12 += w * second[i]
    }
    let alone = s11 > 0 ? s1y / s11 : 0
    let isClamped = problem.isNonNegative.first && alone < 0
    var linear = SIMD2(isClamped ? 0 : alone, 0)
    var clamped = (first: isClamped, second: false)
    if problem.hasSecond {
      // The second column without its part along the first, so that nothing cancels later.
      let share = s11 > 0 ? s12 / s11 : 0
      var (s22, s2y, whole) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        let rest = second[i] - share * first[i]
        s22 += weights[i] * rest * rest
        s2y += weights[i] * rest * (y[i] - offset[i])
        whole += weights[i] * second[i] * second[i]
      }
      if s22 > 1e-24 * whole {
        let slope = s2y / s22
        let start = alone - share * slope
        let isBelow = (
          first: problem.isNonNegative.first && start < 0,
          second: problem.isNonNegative.second && slope < 0
        )
        if isBelow.second {
          clamped.second = true
        } else if isBelow.first {
          var products = 0.0
          for i in 0..<count { products += weights[i] * second[i] * (y[i] - offset[i]) }
          let only = products / whole
          let isAlsoBelow = problem.isNonNegative.second && only < 0
          linear = SIMD2(0, isAlsoBelow ? 0 : only)
          clamped = (true, isAlsoBelow)
        } else {
          linear = SIMD2(start, slope)
          clamped = (false, false)
        }
      }
    }
    var rss = 0.0
    for i in 0..<count {
      let r = y[i] - offset[i] - linear[0] * first[i] - linear[1] * second[i]
      residual?[i] = r
      rss += weights[i] * r * r
    }
    return (rss.isFinite ? rss : .infinity, linear, clamped)
  }

  // MARK: The non-linear part

  /// Follows a valley to its bottom by damped Gauss–Newton steps on the projected residual, within
  /// the axes' bounds.
  private mutating func descend(
    from start: SIMD2<Double>, _ y: [Double], _ tolerance: Double
  ) -> (theta: SIMD2<Double>, rss: Double) {
    let dimensions = problem.axes.count
    var theta = start
    var rss = evaluate(theta, y).rss
    var (damping, growth) = (1e-4, 2.0)
    guard dimensions > 0, rss > 0 else { return (theta, rss) }
    for _ in 0..<200 {
      var (gradient, a, b, c) = (SIMD2<Double>.zero, 0.0, 0.0, 0.0)
      var residual = basis.residual
      for d in 0..<dimensions {
        let axis = problem.axes[d]
        // Central differences, one-sided at a bound; coordinates are of order 1.
        let step = 1e-5 * max(1, theta[d].magnitude)
        var (up, down) = (theta, theta)
        up[d] = min(axis.upper, theta[d] + step)
        down[d] = max(axis.lower, theta[d] - step)
        _ = evaluate(up, y)
        swap(&plus, &basis.residual)
        _ = evaluate(down, y)
        let width = up[d] - down[d]
        for i in y.indices { slopes[d][i] = (plus[i] - basis.residual[i]) / width }
      }
      for i in y.indices {
        let w = weights[i]
        gradient[0] += w * slopes[0][i] * residual[i]
        a += w * slopes[0][i] * slopes[0][i]
        guard dimensions > 1 else { continue }
        gradient[1] += w * slopes[1][i] * residual[i]
        b += w * slopes[0][i] * slopes[1][i]
        c += w * slopes[1][i] * slopes[1][i]
      }
      // A coordinate at its bound whose descent points outwards stays there.
      for d in 0..<dimensions {
        let axis = problem.axes[d]
        let isHeld =
          (theta[d] <= axis.lower && gradient[d] > 0)
          || (theta[d] >= axis.upper && gradient[d] < 0)
        if isHeld {
          gradient[d] = 0
          b = 0
        }
      }
      var isDone = true
      while damping < 1e15 {
        let step = solve(
          a * (1 + damping), b, dimensions > 1 ? c * (1 + damping) : 1, gradient)
        var next = theta - step
        for d in 0..<dimensions {
          next[d] = min(problem.axes[d].upper, max(problem.axes[d].lower, next[d]))
        }
        let moved = next - theta
        let isSmall =
          moved[0].magnitude <= 1e-13 * (1 + theta[0].magnitude)
          && moved[1].magnitude <= 1e-13 * (1 + theta[1].magnitude)
        if isSmall { break }
        let nextRSS = evaluate(next, y).rss
        if nextRSS < rss {
          // A step's length falls with the root of what it gains.
          let reach = 3 * tolerance.squareRoot()
          isDone =
            rss - nextRSS <= tolerance * rss && moved[0].magnitude < reach
            && moved[1].magnitude < reach
          // What the linear model promised; steps that keep little of it are shortened.
          let slope = 2 * (gradient[0] * moved[0] + gradient[1] * moved[1])
          let curve =
            a * moved[0] * moved[0] + 2 * b * moved[0] * moved[1] + c * moved[1] * moved[1]
          let promised = -(slope + curve)
          let ratio = promised > 0 ? (rss - nextRSS) / promised : 0
          let kept = 2 * ratio - 1
          damping = max(1e-9, damping * max(1.0 / 8, 1 - kept * kept * kept))
          growth = 2
          (theta, rss) = (next, nextRSS)
          swap(&residual, &basis.residual)
          break
        }
        damping *= growth
        growth *= 2
      }
      if isDone { break }
      // The next round starts from the residual at θ.
      swap(&residual, &basis.residual)
    }
    return (theta, rss)
  }

  /// The solution of [a b; b c] x = g; 0 along directions that change nothing.
  private func solve(
    _ a: Double, _ b: Double, _ c: Double, _ g: SIMD2<Double>
  ) -> SIMD2<Double> {
    let determinant = a * c - b * b
    guard determinant > 1e-30 * a * c, determinant.isFinite else {
      return SIMD2(a > 0 ? g[0] / a : 0, c > 0 ? g[1] / c : 0)
    }
    return SIMD2((g[0] * c - g[1] * b) / determinant, (g[1] * a - g[0] * b) / determinant)
  }
}
