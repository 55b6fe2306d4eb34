import BudgetDocuments
import ComputeCosts
import Foundation
import TestSupport
import Testing

/// Tiny random models as the framework's counter saw them: what `make check-flops` does for many more.
@Suite struct TinyModelTests {
  private struct Record: Decodable {
    let type: String
    let image: [Int]
    let image_tokens: Int
    let text_tokens: Int
    let counted: [String: Int]
    let beside_convention: [String: Int]
    let parameters: [String: Int]
  }
  private struct Records: Decodable { let tiny: [Record] }

  @Test(arguments: try FLOPRecords.tinyModels)
  func everyPartIsWhatTheCounterSaw(file: String) throws {
    let data = Data(try Repository.text("Tests/ComputeCostsTests/References/" + file).utf8)
    let records = try JSONDecoder().decode(Records.self, from: data).tiny
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let files = try #require(root["tiny"] as? [[String: Any]])
    #expect(records.count >= 8)
    for (index, (record, files)) in zip(records, files).enumerated() {
      let name = "\(record.type) \(index)"
      let processor = files["processor"].flatMap { $0 is NSNull ? nil : $0 }
      let imported = try FLOPRecords.imported(
        JSONSerialization.data(withJSONObject: files["config"] ?? [:]), named: "tiny-\(index)",
        processor: try processor.map { try JSONSerialization.data(withJSONObject: $0) })
      guard case .architecture(let model, _) = imported.basis else {
        Issue.record("\(name) has no architecture")
        continue
      }
      let rule = try #require(imported.processor?.rule)
      let image = try rule.layout(
        of: try #require(ImageSize(width: record.image[0], height: record.image[1])))
      #expect(image.tokens == record.image_tokens, "\(name)")
      let workload = Workload(images: 1, textTokens: record.text_tokens, outputTokens: 2, batch: 1)
      let parts = try #require(try model.breakdown(of: [image], under: workload).parts)
      let parameters = try model.parameters()
      let ours: [String: Int128?] = [
        "vision_encoder": parts.visionEncoder, "connector": parts.connector,
        "prefill_linear": parts.prefillLinear, "prefill_attention": parts.prefillAttention,
        "decode_step_linear": parts.decodeStepLinear,
        "decode_step_attention": parts.decodeStepAttention, "lm_head_last": parts.lmHeadLast,
      ]
      #expect(ours.count == record.counted.count)
      for (part, count) in record.counted {
        let beside = Int128(record.beside_convention[part] ?? 0)
        #expect(ours[part] == Int128(count) - beside, "\(name): \(part)")
      }
      #expect(parameters.visionEncoder == Int128(record.parameters["vision_encoder"] ?? -1))
      #expect(parameters.connector == Int128(record.parameters["connector"] ?? -1))
      #expect(parameters.total == Int128(record.parameters["total"] ?? -1), "\(name)")
    }
  }

  /// The reference pads a chunk and sees no triangular system; the number by the formula of the documentation.
  @Test func theCounterSeesWholeChunks() throws {
    let rule = GatedDelta(keyHeads: 1, valueHeads: 2, keyDim: 8, valueDim: 12, kernel: 4)
    // Two heads, two chunks of 64 for 70 positions: 2·2·128·(64·(2·8 + 12) + 3·8·12).
    #expect(
      try rule.counted(positions: 70, unit: 2) == 1_064_960 + 2 * (2 * 8 + 24) * 4 * 3)
  }

  /// A state that stays, in fp32, beside what the convolution keeps in the cache's type.
  @Test func theStateDoesNotGrow() throws {
    let language = LanguageModel(
      layers: 4, hidden: 64, heads: 4, kvHeads: 2, headDim: 16, intermediate: 96, vocabulary: 320,
      outputGate: true,
      mixers: [
        MixerLayers(
          layers: 3,
          mixer: .gatedDelta(
            GatedDelta(keyHeads: 2, valueHeads: 4, keyDim: 8, valueDim: 16, kernel: 4)))
      ])
    func bytes(_ positions: Int128) throws -> Int128 {
      try language.cacheBytes(positions: positions, states: 0, batch: 1, storedAs: .bf16)
    }
    // One full layer: 2·2·16 numbers a position; three states of 4·8·16, three windows of (2·16 + 64)·4.
    let fixed: Int128 = 3 * (4 * 8 * 16 * 4 + 96 * 4 * 2)
    #expect(try bytes(1) == 64 * 2 + fixed)
    #expect(try bytes(1000) == 1000 * 64 * 2 + fixed)
  }
}
