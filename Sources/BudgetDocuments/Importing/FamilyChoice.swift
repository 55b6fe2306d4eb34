import ComputeCosts
import SourceText

/// Finds the family that files and names speak of.
enum FamilyChoice {
  /// - Parameters:
  ///   - name: A family, an alias or a `model_type`; `nil` where the files decide.
  ///   - processor: A processor file.
  ///   - configuration: A model's configuration.
  ///   - needsArchitecture: Whether FLOPs are asked for, not tokens alone.
  /// - Throws: ``InvalidDocument`` where no family, several, or different ones are meant.
  static func family(
    named name: String?, processor: PublishedFile?, configuration: PublishedFile?,
    needsArchitecture: Bool
  ) throws(InvalidDocument) -> ModelFamily {
    var chosen: ModelFamily?
    if let name {
      guard let family = ModelFamily.named(name) else {
        let names = ModelFamily.all.flatMap { [$0.name] + $0.aliases + $0.modelTypes }
        throw InvalidDocument.refusal(
          .unsupportedFamily, "no family is called \(quoted(name))", file: nil,
          suggestion: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "families: \(known)")
      }
      chosen = family
    }
    if let configuration {
      let found = try family(of: configuration, needsArchitecture: needsArchitecture)
      if let chosen, chosen.name != found.name {
        configuration.report(
          .configurationAmbiguous, ["model_type"],
          "this is a configuration of the family \(found.name), not of \(chosen.name)")
        throw configuration.failure
      }
      chosen = found
    }
    guard let processor else {
      guard let chosen else {
        throw InvalidDocument.refusal(
          .configurationAmbiguous, "nothing says which family is meant", file: nil,
          suggestion:
            "give \(parameter: .family), \(parameter: .configuration) or \(parameter: .processor); families: \(known)"
        )
      }
      return chosen
    }
    let (key, name) = processorName(processor)
    let families = name.map { ModelFamily.using(processor: $0) } ?? []
    if let chosen {
      if let key, let name, !families.isEmpty, !chosen.isUsing(processor: name) {
        processor.report(
          .processorOfAnotherFamily, [key],
          "\(quoted(name)) is the processor of \(families.map(\.name).joined(separator: ", ")), "
            + "not of \(chosen.name)")
        throw processor.failure
      }
      if families.isEmpty {
        processor.warn(
          .processorNotRecognized, key.map { [$0] } ?? [],
          (name.map { "the processor \(quoted($0)) is" } ?? "the file names no processor; it is")
            + " taken for one of \(chosen.name)",
          suggestion: "check that the file is the model's own")
      }
      return chosen
    }
    switch families.count {
    case 1: return families[0]
    case 0:
      processor.report(
        .configurationAmbiguous, key.map { [$0] } ?? [],
        name.map { "the processor \(quoted($0)) belongs to no single family" }
          ?? "the file names no processor",
        suggestion:
          "say which model it is of: \(parameter: .family, "NAME") or \(parameter: .configuration, "config.json")"
      )
    default:
      processor.report(
        .configurationAmbiguous, key.map { [$0] } ?? [],
        "\(quoted(name ?? "")) is the processor of several families: "
          + families.map(\.name).joined(separator: ", "),
        suggestion: "say which: \(parameter: .family, "NAME")")
    }
    throw processor.failure
  }

  /// The family of a configuration.
  ///
  /// - Parameter needsArchitecture: Whether FLOPs are asked for, not tokens alone.
  static func family(
    of configuration: PublishedFile, needsArchitecture: Bool
  ) throws(InvalidDocument) -> ModelFamily {
    let counting = ModelFamily.counting(configuration.value)
    if let family = needsArchitecture ? ModelFamily.of(configuration.value) : counting {
      return family
    }
    switch configuration.value["model_type"] {
    case .text(let type)? where ModelFamily.languageModelTypes.contains(type):
      configuration.report(
        .configurationUnsupported, ["model_type"],
        "\(quoted(type)) is the type of a language model alone: there is no encoder, and images are no tokens of it",
        suggestion: "give the config.json of the whole vision-language model")
    case .text(let type)?:
      configuration.report(
        .configurationUnsupported, ["model_type"],
        needsArchitecture
          ? "the model type \(quoted(type)) has "
            + (counting.map { "the token rule of \($0.name), but " } ?? "")
            + "no closed form here; supported: "
            + ModelFamily.importableModelTypes.joined(separator: ", ")
          : "the model type \(quoted(type)) has no token rule here; known: "
            + ModelFamily.countableModelTypes.joined(separator: ", "),
        suggestion: needsArchitecture
          ? (counting == nil ? .byHand : .byHandWithTokens)
          : "if its processor is that of a family here, name the family in place of the configuration: "
            + "\(parameter: .family, "NAME")")
    case nil:
      configuration.report(
        .configurationMissing, [], "the configuration has no 'model_type'",
        suggestion: "is it the config.json of a vision-language model?")
    case .some:
      configuration.report(
        .configurationWrongValue, ["model_type"], "'model_type' must be text")
    }
    throw configuration.failure
  }

  /// The processor that a file names; the whole processor says more than its image part.
  private static func processorName(
    _ file: PublishedFile
  ) -> (key: String?, name: String?) {
    var unknown: (key: String?, name: String?) = (nil, nil)
    for key in [
      "processor_class", "image_processor_type", "feature_extractor_type", "video_processor_type",
    ] {
      let nested = file.value[["image_processor", key]] ?? file.value[["video_processor", key]]
      guard case .text(let name)? = file.value[key] ?? nested else { continue }
      if !ModelFamily.using(processor: name).isEmpty { return (key, name) }
      if unknown.key == nil { unknown = (key, name) }
    }
    return unknown
  }

  private static var known: String { ModelFamily.all.map(\.name).joined(separator: ", ") }
}

extension Suggestion {
  /// The way out where a model has a token rule and no closed form.
  static let byHandWithTokens: Suggestion =
    "its images are counted by 'tokens'; for FLOPs write a cost model by hand with that family as 'vision.family', or from measured totals: docs/documents.md"
}

extension Diagnostic.Code {
  /// A processor file is of another family than the model.
  public static let processorOfAnotherFamily = Self("config.processor-of-another-family")
  /// A processor file names no processor that is known to be the family's.
  public static let processorNotRecognized = Self("config.processor-not-recognized")
}
