import Foundation

/// A folder of a downloaded model, or a whole cache of models, for one test.
package struct ModelFolder {
  /// Its path.
  package let path: String

  /// A small configuration that can be imported.
  package static let tinyQwen3VL = """
    {"model_type": "qwen3_vl", "tie_word_embeddings": false,
     "vision_config": {"model_type": "qwen3_vl_vision", "depth": 2, "hidden_size": 64, "intermediate_size": 128,
       "num_heads": 4, "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2, "out_hidden_size": 96,
       "num_position_embeddings": 64, "deepstack_visual_indexes": [0], "hidden_act": "gelu", "in_channels": 3},
     "text_config": {"model_type": "qwen3_vl_text", "num_hidden_layers": 2, "hidden_size": 96,
       "intermediate_size": 192, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 24,
       "vocab_size": 1000}}
    """

  /// Writes files into a new folder, hands it over, and removes it.
  ///
  /// - Parameter files: Texts by their paths in the folder.
  package static func with<Result>(
    _ files: [String: String], _ body: (ModelFolder) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("token-budget-models-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try body(ModelFolder(path: folder.path))
  }

  /// The path of a file in it.
  package func path(_ name: String) -> String { path + "/" + name }

  /// The files of a cache that holds one revision of a model, `main` by default.
  package static func cache(
    _ name: String, commit: String, references: [String] = ["main"], _ files: [String: String]
  ) -> [String: String] {
    let folder = "models--" + name.split(separator: "/").joined(separator: "--")
    var all = ["\(folder)/snapshots/\(commit)/.keep": ""]
    for reference in references { all["\(folder)/refs/\(reference)"] = commit }
    for (file, text) in files { all["\(folder)/snapshots/\(commit)/\(file)"] = text }
    return all
  }
}
