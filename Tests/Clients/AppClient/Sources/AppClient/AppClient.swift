import ConfigEmbedding
import TokenBudget

/// What an app asks of the library, from text that is in memory to text that is in memory.
@main struct AppClient {
  static func main() throws {
    do {
      try advice()
      try whatIf()
      try ownFamily()
    } catch let invalid as InvalidDocument {
      // What an app would show beside its text field: a place, a sentence, what to do.
      for diagnostic in invalid.diagnostics { print(diagnostic.rendered()) }
      throw invalid
    }
    mistake()
  }

  /// How many tokens an image of a receipt is worth.
  static func advice() throws {
    let advisor = try Advisor(profile: .parse(Documents.profile), cost: .parse(Documents.cost))
    let advice = try advisor.advise(under: .parse(Documents.policy))
    print("advice: \(advice.tokens) tokens, score \(rounded(advice.score))")
    for range in advice.indistinguishable ?? [] {
      print("  not told from it: \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The same with another limit, as a slider would ask.
  static func whatIf() throws {
    let documents = try WhatIfDocuments(
      profile: SourceFile(name: "profile", text: Documents.profile),
      cost: SourceFile(name: "cost", text: Documents.cost),
      policy: SourceFile(name: "policy", text: Documents.policy))
    let setting = try DocumentSetting("limits.max_flops=1.2 TFLOP", position: 1)
    let changed = try documents.applying([setting])
    let answer = try WhatIf(
      before: (Advisor(profile: documents.profile, cost: documents.cost), documents.policy),
      after: (Advisor(profile: changed.profile, cost: changed.cost), changed.policy),
      changes: [setting.argument])
    print("what if \(answer.changes[0]): \(answer.sentence)")
  }

  /// The app's own model: the counts that it can be set to, the best of them, and that in a config.
  static func ownFamily() throws {
    let rule = try ModelFamily.tinyVL(maxPixels: 451_584)
    if let photo = ImageSize(width: 640, height: 480) {
      print("tiny-vl: \(photo) is \(try rule.layout(of: photo).tokens) tokens")
    }

    var policy = try Policy.parse(Documents.policy)
    let counts = try rule.budgets(for: nil).map(\.tokens).filter { $0 >= 16 }
    policy.candidates = .lattice(try Lattice(.list(counts)))
    let advisor = try Advisor(profile: .parse(Documents.profile), cost: .parse(Documents.cost))
    let tokens = try advisor.advise(under: policy).tokens
    print("  the best of \(counts.count) settings: \(tokens) tokens")

    let config = try TrainingConfig(
      SourceFile(name: "train.yaml", text: Documents.config), framework: "llama-factory",
      family: .tinyVL)
    print(try config.embedding(tokens: tokens).text)
  }

  /// A document with a misspelt key is refused, with what it should be.
  static func mistake() {
    do {
      _ = try Policy.parse("kind: policy\nschema: 1\nid: p\nobjectiv: { maximize: score }\n")
      print("no mistake found")
    } catch {
      for diagnostic in error.diagnostics { print(diagnostic.rendered()) }
    }
  }

  /// One decimal, without a formatter.
  static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
