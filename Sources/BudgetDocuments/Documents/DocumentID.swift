import SourceText

/// What documents may be called.
package enum DocumentID {
  /// Whether a text is up to 100 lower-case letters, digits, hyphens and points.
  package static func isValid(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count) && text.utf8.allSatisfy(isKept)
  }

  /// An id from a path: the name of the file, or of the folder that a `config.json` lies in.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - fallback: The id where the name has no letter or digit to keep.
  package static func fromPath(_ path: String, fallback: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    var name = parts.last ?? ""
    for ending in [".json", ".yaml", ".yml"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    if name == "config", parts.count > 1 { name = parts[parts.count - 2] }
    return fromName(name, fallback: fallback)
  }

  /// An id from a name: everything that an id cannot hold becomes a hyphen, one for each run.
  ///
  /// - Parameters:
  ///   - name: Any text.
  ///   - fallback: The id where nothing is left.
  package static func fromName(_ name: String, fallback: String) -> String {
    var text = ""
    for byte in name.lowercased().utf8 {
      if isKept(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else if text.last != "-" {
        text += "-"
      }
    }
    text = String(text.prefix(100))
    return text.contains { $0.isLetter || $0.isNumber } ? text : fallback
  }

  /// The id that was probably meant; `nil` where none is near.
  package static func nearest(to id: String, among ids: [String]) -> String? {
    nearestName(to: id, among: ids)
  }

  private static func isKept(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
  }
}
