/// Numbers in spellings that are not read, to say what is meant.
enum NumberSpelling {
  /// Whether a text is a common name of infinity or not-a-number.
  static func isNonFinite(_ text: String) -> Bool {
    guard text.utf8.count <= 9 else { return false }
    return ["nan", "inf", "+inf", "-inf", "infinity", "-infinity"].contains(text.lowercased())
  }

  /// What a writer meant by a number in another spelling: digits in quotes, groups of digits set
  /// apart, or a decimal comma.
  static func plain(_ text: String) -> String? {
    guard text.utf8.count <= 40 else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let isGrouped = parts.dropFirst().allSatisfy { part in
      part.utf8.count == 3 && part.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }
    let plain: String
    switch parts.count {
    case 1: plain = text.filter { $0 != "_" }
    // `1,000` is a thousand to some and one to others.
    case 2: plain = isGrouped ? "" : parts.joined(separator: ".")
    default: plain = isGrouped ? parts.joined() : ""
    }
    return ExactDecimal(plain) == nil ? nil : plain
  }
}
