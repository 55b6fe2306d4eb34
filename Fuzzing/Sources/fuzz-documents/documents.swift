import BudgetReports
import FuzzSupport

/// A document of any kind: reading it ends in a document or in reasons, and does so twice alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func documents(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = FuzzInput(start, count).file("document.yaml")
  judging {
    let read = try AnyDocument.parse(source)
    Judgement.judge(read.document.warnings)
    let again = try AnyDocument.parse(source)
    expect(content(read) == content(again), "read twice, and not the same")
  }
  return 0
}

/// What a document holds, whatever the order of its dictionaries. Of a profile that is its measurements: a
/// curve through them is a thousand numbers made of these.
private func content(_ document: AnyDocument) -> [Substring] {
  let shown =
    if case .scalingProfile(let profile) = document {
      "\(profile.id) \(profile.metric) \(profile.measurements) \(profile.warnings)"
    } else {
      String(describing: document)
    }
  return shown.split { "[](), ".contains($0) }.sorted()
}
