import BudgetDocuments
import SourceText

/// A document as some settings make it: what came of reading it.
struct DocumentDraft<Kind: Document> {
  let state: DraftState
  /// The document; `nil` where it cannot be used.
  let document: Kind?

  /// A document as it stands.
  init(_ source: SourceFile) {
    let recorder = KeyRecorder()
    let sink = DiagnosticSink(source, spliced: [], recorder: recorder)
    self.init(Field.document(source, sink: sink)?.node, sink, recorder)
  }

  /// A document from a tree that may hold values of other sources.
  private init(
    _ root: YAMLNode?, _ sink: DiagnosticSink, _ recorder: KeyRecorder,
    problems: [Int: YAMLPathProblem] = [:]
  ) {
    var diagnostics: [Diagnostic] = []
    var document: Kind?
    if let root {
      do {
        document = try Kind.decoded(Field(node: root, path: "", sink: sink))
      } catch {
        diagnostics = error.diagnostics
      }
    } else {
      diagnostics = sink.diagnostics
    }
    self.document = document
    state = DraftState(
      source: sink.source, root: root, diagnostics: diagnostics, keys: recorder.keys,
      lists: recorder.lists,
      problems: problems)
  }

  /// The document with another tree.
  ///
  /// - Parameter limit: The most errors worth describing.
  private func with(
    _ root: YAMLNode, limit: Int = DiagnosticSink.limit, spliced: [SourceFile] = [],
    problems: [Int: YAMLPathProblem] = [:]
  ) -> DocumentDraft {
    let recorder = KeyRecorder()
    let sink = DiagnosticSink(
      state.source, limit: limit, spliced: spliced, recorder: recorder)
    return DocumentDraft(root, sink, recorder, problems: problems)
  }

  /// The document with some of the settings applied, in their order.
  func with(_ settings: SplicedSettings, where isMeant: (Int) -> Bool) -> DocumentDraft {
    guard var root = state.root else { return self }
    var problems: [Int: YAMLPathProblem] = [:]
    var isChanged = false
    for number in settings.settings.indices where isMeant(number) {
      isChanged = true
      do {
        try root.set(settings.steps[number], to: settings.values[number])
      } catch {
        problems[number] = error
      }
    }
    guard isChanged else { return self }
    return with(root, spliced: settings.sources, problems: problems)
  }

  /// The most documents that are read to find out what absent parts can hold; a schema has fewer keys.
  private static var mostProbes: Int { 500 }

  /// Every path that a setting can have, in the order of the schema, with `[i]` for the items of a list.
  ///
  /// What an absent part can hold is found by putting an empty mapping there, and a list of one, and
  /// reading the document again.
  ///
  /// - Complexity: O(keys of the schema) readings of the document.
  func knownPaths() -> [String] {
    var keys = state.keys
    guard let root = state.root else { return [] }
    var waiting = state.paths(in: keys)[...]
    var probed: Set<String> = []
    let empty = YAMLNode(content: .mapping([]), range: 0..<0)
    while let path = waiting.popFirst(), probed.count < Self.mostProbes {
      guard keys[path] == nil, keys[path + "[i]"] == nil, !path.contains("["),
        probed.insert(path).inserted
      else { continue }
      let steps = path.split(separator: ".").map {
        YAMLStep(.key(String($0)), range: 0..<0)
      }
      var values = [empty]
      while let value = values.popLast() {
        var changed = root
        guard (try? changed.set(steps, to: value)) != nil else { continue }
        let draft = with(changed, limit: 0)
        if case .mapping = value.content, draft.state.lists.contains(path) {
          values.append(YAMLNode(content: .sequence([empty]), range: 0..<0))
        }
        for (shape, found) in draft.state.keys
        where keys[shape] == nil && (shape == path || shape == path + "[i]") {
          keys[shape] = found
          waiting += found.asked.map { shape + "." + $0 }
        }
      }
    }
    return state.paths(in: keys)
  }
}

/// What is known of a document that was read, whatever its kind.
struct DraftState {
  let source: SourceFile
  /// `nil` where the file is no YAML.
  let root: YAMLNode?
  /// What forbids using the document, and what was remarked beside it; empty where nothing does.
  let diagnostics: [Diagnostic]
  /// The keys that were asked for.
  var keys: [String: KeyRecorder.Keys] = [:]
  /// The paths at which a list was asked for.
  var lists: Set<String> = []
  /// The settings that have no place in the tree, by number.
  var problems: [Int: YAMLPathProblem] = [:]

  /// Whether anything is wrong outside of one source.
  func hasErrors(outside file: String) -> Bool {
    diagnostics.contains { $0.severity == .error && $0.file != file }
  }

  /// Whether the document has a key at its root.
  func knowsRoot(_ key: String) -> Bool {
    keys[""].map { $0.asked.contains(key) || $0.withoutUse.contains(key) } ?? false
  }

  /// The paths of all keys, each before what it holds.
  func paths(in keys: [String: KeyRecorder.Keys]) -> [String] {
    var paths: [String] = []
    func add(_ shape: String) {
      for key in keys[shape]?.asked ?? [] {
        // They say what the document is, and cannot be set.
        if shape.isEmpty, key == "kind" || key == "schema" { continue }
        let path = shape.isEmpty ? key : shape + "." + key
        paths.append(path)
        add(path)
        add(path + "[i]")
      }
    }
    add("")
    return paths
  }
}

/// The three documents of a question as some settings make them.
struct Drafts {
  let profile: DocumentDraft<ScalingProfile>
  let cost: DocumentDraft<ComputeCostModel>
  let policy: DocumentDraft<Policy>

  subscript(role: DocumentRole) -> DraftState {
    switch role {
    case .profile: profile.state
    case .cost: cost.state
    case .policy: policy.state
    }
  }

  func knownPaths(of role: DocumentRole) -> [String] {
    switch role {
    case .profile: profile.knownPaths()
    case .cost: cost.knownPaths()
    case .policy: policy.knownPaths()
    }
  }

  /// The documents with settings applied, each with those that are meant for it.
  func with(
    _ settings: SplicedSettings, where isMeant: (Int, DocumentRole) -> Bool
  ) -> Drafts {
    Drafts(
      profile: profile.with(settings) { isMeant($0, .profile) },
      cost: cost.with(settings) { isMeant($0, .cost) },
      policy: policy.with(settings) { isMeant($0, .policy) })
  }

  /// The documents; `nil` where one of them cannot be used.
  var documents: (profile: ScalingProfile, cost: ComputeCostModel, policy: Policy)? {
    guard let profile = profile.document, let cost = cost.document, let policy = policy.document
    else { return nil }
    return (profile, cost, policy)
  }
}
