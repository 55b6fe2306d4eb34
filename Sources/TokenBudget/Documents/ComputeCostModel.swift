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
  /// How the FLOPs are known.
  public var basis: Basis
  /// The token counts that the model can run; `nil` when it does not say.
  public var lattice: Lattice?
  /// Where the numbers come from.
  public var source: Source?
  public internal(set) var file: String?
  public internal(set) var warnings: [Diagnostic] = []

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

  public func with(file: String, warnings: [Diagnostic]) -> ComputeCostModel {
    var copy = self
    copy.file = file
    copy.warnings = warnings
    return copy
  }

  /// The request's FLOPs as exact polynomials in n.
  ///
  /// - Throws: `CountOverflow` when a coefficient passes 1.7e38.
  /// - Complexity: O(1).
  public func requestCost() throws(CountOverflow) -> RequestCost {
    switch basis {
    case .architecture(let model, let workload): try RequestCost(of: model, under: workload)
    case .totals(let total): RequestCost(total: total)
    }
  }
}
