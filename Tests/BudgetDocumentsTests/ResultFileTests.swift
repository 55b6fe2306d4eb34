import BudgetDocuments
import SeededRandom
import TestSupport
import Testing

/// Result files in the shapes that lmms-eval and VLMEvalKit write.
@Suite struct ResultFileTests {
  private static let folder = "Tests/BudgetDocumentsTests/Fixtures/results/"

  private func fixture(_ name: String) throws -> ResultFile {
    try ResultFile.read(
      SourceFile(name: name, bytes: Array(Repository.text(Self.folder + name).utf8)))
  }

  private func file(_ text: String, name: String = "r") throws -> ResultFile {
    try ResultFile.read(SourceFile(name: name, text: text))
  }

  private func failure<Value>(_ read: () throws -> Value) throws -> String {
    try #require(throws: InvalidDocument.self) { try read() }.description
  }

  /// Each score as `benchmark metric score`.
  private func listing(_ file: ResultFile) -> [String] {
    file.results.map { ($0.benchmark.map { $0 + " " } ?? "") + "\($0.metric) \($0.score)" }
  }

  @Test func lmmsEvalIsRead() throws {
    let file = try fixture("lmms_256tok_results.json")
    #expect(
      listing(file) == [
        "gqa exact_match 0.5", "mme mme_cognition_score 300.5",
        "mme mme_perception_score 1400.25", "mathverse gpt_eval_score nan", "ocr cer 0.125",
        "ocr exact_match,flexible 0.75",
      ])
    #expect(file.results.map(\.standardError) == [0.004, nil, nil, nil, nil, 0.5])
    #expect(file.results.map(\.isError) == [false, false, false, false, true, false])
    let span = SourceSpan(line: 5, column: 27, endLine: 5, endColumn: 30)
    #expect(file.results.first?.location.place.span == span)
  }

  @Test func vlmEvalKitIsRead() throws {
    #expect(
      listing(try fixture("Model-7B_MMBench_DEV_EN_acc.csv")) == [
        "Overall 0.625", "AR 0.5", "CP 0.75",
      ])
    #expect(
      listing(try fixture("Model-7B_MMMU_DEV_VAL_acc.csv")) == [
        "dev/Overall 0.5", "dev/Art 0.25", "validation/Overall 0.625", "validation/Art nan",
      ])
    #expect(
      listing(try fixture("Model-7B_MathVista_MINI_judge_score.csv")) == [
        "Overall/tot 8.0", "Overall/hit 4.0", "Overall/acc 50.0", "geometry/tot 4.0",
        "geometry/hit 1.0", "geometry/acc 25.0",
      ])
    #expect(
      listing(try fixture("Model-7B_OCRBench_score.json")) == [
        "Text Recognition 100.0", "Final Score 650.0", "Final Score Norm 65.0",
      ])
  }

  @Test(arguments: [
    ("\"Overall\"\n\"52.1\"\n", ["Overall 52.1"]),
    ("\"Overall\",\"52.1\"\n", ["Overall 52.1"]),
    ("\"Overall\",\"52.1\"\n\"AR\",\"40\"\n", ["Overall 52.1", "AR 40.0"]),
    (",0\nOverall,52.1\nAR,40\n", ["Overall 52.1", "AR 40.0"]),
    ("\tOverall\n0\t52.1\n", ["Overall 52.1"]),
    ("Overall,AR\n,1\n", ["Overall nan", "AR 1.0"]),
    (
      "{\"Overall\": 52.1, \"by\": {\"none\": {\"AR\": \"40.5\"}}}", ["Overall 52.1", "by/AR 40.5"]
    ),
    ("{\"val\": {\"Overall\": 1, \"list\": [1, 2], \"ok\": true}}", ["val/Overall 1.0"]),
    ("{\"results\": {\"a\": {\"acc\": 0.5, \"acc_stderr\": 0.1}}}", ["a acc 0.5"]),
  ])
  func otherLayoutsAreRead(text: String, expected: [String]) throws {
    #expect(listing(try file(text)) == expected)
  }

  @Test(arguments: [
    ("", "csv.empty"), ("a,b\nx,y\n", "results.no-scores"), ("{\"a\": \"b\"}", "results.no-scores"),
    ("{}", "results.no-scores"), ("[1, 2]", "results.shape"), ("{\"a\": 1", "yaml.syntax"),
    ("a,b\n1\n", "csv.cell-count"), ("{\"results\": {\"a\": {\"alias\": 1}}}", ""),
  ])
  func filesWithoutScoresAreRefused(text: String, code: String) throws {
    if code.isEmpty {
      #expect(listing(try file(text)) == ["a alias 1.0"])
      return
    }
    let thrown = try #require(throws: InvalidDocument.self) { try file(text) }
    #expect(thrown.diagnostics.map(\.code.name) == [code])
  }

  @Test(arguments: [
    "lmms_256tok_results.json", "Model-7B_MMMU_DEV_VAL_acc.csv", "Model-7B_OCRBench_score.json",
  ])
  func mutatedFilesNeverTrap(name: String) throws {
    let original = Array(try Repository.text(Self.folder + name).utf8)
    let alphabet = Array("{}[]\":,0.-e\\u&*!#\n ".utf8) + [0xFF, 0xC3]
    var random = SeededRandom(seed: 11)
    for _ in 0..<300 {
      let bytes = random.mutated(original, alphabet: alphabet)
      do throws(InvalidDocument) {
        let file = try ResultFile.read(SourceFile(name: name, bytes: bytes))
        #expect(!file.results.isEmpty)
        #expect(try file.result(metric: "Overall").score.isFinite)
      } catch {
        #expect(!error.diagnostics.isEmpty && !error.description.isEmpty)
      }
    }
  }

  // MARK: Choice

  @Test(
    arguments: [
      ("lmms_256tok_results.json", "GQA", nil, 0.5),
      ("lmms_256tok_results.json", nil, "mme_perception_score", 1400.25),
      ("lmms_256tok_results.json", "ocr", "cer,none", 0.125),
      ("Model-7B_MMBench_DEV_EN_acc.csv", "mmbench_dev_en", nil, 0.625),
      ("Model-7B_MMBench_DEV_EN_acc.csv", nil, "cp", 0.75),
      ("Model-7B_MMMU_DEV_VAL_acc.csv", nil, "validation/overall", 0.625),
      ("Model-7B_MathVista_MINI_judge_score.csv", "MathVista_MINI", "Overall/acc", 50),
      ("Model-7B_OCRBench_score.json", nil, "Final Score Norm", 65),
    ] as [(String, String?, String?, Double)])
  func scoresAreChosen(name: String, benchmark: String?, metric: String?, score: Double) throws {
    #expect(try fixture(name).result(benchmark: benchmark, metric: metric).score == score)
  }

  @Test func choicesThatAreOpenListWhatThereIs() throws {
    let lmms = try fixture("lmms_256tok_results.json")
    #expect(
      try failure { try lmms.result() } == """
        lmms_256tok_results.json: error: the file has the benchmarks 'gqa', 'mme', 'mathverse', \
        'ocr' [results.ambiguous]
          = say which: benchmark: 'gqa'
        """)
    #expect(
      try failure { try lmms.result(benchmark: "mme") } == """
        lmms_256tok_results.json: error: the file has the metrics 'mme_cognition_score', \
        'mme_perception_score' [results.ambiguous]
          = say which: metric: 'mme_cognition_score'
        """)
    #expect(
      try failure { try lmms.result(benchmark: "gqq") } == """
        lmms_256tok_results.json: error: the file has no benchmark 'gqq' [results.unknown]
          = did you mean 'gqa'?
        """)
    #expect(
      try failure { try lmms.result(benchmark: "gqa", metric: "accuracy") } == """
        lmms_256tok_results.json: error: the file has no metric 'accuracy' [results.unknown]
          = metrics: 'exact_match'
        """)
    #expect(
      try failure { try lmms.result(benchmark: "mathverse") } == """
        lmms_256tok_results.json:23:30: error: 'gpt_eval_score' must be a finite number \
        [number.not-finite]
        23 |       "gpt_eval_score,none": NaN,
           |                              ^~~
        """)
    let splits = try fixture("Model-7B_MMMU_DEV_VAL_acc.csv")
    #expect(try failure { try splits.result() }.contains("'dev/Overall', 'dev/Art'"))
    #expect(try failure { try splits.result(metric: "Overall") }.contains("'validation/Overall'"))
    #expect(
      try failure { try splits.result(benchmark: "MMStar") }.contains(
        "the file's name does not say that it is of 'MMStar'"))
    #expect(try file("Overall\n1\n", name: "a/run.csv").result(benchmark: "MMStar").score == 1)
  }

  // MARK: Series

  private func lmms(_ score: Double, _ error: String, name: String) throws -> ResultFile {
    try file(
      """
      {"results": {"gqa": {"exact_match,none": \(score), "exact_match_stderr,none": \(error)}}}
      """, name: name)
  }

  @Test func filesMakeASeries() throws {
    let files = [
      (try lmms(0.5, "0.5", name: "576.json"), 576.0),
      (try lmms(0.25, "0.25", name: "144.json"), 144.0),
    ]
    let series = try MeasurementSeries.read(results: files)
    #expect(series.name == "gqa")
    #expect(series.metric == "exact_match")
    #expect(series.file == "576.json")
    #expect(series.points.map(\.tokens) == [576, 144])
    #expect(series.points.map(\.score) == [0.5, 0.25])
    #expect(series.points.map(\.standardError) == [0.5, 0.25])
    #expect(series.points.map(\.weight) == [1, 1], "a floor of the noise is no estimate of it")
    #expect(series.points.map { $0.place?.file } == ["576.json", "144.json"])
  }

  @Test func standardErrorsAndQuestionsAreReadWhereTheyAre() throws {
    let files = [
      (try lmms(0.5, "0.5", name: "576.json"), 576.0),
      (try lmms(0, "0.0", name: "1.json"), 1.0), (try lmms(0.1, "\"N/A\"", name: "2.json"), 2.0),
      (
        try file(
          """
          {"results": {"gqa": {"exact_match,none": 0.2}},
           "n-samples": {"gqa": {"original": 12578, "effective": 500}, "other": {"effective": 7}}}
          """, name: "4.json"), 4.0
      ),
    ]
    let series = try MeasurementSeries.read(results: files)
    #expect(series.points.map(\.standardError) == [0.5, nil, nil, nil])
    #expect(series.points.map(\.questions) == [nil, nil, nil, 500])
    #expect(series.points.map(\.weight) == [1, 1, 1, 1])
  }

  @Test func filesOfDifferentScoresAreNotMixed() throws {
    let files = [
      (try file("{\"results\": {\"a\": {\"acc,none\": 1}}}", name: "1.json"), 1.0),
      (try file("{\"results\": {\"b\": {\"acc,none\": 1}}}", name: "2.json"), 0.0),
    ]
    #expect(
      try failure { try MeasurementSeries.read(results: files) } == """
        2.json:1:32: error: this is 'b', 'acc', and 1.json has 'a', 'acc' [results.mixed]
        1 | {"results": {"b": {"acc,none": 1}}}
          |                                ^
          = say which is meant: benchmark, metric
        2.json: error: a token count must be a finite number greater than 0, found 0.0 \
        [results.tokens]
        """)
    #expect(
      try failure { try MeasurementSeries.read(results: []) }
        == "error: no result file is given [results.no-scores]")
  }
}

@Suite struct TokensPatternTests {
  @Test(arguments: [
    ("results_{tokens}tok.json", "runs/results_576tok.json", 576),
    ("*_{tokens}tok*", "llava-7b_144tok_gqa.json", 144),
    ("{tokens}.csv", "72.25.csv", 72.25),
    ("?_{tokens}", "7_64", 64),
    ("t{tokens}/*_results.json", "/a/b/t256/20260101_results.json", 256),
    ("*/t{tokens}/*.json", "x/y/t9/z.json", 9),
    ("größe-{tokens}*", "größe-36é", 36),
  ])
  func countsAreFound(pattern: String, file: String, tokens: Double) throws {
    #expect(try TokensPattern(pattern).tokens(of: file) == tokens)
  }

  @Test(arguments: [
    (
      "results_{tokens}.json", "runs/result_576.json",
      """
      runs/result_576.json: error: the name 'result_576.json' does not match the pattern \
      'results_{tokens}.json' [results.tokens]
        = '{tokens}' stands for a number, '*' for any text
      """
    ),
    (
      "*{tokens}*", "llava-7b_144.json",
      """
      llava-7b_144.json: error: the pattern '*{tokens}*' finds several numbers in \
      'llava-7b_144.json': 7, 144 [results.tokens]
        = write out what stands beside the token count
      """
    ),
    (
      "{tokens}.json", "0.json",
      """
      0.json: error: the token count in '0.json' must be greater than 0, found 0 [results.tokens]
      """
    ),
  ])
  func otherNamesAreRefused(pattern: String, file: String, expected: String) throws {
    let pattern = try TokensPattern(pattern)
    let thrown = try #require(throws: InvalidDocument.self) { try pattern.tokens(of: file) }
    #expect(thrown.description == expected)
  }

  @Test(arguments: ["results.json", "{tokens}_{tokens}.json", "", "{token}"])
  func patternsHaveOnePlaceholder(text: String) throws {
    let thrown = try #require(throws: InvalidDocument.self) { try TokensPattern(text) }
    #expect(thrown.description.contains("must have '{tokens}' in it once"))
  }

  @Test func numbersAreWhole() throws {
    for (pattern, file) in [("*5{tokens}*", "576"), ("{tokens}6", "576"), ("a*{tokens}", "b/a/3")] {
      #expect(throws: InvalidDocument.self) { try TokensPattern(pattern).tokens(of: file) }
    }
    #expect(throws: InvalidDocument.self) { try TokensPattern("{tokens}").tokens(of: "") }
    let long = String(repeating: "1", count: 400)
    #expect(throws: InvalidDocument.self) { try TokensPattern("{tokens}").tokens(of: long) }
  }
}
