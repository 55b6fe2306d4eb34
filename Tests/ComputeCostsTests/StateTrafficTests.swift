import ComputeCosts
import Testing

/// What decode steps move of a state that does not grow: each reads it and writes it back.
@Suite struct StateTrafficTests {
  @Test func aStateIsReadAndWrittenInEachStep() throws {
    let rule = GatedDelta(keyHeads: 2, valueHeads: 4, keyDim: 16, valueDim: 8, kernel: 4)
    let model = llava(
      language: LanguageModel(
        layers: 4, hidden: 64, heads: 4, kvHeads: 2, headDim: 16, intermediate: 128,
        vocabulary: 100, mixers: [MixerLayers(layers: 3, mixer: .gatedDelta(rule))]))
    let accelerator = Accelerator(
      memoryBytes: 8e10, bandwidth: 3e12, peak: [.bf16: 1e15], watts: nil)
    func decodeBytes(batch: Int) throws -> Int128 {
      let workload = Workload(images: 1, textTokens: 10, outputTokens: 6, batch: batch)
      let cost = try ServingCost(
        of: model, under: workload, plan: ServingPlan(), on: accelerator, upTo: 100)
      return try #require(cost.latency(at: 20)).decode.bytes
    }
    // One more request reads no more weights: 2·k·e numbers of 31 to 35 positions in the one full layer, the
    // convolution's inputs in three, and their states of dₖ·dᵥ fp32 numbers a head, twice.
    let attention: Int128 = 2 * 2 * 16 * (31 + 32 + 33 + 34 + 35) * 2
    let convolution: Int128 = 3 * 5 * (2 * 2 * 16 + 4 * 8) * 4 * 2
    let state: Int128 = 3 * 5 * 4 * 16 * 8 * 4
    #expect(
      try decodeBytes(batch: 2) - decodeBytes(batch: 1) == attention + convolution + 2 * state)
  }
}
