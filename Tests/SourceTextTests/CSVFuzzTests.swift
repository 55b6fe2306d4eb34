import SeededRandom
import Testing

@testable import SourceText

/// Whatever the bytes are, reading them ends, traps nowhere, and says something where it fails.
@Suite struct CSVFuzzTests {
  private static let seeds = [
    "tokens,score\n144,52.5\n576,61\n",
    "\u{FEFF}\"n\";\"größe\"\r\n\"1\"\"2\";\"a\r\nb\"\r\n",
    "# c\n\na\tb\tc\n1\t2\t3\n\n4\t5\t6",
  ]

  @Test(arguments: 0..<3) func mutatedTablesNeverTrap(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let alphabet = Array("\",;\t\r\n #0.1e-é\u{FEFF}".utf8) + [0x00, 0xFF, 0xC3]
    for _ in 0..<400 {
      let bytes = random.mutated(Array(Self.seeds[seed].utf8), alphabet: alphabet)
      let sink = CSVReader.sink(for: SourceFile(name: "t", bytes: bytes))
      guard var reader = CSVReader(sink) else {
        #expect(sink.hasErrors)
        continue
      }
      var end = reader.headerRange.upperBound
      while reader.advance() {
        #expect(reader.rowRange.lowerBound >= end)
        end = reader.rowRange.upperBound
        for column in reader.names.indices {
          let cell = reader[column]
          #expect(cell.range.upperBound <= bytes.count)
          let isNumber = cell.plainNumber != nil
          #expect(cell.number() == nil || isNumber)
          _ = cell.text()
        }
      }
      for diagnostic in sink.diagnostics { _ = diagnostic.rendered() }
    }
  }
}
