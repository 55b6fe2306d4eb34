import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing
import TokenBudget

/// Checkpoints whose weights are quantised: memory and time follow what the configuration says of each part.
@Suite struct QuantizationTests {
  /// Qwen2.5-VL-7B, as it is published quantised and not.
  private static func qwen(_ quantization: String) -> String {
    """
    {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "model_type": "qwen2_5_vl",
     "hidden_act": "silu", "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
     "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 152064, "torch_dtype": "float16",
     "tie_word_embeddings": false,\(quantization.isEmpty ? "" : " \"quantization_config\": \(quantization),")
     "vision_config": {"depth": 32, "fullatt_block_indexes": [7, 15, 23, 31], "hidden_size": 1280,
      "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584, "patch_size": 14,
      "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112}}
    """
  }

  private static let awq = """
    {"bits": 4, "group_size": 128, "modules_to_not_convert": ["visual"], "quant_method": "awq",
     "version": "gemm", "zero_point": true}
    """
  private static func compressed(bits: Int, type: String, ignore: [String]) -> String {
    let names = ignore.map { "\"\($0)\"" }.joined(separator: ", ")
    return """
      {"config_groups": {"group_0": {"targets": ["Linear"], "weights": {"num_bits": \(bits),
       "type": "\(type)", "strategy": "group"}}}, "format": "pack-quantized", "ignore": [\(names)],
       "quant_method": "compressed-tensors"}
      """
  }

  private static func modelopt(_ algorithm: String, ignore: String) -> String {
    """
    {"quant_method": "modelopt", "quant_algo": "\(algorithm)", "ignore": [\(ignore)],
     "producer": {"name": "modelopt"}}
    """
  }

  private static let blocks = (0..<32).flatMap {
    ["visual.blocks.\($0).attn.qkv", "visual.blocks.\($0).mlp.up_proj"]
  }

  @Test(arguments: [
    (awq, "fp16 fp16 int4 fp16 fp16"),
    // Without exceptions the encoder's products are converted too; the head is left by default.
    ("{\"bits\": 4, \"quant_method\": \"awq\"}", "int4 int4 int4 fp16 fp16"),
    ("{\"bits\": 8, \"group_size\": 128, \"quant_method\": \"gptq\"}", "fp16 fp16 int8 fp16 fp16"),
    (
      "{\"bits\": 4, \"quant_method\": \"gptq\", \"lm_head\": true}", "fp16 fp16 int4 fp16 int4"
    ),
    (
      "{\"quant_method\": \"fp8\", \"modules_to_not_convert\": [\"model.visual\", \"lm_head\"]}",
      "fp16 fp16 fp8 fp16 fp16"
    ),
    (
      "{\"load_in_4bit\": true, \"load_in_8bit\": false, \"bnb_4bit_quant_type\": \"nf4\", "
        + "\"llm_int8_skip_modules\": null, \"quant_method\": \"bitsandbytes\"}",
      "int4 int4 int4 fp16 fp16"
    ),
    (
      "{\"load_in_8bit\": true, \"llm_int8_skip_modules\": [\"visual\", \"lm_head\"]}",
      "fp16 fp16 int8 fp16 fp16"
    ),
    (
      compressed(bits: 4, type: "int", ignore: ["re:visual.*", "lm_head"]),
      "fp16 fp16 int4 fp16 fp16"
    ),
    // Here the list is all that counts: the head is converted unless it is named.
    (compressed(bits: 8, type: "float", ignore: ["re:.*visual.*"]), "fp16 fp16 fp8 fp16 fp8"),
    // Each layer of the encoder by name, and the merger.
    (
      compressed(bits: 8, type: "int", ignore: blocks + ["visual.merger.mlp.0", "lm_head"]),
      "fp16 fp16 int8 fp16 fp16"
    ),
    (modelopt("NVFP4", ignore: "\"lm_head\", \"visual*\""), "fp16 fp16 fp4 fp16 fp16"),
    (
      "{\"quant_method\": \"mxfp4\", \"modules_to_not_convert\": [\"visual\"]}",
      "fp16 fp16 fp4 fp16 fp16"
    ),
    // One name without a list, all blocks of the encoder, and several names in one expression.
    (
      "{\"quant_method\": \"fp8\", \"modules_to_not_convert\": \"visual\"}",
      "fp16 fp16 fp8 fp16 fp16"
    ),
    (
      compressed(bits: 8, type: "float", ignore: ["re:model.visual.blocks.*", "lm_head"]),
      "fp16 fp8 fp8 fp16 fp16"
    ),
    (
      compressed(bits: 8, type: "float", ignore: ["re:.*(lm_head|model.visual).*"]),
      "fp16 fp16 fp8 fp16 fp16"
    ),
    // What is small is not spoken of.
    (
      compressed(
        bits: 8, type: "float",
        ignore: ["re:visual.*", "lm_head", "model.layers.0.linear_attn.conv1d", "mtp.fc"]),
      "fp16 fp16 fp8 fp16 fp16"
    ),
  ])
  func partsAreStoredAsTheConfigurationSays(quantization: String, types: String) throws {
    let result = try ImportedFile.model(Self.qwen(quantization))
    guard case .architecture(let model, _) = try ComputeCostModel.parse(result.yaml).basis,
      let storage = model.storage
    else {
      Issue.record("no weights in \(result.yaml)")
      return
    }
    #expect(
      WeightStorage.parts.map { storage[keyPath: $0.type].rawValue }.joined(separator: " ") == types
    )
    // The import says so.
    #expect(result.diagnostics.map(\.code) == [.configurationQuantized])
    #expect(result.diagnostics[0].severity == .note)
    #expect(result.diagnostics[0].message.contains(storage.words))
  }

  @Test func memoryAndTimeFollowThem() throws {
    let (plain, quantised) = (
      try ImportedFile.costModel(Self.qwen("")), try ImportedFile.costModel(Self.qwen(Self.awq))
    )
    guard case .architecture(let model, _) = plain.basis else { throw CountOverflow() }
    let parts = try model.parameters()
    let request = CostEstimate.Request(.images([try #require(ImageSize(width: 1280, height: 720))]))
    let before = try plain.estimate(request)
    let after = try quantised.estimate(request)
    // 16.58 GB as published, of which the layers take a quarter now.
    #expect(before.memory?.weights == 2 * parts.total)
    let others = parts.visionEncoder + parts.connector + parts.embedding + parts.head
    #expect(after.memory?.weights == 2 * others + (parts.languageLayers + 1) / 2)
    #expect(after.flops.total == before.flops.total)
    // A type that is asked for is that of all parts.
    var asked = request
    asked.weights = .int8
    #expect(try quantised.estimate(asked).memory?.weights == parts.total)

    let accelerator = Accelerator(
      memoryBytes: 8e10, bandwidth: 3e12, peak: [.bf16: 1e15, .fp8: 2e15], watts: nil)
    func roofline(_ cost: ComputeCostModel) throws -> Roofline {
      guard case .architecture(let model, let workload) = cost.basis else { throw CountOverflow() }
      return try #require(
        try ServingCost(
          of: model, under: workload, plan: ServingPlan(), on: accelerator, upTo: 4096
        ).latency(at: 1196))
    }
    let (slow, fast) = (try roofline(plain), try roofline(quantised))
    #expect(fast.encode == slow.encode)
    let layers = parts.languageLayers
    #expect(slow.prefill.bytes - fast.prefill.bytes == 2 * layers - (layers + 1) / 2)
    #expect(fast.prefill.computeSeconds == slow.prefill.computeSeconds)
    #expect(fast.decode.seconds < slow.decode.seconds / 2)
    // Products of 8-bit floats are computed as such.
    let eight = try roofline(
      ImportedFile.costModel(
        Self.qwen("{\"quant_method\": \"fp8\", \"modules_to_not_convert\": [\"visual\"]}")))
    #expect(eight.prefill.computeSeconds == slow.prefill.computeSeconds / 2)
    #expect(eight.encode == slow.encode)
  }

  @Test(arguments: [
    ("{\"quant_method\": \"hqq\"}", "'hqq'"), ("{\"bits\": 4}", "without a 'quant_method'"),
    ("{\"quant_method\": \"gptq\", \"bits\": 3}", "'gptq'"),
    (modelopt("MIXED_PRECISION", ignore: ""), "'modelopt'"), ("\"awq\"", "'awq'"),
    // Some modules only, of which nothing says how many weights they have.
    (
      compressed(bits: 4, type: "int", ignore: ["lm_head"])
        .replacing("[\"Linear\"]", with: "[\"re:.*mlp.*\"]"), "'compressed-tensors'"
    ),
  ])
  func whatIsNotKnownIsSaid(quantization: String, name: String) throws {
    let result = try ImportedFile.model(Self.qwen(quantization))
    let warning = try #require(result.diagnostics.first)
    #expect(warning.code == .configurationQuantization && warning.severity == .warning)
    #expect(warning.message.contains(name) && warning.message.contains("16 bits"))
    #expect(!result.yaml.contains("\nweights:"))
  }

  @Test func aPieceThatStaysIsSaid() throws {
    let result = try ImportedFile.model(
      Self.qwen(Self.modelopt("NVFP4", ignore: "\"lm_head\", \"visual*\", \"re:.*self_attn.*\"")))
    #expect(
      result.diagnostics.map(\.code) == [.configurationQuantization, .configurationQuantized])
    #expect(result.diagnostics[0].message.contains("re:.*self_attn.*"))
    // Some blocks of the encoder, some of its products, and one expression for pieces.
    for pattern in [
      "visual.blocks.3.mlp.up_proj", "re:visual.blocks.*mlp.*", "re:.*(q_proj|lm_head)",
      "re:visual.(blocks.0|merger).*",
    ] {
      let piece = try ImportedFile.model(
        Self.qwen(Self.modelopt("NVFP4", ignore: "\"\(pattern)\"")))
      #expect(
        piece.diagnostics.map(\.code) == [.configurationQuantization, .configurationQuantized])
      #expect(piece.diagnostics[0].message.contains(pattern))
    }
    // Routers and norms are too small to speak of.
    let router = try ImportedFile.model(
      Self.qwen(Self.modelopt("NVFP4", ignore: "\"lm_head\", \"visual*\", \"re:.*mlp.gate$\"")))
    #expect(router.diagnostics.map(\.code) == [.configurationQuantized])
  }

  /// The projector by the name that Gemma has for it; what hears is stored as the encoder is.
  @Test(arguments: [
    (
      "\"model.vision_tower\", \"model.embed_vision\", \"model.audio_tower\", \"model.embed_audio\", \"lm_head\"",
      "bf16 bf16 fp8 bf16 bf16"
    ),
    ("\"model.vision_tower\", \"lm_head\"", "bf16 fp8 fp8 bf16 bf16"),
  ])
  func gemmasPartsHaveNamesOfTheirOwn(names: String, types: String) throws {
    let model = try ImportedFile.model(
      """
      {"model_type": "gemma4", "torch_dtype": "bfloat16", "text_config": {"model_type": "gemma4_text"},
       "vision_config": {"model_type": "gemma4_vision"}, "audio_config": {"model_type": "gemma4_audio"},
       "quantization_config": {"quant_method": "fp8", "modules_to_not_convert": [\(names)]}}
      """)
    let document = try ComputeCostModel.parse(model.yaml)
    guard case .architecture(let architecture, _) = document.basis else { throw CountOverflow() }
    let storage = try #require(architecture.storage)
    #expect(
      WeightStorage.parts.map { storage[keyPath: $0.type].rawValue }.joined(separator: " ")
        == types)
    // What hears takes the encoder's two bytes a number.
    let parameters = try architecture.parameters()
    #expect(parameters.idle == 308_363_552)
  }

  @Test func oneTypeMayBeGivenForAllParts() throws {
    let yaml = try ImportedFile.model(Self.qwen("")).yaml
    let one = try ComputeCostModel.parse(yaml + "weights: int4\n")
    guard case .architecture(let model, _) = one.basis else { throw CountOverflow() }
    #expect(model.storage == WeightStorage(.int4) && model.storage?.words == "int4")
    #expect(throws: InvalidDocument.self) {
      try ComputeCostModel.parse(yaml + "weights: { layers: int4 }\n")
    }
  }
}
