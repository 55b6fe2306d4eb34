import ComputeCosts
import SourceText

/// The settings of a family's token rule, and where each comes from.
public struct ProcessorSettings: Sendable {
  /// Where a value comes from.
  public enum Origin: Sendable, Equatable {
    /// It was given on the command line or in a request.
    case given
    /// A processor file has it, under these keys.
    case processor(String)
    /// A configuration has it, under these keys.
    case configuration(String)
    /// It follows from other settings.
    case derived
    /// The family's processor class has it as its default.
    case classDefault
    /// The family's best-known model has it.
    case example

    /// The origin in words.
    public var words: String {
      switch self {
      case .given: "given"
      case .processor(let key): "processor file, \(key)"
      case .configuration(let key): "configuration, \(key)"
      case .derived: "follows from the others"
      case .classDefault: "the class's default"
      case .example: "the family's best-known model"
      }
    }
  }

  /// The family.
  public let family: ModelFamily
  /// The values.
  public let values: SettingValues
  /// Where each comes from, by the setting's name.
  public let origins: [String: Origin]
  /// What decides the tokens of an image.
  public let rule: any TokenRule
  /// What a reader should know.
  public let diagnostics: [Diagnostic]
  /// Those about the processor file.
  let processorWarnings: [Diagnostic]
}

/// Collects the settings of a family from what is known.
struct SettingCollector {
  let family: ModelFamily
  let processor: PublishedFile?
  /// Arguments of the processor that stand in a file of their own.
  private let processorClass: PublishedFile?
  let configuration: PublishedFile?
  /// The settings that are collected: those of the family's images, or of its videos.
  private let list: [Setting]
  /// The key under which newer processor files nest them.
  private let section: String
  /// What the configuration's class fills in, by the keys that would have it.
  private let defaults: [String: SettingValue]
  private(set) var values = SettingValues()
  private(set) var origins: [String: ProcessorSettings.Origin] = [:]
  private(set) var problems: [Diagnostic] = []

  /// - Parameter video: The family's video processor, where videos are asked about.
  init(
    _ family: ModelFamily, _ files: ModelFiles, defaults: [ConfigurationDefault] = [],
    video: VideoProcessor? = nil
  ) {
    self.family = family
    list = video?.settings ?? family.settings
    section = video == nil ? "image_processor" : "video_processor"
    processor = video == nil ? files.processor : files.videoProcessor
    processorClass = files.processorClass
    configuration = files.configuration
    self.defaults = Dictionary(
      defaults.compactMap { filled in
        Int(filled.value).map { (filled.path.joined(separator: "."), .count($0)) }
      }
    ) { first, _ in first }
  }

  /// Takes `name=value` assignments.
  mutating func take(_ assignments: [String]) {
    for assignment in assignments {
      guard let equals = assignment.firstIndex(of: "=") else {
        refuse(
          "'\(printable(assignment))' is no assignment", "write \(parameter: .set, "name=value")")
        continue
      }
      let name = String(assignment[..<equals])
      let text = String(assignment[assignment.index(after: equals)...])
      if let fact = family.remarks[name], fact == nil || fact == text { continue }
      guard let setting = list.first(where: { $0.names.contains(name) }) else {
        let known = list.map(\.name)
        refuse(
          "the family \(family.name) has no setting \(quoted(name))",
          nearestName(to: name, among: list.flatMap(\.names)).map {
            "did you mean '\($0)'?"
          } ?? "settings: \(known.joined(separator: ", "))")
        continue
      }
      let value = Self.value(ofText: text)
      switch Self.converted(value, to: setting) {
      case .success(let value):
        if let before = values[setting.name], before != value {
          refuse("'\(setting.name)' is set twice, to \(before) and to \(value)", nil)
        }
        values[setting.name] = value
        origins[setting.name] = .given
      case .failure(let problem):
        refuse("'\(name)' \(problem.words), found \(quoted(text))", nil)
      }
    }
  }

  private mutating func refuse(_ message: String, _ suggestion: Suggestion?) {
    problems.append(
      Diagnostic(
        code: .settingInvalid, severity: .error, message: message, suggestion: suggestion))
  }

  /// Reads what the files have, fills in what follows, and makes the rule.
  ///
  /// - Throws: ``InvalidDocument`` with everything that is wrong.
  mutating func settings() throws(InvalidDocument) -> ProcessorSettings {
    let warnings = try collect()
    let rule = try made(family.tokenRule(values))
    return ProcessorSettings(
      family: family, values: values, origins: origins, rule: rule,
      diagnostics: warnings + (configuration?.warnings ?? []), processorWarnings: warnings)
  }

  /// A rule, or what its settings contradict.
  func made<Rule>(
    _ result: Result<Rule, SettingConflict>
  ) throws(InvalidDocument) -> Rule {
    switch result {
    case .success(let rule): return rule
    case .failure(let conflict):
      throw InvalidDocument(
        file: name,
        diagnostics: [
          Diagnostic(
            code: .settingInvalid, severity: .error, message: conflict.message,
            suggestion: suggestion(for: conflict), file: processor?.name ?? configuration?.name)
        ])
    }
  }

  /// What diagnostics are about.
  private var name: String { processor?.name ?? configuration?.name ?? "(settings)" }

  /// Reads what the files have and fills in what follows.
  ///
  /// - Returns: What a reader of the processor's files should know.
  /// - Throws: ``InvalidDocument`` with everything that is wrong.
  mutating func collect() throws(InvalidDocument) -> [Diagnostic] {
    for setting in list where values[setting.name] == nil {
      if let name = setting.overridingClass {
        warnOfOverridden(setting, by: name)
      } else {
        read(setting, processor, setting.processorKeys) { .processor($0) }
        read(setting, processorClass, setting.processorKeys) { .processor($0) }
      }
      if values[setting.name] == nil {
        read(setting, configuration, setting.configurationKeys) { .configuration($0) }
      }
      let filled = setting.configurationKeys.compactMap { defaults[$0] }.first
      if values[setting.name] == nil, let value = filled {
        values[setting.name] = value
        origins[setting.name] = .classDefault
      }
    }
    compareFiles()
    fillIn()
    for path in [["do_resize"], [section, "do_resize"]]
    where processor?.value[path] == .bool(false) {
      processor?.warn(
        .settingWithoutResize, path,
        "'do_resize' is false, and the tokens of images as they come are not counted here: the count "
          + "is that of the resized image")
    }
    for file in [processor, processorClass, configuration].compactMap({ $0 })
    where file.hasErrors {
      problems += file.failure.diagnostics
    }
    guard problems.isEmpty else { throw InvalidDocument(file: name, diagnostics: problems) }
    return (processor?.warnings ?? []) + (processorClass?.warnings ?? [])
  }

  private func suggestion(for conflict: SettingConflict) -> Suggestion {
    guard let origin = origins[conflict.setting] else { return "mend '\(conflict.setting)'" }
    return "'\(conflict.setting)' is from: \(origin.words)"
  }

  private mutating func read(
    _ setting: Setting, _ file: PublishedFile?, _ keys: [String],
    origin: (String) -> ProcessorSettings.Origin
  ) {
    guard let file else { return }
    for key in keys {
      var path = key.split(separator: ".").map(String.init)
      // Later versions keep the image processor's settings in a part of their own.
      if file.value[path] == nil { path.insert(section, at: 0) }
      guard let found = file.value[path] else { continue }
      checkSquare(file, path, found)
      // `size` and its like may be a mapping of which another key names the part.
      if case .mapping = found { continue }
      switch Self.converted(found, to: setting) {
      case .success(let value):
        if let before = values[setting.name] {
          guard before != value else { continue }
          file.warn(
            .settingContradiction, path,
            "'\(key)' is \(value), but '\(setting.name)' is \(before) by another key of "
              + (file.name == processorClass?.name
                ? "\(printable(path: processor?.name ?? ""))" : "this file"),
            suggestion: "\(before) is used; make both agree")
        } else {
          values[setting.name] = value
          origins[setting.name] = origin(key)
        }
      case .failure(let problem):
        file.report(.configurationWrongValue, path, "'\(key)' \(problem.words)")
      }
    }
  }

  /// Remarks on what a processor file says without effect.
  private func warnOfOverridden(_ setting: Setting, by name: String) {
    guard let processor, case .value(let fallback) = setting.fallback else { return }
    for key in setting.processorKeys {
      for path in [[key], [section, key]] {
        guard let found = processor.value[path],
          case .success(let value) = Self.converted(found, to: setting), value != fallback
        else { continue }
        processor.warn(
          .settingWithoutEffect, path,
          "'\(key)' of the file has no effect: \(name) passes \(fallback), its own default, on every call",
          suggestion:
            "where the call says otherwise: \(parameter: .set, "\(setting.name)=\(value)")")
      }
    }
  }

  /// Whether a file that is given could have had a setting.
  private func couldBeKnown(_ setting: Setting) -> Bool {
    processor != nil || (configuration != nil && !setting.configurationKeys.isEmpty)
  }

  /// A height that is read stands for the width too.
  private func checkSquare(_ file: PublishedFile, _ path: [String], _ height: ConfigurationValue) {
    guard path.last == "height" else { return }
    let width = path.dropLast() + ["width"]
    if let width = file.value[Array(width)], width != height {
      file.report(
        .configurationWrongValue, path,
        "'\(path.dropLast().joined(separator: "."))' is not square, and there is no rule here for "
          + "that")
    }
  }

  /// Where both files have a setting, they should agree.
  private func compareFiles() {
    guard let processor, let configuration else { return }
    for setting in list {
      guard case .processor(let key)? = origins[setting.name], let value = values[setting.name]
      else { continue }
      for other in setting.configurationKeys {
        let path = other.split(separator: ".").map(String.init)
        guard let found = configuration.value[path],
          case .success(let second) = Self.converted(found, to: setting), second != value
        else { continue }
        processor.warn(
          .settingContradiction, key.split(separator: ".").map(String.init),
          "'\(key)' is \(value), but the configuration has \(second) as '\(other)'",
          suggestion: "the processor file's is used; are both of the same model?")
      }
    }
  }

  private mutating func fillIn() {
    for setting in list where values[setting.name] == nil {
      if processor != nil, let value = setting.classDefault {
        values[setting.name] = value
        origins[setting.name] = .classDefault
        continue
      }
      switch setting.fallback {
      case .value(let value):
        values[setting.name] = value
        origins[setting.name] = .classDefault
      case .published(let value):
        values[setting.name] = value
        origins[setting.name] = .example
      case .example(let value) where !couldBeKnown(setting):
        values[setting.name] = value
        origins[setting.name] = .example
      case .example, .derived: break
      }
    }
    for setting in list where values[setting.name] == nil {
      if case .derived(let rule) = setting.fallback, let value = rule(values) {
        values[setting.name] = value
        origins[setting.name] = .derived
      }
    }
    for setting in list where values[setting.name] == nil {
      if case .example(let value) = setting.fallback, setting.isForEncoderOnly {
        values[setting.name] = value
        origins[setting.name] = .example
      } else if problems.isEmpty || !problems.contains(where: { $0.code == .settingInvalid }) {
        let file = processor ?? configuration
        problems.append(
          Diagnostic(
            code: .settingMissing, severity: .error,
            message: "'\(setting.name)' is not known"
              + (file.map { ": \(printable(path: $0.name)) does not have it" } ?? ""),
            suggestion: (configuration == nil && !setting.configurationKeys.isEmpty
              ? "give the model's config.json with \(parameter: .configuration), or " : "give it: ")
              + "\(parameter: .set, "\(setting.name)=…")", file: file?.name))
      }
    }
  }
}

extension Diagnostic.Code {
  /// A setting of a token rule is not known.
  public static let settingMissing = Self("tokens.setting-missing")
  /// A processor file says what its class overrides.
  public static let settingWithoutEffect = Self("tokens.setting-without-effect")
  /// A processor file says that images are not resized.
  public static let settingWithoutResize = Self("tokens.without-resize")
  /// Two keys of a processor file disagree about one setting.
  public static let settingContradiction = Self("tokens.setting-contradiction")
}
