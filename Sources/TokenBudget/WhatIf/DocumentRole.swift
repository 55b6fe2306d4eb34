import BudgetDocuments

/// Which of a question's three documents is meant.
public enum DocumentRole: String, Sendable, CaseIterable {
  /// What tokens buy.
  case profile
  /// What they cost.
  case cost
  /// What is best.
  case policy

  /// The document in words: "the profile".
  var words: String {
    switch self {
    case .profile: "the profile"
    case .cost: "the cost model"
    case .policy: "the policy"
    }
  }
}
