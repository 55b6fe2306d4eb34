import BudgetDocuments
import ComputeCosts
import Foundation
import SourceText
import TestSupport
import Testing

/// Every key of every configuration class, changed: what the reference makes of it is what is imported, or
/// it is refused. `References/configuration_keys.json`, which `generate_configuration_keys.py` makes.
@Suite struct ConfigurationKeyTests {
  private struct Record {
    let name: String
    let key: String?
    let value: Any
    let reference: [String: Any]
    let configuration: ConfigurationValue

    var title: String { "\(name) \(key ?? "") = \(value)" }
    func numbers(_ key: String) -> [Int]? { reference[key] as? [Int] }
    func number(_ key: String) -> Int? { reference[key] as? Int }
  }

  private static func records() throws -> (records: [Record], classes: [String: [String]]) {
    let data = Data(
      try Repository.text("Tests/ComputeCostsTests/References/configuration_keys.json").utf8)
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let bases = try #require(root["bases"] as? [String: [String: Any]])
    let list = try #require(root["records"] as? [[String: Any]])
    let records = try list.map { item -> Record in
      let name = try #require(item["name"] as? String)
      var configuration = try #require(bases[name])
      let key = item["key"] as? String
      func set(_ path: [String], _ value: Any) {
        if path.count == 1 {
          configuration[path[0]] = value
        } else {
          var part = configuration[path[0]] as? [String: Any] ?? [:]
          part[path[1]] = value
          configuration[path[0]] = part
        }
      }
      if key == "tie_word_embeddings", let places = item["value"] as? [Any] {
        set(["tie_word_embeddings"], places[0])
        set(["text_config", "tie_word_embeddings"], places[1])
      } else if let key, let value = item["value"] {
        set(key.split(separator: ".").map(String.init), value)
      }
      return Record(
        name: name, key: key, value: item["value"] ?? "", reference: item,
        configuration: Self.value(configuration))
    }
    return (records, try #require(root["classes"] as? [String: [String]]))
  }

  private static func value(_ json: Any) -> ConfigurationValue {
    switch json {
    case let text as String: return .text(text)
    case let items as [Any]: return .list(items.map(value))
    case let members as [String: Any]: return .mapping(members.mapValues(value))
    case let number as NSNumber:
      switch String(cString: number.objCType) {
      case "c", "B": return .bool(number.boolValue)
      case "d", "f": return .number(number.doubleValue)
      default: return .integer(number.intValue)
      }
    default: return .null
    }
  }

  /// Silent configurations of these are of checkpoints that carry a head, though the newest class ties.
  private static func isPublishedOtherwise(_ record: Record) -> Bool {
    guard ["internvl", "mistral3"].contains(record.name), record.key == "tie_word_embeddings",
      let places = record.value as? [Any]
    else { return false }
    return places[0] is NSNull && (places[1] as? Bool) != true
  }

  @Test func everyChangeOfAKeyIsReadOrRefused() throws {
    let records = try Self.records().records
    #expect(records.count > 1200)
    var equal = 0
    for record in records {
      let reader = ConfigurationReader(record.configuration)
      let family = try #require(ModelFamily.of(record.configuration), "\(record.title)")
      let architecture = family.architecture(reader)
      guard let vision = record.numbers("vision") else {
        // A model that cannot run is refused, not counted.
        #expect(architecture == nil, "\(record.title)")
        continue
      }
      guard let architecture else {
        #expect(record.key != nil && !reader.problems.isEmpty, "\(record.title)")
        continue
      }
      let layout = try Self.layout(record, tokens: vision[2])
      let model = VisionLanguageModel(
        encoder: architecture.encoder, connector: architecture.connector,
        language: architecture.language, budget: .reduced(.beforeConnector, from: layout))
      let counts = try model.parameters()
      var expected = try #require(record.numbers("parameters"))
      if Self.isPublishedOtherwise(record) { expected[4] = expected[3] }
      #expect(
        [
          counts.visionEncoder, counts.connector, counts.languageLayers, counts.embedding,
          counts.head,
        ] == expected.map { Int128($0) }, "\(record.title)")
      let flops = try model.visionFLOPs(of: [layout])
      // The outer product that the reference builds a mask with is no work of the model.
      let mask = record.name == "mllama" ? 2 * (4 * 24) * (4 * 24) : 0
      #expect(try flops.encoder.total() == Int128(vision[0] - mask), "\(record.title)")
      #expect(flops.connector == Int128(vision[1]), "\(record.title)")
      let parts = try #require(
        try model.languageBreakdown(
          visionTokens: 24, under: Workload(images: 1, textTokens: 17, outputTokens: 2, batch: 1)
        ).parts)
      #expect(parts.prefill == Int128(try #require(record.number("layers"))), "\(record.title)")
      #expect(parts.lmHeadLast == Int128(try #require(record.number("head"))), "\(record.title)")
      #expect(
        parts.decode - parts.lmHeadLast == Int128(try #require(record.number("decode"))),
        "\(record.title)")
      equal += 1
    }
    // What is refused is named here: a new refusal is a change of what can be imported.
    #expect(equal >= 1180, "\(equal)")
  }

  /// What the encoder of a record ran on, as `generate_configuration_keys.py` fed it.
  private static func layout(_ record: Record, tokens: Int) throws -> ImageLayout {
    guard case .text(let kind)? = record.configuration["model_type"] else { throw CountOverflow() }
    let patches: (rows: Int, columns: Int)
    switch kind {
    case "llava_next", "llava_onevision":
      let rule = AnyResolutionTokens(
        base: 28, patch: 7,
        pinpoints: [
          .init(height: 28, width: 56), .init(height: 56, width: 28), .init(height: 56, width: 56),
        ],
        maxTiles: nil)
      return try rule.layout(of: try #require(ImageSize(width: 50, height: 30)))
    case "mllama":
      return ImageLayout(tokens: tokens, inputs: [EncoderInput(count: 4, rows: 4, columns: 4)])
    case _ where kind.hasPrefix("qwen"): patches = (8, 12)
    case "idefics2", "mistral3": patches = (4, 6)
    default: patches = record.name == "pixtral" ? (4, 6) : (4, 4)
    }
    return ImageLayout(
      tokens: tokens, inputs: [EncoderInput(rows: patches.rows, columns: patches.columns)])
  }

  /// No key that a class has is one that nobody knows.
  @Test func everyKeyOfAClassIsKnown() throws {
    let (records, classes) = try Self.records()
    #expect(classes.count > 40)
    for record in records {
      let reader = ConfigurationReader(record.configuration)
      guard try #require(ModelFamily.of(record.configuration)).architecture(reader) != nil
      else { continue }
      #expect(reader.unknownKeys == [], "\(record.title)")
    }
  }

  // MARK: Through import

  private func imported(_ json: String) throws -> ModelImport {
    try ImportedFile.model(json)
  }

  private static func llava(root: String = "", text: String = "", vision: String = "") -> String {
    """
    {"model_type": "llava",\(root)
     "text_config": {"model_type": "llama", \(text) "vocab_size": 32064},
     "vision_config": {"model_type": "clip_vision_model", "hidden_size": 1024, "image_size": 336,
      "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,\(vision)
      "patch_size": 14}}
    """
  }

  @Test(arguments: [
    (llava(text: "\"kv_lora_rank\": 512,"), "keys and values are compressed"),
    (llava(text: "\"n_routed_experts\": 64,"), "layers have experts"),
    (llava(root: "\"audio_config\": {\"hidden_size\": 8},"), "audio"),
    (llava(vision: "\"num_channels\": 4,"), "3 channels"),
    (llava(text: "\"pruned_heads\": {\"1\": [0]},"), "heads are cut off"),
  ])
  func aKeyThatChangesTheArchitectureIsAnError(json: String, reason: String) throws {
    let problem = try #require(try ImportedFile.problems(json).first)
    #expect(problem.code == .configurationUnsupported && problem.span != nil)
    #expect(problem.message.contains(reason), "\(problem.message)")
    #expect(problem.suggestion?.description.contains("docs/documents.md") == true)
  }

  /// Where such a key says that there is nothing, it changes nothing.
  @Test func aKeyThatIsSwitchedOffChangesNothing() throws {
    let off = Self.llava(
      root: "\"audio_config\": null,", text: "\"n_routed_experts\": 0, \"pruned_heads\": {},",
      vision: "\"num_channels\": 3,")
    #expect(try imported(off).diagnostics.isEmpty)
    #expect(try ImportedFile.architecture(off) == ImportedFile.architecture(Self.llava()))
  }

  @Test func keysThatNobodyKnowsAreOneWarning() throws {
    let keys = (1...12).map { "\"novel_\($0)\": 1," }.joined()
    let result = try imported(Self.llava(text: "\"attention_biass\": true, \(keys)"))
    let warning = try #require(result.diagnostics.first)
    #expect(result.diagnostics.count == 1 && warning.severity == .warning)
    #expect(warning.code == .configurationUnknownKeys)
    #expect(
      warning.message.contains("'text_config.attention_biass' (near 'attention_bias')"),
      "\(warning.message)")
    #expect(warning.message.hasSuffix("and 5 more"))
  }

  /// What Qwen3.5 is published with beside what is counted, and its biases, which only some layers would have.
  @Test func qwen35IsReadAsPublished() throws {
    let published = """
      {"model_type": "qwen3_5", "tie_word_embeddings": false,
       "text_config": {"model_type": "qwen3_5_text", "hidden_size": 4096, "num_hidden_layers": 4,
        "attn_output_gate": true, "full_attention_interval": 4, "mamba_ssm_dtype": "float32",
        "mtp_num_hidden_layers": 1, "attention_bias": false, "tie_word_embeddings": true,
        "layer_types": ["linear_attention", "linear_attention", "linear_attention", "full_attention"]},
       "vision_config": {"model_type": "qwen3_5", "deepstack_visual_indexes": [],
        "out_hidden_size": 4096}}
      """
    let result = try imported(published)
    #expect(result.diagnostics.map(\.message) == [])
    // The class reads the root alone.
    #expect(try !ImportedFile.architecture(published).language.tiedEmbeddings)
    let biased = published.replacingOccurrences(
      of: "\"attention_bias\": false", with: "\"attention_bias\": true")
    #expect(try ImportedFile.problems(biased).first?.code == .configurationUnsupported)
  }

  /// What is published today has no key that is remarked on.
  @Test(arguments: ["flops_oracle.json", "siblings.json"])
  func publishedConfigurationsAreWithoutRemarks(file: String) throws {
    let records = try FLOPRecords(file)
    #expect(records.configurations.count > 10)
    // The reference's own notes on a model outside transformers.
    let others: Set<String> = ["phi-3.5-vision"]
    for (id, data) in records.configurations.sorted(by: { $0.key < $1.key })
    where !others.contains(id) {
      let result = try imported(String(decoding: data, as: UTF8.self))
      #expect(result.diagnostics.map(\.message) == [], "\(id)")
    }
  }
}
