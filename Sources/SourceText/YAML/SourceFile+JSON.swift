extension SourceFile {
  /// The file with escapes of surrogates, which JSON has and YAML has not, replaced by as many bytes:
  /// positions stay, and no value that is read holds one.
  package var withoutSurrogateEscapes: SourceFile {
    var bytes = bytes
    var index = 0
    var hasChanged = false
    while index + 6 <= bytes.count {
      guard bytes[index] == 0x5C else {
        index += 1
        continue
      }
      // An escaped backslash escapes nothing else.
      guard bytes[index + 1] == 0x75 else {
        index += 2
        continue
      }
      let isSurrogate =
        bytes[index + 2] | 0x20 == 0x64 && "89abAB".utf8.contains(bytes[index + 3])
        || bytes[index + 2] | 0x20 == 0x64 && "cdefCDEF".utf8.contains(bytes[index + 3])
      if isSurrogate {
        bytes.replaceSubrange(index..<(index + 6), with: Array("\\ufffd".utf8))
        hasChanged = true
      }
      index += 6
    }
    return hasChanged ? SourceFile(name: name, bytes: bytes) : self
  }
}
