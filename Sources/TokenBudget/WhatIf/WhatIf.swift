import BudgetDocuments
import BudgetSearch
import ComputeCosts
import SourceText

/// Two answers side by side, and why they differ.
public struct WhatIf: Sendable {
  /// What was changed, in words: settings, or the other design.
  public let changes: [String]
  /// The answer as the documents stand.
  public let before: AdviceOutcome
  /// The answer with the changes.
  public let after: AdviceOutcome
  /// What the change does, in a sentence.
  public let sentence: String

  /// Compares two questions.
  ///
  /// - Parameters:
  ///   - before: Documents and policy as they stand.
  ///   - after: Documents and policy with the changes.
  ///   - changes: What was changed, in words.
  /// - Throws: ``SourceText/InvalidDocument`` when the documents do not fit together.
  /// - Complexity: two searches.
  public init(
    before: (advisor: Advisor, policy: Policy), after: (advisor: Advisor, policy: Policy),
    changes: [String]
  ) throws(InvalidDocument) {
    self.changes = changes
    let old = try ResolvedQuestion(before.advisor, before.policy)
    self.before = try before.advisor.outcome(of: old)
    let new = try ResolvedQuestion(after.advisor, after.policy)
    self.after = try after.advisor.outcome(of: new)
    sentence = Self.sentence(
      self.before, self.after, old, new, Self.scoreDoubt(before.advisor, after.advisor))
  }

  // MARK: Why

  private static func sentence(
    _ before: AdviceOutcome, _ after: AdviceOutcome, _ old: ResolvedQuestion,
    _ new: ResolvedQuestion,
    _ scoreDoubt: String?
  ) -> String {
    switch (before, after) {
    case (.infeasible(let was), .infeasible(let now)):
      return was.reason == now.reason
        ? "there is no answer, before or after: \(now.reason)"
        : "there is no answer, before or after; before, \(was.reason); now, \(now.reason)"
    case (.advice, .infeasible(let infeasible)):
      return "there is no answer any more: \(infeasible.reason)"
    case (.infeasible(let infeasible), .advice(let advice)):
      return tokensText(advice.tokens, one: "satisfies", many: "satisfy")
        + " all limits now; before, \(infeasible.reason)"
    case (.advice(let was), .advice(let now)):
      return sentence(was, now, old, new, scoreDoubt)
    }
  }

  /// Why the scores after the change are not those that the profile's model would have, where another
  /// model runs and no law takes its size into account; `nil` where they are as good as before.
  private static func scoreDoubt(_ before: Advisor, _ after: Advisor) -> String? {
    guard before.costs.count == 1, after.costs.count == 1,
      let difference = after.costs[0].modelDifference(from: before.costs[0])
    else { return nil }
    let profile = after.profiles.first { $0.joint == nil }
    guard let profile else { return nil }
    let whose = profile.model?.name.map { quoted($0) } ?? "the model that was measured"
    return "\(difference), so these are still the scores of \(whose), and what "
      + "\(after.costs[0].id) would score is not known"
  }

  private static func sentence(
    _ was: Advice, _ now: Advice, _ old: ResolvedQuestion, _ new: ResolvedQuestion,
    _ scoreDoubt: String?
  ) -> String {
    let costs = costSentence(was, now, scoreDoubt)
    guard was.tokens != now.tokens || was.design != now.design else {
      return "the recommendation stays at \(tokensText(now.tokens)): "
        + (stay(was, now, old, new) ?? now.reason.sentence) + costs
    }
    let move =
      now.tokens > was.tokens
      ? "more tokens, \(grouped(was.tokens)) → \(grouped(now.tokens)): "
      : now.tokens < was.tokens
        ? "fewer tokens, \(grouped(was.tokens)) → \(grouped(now.tokens)): "
        : "as many tokens, \(grouped(now.tokens)), on another design: "
    return move + (cause(was, now, old, new) ?? now.reason.sentence) + costs
  }

  /// What moved the optimum: the objective, the candidates, a limit, or how score and cost grow.
  private static func cause(
    _ was: Advice, _ now: Advice, _ old: ResolvedQuestion, _ new: ResolvedQuestion
  ) -> String? {
    if was.question.objectiveText != now.question.objectiveText {
      return "the objective is another, \(now.question.objectiveText); \(now.reason.sentence)"
    }
    let begins = now.binding.filter { !was.binding.contains($0) }
    if !begins.isEmpty {
      let names = begins.map { now.question.name(of: $0) }.joined(separator: " and ")
      return "\(names) decides now; \(now.reason.sentence)"
    }
    let ends = was.binding.filter { !now.binding.contains($0) }
    if !ends.isEmpty {
      let names = ends.map { was.question.name(of: $0) }.joined(separator: " and ")
      return "\(names) no longer decides; \(now.reason.sentence)"
    }
    if !now.binding.isEmpty { return now.reason.sentence }
    let lattices = (was.question.lattices, now.question.lattices)
    if lattices.0 != lattices.1 {
      return "the candidates are others; \(now.reason.sentence)"
    }
    return elasticityCause(was, old, new).map { "\($0); \(now.reason.sentence)" }
  }

  private static func stay(
    _ was: Advice, _ now: Advice, _ old: ResolvedQuestion, _ new: ResolvedQuestion
  ) -> String? {
    guard now.binding == was.binding else {
      let ends = was.binding.filter { !now.binding.contains($0) }
      let begins = now.binding.filter { !was.binding.contains($0) }
      var parts: [String] = []
      if !ends.isEmpty {
        parts.append(
          "\(ends.map { was.question.name(of: $0) }.joined(separator: " and ")) no longer decides")
      }
      if !begins.isEmpty {
        parts.append(
          "\(begins.map { now.question.name(of: $0) }.joined(separator: " and ")) decides now")
      }
      return parts.joined(separator: ", ") + "; " + now.reason.sentence
    }
    return nil
  }

  /// How the growth of FLOPs or score with tokens changed at the old recommendation.
  private static func elasticityCause(
    _ was: Advice, _ old: ResolvedQuestion, _ new: ResolvedQuestion
  ) -> String? {
    guard old.problem.designs.count == 1, new.problem.designs.count == 1 else { return nil }
    let (mine, theirs) = (old.problem.designs[0], new.problem.designs[0])
    let largest = theirs.lattice[theirs.lattice.count - 1]
    guard was.tokens <= largest else { return nil }
    guard let before = growth(mine, was.tokens), let after = growth(theirs, was.tokens) else {
      return nil
    }
    let costs = (before, after)
    if (costs.1 / costs.0 - 1).magnitude > 0.005 {
      let dearer = costs.1 > costs.0
      return "at \(tokensText(was.tokens)) one percent more tokens now takes "
        + "\(significant(costs.1, 3))% more FLOPs instead of \(significant(costs.0, 3))%: tokens are a "
        + "\(dearer ? "larger" : "smaller") part of a request, so "
        + (dearer ? "fewer of them pay" : "more of them pay")
    }
    guard old.policy.mix == nil, new.policy.mix == nil,
      mine.score.score(at: was.tokens) > 0, theirs.score.score(at: was.tokens) > 0
    else { return nil }
    let scores = (
      mine.score.elasticity(at: was.tokens), theirs.score.elasticity(at: was.tokens)
    )
    guard scores.0 != scores.1 else { return nil }
    let steeper = scores.1 > scores.0
    return "at \(tokensText(was.tokens)) one percent more tokens now buys "
      + "\(significant(scores.1, 3))% more score instead of \(significant(scores.0, 3))%, so "
      + (steeper ? "more of them pay" : "fewer of them pay")
  }

  /// How FLOPs grow over the step from a token count to the next of a lattice: ln(F₂/F₁) / ln(n₂/n₁), the
  /// encoder's steps included.
  private static func growth(_ design: Design, _ tokens: Int) -> Double? {
    let index = design.lattice.firstIndex(atLeast: Double(tokens))
    guard design.lattice.count > 1, index < design.lattice.count else { return nil }
    let low = min(index, design.lattice.count - 2)
    let (first, second) = (design.lattice[low], design.lattice[low + 1])
    func log(_ value: Double) -> Double { ResidualScale.logScore.value(value) }
    return log(design.cost.amount(at: second) / design.cost.amount(at: first))
      / log(Double(second) / Double(first))
  }

  private static func costSentence(
    _ was: Advice, _ now: Advice, _ scoreDoubt: String?
  ) -> String {
    func change(_ old: Double, _ new: Double) -> String {
      old == new ? "as before" : old == 0 ? significant(new) : signedPercent(new / old - 1)
    }
    let flops = "; FLOPs \(change(Double(was.flops), Double(now.flops)))"
    guard let scoreDoubt else { return "\(flops), score \(change(was.score, now.score))" }
    return was.score == now.score
      ? "\(flops); \(scoreDoubt)" : "\(flops), score \(change(was.score, now.score)); \(scoreDoubt)"
  }
}

extension WhatIf {
  /// What a reader should know of the second answer.
  public var diagnostics: [Diagnostic] {
    switch after {
    case .advice(let advice): advice.diagnostics
    case .infeasible(let infeasible): infeasible.diagnostics
    }
  }
}
