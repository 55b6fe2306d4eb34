/// What is believed of a curve of scores before anything is measured.
///
/// A score is z(t) = a + b·g(t) + r(t), measured with noise of standard deviation σ: g one of the
/// shapes of growth, a ~ N(0, s_a²) the level above chance at the first count, b ~ N(μ, τ²) the rise over the
/// range, r a Gaussian process with the kernel of Matérn 5/2 for what no shape has. Everything is in units of the
/// highest score above chance; which shape, s_a, and the kernel's amplitude and length, and σ, are integrated over
/// with the weights below.
///
/// The prior is part of a result's definition: a profile names it by ``id``, and other values are another prior.
/// How it was chosen, what else was tried and what it is worth, on truths that it was not chosen on, is in
/// `docs/accuracy.md`.
public struct SmoothingPrior: Sendable, Equatable {
  /// The identifier in documents.
  public let id: String

  /// e-folds of growth over the range of the exponential shapes, and their weight together.
  let exponents: [Double]
  let exponentialShare: Double
  /// Slopes per unit of ln n of the logistic shapes, each with how many midpoints.
  let sigmoids: [(slope: Double, midpoints: Int)]
  /// Where midpoints lie, in t.
  let midpoints: ClosedRange<Double>
  /// Slopes of the two-stage shapes, each with how many midpoints.
  let twoStages: [(slope: Double, midpoints: Int)]
  /// The first stage's share of the rise.
  let stageShares: [Double]
  /// The weight of all two-stage shapes together.
  let twoStageShare: Double
  /// Two stages nearer than this, in widths of a logistic curve, are one.
  let leastDistance: Double
  /// The weight of a score that no token changes.
  let flatShare: Double

  /// s_a with weights.
  let levels: [(deviation: Double, weight: Double)]
  /// μ and τ.
  let rise: (mean: Double, deviation: Double)
  /// Lengths of the process's kernel, in ln n.
  let lengths: [Double]
  /// Amplitudes of the process with weights.
  let amplitudes: [(deviation: Double, weight: Double)]
  /// σ.
  let noises: [Double]
  /// σ in use where replicates of one count scatter by more than ``noises`` hold.
  let largeNoises: [Double]

  /// The prior that profiles are written with.
  public static let standard = SmoothingPrior(
    id: "growth-1",
    exponents: [-8, -5, -3, -1.8, -0.8, 0, 0.8, 1.8, 3, 5], exponentialShare: 0.4,
    sigmoids: [(0.6, 7), (1, 9), (1.6, 13), (2.6, 18), (4.2, 26)], midpoints: -0.1...0.95,
    twoStages: [(1, 6), (1.7, 8), (2.8, 11)], stageShares: [0.35, 0.65], twoStageShare: 0.3,
    leastDistance: 2.6, flatShare: 0.05,
    levels: [(1, 0.7), (0.02, 0.3)], rise: (0.35, 0.35), lengths: [2, 6],
    amplitudes: [(0.02, 0.4), (0.1, 0.4), (0.4, 0.2)],
    noises: [0.008, 0.016, 0.03, 0.06, 0.12], largeNoises: [0.24, 0.48])

  /// Every prior that documents can name.
  public static let all: [SmoothingPrior] = [standard]

  public static func == (left: Self, right: Self) -> Bool { left.id == right.id }

  /// The shapes with their weights, which add up to 1 less ``flatShare``.
  ///
  /// - Parameter width: ln(n_last / n_first), greater than 0: two stages fit on wide ranges only.
  func shapes(width: Double) -> [(shape: GrowthShape, weight: Double)] {
    var result: [(shape: GrowthShape, weight: Double)] = []
    func add(_ shapes: [GrowthShape], _ share: Double) {
      for shape in shapes { result.append((shape, share / Double(shapes.count))) }
    }
    let single = 1 - twoStageShare
    add(exponents.map { .exponential($0) }, single * exponentialShare)
    for (slope, count) in sigmoids {
      add(
        spread(count, over: midpoints).map { .sigmoid(slope: slope, midpoint: $0) },
        single * (1 - exponentialShare) / Double(sigmoids.count))
    }
    for (slope, count) in twoStages {
      let places = spread(count, over: 0...1)
      var shapes: [GrowthShape] = []
      for (index, first) in places.enumerated() {
        for second in places[(index + 1)...]
        where (second - first) * width * slope >= leastDistance {
          shapes += stageShares.map {
            .twoSigmoids(slope: slope, first: first, second: second, share: $0)
          }
        }
      }
      add(shapes, twoStageShare / Double(twoStages.count))
    }
    let total = result.reduce(0) { $0 + $1.weight }
    for index in result.indices { result[index].weight *= (1 - flatShare) / total }
    return result
  }

  private func spread(_ count: Int, over range: ClosedRange<Double>) -> [Double] {
    (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)
    }
  }
}
