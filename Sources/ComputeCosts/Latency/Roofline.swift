/// The time of a request by the roofline model: in each phase either arithmetic or memory limits.
///
/// A phase takes `max(FLOPs / (peak · MFU), bytes / (bandwidth · MBU))`. Bytes are the weights that
/// the phase reads, once a pass, and the key/value cache; activations stay in caches. Transfers
/// between devices, kernel launches, tokenization and image decoding are not counted.
public struct Roofline: Sendable, Equatable {
  /// One phase of a request.
  public struct Phase: Sendable, Equatable {
    /// Operations.
    public let flops: Int128
    /// Bytes moved between memory and processor.
    public let bytes: Int128
    /// Seconds that arithmetic takes.
    public let computeSeconds: Double
    /// Seconds that memory takes.
    public let memorySeconds: Double

    /// Seconds of the phase.
    public var seconds: Double { max(computeSeconds, memorySeconds) }
    /// Whether memory limits it.
    public var isMemoryBound: Bool { memorySeconds > computeSeconds }
  }

  /// Encoder and connector; `nil` where only the language model was asked for.
  public let encode: Phase?
  /// The prompt, with the output head.
  public let prefill: Phase
  /// All decode steps; of no time with one output token.
  public let decode: Phase
  /// Decode steps.
  public let steps: Int

  /// Seconds until the first token.
  public var timeToFirstToken: Double { (encode?.seconds ?? 0) + prefill.seconds }
  /// Seconds of a decode step on average; `nil` without one.
  public var timePerOutputToken: Double? { steps > 0 ? decode.seconds / Double(steps) : nil }
  /// Seconds of the request.
  public var total: Double { timeToFirstToken + decode.seconds }
}

/// How a model is served.
public struct ServingPlan: Sendable, Equatable {
  /// How all weights are stored; `nil` for as the model says, and 16 bits where it does not.
  public var weights: DataType?
  /// How the key/value cache is stored.
  public var cache: DataType
  /// Devices that share the work evenly.
  public var devices: Int
  /// How much of the data sheet is reached.
  public var utilization: Utilization

  /// A plan; by default one device, weights as the model says, a cache of 16 bits and the utilization assumed.
  public init(
    weights: DataType? = nil, cache: DataType = .bf16, devices: Int = 1,
    utilization: Utilization = .assumed
  ) {
    precondition(devices >= 1, "\(devices) devices")
    self.weights = weights
    self.cache = cache
    self.devices = devices
    self.utilization = utilization
  }

  /// How the weights of a model are stored under this plan, part by part.
  public func storage(of model: VisionLanguageModel) -> WeightStorage {
    model.storage(allAs: weights)
  }
}

/// The roofline of a model and a workload on an accelerator, ready to be asked for many requests.
struct RooflineModel: Sendable {
  private let language: LanguageModel
  private let workload: Workload
  private let plan: ServingPlan
  private let storage: WeightStorage
  /// FLOPs a second that are reached by all devices, of the encoder's and of the language model's products.
  private let encodeRate: Double
  private let languageRate: Double
  /// Bytes a second that are reached, by all devices.
  private let byteRate: Double
  private let visionBytes: Int128
  private let layerWeights: (active: Int128, perExpert: Int128)
  private let headWeights: Int128

  /// - Returns: `nil` where the accelerator has no rate for the type of the weights.
  init?(
    _ model: VisionLanguageModel, _ workload: Workload, _ plan: ServingPlan,
    on accelerator: Accelerator
  ) throws(CountOverflow) {
    storage = plan.storage(of: model)
    guard let rate = accelerator.rate(forWeights: storage.layers),
      let encoderRate = accelerator.rate(forWeights: storage.encoder)
    else { return nil }
    language = model.language
    self.workload = workload
    self.plan = plan
    let devices = Double(plan.devices)
    languageRate = rate.flopsPerSecond * plan.utilization.mfu * devices
    encodeRate = encoderRate.flopsPerSecond * plan.utilization.mfu * devices
    byteRate = accelerator.bandwidth * plan.utilization.mbu * devices
    let parameters = try model.parameters()
    visionBytes = try WeightStorage.bytes(of: [
      (parameters.visionEncoder, storage.encoder), (parameters.connector, storage.connector),
    ])
    if let experts = language.experts {
      layerWeights = (
        parameters.activeLanguageLayers,
        try Int128.product(
          language.mlpMatrices, language.hidden, experts.intermediate, language.sparseLayers)
      )
    } else {
      layerWeights = (parameters.languageLayers, 0)
    }
    // A tied head is read as well as an untied one.
    headWeights = try Int128.product(language.vocabulary, language.hidden)
  }

  private func phase(_ flops: Int128, _ bytes: Int128, _ flopRate: Double) -> Roofline.Phase {
    Roofline.Phase(
      flops: flops, bytes: bytes, computeSeconds: Double(nearest: flops) / flopRate,
      memorySeconds: Double(nearest: bytes) / byteRate)
  }

  /// Bytes of the layers and the head that a pass over so many tokens reads.
  ///
  /// - Parameter vision: How many of them are of images.
  private func weightBytes(tokens: Int128, vision: Int128 = 0) throws(CountOverflow) -> Int128 {
    var weights = layerWeights.active
    if let experts = language.experts {
      // Each token chooses its experts; at most all of them are read.
      let isApart = experts.visionIntermediate != nil
      func touched(_ tokens: Int128) throws(CountOverflow) -> Int128 {
        min(Int128(experts.experts), try tokens.times(Int128(experts.active)))
      }
      let ofText = try touched(isApart ? tokens.plus(-vision) : tokens)
      weights = try weights.plus(
        layerWeights.perExpert.times(max(0, ofText - Int128(experts.active))))
      if let size = experts.visionIntermediate, vision > 0 {
        let one = try Int128.product(
          language.mlpMatrices, language.hidden, size, language.sparseLayers)
        weights = try weights.plus(one.times(touched(vision)))
          .plus(Int128.product(language.hidden, experts.experts, language.sparseLayers))
      }
    }
    // A head that shares the embedding's weights has their type.
    return try WeightStorage.bytes(of: [
      (weights, storage.layers),
      (headWeights, language.tiedEmbeddings ? storage.embedding : storage.head),
    ])
  }

  /// The times of a request.
  ///
  /// - Parameters:
  ///   - encode: FLOPs of encoder and connector for the batch, as all counts; `nil` to leave them out.
  ///   - prefill: FLOPs of the prompt with its head.
  ///   - decode: FLOPs of all decode steps.
  ///   - visionTokens: Vision tokens of one request.
  ///   - states: Vision states that cross-attention reads.
  func times(
    encode: Int128?, prefill: Int128, decode: Int128, visionTokens: Int128, states: Int128
  ) throws(CountOverflow) -> Roofline {
    let isCross = language.crossLayers > 0
    let batch = Int128(workload.batch)
    let steps = Int128(workload.outputTokens - 1)
    let prompt = try Int128(workload.textTokens).plus(isCross ? 0 : visionTokens)
    let seen = isCross ? states : 0
    let written = try language.cacheBytes(
      positions: prompt, states: seen, batch: workload.batch, storedAs: plan.cache)
    let reads = try language.cacheReads(
      prompt: prompt, steps: steps, states: seen, batch: workload.batch, storedAs: plan.cache)
    return Roofline(
      encode: encode.map { phase($0, visionBytes, encodeRate) },
      prefill: phase(
        prefill,
        try weightBytes(
          tokens: prompt.times(batch), vision: isCross ? 0 : visionTokens.times(batch)
        ).plus(written), languageRate),
      decode: phase(decode, try weightBytes(tokens: batch).times(steps).plus(reads), languageRate),
      steps: workload.outputTokens - 1)
  }
}
