import BudgetDocuments
import ComputeCosts
import SourceText

/// Whose scores the answer for a design rests on.
public struct ScoreOrigin: Sendable, Equatable {
  /// The model that was measured; `nil` where the profile does not say.
  public let model: MeasuredModel?
  /// How it relates to the design.
  public let relation: ModelRelation
  /// Whether the law takes the design's size into account.
  let hasSize: Bool

  init(_ profile: ScalingProfile, on cost: ComputeCostModel) {
    model = profile.model
    hasSize = profile.joint != nil
    let name = profile.model?.name.flatMap { ModelName($0) }
    relation = ModelRelation(
      [name].compactMap { $0 },
      size: hasSize ? nil : profile.model?.parametersBillions, to: cost.names,
      size: cost.languageBillions)
  }

  /// The model's name for sentences.
  package var name: String {
    model?.name.map { quoted($0) } ?? "a model that the profile does not name"
  }

  /// Whose scores they are, and what that is to a design, in words.
  package func text(for design: String) -> String {
    let how = model?.treatment.map { " (\($0.words))" } ?? ""
    guard let name = model?.name else { return "not said by the profile\(how)" }
    let whose = printable(name) + how
    switch relation {
    case .same: return whose
    case .sibling(let difference): return "\(whose), a sibling of \(design): \(difference)"
    case .other: return "\(whose), another model than \(design)"
    case .unknown: return "\(whose); which model \(design) is, its document does not say"
    }
  }
}

extension ComputeCostModel {
  /// What the model is called: as its document says, or else by its id, its title and the repositories
  /// that its source cites, or else by its vision family. Empty where none of these is a model's name.
  package var names: [ModelName] {
    if let modelName { return [modelName].compactMap { ModelName($0) } }
    let cited = [source?.cite, source?.location].compactMap { $0 }.flatMap(Self.repositories)
    let names = ([id] + [title].compactMap { $0 } + cited).compactMap { ModelName($0) }
      .filter(\.isRecognised)
    return names.isEmpty
      ? [processor?.family.name].compactMap { $0.flatMap { ModelName($0) } } : names
  }

  /// Billions of parameters of the language model, embeddings and head included; `nil` where only totals
  /// are known and the document does not say.
  var languageBillions: Double? {
    if case .architecture(let model, _) = basis, let counts = try? model.parameters() {
      return Double(counts.languageLayers + counts.embedding + counts.head) / 1e9
    }
    return parametersBillions
  }

  /// The words of a text that have the shape `owner/name`.
  private static func repositories(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init).filter { word in
      let parts = word.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !word.contains(":")
    }
  }

  /// Whether two cost models are of one model, whatever their workloads and settings are.
  func isSameModel(as other: ComputeCostModel) -> Bool {
    modelDifference(from: other) == nil
  }

  /// What makes this another model than a second one, in words; `nil` where it is the same.
  func modelDifference(from other: ComputeCostModel) -> String? {
    switch (basis, other.basis) {
    case (.architecture(let own, _), .architecture(let theirs, _)):
      let relation = ModelRelation(names, to: other.names)
      guard relation == .same || relation == .unknown else {
        return "\(id) is another model than \(other.id)"
      }
      let isSame =
        own.encoder == theirs.encoder && own.connector == theirs.connector
        && own.language == theirs.language
      return isSame ? nil : "its architecture is another"
    default:
      if basis == other.basis { return nil }
      return ModelRelation(names, to: other.names) == .same
        && languageBillions == other.languageBillions
        ? nil : "\(id) is another model than \(other.id)"
    }
  }
}

extension Advisor {
  /// How many designs a remark names at most.
  private static let namedDesigns = 4

  /// That n is not the count of an image: nothing in a profile says what its tokens are counts of.
  private func remarksOnVideos() -> [Diagnostic] {
    guard let cost = costs.first(where: { $0.video != nil }), let video = cost.video else {
      return []
    }
    let mixed = costs.contains { $0.video?.group != video.group }
    return [
      Diagnostic(
        code: .tokensOfVideo, severity: mixed ? .warning : .note,
        message:
          "\(cost.id) is asked about a video, of which n is the tokens of a \(video.group): scores are taken to be "
          + "measured on videos, at so many tokens a \(video.group)"
          + (mixed ? ", and other designs count other things" : ""),
        suggestion: "check what the token counts of the scores are of", file: cost.file)
    ]
  }

  /// What a reader should know of whose scores these are, once for each benchmark and relation.
  func remarksOnModels(_ resolved: ResolvedQuestion) -> [Diagnostic] {
    var remarks = remarksOnVideos()
    for (position, benchmark) in resolved.benchmarks.enumerated() {
      let profile = profiles[benchmark.profile]
      func designs(_ holds: (ModelRelation) -> Bool) -> [Int] {
        resolved.question.scoresFrom.indices.filter {
          holds(resolved.question.scoresFrom[$0][position].relation)
        }
      }
      func list(_ indices: [Int]) -> String {
        let shown = indices.prefix(Self.namedDesigns).map { resolved.question.costs[$0].id }
        let more = indices.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(grouped(more)) more" : "")
      }
      let name = profile.model?.name.map { quoted($0) } ?? ""
      let others = designs { $0 == .other }
      if !others.isEmpty {
        remarks.append(
          Diagnostic(
            code: .otherModel, severity: .warning,
            message: "the scores of '\(profile.id)' are those of \(name), another model than "
              + "\(list(others)): what \(others.count == 1 ? "it" : "each") would score is not known",
            suggestion: "measure the model that is to run, and take this as a guess until then",
            file: profile.file))
      }
      for design in designs({ if case .sibling = $0 { true } else { false } })
        .prefix(Self.namedDesigns)
      {
        guard
          case .sibling(let difference) = resolved.question.scoresFrom[design][position].relation
        else { continue }
        remarks.append(
          Diagnostic(
            code: .siblingModel, severity: .note,
            message: "the scores of '\(profile.id)' are those of \(name), a sibling of "
              + "\(resolved.question.costs[design].id): \(difference)",
            suggestion: "measure the model that is to run where its scores may differ",
            file: profile.file))
      }
    }
    return remarks
  }
}

extension ResolvedQuestion {
  /// Refuses designs that are several models where the scores are those of one.
  static func checkModels(
    _ advisor: Advisor, _ policy: Policy, _ benchmarks: [Benchmark]
  ) throws(InvalidDocument) {
    guard advisor.costs.count > 1, !policy.assumesSameScores,
      let profile = benchmarks.map({ advisor.profiles[$0.profile] }).first(where: {
        $0.joint == nil
      })
    else { return }
    let costs = advisor.costs
    guard let other = costs.first(where: { !$0.isSameModel(as: costs[0]) }) else { return }
    throw InvalidDocument.refusal(
      .scoresOfOneModel,
      "the scores of '\(profile.id)' are those of one model, and '\(costs[0].id)' and '\(other.id)' are "
        + "two: nothing says that they score alike", place: nil,
      file: profile.file ?? profile.id,
      suggestion: "ask for each by itself, take a profile with a law of model size and tokens, or "
        + "say that it is meant: '\(parameter: .sameScores)', or 'assume: { same_scores: true }' in the policy"
    )
  }
}

extension Diagnostic.Code {
  /// The scores are those of a model of another line than the design.
  public static let otherModel = Self("advise.other-model")
  /// The request is a video, and n the count of a group of its frames.
  public static let tokensOfVideo = Self("advise.tokens-of-video")
  /// The scores are those of another size, version or variant of the design.
  public static let siblingModel = Self("advise.sibling-model")
  /// Several models are compared by the scores of one.
  public static let scoresOfOneModel = Self("advise.scores-of-one-model")
}
