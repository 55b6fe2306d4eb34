import SourceText

/// Finds columns that tell several series of one table apart, though nobody said that they do.
///
/// Rows of one series with the same token count are repetitions. Where such rows differ in a column
/// with, say, a model's name, they are not, and taking them for one series would be a silent error.
struct SeriesDistinctions {
  /// What is known of one column.
  private struct Column {
    let index: Int
    /// Hash of the value in the first row.
    var first: UInt64?
    /// Hash of the first value for each token count of each series.
    var values: [UInt64] = []
    var isText = false
    var varies = false
    /// Whether rows of one series with the same token count differ in it.
    var tellsApart = false
  }

  /// One token count of one series.
  private struct Key: Hashable {
    let series: Int
    let tokens: Double
  }

  private var columns: [Column]
  /// The token counts of each series, numbered as they come.
  private var counts: [Key: Int] = [:]

  init(columns: [Int]) { self.columns = columns.map { Column(index: $0) } }

  /// Takes a row in.
  mutating func add(_ series: Int, tokens: Double, _ reader: CSVReader) {
    guard !columns.isEmpty else { return }
    let key = Key(series: series, tokens: tokens)
    let number = counts[key] ?? counts.count
    if number == counts.count { counts[key] = number }
    for index in columns.indices where !columns[index].tellsApart {
      let cell = reader[columns[index].index]
      let value = cell.hash
      if columns[index].first == nil { columns[index].first = value }
      if columns[index].first != value { columns[index].varies = true }
      if !columns[index].isText { columns[index].isText = cell.plainNumber == nil }
      if number == columns[index].values.count {
        columns[index].values.append(value)
      } else if columns[index].values[number] != value {
        columns[index].tellsApart = true
        columns[index].values = []
      }
    }
  }

  /// Reports the columns that tell series apart, and remarks on those that may.
  ///
  /// - Parameter areNamed: Whether series are told apart already. What else differs may then be as
  ///   little as a seed, and is no error.
  func report(areNamed: Bool, _ reader: CSVReader) {
    let apart = columns.filter(\.tellsApart)
    if let first = apart.first, !areNamed {
      let names = apart.map { reader.names[$0.index] }
      // The most telling choice is not known; a benchmark's or a model's name is the usual one.
      let usual = ["benchmark", "model"].first { name in names.contains { $0.lowercased() == name }
      }
      reader.sink.report(
        .measurementSeries,
        "rows with the same token count differ in the "
          + "\(names.count == 1 ? "column" : "columns") \(MeasurementColumns.list(names))",
        at: reader.header[first.index].range,
        suggestion:
          "say which columns tell series apart: \(parameter: .seriesBy, quoted(usual ?? names[0])); "
          + "or leave out a column that does not matter")
      return
    }
    for column in columns where column.isText && (areNamed ? column.tellsApart : column.varies) {
      let name = quoted(reader.names[column.index])
      reader.sink.warn(
        .measurementSeriesUnclear,
        areNamed
          ? "rows of one series with the same token count differ in the column \(name)"
          : "the column \(name) has several values, and all rows are taken for one series",
        at: reader.header[column.index].range,
        suggestion: "if it tells series apart, name it with \(parameter: .seriesBy)")
    }
  }
}

extension CSVCell {
  /// FNV-1a of the cell's bytes: values are only compared, and a string for each would cost more.
  fileprivate var hash: UInt64 {
    sink.source.bytes.withUnsafeBufferPointer { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
      return hash
    }
  }
}

extension Diagnostic.Code {
  /// Rows of several series, and nothing says which belong together.
  public static let measurementSeries = Self("measurements.several-series")
  /// A column may tell series apart, and was not named.
  public static let measurementSeriesUnclear = Self("measurements.one-series-assumed")
}
