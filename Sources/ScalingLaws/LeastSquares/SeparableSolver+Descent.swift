import LongWork

extension SeparableSolver {
  /// The residual sum at θ, with its gradient and its curvature there.
  struct State {
    var theta: Coordinates
    var rss = Double.infinity
    var linear = SIMD2<Double>.zero
    var isClamped = false
    /// Half of ∂RSS/∂θ.
    var gradient = Coordinates.zero
    /// Half of Gauss and Newton's approximation of the second derivatives.
    var curvature = Curvature()
  }

  /// A symmetric matrix of up to three rows.
  struct Curvature {
    private var rows = (Coordinates.zero, Coordinates.zero, Coordinates.zero)

    subscript(_ i: Int) -> Coordinates {
      get { i == 0 ? rows.0 : i == 1 ? rows.1 : rows.2 }
      set {
        switch i {
        case 0: rows.0 = newValue
        case 1: rows.1 = newValue
        default: rows.2 = newValue
        }
      }
    }
  }

  /// The best β at θ and what follows from it. The derivative of the residual sum with respect to θ is
  /// that with β held, since β is at its best.
  ///
  /// - Complexity: O(m).
  mutating func assess(_ theta: Coordinates, _ y: [Double]) -> State {
    let (count, dimensions) = (y.count, problem.bounds.count)
    var state = State(theta: theta)
    guard pace.goesOn(after: count) else { return state }
    let problem = problem
    curve.withUnsafeMutableBufferPointer { curve in
      problem.fill(theta, curve)
      y.withUnsafeBufferPointer { y in
        weights.withUnsafeBufferPointer { weights in
          let m = UnsafeBufferPointer(rebasing: curve[0..<count])
          let part = problem.linear.solve(m, y, weights)
          state.linear = part.linear
          state.isClamped = part.isClamped.level || part.isClamped.slope
          let factor = part.linear[1]
          var isMean = false
          var isAlong = false
          switch problem.linear {
          case .none: break
          case .level: isMean = true
          case .scale: isAlong = true
          case .line: (isMean, isAlong) = (!part.isClamped.level, !part.isClamped.slope)
          }
          var rss = 0.0
          var gradient = Coordinates.zero
          var sums = Coordinates.zero
          var products = Coordinates.zero
          var squares = Curvature()
          for i in 0..<count {
            let w = weights[i]
            let r = y[i] - part.linear[0] - factor * m[i]
            rss += w * r * r
            var slope = Coordinates.zero
            for d in 0..<dimensions { slope[d] = curve[(d + 1) * count + i] }
            let weighted = w * slope
            gradient += r * weighted
            sums += weighted
            products += (m[i] - part.mean) * weighted
            squares[0] += slope[0] * weighted
            if dimensions > 1 { squares[1] += slope[1] * weighted }
            if dimensions > 2 { squares[2] += slope[2] * weighted }
          }
          state.rss = rss.isFinite ? rss : .infinity
          state.gradient = -factor * gradient
          for d in 0..<dimensions {
            var row = squares[d]
            if isMean { row -= sums[d] / part.weight * sums }
            if isAlong, part.square > 0 { row -= products[d] / part.square * products }
            state.curvature[d] = factor * factor * row
          }
        }
      }
    }
    return state
  }

  private static var mostSteps: Int { 200 }

  /// How many steps are Gauss and Newton's before the second derivatives are taken.
  private static var firstSteps: Int { 3 }

  /// Follows a valley to its bottom within the bounds: damped steps of Gauss and Newton, then of Newton
  /// with second derivatives from differences of the gradient, which a large residual does not slow
  /// down.
  ///
  /// - Source: damping: Nielsen, *Damping Parameter in Marquardt's Method*, 1999.
  mutating func descend(
    from start: Coordinates, _ y: [Double], _ tolerance: Double
  ) -> (theta: Coordinates, rss: Double) {
    var state = assess(start, y)
    guard state.rss > 0, state.rss < .infinity else { return (start, state.rss) }
    var (damping, growth) = (1e-6, 2.0)
    for round in 0..<Self.mostSteps where !pace.isStopped {
      let isNewton = round >= Self.firstSteps
      var matrix = isNewton ? second(state, y) : state.curvature
      var isDone = true
      while damping < 1e12, !pace.isStopped {
        guard let step = solve(matrix, state, damping) else {
          // Not convex here: with some damping it is, and Gauss and Newton's matrix always is.
          if isNewton, damping > 1 {
            matrix = state.curvature
          }
          damping = max(damping * 4, 1e-10)
          continue
        }
        let next = clamped(state.theta + shortened(step, at: state.theta))
        let moved = next - state.theta
        let scale = Coordinates(repeating: 1) + state.theta.magnitudes
        if (moved.magnitudes / scale).max() <= 1e-14 { break }
        let trial = assess(next, y)
        if trial.rss < state.rss {
          var curved = 0.0
          for d in problem.bounds.indices { curved += moved[d] * (matrix[d] * moved).sum() }
          let promised = -2 * (state.gradient * moved).sum() - curved
          let gained = state.rss - trial.rss
          isDone = max(gained, promised) <= tolerance * state.rss
          let kept = promised > 0 ? 2 * gained / promised - 1 : -1
          damping = max(1e-12, damping * max(0.1, 1 - kept * kept * kept))
          growth = 2
          state = trial
          break
        }
        damping = max(damping * growth, 1e-9)
        growth *= 2
      }
      if isDone || state.rss <= 0 { break }
    }
    return (state.theta, state.rss)
  }

  /// A step that leads no farther than a valley is wide, each coordinate for itself: 1.5, or half of
  /// what the coordinate is.
  private func shortened(_ step: Coordinates, at theta: Coordinates) -> Coordinates {
    let most = (0.5 * theta.magnitudes).replacing(
      with: Coordinates(repeating: 1.5), where: theta.magnitudes .< 3)
    return step.clamped(lowerBound: -most, upperBound: most)
  }

  private func clamped(_ theta: Coordinates) -> Coordinates {
    var theta = theta
    for d in problem.bounds.indices {
      theta[d] = min(problem.bounds[d].upperBound, max(problem.bounds[d].lowerBound, theta[d]))
    }
    return problem.project?(theta) ?? theta
  }

  /// Half of the second derivatives of the residual sum: Gauss and Newton's, less the residuals times the
  /// second derivatives of the curve, by differences of its first ones. Their errors are as small as the
  /// residuals are; what the linear part adds vanishes at the optimum.
  private mutating func second(_ state: State, _ y: [Double]) -> Curvature {
    let (count, problem, factor) = (y.count, problem, state.linear[1])
    var matrix = state.curvature
    curve.withUnsafeMutableBufferPointer { curve in
      problem.fill(state.theta, curve)
      for i in 0..<count {
        pulls[i] = factor * weights[i] * (y[i] - state.linear[0] - factor * curve[i])
      }
      for d in problem.bounds.indices {
        var width = 1e-5 * max(1, state.theta[d].magnitude)
        if state.theta[d] + width > problem.bounds[d].upperBound { width = -width }
        var theta = state.theta
        theta[d] += width
        problem.fill(theta, curve)
        var sums = Coordinates.zero
        for i in 0..<count {
          for e in problem.bounds.indices { sums[e] += pulls[i] * curve[(e + 1) * count + i] }
        }
        matrix[d] -= (sums + state.gradient) / (theta[d] - state.theta[d])
      }
    }
    for i in problem.bounds.indices {
      for j in 0..<i {
        let mean = (matrix[i][j] + matrix[j][i]) / 2
        matrix[i][j] = mean
        matrix[j][i] = mean
      }
    }
    return matrix
  }

  /// −(A + damping · diag A)⁻¹ g by Cholesky's factors; coordinates at a bound whose descent points
  /// outwards stay.
  ///
  /// - Returns: `nil` where the matrix is not positive.
  private func solve(_ matrix: Curvature, _ state: State, _ damping: Double) -> Coordinates? {
    var step = Coordinates.zero
    var factor = Curvature()
    var isFree = SIMD4<Int>.zero
    for d in problem.bounds.indices {
      let (bounds, slope) = (problem.bounds[d], state.gradient[d])
      let isHeld =
        (state.theta[d] <= bounds.lowerBound && slope >= 0)
        || (state.theta[d] >= bounds.upperBound && slope <= 0)
      // A coordinate that changes nothing here stays, too.
      isFree[d] = isHeld || state.curvature[d][d] <= 0 ? 0 : 1
    }
    for i in problem.bounds.indices where isFree[i] == 1 {
      // The forward substitution L z = −g goes along.
      var right = -state.gradient[i]
      for j in 0..<i where isFree[j] == 1 {
        var sum = matrix[i][j]
        for k in 0..<j where isFree[k] == 1 { sum -= factor[i][k] * factor[j][k] }
        factor[i][j] = sum / factor[j][j]
        right -= factor[i][j] * step[j]
      }
      // Second derivatives can be less than Gauss and Newton's; the damping is the same for both.
      let whole = matrix[i][i] + damping * max(matrix[i][i], state.curvature[i][i])
      var rest = whole
      for k in 0..<i where isFree[k] == 1 { rest -= factor[i][k] * factor[i][k] }
      guard rest > 1e-13 * whole, rest.isFinite else { return nil }
      factor[i][i] = rest.squareRoot()
      step[i] = right / factor[i][i]
    }
    for i in problem.bounds.indices.reversed() where isFree[i] == 1 {
      for j in (i + 1)..<max(i + 1, problem.bounds.count) where isFree[j] == 1 {
        step[i] -= factor[j][i] * step[j]
      }
      step[i] /= factor[i][i]
    }
    return step
  }
}

extension SIMD4<Double> {
  /// The magnitudes, one by one.
  fileprivate var magnitudes: Self { replacing(with: -self, where: self .< 0) }
}
