/// The FLOPs of one request at one token count, by part.
public struct FLOPBreakdown: Sendable, Equatable {
  /// The parts of a request, all in FLOPs.
  public struct Parts: Sendable, Equatable {
    /// The encoder on all images.
    public let visionEncoder: Int128
    /// The connector on all images.
    public let connector: Int128
    /// The weight products of the prompt.
    public let prefillLinear: Int128
    /// The attention products of the prompt.
    public let prefillAttention: Int128
    /// The output head, once, for the prompt's last position.
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
