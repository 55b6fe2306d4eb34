import BudgetReports
import FuzzSupport

/// The question that settings change.
private let base: WhatIfDocuments = {
  do {
    return try WhatIfDocuments(
      profile: SourceFile(name: "profile.yaml", text: profile),
      cost: SourceFile(name: "cost.yaml", text: cost),
      policy: SourceFile(name: "policy.yaml", text: policy))
  } catch {
    fatalError("the documents that settings change cannot be read: \(error)")
  }
}()

/// Settings, one a line: what they make of documents can be asked, or they are refused in their own text.
@_cdecl("LLVMFuzzerTestOneInput")
public func settings(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let lines = FuzzInput(start, count).bytes.split(separator: 0x0A)
  judging {
    let settings = try lines.prefix(8).enumerated().map { index, line in
      try DocumentSetting(String(decoding: line, as: UTF8.self), position: index + 1)
    }
    let changed = try base.applying(settings)
    Judgement.judge(changed.profile.warnings + changed.cost.warnings + changed.policy.warnings)
    _ = try Advisor(profile: changed.profile, cost: changed.cost).problem(under: changed.policy)
  }
  return 0
}
