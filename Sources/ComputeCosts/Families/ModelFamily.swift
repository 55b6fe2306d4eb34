/// A family of vision-language models: how its images become tokens, and how its published
/// configuration becomes an architecture.
///
/// A family is one file that makes one of these, and one line in ``ModelFamily/all``. An app makes one of its own in the
/// same way, and hands it over where a family is asked for; names in documents are those of ``ModelFamily/all``.
///
/// ```swift
/// let family = ModelFamily(
///   name: "my-model", processors: ["MyProcessor"],
///   settings: [Setting("tokens", .count(1...4096), or: .example(.count(256)))],
///   rule: { .success(MyTokens(count: $0.count("tokens"))) })
/// ```
public struct ModelFamily: Sendable {
  /// The family's name, as documents and commands spell it.
  public let name: String
  /// Other names for it.
  public let aliases: [String]
  /// The `model_type`s of its published configurations.
  public let modelTypes: [String]
  /// The `model_type`s of other models whose processors have its rule and its best-known model's
  /// values; of these only the tokens are known.
  public let tokenTypes: [String]
  /// The processors and image processors of its published processor files, without a final `Fast`.
  let processors: [String]
  /// Processors of other families that its models are published with too: beside a configuration they are right, alone
  /// they stand for the other family, whose rule is the same.
  let sharedProcessors: [String]
  /// The names of its published models; a name of several families is of none.
  package let publishedNames: [PublishedName]
  /// The argument of its processor that bounds the tokens of an image; `nil` where none does.
  public let budgetArgument: BudgetArgument?
  /// What published tables say beside its settings: names, and the one value they may have where
  /// another would be no fact. They are accepted, and change nothing.
  public let remarks: [String: String?]
  /// What its token rule depends on.
  public let settings: [Setting]
  /// Whether every image becomes one square of a fixed size.
  public let takesOneSquare: Bool
  /// How its videos become tokens; `nil` where it takes none, or its rule is not known here.
  public let video: VideoProcessor?

  /// The token rule under settings that are complete and each in range.
  ///
  /// Returns why the settings contradict each other, where they do.
  let makeRule: @Sendable (SettingValues) -> Result<any TokenRule, SettingConflict>

  /// What models that an alias names have, where it is not what the family's best-known model has.
  let presets: [String: [String: SettingValue]]

  /// Whether a configuration whose `model_type` several families share is this family's.
  let claims: (@Sendable (ConfigurationValue) -> Bool)?

  /// The architecture of a configuration; `nil` where the family has a token rule only.
  let readArchitecture: (@Sendable (ConfigurationReader) -> Architecture?)?

  /// A family from its parts.
  ///
  /// - Parameters:
  ///   - name: How documents and commands spell it, in lower case.
  ///   - aliases: Other names, in lower case.
  ///   - modelTypes: The `model_type`s of its configurations; none for a model that publishes no configuration.
  ///   - tokenTypes: The `model_type`s of other models of which this is the token rule.
  ///   - processors: The classes of its processor files, without a final `Fast`.
  ///   - sharedProcessors: Classes of other families that its models are published with too.
  ///   - publishedNames: What the names of its published models have.
  ///   - budget: The argument of its processor that bounds the tokens of an image; keys of configs follow from it.
  ///   - remarks: What processor files say beside its settings, each with the one value that it may have.
  ///   - settings: What the token rule depends on. A setting that another's fallback follows from stands before it.
  ///     Of a family with a grid, `factor` is the side of the square of pixels that becomes a token.
  ///   - takesOneSquare: Whether every image becomes one square of a fixed size.
  ///   - presets: Values by setting, by the alias whose models have them.
  ///   - video: How its videos become tokens.
  ///   - claims: Whether a configuration whose `model_type` several families share is this family's.
  ///   - rule: The token rule of settings that are complete and each in range, or why they contradict each other.
  ///   - architecture: Encoder, connector and language model of a configuration; `nil` after a problem was reported.
  ///     `nil` for a family of which only the token rule is known.
  public init(
    name: String, aliases: [String] = [], modelTypes: [String] = [], tokenTypes: [String] = [],
    processors: [String] = [], sharedProcessors: [String] = [],
    publishedNames: [PublishedName] = [], budget: BudgetArgument? = nil,
    remarks: [String: String?] = [:], settings: [Setting], takesOneSquare: Bool = false,
    presets: [String: [String: SettingValue]] = [:], video: VideoProcessor? = nil,
    claims: (@Sendable (ConfigurationValue) -> Bool)? = nil,
    rule: @escaping @Sendable (SettingValues) -> Result<any TokenRule, SettingConflict>,
    architecture: (@Sendable (ConfigurationReader) -> Architecture?)? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.modelTypes = modelTypes
    self.tokenTypes = tokenTypes
    self.processors = processors
    self.sharedProcessors = sharedProcessors
    self.publishedNames = publishedNames
    budgetArgument = budget
    self.remarks = remarks
    self.settings = settings
    self.takesOneSquare = takesOneSquare
    self.video = video?.completed(settings)
    self.presets = presets
    self.claims = claims
    makeRule = rule
    readArchitecture = architecture
  }

  /// Whether it is a model behind an interface, of which only the token rule is known.
  public var isHosted: Bool { modelTypes.isEmpty }

  /// Whether its FLOPs have a closed form here.
  package var hasArchitecture: Bool { readArchitecture != nil }

  /// What decides the tokens of an image, from settings.
  ///
  /// - Parameter values: A value for each of ``settings``. What follows from other settings may lie
  ///   out of range; that is a conflict.
  public func tokenRule(_ values: SettingValues) -> Result<any TokenRule, SettingConflict> {
    for setting in settings {
      guard values[setting.name] != nil else {
        preconditionFailure("\(name) lacks a value for \(setting.name)")
      }
      if let conflict = setting.conflict(of: values) { return .failure(conflict) }
    }
    return makeRule(values)
  }

  /// Why settings of the processor and an architecture cannot belong to one model: the sides of
  /// patches and the merging must agree.
  package func conflict(
    between values: SettingValues, and encoder: VisionEncoder, _ connector: Connector
  ) -> SettingConflict? {
    for (names, size, what) in [
      (["patch_size", "patch"], encoder.patch, "the encoder's patches of"),
      (
        ["merge_size", "spatial_merge_size", "scale_factor"], connector.merge,
        "the connector's merging of"
      ),
      (["temporal_patch_size"], encoder.temporalPatch, "the encoder's patches of frames, by"),
    ] {
      for name in names {
        if let value = values.ifCount(name), value != size {
          return SettingConflict(name, "\(name) \(value) contradicts \(what) \(size)")
        }
      }
    }
    return nil
  }

  /// The encoder, connector and language model of a configuration.
  ///
  /// - Returns: `nil` after the reader has collected why.
  package func architecture(_ reader: ConfigurationReader) -> Architecture? {
    let architecture = readArchitecture?(reader)
    for key in settings.flatMap(\.configurationKeys) {
      reader.ask(key.split(separator: ".").map(String.init))
    }
    // After a problem not everything was asked for, and what was not is no problem of the file.
    if reader.problems.isEmpty { reader.judgeRest() }
    return reader.problems.isEmpty ? architecture : nil
  }
}

/// The parts of a model, without what decides how many tokens pass between them.
public struct Architecture: Sendable, Equatable {
  public let encoder: VisionEncoder
  public let connector: Connector
  public let language: LanguageModel
  /// Parameters of parts that neither an image nor text passes.
  public let idleParameters: Int

  /// An architecture; `nil` unless all parts are there, as readers of them return `nil` after a problem.
  public init?(
    encoder: VisionEncoder?, connector: Connector?, language: LanguageModel?,
    idleParameters: Int? = 0
  ) {
    guard let encoder, let connector, let language, let idleParameters else { return nil }
    self.idleParameters = idleParameters
    self.encoder = encoder
    self.connector = connector
    self.language = language
  }
}

extension ModelFamily {
  /// Every family, in the order that lists show them. A new family is one line here.
  public static let all: [ModelFamily] = [
    .llava15, .llavaNeXT, .llavaOneVision,
    .qwen2VL, .qwen25VL, .qwen3VL, .qwen35, .qwen25Omni, .qwen3Omni,
    .glm4V, .paddleOCRVL, .hunyuanVL, .hunyuan4VL, .dotsOCR,
    .internVL,
    .gemma3, .gemma3n, .gemma4, .gemma4Unified, .paliGemma,
    .idefics2, .idefics3, .pixtral, .mistral3, .lightOnOCR,
    .videoLLaMA3, .ernie45VL, .miniMaxM3VL, .exaone45, .hyperCLOVAXVision, .dots3Note, .lfm3VL,
    .qwen4Exp,
    .cohereCompass, .cosmos3Edge,
    .llama32Vision, .llama4, .phi35Vision, .lfm2VL,
    .kimiK25, .deepSeekVL2, .deepSeekOCR, .deepSeekOCR2,
    .ayaVision, .commandAVision, .janus, .deepSeekVL, .deepSeekVLHybrid, .chameleon, .gotOCR2,
    .gpt4o, .claude, .claudeHighResolution,
  ]

  /// The model types whose configurations can be imported, each once.
  package static var importableModelTypes: [String] {
    var seen: Set<String> = []
    return (all.filter(\.hasArchitecture).flatMap(\.modelTypes) + LegacyLLaVA.modelTypes)
      .filter { seen.insert($0).inserted }
  }

  /// The model types of language models, which have no encoder of their own.
  package static var languageModelTypes: [String] { LanguageModel.modelTypes }

  /// The family of a name, an alias or a `model_type`.
  public static func named(_ name: String) -> ModelFamily? {
    let folded = name.lowercased()
    let family =
      all.first { $0.name == folded }
      ?? all.first { $0.aliases.contains(folded) }
      ?? all.first { $0.modelTypes.contains(folded) }
      ?? all.first { $0.tokenTypes.contains(folded) }
    return family?.preset(folded)
  }

  /// Whether it is one of these, whatever model of the family an alias named.
  package func isOne(of families: ModelFamily...) -> Bool {
    families.contains { $0.name == name }
  }

  /// Its best-known model, and those that aliases name.
  package var models: [ModelFamily] { [self] + presets.keys.sorted().map(preset) }

  /// The family with what the model of an alias has in place of the best-known model's.
  private func preset(_ alias: String) -> ModelFamily {
    guard let values = presets[alias] else { return self }
    return ModelFamily(
      name: name, aliases: aliases, modelTypes: modelTypes, tokenTypes: tokenTypes,
      processors: processors, sharedProcessors: sharedProcessors, publishedNames: publishedNames,
      budget: budgetArgument,
      remarks: remarks,
      settings: settings.map { setting in
        values[setting.name].map { setting.with(.example($0)) } ?? setting
      }, takesOneSquare: takesOneSquare, presets: presets, video: video?.completed([], values),
      claims: claims, rule: makeRule,
      architecture: readArchitecture)
  }

  /// The family of a published configuration.
  package static func of(_ configuration: ConfigurationValue) -> ModelFamily? {
    guard case .text(let type)? = configuration["model_type"] else { return nil }
    let candidates = all.filter { $0.modelTypes.contains(type) }
    return candidates.first { $0.claims?(configuration) ?? false }
      ?? candidates.first { $0.claims == nil }
  }

  /// The family whose token rule a configuration's images follow: its own, or that of ``tokenTypes``.
  public static func counting(_ configuration: ConfigurationValue) -> ModelFamily? {
    if let family = of(configuration) { return family }
    guard case .text(let type)? = configuration["model_type"] else { return nil }
    return all.first { $0.tokenTypes.contains(type) }
  }

  /// The model types whose tokens can be counted, each once.
  public static var countableModelTypes: [String] {
    var seen: Set<String> = []
    return (all.flatMap { $0.modelTypes + $0.tokenTypes } + LegacyLLaVA.modelTypes)
      .filter { seen.insert($0).inserted }
  }

  /// The families that use a processor, by the name in its file.
  package static func using(processor: String) -> [ModelFamily] {
    all.filter { $0.ownProcessors.contains(processorBase(processor)) }
  }

  /// Whether its models are published with a processor, by the name in its file.
  package func isUsing(processor: String) -> Bool {
    (ownProcessors + sharedProcessors).contains(Self.processorBase(processor))
  }

  /// The classes of its processor files, those of videos among them.
  private var ownProcessors: [String] { processors + (video?.processors ?? []) }

  /// A processor's name without the mark of its faster twin.
  private static func processorBase(_ name: String) -> String {
    name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
  }
}
