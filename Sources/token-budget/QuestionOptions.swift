import ArgumentParser
import SourceText
import TokenBudget

/// The documents of a question: what tokens buy, what they cost, what is best.
struct QuestionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Scaling profile: what tokens buy. Repeat it, or leave it out, for a policy that mixes profiles: "
        + "those not given are looked up in the catalog.", valueName: "file"))
  var profile: [String] = []

  @Option(
    help: ArgumentHelp(
      "Compute cost model: what tokens cost. Repeat it to choose among several designs.",
      valueName: "file"))
  var cost: [String]

  @Option(help: ArgumentHelp("Policy: what is best, and what is allowed.", valueName: "file"))
  var policy: String

  @Option(
    help: ArgumentHelp(
      "Where the ids of profiles and hardware are looked up.", valueName: "folder"))
  var catalog: String = "profiles"

  func validate() throws {
    if cost.isEmpty { throw ValidationError("--cost is missing: what do tokens cost?") }
    if cost.count > 10_000 || profile.count > 1000 {
      throw ValidationError("10,000 cost models and 1,000 profiles at most")
    }
  }

  /// The documents, read.
  ///
  /// - Throws: The status to exit with, after reporting what is wrong with any of them.
  ///
  /// - Parameter measures: Measures that are asked for besides those of the policy.
  func load(
    _ documents: inout DocumentLoader, along measures: [Measure] = []
  ) throws -> Documents {
    var profiles = profile.compactMap { documents.load(ScalingProfile.self, $0) }
    let costs = cost.compactMap { documents.load(ComputeCostModel.self, $0) }
    let policy = documents.load(Policy.self, policy)
    if let policy {
      profiles += Catalog.missing(catalog, profiles, policy).compactMap {
        documents.load(ScalingProfile.self, $0)
      }
    }
    guard let policy, !documents.hasFailures else { throw documents.failure() }
    guard !profiles.isEmpty else {
      throw ValidationError("--profile is missing: the policy mixes no profiles of the catalog")
    }
    let hardware = Catalog.hardwareFiles(catalog, policy, costs, measures).compactMap {
      documents.load(HardwareProfile.self, $0)
    }
    guard !documents.hasFailures else { throw documents.failure() }
    return Documents(profiles: profiles, costs: costs, policy: policy, hardware: hardware)
  }
}

/// Where documents lie that others name by their ids.
enum Catalog {
  /// The files of the profiles that a policy mixes and that are not given.
  static func missing(
    _ catalog: String, _ given: [ScalingProfile], _ policy: Policy
  ) -> [String] {
    (policy.mix?.parts ?? []).filter { part in !given.contains { $0.id == part.profile } }
      .map { "\(catalog)/scaling/\($0.profile).yaml" }
  }

  /// The files of the accelerators that a policy or some measures need.
  static func hardwareFiles(
    _ catalog: String, _ policy: Policy, _ costs: [ComputeCostModel], _ measures: [Measure] = []
  ) -> [String] {
    guard policy.needsHardware(for: measures) || policy.serving.hardware != nil else { return [] }
    let names = policy.serving.hardware.map { [$0] } ?? costs.compactMap(\.hardware)
    return Set(names).sorted().map { "\(catalog)/hardware/\($0).yaml" }
  }
}

/// The documents of a question.
struct Documents {
  let profiles: [ScalingProfile]
  let costs: [ComputeCostModel]
  let policy: Policy
  let hardware: [HardwareProfile]

  func advisor() throws(InvalidDocument) -> Advisor {
    try Advisor(profiles: profiles, costs: costs, hardware: hardware)
  }
}

/// Reads the documents of a command and collects what is wrong with any of them.
struct DocumentLoader {
  private let output: OutputOptions
  private var failures: [InvalidDocument] = []

  init(_ output: OutputOptions) { self.output = output }

  mutating func load<Kind: Document>(_ kind: Kind.Type, _ path: String) -> Kind? {
    do {
      return try Kind.load(path)
    } catch {
      add(error)
      return nil
    }
  }

  /// Whether anything is wrong.
  var hasFailures: Bool { !failures.isEmpty }

  mutating func add(_ failure: InvalidDocument) { failures.append(failure) }

  /// Reports all failures and returns the status to exit with.
  func failure() -> any Error {
    let diagnostics = failures.flatMap(\.diagnostics)
    Terminal.report(diagnostics, colour: output.colour)
    do {
      try output.write(text: nil, json: FailureReport(diagnostics).json)
    } catch {
      return error
    }
    return ExitStatus.of(failures)
  }
}
