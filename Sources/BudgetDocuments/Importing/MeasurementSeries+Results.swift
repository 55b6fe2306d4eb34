import ScalingLaws
import SourceText

extension MeasurementSeries {
  /// Puts the scores of several result files together, one file a token count.
  ///
  /// Standard errors and numbers of questions are kept as what they are, floors of the noise; all points
  /// weigh the same.
  ///
  /// - Parameters:
  ///   - files: Result files with the token count that each was measured at.
  ///   - benchmark: Which benchmark; may be `nil` where the files have one.
  ///   - metric: Which metric; may be `nil` where the files have one, or one called `Overall`.
  /// - Returns: The series, named by the benchmark, with points in the order of the files.
  /// - Throws: ``SourceText/InvalidDocument`` with what is wrong with each file, named by the first of them.
  public static func read(
    results files: [(file: ResultFile, tokens: Double)], benchmark: String? = nil,
    metric: String? = nil
  ) throws(InvalidDocument) -> MeasurementSeries {
    var problems: [Diagnostic] = []
    var chosen: [(result: ResultFile.Result, tokens: Double)] = []
    for (file, tokens) in files {
      do throws(InvalidDocument) {
        let result = try file.result(benchmark: benchmark, metric: metric)
        if let other = chosen.first?.result, !result.isSameScore(as: other) {
          problems.append(mixed(result, file, other, files[0].file))
        }
        if !NumberDomain.tokens.contains(tokens) {
          problems.append(
            Diagnostic(
              code: .resultsTokens, severity: .error,
              message: tokens > 0 && tokens.isFinite
                ? "a token count must be \(NumberDomain.tokens.words), found \(tokens)"
                : "a token count must be a finite number greater than 0, found \(tokens)",
              file: file.file))
        }
        if result.score.isFinite, !NumberDomain.score.contains(result.score) {
          problems.append(
            Diagnostic(
              code: .outOfRange, severity: .error,
              message: "\(result.name) must be \(NumberDomain.score.words), found "
                + significant(result.score), place: result.location.place, file: file.file))
        }
        chosen.append((result, tokens))
      } catch {
        problems += error.diagnostics
      }
    }
    if files.isEmpty {
      problems.append(
        Diagnostic(code: .resultsNone, severity: .error, message: "no result file is given"))
    }
    guard problems.isEmpty, let first = chosen.first else {
      throw InvalidDocument(
        file: problems.first?.file ?? files.first?.file.file ?? "(arguments)",
        diagnostics: problems)
    }

    let points = chosen.map { result, tokens in
      Point(
        Measurement(
          tokens: tokens, score: result.score,
          standardError: result.standardError, questions: result.questions),
        location: result.location)
    }
    return MeasurementSeries(
      name: first.result.benchmark ?? benchmark, metric: first.result.metric,
      isError: first.result.isError, points: points, file: files[0].file.file)
  }

  private static func mixed(
    _ result: ResultFile.Result, _ file: ResultFile, _ other: ResultFile.Result,
    _ first: ResultFile
  ) -> Diagnostic {
    Diagnostic(
      code: .resultsMixed, severity: .error,
      message: "this is \(result.name), and \(printable(path: first.file)) has \(other.name)",
      suggestion: "say which is meant: \(parameter: .benchmark), \(parameter: .metric)",
      place: result.location.place,
      file: file.file)
  }
}

extension ResultFile.Result {
  /// Whether both say the same of a model.
  fileprivate func isSameScore(as other: ResultFile.Result) -> Bool {
    benchmark == other.benchmark && metric == other.metric && isError == other.isError
  }

  /// The score's name for messages.
  fileprivate var name: String {
    (benchmark.map { "\(quoted($0)), " } ?? "") + quoted(metric)
      + (isError ? " (lower is better)" : "")
  }
}

extension Diagnostic.Code {
  /// Result files of one series have different benchmarks or metrics.
  public static let resultsMixed = Self("results.mixed")
}
