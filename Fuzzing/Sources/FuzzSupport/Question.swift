import BudgetReports
import SourceText

/// The documents of a question, sorted by their kinds.
public struct Question {
  /// What tokens buy.
  public private(set) var profiles: [ScalingProfile] = []
  /// What they cost.
  public private(set) var costs: [ComputeCostModel] = []
  /// What it runs on.
  public private(set) var hardware: [HardwareProfile] = []
  /// What is best, with few draws; `nil` where there is not one policy.
  public let policy: Policy?

  /// Draws of an input: a thousand take longer than what they could find.
  public static let draws = 20

  /// Reads parts of an input, in any order.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` for the first that cannot be read.
  public init(_ parts: [[UInt8]]) throws {
    var policies: [Policy] = []
    for (index, part) in parts.prefix(8).enumerated() {
      switch try AnyDocument.parse(SourceFile(name: "part \(index)", bytes: part)) {
      case .scalingProfile(let profile): profiles.append(profile)
      case .computeCostModel(let cost): costs.append(cost)
      case .hardwareProfile(let accelerator): hardware.append(accelerator)
      case .policy(let policy): policies.append(policy)
      }
    }
    policy = policies.count == 1 ? policies[0].withFewDraws : nil
  }
}

extension Policy {
  /// The policy with ``Question/draws`` draws at the most.
  public var withFewDraws: Policy {
    var policy = self
    var risk = policy.risk ?? Policy.Risk()
    risk.draws = min(risk.draws, Question.draws)
    policy.risk = risk
    return policy
  }
}
