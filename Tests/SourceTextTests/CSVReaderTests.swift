import Testing

@testable import SourceText

/// Every row's cells as text, and what was reported.
private func table(
  _ bytes: [UInt8], byteLimit: Int = CSVReader.defaultByteLimit
) -> (names: [String], rows: [[String]], problems: [Diagnostic]) {
  let sink = CSVReader.sink(for: SourceFile(name: "t.csv", bytes: bytes))
  var rows: [[String]] = []
  guard var reader = CSVReader(sink, byteLimit: byteLimit) else {
    #expect(sink.hasErrors)
    return ([], [], sink.diagnostics)
  }
  while reader.advance() { rows.append(reader.names.indices.map { reader[$0].content }) }
  return (reader.names, rows, sink.diagnostics)
}

private func table(
  _ text: String, byteLimit: Int = CSVReader.defaultByteLimit
) -> (names: [String], rows: [[String]], problems: [Diagnostic]) {
  table(Array(text.utf8), byteLimit: byteLimit)
}

/// What reading the numbers of every row reports, as a terminal shows it.
private func rendered(_ text: String, _ domain: NumberDomain = .finite) -> [String] {
  let sink = CSVReader.sink(for: SourceFile(name: "t.csv", text: text))
  guard var reader = CSVReader(sink) else { return sink.diagnostics.map { $0.rendered() } }
  while reader.advance() {
    for column in reader.names.indices where reader.names[column] != "text" {
      _ = reader[column].number(domain)
    }
  }
  return sink.diagnostics.map { $0.rendered() }
}

@Suite struct CSVReaderTests {
  @Test(
    arguments: [
      ("a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
      ("a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
      ("a,b\r1,2\r3,4", [["1", "2"], ["3", "4"]]),
      ("a;b\n1;2,5\n", [["1", "2,5"]]),
      ("a\tb\n1\t2 3\n", [["1", "2 3"]]),
      ("a\tb\n1\t\n\t2\n", [["1", ""], ["", "2"]]),
      ("a,b\n\n1,2\n  \n3,4\n\n", [["1", "2"], ["3", "4"]]),
      ("# made by hand\n \n  # twice, too\na,b\n1,2\n", [["1", "2"]]),
      ("a,b\n#1,2\n", [["#1", "2"]]),
      ("\u{FEFF}a,b\n1,2", [["1", "2"]]),
      ("\"a\",\"b\"\n\"x, \"\"y\"\"\",\"one\ntwo\"\n", [["x, \"y\"", "one\ntwo"]]),
      ("a,b\n\"x\r\ny\",2\n", [["x\r\ny", "2"]]),
      ("a,b\n 1 , \"2 \" \n", [["1", "2 "]]),
      ("a,b\n1,\n,2\n,\n", [["1", ""], ["", "2"], ["", ""]]),
      ("a,b\n\"\",\"\"\"\"\n", [["", "\""]]),
      ("a\n\"\"\n1\n", [[""], ["1"]]),
      ("\"a;b\",c\n1,2\n", [["1", "2"]]),
    ] as [(String, [[String]])])
  func rowsAreRead(text: String, rows: [[String]]) {
    let found = table(text)
    #expect(found.rows == rows)
    #expect(found.problems.isEmpty)
  }

  @Test func namesAreReadWithoutQuotes() {
    #expect(table("\u{FEFF}\"größe\", b \n1,2").names == ["größe", "b"])
    #expect(table("\"one\ntwo\";\"x,y,z\"\n1;2").names == ["one\ntwo", "x,y,z"])
  }

  @Test(arguments: [
    ("", "csv.empty", 0, 0),
    ("\u{FEFF}", "csv.empty", 0, 0),
    ("# only this", "csv.empty", 0, 0),
    ("\n  \r\n", "csv.empty", 0, 0),
    ("a,b\n", "csv.no-rows", 1, 1),
    ("a,b", "csv.no-rows", 1, 1),
    ("a,b\n1\n", "csv.cell-count", 2, 1),
    ("a,b\n1,2,3,4\n", "csv.cell-count", 2, 5),
    ("a,b\n1,\"2\n", "csv.quote", 2, 3),
    ("a,b\n1,2\"\n", "csv.quote", 2, 4),
    ("a,b\n\"1\"x,2\n", "csv.quote", 2, 4),
    ("a,\"b\n1,2\n", "csv.quote", 1, 3),
  ])
  func problemsPointAtTheirPlace(text: String, code: String, line: Int, column: Int) {
    let found = table(text)
    #expect(found.rows.isEmpty)
    #expect(found.problems.map(\.code.name) == [code])
    #expect(found.problems.first?.span?.line ?? 0 == line)
    #expect(found.problems.first?.span?.column ?? 0 == column)
  }

  @Test func raggedRowsAreNeverPadded() {
    let text = "a,b\n1,2\n3\n4,5,6\n7,8\n"
    #expect(table(text).rows == [["1", "2"], ["7", "8"]])
    #expect(
      rendered(text) == [
        """
        t.csv:3:1: error: the row has 1 cell, the header names 2 [csv.cell-count]
        3 | 3
          | ^
          = a comma stands between cells, also around an empty one
        """,
        """
        t.csv:4:5: error: the row has 3 cells, the header names 2 [csv.cell-count]
        4 | 4,5,6
          |     ^
          = decimals take a point; a text with a comma stands in quotes
        """,
      ])
  }

  @Test func textThatIsNotUTF8IsLocated() {
    let found = table(Array("a,b\n1,".utf8) + [0xFF, 0x0A])
    #expect(found.problems.map(\.code.name) == ["yaml.encoding"])
    #expect(found.problems.first?.span?.line == 2)
    #expect(found.problems.first?.span?.column == 3)
  }

  @Test func sizeIsBounded() {
    let found = table("a,b\n1,2\n", byteLimit: 7)
    #expect(found.problems.map(\.code.name) == ["file.too-large"])
    #expect(found.problems.first?.message == "the file is larger than the limit of 7 bytes")
    #expect(CSVReader.defaultByteLimit == 268_435_456)
    let wide = String(repeating: ",", count: 20_000)
    #expect(table(wide).problems.map(\.code.name) == ["csv.too-many-columns"])
    let long = table("a,b\n" + wide)
    #expect(long.problems.map(\.message) == ["the row has 20001 cells, the header names 2"])
  }

  @Test func manyProblemsAreCutShort() {
    let found = table("a,b\n" + String(repeating: "1\n", count: 1000))
    #expect(found.problems.count == 21)
    #expect(
      found.problems.last?.rendered() == """
        t.csv: note: 980 further errors are not shown [document.more-problems]
        """)
  }
}

@Suite struct CSVCellTests {
  private func number(_ cell: String) throws -> Double? {
    let sink = CSVReader.sink(for: SourceFile(name: "t", text: "a;b\n\(cell);1\n"))
    var reader = try #require(CSVReader(sink))
    let isRow = reader.advance()
    #expect(isRow)
    return reader[0].number()
  }

  @Test(
    arguments: [
      ("52.1", 52.1), ("-0.5", -0.5), ("+7", 7), (".5", 0.5), ("5.", 5), ("1e3", 1000),
      ("0.1", 0.1), ("123456789012345", 123456789012345), ("0.000000000000001", 1e-15),
      ("0.30000000000000004", 0.30000000000000004), ("\"52.1\"", 52.1), (" 3 ", 3),
      ("9007199254740993", 9007199254740992), ("2.5E-3", 0.0025), ("0x10", 16), ("1e-400", 0),
    ] as [(String, Double)])
  func numbersAreReadAsInDocuments(cell: String, expected: Double) throws {
    #expect(try number(cell) == expected)
  }

  /// The short way of plain decimals gives what the standard library's conversion gives.
  @Test func plainDecimalsAreRoundedOnce() throws {
    for numerator in stride(from: 1, through: 999_999_999_999_999, by: 9_973_000_000_019) {
      for decimals in 1...15 {
        let digits = String(numerator)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let text = padded.dropLast(decimals) + "." + padded.suffix(decimals)
        #expect(try number(String(text)) == Double(text))
      }
    }
  }

  @Test func badNumbersSayWhatWasFound() {
    #expect(
      rendered("text;n\nx;\"52,5\"\nx;NaN\nx;\nx;abc\nx;1e999\nx;45%\nx;-inf\n") == [
        """
        t.csv:2:3: error: 'n' must be a number, found text '52,5' [document.wrong-type]
        2 | x;"52,5"
          |   ^~~~~~
          = write 52.5
        """,
        """
        t.csv:3:3: error: 'n' must be a finite number, found NaN [number.not-finite]
        3 | x;NaN
          |   ^~~
        """,
        """
        t.csv:4:3: error: 'n' must be a number, found nothing [document.wrong-type]
        4 | x;
          |   ^
        """,
        """
        t.csv:5:3: error: 'n' must be a number, found text 'abc' [document.wrong-type]
        5 | x;abc
          |   ^~~
        """,
        """
        t.csv:6:3: error: 'n' is too large: 1e999 [number.not-finite]
        6 | x;1e999
          |   ^~~~~
        """,
        """
        t.csv:7:3: error: 'n' must be a number, found text '45%' [document.wrong-type]
        7 | x;45%
          |   ^~~
          = leave out the '%'
        """,
        """
        t.csv:8:3: error: 'n' must be a finite number, found -inf [number.not-finite]
        8 | x;-inf
          |   ^~~~
        """,
      ])
    #expect(
      rendered("n\n0\n", .positive) == [
        """
        t.csv:2:1: error: 'n' must be greater than 0, found 0 [number.out-of-range]
        2 | 0
          | ^
        """
      ])
  }

  /// Lines and columns are those of the file, whatever stands before the cell.
  @Test func columnsCountScalars() {
    #expect(
      rendered("\u{FEFF}text,n\r\n\"größe\r\n日本\",x\r\n") == [
        """
        t.csv:3:5: error: 'n' must be a number, found text 'x' [document.wrong-type]
        3 | 日本",x
          |       ^
        """
      ])
  }

  @Test func cellsKnowTheirPlace() throws {
    let sink = CSVReader.sink(for: SourceFile(name: "t", text: "a,b\n1,é2\n"))
    var reader = try #require(CSVReader(sink))
    let isRow = reader.advance()
    #expect(isRow)
    #expect(reader[1].place.span == SourceSpan(line: 2, column: 3, endLine: 2, endColumn: 5))
    #expect(reader[1].location.place == reader[1].place)
    #expect(reader[1].location == reader[1].location)
    #expect(reader[0].location != reader[1].location)
    #expect(reader[0].text() == "1")
    let more = [reader.advance(), reader.advance()]
    #expect(more == [false, false])
    #expect(sink.diagnostics.isEmpty)
  }

  @Test func messagesStayShort() throws {
    let long = String(repeating: "é", count: 100_000)
    let found = rendered("n\n\(long)\n1\(String(repeating: "0", count: 5000))\n")
    #expect(found.count == 2)
    for text in found { #expect(text.utf8.count < 1000) }
  }
}
