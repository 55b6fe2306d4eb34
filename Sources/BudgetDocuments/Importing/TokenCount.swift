import ComputeCosts
import SourceText

/// How many vision tokens images become.
///
/// ```swift
/// let count = try TokenCount(family: "qwen2.5-vl", images: [ImageSize(width: 1280, height: 720)!])
/// print(count.layouts[0].tokens)
/// ```
public struct TokenCount: Sendable {
  /// The settings, and where each comes from.
  public let settings: ProcessorSettings
  /// The images.
  public let images: [ImageSize]
  /// What becomes of each.
  public let layouts: [ImageLayout]
  /// The files that were read, those that count more first.
  public let sources: [PublishedSource]
  /// What a reader should know.
  public let diagnostics: [Diagnostic]

  /// Vision tokens of all images.
  public var tokens: Int { layouts.reduce(0) { $0 + $1.tokens } }

  /// Counts the tokens of images.
  ///
  /// - Parameters:
  ///   - family: A family, an alias or a `model_type`; `nil` where a file says.
  ///   - configuration: The path of a model's `config.json` or of its folder, or its name in `cache`: `ORG/NAME`,
  ///     `ORG/NAME@REVISION`.
  ///   - processor: The same of its processor's file, which is else looked for beside a `config.json`.
  ///   - assignments: Settings as `name=value`; they count more than files.
  ///   - images: At least one image.
  ///   - cache: Where names are looked up; `nil` for paths alone.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong.
  public init(
    family: String? = nil, configuration: String? = nil, processor: String? = nil,
    assignments: [String] = [], images: [ImageSize], cache: ModelCache? = nil
  ) throws(InvalidDocument) {
    let files = try ModelFiles(configuration: configuration, processor: processor, cache: cache)
    let chosen = try FamilyChoice.family(
      named: family, processor: files.processor ?? files.processorClass,
      configuration: files.configuration, needsArchitecture: false)
    // Reading the architecture finds what a sparse configuration leaves to its class.
    var defaults: [ConfigurationDefault] = []
    if let configuration = files.configuration {
      let reader = ConfigurationReader(configuration.value)
      _ = chosen.architecture(reader)
      defaults = reader.defaults
    }
    var collector = SettingCollector(
      chosen, files, defaults: defaults)
    collector.take(assignments)
    settings = try collector.settings()
    sources = files.sources
    diagnostics = files.warnings + settings.diagnostics
    self.images = images
    var layouts: [ImageLayout] = []
    for image in images {
      do {
        layouts.append(try settings.rule.layout(of: image))
      } catch {
        throw InvalidDocument(unusable: error, family: chosen.name)
      }
    }
    self.layouts = layouts
  }
}

extension InvalidDocument {
  /// An image that a family's processor refuses.
  package init(unusable: UnusableImage, family: String) {
    self.init(
      file: "(image)",
      diagnostics: [
        Diagnostic(
          code: .unusableImage, severity: .error,
          message: "the processor of \(family) refuses an image of \(unusable.image) pixels: "
            + unusable.reason)
      ])
  }
}
