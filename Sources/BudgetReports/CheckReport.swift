public import ConfigEmbedding
public import SourceText

/// What is said of configs that were checked, in four formats.
public struct CheckReport: Sendable {
  /// One file.
  public struct Entry: Sendable {
    /// The config's name, usually its path.
    let file: String
    /// The config; `nil` where it cannot be checked or was passed over.
    let config: TrainingConfig?
    let findings: [ConfigFinding]
    /// What was mended, in the unified format.
    let diff: String
    /// Whether it was passed over.
    let isSkipped: Bool
    let failure: InvalidDocument?

    private init(
      file: String, config: TrainingConfig? = nil, findings: [ConfigFinding] = [],
      diff: String = "", isSkipped: Bool = false, failure: InvalidDocument? = nil
    ) {
      self.file = file
      self.config = config
      self.findings = findings
      self.diff = diff
      self.isSkipped = isSkipped
      self.failure = failure
    }

    /// A config that was checked.
    ///
    /// - Parameters:
    ///   - config: The config, as it is now.
    ///   - file: Its name, usually its path.
    ///   - findings: What was found in it.
    ///   - diff: What was mended before, in the unified format; empty where nothing was.
    ///   - failure: Why nothing could be mended, where something was to be.
    public static func checked(
      _ config: TrainingConfig, file: String, findings: [ConfigFinding], diff: String = "",
      failure: InvalidDocument? = nil
    ) -> Entry {
      Entry(file: file, config: config, findings: findings, diff: diff, failure: failure)
    }

    /// A file that is no config, or none that can be read.
    public static func failed(_ file: String, _ failure: InvalidDocument) -> Entry {
      Entry(file: file, failure: failure)
    }

    /// A file in which nothing shows a framework, passed over as was asked for.
    public static func skipped(_ file: String) -> Entry { Entry(file: file, isSkipped: true) }

    /// Everything that is said about it.
    fileprivate var diagnostics: [Diagnostic] {
      (failure?.diagnostics ?? []) + findings.map(\.diagnostic)
    }

    /// Whether something was mended.
    fileprivate var isFixed: Bool { !diff.isEmpty }

    /// Findings that are mistakes.
    fileprivate var mistakes: Int { findings.count { $0.isMistake } }
  }

  private let entries: [Entry]

  /// A report on files, in their order.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// Everything that is said, in the order of the files.
  public var diagnostics: [Diagnostic] { entries.flatMap(\.diagnostics) }

  /// Why files cannot be used.
  public var failures: [InvalidDocument] { entries.compactMap(\.failure) }

  /// Whether a file has a mistake.
  public var hasMistakes: Bool { entries.contains { $0.mistakes > 0 } }

  // MARK: For people

  /// The most of a line of what was mended that is shown, in scalars.
  static let shownOfALine = 1000

  /// One line a file, in front of it what was mended.
  public var text: String {
    entries.map { entry in
      let file = printable(path: entry.file)
      if entry.isSkipped { return "\(file): passed over\n" }
      guard let config = entry.config else {
        return
          "\(file): \(entry.failure?.isUnreadable == true ? "unreadable" : "cannot be checked")\n"
      }
      let count = entry.mistakes
      let fixed = entry.isFixed ? "mended; " : ""
      let budget = config.budget.map { budget in
        ", \(budget.tokens) vision tokens an image" + (budget.origin.map { " (\($0))" } ?? "")
      }
      let verdict = count == 0 ? "no mistakes" : count == 1 ? "1 mistake" : "\(count) mistakes"
      return shortened(lines: escaped(lines: entry.diff), limit: Self.shownOfALine)
        + printable(
          "\(file): \(fixed)\(verdict) (\(config.framework.id.name)"
            + (config.family.map { ", \($0.name)" } ?? "") + (budget ?? ", no budget set") + ")")
        + "\n"
    }.joined()
  }

  // MARK: For scripts

  /// The report as JSON text.
  public var json: String {
    JSONValue.object([
      "schema_version": .integer(jsonSchemaVersion),
      "files": .list(entries) { entry in
        .object([
          "file": .string(entry.file),
          "framework": .optional(entry.config) { .string($0.framework.id.name) },
          "family": .optional(entry.config?.family) { .string($0.name) },
          "tokens": .optional(entry.config?.budget) { .integer($0.tokens) },
          "most_tokens": .optional(entry.config?.budget) { .integer($0.mostTokens) },
          "key": .optional(entry.config?.budget) { .string($0.key) },
          "value": .optional(entry.config?.budget) { .string($0.value) },
          "set": .bool(entry.config?.budget.map { $0.origin == nil } ?? false),
          "mistakes": .integer(entry.mistakes),
          "fixable": .integer(entry.findings.count { $0.fix != nil }),
          "fixed": .bool(entry.isFixed),
          "skipped": .bool(entry.isSkipped),
        ])
      },
      "diagnostics": .diagnostics(diagnostics),
    ]).text
  }
}
