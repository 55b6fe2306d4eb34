import BudgetDocuments
import SeededRandom
import Testing

private func read(
  _ text: String, by columns: [String] = []
) throws -> (series: [MeasurementSeries], warnings: [Diagnostic]) {
  try MeasurementSeries.read(csv: SourceFile(name: "t.csv", text: text), seriesColumn: columns)
}

private func failure(_ text: String, by columns: [String] = []) throws -> String {
  try #require(throws: InvalidDocument.self) { try read(text, by: columns) }.description
}

@Suite struct MeasurementSeriesTests {
  @Test(arguments: [
    "tokens,score\n144,52.5\n576,61\n",
    "N;Score\r\n144;52.5\r\n576;61\r\n",
    "\u{FEFF}# by hand\n\n\"score\"\t Vision_Tokens \n52.5\t144\n61\t576",
    ",tokens,score\n0,144,52.5\n1,576,61\n",
    "n_tokens,error,score\n144,9,52.5\n576,9,61\n",
  ])
  func plainTablesAreRead(text: String) throws {
    let (series, warnings) = try read(text)
    #expect(warnings.isEmpty)
    #expect(series.count == 1)
    #expect(series.first?.points.map(\.tokens) == [144, 576])
    #expect(series.first?.points.map(\.score) == [52.5, 61])
    #expect(series.first?.name == nil)
    #expect(series.first?.metric == nil)
    #expect(series.first?.isError == false)
    #expect(series.first?.file == "t.csv")
  }

  @Test func everyColumnIsRead() throws {
    let (series, warnings) = try read(
      """
      llm_params_b,weight,metric,benchmark,error,tokens
      7,2,accuracy,"TextVQA, val",0.5,64
      13,1e-3,accuracy,"TextVQA, val",-1,64.5
      """)
    #expect(warnings.isEmpty)
    let only = try #require(series.first)
    #expect(only.metric == "accuracy")
    #expect(only.isError)
    #expect(only.points.map(\.parametersBillions) == [7, 13])
    #expect(only.points.map(\.weight) == [2, 0.001])
    #expect(only.points.map(\.score) == [0.5, -1])
    let span = SourceSpan(line: 3, column: 33, endLine: 3, endColumn: 35)
    #expect(only.points.last?.place?.span == span)
    #expect(try read("n,score,benchmark\n1,2,MMStar\n").series.first?.metric == "MMStar")
  }

  @Test func seriesComeInOrderOfTheirFirstRow() throws {
    let text = """
      model,benchmark,tokens,score
      b,TextVQA,576,60
      a,TextVQA,144,50
      b,TextVQA,144,55
      b,GQA,144,40
      b,TextVQA,144,56
      """
    let (series, _) = try read(text, by: ["Model", "benchmark"])
    #expect(series.map(\.name) == ["b / TextVQA", "a / TextVQA", "b / GQA"])
    #expect(series.map(\.metric) == ["TextVQA", "TextVQA", "GQA"])
    #expect(series[0].points.map(\.tokens) == [576, 144, 144])
    let named = try read("series,n,score,seed,note\nx,1,2,1,p\ny,1,3,1,q\nx,1,2,2,r\n")
    #expect(named.series.map(\.name) == ["x", "y"])
    #expect(named.series.map(\.points.count) == [2, 1])
    #expect(
      named.warnings.map(\.message) == [
        "rows of one series with the same token count differ in the column 'note'"
      ])
  }

  @Test func severalSeriesAreNotTakenForOne() throws {
    let text = "model,tokens,score,benchmark\na,144,50,GQA\na,144,70,POPE\nb,576,60,GQA\n"
    #expect(
      try failure(text) == """
        t.csv:1:20: error: rows with the same token count differ in the column 'benchmark' \
        [measurements.several-series]
        1 | model,tokens,score,benchmark
          |                    ^~~~~~~~~
          = say which columns tell series apart: series_by: 'benchmark'; or leave out a column \
        that does not matter
        """)
    #expect(try failure("model,n,score,metric\na,1,2,x\nb,1,3,y\n").contains("'model', 'metric'"))
    #expect(try failure("size,n,score\n7,1,2\n13,1,3\n").contains("series_by: 'size'"))
  }

  /// What follows from the token count, or never repeats, tells nothing apart.
  @Test func columnsThatSayLittleAreReadPast() throws {
    let text = "side,detail,tokens,score\n336,low,144,50\n672,high,576,60\n336,low,144,51\n"
    let (series, warnings) = try read(text)
    #expect(series.first?.points.count == 3)
    #expect(warnings.map(\.code.name) == ["measurements.one-series-assumed"])
    #expect(
      warnings.first?.message
        == "the column 'detail' has several values, and all rows are taken for one series")
    #expect(try read("model,seconds,n,score\na,1.5,1,2\na,1.6,2,3\n").warnings.isEmpty)
  }

  @Test(arguments: [
    (
      "tokns,score\n1,2\n",
      """
      t.csv:1:1: error: unknown column 'tokns' [measurements.column]
      1 | tokns,score
        | ^~~~~
        = did you mean 'tokens'?
      """
    ),
    (
      "tokens,acc\n1,2\n",
      """
      t.csv:1:1: error: the header has no column 'score' or 'error' [measurements.column]
      1 | tokens,acc
        | ^~~~~~~~~~
        = columns: 'tokens', 'acc'
      """
    ),
    (
      "tokens,n,score\n1,2,3\n",
      """
      t.csv:1:8: error: the columns 'tokens', 'n' mean the same [measurements.column]
      1 | tokens,n,score
        |        ^
        = keep one of them
      """
    ),
    (
      "tokens,score,Score\n1,2,3\n",
      """
      t.csv:1:14: error: the column 'score' is there twice [measurements.column]
      1 | tokens,score,Score
        |              ^~~~~
        = keep one of the two
      """
    ),
  ])
  func headersSayWhatIsMissing(text: String, expected: String) throws {
    #expect(try failure(text) == expected)
  }

  @Test func headersAreNotRows() throws {
    let text = try failure("144,52.5\n576,61\n")
    #expect(text.contains("the header has no column 'tokens'"))
    #expect(text.contains("the first row must name the columns, for example 'tokens,score'"))
    #expect(try failure("tokens,score\n").contains("[csv.no-rows]"))
    #expect(try failure("").contains("[csv.empty]"))
    let unknown = try failure("n,score,model\n1,2,a\n", by: ["modle", "task"])
    #expect(unknown.contains("no column 'modle' to tell series apart by"))
    #expect(unknown.contains("did you mean 'model'?"))
    #expect(unknown.contains("columns: 'n', 'score', 'model'"))
  }

  @Test func everythingWrongIsReportedTogether() throws {
    #expect(
      try failure("tokens,score,weight\n0,NaN,1\n144,,-1\n1,2\n144,\"52,5\",1\n") == """
        t.csv:2:1: error: 'tokens' must be greater than 0, found 0 [number.out-of-range]
        2 | 0,NaN,1
          | ^
        t.csv:2:3: error: 'score' must be a finite number, found NaN [number.not-finite]
        2 | 0,NaN,1
          |   ^~~
        t.csv:3:5: error: 'score' must be a number, found nothing [document.wrong-type]
        3 | 144,,-1
          |     ^
        t.csv:3:6: error: 'weight' must be greater than 0, found -1 [number.out-of-range]
        3 | 144,,-1
          |      ^~
        t.csv:4:1: error: the row has 2 cells, the header names 3 [csv.cell-count]
        4 | 1,2
          | ^~~
          = a comma stands between cells, also around an empty one
        t.csv:5:5: error: 'score' must be a number, found text '52,5' [document.wrong-type]
        5 | 144,"52,5",1
          |     ^~~~~~
          = write 52.5
        """)
    #expect(try failure("n,score,series\n1,2,\n").contains("'series' must be text, found nothing"))
  }

  @Test func manyProblemsAreCutShort() throws {
    let rows = (0..<50).map { "\($0 + 1),x\n" }.joined()
    let thrown = try #require(throws: InvalidDocument.self) { try read("tokens,score\n" + rows) }
    #expect(thrown.diagnostics.count == 21)
    #expect(thrown.diagnostics.last?.message == "30 further errors are not shown")
  }

  /// A million rows in release; in debug, where nothing is inlined, a tenth of them.
  @Test func largeTablesAreRead() throws {
    #if DEBUG
      let count = 100_000
    #else
      let count = 1_000_000
    #endif
    var bytes = Array("model,tokens,score\n".utf8)
    for row in 0..<count { bytes += Array("m\(row % 3),\(row % 577 + 1),\(row % 1000).25\n".utf8) }
    let source = SourceFile(name: "t.csv", bytes: bytes)
    let clock = ContinuousClock()
    var series: [MeasurementSeries] = []
    let time = try clock.measure {
      series = try MeasurementSeries.read(csv: source, seriesColumn: ["model"]).series
    }
    #expect(series.map(\.name) == ["m0", "m1", "m2"])
    #expect(series.map(\.points.count).reduce(0, +) == count)
    #expect(time < .seconds(20))
    let last = try #require(series[(count - 1) % 3].points.last)
    #expect(last.place?.span.line == count + 1)
  }

  @Test func mutatedTablesNeverTrap() throws {
    let original = Array(
      "\u{FEFF}model;tokens;score;weight\r\n\"a\";144;52.5;1\r\nb;576;\"61\";2\r\n".utf8)
    let alphabet = Array("\",;\n\r0.-eNa# ".utf8) + [0xFF, 0xC3]
    var random = SeededRandom(seed: 7)
    for _ in 0..<1500 {
      let bytes = random.mutated(original, alphabet: alphabet)
      let source = SourceFile(name: "t", bytes: bytes)
      do throws(InvalidDocument) {
        let (series, _) = try MeasurementSeries.read(
          csv: source, seriesColumn: Bool.random(using: &random) ? ["model"] : [])
        for point in series.flatMap(\.points) {
          #expect(point.tokens > 0 && point.tokens.isFinite && point.score.isFinite)
        }
        #expect(!series.isEmpty)
      } catch {
        #expect(!error.diagnostics.isEmpty && !error.description.isEmpty)
      }
    }
  }
}
