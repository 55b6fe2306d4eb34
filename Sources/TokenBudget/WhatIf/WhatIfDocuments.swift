import BudgetDocuments
import SourceText

/// A question's three documents, ready to be changed by settings.
///
/// ```swift
/// let documents = try WhatIfDocuments(
///   profile: .read(path: "profile.yaml"), cost: .read(path: "cost.yaml"),
///   policy: .read(path: "policy.yaml"))
/// let changed = try documents.applying([
///   DocumentSetting("language.layers=36", position: 1),
///   DocumentSetting("limits.min_score=43 percent", position: 2),
/// ])
/// let advice = try Advisor(profile: changed.profile, cost: changed.cost)
///   .advise(under: changed.policy)
/// ```
public struct WhatIfDocuments: Sendable {
  /// The profile as it stands.
  public let profile: ScalingProfile
  /// The cost model as it stands.
  public let cost: ComputeCostModel
  /// The policy as it stands.
  public let policy: Policy

  private let drafts: Drafts

  /// Reads the documents.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with any of them, named by the first
  ///   that is.
  /// - Complexity: O(size of the documents).
  public init(
    profile: SourceFile, cost: SourceFile, policy: SourceFile
  ) throws(InvalidDocument) {
    let drafts = Drafts(
      profile: DocumentDraft(profile), cost: DocumentDraft(cost), policy: DocumentDraft(policy))
    guard let documents = drafts.documents else {
      let wrong = DocumentRole.allCases.map { drafts[$0] }.filter { !$0.diagnostics.isEmpty }
      throw InvalidDocument(
        file: wrong.first?.source.name ?? profile.name, diagnostics: wrong.flatMap(\.diagnostics))
    }
    self.profile = documents.profile
    self.cost = documents.cost
    self.policy = documents.policy
    self.drafts = drafts
  }

  /// Reads the documents and changes them.
  ///
  /// - Parameters:
  ///   - settings: The changes, in their order.
  ///   - profile: The profile.
  ///   - cost: The cost model.
  ///   - policy: The policy.
  /// - Returns: The changed documents.
  /// - Throws: ``SourceText/InvalidDocument`` as ``init(profile:cost:policy:)`` and ``applying(_:)`` do.
  package static func apply(
    _ settings: [DocumentSetting], profile: SourceFile, cost: SourceFile, policy: SourceFile
  ) throws(InvalidDocument) -> (
    profile: ScalingProfile, cost: ComputeCostModel, policy: Policy
  ) {
    try WhatIfDocuments(profile: profile, cost: cost, policy: policy).applying(settings)
  }

  /// The paths that a setting of a document can have, each before what it holds: the keys that are asked
  /// for when the document is read, and those of its absent parts. Items of a list, which have the same
  /// keys, are written `[i]`: `measurements[i].score`.
  ///
  /// The schema is that of the document at hand: of a profile with a power law the parameters of a power
  /// law are known.
  ///
  /// - Complexity: O(paths) readings of the document.
  public func knownPaths(of role: DocumentRole) -> [String] { drafts.knownPaths(of: role) }

  /// The documents with settings applied.
  ///
  /// A setting belongs to the document whose schema has its path, as that document is with all settings
  /// applied: `law.midpoint=8` has a meaning beside `law.form=logistic`. Later settings win. A value is
  /// checked as one of a file is, and what is wrong with it is reported in the argument.
  ///
  /// - Parameter settings: The changes, in their order.
  /// - Returns: The changed documents; their warnings may point into arguments.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with the settings, or with the documents
  ///   that they make.
  /// - Complexity: O(size of the documents + settings).
  public func applying(
    _ settings: [DocumentSetting]
  ) throws(InvalidDocument) -> (
    profile: ScalingProfile, cost: ComputeCostModel, policy: Policy
  ) {
    let spliced = SplicedSettings(settings)
    let candidates = settings.map { setting in
      DocumentRole.allCases.filter { role in
        guard setting.role == nil || setting.role == role, let first = setting.steps.first,
          case .key(let key) = first.part
        else { return false }
        return drafts[role].knowsRoot(key)
      }
    }
    // First with every setting that may belong to a document, to see which do.
    let tried = drafts.with(spliced) { candidates[$0].contains($1) }
    let resolver = SettingResolver(spliced, base: drafts, tried: tried)
    let homes = settings.indices.map { resolver.role(of: $0, candidates: candidates[$0]) }
    // Then, where some do not, without those: what is wrong with the others is still found.
    let isSettled = zip(homes, candidates).allSatisfy { [$0] == $1 }
    let final = isSettled ? tried : drafts.with(spliced) { homes[$0] == $1 }
    if !resolver.sink.hasErrors, let documents = final.documents { return documents }

    let found = DocumentRole.allCases.flatMap { role in
      spliced.explained(
        final[role].diagnostics, of: final[role].source.name,
        changedBy: settings.indices.filter { homes[$0] == role })
    }
    let diagnostics = spliced.inOrder(found + resolver.sink.diagnostics)
    throw InvalidDocument(
      file: diagnostics.first?.file ?? Parameter.set.description, diagnostics: diagnostics)
  }
}
