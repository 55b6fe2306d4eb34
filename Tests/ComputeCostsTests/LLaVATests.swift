import ComputeCosts
import Foundation
import Testing

/// LLaVA-1.5-7B as its published configuration says.
private func llava(
  reduction: TokenReduction = .beforeConnector, image: Int = 336, classToken: Bool = true
) -> VisionLanguageModel {
  VisionLanguageModel(
    encoder: VisionTransformer(
      layers: 24, hidden: 1024, intermediate: 4096, heads: 16, patch: 14, image: image,
      classToken: classToken),
    connector: .mlp2, reduction: reduction,
    language: LanguageModel(
      layers: 32, hidden: 4096, heads: 32, kvHeads: 32, headDim: 128, intermediate: 11008,
      vocabulary: 32064))
}

/// `References/llava-1.5-7b.json`: counts by PyTorch's operator counter.
private struct Reference: Decodable {
  struct Vision: Decodable {
    struct Input: Decodable { let images: Int }
    let input: Input
    let vision_tokens_to_llm: Int
    let vision_encoder_flops: Int
    let connector_flops: Int
    let total: Int
  }

  struct Prefill: Decodable {
    struct Split: Decodable {
      let linear: Int
      let attention: Int
    }
    struct Decode: Decodable {
      let context_before: Int
      let llm_layers_flops: Int
      let split: Split
      let lm_head_flops: Int
    }
    let n_vision: Int
    let n_text: Int
    let llm_layers_flops: Int
    let split: Split
    let lm_head_last_token_flops: Int
    let decode: Decode
  }

  enum Record: Decodable {
    case vision(Vision)
    case prefill(Prefill)

    enum CodingKeys: CodingKey { case kind }

    init(from decoder: any Decoder) throws {
      let kind = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .kind)
      self =
        kind == "vision" ? .vision(try Vision(from: decoder)) : .prefill(try Prefill(from: decoder))
    }
  }

  let records: [Record]

  static func load() throws -> Reference {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("References/llava-1.5-7b.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }
}

@Suite struct LLaVATests {
  @Test func everyRecordIsReproducedToTheLastDigit() throws {
    var compared = (vision: 0, prefill: 0)
    for record in try Reference.load().records {
      switch record {
      case .vision(let vision):
        let images = vision.input.images
        let cost = try RequestCost(
          of: llava(),
          under: Workload(images: images, textTokens: 0, outputTokens: 1, batch: 1))
        let tokens = vision.vision_tokens_to_llm / images
        let parts = try #require(try cost.breakdown(at: tokens).parts)
        #expect(parts.visionEncoder == Int128(vision.vision_encoder_flops))
        #expect(parts.connector == Int128(vision.connector_flops))
        #expect(parts.visionEncoder + parts.connector == Int128(vision.total))
        compared.vision += 1
      case .prefill(let prefill):
        let cost = try RequestCost(
          of: llava(),
          under: Workload(images: 1, textTokens: prefill.n_text, outputTokens: 2, batch: 1))
        let breakdown = try cost.breakdown(at: prefill.n_vision)
        let parts = try #require(breakdown.parts)
        #expect(parts.prefillLinear == Int128(prefill.split.linear))
        #expect(parts.prefillAttention == Int128(prefill.split.attention))
        #expect(parts.prefill == Int128(prefill.llm_layers_flops))
        #expect(parts.lmHeadLast == Int128(prefill.lm_head_last_token_flops))
        #expect(prefill.decode.context_before == prefill.n_vision + prefill.n_text)
        #expect(parts.decodeStepLinear == Int128(prefill.decode.split.linear))
        #expect(parts.decodeStepAttention == Int128(prefill.decode.split.attention))
        // With two output tokens there is one decode step, and it has its own head.
        let step = Int128(prefill.decode.llm_layers_flops + prefill.decode.lm_head_flops)
        #expect(parts.decode == step)
        compared.prefill += 1
      }
    }
    #expect(compared == (3, 17))
  }

  @Test(arguments: [(1, 64, 128, 1, 64), (3, 0, 1, 1, 576), (2, 17, 5, 8, 9), (1, 0, 1, 1, 0)])
  func totalsAreTheSumOfWhatARequestDoes(
    images: Int, text: Int, output: Int, batch: Int, tokens: Int
  ) throws {
    let model = llava()
    let cost = try RequestCost(
      of: model,
      under: Workload(images: images, textTokens: text, outputTokens: output, batch: batch))
    let breakdown = try cost.breakdown(at: tokens)
    let parts = try #require(breakdown.parts)

    // The request step by step, as it runs.
    let linear = try model.language.linearFLOPsPerToken()
    let pair = try model.language.attentionFLOPsPerPair()
    let head = try model.language.headFLOPsPerPosition()
    let prompt = Int128(images * tokens + text)
    var total = Int128(images) * (try model.encoder.flopsPerImage())
    total += Int128(images * tokens) * Int128(2 * (1024 * 4096 + 4096 * 4096))
    total += prompt * linear + prompt * prompt * pair + head
    for step in 0..<(output - 1) {
      total += linear + (prompt + Int128(step) + 1) * pair + head
    }
    #expect(breakdown.total == total * Int128(batch))
    #expect(
      breakdown.total == parts.visionEncoder + parts.connector + parts.prefill + parts.lmHeadLast
        + parts.decode)
  }

  @Test func reducingAfterTheConnectorPaysForEveryPatch() throws {
    let workload = Workload(images: 2, textTokens: 1, outputTokens: 1, batch: 3)
    let before = try RequestCost(of: llava(), under: workload)
    let after = try RequestCost(of: llava(reduction: .afterConnector), under: workload)
    let few = try #require(try after.breakdown(at: 1).parts)
    let all = try #require(try before.breakdown(at: 576).parts)
    #expect(few.connector == all.connector)
  }

  @Test func convolutionsDropTheRemainder() {
    #expect(llava(image: 349).encoder.patches == 576)
    #expect(llava(image: 350).encoder.patches == 625)
    #expect(llava(classToken: false).encoder.sequenceLength == 576)
  }
}

@Suite struct ArithmeticTests {
  @Test func groupedQueryAttentionPaysForFewerKeys() throws {
    func model(kvHeads: Int) -> LanguageModel {
      LanguageModel(
        layers: 2, hidden: 64, heads: 8, kvHeads: kvHeads, headDim: 16, intermediate: 128,
        vocabulary: 10)
    }
    let full = model(kvHeads: 8)
    let grouped = model(kvHeads: 2)
    let saved = try full.linearFLOPsPerToken() - grouped.linearFLOPsPerToken()
    let perMatrix: Int128 = 2 * 64 * 6 * 16
    #expect(saved == 2 * 2 * perMatrix)
    #expect(try full.attentionFLOPsPerPair() == grouped.attentionFLOPsPerPair())
  }

  @Test func totalsBeyondInt64AreExact() throws {
    let total = TokenPolynomial(fixed: 1, perToken: 2, perTokenSquared: 3)
    #expect(
      try total.value(at: 4_000_000_000_000_000_000)
        == 48_000_000_000_000_000_008_000_000_000_000_000_001)
  }

  @Test func overflowIsAnErrorAndNeverWraps() throws {
    let total = TokenPolynomial(perTokenSquared: 1 << 100)
    #expect(try total.value(at: 1 << 13) == 1 << 126)
    #expect(throws: CountOverflow.self) { try total.value(at: 1 << 14) }
    let largest = 100_000_000
    let model = VisionLanguageModel(
      encoder: llava().encoder, connector: .mlp2, reduction: .afterConnector,
      language: LanguageModel(
        layers: largest, hidden: largest, heads: largest, kvHeads: largest, headDim: largest,
        intermediate: largest, vocabulary: largest))
    let workload = Workload(
      images: 1_000_000_000, textTokens: 1_000_000_000, outputTokens: 1_000_000_000,
      batch: 1_000_000_000)
    #expect(throws: CountOverflow.self) { try RequestCost(of: model, under: workload) }
  }

  @Test func totalsAloneHaveNoParts() throws {
    let cost = RequestCost(total: TokenPolynomial(fixed: 7, perToken: 5, perTokenSquared: 1))
    let breakdown = try cost.breakdown(at: 10)
    #expect(breakdown.parts == nil)
    #expect(breakdown.total == 157)
  }
}
