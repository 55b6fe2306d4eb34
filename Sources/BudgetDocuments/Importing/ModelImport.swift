import ComputeCosts
import SourceText

/// A cost model made from a published configuration.
public struct ModelImport: Sendable {
  /// The cost model as a YAML document, with remarks on what the configuration left out.
  public let yaml: String
  /// What the configuration left out, and what was taken instead.
  public let defaults: [ConfigurationDefault]
  /// What a reader should know.
  public let diagnostics: [Diagnostic]
  /// The files that were read, those that count more first.
  public let sources: [PublishedSource]

  /// Imports a configuration.
  ///
  /// - Parameters:
  ///   - configuration: The path of a `config.json` or of the folder of a model, or a model's name in `cache`:
  ///     `ORG/NAME`, `ORG/NAME@REVISION`.
  ///   - processor: The same of its processor's file. Without it that is looked for beside a configuration that is
  ///     called `config.json`; where there is none, the values of the family's best-known model hold.
  ///   - assignments: Settings of the processor as `name=value`, of that of videos as `video.name=value`.
  ///   - id: The document's id; by default the configuration's folder or file name.
  ///   - title: The document's title; by default the name in the configuration, where it has one.
  ///   - hardware: The id of the accelerator that it is to run on.
  ///   - source: Where the configuration comes from, for the document's `source.cite`; by default the files.
  ///   - video: The video that a request has in place of an image; the document has its processor's settings then.
  ///   - cache: Where names are looked up; `nil` for paths alone.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong.
  public init(
    configuration: String, processor: String? = nil, assignments: [String] = [], id: String? = nil,
    title: String? = nil, hardware: String? = nil, source: String? = nil,
    video: Video? = nil, cache: ModelCache? = nil
  ) throws(InvalidDocument) {
    if let id, !DocumentID.isValid(id) {
      throw InvalidDocument(
        file: "(arguments)",
        diagnostics: [
          Diagnostic(
            code: .invalidID, severity: .error,
            message: "an id must be up to 100 lower-case letters, digits, '-' and '.', found "
              + quoted(id))
        ])
    }
    let files = try ModelFiles(configuration: configuration, processor: processor, cache: cache)
    guard let file = files.configuration else {
      preconditionFailure("a configuration was asked for, and none is there")
    }
    let identifier =
      id ?? DocumentID.fromPath(files.name ?? configuration, fallback: "imported-model")
    let family = try FamilyChoice.family(
      named: nil, processor: files.processor ?? files.processorClass, configuration: file,
      needsArchitecture: true)
    guard family.hasArchitecture else {
      var type = family.name
      if case .text(let named)? = file.value["model_type"] { type = named }
      file.report(
        .configurationUnsupported, ["model_type"],
        "the model type \(quoted(type)) has the token rule of \(family.name), but no closed form here; supported: "
          + ModelFamily.importableModelTypes.joined(separator: ", "),
        suggestion: .byHandWithTokens)
      throw file.failure
    }
    let reader = ConfigurationReader(file.value)
    let architecture = family.architecture(reader)
    for problem in reader.problems { file.report(problem) }
    if reader.problems.isEmpty {
      file.warnOfUnknown(reader.unknownKeys, known: reader.knownKeys)
    }
    var collector = SettingCollector(
      family, files, defaults: reader.defaults)
    collector.take(video == nil ? assignments : assignments.filter { !Self.isOfVideo($0) })
    var settings: ProcessorSettings?
    var failures: [Diagnostic] = []
    do {
      settings = try collector.settings()
    } catch {
      failures = error.diagnostics
    }
    guard let architecture, let settings else {
      // What is wrong with the file is in both lists.
      // The settings' list holds what was wrong with the file by then, each in its order.
      let own = file.hasErrors ? file.failure.diagnostics : []
      let others = failures.filter { failure in !own.contains(failure) }
      throw InvalidDocument(file: file.name, diagnostics: own + others)
    }
    if let conflict = family.conflict(
      between: settings.values, and: architecture.encoder, architecture.connector)
    {
      throw InvalidDocument(
        file: file.name,
        diagnostics: [
          Diagnostic(
            code: .architectureInconsistent, severity: .error, message: conflict.message,
            suggestion: Suggestion(
              "'\(conflict.setting)' is from: "
                + (settings.origins[conflict.setting]?.words ?? "nowhere")), file: file.name)
        ])
    }
    let videoCount = try video.map { (video) throws(InvalidDocument) in
      try VideoTokenCount(
        configuration: configuration, processor: processor,
        assignments: assignments.filter(Self.isOfVideo).map { String($0.dropFirst(6)) },
        videos: [video], cache: cache)
    }
    let quantization = Quantization(
      file.value, encoderLayers: architecture.encoder.layers)
    let note = quantization.flatMap { file.remark(on: $0) }
    defaults = reader.defaults
    let parts = file.remark(onPartsLeftOut: reader.partsLeftOut)
    sources =
      files.sources + (videoCount?.sources ?? []).filter { $0.role == .videoProcessor }
    var all = files.warnings + settings.processorWarnings + file.warnings
    // The files of images may be those of videos too.
    all += (videoCount?.diagnostics ?? []).filter { warning in !all.contains(warning) }
    diagnostics = all + [note, parts].compactMap { $0 }
    let cited =
      sources.contains(where: \.isFound)
      ? ModelFiles.cite(sources) : printable(path: configuration)
    let text = CostModelText(
      id: identifier, title: title ?? Self.title(file.value) ?? files.name,
      hardware: hardware,
      source: source ?? cited + ", imported", family: family,
      architecture: architecture, quantization: quantization, settings: settings,
      defaults: reader.defaults, partsLeftOut: reader.partsLeftOut, video: videoCount,
      processorFile: files.processor?.name)
    yaml = text.yaml
    // What is written is read back first: a document that this build refuses never leaves it.
    do {
      _ = try ComputeCostModel.parse(yaml, name: "(imported)")
    } catch {
      throw InvalidDocument(
        file: file.name,
        diagnostics: error.diagnostics.map {
          Diagnostic(
            code: $0.code, severity: $0.severity,
            message: "as imported, " + $0.message, suggestion: $0.suggestion, file: file.name)
        })
    }
  }

  /// Whether an assignment is of the video processor: `video.longest_edge=…`.
  private static func isOfVideo(_ assignment: String) -> Bool { assignment.hasPrefix("video.") }

  private static func title(_ configuration: ConfigurationValue) -> String? {
    if case .text(let name)? = configuration["_name_or_path"], !name.isEmpty { return name }
    return nil
  }
}

extension PublishedFile {
  /// Says which parts of the model are not counted.
  fileprivate func remark(onPartsLeftOut parts: [[String]]) -> Diagnostic? {
    guard !parts.isEmpty else { return nil }
    let names = parts.map { "'\($0.joined(separator: "."))'" }.joined(separator: ", ")
    return Diagnostic(
      code: .configurationPartsLeftOut, severity: .note,
      message: "not counted, as neither images nor text pass through it: \(names)", file: name)
  }

  /// Says how the weights are stored, and what is not known of it.
  fileprivate func remark(on quantization: Quantization) -> Diagnostic? {
    guard let storage = quantization.storage else {
      warn(
        .configurationQuantization, quantization.path,
        "the weights are quantised by a method that is not known here, "
          + "\(printable(quantization.words)): they are counted as 16 bits",
        suggestion: "give 'weights' in the cost model, a type for each part: docs/documents.md")
      return nil
    }
    if let exception = quantization.partialException {
      warn(
        .configurationQuantization, quantization.path,
        "\(quoted(exception)) keeps a piece of a part as it was; the part is counted as converted",
        suggestion: "the file is larger by that; give 'weights' in the cost model where it matters")
    }
    return Diagnostic(
      code: .configurationQuantized, severity: .note,
      message: "the weights are stored as 'quantization_config' says "
        + "(\(printable(quantization.words))): \(storage.words)", file: name)
  }

  /// One warning for all keys that nobody knows, at the first of them.
  fileprivate func warnOfUnknown(_ keys: [[String]], known: [String]) {
    guard let first = keys.first else { return }
    let names = keys.prefix(8).map { path in
      let name =
        "'\(printable((isTranslated ? LegacyLLaVA.place(of: path) : path).joined(separator: ".")))'"
      return nearestName(to: path.last ?? "", among: known).map { "\(name) (near '\($0)')" } ?? name
    }
    let more = keys.count > 8 ? " and \(keys.count - 8) more" : ""
    warn(
      .configurationUnknownKeys, first,
      "\(keys.count == 1 ? "a key" : "keys") that nobody here knows: "
        + names.joined(separator: ", ") + more,
      suggestion:
        "what is not known is not counted: see whether the model's class builds something of "
        + (keys.count == 1 ? "it" : "them"))
  }
}
