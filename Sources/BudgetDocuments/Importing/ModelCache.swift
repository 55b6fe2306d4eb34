import SourceText

/// The folder in which `huggingface_hub` keeps what was downloaded. It is read and never written, and nothing is
/// fetched.
///
/// A model `ORG/NAME` lies in `models--ORG--NAME`: `refs/main` holds the commit of the branch, and
/// `snapshots/COMMIT` its files.
///
/// - Source: `constants.py` and `try_to_load_from_cache` of huggingface_hub 1.x.
public struct ModelCache: Sendable, Equatable {
  /// The folder's path.
  public let folder: String

  /// A cache in a folder.
  public init(folder: String) { self.folder = folder }

  /// The cache that the environment names: `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`,
  /// else `huggingface/hub` in `XDG_CACHE_HOME`, else in `~/.cache`; `nil` where none of these is set, nor `HOME`.
  ///
  /// - Parameter variable: The value of a variable of the environment; `nil` where it is not set.
  public init?(environment variable: (String) -> String?) {
    func expanded(_ path: String) -> String { Self.expanded(path, variable) }
    if let hub = variable("HF_HUB_CACHE") ?? variable("HUGGINGFACE_HUB_CACHE") {
      folder = expanded(hub)
    } else if let home = variable("HF_HOME") {
      folder = SourceFile.path(expanded(home), "hub")
    } else if let cache = variable("XDG_CACHE_HOME") {
      folder = SourceFile.path(expanded(cache), "huggingface/hub")
    } else if let home = variable("HOME") {
      folder = SourceFile.path(home, ".cache/huggingface/hub")
    } else {
      return nil
    }
  }

  /// A path with `~` and variables replaced; those that are not set stay as they are.
  private static func expanded(_ path: String, _ variable: (String) -> String?) -> String {
    var rest = path[...]
    var text = ""
    if rest == "~" || rest.hasPrefix("~/"), let home = variable("HOME") {
      text = home
      rest = rest.dropFirst()
    }
    while let dollar = rest.firstIndex(of: "$") {
      text += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      let name: Substring
      var after: Substring
      if rest.first == "{", let end = rest.firstIndex(of: "}") {
        name = rest[rest.index(after: rest.startIndex)..<end]
        after = rest[rest.index(after: end)...]
      } else {
        name = rest.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
        after = rest[name.endIndex...]
      }
      if !name.isEmpty, let value = variable(String(name)) {
        text += value
        rest = after
      } else {
        text += "$"
      }
    }
    return text + rest
  }

  /// The folder of a model, whether it is there or not.
  private func folder(of name: String) -> String {
    SourceFile.path(
      folder, "models--" + name.split(separator: "/").joined(separator: "--"))
  }

  /// The names of the models that are there.
  var names: [String] {
    SourceFile.names(inFolder: folder).compactMap(Self.name(ofFolder:))
  }

  /// The name of the model that a folder of a cache holds: `models--ORG--NAME`.
  static func name(ofFolder folder: String) -> String? {
    let prefix = "models--"
    guard folder.hasPrefix(prefix) else { return nil }
    let name = folder.dropFirst(prefix.count).replacing("--", with: "/", maxReplacements: 1)
    return CachedName(String(name)).map(\.name)
  }

  /// Where a name leads.
  enum Finding: Equatable {
    /// The folder of a revision, and its commit.
    case snapshot(folder: String, commit: String)
    /// The model is not there.
    case noModel
    /// The model is there, in other revisions: commits, and names that lead to one of them.
    case noRevision(known: [String])
  }

  /// Looks for a revision of a model; without one for the main branch.
  ///
  /// - Complexity: two files are looked at, and folders listed where they are not there.
  func find(_ name: CachedName) -> Finding {
    let model = folder(of: name.name)
    guard SourceFile.kind(of: model) == .folder else { return .noModel }
    let snapshots = SourceFile.path(model, "snapshots")
    let references = SourceFile.path(model, "refs")
    let wanted = name.revision ?? "main"
    let commit = commit(SourceFile.path(references, wanted)) ?? wanted
    let folder = SourceFile.path(snapshots, commit)
    if !commit.contains("/"), SourceFile.kind(of: folder) == .folder {
      return .snapshot(folder: folder, commit: commit)
    }
    let named = SourceFile.names(inFolder: references).filter { reference in
      self.commit(SourceFile.path(references, reference)).map {
        SourceFile.kind(of: SourceFile.path(snapshots, $0)) == .folder
      } ?? false
    }
    let known = named + SourceFile.names(inFolder: snapshots)
    return known.isEmpty ? .noModel : .noRevision(known: known)
  }

  /// The commit that a reference holds.
  private func commit(_ path: String) -> String? {
    guard SourceFile.kind(of: path) == .file,
      let text = try? SourceFile.read(path: path, byteLimit: 1024)
    else { return nil }
    let commit = String(decoding: text.bytes, as: UTF8.self).filter { !$0.isWhitespace }
    return CachedName.isRevision(commit) ? commit : nil
  }
}

/// A model's name on the hub, with a revision where one is given: `ORG/NAME`, `ORG/NAME@REVISION`.
struct CachedName: Equatable {
  let name: String
  let revision: String?

  /// A name; `nil` where a text has not the form of one.
  ///
  /// - Source: the rules of `validate_repo_id` in huggingface_hub.
  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let words = name.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(words.count), !name.contains("--"), !name.contains(".."),
      !name.hasSuffix(".git"), words.allSatisfy(Self.isWord)
    else { return nil }
    self.name = name
    guard parts.count == 2 else {
      revision = nil
      return
    }
    let revision = String(parts[1])
    guard Self.isRevision(revision) else { return nil }
    self.revision = revision
  }

  /// Whether it has an organisation, as all but the oldest names do.
  var hasOrganisation: Bool { name.contains("/") }

  /// The name without its organisation.
  var shortName: String { String(name.split(separator: "/").last ?? "") }

  private static func isWord(_ word: Substring) -> Bool {
    func isEnd(_ byte: UInt8?) -> Bool { byte != 0x2D && byte != 0x2E }
    return (1...96).contains(word.utf8.count) && word.utf8.allSatisfy(isKept)
      && isEnd(word.utf8.first) && isEnd(word.utf8.last)
  }

  /// Whether a text can be a branch, a tag or a commit; none leads out of its folder.
  static func isRevision(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { isKept($0) || $0 == 0x2F }
      && !text.contains("..") && !text.hasPrefix("/") && !text.hasPrefix("-")
  }

  private static func isKept(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      || [0x2D, 0x2E, 0x5F].contains(byte)
  }
}
