/// The counts of a language model, by part.
struct LanguageParts<Count: Sendable & Equatable>: Sendable, Equatable {
  /// Weight products of the prompt.
  var prefillLinear: Count
  /// Attention products of the prompt.
  var prefillAttention: Count
  /// The output head over the prompt, as the convention counts it.
  var head: Count
  /// The output head at one position.
  var headPerPosition: Count
  /// Weight products of one generated token.
  var decodeStepLinear: Count
  /// Attention products of the first generated token.
  var decodeStepAttention: Count
  /// All decode steps, each with its output head.
  var decode: Count

  /// Every part, changed in the same way.
  func map<Other>(
    _ change: (Count) throws(CountOverflow) -> Other
  ) throws(CountOverflow) -> LanguageParts<Other> {
    LanguageParts<Other>(
      prefillLinear: try change(prefillLinear), prefillAttention: try change(prefillAttention),
      head: try change(head), headPerPosition: try change(headPerPosition),
      decodeStepLinear: try change(decodeStepLinear),
      decodeStepAttention: try change(decodeStepAttention), decode: try change(decode))
  }

  /// Every part joined with the same part of another.
  func zipped<Second, Result>(
    _ other: LanguageParts<Second>, _ join: (Count, Second) throws(CountOverflow) -> Result
  ) throws(CountOverflow) -> LanguageParts<Result> {
    LanguageParts<Result>(
      prefillLinear: try join(prefillLinear, other.prefillLinear),
      prefillAttention: try join(prefillAttention, other.prefillAttention),
      head: try join(head, other.head),
      headPerPosition: try join(headPerPosition, other.headPerPosition),
      decodeStepLinear: try join(decodeStepLinear, other.decodeStepLinear),
      decodeStepAttention: try join(decodeStepAttention, other.decodeStepAttention),
      decode: try join(decode, other.decode))
  }
}
