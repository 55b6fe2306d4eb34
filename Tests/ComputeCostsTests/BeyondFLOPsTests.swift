import ComputeCosts
import Testing

@Suite struct TrainingTests {
  private let layout = ImageLayout(tokens: 576, inputs: [EncoderInput(rows: 24, columns: 24)])

  private func cost(
    _ encoder: TrainingPlan.Mode, _ connector: TrainingPlan.Mode, _ language: TrainingPlan.Mode
  ) throws -> TrainingCost {
    try llava().trainingCost(
      on: CountedImages([layout], on: llava()), sequence: 64,
      plan: TrainingPlan(encoder: encoder, connector: connector, language: language))
  }

  /// The forward pass with the head at every position.
  private func forward() throws -> RequestParts<Int128> {
    var convention = Convention()
    convention.head = .all
    return try #require(
      try llava().breakdown(
        of: [layout], under: Workload(images: 1, textTokens: 64, outputTokens: 1, batch: 1),
        convention: convention
      ).parts)
  }

  @Test func trainingEverythingIsThreeForwardPasses() throws {
    let forward = try forward()
    let all = try cost(.full, .full, .full)
    #expect(all.encoder == 3 * (try #require(forward.visionEncoder)))
    #expect(all.connector == 3 * (try #require(forward.connector)))
    #expect(all.language == 3 * forward.prefill)
    #expect(all.head == 3 * forward.lmHead)
  }

  @Test func gradientsPassThroughFrozenPartsBehindTrainedOnes() throws {
    let forward = try forward()
    // LLaVA's first stage: the connector alone.
    let stage = try cost(.frozen, .full, .frozen)
    #expect(stage.encoder == forward.visionEncoder)
    #expect(stage.connector == 3 * (try #require(forward.connector)))
    #expect(stage.language == 2 * forward.prefillLinear + 3 * forward.prefillAttention)
    #expect(stage.head == 2 * forward.lmHead)
    #expect(stage.trainedParameters == 1024 * 4096 + 4096 * 4096)
    // Nothing is trained: forward alone.
    let none = try cost(.frozen, .frozen, .frozen)
    #expect(none.language == forward.prefill && none.head == forward.lmHead)
    #expect(none.trainedParameters == 0 && none.optimizerBytes == 0)
  }

  @Test func adaptersAreSmallAndPaidThreeTimes() throws {
    let forward = try forward()
    let lora = try cost(.frozen, .frozen, .lora(rank: 16))
    // Rank times input and output of seven matrices a layer.
    let weights: Int128 = 32 * 16 * (4 * (4096 + 4096) + 3 * (4096 + 11008))
    #expect(lora.trainedParameters == weights)
    #expect(
      lora.language
        == 2 * forward.prefillLinear + 3 * forward.prefillAttention + 6 * weights * 640)
    #expect(lora.encoder == forward.visionEncoder)
    #expect(lora.optimizerBytes == 12 * weights && lora.gradientBytes == 2 * weights)
  }

  /// Keys and values of cross-attention are read from the vision states: so are their adapters.
  @Test func adaptersOfCrossLayersMeetTheStates() throws {
    let language = small(crossLayers: 2)
    let layout = ImageLayout(tokens: 50, inputs: [EncoderInput(rows: 7, columns: 7)])
    let model = llava(
      budget: .processor([ProcessorBudget(setting: nil, layout: layout)]), language: language)
    let plan = TrainingPlan(encoder: .frozen, connector: .frozen, language: .lora(rank: 4))
    let cost = try model.trainingCost(
      on: CountedImages([layout], on: model), sequence: 30, plan: plan)
    var all = Convention()
    all.head = .all
    let forward = try #require(
      try model.breakdown(
        of: [layout], under: Workload(images: 1, textTokens: 30, outputTokens: 1, batch: 1),
        convention: all
      ).parts)
    let keyValue: Int128 = 2 * (64 + 32)
    let others: Int128 = 2 * (64 + 128) + 3 * (64 + 128)
    let products = 30 * (6 * others + 4 * keyValue) + 50 * 2 * keyValue
    #expect(
      cost.language
        == 2 * forward.prefillLinear + 3 * forward.prefillAttention + 6 * 4 * products)
    #expect(cost.trainedParameters == 4 * 6 * (others + keyValue))
  }

  /// 665,000 samples of 640 tokens: beyond what 64 bits hold.
  @Test func aRunPassesInt64() throws {
    let run = try cost(.frozen, .full, .full).checkedTotal(samples: 665_000)
    #expect(run > Int128(Int64.max))
    #expect((Double(run) / 1.7e19 - 1).magnitude < 0.1)
  }
}

@Suite struct MemoryTests {
  @Test func numbersTakeTheirBits() throws {
    #expect(try DataType.bf16.bytes(of: 7) == 14)
    #expect(try DataType.fp32.bytes(of: 7) == 28)
    #expect(try DataType.fp8.bytes(of: 7) == 7)
    #expect(try DataType.int4.bytes(of: 7) == 4)
    #expect(throws: CountOverflow.self) { try DataType.fp32.bytes(of: Int128.max) }
  }

  @Test func slidingLayersCacheTheirWindow() throws {
    let model = small(sliding: SlidingWindow(window: 10, layers: 4))
    // 2 · k · e numbers a layer and position.
    #expect(try model.cacheSize(positions: 7, states: 0) == 7 * 6 * 64)
    #expect(try model.cacheSize(positions: 100, states: 0) == (100 * 2 + 10 * 4) * 64)
  }

  @Test func crossLayersCacheTheVisionStates() throws {
    let model = small(crossLayers: 2)
    #expect(try model.cacheSize(positions: 9, states: 50) == (9 * 4 + 50 * 2) * 64)
  }

  @Test func expertsAllCountAsParametersAndFewAsActive() throws {
    let experts = MixtureOfExperts(
      experts: 8, active: 2, intermediate: 32, sharedIntermediate: 16, denseLayers: 1)
    let model = small(experts: experts)
    let attention: Int128 = 6 * (2 * 64 * 128 + 2 * 64 * 32)
    let dense: Int128 = 3 * 64 * 128
    #expect(
      try model.matrixParameters()
        == attention + dense + 5 * (3 * 64 * (8 * 32 + 16) + 64 * 8))
    #expect(
      try model.activeMatrixParameters()
        == attention + dense + 5 * (3 * 64 * (2 * 32 + 16) + 64 * 8))
  }
}

@Suite struct RooflineTests {
  private let accelerator = Accelerator(
    memoryBytes: 80e9, bandwidth: 4e12, peak: [.bf16: 1e15, .fp8: 2e15], watts: 700)

  private func roofline(
    output: Int, batch: Int = 1, weights: DataType = .bf16, devices: Int = 1
  ) throws -> Roofline? {
    let workload = Workload(images: 1, textTokens: 64, outputTokens: output, batch: batch)
    return try ServingCost(
      of: llava(), under: workload,
      plan: ServingPlan(
        weights: weights, devices: devices, utilization: Utilization(mfu: 0.5, mbu: 0.5)),
      on: accelerator, upTo: 576
    ).latency(at: 576)
  }

  @Test func arithmeticLimitsThePromptAndMemoryTheAnswer() throws {
    let latency = try #require(try roofline(output: 101))
    #expect(!latency.prefill.isMemoryBound && latency.decode.isMemoryBound)
    #expect(latency.prefill.seconds == Double(latency.prefill.flops) / 5e14)
    #expect(latency.decode.seconds == Double(latency.decode.bytes) / 2e12)
    // 100 steps read the layers, the head and the cache as it grows.
    let model = llava().language
    let weights = try model.matrixParameters() + 4096 * 32064
    let reads = (1...100).reduce(Int128(0)) { $0 + Int128(640 + $1) } * 2 * 32 * 128 * 32
    #expect(latency.decode.bytes == 2 * (100 * weights + reads))
    #expect(latency.total == latency.timeToFirstToken + latency.decode.seconds)
    #expect(latency.timePerOutputToken == latency.decode.seconds / 100)
  }

  @Test func onePassHasNoDecode() throws {
    let latency = try #require(try roofline(output: 1))
    #expect(latency.decode.seconds == 0 && latency.timePerOutputToken == nil)
  }

  @Test func smallerTypesAndMoreDevicesAreFaster() throws {
    let base = try #require(try roofline(output: 10))
    let half = try #require(try roofline(output: 10, weights: .fp8))
    #expect(half.prefill.computeSeconds == base.prefill.computeSeconds / 2)
    // Integer weights save memory, not arithmetic.
    let quantized = try #require(try roofline(output: 10, weights: .int4))
    #expect(quantized.prefill.computeSeconds == base.prefill.computeSeconds)
    #expect(quantized.decode.seconds < half.decode.seconds)
    let shared = try #require(try roofline(output: 10, devices: 2))
    #expect(shared.total == base.total / 2)
  }

  @Test func anAcceleratorWithoutARateGivesNoLatency() throws {
    let bare = Accelerator(memoryBytes: 1e9, bandwidth: 1e9, peak: [.int8: 1e12], watts: nil)
    #expect(bare.rate(forWeights: .bf16) == nil)
    let plain = Accelerator(memoryBytes: 1e9, bandwidth: 1e9, peak: [.fp32: 1e12], watts: nil)
    #expect(plain.rate(forWeights: .bf16)?.type == .fp32)
  }
}
