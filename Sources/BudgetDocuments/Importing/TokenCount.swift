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

  /// Vision tokens of all images.
  public var tokens: Int { layouts.reduce(0) { $0 + $1.tokens } }

  /// Counts the tokens of images.
  ///
  /// - Parameters:
  ///   - family: A family, an alias or a `model_type`; `nil` where a file says.
  ///   - configuration: The path of a model's `config.json`.
  ///   - processor: The path of its `preprocessor_config.json`.
  ///   - assignments: Settings as `name=value`; they count more than files.
  ///   - images: At least one image.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong.
  public init(
    family: String? = nil, configuration: String? = nil, processor: String? = nil,
    assignments: [String] = [], images: [ImageSize]
  ) throws(InvalidDocument) {
    var files: [PublishedFile?] = []
    if let processor { files.append(try PublishedFile.load(processor)) } else { files.append(nil) }
    if let configuration {
      files.append(try PublishedFile.loadConfiguration(configuration))
    } else {
      files.append(nil)
    }
    let chosen = try FamilyChoice.family(
      named: family, processor: files[0], configuration: files[1],
      needsArchitecture: false)
    // Reading the architecture finds what a sparse configuration leaves to its class.
    var defaults: [ConfigurationDefault] = []
    if let configuration = files[1] {
      let reader = ConfigurationReader(configuration.value)
      _ = chosen.architecture(reader)
      defaults = reader.defaults
    }
    var collector = SettingCollector(
      chosen, processor: files[0], configuration: files[1], defaults: defaults)
    collector.take(assignments)
    settings = try collector.settings()
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
