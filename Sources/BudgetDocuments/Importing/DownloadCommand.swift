/// How a user gets a model's files: the command line of `huggingface_hub`, whose flags are its own.
enum DownloadCommand {
  /// The command that puts files of a model into the local cache. Files that the model does not have are passed over.
  ///
  /// - Parameters:
  ///   - files: Two or more, since a single one that is not there would be an error.
  ///   - revision: `nil` for the main branch.
  static func text(_ name: String, revision: String?, files: [String]) -> String {
    "hf download \(name) " + (revision.map { "--revision \($0) " } ?? "")
      + files.joined(separator: " ")
  }
}
