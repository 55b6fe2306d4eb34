import LongWork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A half-open range of byte offsets into a ``SourceFile``.
public typealias SourceRange = Range<Int>

/// The bytes of one document and the name they are reported under.
public struct SourceFile: Sendable {
  /// The path or label that diagnostics print.
  public let name: String

  /// The document, byte for byte as it was read.
  public let bytes: [UInt8]

  /// A document that is already in memory.
  ///
  /// - Parameters:
  ///   - name: What diagnostics call the document, usually its path.
  ///   - bytes: Its content.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// A document that is already in memory, as text.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// What to do with one of our own documents that is too large.
  static let shorterForm: Suggestion =
    "a lattice of 'integers', 'multiples' or 'squares' stands for any number of token counts"

  /// The default bound on a document's size: 8 MiB.
  public static let defaultByteLimit = WorkLimits.documentBytes

  /// Reads a whole file, pipes and process substitutions included.
  ///
  /// - Parameters:
  ///   - path: A file to open for reading.
  ///   - byteLimit: The largest size accepted. An endless source stops there too.
  /// - Returns: The file, named by `path`.
  /// - Throws: ``InvalidDocument`` with `unreadable` set when the file cannot be opened or read,
  ///   and without it when it is larger than `byteLimit`.
  /// - Complexity: O(size), never more than `byteLimit` bytes held.
  public static func read(
    path: String, byteLimit: Int = SourceFile.defaultByteLimit
  ) throws(InvalidDocument) -> SourceFile {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw .unreadable(path, .fileNotFound, "the path is empty or holds a NUL byte")
    }
    // O_NONBLOCK is not set: a pipe whose writer is slow is waited for, as any reader would.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = errno
      if reason == ENOENT || reason == ENOTDIR {
        throw .unreadable(path, .fileNotFound, "no such file")
      }
      throw .unreadable(
        path, .fileUnreadable, "the file cannot be opened: \(systemMessage(reason))")
    }
    defer { close(descriptor) }

    var status = stat()
    if fstat(descriptor, &status) == 0, (status.st_mode & S_IFMT) == S_IFDIR {
      throw .unreadable(path, .fileIsDirectory, "this is a directory, not a file")
    }

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { buffer in
        systemRead(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 {
        let reason = errno
        if reason == EINTR { continue }
        throw .unreadable(
          path, .fileUnreadable, "the file cannot be read: \(systemMessage(reason))")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > byteLimit {
        throw InvalidDocument(
          file: path,
          diagnostics: [
            Diagnostic(
              code: .fileTooLarge, severity: .error,
              message: "the file is larger than the limit of \(byteLimit) bytes",
              suggestion: byteLimit == SourceFile.defaultByteLimit
                ? SourceFile.shorterForm : nil, file: path)
          ])
      }
    }
    return SourceFile(name: path, bytes: bytes)
  }
}

/// `read(2)`, under a name that the static method above does not shadow.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}

private func systemMessage(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}

extension Diagnostic.Code {
  /// The path names nothing.
  public static let fileNotFound = Self("file.not-found")
  /// The path names a directory.
  public static let fileIsDirectory = Self("file.is-directory")
  /// The file exists and cannot be opened or read.
  public static let fileUnreadable = Self("file.unreadable")
  /// The file is larger than the limit.
  public static let fileTooLarge = Self("file.too-large")
}
