import SourceText

/// Where a model's published files lie: what an argument that may be a path or a name leads to.
///
/// A path that is there wins over a name, so that the same argument in the same folder always means the same.
enum ModelPlace: Equatable {
  /// One file.
  case file(String)
  /// A folder that holds a model's files.
  case folder(String)
  /// A model in the local cache, and the folder of the revision.
  case cached(CachedName, folder: String, commit: String)

  /// The names of the files that the program reads, as they are published.
  static let publishedNames = [
    "config.json", "preprocessor_config.json", "processor_config.json",
    "video_preprocessor_config.json",
  ]

  /// The place of a path or a name.
  ///
  /// - Parameters:
  ///   - argument: The path of a file or a folder, or `ORG/NAME`, or `ORG/NAME@REVISION`.
  ///   - cache: Where names are looked up; `nil` for paths alone.
  /// - Throws: ``InvalidDocument`` where it leads nowhere, with what to do.
  static func find(_ argument: String, in cache: ModelCache?) throws(InvalidDocument) -> ModelPlace
  {
    // What reading will refuse is no name either.
    guard !argument.isEmpty, !argument.utf8.contains(0) else { return .file(argument) }
    switch SourceFile.kind(of: argument) {
    case .file, .stream: return .file(argument)
    case .folder: return .folder(argument)
    case .absent: break
    }
    guard let cache, !argument.hasSuffix(".json"), let name = CachedName(argument) else {
      throw noSuchFile(argument)
    }
    switch cache.find(name) {
    case .snapshot(let folder, let commit): return .cached(name, folder: folder, commit: commit)
    case .noModel: throw notCached(argument, name, cache)
    case .noRevision(let known): throw noRevision(name, known, cache)
    }
  }

  /// A file of the model; `nil` where it is not there, or is a pipe or a folder.
  func path(of file: String) -> String? {
    guard let folder else { return nil }
    let path = SourceFile.path(folder, file)
    return SourceFile.kind(of: path) == .file ? path : nil
  }

  /// The folder that the model's files lie in; of a single file, that of a `config.json` only: other names do not say
  /// that what lies beside them is the same model's.
  var folder: String? {
    switch self {
    case .folder(let folder), .cached(_, let folder, _): return folder
    case .file(let path):
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.last == "config.json" else { return nil }
      return parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
    }
  }

  /// Says that none of some files is there.
  func lacks(_ files: [String]) -> InvalidDocument {
    let listed = files.map { "'\($0)'" }.joined(separator: ", ")
    switch self {
    case .file(let path): return Self.noSuchFile(path)
    case .folder(let path):
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return .missing(
        path, .fileNotFound,
        files.count == 1 ? "the folder has no \(listed)" : "the folder has none of \(listed)",
        ModelCache.name(ofFolder: name).map {
          "this is a folder of the local cache: give the model's name, '\($0)'"
        }
          ?? (CachedName(path).map { $0.hasOrganisation } == true
            ? "is it the folder of a downloaded model? A folder that is there wins over a model's name in the local cache"
            : "is it the folder of a downloaded model?"))
    case .cached(let name, _, let commit):
      return .missing(
        name.name, .modelFileNotCached,
        "of revision \(commit) the local cache has no \(listed)",
        Suggestion(Self.advice(name)))
    }
  }

  /// How to get a cached model's files.
  static func advice(_ name: CachedName) -> String {
    "nothing is fetched here; to have it: " + download(name)
  }

  private static func download(_ name: CachedName) -> String {
    DownloadCommand.text(name.name, revision: name.revision, files: publishedNames)
  }

  // MARK: What is wrong

  private static func noSuchFile(_ path: String) -> InvalidDocument {
    .missing(
      path, .fileNotFound, "no such file",
      nearestPath(to: path).map { "did you mean '\(printable(path: $0))'?" })
  }

  private static func notCached(
    _ argument: String, _ name: CachedName, _ cache: ModelCache
  ) -> InvalidDocument {
    let near =
      nearestPath(to: argument)
      ?? nearestName(to: name.name, among: cache.names).map {
        $0 + (name.revision.map { "@" + $0 } ?? "")
      }
    // A word without an organisation is hardly a name on the hub.
    let download: Suggestion =
      name.hasOrganisation
      ? Suggestion(advice(name))
      : "give a file, a folder, or a model's name with its organisation, 'ORG/\(name.name)'"
    let meant: Suggestion? = near.map { "did you mean '\(printable(path: $0))'?" }
    let advice: Suggestion = meant.map { "\($0) If not: \(download)" } ?? download
    return .missing(
      argument, .modelNotCached,
      "no such file or folder, and no model \(quoted(name.name)) in the local cache, "
        + printable(path: cache.folder), advice)
  }

  private static func noRevision(
    _ name: CachedName, _ known: [String], _ cache: ModelCache
  ) -> InvalidDocument {
    let listed = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
    let nearest =
      name.revision.flatMap { wanted in
        known.first { $0.hasPrefix(wanted) } ?? nearestName(to: wanted, among: known)
      } ?? known[0]
    return .missing(
      name.name, .modelRevisionNotCached,
      "the revision '\(name.revision ?? "main")' of this model is not in the local cache, "
        + "\(printable(path: cache.folder)); there: \(printable(listed))",
      "give '\(name.name)@\(printable(nearest))', or get it: \(download(name))")
  }

  /// What lies in the same folder under a similar name.
  private static func nearestPath(to path: String) -> String? {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let last = parts.popLast(), !last.isEmpty else { return nil }
    let folder = parts.isEmpty ? "" : parts.joined(separator: "/") + "/"
    guard folder.isEmpty || SourceFile.kind(of: folder) == .folder else { return nil }
    return nearestName(to: last, among: SourceFile.names(inFolder: folder)).map { folder + $0 }
  }
}

extension InvalidDocument {
  /// Something that is not there.
  fileprivate static func missing(
    _ file: String, _ code: Diagnostic.Code, _ message: String, _ suggestion: Suggestion?
  ) -> InvalidDocument {
    InvalidDocument(
      file: file,
      diagnostics: [
        Diagnostic(
          code: code, severity: .error, message: message, suggestion: suggestion, file: file)
      ],
      isUnreadable: true)
  }
}

extension Diagnostic.Code {
  /// A name is neither a path nor a model in the local cache.
  public static let modelNotCached = Self("model.not-in-cache")
  /// A model is in the local cache, but not in this revision.
  public static let modelRevisionNotCached = Self("model.revision-not-in-cache")
  /// A model is in the local cache, but not this file of it.
  public static let modelFileNotCached = Self("model.file-not-in-cache")
  /// A processor file that is given is that of videos where images are asked about, or the other way round.
  public static let processorOfOtherInput = Self("model.processor-of-other-input")
  /// No processor file lies beside a model's configuration.
  public static let modelWithoutProcessor = Self("model.no-processor-file")
}
