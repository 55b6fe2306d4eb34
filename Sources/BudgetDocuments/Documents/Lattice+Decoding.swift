import BudgetSearch
import SourceText

extension Lattice {
  /// Reads `{ integers: { min, max } }`, `{ squares: { max } }`, `{ multiples: { of, max } }` or
  /// `{ list: [ … ] }`.
  static func decode(_ field: Field) -> Lattice? {
    guard var reader = field.mapping() else { return nil }
    let integers = reader.optional("integers")
    let squares = reader.optional("squares")
    let multiples = reader.optional("multiples")
    let list = reader.optional("list")
    reader.finish()
    let given = [integers, squares, multiples, list].compactMap { $0 }
    guard given.count == 1 else {
      // A misspelt key is reported already; nothing else is then known to be wrong.
      if !(given.isEmpty && !reader.keys.isEmpty) {
        field.report(
          .latticeShape,
          "\(field.name) must have exactly one of 'integers', 'squares', 'multiples' and 'list'",
          suggestion: "for example 'lattice: { integers: { min: 1, max: 576 } }'")
      }
      return nil
    }
    let shape: Shape?
    if let integers {
      shape = bounds(integers, "min").map { .integers(min: $0, max: $1) }
    } else if let squares {
      shape = bounds(squares, nil).map { .squares(max: $1) }
    } else if let multiples {
      shape = bounds(multiples, "of").map { .multiples(of: $0, max: $1) }
    } else {
      shape = list.flatMap(members)
    }
    guard let shape else { return nil }
    do {
      return try Lattice(shape)
    } catch {
      given[0].report(.latticeEmpty, "\(given[0].name) has no member: no token count satisfies it")
      return nil
    }
  }

  /// Reads `{ first: …, max: … }`, or `{ max: … }` alone.
  private static func bounds(_ field: Field, _ first: String?) -> (Int, Int)? {
    guard var reader = field.mapping() else { return nil }
    var low: Int? = 1
    if let first { low = reader.required(first)?.integer(in: 1...Int.max) }
    let high = reader.required("max")?.integer(in: 0...Int.max)
    reader.finish()
    guard let low, let high else { return nil }
    return (low, high)
  }

  private static func members(_ field: Field) -> Shape? {
    guard let items = field.items() else { return nil }
    var seen: Set<Int> = []
    var members: [Int] = []
    var repetitions: [(item: Field, tokens: Int)] = []
    for item in items {
      guard let tokens = item.integer(in: 1...Int.max) else { continue }
      if seen.insert(tokens).inserted {
        members.append(tokens)
      } else {
        repetitions.append((item, tokens))
      }
    }
    if let (item, tokens) = repetitions.first {
      item.warn(
        .latticeRepeats,
        "\(tokens) stands in the list already"
          + (repetitions.count > 1
            ? ", and \(grouped(repetitions.count - 1)) others behind it do too" : "")
      )
    }
    return members.count == items.count || !field.sink.hasErrors ? .list(members) : nil
  }
}

extension Diagnostic.Code {
  /// A lattice is given in no known way, or in several.
  public static let latticeShape = Self("lattice.shape")
  /// A lattice holds no token count.
  public static let latticeEmpty = Self("lattice.empty")
  /// A list holds a token count twice.
  public static let latticeRepeats = Self("lattice.repeated-member")
}
