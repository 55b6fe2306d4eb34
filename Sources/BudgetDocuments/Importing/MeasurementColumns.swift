import SourceText

/// Which column of a table of measurements holds what.
struct MeasurementColumns {
  /// What a column can hold, with the names that its header may have. The first is the usual one.
  private enum Role: CaseIterable {
    case tokens, score, error, parameters, weight, standardError, questions, right, total
    case unreduced, model, how, series, metric, benchmark

    var names: [String] {
      switch self {
      case .tokens: ["tokens", "n", "vision_tokens", "n_tokens"]
      case .score: ["score"]
      case .error: ["error"]
      case .parameters: ["params_billions", "llm_params_billions", "llm_params_b"]
      case .weight: ["weight"]
      case .standardError: ["stderr", "standard_error"]
      case .questions: ["questions"]
      case .right: ["right"]
      case .total: ["of"]
      case .unreduced: ["unreduced"]
      case .model: ["model"]
      case .how: ["how"]
      case .series: ["series"]
      case .metric: ["metric"]
      case .benchmark: ["benchmark"]
      }
    }
  }

  let tokens: Int
  /// The score, or the error where there is no score; `nil` where counts stand for it.
  let score: Int?
  /// The errors beside the scores, where the table has both.
  let errorBeside: Int?
  let isError: Bool
  let parameters: Int?
  let weight: Int?
  /// What is stated of the noise of each score. Their cells may be empty.
  let standardError: Int?
  let questions: Int?
  let right: Int?
  let total: Int?
  /// Whether a row is of the unreduced model. Its cells may be empty.
  let unreduced: Int?
  /// Whose scores a row has, and how its tokens came about.
  let model: Int?
  let how: Int?
  /// The columns that together tell series apart.
  let series: [Int]
  /// The columns that may name the metric; the first that there is does.
  let metric: Int?
  /// The other columns that have a name.
  let others: [Int]

  /// Finds the columns.
  ///
  /// - Parameters:
  ///   - reader: The table, whose header is read.
  ///   - seriesColumns: The columns that tell series apart; without them it is the one called
  ///     `series`, if there is one.
  /// - Returns: `nil` after reporting what is missing or not clear.
  init?(_ reader: CSVReader, seriesColumns: [String]) {
    let names = reader.names.map { $0.lowercased() }
    Self.reportRepeated(names, reader)

    var found: [Role: Int] = [:]
    for role in Role.allCases {
      let columns = names.indices.filter { role.names.contains(names[$0]) }
      if columns.count > 1, Set(columns.map { names[$0] }).count > 1 {
        reader.sink.report(
          .measurementColumn,
          "the columns \(Self.list(columns.map { reader.names[$0] })) mean the same",
          at: reader.header[columns[1]].range, suggestion: "keep one of them")
      }
      found[role] = columns.first
    }

    let unknown = names.indices.filter { column in
      !names[column].isEmpty && !found.values.contains(column)
    }
    var misspelt: Set<Int> = []
    let hasCounts = found[.right] != nil && found[.total] != nil
    for roles in [[Role.tokens], [.score, .error]]
    where !roles.contains(where: { found[$0] != nil }) && !(roles.count == 2 && hasCounts) {
      let known = roles.flatMap(\.names).filter { $0.count > 1 }
      let near = unknown.first { nearestName(to: names[$0], among: known) != nil }
      if let near { misspelt.insert(near) }
      Self.reportMissing(known, near: near, reader)
    }

    var series: [Int] = []
    for wanted in seriesColumns {
      if let column = names.firstIndex(of: wanted.lowercased()) {
        series.append(column)
        continue
      }
      reader.sink.report(
        .measurementColumn, "the header has no column \(quoted(wanted)) to tell series apart by",
        at: reader.headerRange,
        suggestion: nearestName(to: wanted, among: reader.names).map {
          "did you mean \(quoted($0))?"
        }
          ?? "columns: \(Self.list(reader.names))")
    }

    guard !reader.sink.hasErrors, let tokens = found[.tokens] else { return nil }
    self.tokens = tokens
    score = found[.score] ?? found[.error]
    isError = found[.score] == nil && found[.error] != nil
    errorBeside = isError ? nil : found[.error]
    parameters = found[.parameters]
    weight = found[.weight]
    standardError = found[.standardError]
    questions = found[.questions]
    right = found[.right]
    total = found[.total]
    unreduced = found[.unreduced]
    model = found[.model]
    how = found[.how]
    self.series = seriesColumns.isEmpty ? found[.series].map { [$0] } ?? [] : series
    metric = found[.metric] ?? found[.benchmark]
    let used = [
      tokens, found[.score], found[.error], parameters, weight, standardError, questions, right,
      total, unreduced,
    ].compactMap { $0 }
    others = names.indices.filter { !names[$0].isEmpty && !used.contains($0) }
  }

  private static func reportRepeated(_ names: [String], _ reader: CSVReader) {
    var first: Set<String> = []
    for (name, cell) in zip(names, reader.header) where !name.isEmpty {
      if !first.insert(name).inserted {
        reader.sink.report(
          .measurementColumn, "the column \(quoted(name)) is there twice", at: cell.range,
          suggestion: "keep one of the two")
      }
    }
  }

  private static func reportMissing(_ known: [String], near: Int?, _ reader: CSVReader) {
    if let near {
      let name = reader.names[near]
      reader.sink.report(
        .measurementColumn, "unknown column \(quoted(name))", at: reader.header[near].range,
        suggestion: nearestName(to: name, among: known).map { "did you mean '\($0)'?" })
      return
    }
    let what = known.contains("tokens") ? "'tokens'" : "'score' or 'error'"
    let isRow = reader.header.allSatisfy { $0.plainNumber != nil }
    reader.sink.report(
      .measurementColumn, "the header has no column \(what)", at: reader.headerRange,
      suggestion: isRow
        ? "the first row must name the columns, for example 'tokens,score'"
        : "columns: \(list(reader.names))")
  }

  /// Names in quotes, the first few of them.
  static func list(_ names: [String]) -> String {
    let limit = 12
    let shown = names.prefix(limit).map { quoted($0) }.joined(separator: ", ")
    return names.count > limit ? shown + " and \(names.count - limit) more" : shown
  }
}

extension Diagnostic.Code {
  /// A column of a table of measurements is missing, unknown, or there twice.
  public static let measurementColumn = Self("measurements.column")
}
