import ArgumentParser
import BudgetReports
import SourceText
import TokenBudget

/// Where `fit` and `regimes` take measurements from.
struct MeasurementOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A CSV file with the columns tokens and score; or result files, see --tokens.",
      valueName: "file"))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Take the measurements of a scaling profile; 'regimes' takes several.", valueName: "file"))
  var profile: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Read the files as results of VLMEvalKit or lmms-eval. Their vision tokens: one number for each \
      file in their order, or a pattern of the file names such as 'run_{tokens}tok*.json'.
      """, valueName: "n,n,…|pattern"))
  var tokens: String?

  @Option(help: ArgumentHelp("The benchmark to take from result files.", valueName: "name"))
  var benchmark: String?

  @Option(
    help: ArgumentHelp(
      "The metric to take from result files; of a CSV file, what to call the metric.",
      valueName: "name"))
  var metric: String?

  @Option(
    help: ArgumentHelp(
      "The columns that together tell series apart, for example 'model,benchmark'.",
      valueName: "column,…"))
  var seriesBy: String?

  func validate() throws {
    if !profile.isEmpty, !files.isEmpty || tokens != nil {
      throw ValidationError("give files or --profile, not both")
    }
    if tokens != nil, files.isEmpty {
      throw ValidationError("--tokens is for result files, and there are none")
    }
    for file in files where tokens == nil {
      if file.hasSuffix(".json") {
        throw ValidationError(
          "\(printable(path: file)) looks like a result file: give its vision tokens with --tokens")
      }
      if file.hasSuffix(".yaml") || file.hasSuffix(".yml") {
        throw ValidationError(
          "\(printable(path: file)) looks like a profile: give it with --profile")
      }
    }
    if tokens != nil, seriesBy != nil {
      throw ValidationError("--series-by is for CSV files; with --tokens the files are one series")
    }
    _ = try counts()
    if tokens == nil, benchmark != nil {
      throw ValidationError("--benchmark chooses from result files, which need --tokens")
    }
  }

  /// The series of the files.
  ///
  /// - Returns: `nil` after adding to `documents` what is wrong with them.
  func read(
    _ documents: inout DocumentLoader
  ) throws -> (series: [MeasurementSeries], profile: ScalingProfile?, warnings: [Diagnostic])? {
    guard !profile.isEmpty || !files.isEmpty else {
      throw ValidationError("give a file of measurements, or --profile")
    }
    do {
      if let profile = profile.first {
        guard let profile = documents.load(ScalingProfile.self, profile) else { return nil }
        return ([try MeasurementSeries(of: profile)], profile, profile.warnings)
      }
      guard let tokens else {
        var read: (series: [MeasurementSeries], warnings: [Diagnostic]) = ([], [])
        for file in files {
          var next = try MeasurementSeries.load(file, seriesColumn: Self.names(seriesBy))
          // Tables without a column of series are told apart by their names.
          for index in next.series.indices where files.count > 1 && next.series[index].name == nil {
            next.series[index].name = MeasurementSeries.fileName(of: file)
          }
          read.series += next.series
          read.warnings += next.warnings
        }
        return (read.series, nil, read.warnings)
      }
      return ([try results(tokens)], nil, [])
    } catch let invalid as InvalidDocument {
      documents.add(invalid)
      return nil
    }
  }

  /// The token counts given as numbers; `nil` for a pattern.
  private func counts() throws -> [Double]? {
    guard let tokens, !tokens.contains("{") else { return nil }
    let numbers = Self.names(tokens).map { (text: $0, value: Double($0) ?? 0) }
    if let bad = numbers.first(where: { !NumberDomain.tokens.contains($0.value) }) {
      throw ValidationError(
        "--tokens takes numbers \(NumberDomain.tokens.words) or a pattern with '{tokens}', found "
          + printable(bad.text))
    }
    guard numbers.count == files.count else {
      throw ValidationError(
        "--tokens has \(numbers.count) numbers for \(files.count) files: give one for each")
    }
    return numbers.map(\.value)
  }

  /// The scores of result files, one file a token count.
  private func results(_ tokens: String) throws -> MeasurementSeries {
    let given = try counts()
    let counts: [Double]
    if let given {
      counts = given
    } else {
      let pattern = try TokensPattern(tokens)
      counts = try files.map { try pattern.tokens(of: $0) }
    }
    let results = try files.map { try ResultFile.load($0) }
    return try MeasurementSeries.read(
      results: Array(zip(results, counts).map { (file: $0, tokens: $1) }), benchmark: benchmark,
      metric: metric)
  }

  /// Names between commas.
  private static func names(_ list: String?) -> [String] {
    list.map { $0.split(separator: ",").map { trimmed($0) } } ?? []
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
