import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts content in place of a file so that a crash or a full disk leaves the old file or the new one, never a part.
///
/// The only writer of files. The content is written to a file beside it, brought to the disk, and renamed over the
/// old one. The mode is kept, the owner where the system lets us, and a symbolic link stays: the file that it leads
/// to is replaced. Where there is no file one is made, with the mode that the process gives new files.
enum FileReplacement {
  /// Replaces a file that is there.
  ///
  /// - Parameters:
  ///   - read: What the new content was made from. The file must still hold it when it is replaced, so that what
  ///     another program wrote meanwhile is not lost.
  ///   - put: What writes bytes to a descriptor, and says why it could not; tests pass one that fails.
  /// - Throws: ``InvalidDocument`` that says what the system refused; the file is then as it was.
  static func write(
    _ bytes: [UInt8], to path: String, madeFrom read: SourceFile,
    put: ([UInt8], Int32) -> String? = { Terminal.put($0, on: $1) }
  ) throws(InvalidDocument) {
    guard let target = resolved(path) else { throw failure(path, "found", errno) }
    try replace(target, named: path, with: bytes, madeFrom: read, put)
  }

  /// Writes a file, new or over one that is there; what is no regular file, such as a pipe, is written to.
  ///
  /// - Throws: ``InvalidDocument`` that says what the system refused; a file that was there is then as it was.
  static func write(
    _ bytes: [UInt8], to path: String,
    put: ([UInt8], Int32) -> String? = { Terminal.put($0, on: $1) }
  ) throws(InvalidDocument) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw failure(path, "written", errno) }
      return try place(bytes, at: linked(path), named: path, put) { _ throws(InvalidDocument) in }
    }
    if status.st_mode & S_IFMT == S_IFREG {
      guard let target = resolved(path) else { throw failure(path, "found", errno) }
      return try replace(target, named: path, with: bytes, madeFrom: nil, put)
    }
    // A pipe has no path of its own, only a name that opens it.
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "written", errno) }
    let reason = put(bytes, descriptor)
    guard close(descriptor) == 0 || reason != nil else { throw failure(path, "written", errno) }
    if let reason { throw failure(path, "the file cannot be written: \(reason)") }
  }

  /// Where a path leads, links followed.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Where the file is to be made that a link leads to, or the path itself where it is none.
  private static func linked(_ path: String) -> String {
    var path = path
    // As many as the system follows.
    for _ in 0..<40 {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &bytes, bytes.count - 1)
      guard count > 0 else { return path }
      let next = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      path = next.hasPrefix("/") ? next : folder + next
    }
    return path
  }

  private static func replace(
    _ target: String, named path: String, with bytes: [UInt8], madeFrom read: SourceFile?,
    _ put: ([UInt8], Int32) -> String?
  ) throws(InvalidDocument) {
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
    try place(bytes, at: target, named: path, put) { descriptor throws(InvalidDocument) in
      // The owner first: changing it can clear bits of the mode.
      if fchown(descriptor, status.st_uid, status.st_gid) != 0, errno != EPERM {
        throw failure(path, "written", errno)
      }
      guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else {
        throw failure(path, "replaced", errno)
      }
      // As late as can be: what is written between here and the renaming is lost.
      guard let read else { return }
      let limit = max(read.bytes.count, 1)
      let now = try? SourceFile.read(path: target, byteLimit: limit)
      guard now?.bytes == read.bytes else { throw changed(path) }
    }
  }

  /// Writes content beside a path and renames it there.
  ///
  /// - Parameter prepare: What is still to be done to the file before it takes its place.
  private static func place(
    _ bytes: [UInt8], at target: String, named path: String, _ put: ([UInt8], Int32) -> String?,
    prepare: (Int32) throws(InvalidDocument) -> Void
  ) throws(InvalidDocument) {
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    let (beside, descriptor) = newFile(in: folder)
    guard descriptor >= 0 else {
      throw failure(path, "written", errno)
    }
    var isDone = false
    defer {
      close(descriptor)
      if !isDone { unlink(beside) }
    }
    if let reason = put(bytes, descriptor) {
      throw failure(path, "the file cannot be written: \(reason)")
    }
    guard fsync(descriptor) == 0 else { throw failure(path, "written", errno) }
    try prepare(descriptor)
    guard rename(beside, target) == 0 else { throw failure(path, "replaced", errno) }
    isDone = true
    // The name too must reach the disk; a folder that cannot be opened is no failure of the file.
    let parent = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }

  /// A file of a new name, open for writing; its descriptor is -1 where none can be made.
  private static func newFile(in folder: String) -> (path: String, descriptor: Int32) {
    var path = ""
    // Names of processes that were ended in the middle may be there.
    for number in 0..<100 {
      path = "\(folder).token-budget-\(getpid())-\(number)"
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 || errno != EEXIST { return (path, descriptor) }
    }
    return (path, -1)
  }

  private static func changed(_ path: String) -> InvalidDocument {
    InvalidDocument(
      file: path,
      diagnostics: [
        Diagnostic(
          code: .fileChanged, severity: .error,
          message: "the file changed while it was worked on, and was left as it is now",
          suggestion: "run the command again", file: path)
      ], isUnreadable: true)
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
  /// A file is no longer what a change of it was made from.
  static let fileChanged = Self("file.changed-meanwhile")
}
