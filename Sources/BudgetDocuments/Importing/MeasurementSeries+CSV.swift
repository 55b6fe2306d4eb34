import LongWork
import ScalingLaws
import SourceText

extension MeasurementSeries {
  /// Reads measurements from a file.
  ///
  /// - Parameters:
  ///   - path: A table; see ``read(csv:seriesColumn:)``.
  ///   - seriesColumn: The columns that together tell series apart.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it, up to 20 problems.
  /// - Complexity: O(size of the file), at most 256 MiB.
  public static func load(
    _ path: String, seriesColumn: [String] = []
  ) throws(InvalidDocument) -> (series: [MeasurementSeries], warnings: [Diagnostic]) {
    let source = try SourceFile.read(path: path, byteLimit: CSVReader.defaultByteLimit)
    return try read(csv: source, seriesColumn: seriesColumn)
  }

  /// Reads measurements from a table, one a row.
  ///
  /// The header names the columns, in any case and order: `tokens`, `score` or `error`, and, where
  /// wanted, `params_billions`, `weight`, `stderr`, `questions`, `right` and `of`, `series`, `metric`. `docs/measurements.md` has the rest.
  ///
  /// - Parameters:
  ///   - source: Cells with commas, semicolons or tabs between them.
  ///   - seriesColumn: The columns that together tell series apart; without them it is the column
  ///     `series`, if there is one. A series is named by their values, joined by " / ".
  /// - Returns: The series in order of their first row; at least one, each with a point.
  /// - Throws: ``SourceText/InvalidDocument`` with everything that is wrong with it, up to 20 problems.
  /// - Complexity: O(size of the file).
  public static func read(
    csv source: SourceFile, seriesColumn: [String] = []
  ) throws(InvalidDocument) -> (series: [MeasurementSeries], warnings: [Diagnostic]) {
    let sink = CSVReader.sink(for: source)
    guard var reader = CSVReader(sink),
      let columns = MeasurementColumns(reader, seriesColumns: seriesColumn)
    else { throw sink.failure }

    var table = SeriesTable(columns: columns, file: source.name)
    var distinctions = SeriesDistinctions(
      columns: columns.others.filter { !columns.series.contains($0) })
    // A row is some ten pieces of work. Of a table that was read in part nobody gets anything.
    var pace = Pace()
    while pace.goesOn(after: 16), reader.advance() {
      guard let point = Point(reader, columns), let index = table.add(point, reader) else {
        continue
      }
      distinctions.add(index, tokens: point.tokens, reader)
    }
    distinctions.report(areNamed: !columns.series.isEmpty, reader)
    guard !sink.hasErrors else { throw sink.failure }
    return (table.series, sink.diagnostics)
  }
}

extension MeasurementSeries.Point {
  /// The point of a row; `nil` after reporting everything that is wrong with the row.
  fileprivate init?(_ reader: CSVReader, _ columns: MeasurementColumns) {
    let tokens = reader[columns.tokens].number(.tokens)
    if tokens != nil, reader.isSemicolonSeparated {
      Self.warnOfThousands(reader[columns.tokens])
    }
    guard let noise = Self.noise(reader, columns) else { return nil }
    let counted = noise.count.map { $0.score(in: 0...1) }
    let stated = columns.score.map { reader[$0] }
    let isScoreCounted = counted != nil && stated?.isEmpty ?? true
    guard let scoreCell = isScoreCounted ? columns.right.map({ reader[$0] }) : stated else {
      // Without a column for it only a count gives a score.
      columns.right.map { reader[$0] }?.report(
        .malformedCount, "a score is needed, or how many answers were 'right'")
      return nil
    }
    let score = isScoreCounted ? counted : scoreCell.number(.score)
    let parameters = columns.parameters.map { reader[$0].number(.billions) }
    let weight = columns.weight.map { reader[$0].number(.weight) }
    // A nested `nil` is a column whose cell was refused.
    if case .some(.none) = parameters { return nil }
    if case .some(.none) = weight { return nil }
    guard let isUnreduced = Self.isUnreduced(reader, columns) else { return nil }
    guard let tokens, let score else { return nil }
    self.init(
      Measurement(
        tokens: tokens, score: score, weight: (weight ?? nil) ?? 1,
        standardError: noise.standardError, questions: noise.questions, count: noise.count,
        parametersBillions: parameters ?? nil, isUnreduced: isUnreduced),
      location: scoreCell.location)
    self.isScoreCounted = isScoreCounted
  }

  /// Says how `1.000` is read in a table whose cells end at semicolons, as those of countries do that write
  /// thousands so.
  private static func warnOfThousands(_ cell: CSVCell) {
    let parts = cell.content.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...3).contains(parts[0].count), parts[1].count == 3,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), parts[0] != "0"
    else { return }
    let whole = parts[1] == "000" ? String(parts[0]) : "\(parts[0]).\(parts[1])"
    cell.sink.warn(
      .thousandsPoint,
      "\(quoted(cell.column)) is read as \(whole): a point is a decimal point, and here it may be one of "
        + "thousands", at: cell.range,
      suggestion: "write \(parts[0])\(parts[1]) for thousands, \(whole) for decimals")
  }

  /// Whether a row is of the unreduced model; `nil` after reporting a cell that does not say.
  private static func isUnreduced(_ reader: CSVReader, _ columns: MeasurementColumns) -> Bool? {
    guard let cell = columns.unreduced.map({ reader[$0] }) else { return false }
    switch cell.content.lowercased() {
    case "true", "yes", "1": return true
    case "false", "no", "0", "": return false
    default:
      cell.report(.wrongType, "\(quoted(cell.column)) must be true or false, found \(cell.summary)")
      return nil
    }
  }

  /// What a row states of its noise; `nil` after reporting what is wrong with it.
  private static func noise(_ reader: CSVReader, _ columns: MeasurementColumns) -> StatedNoise? {
    var isRefused = false
    func value<Value>(_ column: Int?, _ read: (CSVCell) -> Value?) -> Value? {
      guard let cell = column.map({ reader[$0] }), !cell.isEmpty else { return nil }
      let value = read(cell)
      if value == nil { isRefused = true }
      return value
    }
    let standardError = value(columns.standardError) { $0.number(.deviation) }
    let questions = value(columns.questions) { $0.integer(in: 1...StatedNoise.mostQuestions) }
    let right = value(columns.right) { $0.integer(in: 0...StatedNoise.mostQuestions) }
    let total = value(columns.total) { $0.integer(in: 1...StatedNoise.mostQuestions) }
    guard !isRefused else { return nil }
    do throws(StatedNoise.Problem) {
      return try StatedNoise(
        standardError: standardError, questions: questions, right: right, of: total)
    } catch {
      (right == nil ? columns.total : columns.right).map { reader[$0] }?.report(
        .malformedCount, error.message, suggestion: error.suggestion)
      return nil
    }
  }
}

/// The series of a table while it is read.
private struct SeriesTable {
  private let columns: MeasurementColumns
  private(set) var series: [MeasurementSeries] = []
  private var indices: [String: Int] = [:]
  /// For each series whether all its rows name one metric.
  private var hasOneMetric: [Bool] = []
  /// For each series whether all its rows name one model.
  private var hasOneModel: [Bool] = []
  private let file: String

  init(columns: MeasurementColumns, file: String) {
    self.columns = columns
    self.file = file
  }

  /// Puts a point where it belongs.
  ///
  /// - Returns: The number of its series; `nil` after reporting why it has none.
  mutating func add(_ point: MeasurementSeries.Point, _ reader: CSVReader) -> Int? {
    var names: [String] = []
    for column in columns.series {
      guard let name = reader[column].text() else { return nil }
      names.append(name)
    }
    let name = names.joined(separator: " / ")
    let metric = columns.metric.map { reader[$0].content }
    let model = columns.model.map { reader[$0].content }.flatMap { $0.isEmpty ? nil : $0 }
    var how: TokenTreatment?
    if let cell = columns.how.map({ reader[$0] }), !cell.isEmpty {
      guard let word = TokenTreatment(rawValue: cell.content.lowercased()) else {
        let words = TokenTreatment.allCases.map(\.rawValue)
        cell.report(
          .unknownWord,
          "\(quoted(cell.column)) must be one of \(words.joined(separator: ", ")), found "
            + cell.summary,
          suggestion: nearestName(to: cell.content, among: words).map { "did you mean '\($0)'?" })
        return nil
      }
      how = word
    }
    let top = columns.errorBeside.flatMap { reader[$0].plainNumber }.flatMap {
      point.isScoreCounted ? nil : point.score + $0
    }
    guard let index = indices[name] else {
      indices[name] = series.count
      hasOneMetric.append(true)
      hasOneModel.append(true)
      series.append(
        MeasurementSeries(
          name: columns.series.isEmpty ? nil : name,
          metric: metric.flatMap { $0.isEmpty ? nil : $0 }, isError: columns.isError,
          points: [point], file: file))
      series[series.count - 1].top = top
      series[series.count - 1].model = MeasuredModel(name: model, treatment: how)
      return series.count - 1
    }
    series[index].points.append(point)
    // A pruning series' whole model was not pruned: what its row says of that is no contradiction.
    if let column = columns.how, how != series[index].model.treatment, !point.isUnreduced {
      let other = series[index].model.treatment?.rawValue ?? "nothing"
      reader[column].report(
        .mixedTreatments,
        "the tokens of one series came about in different ways: \(how?.rawValue ?? "nothing") here, and "
          + "\(other) above",
        suggestion: "tell series apart by it: \(parameter: .seriesBy, reader.names[column])")
      return nil
    }
    if hasOneModel[index], model != series[index].model.name {
      hasOneModel[index] = false
      series[index].model.name = nil
    }
    if let known = series[index].top {
      let isSame = top.map { ($0 - known).magnitude <= 1e-9 * known.magnitude } ?? false
      if !isSame { series[index].top = nil }
    }
    if hasOneMetric[index], let metric, metric != series[index].metric ?? "" {
      hasOneMetric[index] = false
      series[index].metric = nil
    }
    return index
  }
}

extension Diagnostic.Code {
  /// A token count whose point may be one of thousands.
  public static let thousandsPoint = Self("measurements.thousands-point")
  /// Rows of one series whose token counts came about in different ways.
  public static let mixedTreatments = Self("measurements.mixed-treatments")
}
