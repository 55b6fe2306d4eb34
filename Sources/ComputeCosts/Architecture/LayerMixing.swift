/// How the positions of one layer see each other, and what that costs: all of a transformer's layer but its MLP.
///
/// A form is a value of its sizes. Multiply–accumulates are counted `unit` operations each; P is the length of
/// the prompt.
protocol LayerMixing: Sendable {
  /// Weights that every position meets, those of a convolution among them.
  func weights(hidden: Int) throws(CountOverflow) -> Int128

  /// Sums of the widths, in and out, of all matrices: the weights of adapters of rank 1.
  func adapterWidths(hidden: Int) throws(CountOverflow) -> Int128

  /// Products of activations with activations over a prompt, as a function of P.
  ///
  /// - Parameter causal: Whether only what a causal mask leaves is counted.
  func prefill(unit: Int128, causal: Bool) throws(CountOverflow) -> PiecewiseQuadratic

  /// The same over the decode steps i = 0 … `steps` − 1, each of which sees P + i + 1 positions.
  func decode(unit: Int128, steps: Int128) throws(CountOverflow) -> PiecewiseQuadratic

  /// Numbers in the cache for so many positions.
  func cached(positions: Int128) throws(CountOverflow) -> Int128

  /// Numbers of the cache that so many decode steps read behind a prompt, each its own position too.
  func cacheReads(prompt: Int128, steps: Int128) throws(CountOverflow) -> Int128

  /// Numbers of a state that does not grow with positions, kept, read and written in fp32.
  func state() throws(CountOverflow) -> Int128
}

/// Layers that have one form of mixing.
public struct MixerLayers: Sendable, Equatable {
  /// How many layers.
  public let layers: Int
  /// How their positions see each other.
  public let mixer: Mixer

  /// At least one layer of a form.
  public init(layers: Int, mixer: Mixer) {
    preconditionSizes([layers])
    self.layers = layers
    self.mixer = mixer
  }
}

/// The forms of mixing that are known, by name.
public enum Mixer: Sendable, Equatable {
  /// Softmax attention with sizes of its own.
  case attention(AttentionHeads)
  /// The gated delta rule.
  case gatedDelta(GatedDelta)
  /// Multi-head latent attention.
  case latentAttention(LatentAttention)

  /// What a form costs.
  var form: any LayerMixing {
    switch self {
    case .attention(let heads): heads
    case .gatedDelta(let rule): rule
    case .latentAttention(let attention): attention
    }
  }
}
