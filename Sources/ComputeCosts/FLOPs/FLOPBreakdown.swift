/// The FLOPs of one request, by part.
public struct FLOPBreakdown: Sendable, Equatable {
  /// The parts of a request, all in the unit of its convention.
  public struct Parts: Sendable, Equatable {
    /// The encoder on all images; `nil` where only the language model was asked for.
    public let visionEncoder: Int128?
    /// The connector on all images; `nil` where only the language model was asked for.
    public let connector: Int128?
    /// The weight products of the prompt.
    public let prefillLinear: Int128
    /// The attention products of the prompt.
    public let prefillAttention: Int128
    /// The output head over the prompt: for its last position, or for all.
    public let lmHead: Int128
    /// The output head at one position.
    public let lmHeadLast: Int128
    /// The weight products of one decoded token.
    public let decodeStepLinear: Int128
    /// The attention products of the first decoded token.
    public let decodeStepAttention: Int128
    /// All decode steps, each with its output head.
    public let decode: Int128

    /// The language model's layers on the prompt, without the output head.
    public var prefill: Int128 { prefillLinear + prefillAttention }
  }

  /// The parts; `nil` where only totals are known.
  public let parts: Parts?

  /// The whole request.
  public let total: Int128
}
