/// An encoder that is no transformer of patches, by what it computes on an image of whole patches: its convolutions
/// follow the area, the products of its attention the square of it (MobileNet-V5).
public struct PatchNetwork: Sendable, Equatable {
  /// Multiply–accumulates of weights for each patch.
  public let perPatch: Int
  /// Multiply–accumulates of activations for each pair of patches.
  public let perPair: Int
  /// All its parameters.
  public let parameters: Int

  /// The most that each may be.
  public static let most = 1_000_000_000_000

  /// A network from its counts, each from 0 to ``most``.
  public init(perPatch: Int, perPair: Int, parameters: Int) {
    for count in [perPatch, perPair, parameters] {
      precondition((0...Self.most).contains(count), "a network of \(count)")
    }
    self.perPatch = perPatch
    self.perPair = perPair
    self.parameters = parameters
  }
}
