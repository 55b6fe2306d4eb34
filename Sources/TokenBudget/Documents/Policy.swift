import BudgetSearch
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

  public static let kind = DocumentKind.policy

  public var id: String
  public var title: String?
  /// What is best.
  public var objective: Objective
  /// The lowest score allowed.
  public var minimumScore: ScoreFloor?
  /// The most FLOPs allowed for a request.
  public var maximumFLOPs: Int128?
  /// Where the candidates come from.
  public var candidates: Candidates
  /// Where the candidates were chosen; `nil` when that was left to the default or made in code.
  public internal(set) var candidatesPlace: SourcePlace?
  public internal(set) var file: String?
  public internal(set) var warnings: [Diagnostic] = []

  /// A policy made in code.
  public init(
    id: String, title: String? = nil, objective: Objective, minimumScore: ScoreFloor? = nil,
    maximumFLOPs: Int128? = nil, candidates: Candidates = .model
  ) {
    self.id = id
    self.title = title
    self.objective = objective
    self.minimumScore = minimumScore
    self.maximumFLOPs = maximumFLOPs
    self.candidates = candidates
  }

  public func with(file: String, warnings: [Diagnostic]) -> Policy {
    var copy = self
    copy.file = file
    copy.warnings = warnings
    return copy
  }
}

extension Objective {
  /// The objective as policies and reports spell it: the verb and the quantity.
  public var spelling: (verb: String, quantity: String) {
    switch self {
    case .scorePerFLOP: ("maximize", "score_per_flop")
    case .score: ("maximize", "score")
    case .leastFLOPs: ("minimize", "flops")
    }
  }
}
