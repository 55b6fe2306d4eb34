/// How operations are counted. Two papers about one model can differ by 2.6 times for it.
///
/// Always counted: matrix products, convolutions and attention products. Never: norms, softmax,
/// activations, rotary embedding, bias additions, sampling.
public struct Convention: Sendable, Hashable {
  /// What a multiply–accumulate counts as.
  public enum Unit: String, Sendable, CaseIterable {
    /// Two operations.
    case flop
    /// One operation.
    case mac
  }

  /// Which pairs of positions attention pays for in a prompt.
  public enum Attention: String, Sendable, CaseIterable {
    /// The full rectangle: what the usual kernels without a causal mask in them compute.
    case full
    /// The pairs that the mask leaves, also those of a sliding window.
    case causal
  }

  /// For how many positions of the prompt the output head is computed.
  public enum Head: String, Sendable, CaseIterable {
    /// The last one, as generation does.
    case last
    /// Every one, as training and scoring do.
    case all
  }

  /// Whether something that runs without effect is counted.
  public enum Waste: String, Sendable, CaseIterable {
    /// It runs, so it counts.
    case counted
    /// It could be left out.
    case excluded
  }

  /// What a multiply–accumulate counts as.
  public var unit: Unit = .flop
  /// Matrices of a gated MLP of the language model that are counted: 3, or 2 as in papers that
  /// take the plain MLP's formula; `nil` for as many as there are.
  public var mlpMatrices: Int?
  /// Which pairs of positions attention pays for.
  public var attention: Attention = .full
  /// For how many positions the output head is computed.
  public var head: Head = .last
  /// Tiles and crops that hold padding only.
  public var padding: Waste = .counted
  /// Encoder layers behind the one whose output is used.
  public var unusedLayers: Waste = .counted

  /// The default: 2 FLOP per multiply–accumulate, what the reference implementations run.
  public init() {}

  /// Operations of a multiply–accumulate.
  var perMAC: Int128 { unit == .flop ? 2 : 1 }
}
