import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts new content in place of a file so that a crash leaves the old file or the new one, never a part.
///
/// The content is written to a file beside it, brought to the disk, and renamed over the old one. The
/// mode is kept, the owner where the system lets us, and a symbolic link stays: the file that it leads
/// to is replaced.
enum FileReplacement {
  /// Replaces a file.
  ///
  /// - Throws: ``InvalidDocument`` that says what the system refused; the file is then as it was.
  static func write(_ bytes: [UInt8], to path: String) throws(InvalidDocument) {
    guard let resolved = realpath(path, nil) else { throw failure(path, "found", errno) }
    let target = String(cString: resolved)
    free(resolved)
    var status = stat()
    guard stat(target, &status) == 0 else { throw failure(path, "read", errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw failure(
        path, "this is no regular file",
        suggestion: "use --print, and write the output where it belongs")
    }
    // A file that may not be written is not replaced either, though its folder, or being root, would
    // let us.
    guard status.st_mode & 0o222 != 0 else {
      throw failure(path, "the file is read-only", suggestion: "chmod u+w it first")
    }
    guard access(target, W_OK) == 0 else { throw failure(path, "written", errno) }
    let slash = target.lastIndex(of: "/") ?? target.startIndex
    let folder = String(target[..<slash])
    var template = Array(
      "\(folder)/.\(target[target.index(after: slash)...]).token-budget-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw failure(path, "replaced: its folder cannot be written", errno)
    }
    var isDone = false
    defer {
      close(descriptor)
      if !isDone { unlink(template) }
    }
    if let reason = Terminal.put(bytes, on: descriptor) {
      throw failure(path, "the file cannot be written: \(reason)")
    }
    // The owner first: changing it can clear bits of the mode.
    if fchown(descriptor, status.st_uid, status.st_gid) != 0, errno != EPERM {
      throw failure(path, "written", errno)
    }
    guard fchmod(descriptor, status.st_mode & 0o7777) == 0, fsync(descriptor) == 0,
      rename(template, target) == 0
    else { throw failure(path, "replaced", errno) }
    isDone = true
    // The name too must reach the disk; a folder that cannot be opened is no failure of the file.
    let parent = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }

  private static func failure(_ path: String, _ what: String, _ code: Int32) -> InvalidDocument {
    let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    return failure(path, "the file cannot be \(what): \(reason)")
  }

  static func failure(
    _ path: String, _ message: String, suggestion: Suggestion? = nil
  ) -> InvalidDocument {
    InvalidDocument(
      file: path,
      diagnostics: [
        Diagnostic(
          code: .fileNotWritable, severity: .error, message: message, suggestion: suggestion,
          file: path)
      ])
  }
}

extension InvalidDocument {
  /// Whether nothing is wrong but that a file cannot be written: a failure of the system, not of the input.
  var isUnwritable: Bool {
    !diagnostics.isEmpty && diagnostics.allSatisfy { $0.code == .fileNotWritable }
  }
}

extension Diagnostic.Code {
  /// A file cannot be written or replaced.
  static let fileNotWritable = Self("file.not-writable")
}
