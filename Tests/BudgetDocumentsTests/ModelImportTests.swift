import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Configurations as they are published, and as they must not be.
@Suite struct ModelImportTests {
  private func imported(_ json: String) throws -> (model: ComputeCostModel, text: ModelImport) {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString + ".json").path
    try json.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = try ModelImport(configuration: path, id: "imported")
    return (try ComputeCostModel.parse(result.yaml), result)
  }

  private func architecture(_ json: String) throws -> VisionLanguageModel {
    guard case .architecture(let model, _) = try imported(json).model.basis else {
      throw CountOverflow()
    }
    return model
  }

  /// What the published file of Gemma-3-4B says, and nothing that it leaves to its class.
  private static let sparseGemma = """
    {"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3",
     "mm_tokens_per_image": 256,
     "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
      "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
      "sliding_window": 1024},
     "vision_config": {"hidden_size": 1152, "image_size": 896, "intermediate_size": 4304,
      "model_type": "siglip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 27,
      "patch_size": 14, "vision_use_head": false}}
    """

  private static let sparseLLaVA = """
    {"model_type": "llava",
     "text_config": {"model_type": "llama", "vocab_size": 32064},
     "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024, "image_size": 336,
      "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
      "patch_size": 14}}
    """

  @Test func sparseConfigurationsEqualTheFullOnes() throws {
    let records = try FLOPRecords("flops_oracle.json")
    for (id, json) in [("gemma-3-4b", Self.sparseGemma), ("llava-1.5-7b", Self.sparseLLaVA)] {
      guard case .architecture(let full, _) = try records.imported(id).basis else {
        throw CountOverflow()
      }
      let sparse = try architecture(json)
      #expect(sparse == full, "\(id)")
    }
    let defaults = try imported(Self.sparseGemma).text.defaults
    let keys = Set(defaults.map { $0.path.joined(separator: ".") })
    for key in ["num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size"] {
      #expect(keys.contains("text_config.\(key)"), "\(key)")
    }
    let text = try imported(Self.sparseGemma).text.yaml
    #expect(text.contains("#   text_config.head_dim: 256 (default of the class gemma3_text)"))
    #expect(text.contains("every 6th layer attends to everything"))
  }

  /// The family in which Qwen's older configurations keep the language model at the root.
  @Test func flatConfigurationsEqualNestedOnes() throws {
    let text = """
      "hidden_size": 1536, "intermediate_size": 8960, "num_attention_heads": 12,
      "num_hidden_layers": 28, "num_key_value_heads": 2, "vocab_size": 151936,
      "tie_word_embeddings": true
      """
    let vision = """
      "vision_config": {"depth": 32, "embed_dim": 1280, "mlp_ratio": 4, "num_heads": 16,
       "in_chans": 3, "hidden_size": 1536, "patch_size": 14, "spatial_merge_size": 2,
       "spatial_patch_size": 14, "temporal_patch_size": 2}
      """
    let flat = try architecture("{\"model_type\": \"qwen2_vl\", \(text), \(vision)}")
    let nested = try architecture(
      "{\"model_type\": \"qwen2_vl\", \"text_config\": {\(text)}, \(vision)}")
    #expect(flat == nested)
    #expect(flat.language.tiedEmbeddings && flat.language.headDim == 128)
  }

  /// Phi-3.5-vision as published: the language model's keys at the root, an encoder by name only, and
  /// a sliding window longer than any prompt here.
  @Test func anEncoderGivenByNameIsKnown() throws {
    let published = try architecture(
      """
      {"architectures": ["Phi3VForCausalLM"], "model_type": "phi3_v", "hidden_size": 3072,
       "intermediate_size": 8192, "num_attention_heads": 32, "num_hidden_layers": 32,
       "num_key_value_heads": 32, "vocab_size": 32064, "sliding_window": 262144,
       "tie_word_embeddings": false,
       "embd_layer": {"embedding_cls": "image", "hd_transform_order": "sub_glb",
        "projection_cls": "mlp", "use_hd_transform": true, "with_learnable_separator": true},
       "img_processor": {"image_dim_out": 1024, "name": "clip_vision_model",
        "model_name": "openai/clip-vit-large-patch14-336", "num_img_tokens": 144}}
      """)
    guard
      case .architecture(let reference, _) = try FLOPRecords("flops_oracle.json")
        .imported("phi-3.5-vision").basis
    else { throw CountOverflow() }
    #expect(published.encoder == reference.encoder)
    #expect(published.connector == reference.connector)
    let workload = Workload(images: 1, textTokens: 64, outputTokens: 100, batch: 1)
    #expect(
      try published.languageBreakdown(visionTokens: 757, under: workload)
        == reference.languageBreakdown(visionTokens: 757, under: workload))
    #expect(try published.parameters() == reference.parameters())
  }

  /// SigLIP has no class token: `default` then drops a patch, and `full` keeps them all.
  @Test(arguments: [
    ("siglip_vision_model", "full", 729), ("siglip_vision_model", "default", 728),
    ("clip_vision_model", "full", 730), ("clip_vision_model", "default", 729),
  ])
  func theFirstTokenIsAClassTokenOrAPatch(encoder: String, strategy: String, tokens: Int) throws {
    let json = """
      {"model_type": "llava", "vision_feature_select_strategy": "\(strategy)",
       "vision_config": {"model_type": "\(encoder)", "image_size": 384, "patch_size": 14}}
      """
    let model = try architecture(json)
    guard case .processor(let budgets) = model.budget else { throw CountOverflow() }
    #expect(budgets.map(\.tokens) == [tokens])
    // The connector carries what is selected.
    let perToken = Int128(2 * (768 * 4096 + 4096 * 4096))
    #expect(try model.visionFLOPs(of: [budgets[0].layout]).connector == Int128(tokens) * perToken)
  }

  /// Features of several layers stand side by side before the connector.
  @Test func severalFeatureLayersWidenTheConnector() throws {
    let model = try architecture(
      "{\"model_type\": \"llava\", \"vision_feature_layer\": [-2, -5, -8]}")
    #expect(model.connector.inputWidth == 3 * 1024 && model.encoder.unusedLayers == 1)
    #expect(try model.parameters().connector == 29_368_320)
  }

  /// Either place ties; experts are counted under either name.
  @Test func keysOfSeveralVersionsAreRead() throws {
    let tied = try architecture(
      "{\"model_type\": \"llava\", \"tie_word_embeddings\": true, "
        + "\"text_config\": {\"tie_word_embeddings\": false}}")
    #expect(tied.language.tiedEmbeddings)
    let other = try architecture(
      "{\"model_type\": \"llava\", \"tie_word_embeddings\": false, "
        + "\"text_config\": {\"tie_word_embeddings\": true}}")
    #expect(other.language.tiedEmbeddings)
    func experts(_ key: String) throws -> VisionLanguageModel {
      try architecture(
        "{\"model_type\": \"qwen3_vl_moe\", \"vision_config\": {}, \"text_config\": {\"\(key)\": 64, "
          + "\"hidden_size\": 3584}}")
    }
    #expect(try experts("num_experts") == experts("num_local_experts"))
    #expect(try experts("num_experts").language.experts?.experts == 64)
  }

  private func problems(_ json: String) -> [Diagnostic] {
    do {
      _ = try imported(json)
      return []
    } catch let invalid as InvalidDocument {
      return invalid.diagnostics
    } catch {
      Issue.record("\(error)")
      return []
    }
  }

  /// A value of LLaVA's text or vision part made wrong: each is refused, at its place.
  @Test(arguments: [
    ("\"hidden_size\": -4096", "config.wrong-value"),
    ("\"hidden_size\": 4096.5", "config.wrong-value"),
    ("\"hidden_size\": 1e300", "config.wrong-value"),
    ("\"hidden_size\": 0", "config.wrong-value"),
    ("\"hidden_size\": \"4096\"", "config.wrong-value"),
    ("\"hidden_size\": [1, 2, 3]", "config.wrong-value"),
    ("\"hidden_size\": 9999999999999999999999", "config.wrong-value"),
    ("\"num_attention_heads\": 33", "config.inconsistent"),
    ("\"num_key_value_heads\": 5", "config.inconsistent"),
    ("\"num_hidden_layers\": true", "config.wrong-value"),
    ("\"layer_types\": [\"full_attention\"]", "config.inconsistent"),
    ("\"layer_types\": 7", "config.wrong-value"),
    ("\"tie_word_embeddings\": \"no\"", "config.wrong-value"),
  ])
  func wrongValuesAreRefusedAtTheirPlace(member: String, code: String) throws {
    let json = Self.sparseLLaVA.replacingOccurrences(
      of: "\"vocab_size\": 32064", with: "\"vocab_size\": 32064, " + member)
    let problems = problems(json)
    let found = try #require(problems.first { $0.code.name == code }, "\(member): \(problems)")
    #expect(found.span != nil, "\(member)")
    #expect(found.severity == .error)
  }

  @Test(arguments: [
    ("{\"model_type\": \"blip3\"}", "config.unsupported"),
    ("{\"model_type\": 7}", "config.wrong-value"),
    ("{}", "config.missing"), ("[1]", "config.shape"), ("{\"model_type\": ", "yaml.syntax"),
    ("{\"model_type\": \"gemma4\"}", "config.missing"),
    ("{\"model_type\": \"lfm2_vl\"}", "config.unsupported"),
    (
      "{\"model_type\": \"llava\", \"text_config\": [], \"vision_config\": {}}",
      "config.wrong-value"
    ),
    (
      "{\"model_type\": \"llava\", \"text_config\": {\"model_type\": \"mamba\"}}",
      "config.unsupported"
    ),
    (
      "{\"model_type\": \"llava\", \"vision_config\": {\"model_type\": \"swin\"}}",
      "config.unsupported"
    ),
    (
      "{\"model_type\": \"internvl_chat\", \"llm_config\": {\"architectures\": [\"X\"]}}",
      "config.unsupported"
    ),
    ("{\"model_type\": \"gemma3\", \"text_config\": {}}", "config.missing"),
    ("{\"model_type\": \"llava\", \"vision_feature_layer\": []}", "config.wrong-value"),
    (
      "{\"model_type\": \"qwen2_vl\", \"vision_config\": {\"mlp_ratio\": 10000, \"embed_dim\": 160000}}",
      "config.inconsistent"
    ),
    (
      "{\"model_type\": \"llava\", \"vision_config\": {\"image_size\": 1000000, \"patch_size\": 1, "
        + "\"hidden_size\": 16000000, \"num_attention_heads\": 16}}",
      "config.inconsistent"
    ),
    (
      "{\"model_type\": \"llava\", \"text_config\": {\"num_attention_heads\": 100000000, "
        + "\"model_type\": \"qwen2\", \"num_key_value_heads\": 100000000, \"head_dim\": 100000000, "
        + "\"num_hidden_layers\": 1000}}",
      "config.inconsistent"
    ),
    (
      "{\"model_type\": \"internvl\", \"downsample_ratio\": 1e-300, \"text_config\": {}, "
        + "\"vision_config\": {}}",
      "config.inconsistent"
    ),
    (
      "{\"model_type\": \"gemma3\", \"text_config\": {}, \"vision_config\": {\"model_type\": \"dinov2\"}}",
      "config.unsupported"
    ),
    (
      "{\"model_type\": \"qwen2_vl\", \"vision_config\": {\"hidden_size\": 99}}",
      "config.inconsistent"
    ),
    ("{\"model_type\": \"llava\", \"model_type\": \"llava\"}", "document.duplicate-key"),
  ])
  func unusableConfigurationsSayWhy(json: String, code: String) {
    let problems = problems(json)
    #expect(problems.contains { $0.code.name == code }, "\(json): \(problems)")
  }

  @Test func anUnknownModelTypeNamesTheKnownOnesAndTheWayOut() throws {
    let problem = try #require(problems("{\"model_type\": \"blip3\"}").first)
    for type in ["llava", "qwen2_5_vl", "internvl_chat", "mllama", "phi3_v"] {
      #expect(problem.message.contains(type))
    }
    #expect(problem.suggestion?.description.contains("docs/documents.md") == true)
  }

  /// Tabs, escapes and numbers of JSON that YAML spells otherwise.
  @Test func jsonAsOthersWriteItIsRead() throws {
    let json =
      "{\n\t\"model_type\":\t\"llava\",\r\n\t\"x\": \"\\u00e9\\/\\t\",\n"
      + "\t\"rms_norm_eps\": 1e-05,\n\t\"empty\": {},\n\t\"list\": [],\n\t\"nothing\": null\n}"
    #expect(try architecture(json).language.hidden == 4096)
  }

  @Test func whatAFileSaysIsBoundedAndPrintable() throws {
    let long = String(repeating: "x", count: 100_000)
    let problem = try #require(
      problems("{\"model_type\": \"llava\", \"text_config\": {\"model_type\": \"\(long)\"}}").first)
    #expect(problem.code.name == "config.unsupported" && problem.message.count < 1000)
    // A name with what a terminal acts on, and YAML does not take, is no reason to refuse the model.
    let text = try imported(
      "{\"model_type\": \"llava\", \"_name_or_path\": \"a\\u009b31m\\u0085b\"}"
    ).text
    #expect(text.yaml.contains("title: \"a 31m b\""))
  }

  @Test func publishedKeysThatChangeNothingAreNotRemarkedOn() throws {
    let text = try imported(
      "{\"model_type\": \"llava\", \"text_config\": {\"model_type\": \"llama\", \"is_llama_config\": true},"
        + " \"vision_config\": {\"model_type\": \"clip_vision_model\", \"use_base_siglip\": false}, \"pad2square\": false}"
    ).text
    #expect(text.diagnostics.isEmpty)
    #expect(
      problems("{\"model_type\": \"llava\", \"pad2square\": true}").map(\.code.name)
        == ["config.unsupported"])
  }
}
