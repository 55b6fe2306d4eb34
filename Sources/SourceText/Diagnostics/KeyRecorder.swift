/// Takes note of the keys that the readers of a document ask for, which are the keys that its schema
/// has: with a ``DiagnosticSink`` that holds one, decoding a document also says what may be in it.
///
/// Keys are asked for as the document's content demands, so a recorder knows the schema of what was
/// read, not of all that could be.
package final class KeyRecorder {
  /// The keys of one mapping, or of all items of a list, which have the same.
  package struct Keys: Sendable {
    /// The keys that a reader asked for, in the order of asking.
    package fileprivate(set) var asked: [String] = []
    /// The keys that a reader knows and has no use for.
    package fileprivate(set) var withoutUse: [String] = []
    /// Whether a reader came to its end, so that what it did not ask for is unknown.
    package fileprivate(set) var isComplete = false
  }

  /// Where the readers of one mapping, or of all items of a list, take their notes.
  final class Record {
    fileprivate var keys = Keys()
    private var known: Set<String> = []

    func ask(_ key: String) {
      // A reader that is asked again behind its end looks for a place to report at.
      if !keys.isComplete, known.insert(key).inserted { keys.asked.append(key) }
    }

    func finish(withoutUse names: [String]) {
      guard !keys.isComplete else { return }
      keys.withoutUse = names.filter { !known.contains($0) }
      keys.isComplete = true
    }
  }

  private var records: [String: Record] = [:]

  /// The paths at which a list was asked for, with `[i]` for each item of a list around them.
  package private(set) var lists: Set<String> = []

  /// A recorder that knows nothing yet.
  package init() {}

  func noteList(_ path: String) { lists.insert(Self.shape(of: path)) }

  func record(_ path: String) -> Record {
    let shape = Self.shape(of: path)
    if let found = records[shape] { return found }
    let record = Record()
    records[shape] = record
    return record
  }

  /// What is known, by the paths of the mappings that were read, with `[i]` for each item of a list.
  package var keys: [String: Keys] { records.mapValues(\.keys) }

  /// A path with `[i]` for each item of a list: `measurements[i].score`.
  private static func shape(of path: String) -> String {
    guard path.utf8.contains(0x5B) else { return path }
    var shape = ""
    var isInBrackets = false
    for character in path {
      switch character {
      case "[":
        shape += "[i]"
        isInBrackets = true
      case "]": isInBrackets = false
      default: if !isInBrackets { shape.append(character) }
      }
    }
    return shape
  }
}
