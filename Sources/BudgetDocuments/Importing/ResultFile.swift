import SourceText

/// The scores in one result file of an evaluation tool.
///
/// Read are the result files of lmms-eval (JSON) and of VLMEvalKit (JSON, CSV and TSV). Which one it
/// is, is told from the content. `docs/measurements.md` describes the shapes.
public struct ResultFile: Sendable {
  /// One score.
  public struct Result: Sendable, Equatable {
    /// The benchmark; `nil` where the file does not say, as VLMEvalKit's do not.
    public let benchmark: String?
    /// What the score is, for example `exact_match`, `Overall` or `validation/Overall`.
    public let metric: String
    /// The score as written; not-a-number where the file has no finite number for it.
    public let score: Double
    /// The score's standard error, where the file has one above 0.
    public let standardError: Double?
    /// How many questions the score is a mean over, where the file says so.
    public let questions: Int?
    /// Whether the file says that lower is better.
    public let isError: Bool
    /// Where the score stands.
    public let location: SourceLocation
  }

  /// What diagnostics call the file.
  public let file: String

  /// The scores in the file's order; at least one.
  public let results: [Result]

  /// Reads a file.
  ///
  /// - Throws: ``SourceText/InvalidDocument`` where it cannot be read, or holds no scores.
  /// - Complexity: O(size of the file), at most 8 MiB.
  public static func load(_ path: String) throws(InvalidDocument) -> ResultFile {
    try read(SourceFile.read(path: path))
  }

  /// Reads bytes in memory.
  public static func read(_ source: SourceFile) throws(InvalidDocument) -> ResultFile {
    // A table never starts with a brace or a bracket.
    let first = source.bytes.first { !" \t\r\n\u{FEFF}".utf8.contains($0) }
    let isJSON = first == 0x7B || first == 0x5B
    let source = isJSON ? source.withoutSurrogateEscapes : source
    let sink = isJSON ? DiagnosticSink(source) : CSVReader.sink(for: source)
    let results = isJSON ? ResultTree.read(sink) : ResultTable.read(sink)
    guard !sink.hasErrors else { throw sink.failure }
    guard !results.isEmpty else {
      sink.report(
        .resultsNone, "the file holds no scores", at: nil,
        suggestion: "result files of lmms-eval and VLMEvalKit are read; measurements of one's own "
          + "go into a table with the columns 'tokens' and 'score'")
      throw sink.failure
    }
    return ResultFile(file: source.name, results: results)
  }
}

/// The scores of a JSON file.
enum ResultTree {
  static func read(_ sink: DiagnosticSink) -> [ResultFile.Result] {
    guard let root = Field.document(sink.source, sink: sink) else { return [] }
    guard case .mapping(let entries) = root.node.content else {
      root.report(.resultsShape, "a result file must hold one JSON object")
      return []
    }
    if let tasks = entries.first(where: { $0.key == "results" }),
      case .mapping(let tasks) = tasks.value.content
    {
      return lmmsEval(
        tasks, directions: entries.first { $0.key == "higher_is_better" },
        samples: entries.first { $0.key == "n-samples" }, sink)
    }
    var results: [ResultFile.Result] = []
    flatten(entries, path: [], into: &results, sink)
    return results
  }

  /// lmms-eval: for each task its metrics, named with the filter of the answers behind a comma, and
  /// between them their standard errors.
  private static func lmmsEval(
    _ tasks: [YAMLEntry], directions: YAMLEntry?, samples: YAMLEntry?, _ sink: DiagnosticSink
  ) -> [ResultFile.Result] {
    var results: [ResultFile.Result] = []
    for task in tasks {
      guard case .mapping(let entries) = task.value.content else { continue }
      let values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
      // Beside named filters, what has none is no metric: the task's alias, a sample count.
      // Those that were asked, where a limit left some out.
      let questions = samples?.value.value(at: [task.key, "effective"]).flatMap(number).flatMap {
        $0 >= 1 && $0 <= Double(StatedNoise.mostQuestions) && $0 == $0.rounded() ? Int($0) : nil
      }
      let hasFilters = entries.contains { $0.key.contains(",") }
      for entry in entries where !entry.key.contains("_stderr") {
        guard !hasFilters || entry.key.contains(","), let score = number(entry.value) else {
          continue
        }
        let parts = entry.key.split(separator: ",", maxSplits: 1).map(String.init)
        let name = parts.first ?? entry.key
        let filter = parts.count > 1 ? parts[1] : "none"
        let error = values["\(name)_stderr,\(filter)"] ?? values["\(name)_stderr"]
        let standardError = error.flatMap(number).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        let direction = directions?.value.value(at: [task.key, name])
        results.append(
          ResultFile.Result(
            benchmark: task.key, metric: filter == "none" ? name : entry.key, score: score,
            standardError: standardError, questions: questions,
            isError: direction?.bool == false,
            location: sink.location(entry.value.range)))
      }
    }
    return results
  }

  /// VLMEvalKit: scores by category, sometimes by split first. Lists are no scores.
  private static func flatten(
    _ entries: [YAMLEntry], path: [String], into results: inout [ResultFile.Result],
    _ sink: DiagnosticSink
  ) {
    for entry in entries {
      let path = path + [entry.key]
      if case .mapping(let inner) = entry.value.content {
        flatten(inner, path: path, into: &results, sink)
      } else if let score = number(entry.value) {
        results.append(
          ResultFile.Result(
            benchmark: nil, metric: ResultTable.metric(path), score: score, standardError: nil,
            questions: nil, isError: false, location: sink.location(entry.value.range)))
      }
    }
  }

  /// The number of a scalar, in quotes too; not-a-number for one that is not finite.
  private static func number(_ node: YAMLNode) -> Double? {
    guard case .scalar(let scalar) = node.content else { return nil }
    switch scalar.kind {
    case .number, .string:
      if let value = ExactDecimal(scalar.text)?.double { return value.isFinite ? value : .nan }
      return ["nan", "inf", "-inf", "infinity", "-infinity"].contains(scalar.text.lowercased())
        ? .nan : nil
    case .nonFinite: return .nan
    case .null, .bool: return nil
    }
  }
}

extension YAMLNode {
  /// What keys lead to.
  fileprivate func value(at path: [String]) -> YAMLNode? {
    var node = self
    for key in path {
      guard case .mapping(let entries) = node.content,
        let entry = entries.first(where: { $0.key == key })
      else { return nil }
      node = entry.value
    }
    return node
  }

  fileprivate var bool: Bool? {
    guard case .scalar(let scalar) = content, case .bool(let value) = scalar.kind else {
      return nil
    }
    return value
  }
}

extension Diagnostic.Code {
  /// A result file holds no JSON object.
  public static let resultsShape = Self("results.shape")
  /// A result file holds no numbers.
  public static let resultsNone = Self("results.no-scores")
}
