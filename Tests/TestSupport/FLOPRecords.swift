package import BudgetDocuments
package import ComputeCosts
package import Foundation
import SourceText

/// FLOPs and parameters of models by PyTorch's operator counter: `References/flops_oracle.json`,
/// `References/siblings.json` that `generate_siblings.py` makes, and those of `References/TinyModels` of
/// `Scripts/models/flops.py`.
package struct FLOPRecords: Decodable {
  package struct Model: Decodable {
    package struct Parameters: Decodable {
      package let total: Int
      package let connector: Int
      package let vision_encoder: Int
      package let embed_tokens: Int
      package let lm_head: Int
      package let llm_without_embeddings_and_head: Int
      package let other: Int
    }
    package let params: Parameters
  }

  package struct Vision: Decodable {
    package struct Input: Decodable {
      package let images: Int
      package let crops: Int?
      package let tiles: Int?
      package let frames_incl_global: Int?
      package let size: [Int]?
      package let size_order: String?
      package let sizes_hw: [[Int]]?
      package let grid_thw: [[Int]]?
      package let num_crops: Int?
      package let grid: [Int]?
      package let padded_to_max_crops: Bool?
    }
    package struct Split: Decodable {
      package let conv_patch_embed: Int
      package let linear: Int
      package let attention: Int
    }
    package let input: Input
    package let vision_tokens_to_llm: Int
    package let vision_encoder_flops: Int
    package let vision_encoder_split: Split
    package let connector_flops: Int
  }

  package struct Prefill: Decodable {
    package struct Split: Decodable {
      package let linear: Int
      package let attention: Int
      package let router: Int?
      package let experts: Int?

      /// All weight products.
      package var weights: Int { linear + (router ?? 0) + (experts ?? 0) }
    }
    package struct Decode: Decodable {
      package let context_before: Int
      package let llm_layers_flops: Int
      package let split: Split
      package let lm_head_flops: Int
    }
    package let n_vision: Int
    package let n_text: Int
    package let llm_layers_flops: Int
    package let split: Split
    package let lm_head_last_token_flops: Int
    package let lm_head_all_positions_flops: Int
    package let decode: Decode
  }

  package enum Record: Decodable {
    case vision(String, Vision)
    case prefill(String, Prefill)

    enum CodingKeys: CodingKey { case kind, model }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let model = try container.decode(String.self, forKey: .model)
      switch try container.decode(String.self, forKey: .kind) {
      case "vision": self = .vision(model, try Vision(from: decoder))
      case "prefill": self = .prefill(model, try Prefill(from: decoder))
      case let kind:
        throw DecodingError.dataCorruptedError(
          forKey: .kind, in: container, debugDescription: "unknown kind \(kind)")
      }
    }

    package var model: String {
      switch self {
      case .vision(let model, _), .prefill(let model, _): model
      }
    }
  }

  package let models: [String: Model]
  package let records: [Record]
  /// The published configurations, each as a file's bytes.
  package private(set) var configurations: [String: Data] = [:]

  enum CodingKeys: CodingKey { case models, records }

  /// The files of tiny models, one for each group of types.
  package static var tinyModels: [String] {
    get throws {
      try Repository.files(in: "Tests/ComputeCostsTests/References/TinyModels", ending: ".json").map
      { "TinyModels/" + ($0.split(separator: "/").last ?? "") }
    }
  }

  package init(_ name: String) throws {
    let data = Data(try Repository.text("Tests/ComputeCostsTests/References/" + name).utf8)
    self = try JSONDecoder().decode(FLOPRecords.self, from: data)
    let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    for (id, model) in root?["models"] as? [String: [String: Any]] ?? [:] {
      guard let config = model["config"] else { continue }
      configurations[id] = try JSONSerialization.data(withJSONObject: config)
    }
  }

  /// The cost model that importing a configuration gives.
  package func imported(_ id: String) throws -> ComputeCostModel {
    try Self.imported(configurations[id] ?? Data(), named: id)
  }

  /// The cost model that importing a file's bytes gives, with those of a processor's file beside it.
  package static func imported(
    _ configuration: Data, named id: String, processor: Data? = nil
  ) throws -> ComputeCostModel {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("token-budget-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("\(id).json")
    try configuration.write(to: file)
    let beside = folder.appendingPathComponent("preprocessor_config.json")
    try processor?.write(to: beside)
    let written = try ModelImport(
      configuration: file.path, processor: processor == nil ? nil : beside.path)
    return try ComputeCostModel.parse(written.yaml, name: id)
  }
}

extension FLOPRecords.Vision {
  /// What the record's encoder ran on, by the model's own rule where the record gives image sizes.
  package func layouts(_ model: ComputeCostModel) throws -> [ImageLayout] {
    guard let rule = model.processor?.rule else { return [] }
    if let grids = input.grid_thw {
      return grids.map { grid in
        ImageLayout(
          tokens: grid[0] * grid[1] * grid[2] / 4,
          inputs: [EncoderInput(count: grid[0], rows: grid[1], columns: grid[2])])
      }
    }
    if let sizes = input.sizes_hw, model.processor?.family.name == "idefics2" {
      // What the encoder gets, each resampled to as many tokens.
      return sizes.map { size in
        ImageLayout(
          tokens: 64,
          inputs: [EncoderInput(rows: size[0] / 14, columns: size[1] / 14)])
      }
    }
    if let sizes = input.sizes_hw {
      return try sizes.map { try rule.layout(of: Self.size(width: $0[1], height: $0[0])) }
    }
    if let most = input.num_crops, let grid = input.grid {
      let crops = grid[0] * grid[1] + 1
      var layout = ImageLayout(
        tokens: vision_tokens_to_llm, inputs: [EncoderInput(count: crops, rows: 24, columns: 24)])
      if input.padded_to_max_crops == true, most + 1 > crops {
        layout.paddingInputs = [EncoderInput(count: most + 1 - crops, rows: 24, columns: 24)]
      }
      return [layout]
    }
    if input.size_order != nil, let size = input.size {
      return [try rule.layout(of: Self.size(width: size[0], height: size[1]))]
    }
    if let tiles = input.tiles ?? input.frames_incl_global {
      // Of some image that is cut so; a single frame's count is a part of any's.
      let known = try rule.budgets(for: nil).map(\.layout)
      if let layout = known.first(where: { $0.tiles == tiles }) { return [layout] }
      let one = known[0]
      return [
        ImageLayout(
          tokens: one.tokens / one.tiles * tiles,
          inputs: [
            EncoderInput(count: tiles, rows: one.inputs[0].rows, columns: one.inputs[0].columns)
          ])
      ]
    }
    // Images of the one size that the model takes.
    let size = input.size ?? [1, 1]
    let layout = try rule.layout(of: Self.size(width: size[0], height: size[1]))
    return Array(repeating: layout, count: input.images)
  }

  private static func size(width: Int, height: Int) throws -> ImageSize {
    guard let size = ImageSize(width: width, height: height) else {
      throw CountOverflow()
    }
    return size
  }
}
