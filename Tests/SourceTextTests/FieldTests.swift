import Testing

@testable import SourceText

private let units = UnitTable(
  dimension: "a count", example: "5 TFLOP",
  units: [
    .init("FLOP"), .init("GFLOP", powerOfTen: 9), .init("TFLOP", powerOfTen: 12),
    .init("EFLOP", powerOfTen: 18), .init("MAC", multiplier: 2),
  ])
private let time = UnitTable(
  dimension: "time", example: "250 ms", units: [.init("ms", powerOfTen: -3), .init("s")])
private let memory = UnitTable(
  dimension: "memory", example: "24 GiB", units: [.init("GiB", multiplier: 1 << 30)])

/// Reads `value: TEXT` with `read` and returns the result and the codes reported.
private func reading<Value>(
  _ text: String, _ read: (Field) -> Value?
) throws -> (value: Value?, codes: [String]) {
  let sink = DiagnosticSink(SourceFile(name: "t", text: "value: \(text)\n"))
  let root = try #require(Field.document(sink.source, sink: sink), "\(sink.failure)")
  var reader = try #require(root.mapping())
  let value = reader.required("value").flatMap(read)
  reader.finish()
  return (value, sink.diagnostics.map(\.code.name))
}

@Suite struct FieldTests {
  @Test(
    arguments: [
      ("5 TFLOP", 5_000_000_000_000), ("5TFLOP", 5_000_000_000_000), ("0.5 GFLOP", 500_000_000),
      ("1.5e1 FLOP", 15), ("3 MAC", 6), ("2 EFLOP", 2_000_000_000_000_000_000),
      ("2EFLOP", 2_000_000_000_000_000_000), ("1e3EFLOP", 1_000_000_000_000_000_000_000),
      ("7.9 FLOP", 7), ("'5 GFLOP'", 5_000_000_000), ("-1.5 FLOP", -2),
      ("0.000000001 GFLOP", 1),
      ("12345678901234567890123456789.9 FLOP", 12_345_678_901_234_567_890_123_456_789),
    ] as [(String, Int128)])
  func quantitiesAreExact(text: String, flops: Int128) throws {
    let (value, codes) = try reading(text) { $0.quantity(units)?.roundedDownInBaseUnit }
    #expect(value == flops)
    #expect(codes.isEmpty)
  }

  @Test func binaryPrefixesAreExact() throws {
    let gib = try reading("24 GiB") { $0.quantity(memory)?.roundedDownInBaseUnit }
    #expect(gib.value == Int128(25_769_803_776))
    let ms = try reading("2500 ms") { $0.quantity(time)?.roundedDownInBaseUnit }
    #expect(ms.value == 2)
  }

  @Test(arguments: [
    ("5", "unit.missing"), ("5e12", "unit.missing"), ("250 ms", "unit.wrong"),
    ("5 TFLOPs", "unit.wrong"), ("5 tflop", "unit.wrong"), ("5 apples", "unit.wrong"),
    ("TFLOP", "document.wrong-type"), (".nan TFLOP", "number.not-finite"),
    (".inf", "number.not-finite"), ("-.inf TFLOP", "number.not-finite"),
    ("true", "document.wrong-type"), ("", "document.wrong-type"),
    ("[5 TFLOP]", "document.wrong-type"),
    ("5 5 TFLOP", "unit.wrong"), ("\"\"", "document.wrong-type"),
    ("1.2.3 TFLOP", "document.wrong-type"),
  ])
  func badQuantitiesHaveOneDiagnostic(text: String, code: String) throws {
    let (value, codes) = try reading(text) { $0.quantity(units, insteadOf: [time]) }
    #expect(value == nil)
    #expect(codes == [code])
  }

  @Test func otherDimensionsAreNamed() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "250 ms"))
    let root = try #require(Field.document(sink.source, sink: sink))
    #expect(root.quantity(units, insteadOf: [time]) == nil)
    #expect(
      sink.diagnostics.first?.message == "the document is a count, but 'ms' is a unit of time")
  }

  @Test(arguments: [
    ("576", 576), ("0x240", 576), ("0o1100", 576), ("576.0", 576), ("1e6", 1_000_000),
    ("5.76e2", 576), ("-0", 0), ("+7", 7),
  ])
  func integersMayBeSpelledAsDecimals(text: String, expected: Int) throws {
    let (value, codes) = try reading(text) { $0.integer(in: 0...10_000_000) }
    #expect(value == expected)
    #expect(codes.isEmpty)
  }

  @Test(arguments: [
    ("1.5", "number.not-whole"), ("-1", "number.out-of-range"), ("1e9", "number.out-of-range"),
    ("1e400", "number.out-of-range"),
    ("99999999999999999999999999999999999999999", "number.out-of-range"),
    ("1e-400", "number.not-whole"), (".nan", "number.not-finite"), ("NaN", "number.not-finite"),
    ("-Infinity", "number.not-finite"), ("1_000", "document.wrong-type"),
    ("'576'", "document.wrong-type"), ("yes", "document.wrong-type"), ("~", "document.wrong-type"),
    ("0x", "document.wrong-type"), ("0x-5", "document.wrong-type"), ("1e", "document.wrong-type"),
    (".", "document.wrong-type"), ("{a: 1}", "document.wrong-type"),
  ])
  func badIntegersHaveOneDiagnostic(text: String, code: String) throws {
    let (value, codes) = try reading(text) { $0.integer(in: 0...10_000_000) }
    #expect(value == nil)
    #expect(codes == [code])
  }

  @Test(arguments: [
    ("0.1", 0.1), (".5", 0.5), ("5.", 5), ("-2.5E-3", -0.0025), ("1e-400", 0),
    ("0.30000000000000004", 0.30000000000000004),
    ("123456789012345678901234567890", 1.2345678901234568e29),
  ])
  func numbersAreRoundedOnce(text: String, expected: Double) throws {
    let (value, codes) = try reading(text) { $0.number() }
    #expect(value == expected)
    #expect(codes.isEmpty)
  }

  @Test func numbersOutsideTheirDomainAreRefused() throws {
    #expect(try reading("0") { $0.number(.positive) }.codes == ["number.out-of-range"])
    #expect(try reading("-1") { $0.number(.nonNegative) }.codes == ["number.out-of-range"])
    #expect(try reading("1e999") { $0.number() }.codes == ["number.not-finite"])
    #expect(try reading("3") { $0.number(.within(0...2)) }.codes == ["number.out-of-range"])
  }

  @Test(
    arguments: [
      ("'576'", "write 576"), ("1_000", "write 1000"), ("52,5", "write 52.5"),
      ("'0,23'", "write 0.23"), ("1,5e3", "write 1.5e3"), ("1,000,000", "write 1000000"),
      ("1,000", nil), ("1,00,000", nil), ("abc", nil),
    ] as [(String, String?)])
  func otherSpellingsOfNumbersAreUnderstood(text: String, suggestion: String?) throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: text))
    let root = try #require(Field.document(sink.source, sink: sink))
    #expect(root.number() == nil)
    #expect(sink.diagnostics.map(\.suggestion?.description) == [suggestion])
  }

  @Test func decimalCommasBetweenBracesAreNamed() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "{ score: 52,5 }"))
    let root = try #require(Field.document(sink.source, sink: sink))
    var reader = try #require(root.mapping())
    _ = reader.optional("score")
    reader.finish()
    #expect(
      sink.diagnostics.first?.suggestion?.description.hasPrefix("decimals take a point") == true)
  }

  @Test func wordsSuggestTheNearest() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "scroe"))
    let root = try #require(Field.document(sink.source, sink: sink))
    #expect(root.word(among: ["flops", "score"]) == nil)
    #expect(sink.diagnostics.first?.suggestion == "did you mean 'score'?")
  }

  @Test func taggedScalarsFollowTheirTag() throws {
    #expect(try reading("!!str 5") { $0.text() }.value == "5")
    #expect(try reading("! 5") { $0.text() }.value == "5")
    #expect(try reading("!!int 5") { $0.number() }.value == 5)
    #expect(try reading("!!float 5") { $0.number() }.value == 5)
    #expect(try reading("!!bool true") { $0.bool() }.value == true)
    #expect(try reading("2026-11-22") { $0.label() }.value == "2026-11-22")
  }
}

@Suite struct MappingReaderTests {
  private func diagnostics(_ text: String, required: [String], optional: [String] = []) throws
    -> [Diagnostic]
  {
    let sink = DiagnosticSink(SourceFile(name: "t", text: text))
    let root = try #require(Field.document(sink.source, sink: sink))
    var reader = try #require(root.mapping())
    for key in required { _ = reader.required(key) }
    for key in optional { _ = reader.optional(key) }
    reader.finish(unavailable: ["later": "comes later"], unused: ["extra": "is not used"])
    return sink.diagnostics
  }

  @Test func aMisspeltRequiredKeyIsReportedOnce() throws {
    let found = try diagnostics("objectve: 1\n", required: ["objective"])
    #expect(found.map(\.code.name) == ["document.unknown-key"])
    #expect(found.first?.suggestion == "did you mean 'objective'?")
  }

  @Test func allProblemsComeTogetherInSourceOrder() throws {
    let found = try diagnostics(
      "zzz: 1\nlater: 2\nextra: 3\nlimts: 4\n", required: ["id"], optional: ["limits"])
    #expect(
      found.map(\.code.name) == [
        "document.unknown-key", "document.missing-key", "document.unavailable-key",
        "document.unused-key", "document.unknown-key",
      ])
    #expect(found.map(\.severity) == [.error, .error, .error, .warning, .error])
  }

  @Test func warningsDoNotHideErrors() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "abc"))
    for _ in 0..<500 { sink.warn(.unusedKey, "odd", at: 0..<1) }
    sink.report(.wrongType, "wrong", at: 2..<3)
    #expect(sink.hasErrors)
    #expect(sink.diagnostics.filter { $0.severity == .error }.map(\.message) == ["wrong"])
    #expect(sink.diagnostics.last?.message == "400 further warnings are not shown")
  }

  @Test func aMisspeltKeyIsFoundByReadersThatStopEarly() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "Kind: policy"))
    let root = try #require(Field.document(sink.source, sink: sink))
    var reader = try #require(root.mapping())
    _ = reader.required("kind")
    reader.reportMissing()
    #expect(sink.diagnostics.map(\.code.name) == ["document.unknown-key"])
    #expect(sink.diagnostics.first?.suggestion == "did you mean 'kind'?")
  }

  @Test func badValuesBehindAnAliasAreReportedAtTheAlias() throws {
    let sink = DiagnosticSink(SourceFile(name: "t", text: "a: &x 5\nb: *x\n"))
    let root = try #require(Field.document(sink.source, sink: sink))
    var reader = try #require(root.mapping())
    #expect(reader.optional("b")?.text() == nil)
    #expect(sink.diagnostics.first?.span?.line == 2)
  }

  @Test func manyProblemsAreCutShort() throws {
    let text = (0..<100_000).map { "k\($0): 1\n" }.joined()
    let found = try diagnostics(text, required: [])
    #expect(found.count == DiagnosticSink.limit + 1)
    #expect(found.last?.message == "99900 further errors are not shown")
  }
}

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("objectve", "objective"), ("kv-heads", "kv_heads"), ("Layers", "layers"),
    ("maxflops", "max_flops"), ("hiden", "hidden"), ("objetcive", "objective"),
  ])
  func findsWhatWasMeant(name: String, meant: String) {
    let known = ["objective", "kv_heads", "layers", "max_flops", "hidden", "heads"]
    #expect(nearestName(to: name, among: known) == meant)
  }

  @Test func doesNotGuessWildly() {
    #expect(nearestName(to: "temperature", among: ["tokens", "layers"]) == nil)
    #expect(nearestName(to: "min_flops", among: ["max_flops"]) == nil)
    #expect(nearestName(to: "", among: ["a"]) == nil)
    #expect(nearestName(to: String(repeating: "x", count: 10_000), among: ["x"]) == nil)
  }
}
