#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SourceFile {
  /// What a path leads to, links followed.
  package enum PathKind: Sendable, Equatable {
    /// A file.
    case file
    /// Something else that can be opened, such as a pipe: it is read where it is named, and never for being found, since
    /// no one may ever write to it.
    case stream
    /// A folder.
    case folder
    /// Nothing, or nothing that may be looked at.
    case absent
  }

  /// What a path leads to.
  ///
  /// - Complexity: O(1); nothing is opened.
  package static func kind(of path: String) -> PathKind {
    guard !path.isEmpty, !path.utf8.contains(0) else { return .absent }
    var status = stat()
    guard stat(path, &status) == 0 else { return .absent }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: .folder
    case S_IFREG: .file
    default: .stream
    }
  }

  /// The names in a folder in the order of their code units, those that begin with a point left out; none where it cannot
  /// be read.
  ///
  /// - Parameter most: The most names that are looked at; what a suggestion needs, however large the folder.
  /// - Complexity: O(names · log names).
  package static func names(inFolder path: String, most: Int = 100_000) -> [String] {
    guard !path.utf8.contains(0), let folder = opendir(path.isEmpty ? "." : path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count < most, let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A path from its parts, as `a/b` whether the first ends in a slash or not.
  package static func path(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
