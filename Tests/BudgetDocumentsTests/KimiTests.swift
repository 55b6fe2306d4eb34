import BudgetDocuments
import ComputeCosts
import TestSupport
import Testing

/// Kimi K2.5: the bound of patches, and its files by the names of the newest class and of the published checkpoint.
///
/// Counts are those of `Kimi_K25ImageProcessor` of transformers 5.24.
@Suite struct KimiTests {
  private static let images = [
    (2000, 3000), (640, 480), (1280, 720), (333, 77), (5000, 400), (13, 9), (9000, 8000),
  ].compactMap { ImageSize(width: $0.0, height: $0.1) }

  @Test func imagesAreReducedToPatchesAndPadded() throws {
    let own = PatchLimitTokens(patch: 14, merge: 2, maxPatches: 16_384, maxPatchesPerSide: 512)
    #expect(Self.images.map { own.layout(of: $0).tokens } == [4187, 414, 1196, 36, 2685, 1, 4148])
    let bounded = PatchLimitTokens(patch: 14, merge: 2, maxPatches: 1000, maxPatchesPerSide: 64)
    #expect(Self.images.map { bounded.layout(of: $0).tokens } == [260, 266, 264, 36, 96, 1, 255])
  }

  /// What a published processor file says is what its settings are called.
  @Test func theProcessorsFileNamesTheBound() throws {
    let file = """
      {"media_proc_cfg": {"in_patch_limit": 1000, "patch_size": 14, "merge_kernel_size": 2,
       "patch_limit_on_one_side": 64, "fixed_output_tokens": null}}
      """
    let counts = try ImportedFile.with(file) {
      try TokenCount(family: "kimi_k25", processor: $0, images: Self.images).layouts.map(\.tokens)
    }
    #expect(counts == [260, 266, 264, 36, 96, 1, 255])
  }

  /// Every count that some bound gives, once, with a bound that gives it.
  @Test(arguments: images)
  func budgetsAreWhatTheBoundGives(image: ImageSize) throws {
    func rule(_ most: Int) -> PatchLimitTokens {
      PatchLimitTokens(patch: 14, merge: 2, maxPatches: most, maxPatchesPerSide: 64)
    }
    let budgets = rule(300).budgets(for: image)
    let all = (1...300).map { rule($0).layout(of: image).tokens }
    #expect(budgets.map(\.tokens) == Set(all).sorted())
    for budget in budgets {
      let most = try #require(budget.setting?.split(separator: " ").last.flatMap { Int($0) })
      #expect(rule(most).layout(of: image) == budget.layout)
    }
    #expect(rule(1024).budgets(for: nil).map(\.tokens) == (1...16).map { $0 * $0 })
  }

  private static let fitting = "\"num_key_value_heads\": 2, \"num_experts_per_tok\": 2,"

  private static func configuration(root: String = "", text: String = "", vision: String) -> String
  {
    """
    {"model_type": "kimi_k25", \(root)
     "text_config": {"model_type": "deepseek_v3", "num_hidden_layers": 3, "hidden_size": 64,
       "num_attention_heads": 2, "intermediate_size": 96,
       "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
       "n_routed_experts": 4, "moe_intermediate_size": 24, "first_k_dense_replace": 1,
       "vocab_size": 320, \(text.isEmpty ? fitting : text) "q_lora_rank": null},
     "vision_config": {\(vision)}}
    """
  }

  /// The same encoder under both names.
  @Test func bothNamesOfTheEncodersSizes() throws {
    let newest = try ImportedFile.architecture(
      Self.configuration(
        root: "\"projection_hidden_size\": 48,",
        vision: """
          "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 64
          """))
    let published = try ImportedFile.architecture(
      Self.configuration(
        text: Self.fitting
          + "\"moe_layer_freq\": 1, \"topk_method\": \"noaux_tc\", \"seq_aux\": true,",
        vision: """
          "vt_hidden_size": 48, "vt_num_hidden_layers": 2, "vt_num_attention_heads": 3,
          "vt_intermediate_size": 64, "mm_hidden_size": 48, "text_hidden_size": 64,
          "mm_projector_type": "patchmerger", "merge_type": "sd2_tpool"
          """))
    #expect(newest.encoder == published.encoder && newest.encoder.headDim == 16)
    #expect(newest.connector == published.connector)
    #expect(newest.language == published.language)
    #expect(newest.language.tiedEmbeddings)
    #expect(
      newest.language.mixers.map(\.mixer) == [
        .latentAttention(
          LatentAttention(
            heads: 2, queryRank: nil, keyValueRank: 16, plainDim: 8, rotaryDim: 4, valueDim: 8))
      ])
    #expect(newest.language.experts?.sharedIntermediate == 24)
  }

  /// A list of layers with experts, which only DeepSeek-OCR-2's class of this kind reads.
  @Test func aListOfExpertLayersIsNotRead() throws {
    let list = "\"mlp_layer_types\": [\"dense\", \"dense\", \"sparse\"],"
    let file = Self.configuration(
      text: Self.fitting + list, vision: "\"hidden_size\": 48, \"num_attention_heads\": 3")
    let result = try ImportedFile.model(file)
    #expect(result.diagnostics.map(\.code.name) == ["config.unknown-keys"])
    #expect(try ImportedFile.architecture(file).language.experts?.denseLayers == 1)
  }

  /// The published file says in the language model's part how that is quantised; the encoder's weights are not.
  @Test func whatTheTextIsQuantisedToIsNotTheEncoders() throws {
    let quantization = """
      "quantization_config": {"config_groups": {"group_0": {"targets": ["Linear"],
        "weights": {"num_bits": 4, "type": "int", "strategy": "group"}}},
        "ignore": ["lm_head"], "quant_method": "compressed-tensors"},
      """
    let file = Self.configuration(
      text: Self.fitting + quantization, vision: "\"hidden_size\": 48, \"num_attention_heads\": 3")
    guard case .architecture(let model, _) = try ImportedFile.costModel(file).basis else {
      Issue.record("no architecture")
      return
    }
    #expect(model.storage?.layers == .int4)
    #expect(model.storage?.encoder == .bf16 && model.storage?.connector == .bf16)
  }

  @Test(arguments: [
    ("", "\"num_key_value_heads\": 1, \"num_experts_per_tok\": 2,", "", "config.inconsistent"),
    ("", fitting + "\"moe_layer_freq\": 2,", "", "config.unsupported"),
    ("", "\"num_key_value_heads\": 2, \"num_experts_per_tok\": 5,", "", "config.inconsistent"),
    ("\"projection_hidden_size\": 96,", "", "", "config.inconsistent"),
    ("", "", ", \"mm_projector_type\": \"mlp\"", "config.unsupported"),
    ("", "", ", \"merge_type\": \"sd2\"", "config.unsupported"),
    ("", "", ", \"text_hidden_size\": 65", "config.inconsistent"),
  ])
  func whatHasNoRuleIsRefused(root: String, text: String, vision: String, code: String) throws {
    let problems = try ImportedFile.problems(
      Self.configuration(
        root: root, text: text,
        vision: "\"hidden_size\": 48, \"num_attention_heads\": 3" + vision))
    #expect(problems.map(\.code.name) == [code])
  }
}
