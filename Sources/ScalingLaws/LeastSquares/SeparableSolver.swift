import LongWork

/// Solves one separable problem for any y on the same design.
///
/// It asks the watch as it goes. Where work should not go on all residual sums are infinite, and the search is
/// over after what is left of it in a few steps.
struct SeparableSolver {
  var problem: SeparableProblem
  /// How much each observation counts; may change between solutions, and may be 0.
  var weights: [Double]
  /// m and its derivatives at one θ.
  var curve: [Double]
  /// The weighted residuals at one θ.
  var pulls: [Double]
  /// m and its derivative along the row at the grid's points, one after the other: no y changes them.
  private var nodes: [Double] = []
  /// How much was looked at since the watch was asked.
  var pace = Pace()
  /// The valleys of the last search.
  private var places: [Coordinates] = []

  /// Residual sums that differ by less than this share are equal.
  static var tie: Double { 1e-9 }

  /// How many places beside the valleys are tried.
  private static var mostOthers: Int { 3 }

  /// How many valleys of a search are kept for later ones.
  private static var mostPlaces: Int { 16 }

  init(_ problem: SeparableProblem, weights: [Double]) {
    self.problem = problem
    self.weights = weights
    curve = Array(repeating: 0, count: weights.count * (problem.bounds.count + 1))
    pulls = Array(repeating: 0, count: weights.count)
  }

  /// How far a search goes.
  enum Effort {
    /// The optimum that is reported: eight valleys, to the last digits.
    case full
    /// One of many optima, of which only the spread is reported: two valleys, to some six digits.
    case brief

    var valleys: Int { self == .full ? 8 : 2 }
    var tolerance: Double { self == .full ? 1e-14 : 1e-9 }
  }

  /// The global optimum for y, as far as the grid tells valleys apart.
  ///
  /// - Complexity: O(grid · m) and some six steps of O(m) for each valley.
  mutating func solve(_ y: [Double], _ effort: Effort = .full) -> SeparableFit {
    guard !problem.bounds.isEmpty else { return finished(.zero, y) }
    return solve(y, from: valleys(y), effort)
  }

  /// The lowest optimum from some places, the most promising first.
  mutating func solve(
    _ y: [Double], from starts: [Valley], _ effort: Effort
  ) -> SeparableFit {
    places = starts.prefix(Self.mostPlaces).map(\.theta)
    let lowest = starts.first?.rss ?? 0
    return best(
      from: starts.prefix(effort.valleys)
        .filter { effort == .full || $0.rss <= 1.3 * lowest }.map(\.theta), y,
      tolerance: effort.tolerance)
  }

  /// The lowest optimum from some places in no order.
  mutating func solve(
    _ y: [Double], from starts: [Coordinates], _ effort: Effort
  ) -> SeparableFit {
    let valleys = starts.map { Valley(theta: $0, rss: assess($0, y).rss, row: 0, reach: 0) }
    return solve(
      y,
      from: valleys.indices.sorted { (valleys[$0].rss, $0) < (valleys[$1].rss, $1) }
        .map { valleys[$0] }, effort)
  }

  /// The optimum for weights or a y that differ a little from those of the last search: from the lowest
  /// of its valleys and its optimum, under the new weights.
  ///
  /// - Complexity: O(m) for each valley, and some four steps for the lowest.
  mutating func solveAgain(_ y: [Double], near optimum: Coordinates) -> SeparableFit {
    guard !problem.bounds.isEmpty else { return finished(.zero, y) }
    let others = places.map { (theta: $0, rss: assess($0, y).rss) }.sorted { $0.rss < $1.rss }
    let lowest = others.prefix(1).map(\.theta)
    return best(from: [optimum] + lowest, y, tolerance: Effort.brief.tolerance)
  }

  /// The lowest optimum that is reached from some starts.
  ///
  /// - Parameter tolerance: Less than this share of the residual sum is not worth another step.
  mutating func best(
    from starts: [Coordinates], _ y: [Double], tolerance: Double = 1e-14
  ) -> SeparableFit {
    var best: (theta: Coordinates, rss: Double)?
    for start in starts {
      let end = descend(from: start, y, tolerance)
      if best.map({ end.rss < $0.rss }) ?? true { best = end }
    }
    return finished(best?.theta ?? problem.rows[0][0], y)
  }

  private mutating func finished(_ theta: Coordinates, _ y: [Double]) -> SeparableFit {
    let state = assess(theta, y)
    let isAtBound = problem.bounds.indices.contains {
      theta[$0] <= problem.bounds[$0].lowerBound || theta[$0] >= problem.bounds[$0].upperBound
    }
    // A coordinate that can move by 1 and leave the curve what it is has no optimum.
    let isFlat = problem.bounds.indices.contains {
      state.curvature[$0][$0] <= Self.tie * state.rss
    }
    return SeparableFit(
      theta: theta, linear: state.linear, rss: state.rss,
      isAtBound: isAtBound || isFlat || state.isClamped)
  }

  // MARK: The grid

  /// A low place of the grid.
  struct Valley {
    var theta: Coordinates
    /// The residual sum there, as the tangent says.
    var rss: Double
    var row: Int
    /// How far the row's neighbours are.
    var reach: Double
    /// How far the place lies from the grid's point.
    var step = 0.0
  }

  /// The grid's valleys, the lowest first.
  ///
  /// Every point looks ahead along its row, to the lowest place of the tangent that is no farther than
  /// its neighbours: gains near 0 lie between any two points of a grid. A valley is lower than its
  /// neighbours in its row, and than those beside it in the rows before and after.
  mutating func valleys(_ y: [Double]) -> [Valley] {
    prepare()
    var candidates: [Valley] = []
    candidates.reserveCapacity(problem.rows.count * 2)
    var rowStarts = [0]
    var node = 0
    let along = problem.along
    for (index, row) in problem.rows.enumerated() {
      var before: Valley?
      var isRising = false
      for (column, theta) in row.enumerated() {
        let back = column > 0 ? distance(row[column - 1], theta) : 0
        let ahead = column + 1 < row.count ? distance(theta, row[column + 1]) : 0
        let (rss, step) = look(node, y, from: -min(back, 0.9), to: min(ahead, 1.5))
        node += 1
        var place = theta
        place[along] += step
        let valley = Valley(
          theta: place, rss: rss, row: index, reach: max(back, ahead), step: step)
        if let last = before {
          // A local minimum of the row: lower than what came before, not above what comes.
          if last.rss <= rss, !isRising, last.rss < .infinity { candidates.append(last) }
          isRising = rss >= last.rss
        }
        before = valley
      }
      if let last = before, !isRising, last.rss < .infinity { candidates.append(last) }
      rowStarts.append(candidates.count)
    }
    // What the tangent says holds near a point only.
    for i in candidates.indices { candidates[i] = settled(candidates[i], y) }
    let isValley = candidates.indices.map { i in
      let candidate = candidates[i]
      for (row, share) in [(candidate.row - 1, Self.tie), (candidate.row + 1, -Self.tie)]
      where row >= 0 && row < problem.rows.count {
        // Where rows are equal, the first of them counts.
        for j in rowStarts[row]..<rowStarts[row + 1]
        where candidates[j].rss < candidate.rss * (1 + share)
          && distance(candidates[j].theta, candidate.theta)
            <= max(candidates[j].reach, candidate.reach)
        {
          return false
        }
      }
      return true
    }
    let order = candidates.indices.sorted { (candidates[$0].rss, $0) < (candidates[$1].rss, $1) }
    let valleys = order.filter { isValley[$0] }
    // A valley may bend between rows: the lowest places of rows far from all valleys are tried, too.
    var rows = valleys.prefix(Effort.full.valleys).map { candidates[$0].row }
    var others: [Int] = []
    for index in order where !isValley[index] && others.count < Self.mostOthers {
      let row = candidates[index].row
      guard !rows.contains(where: { abs($0 - row) < 3 }) else { continue }
      rows.append(row)
      others.append(index)
    }
    return (valleys.prefix(Effort.full.valleys - others.count) + others).map { candidates[$0] }
  }

  private func distance(_ a: Coordinates, _ b: Coordinates) -> Double {
    problem.distance?(a, b) ?? (a[problem.along] - b[problem.along]).magnitude
  }

  /// A valley with its true residual sum, followed along its row where the tangent promised more.
  private mutating func settled(_ valley: Valley, _ y: [Double]) -> Valley {
    let along = problem.along
    let bounds = problem.bounds[along]
    var state = assess(valley.theta, y)
    var promise = valley.rss
    var step = valley.step
    for _ in 0..<4 where state.rss > promise * 1.02 {
      // Too far: half of the way back; else on along the tangent.
      var next = state.theta
      let start = promise
      if step != 0, state.rss > start * 4 {
        step /= 2
        next[along] -= step
      } else {
        let curvature = state.curvature[along][along]
        guard curvature > 0 else { break }
        step = min(valley.reach, max(-valley.reach, -state.gradient[along] / curvature))
        next[along] += step
        promise = state.rss + step * (2 * state.gradient[along] + step * curvature)
      }
      next[along] = min(bounds.upperBound, max(bounds.lowerBound, next[along]))
      let trial = assess(next, y)
      if trial.rss < state.rss { state = trial } else { break }
    }
    var settled = valley
    (settled.theta, settled.rss) = (state.theta, state.rss)
    return settled
  }

  /// How many numbers the cache of grid points may hold.
  private static var cacheSize: Int { 1 << 19 }

  private var isCached: Bool {
    problem.rows.reduce(0) { $0 + $1.count } * weights.count * 2 <= Self.cacheSize
  }

  private mutating func prepare() {
    guard nodes.isEmpty else { return }
    let count = weights.count
    guard isCached else {
      nodes = Array(repeating: 0, count: 2 * count)
      return
    }
    let total = problem.rows.reduce(0) { $0 + $1.count }
    let along = (problem.along + 1) * count
    nodes = Array(unsafeUninitializedCapacity: total * count * 2) { buffer, used in
      curve.withUnsafeMutableBufferPointer { curve in
        for row in problem.rows {
          for theta in row {
            // What is not filled is never read: every look asks first.
            guard pace.goesOn(after: count) else { break }
            problem.fill(theta, curve)
            for i in 0..<count {
              buffer[used + i] = curve[i]
              buffer[used + count + i] = curve[along + i]
            }
            used += 2 * count
          }
        }
      }
    }
  }

  /// The residual sum at a point of the grid after the best step along its row.
  private mutating func look(
    _ node: Int, _ y: [Double], from low: Double, to high: Double
  ) -> (rss: Double, step: Double) {
    let count = y.count
    guard pace.goesOn(after: count) else { return (.infinity, 0) }
    if !isCached {
      var rest = node
      for row in problem.rows {
        if rest < row.count {
          curve.withUnsafeMutableBufferPointer { problem.fill(row[rest], $0) }
          break
        }
        rest -= row.count
      }
      for i in 0..<count {
        nodes[i] = curve[i]
        nodes[count + i] = curve[(problem.along + 1) * count + i]
      }
    }
    let place = isCached ? node * count * 2 : 0
    return nodes.withUnsafeBufferPointer { nodes in
      y.withUnsafeBufferPointer { y in
        weights.withUnsafeBufferPointer { weights in
          let m = UnsafeBufferPointer(rebasing: nodes[place..<(place + count)])
          let slope = UnsafeBufferPointer(rebasing: nodes[(place + count)..<(place + 2 * count)])
          let part = problem.linear.solve(m, y, weights)
          // Σ w s r and Σ w s⊥², s the slope and s⊥ what of it the linear part does not take up.
          var (rss, along, sum, square, product) = (0.0, 0.0, 0.0, 0.0, 0.0)
          for i in 0..<count {
            let r = y[i] - part.linear[0] - part.linear[1] * m[i]
            let w = weights[i]
            rss += w * r * r
            along += w * slope[i] * r
            sum += w * slope[i]
            square += w * slope[i] * slope[i]
            product += w * slope[i] * m[i]
          }
          guard rss.isFinite else { return (.infinity, 0) }
          var factor = 1.0
          switch problem.linear {
          case .none: break
          case .level: square -= sum * sum / part.weight
          case .scale:
            square -= part.square > 0 ? product * product / part.square : 0
            factor = part.linear[1]
          case .line:
            if !part.isClamped.level { square -= sum * sum / part.weight }
            if !part.isClamped.slope, part.square > 0 {
              product -= part.mean * sum
              square -= product * product / part.square
            }
            factor = part.linear[1]
          }
          guard square > 1e-12 * sum * sum / part.weight, factor > 0, square.isFinite else {
            return (rss, 0)
          }
          let step = min(high, max(low, along / (square * factor)))
          let change = factor * step * (2 * along - factor * step * square)
          return (max(0, rss - change), step)
        }
      }
    }
  }
}

extension SeparableProblem.LinearPart {
  /// The best coefficients for one curve.
  ///
  /// - Returns: β₁ and β₂, whether one of them is held at 0, and Σ w, Σ w m² (for a line Σ w (m − mean)²)
  ///   and the mean of m.
  @inline(__always)
  func solve(
    _ m: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>,
    _ weights: UnsafeBufferPointer<Double>
  ) -> (
    linear: SIMD2<Double>, isClamped: (level: Bool, slope: Bool), weight: Double, square: Double,
    mean: Double
  ) {
    let count = y.count
    switch self {
    case .none: return (SIMD2(0, 1), (false, false), 1, 0, 0)
    case .level:
      var (weight, sum) = (0.0, 0.0)
      for i in 0..<count {
        weight += weights[i]
        sum += weights[i] * (y[i] - m[i])
      }
      return (SIMD2(sum / weight, 1), (false, false), weight, 0, 0)
    case .scale(let base):
      var (weight, square, product) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        weight += weights[i]
        square += weights[i] * m[i] * m[i]
        product += weights[i] * m[i] * (y[i] - base)
      }
      let scale = square > 0 ? product / square : 0
      return (SIMD2(base, max(0, scale)), (false, scale <= 0), weight, square, 0)
    case .line(let isLevelNonNegative, let isSlopeNonNegative):
      var (weight, sumM, sumY) = (0.0, 0.0, 0.0)
      for i in 0..<count {
        weight += weights[i]
        sumM += weights[i] * m[i]
        sumY += weights[i] * y[i]
      }
      let (meanM, meanY) = (sumM / weight, sumY / weight)
      var (square, product) = (0.0, 0.0)
      for i in 0..<count {
        square += weights[i] * (m[i] - meanM) * (m[i] - meanM)
        product += weights[i] * (m[i] - meanM) * (y[i] - meanY)
      }
      let slope = square > 1e-26 * meanM * meanM * weight ? product / square : 0
      if isSlopeNonNegative, slope <= 0 {
        let level = isLevelNonNegative ? max(0, meanY) : meanY
        return (SIMD2(level, 0), (isLevelNonNegative && meanY <= 0, true), weight, square, meanM)
      }
      let level = meanY - slope * meanM
      guard isLevelNonNegative, level < 0 else {
        return (SIMD2(level, slope), (false, false), weight, square, meanM)
      }
      let whole = square + weight * meanM * meanM
      let only = (product + weight * meanM * meanY) / whole
      let isBelow = isSlopeNonNegative && only < 0
      return (SIMD2(0, isBelow ? 0 : only), (true, isBelow), weight, whole, 0)
    }
  }
}
