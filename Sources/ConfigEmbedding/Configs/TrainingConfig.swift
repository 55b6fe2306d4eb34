import ComputeCosts
import SourceText

/// A config of a training or serving framework that has been read: which framework and model it is of,
/// and where its vision-token budget is.
///
/// Text in, text out: nothing here opens, writes or runs anything.
///
/// ```swift
/// let config = try TrainingConfig(SourceFile(name: "train.yaml", text: yaml))
/// print(config.budget?.tokens ?? 0)
/// let embedded = try config.embedding(tokens: 576)
/// print(embedded.text)
/// ```
public struct TrainingConfig: Sendable {
  /// How the model's family is known.
  public enum FamilySource: Sendable, Equatable {
    /// It was given.
    case given
    /// A key names a published model.
    case model(String)
    /// The config itself shows it.
    case shown
    /// The framework's keys do not depend on it.
    case notNeeded
  }

  /// The text.
  public let source: SourceFile
  /// The framework.
  public let framework: Framework
  /// The model's family; `nil` where the framework's keys do not depend on it and nothing names it.
  public let family: ModelFamily?
  /// How the family is known.
  public let familySource: FamilySource
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  let text: ConfigText
  let schema: BudgetSchema
  let givenFamily: GivenFamily?

  /// Reads a config.
  ///
  /// - Parameters:
  ///   - source: The text and the name that diagnostics use; a name's ending tells JSON and scripts
  ///     from YAML.
  ///   - framework: The id of a framework; `nil` to find it from the text.
  ///   - family: A family, an alias or a `model_type`; `nil` to find it from the model that the text
  ///     names.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong: text that is not what it should be, a
  ///   framework or a family that is unknown or open. Nothing is guessed.
  /// - Complexity: O(size).
  public init(
    _ source: SourceFile, framework: String? = nil, family: String? = nil
  ) throws(InvalidDocument) {
    try self.init(
      source, framework: Self.id(framework, for: source), given: family.map { .name($0) })
  }

  /// Reads a config for a model of a given family, such as an app's own.
  ///
  /// - Parameters:
  ///   - source: As above.
  ///   - framework: As above.
  ///   - family: The model's family.
  /// - Throws: ``SourceText/InvalidDocument`` as above.
  /// - Complexity: O(size).
  public init(
    _ source: SourceFile, framework: String? = nil, family: ModelFamily
  ) throws(InvalidDocument) {
    try self.init(source, framework: Self.id(framework, for: source), given: .family(family))
  }

  /// A family that a caller gave.
  enum GivenFamily: Sendable {
    case name(String)
    case family(ModelFamily)
  }

  /// Reads a config as one was read before.
  init(
    _ source: SourceFile, framework: FrameworkID?, given family: GivenFamily?
  ) throws(InvalidDocument) {
    self.source = source
    givenFamily = family
    let (chosen, text) = try Self.framework(of: source, known: framework)
    self.framework = chosen
    self.text = text
    var diagnostics: [Diagnostic] = []
    (self.family, familySource) = try Self.family(
      of: text, chosen, given: family, &diagnostics)
    var found: BudgetSchema?
    do throws(ConfigObstacle) {
      found = try chosen.schema(self.family, text)
    } catch {
      throw Self.failure(error, in: source)
    }
    guard let schema = found else {
      throw InvalidDocument.refusal(
        .embedNoKey,
        self.family.map {
          "\(chosen.title) has no key for the vision tokens of the family \($0.name)"
        } ?? "\(chosen.title) has no key for the vision tokens of this model",
        file: source.name,
        suggestion:
          "is it the right \(parameter: .framework)? docs/embedding.md lists what each has")
    }
    self.schema = schema
    self.diagnostics = diagnostics
  }

  // MARK: Framework

  /// The id that a person wrote.
  private static func id(
    _ name: String?, for source: SourceFile
  ) throws(InvalidDocument) -> FrameworkID? {
    guard let name else { return nil }
    if let framework = Framework.named(name) { return framework.id }
    let names = Framework.all.map(\.id.name)
    throw InvalidDocument.refusal(
      .embedUnknownFramework, "no framework is called \(quoted(name))",
      file: source.name,
      suggestion: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "frameworks: \(names.joined(separator: ", "))")
  }

  private static func framework(
    of source: SourceFile, known id: FrameworkID?
  ) throws(InvalidDocument) -> (Framework, ConfigText) {
    let forms = likelyForms(source)
    if let framework = Framework.all.first(where: { $0.id == id }) {
      let script = Framework.scripts.first { $0.id == framework.id }
      if let script, forms == [.shell] { return (script, try ConfigText(source, form: .shell)) }
      let name = source.name.lowercased()
      if framework.form == .shell, [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) {
        throw InvalidDocument.refusal(
          .configShape, "the configs of \(framework.title) are scripts, and this is none",
          file: source.name, suggestion: "is it the right \(parameter: .framework)?")
      }
      return (framework, try ConfigText(source, form: form(of: source, framework)))
    }
    // The same text is read once for each form that it may have.
    var failure: InvalidDocument?
    var matches: [(Framework, ConfigText)] = []
    for form in forms {
      do throws(InvalidDocument) {
        let text = try ConfigText(source, form: form)
        for framework in Framework.all + Framework.scripts
        where framework.form == form && framework.recognizes(text) {
          matches.append((framework, text))
        }
      } catch {
        failure = failure ?? error
      }
    }
    if let match = matches.first, matches.count == 1 { return match }
    if matches.isEmpty, let failure { throw failure }
    let names =
      (matches.isEmpty ? Framework.all.filter { forms.contains($0.form) } : matches.map(\.0))
      .map(\.id.name)
    throw InvalidDocument.refusal(
      matches.isEmpty ? .embedUnknownFramework : .embedAmbiguousFramework,
      matches.isEmpty
        ? "nothing in this file shows which framework it is for"
        : "this file could be for \(names.joined(separator: " or "))",
      file: source.name,
      suggestion: "say which: \(parameter: .framework, names.joined(separator: "|"))")
  }

  /// A framework's own form; a JSON file is read as JSON whoever it is for.
  private static func form(of source: SourceFile, _ framework: Framework) -> ConfigForm {
    framework.form == .yaml && source.name.lowercased().hasSuffix(".json") ? .json : framework.form
  }

  /// The forms that a text may have, by the name and the first bytes.
  private static func likelyForms(_ source: SourceFile) -> [ConfigForm] {
    let name = source.name.lowercased()
    if name.hasSuffix(".json") { return [.json] }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return [.yaml] }
    if name.hasSuffix(".sh") || name.hasSuffix(".bash") || source.bytes.starts(with: [0x23, 0x21]) {
      return [.shell]
    }
    let first = source.bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == 0x7B ? [.json] : [.yaml, .shell]
  }

  // MARK: Family

  private static func family(
    _ given: GivenFamily, file: String
  ) throws(InvalidDocument) -> ModelFamily {
    switch given {
    case .family(let family): return family
    case .name(let name):
      if let family = ModelFamily.named(name) { return family }
      let names = ModelFamily.all.flatMap { [$0.name] + $0.aliases + $0.modelTypes }
      throw InvalidDocument.refusal(
        .embedUnknownFamily, "no family is called \(quoted(name))", file: file,
        suggestion: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
          ?? "families: \(ModelFamily.all.map(\.name).joined(separator: ", "))")
    }
  }

  private static func family(
    of text: ConfigText, _ framework: Framework, given: GivenFamily?,
    _ diagnostics: inout [Diagnostic]
  ) throws(InvalidDocument) -> (ModelFamily?, FamilySource) {
    // What each key that names a model says.
    var named: [(path: String, value: String, range: SourceRange, family: ModelFamily?)] = []
    var obstacle: ConfigObstacle?
    for path in framework.models {
      var value: FoundValue?
      do throws(ConfigObstacle) {
        value = try text.value(at: path)
      } catch {
        obstacle = obstacle ?? error
      }
      guard let found = value, let name = found.text else { continue }
      named.append(
        (
          path.joined(separator: "."), name, found.range,
          ModelFamily.published(name) ?? ModelFamily.named(name)
        ))
    }
    let known = named.first { $0.family != nil }
    if let given {
      let family = try Self.family(given, file: text.source.name)
      if let known, let other = known.family, !other.isOne(of: family) {
        let sink = DiagnosticSink(text.source)
        sink.warn(
          .embedFamilyDiffers,
          "'\(known.path)' names a model of the family \(other.name), not of \(family.name)",
          at: known.range, suggestion: "\(family.name) is taken, as it was asked for")
        diagnostics += sink.diagnostics
      }
      return (family, .given)
    }
    let shown = framework.shownFamily?(text)
    if let known, let family = known.family {
      // Two keys may name two generations of models.
      if let shown, !shown.isOne(of: family), shown.gridCell != family.gridCell {
        let sink = DiagnosticSink(text.source)
        sink.warn(
          .embedFamilyDiffers,
          "'\(known.path)' names a model of the family \(family.name), but the rest of the config is for "
            + "\(shown.name)", at: known.range,
          suggestion: "\(family.name) is taken; check the config")
        diagnostics += sink.diagnostics
      }
      return (family, .model(known.value))
    }
    if let shown { return (shown, .shown) }
    if framework.takesAnyModel { return (nil, .notNeeded) }
    let sink = DiagnosticSink(text.source)
    let names = ModelFamily.all.filter { !$0.isHosted }.map(\.name).joined(separator: ", ")
    let families: Suggestion = "say of which family it is: \(parameter: .family, "(\(names))")"
    if named.isEmpty, let obstacle {
      sink.report(
        .embedUnknownFamily, "the config does not say of which model it is: \(obstacle.message)",
        at: obstacle.range, suggestion: families)
      throw sink.failure
    }
    let keys = framework.models.map { $0.joined(separator: ".") }.joined(separator: ", ")
    sink.report(
      .embedUnknownFamily,
      named.first.map {
        "'\($0.path)' is \(quoted($0.value)), which is no published model that is known here"
      }
        ?? (keys.isEmpty
          ? "the file names no processor that is known here"
          : "the config does not name its model (\(keys))"),
      at: named.first?.range,
      suggestion: families)
    throw sink.failure
  }

  /// An obstacle as a failure of this config.
  func failure(_ obstacle: ConfigObstacle) -> InvalidDocument {
    Self.failure(obstacle, in: source)
  }

  private static func failure(
    _ obstacle: ConfigObstacle, in source: SourceFile
  ) -> InvalidDocument {
    let sink = DiagnosticSink(source)
    sink.report(
      obstacle.code, obstacle.message, at: obstacle.range, suggestion: obstacle.suggestion)
    return sink.failure
  }
}

extension Diagnostic.Code {
  /// No framework has the name, or nothing shows which one a file is for.
  public static let embedUnknownFramework = Self("embed.unknown-framework")
  /// A file could be for several frameworks.
  public static let embedAmbiguousFramework = Self("embed.ambiguous-framework")
  /// No family has the name, or nothing shows which one the model is of.
  public static let embedUnknownFamily = Self("embed.unknown-family")
  /// A config names a model of another family than was asked for.
  public static let embedFamilyDiffers = Self("embed.family-differs")
  /// A framework has no key for the vision tokens of a family.
  public static let embedNoKey = Self("embed.no-key")
}
