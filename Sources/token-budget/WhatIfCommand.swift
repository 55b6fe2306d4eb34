import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

struct WhatIfCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "What a change of the model, the workload or the policy does to the answer.",
    discussion: """
      Answers the question twice, as the documents stand and with the changes, and says what moved and \
      why. A setting is a path and a value as the document takes it; the document is found by the path, \
      or named in front of it: profile., cost. or policy. What goes together is set together, as in \
      'objective={ minimize: flops }'.

      Examples:
        token-budget what-if \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --policy policies/score-target-at-least-cost.yaml \\
          --set language.layers=40 --set 'limits.min_score=35 percent'
        token-budget what-if \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/qwen2.5-vl-7b.yaml \\
          --vs profiles/compute/qwen2.5-vl-3b.yaml \\
          --policy policies/max-score-per-flop.yaml
        token-budget what-if --paths \\
          --profile profiles/scaling/li2025-vqq-textvqa.yaml \\
          --cost profiles/compute/llava-1.5-7b.yaml \\
          --policy policies/max-score-per-flop.yaml
      """)

  @Option(help: ArgumentHelp("Scaling profile: what tokens buy.", valueName: "file"))
  var profile: String

  @Option(help: ArgumentHelp("Compute cost model: what tokens cost.", valueName: "file"))
  var cost: String

  @Option(help: ArgumentHelp("Policy: what is best, and what is allowed.", valueName: "file"))
  var policy: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A change; repeat it for several.", valueName: "path=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Another cost model to compare with.", valueName: "file"))
  var vs: String?

  @Option(
    help: ArgumentHelp(
      "Where the ids of profiles and hardware are looked up.", valueName: "folder"))
  var catalog: String = "profiles"

  @OptionGroup var flags: PolicyOptions

  @Flag(help: "List the paths that --set takes for these documents.")
  var paths = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if settings.isEmpty, vs == nil, !paths, flags.changes.isEmpty {
      throw ValidationError(
        "nothing is changed: give --set path=value, --vs other-model.yaml, or one of --keep, --beyond "
          + "and --law")
    }
    if settings.count > 1000 { throw ValidationError("--set can be repeated 1,000 times at most") }
  }

  func run() throws {
    var loader = DocumentLoader(output)
    do {
      let policy = try SourceFile.read(path: policy)
      let profile = try SourceFile.read(path: profile)
      let documents = try WhatIfDocuments(
        profile: profile, cost: .read(path: cost), policy: policy)
      if paths { return try list(documents) }
      var other = documents
      if let vs {
        other = try WhatIfDocuments(profile: profile, cost: .read(path: vs), policy: policy)
      }
      var changes: [DocumentSetting] = []
      for (index, argument) in settings.enumerated() {
        changes.append(try DocumentSetting(argument, position: index + 1))
      }
      let changed = try other.applying(changes)
      // A flag speaks for both answers, but where a setting changes what it says; alone it is the change.
      let isChange = settings.isEmpty && vs == nil
      let overrides = isChange ? Policy.Overrides.none : try flags.overrides()
      var later = try flags.overrides()
      if changes.contains(where: { ["limits", "limits.keep"].contains($0.path) }) {
        later.keptShare = nil
      }
      if changes.contains(where: { ["search", "search.beyond"].contains($0.path) }) {
        later.beyond = nil
      }
      let before = try question(
        (documents.profile, documents.cost, documents.policy.with(overrides)),
        isChange ? .curve : flags.law, &loader)
      let after = try question(
        (changed.profile, changed.cost, changed.policy.with(later)), flags.law, &loader)
      let whatIf = try Progress("what-if").showing {
        try WhatIf(
          before: before, after: after,
          changes: (vs.map { ["\(documents.cost.id) → \(other.cost.id) (\($0))"] } ?? [])
            + settings + (isChange ? flags.changes : []))
      }
      Terminal.report(whatIf.diagnostics, colour: output.colour)
      try output.write(text: whatIf.text, json: whatIf.json)
      if case .infeasible = whatIf.after { throw ExitStatus.nothingFeasible }
    } catch let invalid as InvalidDocument {
      loader.add(invalid)
      throw loader.failure()
    }
  }

  /// An advisor for documents, with what they name from the catalog.
  private func question(
    _ documents: (profile: ScalingProfile, cost: ComputeCostModel, policy: Policy),
    _ law: DecidingLaw, _ loader: inout DocumentLoader
  ) throws -> (advisor: Advisor, policy: Policy) {
    let profiles =
      [documents.profile]
      + Catalog.missing(catalog, [documents.profile], documents.policy).compactMap {
        loader.load(ScalingProfile.self, $0)
      }
    let hardware = Catalog.hardware(catalog, documents.policy, [documents.cost])
      .compactMap { loader.load(HardwareProfile.self, $0) }
    guard !loader.hasFailures else { throw loader.failure() }
    return (
      try Advisor(
        profiles: profiles, costs: [documents.cost], hardware: hardware, decidedBy: law),
      documents.policy
    )
  }

  private func list(_ documents: WhatIfDocuments) throws {
    let known = DocumentRole.allCases.map { ($0, documents.knownPaths(of: $0)) }
    let text = known.flatMap { role, paths in paths.map { "\(role.rawValue).\($0)\n" } }.joined()
    var members: [String: JSONValue] = ["schema_version": .integer(jsonSchemaVersion)]
    for (role, paths) in known { members[role.rawValue] = .strings(paths) }
    try output.write(text: text, json: JSONValue.object(members).text)
  }
}
