/// Why the training cost of a plan is not known as a function of n.
public struct UnknownTrainingCurve: Error, Sendable, Equatable {
  /// What is in the way.
  public let reason: String

  /// A reason, in words.
  public init(reason: String) { self.reason = reason }
}

extension RequestCost {
  /// The FLOPs of so many requests, where only totals are known.
  ///
  /// - Throws: ``CountOverflow``.
  public func lifetime(requests: Int) throws(CountOverflow) -> PiecewiseQuadratic {
    try total.times(Int128(requests))
  }

  /// The FLOPs of a model's life: training on samples, then so many batches of requests.
  ///
  /// - Parameters:
  ///   - model: The model that this is the cost of.
  ///   - workload: The request; a sample has its images, and its text and output tokens in sequence.
  ///   - plan: What is trained; `nil` for inference alone.
  ///   - samples: Samples of the training run.
  ///   - batches: How often the workload is served.
  /// - Throws: ``CountOverflow``, or ``UnknownTrainingCurve`` for a trained encoder before a frozen
  ///   resampler, or adapters in a language model with cross-attention.
  /// - Source: the factors of ``VisionLanguageModel/trainingCost(on:sequence:plan:weights:convention:)``; a test
  ///   compares the two.
  public func lifetime(
    of model: VisionLanguageModel, under workload: Workload, plan: TrainingPlan?, samples: Int,
    batches: Int
  ) throws -> PiecewiseQuadratic {
    let serving = try total.times(Int128(batches))
    guard let plan, samples > 0 else { return serving }
    var convention = convention ?? Convention()
    convention.head = .all
    let sequence = workload.textTokens + workload.outputTokens
    let sample = try RequestCost(
      of: model,
      under: Workload(
        images: workload.images, textTokens: sequence, outputTokens: 1, batch: 1),
      convention: convention)
    guard let parts = sample.parts, let encoder = parts.visionEncoder,
      let projection = parts.connector
    else {
      throw UnknownTrainingCurve(reason: "only the totals of a request are known")
    }
    let (ofConnector, ofLanguage) = (plan.connectorFactors, plan.languageFactors)
    // The sum of a part is all that is known; a connector without attention has one factor.
    if ofConnector.linear != ofConnector.attention, case .perceiver = model.connector.form {
      throw UnknownTrainingCurve(reason: "gradients pass through a frozen resampler")
    }
    var training = try encoder.times(plan.encoderFactors.linear)
      .plus(projection.times(ofConnector.linear))
      .plus(parts.prefillLinear.times(ofLanguage.linear))
      .plus(parts.prefillAttention.times(ofLanguage.attention))
      .plus(parts.lmHead.times(ofLanguage.linear))
    if case .lora(let rank) = plan.language {
      guard model.language.crossLayers == 0 else {
        throw UnknownTrainingCurve(reason: "adapters stand beside cross-attention")
      }
      let adapters = try model.language.adapterWeights(rank: rank).active.times(3)
        .times(convention.perMAC)
      training = try training.plus(
        PiecewiseQuadratic(
          TokenPolynomial(
            fixed: try adapters.times(Int128(sequence)),
            perToken: try adapters.times(Int128(workload.images)))))
    }
    return try serving.plus(training.times(Int128(samples)))
  }
}
