import BudgetSearch
import ComputeCosts
import ScalingLaws
import SourceText

/// What is best, and what is allowed.
public struct Policy: Document {
  /// A score with its unit, as a floor.
  public struct ScoreFloor: Sendable, Equatable {
    /// The lowest score allowed.
    public var value: Double
    /// Must equal the unit of the profile's metric.
    public var unit: ScoreUnit
    /// Where it was written; `nil` when it was made in code.
    public internal(set) var place: SourcePlace?

    /// A floor made in code.
    public init(_ value: Double, _ unit: ScoreUnit) {
      self.value = value
      self.unit = unit
    }
  }

  /// Where the candidates come from.
  public enum Candidates: Sendable, Equatable {
    /// The cost model's own lattice.
    case model
    /// A lattice of the policy's.
    case lattice(Lattice)
  }

  /// Several benchmarks that count together.
  public struct Mix: Sendable, Equatable {
    /// One of them.
    public struct Part: Sendable, Equatable {
      /// The id of its scaling profile.
      public var profile: String
      /// Its share of a weighted mean, greater than 0.
      public var weight: Double
      /// The lowest score allowed of it.
      public var minimumScore: ScoreFloor?
      /// Where it was written; `nil` when it was made in code.
      public internal(set) var place: SourcePlace?

      /// A part made in code.
      public init(profile: String, weight: Double = 1, minimumScore: ScoreFloor? = nil) {
        self.profile = profile
        self.weight = weight
        self.minimumScore = minimumScore
      }
    }

    /// The benchmarks, each normalised to its metric's range.
    public var parts: [Part]
    /// How they become one score.
    public var combination: MixedScore.Combination

    /// A mix of one part or more.
    public init(_ parts: [Part], _ combination: MixedScore.Combination = .weightedMean) {
      self.parts = parts
      self.combination = combination
    }
  }

  /// How the model is served.
  public struct Serving: Sendable, Equatable {
    /// The id of the accelerator; `nil` for the cost model's own.
    public var hardware: String?
    /// Data types, devices and utilization.
    public var plan: ServingPlan
    /// Where the accelerator was named; `nil` when it was not, or in code.
    public internal(set) var hardwarePlace: SourcePlace?

    /// One device of the cost model's hardware, 16 bits, by default.
    public init(hardware: String? = nil, plan: ServingPlan = ServingPlan()) {
      self.hardware = hardware
      self.plan = plan
    }
  }

  /// A model's life: training, then requests.
  public struct Lifetime: Sendable, Equatable {
    /// Requests served, at least 1.
    public var requests: Int
    /// What is trained before; `nil` for nothing.
    public var training: TrainingPlan?
    /// Samples of the training run.
    public var samples: Int
    /// Where it was written; `nil` when it was made in code.
    public internal(set) var place: SourcePlace?

    /// A life made in code.
    public init(requests: Int, training: TrainingPlan? = nil, samples: Int = 0) {
      self.requests = requests
      self.training = training
      self.samples = samples
    }
  }

  /// How uncertainty enters.
  public struct Risk: Sendable, Equatable {
    /// How much of the possible optima the set of budgets holds that cannot be told from the best, and
    /// how often a robust recommendation must satisfy the limits: above 0 and below 1.
    public var level: Double
    /// How many curves are drawn that the measurements leave.
    public var draws: Int
    /// Where the random numbers begin.
    public var seed: UInt64

    /// A risk level, with 1,000 draws by default.
    public init(level: Double = 0.9, draws: Int = 1000, seed: UInt64 = 1) {
      self.level = level
      self.draws = draws
      self.seed = seed
    }
  }

  public static let kind = DocumentKind.policy

  public var id: String
  public var title: String?
  /// What is best.
  public var objective: Objective
  /// Whether the objective counts the score above guessing, which the metric must then state.
  public var isAboveChance = false
  /// Several benchmarks that count together; `nil` for one profile.
  public var mix: Mix?
  /// The lowest score allowed of the one profile.
  public var minimumScore: ScoreFloor?
  /// The least share of the best score, above 0 and at most 1; `nil` where none is asked for.
  public var keptShare: Double?
  /// The most allowed of each measure, in its base unit: for the workload; of FLOPs with a lifetime for all of it.
  public var maxima: [Measure: Amount] = [:]
  /// Where the candidates come from.
  public var candidates: Candidates
  /// By which factor candidates may lie beyond what was measured, on either side; 1 leaves all out that do.
  public var beyond = 1.0
  /// How the model is served, for time, memory, energy and price.
  public var serving = Serving()
  /// What is paid; `nil` where the policy does not say.
  public var prices: Prices?
  /// A model's life; `nil` to count one workload.
  public var lifetime: Lifetime?
  /// How uncertainty enters; `nil` for the default where curves decide, and to leave it out where laws do.
  public var risk: Risk?
  /// Whether designs that are several models are taken to score alike, by the scores of one.
  public var assumesSameScores = false
  /// Where the candidates were chosen; `nil` when that was left to the default or made in code.
  public internal(set) var candidatesPlace: SourcePlace?
  /// Where scores above guessing were asked for; `nil` when they were not, or in code.
  package var abovePlace: SourcePlace?
  /// Where measures were asked for; empty when made in code.
  package var measurePlaces: [Measure: SourcePlace] = [:]
  public var reading = DocumentReading.none

  /// A policy made in code.
  public init(
    id: String, title: String? = nil, objective: Objective, minimumScore: ScoreFloor? = nil,
    maximumFLOPs: Int128? = nil, candidates: Candidates = .model
  ) {
    self.id = id
    self.title = title
    self.objective = objective
    self.minimumScore = minimumScore
    maxima[.flops] = maximumFLOPs.map { .count($0) }
    self.candidates = candidates
  }

  /// The measures that objective and limits name.
  public var measures: [Measure] {
    Measure.all.filter { maxima[$0] != nil || objective.measure == $0 }
  }

  /// Whether an accelerator must be known, for the policy itself or for further measures.
  package func needsHardware(for further: [Measure] = []) -> Bool {
    (measures + further).flatMap(\.row.needs).contains {
      $0 == .accelerator || $0 == .prices && prices?.perDeviceHour != nil
    }
  }
}

extension Objective {
  /// The objective in words, as reports give it: `maximize score_per_flop`.
  public var text: String {
    switch self {
    case .scorePerFLOP: "maximize score_per_flop"
    case .score: "maximize score"
    case .least(let measure): "minimize \(measure.key)"
    case .value(let worth, let price, let measure):
      "maximize value: \(shortest(worth, 6)) x score - \(shortest(price, 6)) x \(measure.key)"
    case .elasticity(let threshold): "elasticity threshold \(shortest(threshold, 6))"
    }
  }
}
