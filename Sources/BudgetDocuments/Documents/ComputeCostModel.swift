import BudgetSearch
import ComputeCosts
import SourceText

/// What a request costs as a function of the vision tokens an image gets.
public struct ComputeCostModel: Document {
  /// How the FLOPs are known.
  public enum Basis: Sendable, Equatable {
    /// From the model's architecture and the request.
    case architecture(VisionLanguageModel, Workload)
    /// From totals, as a polynomial in n.
    case totals(TokenPolynomial)
  }

  public static let kind = DocumentKind.computeCostModel

  public var id: String
  public var title: String?
  /// The model's published name; `nil` when the document does not say.
  public var modelName: String?
  /// How the FLOPs are known.
  public var basis: Basis
  /// The token counts that the model can run; `nil` when it does not say.
  public var lattice: Lattice?
  /// How images become tokens; `nil` when the document does not say.
  public var processor: Processor?
  /// The size of the images that n is chosen for; `nil` for square ones, or those of the one size
  /// that the model takes.
  public var image: ImageSize?
  /// The video that a request has in place of images; `nil` where it has images.
  public var video: VideoWorkload?
  /// Billions of parameters of the language model, where only totals are given; `nil` when the document
  /// does not say.
  public var parametersBillions: Double?
  /// How operations are counted, where an architecture is given.
  public var convention = Convention()
  /// The id of the accelerator it runs on; `nil` when the document does not say.
  public var hardware: String?
  /// Where the accelerator was named; `nil` when it was not, or in code.
  public internal(set) var hardwarePlace: SourcePlace?
  /// Where the numbers come from.
  public var source: Source?
  public var reading = DocumentReading.none

  /// How a model's processor turns images into tokens.
  public struct Processor: Sendable {
    /// The family.
    public let family: ModelFamily
    /// What it makes of an image, its settings fixed.
    public let rule: any TokenRule

    /// A processor; ``ComputeCosts/ModelFamily/tokenRule(_:)`` makes a rule of settings.
    public init(family: ModelFamily, rule: any TokenRule) {
      self.family = family
      self.rule = rule
    }
  }

  /// A cost model made in code.
  public init(
    id: String, title: String? = nil, basis: Basis, lattice: Lattice? = nil, source: Source? = nil
  ) {
    self.id = id
    self.title = title
    self.basis = basis
    self.lattice = lattice
    self.source = source
  }

  /// The request's FLOPs as exact polynomials in n.
  ///
  /// - Throws: `CountOverflow` when a coefficient passes 1.7e38.
  /// - Complexity: O(1), or O(budgets) where a processor's setting decides what the encoder sees.
  public func requestCost() throws(CountOverflow) -> RequestCost {
    switch basis {
    case .architecture(let model, let workload):
      try RequestCost(of: model, under: workload, convention: convention)
    case .totals(let total): RequestCost(total: total)
    }
  }
}
