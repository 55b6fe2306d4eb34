import TestSupport
import TokenBudget

extension Repository {
  /// The shipped question: by the curve through its measurements, or by the power law of the paper.
  static func advisor(decidedBy law: DecidingLaw = .curve) throws -> Advisor {
    try Advisor(profile: .load(path(textVQA)), cost: .load(path(llava)), decidedBy: law)
  }
}
