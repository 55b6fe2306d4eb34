/// Something that a token rule depends on.
public struct Setting: Sendable {
  /// What values it takes.
  public enum Kind: Sendable, Equatable {
    /// Whole numbers.
    case count(ClosedRange<Int>)
    /// True or false.
    case flag
    /// Numbers.
    case number(ClosedRange<Double>)
    /// Sizes in pixels, height before width.
    case sizes
  }

  /// What it is when nobody says.
  public enum Fallback: Sendable {
    /// What the family's processor class takes.
    case value(SettingValue)
    /// What follows from other settings.
    case derived(@Sendable (SettingValues) -> SettingValue?)
    /// What the family's best-known model has, which its file says and its class does not. It holds where no
    /// processor file is given; one that leaves it out takes the ``classDefault``.
    case published(SettingValue)
    /// What the family's best-known model has. It holds where only a family is named; beside a
    /// file of a model it would be a guess, so that the setting must then be given.
    case example(SettingValue)
  }

  /// Its name in documents and on the command line.
  public let name: String
  /// Other names that the command line takes.
  let aliases: [String]
  /// Where a published processor file has it, keys joined by dots.
  public let processorKeys: [String]
  /// Where a published configuration has it, keys joined by dots.
  public let configurationKeys: [String]
  /// What values it takes.
  public let kind: Kind
  /// What it is when nobody says.
  public let fallback: Fallback
  /// Words that published files write for some of its values.
  public let spellings: [String: SettingValue]
  /// Whether the number of tokens does not depend on it, once those settings are known that follow
  /// from it.
  public let isForEncoderOnly: Bool
  /// What the family's processor class takes where its file leaves it out, where that is not what holds
  /// without a file.
  public let classDefault: SettingValue?
  /// The class that overrides what a processor file says, so that the file has no effect; `nil` where it has.
  public let overridingClass: String?

  /// A setting from its parts.
  ///
  /// - Parameters:
  ///   - name: Its name in documents; processor files are searched for it too.
  ///   - kind: What values it takes.
  ///   - fallback: What it is when nobody says: a value that `kind` takes.
  ///   - aliases: Other names that the command line takes.
  ///   - processor: Where else a processor file has it, keys joined by dots.
  ///   - configuration: Where a configuration has it, keys joined by dots.
  ///   - spellings: Words that files write for some of its values.
  ///   - forEncoderOnly: Whether the number of tokens does not depend on it.
  ///   - classDefault: What the processor class takes beside a file that leaves it out, where that is not the
  ///     fallback.
  ///   - overridingClass: The class whose own default overrides a processor file's value on every call.
  public init(
    _ name: String, _ kind: Kind, or fallback: Fallback, aliases: [String] = [],
    processor: [String] = [], configuration: [String] = [],
    spellings: [String: SettingValue] = [:], forEncoderOnly: Bool = false,
    classDefault: SettingValue? = nil, overriddenBy overridingClass: String? = nil
  ) {
    self.classDefault = classDefault
    isForEncoderOnly = forEncoderOnly
    self.overridingClass = overridingClass
    self.spellings = spellings
    self.name = name
    self.aliases = aliases
    self.kind = kind
    self.fallback = fallback
    processorKeys = [name] + processor
    configurationKeys = configuration
  }

  /// The same setting with another fallback.
  func with(_ fallback: Fallback) -> Setting {
    Setting(
      name, kind, or: fallback, aliases: aliases, processor: Array(processorKeys.dropFirst()),
      configuration: configurationKeys, spellings: spellings, forEncoderOnly: isForEncoderOnly,
      classDefault: classDefault, overriddenBy: overridingClass)
  }

  /// Why its value among others, which may follow from them, is out of its range; `nil` where it is not.
  func conflict(of values: SettingValues) -> SettingConflict? {
    guard case .count(let range) = kind, case .count(let count)? = values[name],
      !range.contains(count)
    else { return nil }
    return SettingConflict(
      name,
      "\(name) follows as \(count), which is not from \(range.lowerBound) to \(range.upperBound)")
  }

  /// Every name that the command line takes.
  public var names: [String] { processorKeys + aliases + configurationKeys }

  /// A side of an image, a tile or a patch in pixels.
  static func side(
    _ name: String, or fallback: Fallback, aliases: [String] = [], processor: [String] = [],
    configuration: [String] = [], forEncoderOnly: Bool = false, classDefault: Int? = nil
  ) -> Setting {
    Setting(
      name, .count(1...ProcessorLimits.side), or: fallback, aliases: aliases, processor: processor,
      configuration: configuration, forEncoderOnly: forEncoderOnly,
      classDefault: classDefault.map { .count($0) })
  }

  /// A number of tokens, tiles or factors.
  static func number(
    _ name: String, upTo most: Int, or fallback: Fallback,
    aliases: [String] = [], processor: [String] = [], configuration: [String] = [],
    forEncoderOnly: Bool = false
  ) -> Setting {
    Setting(
      name, .count(1...most), or: fallback, aliases: aliases, processor: processor,
      configuration: configuration, forEncoderOnly: forEncoderOnly)
  }
}

/// The value of a setting.
public enum SettingValue: Sendable, Equatable, CustomStringConvertible {
  case count(Int)
  case flag(Bool)
  case number(Double)
  case sizes([ImageSize])

  public var description: String {
    switch self {
    case .count(let value): String(value)
    case .flag(let value): String(value)
    case .number(let value): String(value)
    case .sizes(let sizes):
      "[" + sizes.map { "[\($0.height), \($0.width)]" }.joined(separator: ", ") + "]"
    }
  }
}

/// Values of settings by name.
public struct SettingValues: Sendable, Equatable {
  private var values: [String: SettingValue] = [:]

  /// No values.
  public init() {}

  public subscript(name: String) -> SettingValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// A whole number that is there: a token rule is given a value for each of its family's settings.
  public func count(_ name: String) -> Int {
    guard case .count(let value)? = values[name] else {
      preconditionFailure("no whole number for '\(name)'")
    }
    return value
  }

  /// A flag that is there.
  public func flag(_ name: String) -> Bool {
    guard case .flag(let value)? = values[name] else { preconditionFailure("no flag '\(name)'") }
    return value
  }

  /// A number that is there.
  public func number(_ name: String) -> Double {
    guard case .number(let value)? = values[name] else {
      preconditionFailure("no number for '\(name)'")
    }
    return value
  }

  /// Sizes that are there.
  public func sizes(_ name: String) -> [ImageSize] {
    guard case .sizes(let value)? = values[name] else { preconditionFailure("no sizes '\(name)'") }
    return value
  }

  /// A whole number, where it is there.
  public func ifCount(_ name: String) -> Int? {
    if case .count(let value)? = values[name] { return value }
    return nil
  }
}

/// Settings that contradict each other.
public struct SettingConflict: Error, Sendable, Equatable {
  /// The setting to mend.
  public let setting: String
  /// What is wrong, in a sentence without a full stop.
  public let message: String

  /// A conflict.
  ///
  /// - Parameters:
  ///   - setting: The setting to mend.
  ///   - message: What is wrong, in a sentence without a full stop.
  public init(_ setting: String, _ message: String) {
    self.setting = setting
    self.message = message
  }
}
