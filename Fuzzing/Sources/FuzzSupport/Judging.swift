import SourceText

/// Asks something whose refusal must give reasons, and whose other errors are none that it may have.
public func judging(_ question: () throws -> Void) {
  do {
    try question()
  } catch let failure as InvalidDocument {
    Judgement.judge(failure)
  } catch {
    fatalError("property violated: an error of another kind: \(error)")
  }
}
