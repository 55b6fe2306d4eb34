import ComputeCosts
import SourceText

/// A published file that an answer rests on.
public struct PublishedSource: Sendable, Equatable {
  /// What is read of it.
  public enum Role: String, Sendable {
    /// A model's `config.json`.
    case configuration
    /// The settings of its image processor.
    case processor
    /// The settings of its video processor.
    case videoProcessor = "video-processor"
    /// What its processor takes besides those of images: `processor_config.json` of the older form.
    case processorClass = "processor-class"
  }

  /// What is read of it.
  public let role: Role
  /// Its path.
  public let path: String
  /// The model's name, where it is in the local cache.
  public let model: String?
  /// The commit, where it is in the local cache.
  public let revision: String?
  /// Whether it was found beside another file, in a folder or in the cache; `false` where its path was given.
  public let isFound: Bool

  /// The file's name without its folder.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// The published files of one model.
///
/// Beside a configuration the processor's files are found as transformers 5.24 finds them. Settings of images are
/// those under `image_processor` in `processor_config.json`, else `preprocessor_config.json`; those of videos stand
/// under `video_processor` in `processor_config.json`, else in `video_preprocessor_config.json`, else in
/// `preprocessor_config.json`. Whatever else `processor_config.json` has are arguments of the processor itself.
///
/// - Source: `get_image_processor_dict` and `get_video_processor_dict` of transformers 5.24.
struct ModelFiles {
  /// The model's configuration.
  private(set) var configuration: PublishedFile?
  /// The settings of its image processor.
  private(set) var processor: PublishedFile?
  /// The arguments of its processor, where they stand in another file.
  private(set) var processorClass: PublishedFile?
  /// The settings of its video processor, where they were looked for.
  private(set) var videoProcessor: PublishedFile?
  /// The files in the order in which they count.
  private(set) var sources: [PublishedSource] = []
  /// What a reader should know of what was not found.
  private(set) var warnings: [Diagnostic] = []
  /// The name of the model, where one was given.
  private(set) var name: String?

  /// Finds and reads files.
  ///
  /// - Parameters:
  ///   - configuration: A `config.json`, a folder that holds one, or a model's name.
  ///   - processor: A processor's file, a folder that holds it, or a model's name; `nil` to look beside the
  ///     configuration.
  ///   - cache: Where names are looked up; `nil` for paths alone.
  ///   - needsVideo: Whether videos are asked about, not images.
  /// - Throws: ``InvalidDocument`` where a file is not there or cannot be read.
  init(
    configuration: String?, processor: String?, cache: ModelCache?, needsVideo: Bool = false
  ) throws(InvalidDocument) {
    var beside: ModelPlace?
    if let processor {
      let place = try ModelPlace.find(processor, in: cache)
      if case .file(let path) = place {
        try take(path, as: needsVideo ? .videoProcessor : .processor, from: place, isFound: false)
        warnOfOther(path, needsVideo: needsVideo)
      } else {
        try findProcessor(place, needsVideo: needsVideo)
        guard self.processor != nil || processorClass != nil || videoProcessor != nil else {
          throw place.lacks(Array(ModelPlace.publishedNames.dropFirst()))
        }
      }
    }
    if let configuration {
      let place = try ModelPlace.find(configuration, in: cache)
      if case .file(let path) = place {
        try take(path, as: .configuration, from: place, isFound: false)
      } else {
        guard let path = place.path(of: "config.json") else { throw place.lacks(["config.json"]) }
        try take(path, as: .configuration, from: place, isFound: true)
      }
      if case .cached(let name, _, _) = place { self.name = name.name }
      if processor == nil { beside = place }
    }
    if let beside {
      try findProcessor(beside, needsVideo: needsVideo)
      if needsVideo ? videoProcessor == nil : self.processor == nil {
        warnOfNone(beside, needsVideo: needsVideo)
      }
    }
  }

  /// Reads the processor's files that lie in one folder.
  private mutating func findProcessor(
    _ place: ModelPlace, needsVideo: Bool
  ) throws(InvalidDocument) {
    var whole: (file: PublishedFile, path: String)?
    if let path = place.path(of: "processor_config.json") {
      whole = (try PublishedFile.load(path), path)
    }
    func nests(_ key: String) -> Bool {
      if case .mapping? = whole?.file.value[key] { true } else { false }
    }
    let role = needsVideo ? PublishedSource.Role.videoProcessor : .processor
    if let whole, nests(needsVideo ? "video_processor" : "image_processor") {
      return take(whole.file, whole.path, as: role, from: place, isFound: true)
    }
    let names =
      (needsVideo ? ["video_preprocessor_config.json"] : []) + ["preprocessor_config.json"]
    if let path = names.lazy.compactMap({ place.path(of: $0) }).first {
      try take(path, as: role, from: place, isFound: true)
    }
    if let whole {
      take(whole.file, whole.path, as: .processorClass, from: place, isFound: true)
    }
  }

  private mutating func take(
    _ path: String, as role: PublishedSource.Role, from place: ModelPlace, isFound: Bool
  ) throws(InvalidDocument) {
    let file =
      role == .configuration
      ? try PublishedFile.loadConfiguration(path) : try PublishedFile.load(path)
    take(file, path, as: role, from: place, isFound: isFound)
  }

  private mutating func take(
    _ file: PublishedFile, _ path: String, as role: PublishedSource.Role, from place: ModelPlace,
    isFound: Bool
  ) {
    switch role {
    case .configuration: configuration = file
    case .processor: processor = file
    case .videoProcessor: videoProcessor = file
    case .processorClass: processorClass = file
    }
    var origin: (name: String, commit: String)?
    if case .cached(let name, _, let commit) = place { origin = (name.name, commit) }
    sources.append(
      PublishedSource(
        role: role, path: path, model: origin?.name, revision: origin?.commit, isFound: isFound))
  }

  /// A file that is given counts; but it may be that of images where videos are asked about, or the other way round.
  private mutating func warnOfOther(_ path: String, needsVideo: Bool) {
    let (message, suggestion): (String, Suggestion)
    if needsVideo {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let beside = (parts.dropLast() + ["video_preprocessor_config.json"]).joined(separator: "/")
      guard parts.last == "preprocessor_config.json", SourceFile.kind(of: beside) == .file else {
        return
      }
      message =
        "these are the settings of images, and video_preprocessor_config.json, which counts for videos, lies beside it"
      suggestion = "give that file, or the folder, with \(parameter: .processor)"
    } else {
      guard let value = processor?.value, value["video_processor_type"] != nil,
        value["image_processor_type"] == nil, value["image_processor"] == nil
      else { return }
      message = "these are the settings of videos, and images are asked about"
      suggestion =
        "give the model's preprocessor_config.json, or its folder, with \(parameter: .processor)"
    }
    warnings.append(
      Diagnostic(
        code: .processorOfOtherInput, severity: .warning, message: message, suggestion: suggestion,
        file: path))
  }

  /// In a folder or in the cache a processor's file belongs to the model; that none is there may be an oversight.
  private mutating func warnOfNone(_ place: ModelPlace, needsVideo: Bool) {
    let suggestion: Suggestion
    switch place {
    case .file: return
    case .folder: suggestion = "give one with \(parameter: .processor, "preprocessor_config.json")"
    case .cached(let name, _, _): suggestion = Suggestion(ModelPlace.advice(name))
    }
    warnings.append(
      Diagnostic(
        code: .modelWithoutProcessor, severity: .warning,
        message: (processorClass == nil
          ? "no processor file lies beside it: settings that it would have"
          : "beside it lies no file with the settings of its \(needsVideo ? "video" : "image") processor: those that "
            + "processor_config.json has not")
          + " are those of the family's best-known model", suggestion: suggestion,
        file: configuration?.name))
  }

  /// Where the files come from, for a document's source: a name with its revision and the files' names, or paths.
  static func cite(_ sources: [PublishedSource]) -> String {
    var groups: [(head: String, names: [String])] = []
    for source in sources.sorted(by: { $0.role == .configuration && $1.role != .configuration }) {
      guard let model = source.model, let revision = source.revision else {
        let path = printable(path: source.path)
        if !groups.contains(where: { $0.head == path }) { groups.append((path, [])) }
        continue
      }
      let head = "\(model) at \(revision)"
      if let index = groups.firstIndex(where: { $0.head == head }) {
        if !groups[index].names.contains(source.name) { groups[index].names.append(source.name) }
      } else {
        groups.append((head, [source.name]))
      }
    }
    return groups.map { group in
      group.head + (group.names.isEmpty ? "" : ": " + group.names.joined(separator: ", "))
    }.joined(separator: "; ")
  }
}
