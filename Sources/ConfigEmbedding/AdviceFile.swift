import SourceText

/// The tokens that `token-budget advise --format json` recommends.
public enum AdviceFile {
  /// Reads a recommendation.
  ///
  /// - Parameter source: The JSON text.
  /// - Returns: Vision tokens an image.
  /// - Throws: ``InvalidDocument`` where the text is no advice, or advice that nothing is feasible.
  public static func tokens(_ source: SourceFile) throws(InvalidDocument) -> Int {
    let sink = DiagnosticSink(source)
    guard let root = Field.document(source.withoutSurrogateEscapes, sink: sink) else {
      throw sink.failure
    }
    guard case .mapping(let entries) = root.node.content,
      let entry = entries.first(where: { $0.key == "tokens" })
    else {
      sink.report(
        .embedNoAdvice, "the file has no 'tokens', so it is no advice", at: nil,
        suggestion: "write one: token-budget advise … --format json > advice.json")
      throw sink.failure
    }
    if let feasible = entries.first(where: { $0.key == "feasible" }),
      case .scalar(let scalar) = feasible.value.content, scalar.kind == .bool(false)
    {
      sink.report(
        .embedNoAdvice,
        "no token count satisfies the policy of this advice, so there is none to embed",
        at: feasible.value.range, suggestion: "relax a limit and ask again")
      throw sink.failure
    }
    let field = Field(node: entry.value, path: "tokens", sink: sink)
    guard let tokens = field.integer(in: 1...TrainingConfig.mostTokens) else { throw sink.failure }
    return tokens
  }
}

extension Diagnostic.Code {
  /// A file is no advice, or recommends nothing.
  public static let embedNoAdvice = Self("embed.no-advice")
}
