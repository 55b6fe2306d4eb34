import ArgumentParser
import BudgetReports
import LongWork
import SourceText
import TokenBudget

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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

  @OptionGroup var changes: PolicyOptions

  @Flag(
    help: """
      Take it that all designs score as the profile says, though it has the scores of one model.
      """)
  var sameScores = false

  func validate() throws {
    if cost.isEmpty { throw ValidationError("--cost is missing: what do tokens cost?") }
    if cost.count > WorkLimits.designs || profile.count > WorkLimits.benchmarks {
      throw ValidationError(
        "\(WorkLimits.designs) cost models and \(WorkLimits.benchmarks) profiles at most")
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
    var policy = documents.load(Policy.self, policy)
    if sameScores { policy?.assumesSameScores = true }
    if let policy {
      profiles += Catalog.missing(catalog, profiles, policy).compactMap {
        documents.load(ScalingProfile.self, $0)
      }
    }
    guard let policy, !documents.hasFailures else { throw documents.failure() }
    guard !profiles.isEmpty else {
      throw ValidationError("--profile is missing: the policy mixes no profiles of the catalog")
    }
    let hardware = Catalog.hardware(catalog, policy, costs, measures).compactMap {
      documents.load(HardwareProfile.self, $0)
    }
    guard !documents.hasFailures else { throw documents.failure() }
    return Documents(
      profiles: profiles, costs: costs, policy: policy.with(try changes.overrides()),
      hardware: hardware, law: changes.law)
  }
}

/// Where documents lie that others name by their ids.
enum Catalog {
  /// A document that another one names.
  struct Entry {
    /// What it is, in words.
    let kind: String
    /// The folder that it lies in.
    let folder: String
    let id: String
    /// Where it is named, and in which file.
    let place: SourcePlace?
    let file: String?

    var path: String { "\(folder)/\(id).yaml" }

    /// That there is none, and which there is instead.
    var notFound: InvalidDocument {
      let ids = fileNames(in: folder).filter { $0.hasSuffix(".yaml") }
        .map { String($0.dropLast(5)) }.sorted()
      return InvalidDocument(
        file: place?.file ?? file ?? path,
        diagnostics: [
          Diagnostic(
            code: .notInCatalog, severity: .error,
            message: "the catalog has no \(kind) '\(id)': there is no \(path)",
            suggestion: DocumentID.nearest(to: id, among: ids).map { "did you mean '\($0)'?" }
              ?? "--catalog names the folder that holds 'hardware' and 'scaling'",
            place: place, file: file)
        ])
    }
  }

  /// The profiles that a policy mixes and that are not given.
  static func missing(
    _ catalog: String, _ given: [ScalingProfile], _ policy: Policy
  ) -> [Entry] {
    (policy.mix?.parts ?? []).filter { part in !given.contains { $0.id == part.profile } }
      .map {
        Entry(
          kind: "scaling profile", folder: "\(catalog)/scaling", id: $0.profile, place: $0.place,
          file: policy.file)
      }
  }

  /// The accelerators that a policy or some measures need.
  static func hardware(
    _ catalog: String, _ policy: Policy, _ costs: [ComputeCostModel], _ measures: [Measure] = []
  ) -> [Entry] {
    guard policy.needsHardware(for: measures) || policy.serving.hardware != nil else { return [] }
    func entry(_ id: String, _ place: SourcePlace?, _ file: String?) -> Entry {
      Entry(
        kind: "hardware profile", folder: "\(catalog)/hardware", id: id, place: place, file: file)
    }
    if let id = policy.serving.hardware {
      return [entry(id, policy.serving.hardwarePlace, policy.file)]
    }
    var entries: [Entry] = []
    for cost in costs {
      guard let id = cost.hardware, !entries.contains(where: { $0.id == id }) else { continue }
      entries.append(entry(id, cost.hardwarePlace, cost.file))
    }
    return entries.sorted { $0.id < $1.id }
  }
}

/// The names in a folder, in no order; none where it cannot be read.
private func fileNames(in folder: String) -> [String] {
  guard let listing = opendir(folder) else { return [] }
  defer { closedir(listing) }
  var names: [String] = []
  while let entry = readdir(listing) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    names.append(name)
  }
  return names
}

extension Diagnostic.Code {
  /// A document names another that is not there.
  static let notInCatalog = Self("catalog.not-found")
}

/// The documents of a question.
struct Documents {
  let profiles: [ScalingProfile]
  let costs: [ComputeCostModel]
  let policy: Policy
  let hardware: [HardwareProfile]
  let law: DecidingLaw

  func advisor() throws(InvalidDocument) -> Advisor {
    try Advisor(profiles: profiles, costs: costs, hardware: hardware, decidedBy: law)
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

  /// A document of the catalog.
  mutating func load<Kind: Document>(_ kind: Kind.Type, _ entry: Catalog.Entry) -> Kind? {
    do {
      return try Kind.load(entry.path)
    } catch {
      add(error.diagnostics.first?.code == .fileNotFound ? entry.notFound : error)
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
