import ComputeCosts
import SourceText

/// What an answer that was written as JSON recommends, and whose scores that rests on.
public struct AdviceFile: Sendable, Equatable {
  /// Vision tokens an image.
  public let tokens: Int
  /// The id of the cost model that was recommended; `nil` where the file does not say.
  public let design: String?
  /// The model that the scores were measured on; `nil` where the file does not say.
  public let scoredModel: String?
  /// How that model relates to ``design``, as the advice says it: `same`, `sibling`, `other` or `unknown`;
  /// `nil` where the file does not say.
  public let relation: String?
  /// What diagnostics call the file.
  public let file: String

  /// The version of advice that is read here: what `schema_version` must be.
  static let schemaVersion = 2

  /// Reads a recommendation.
  ///
  /// - Parameter source: The JSON text.
  /// - Throws: ``SourceText/InvalidDocument`` where the text is no advice, advice of another version, or advice that
  ///   nothing is feasible.
  public init(_ source: SourceFile) throws(InvalidDocument) {
    let sink = DiagnosticSink(source)
    guard let root = Field.document(source.withoutSurrogateEscapes, sink: sink) else {
      throw sink.failure
    }
    guard case .mapping(let entries) = root.node.content,
      let entry = entries.first(where: { $0.key == "tokens" })
    else {
      sink.report(
        .embedNoAdvice, "the file has no 'tokens', so it is no advice", at: nil,
        suggestion: "write one: \(parameter: .adviceAsJSON)")
      throw sink.failure
    }
    try Self.checkVersion(entries, sink)
    if let feasible = entries.first(where: { $0.key == "feasible" }),
      case .scalar(let scalar) = feasible.value.content, scalar.kind == .bool(false)
    {
      sink.report(
        .embedNoAdvice,
        "no token count satisfies the policy of this advice, so there is none to embed",
        at: feasible.value.range, suggestion: "relax a limit and ask again")
      throw sink.failure
    }
    try Self.checkImages(entries, sink)
    let field = Field(node: entry.value, path: "tokens", sink: sink)
    guard let tokens = field.integer(in: 1...TrainingConfig.mostTokens) else { throw sink.failure }
    self.tokens = tokens
    file = source.name
    design = entries.text("design")
    let origin = entries.first { $0.key == "scores_from" }?.value.content
    if case .mapping(let members)? = origin {
      scoredModel = members.text("model")
      relation = members.text("relation")
    } else {
      (scoredModel, relation) = (nil, nil)
    }
  }

  /// Keys of another version may mean something else, and a file without one could be anything's.
  private static func checkVersion(
    _ entries: [YAMLEntry], _ sink: DiagnosticSink
  ) throws(InvalidDocument) {
    let entry = entries.first { $0.key == "schema_version" }
    let version = entry.flatMap {
      Field(node: $0.value, path: "schema_version", sink: sink).integer(in: 0...Int.max)
    }
    if version == schemaVersion { return }
    if !sink.hasErrors {
      sink.report(
        .embedAdviceVersion,
        version.map {
          "advice of schema version \($0) is not known; this build reads \(schemaVersion)"
        }
          ?? "the file has no 'schema_version', so nothing says what its 'tokens' are",
        at: entry?.value.range, suggestion: "write it anew: \(parameter: .adviceAsJSON)")
    }
    throw sink.failure
  }

  /// What is embedded is the budget of an image; of a video, tokens are those of a frame or of a pair of them.
  private static func checkImages(
    _ entries: [YAMLEntry], _ sink: DiagnosticSink
  ) throws(InvalidDocument) {
    guard
      case .mapping(let workload)? = entries.first(where: { $0.key == "workload" })?.value.content,
      let video = workload.first(where: { $0.key == "video" })?.value,
      case .mapping(let members) = video.content
    else { return }
    sink.report(
      .embedAdviceOfVideo,
      "this advice is on a video: its tokens are those of a \(printable(members.text("group") ?? "frame")), and what is "
        + "embedded is the budget of an image",
      at: video.range,
      suggestion:
        "set the processor's key for videos by hand, as the advice's 'processor_setting' says, or ask for images"
    )
    throw sink.failure
  }

  /// What a reader should know of whose budget is written where.
  ///
  /// - Parameter model: The model that the config names; `nil` where it names none.
  public func remarks(on model: String?) -> [Diagnostic] {
    var remarks: [Diagnostic] = []
    func warn(_ message: String) {
      remarks.append(
        Diagnostic(
          code: .embedOtherModel, severity: .warning, message: message,
          suggestion: "measure the model that is to run, and ask again", file: file))
    }
    let name = model.flatMap { ModelName($0) }.flatMap { $0.isRecognised ? $0 : nil }
    if let model, let name, let design, let advised = ModelName(design), advised.isRecognised,
      ModelRelation([name], to: [advised]) == .other
    {
      warn("the advice is for '\(printable(design))', and the config is for \(quoted(model))")
    }
    guard let scoredModel else { return remarks }
    if let model, let name, let scored = ModelName(scoredModel) {
      if ModelRelation([scored], to: [name]) == .other {
        warn(
          "the advice rests on the scores of \(quoted(scoredModel)), another model than the config's, "
            + quoted(model))
      }
    } else if relation == "other" {
      warn(
        "the advice rests on the scores of \(quoted(scoredModel)), another model than "
          + (design.map { "'\(printable($0))'" } ?? "it is for"))
    }
    return remarks
  }
}

extension [YAMLEntry] {
  /// The text of a key; `nil` where there is none.
  fileprivate func text(_ key: String) -> String? {
    guard let entry = first(where: { $0.key == key }),
      case .scalar(let scalar) = entry.value.content, scalar.kind == .string
    else { return nil }
    return scalar.text
  }
}

extension Diagnostic.Code {
  /// A file is no advice, or recommends nothing.
  public static let embedNoAdvice = Self("embed.no-advice")
  /// The file given as advice is of a version that is not read here.
  public static let embedAdviceVersion = Self("embed.advice-version")
  /// The file given as advice is on a video.
  public static let embedAdviceOfVideo = Self("embed.advice-of-video")
  /// The budget was advised for another model, or by another model's scores.
  public static let embedOtherModel = Self("embed.other-model")
}
