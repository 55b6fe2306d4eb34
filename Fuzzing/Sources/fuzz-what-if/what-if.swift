import BudgetReports
import FuzzSupport

/// A profile, a cost model, a policy and settings, one a line, a line of five `=` between them: the paths that the
/// documents are said to have are paths, reports hold numbers only, and what changes nothing answers alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func whatIf(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(start, count)
  let parts = input.parts
  guard parts.count == 4 else { return -1 }
  judging {
    let documents = try WhatIfDocuments(
      profile: SourceFile(name: "profile.yaml", bytes: parts[0]),
      cost: SourceFile(name: "cost.yaml", bytes: parts[1]),
      policy: SourceFile(name: "policy.yaml", bytes: parts[2]))
    for role in DocumentRole.allCases { judgePaths(documents.knownPaths(of: role)) }
    let settings = try parts[3].split(separator: 0x0A).prefix(4).enumerated().map { index, line in
      try DocumentSetting(String(decoding: line, as: UTF8.self), position: index + 1)
    }
    let changed = try documents.applying(settings)
    let before = try question((documents.profile, documents.cost, documents.policy))
    let answer = try WhatIf(
      before: before, after: question(changed), changes: settings.map(\.argument))
    Judgement.judge(answer.diagnostics)
    Judgement.judge(text: answer.text, of: input.bytes)
    Judgement.judge(json: answer.json)
    if settings.isEmpty {
      expect(answer.before.json == answer.after.json, "no change, and another answer")
    }
  }
  return 0
}

/// An advisor for documents, whose policy asks for few draws.
private func question(
  _ documents: (profile: ScalingProfile, cost: ComputeCostModel, policy: Policy)
) throws -> (advisor: Advisor, policy: Policy) {
  (try Advisor(profile: documents.profile, cost: documents.cost), documents.policy.withFewDraws)
}

/// Each path that is listed can be set, once a place in a list is named.
private func judgePaths(_ paths: [String]) {
  expect(Set(paths).count == paths.count, "a path is listed twice: \(paths)")
  for path in paths {
    do {
      _ = try DocumentSetting(path.replacing("[i]", with: "[0]") + "=1", position: 1)
    } catch {
      fatalError("property violated: '\(path)' is listed, and cannot be set: \(error)")
    }
  }
}
