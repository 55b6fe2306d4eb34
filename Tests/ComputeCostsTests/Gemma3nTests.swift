import BudgetDocuments
import SourceText
import TestSupport
import Testing

@testable import ComputeCosts

/// Gemma 3n and the forms that came with it, by sums of their own.
@Suite struct Gemma3nTests {
  private func shipped() throws -> (model: VisionLanguageModel, rule: any TokenRule) {
    let document = try ComputeCostModel.load(Repository.path("profiles/compute/gemma-3n-e4b.yaml"))
    guard case .architecture(let model, _) = document.basis else { throw CountOverflow() }
    return (model, try #require(document.processor).rule)
  }

  /// PyTorch's counter on timm's `mobilenetv5_300m_enc`: convolutions and products of batches, by side.
  @Test(arguments: [
    (768, 775_676_657_664, 95_806_291_968), (512, 344_745_181_184, 18_924_699_648),
    (256, 86_186_295_296, 1_182_793_728),
  ])
  func theEncoderIsWhatTheCounterSaw(side: Int, convolution: Int, attention: Int) throws {
    let encoder = try shipped().model.encoder
    let rule = try #require(
      try? ModelFamily.gemma3n.tokenRule(settings(side: side)).get())
    let layout = try rule.layout(of: try #require(ImageSize(width: 1280, height: 720)))
    #expect(layout.tokens == 256)
    let flops = try encoder.flops(of: [layout])
    #expect(flops.convolution == Int128(convolution))
    #expect(flops.attention == Int128(attention))
    #expect(flops.linear == 0)
    // Two images are two inputs, not one sequence.
    #expect(try encoder.flops(of: [layout, layout]).total() == 2 * flops.total())
    #expect(try encoder.matrixParameters() == 294_126_912)
  }

  private func settings(side: Int) -> SettingValues {
    var values = SettingValues()
    values["image_size"] = .count(side)
    values["tokens_per_image"] = .count(256)
    return values
  }

  @Test func aSideThatDoesNotHalveFiveTimesHasNoRule() {
    guard case .failure(let conflict) = ModelFamily.gemma3n.tokenRule(settings(side: 784)) else {
      Issue.record("784 pixels have a rule")
      return
    }
    #expect(conflict.setting == "image_size" && conflict.message.contains("multiple of 32"))
  }

  /// The residual and the streams, term by term.
  @Test func residualsAndStreams() throws {
    let language = try shipped().model.language
    let layer: Int128 = 2 * 2048 * 64 + 2048 * 4 + 4 * 16 + 4 * 4
    #expect(try language.residualWeights() == 35 * layer + 6 * 2048 * 2048)
    #expect(try language.residualRepeats() == 35 * 2048 * 4)
    #expect(try language.residualPairs() == 35 * 2048 * 16)
    let widths: Int128 = 2 * (2048 + 64) + (2048 + 4) + (4 + 16) + (4 + 4)
    #expect(try language.residualWidths() == 35 * widths + 6 * 2 * 2048)
    #expect(try language.residualRepeatedWidths() == 35 * (2048 + 4))
    let plain = LanguageModel(
      layers: 2, hidden: 8, heads: 2, kvHeads: 1, headDim: 4, intermediate: 16, vocabulary: 9)
    #expect(try plain.residualWeights() + plain.residualRepeats() + plain.residualPairs() == 0)
    #expect(try plain.residualWidths() + plain.residualRepeatedWidths() == 0)
  }

  /// The published checkpoints have keys and values of the layers that share them beside what is counted.
  @Test func theRestOfTheCheckpointIsOfSharedLayers() throws {
    let unread: Int128 = 15 * (2 * 2048 * 2 * 256 + 256)
    #expect(try shipped().model.parameters().total + unread == 7_849_978_192)
  }

  @Test(arguments: [
    (
      "\"vision_config\": {\"architecture\": \"resnet50\"}",
      "no closed form for the encoder 'resnet50'"
    ),
    ("\"vision_config\": {\"model_args\": {\"depth\": 3}}", "other arguments than its own"),
    ("\"vision_config\": {\"hidden_size\": 1024}", "gives a width of 2048"),
    ("\"vision_config\": {}, \"vision_soft_tokens_per_image\": 64", "16 x 16 states"),
    ("\"vision_config\": {}, \"audio_config\": {\"sscp_conv_kernel_size\": [3, 3]}", "two pairs"),
  ])
  func whatHasNoRuleIsRefused(members: String, message: String) throws {
    let problems = try ImportedFile.problems(
      "{\"model_type\": \"gemma3n\", \"text_config\": {}, \(members)}")
    #expect(problems.contains { $0.message.contains(message) }, "\(problems.map(\.message))")
  }

  @Test(arguments: [
    ("\"altup_active_idx\": 4", "there is no stream 4 of 4"),
    ("\"intermediate_size\": [8, 8]", "2 sizes of MLPs for 35 layers"),
    ("\"num_kv_shared_layers\": 35", "no layer before them has those of each kind"),
    ("\"hidden_size\": 2044", "as this class needs"),
  ])
  func whatTheClassDoesNotTakeIsRefused(member: String, message: String) throws {
    let problems = try ImportedFile.problems(
      "{\"model_type\": \"gemma3n\", \"text_config\": {\(member)}, \"vision_config\": {}}")
    #expect(problems.contains { $0.message.contains(message) }, "\(problems.map(\.message))")
  }

  @Test(arguments: [
    ("layers: 2", "network: { per_patch: 1, per_pair: 1, parameters: 1 }, ", "in place of layers"),
    ("layers: 0", "network: { per_patch: 1, per_pair: 1 }, ", "parameters"),
  ])
  func documentsAreChecked(layers: String, network: String, message: String) throws {
    let problem = #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(
        """
        kind: compute-cost-model
        schema: 1
        id: x
        vision:
          family: gemma3n
          encoder: { \(layers), hidden: 8, intermediate: 8, heads: 2, \(network)patch: 16, class_token: false }
          connector: { form: linear, basis: tokens }
          processor: { image_size: 768, tokens_per_image: 256 }
        language: { layers: 3, hidden: 8, heads: 2, kv_heads: 1, intermediate: 16, vocabulary: 9 }
        tokens: { reduce: processor }
        workload: { images: 1, text_tokens: 1, output_tokens: 2, batch: 1 }
        source: { cite: "a test" }
        """, name: "x.yaml")
    }
    #expect(try #require(problem).diagnostics.contains { $0.message.contains(message) })
  }
}
