/// Something in a configuration that cannot be used.
public struct ConfigurationProblem: Sendable, Equatable {
  /// What is wrong.
  public enum Kind: String, Sendable {
    /// A key without a default is absent.
    case missing
    /// A value is of another type, fractional, or out of range.
    case wrongValue = "wrong-value"
    /// Values contradict each other.
    case inconsistent
    /// A part of the model is one that has no closed form here.
    case unsupported
  }

  /// What is wrong.
  public let kind: Kind
  /// The keys that lead to the value, or to the mapping that lacks it.
  public let path: [String]
  /// What is wrong, in a sentence without a full stop.
  public let message: String
}

/// A value that a configuration leaves out.
public struct ConfigurationDefault: Sendable, Equatable {
  /// The keys that would lead to it.
  public let path: [String]
  /// The value taken.
  public let value: String
  /// Why: the default of which class, or by which rule.
  public let reason: String
}

/// Reads a configuration, and collects what is wrong with it and what it leaves out.
///
/// It belongs to the call that reads one configuration; it is not shared between threads.
public final class ConfigurationReader {
  /// The whole configuration.
  public let root: ConfigurationValue
  /// What is wrong with it.
  public private(set) var problems: [ConfigurationProblem] = []
  /// What it leaves out, in the order asked for.
  public private(set) var defaults: [ConfigurationDefault] = []

  /// What was asked for, by the keys that lead to it.
  private(set) var asked: Set<[String]> = [["model_type"]]
  /// The parts that were read, by the keys that lead to them.
  private(set) var parts: [[String]] = []
  /// The classes that parts without a `model_type` are of.
  private(set) var modelTypes: [[String]: String] = [:]
  /// Parts of the model that images and text do not pass, and that are not counted.
  public private(set) var partsLeftOut: [[String]] = []
  /// Keys that nobody asked for and nobody knows.
  public private(set) var unknownKeys: [[String]] = []

  /// A reader of a configuration.
  public init(_ root: ConfigurationValue) { self.root = root }

  /// Notes a problem; the same one is noted once.
  ///
  /// - Parameters:
  ///   - kind: What is wrong.
  ///   - path: The keys that lead to the value, or to the mapping that lacks it.
  ///   - message: What is wrong, in a sentence without a full stop.
  public func report(_ kind: ConfigurationProblem.Kind, _ path: [String], _ message: String) {
    let problem = ConfigurationProblem(kind: kind, path: path, message: message)
    if !problems.contains(problem) { problems.append(problem) }
  }

  /// Notes a value that the configuration leaves out; the first of a path counts.
  public func note(_ path: [String], _ value: String, _ reason: String) {
    guard !defaults.contains(where: { $0.path == path }) else { return }
    defaults.append(ConfigurationDefault(path: path, value: value, reason: reason))
  }

  /// Remembers that the value at a path is read.
  func ask(_ path: [String]) { asked.insert(path) }

  /// Remembers that a part is not counted, since neither images nor text pass it.
  func leaveOut(_ path: [String]) {
    ask(path)
    if !partsLeftOut.contains(path) { partsLeftOut.append(path) }
  }

  /// Remembers a key that nobody knows.
  func noteUnknown(_ path: [String]) { unknownKeys.append(path) }

  /// Remembers that a mapping is a part that is read.
  private func enter(_ path: [String], as modelType: String) {
    asked.insert(path)
    if !parts.contains(path) { parts.append(path) }
    modelTypes[path] = modelType
  }

  /// The whole configuration as a section of a model type.
  func rootSection(modelType: String) -> ConfigurationSection {
    enter([], as: modelType)
    return ConfigurationSection(reader: self, path: [], value: root, modelType: modelType)
  }

  /// A part of the configuration.
  ///
  /// - Parameters:
  ///   - keys: Where it may stand; the first that is present counts.
  ///   - parent: The part that it stands in; `nil` for the root.
  ///   - modelType: The model type of a part that does not name its own.
  ///   - defaults: The defaults of a part that is absent altogether, where they are not its class's.
  ///   - isRequired: Whether a configuration without it is refused, since the family's own class
  ///     would fill in another part than the part's class does.
  func section(
    _ keys: [String], in parent: ConfigurationSection? = nil, modelType: String,
    whenAbsent defaults: String? = nil, isRequired: Bool = false
  ) -> ConfigurationSection {
    let (above, holder) = (parent?.path ?? [], parent?.value ?? root)
    for key in keys {
      guard let value = holder[key] else { continue }
      let path = above + [key]
      let name = path.joined(separator: ".")
      guard case .mapping = value else {
        report(.wrongValue, path, "'\(name)' must be a mapping, found \(value.summary)")
        break
      }
      enter(path, as: modelType)
      ask(path + ["model_type"])
      var named = modelType
      if let type = value["model_type"] {
        if case .text(let text) = type {
          named = text
        } else {
          report(
            .wrongValue, path + ["model_type"],
            "'\(name).model_type' must be text, found \(type.summary)")
        }
      }
      return ConfigurationSection(reader: self, path: path, value: value, modelType: named)
    }
    if isRequired {
      report(
        .missing, above,
        (above.isEmpty ? "the configuration" : "'\(above.joined(separator: "."))'")
          + " lacks '\(keys[0])'")
    }
    return ConfigurationSection(
      reader: self, path: above + [keys[0]], value: .mapping([:]),
      modelType: defaults ?? modelType)
  }

  /// A part of a part, with its class's defaults where it is absent.
  func section(
    in parent: ConfigurationSection, _ key: String, modelType: String
  ) -> ConfigurationSection {
    let path = parent.path + [key]
    guard let value = parent[key] else {
      return ConfigurationSection(
        reader: self, path: path, value: .mapping([:]), modelType: modelType)
    }
    guard case .mapping = value else {
      parent.report(
        .wrongValue, key,
        "'\(path.joined(separator: "."))' must be a mapping, found \(value.summary)")
      return ConfigurationSection(
        reader: self, path: path, value: .mapping([:]), modelType: modelType)
    }
    enter(path, as: modelType)
    ask(path + ["model_type"])
    return ConfigurationSection(reader: self, path: path, value: value, modelType: modelType)
  }
}
