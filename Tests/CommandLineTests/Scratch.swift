import Foundation

/// Files of the tests, gone when the process ends.
enum Scratch {
  private static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("token-budget-tests-\(ProcessInfo.processInfo.processIdentifier)")
    atexit { try? FileManager.default.removeItem(at: Scratch.folder) }
    return folder
  }()

  /// A new file with a text.
  ///
  /// - Parameter name: Its name; it lies in a folder of its own.
  /// - Returns: Its path.
  static func file(_ text: String, _ name: String) throws -> String {
    let folder = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent(name)
    try text.write(to: path, atomically: true, encoding: .utf8)
    return path.path
  }
}
