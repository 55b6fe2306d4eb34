import Foundation

/// The built command-line tool, run as a process.
struct Tool {
  /// What a run left behind.
  struct Result {
    let status: Int32
    /// Whether the process was ended by a signal, such as a trap's.
    let crashed: Bool
    let output: String
    let errors: String
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The executable stands beside the test bundle.
  private static let executable: URL = {
    let arguments = CommandLine.arguments
    // On Linux the runner is the bundle itself; elsewhere the bundle is passed to a runner.
    let bundle = arguments.first { $0.contains(".xctest") } ?? arguments[0]
    var folder = URL(fileURLWithPath: bundle)
    while folder.path.contains(".xctest")
      || !FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("token-budget").path),
      folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("token-budget")
  }()

  static var executablePath: String { executable.path }

  static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
    try run(arguments, environment: environment)
  }

  /// Runs the tool in the root of the checkout.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nothing has to be drained while the process runs.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["out", "err"].map { folder.appendingPathComponent($0) }
    for path in paths { try Data().write(to: path) }
    process.standardOutput = try FileHandle(forWritingTo: paths[0])
    process.standardError = try FileHandle(forWritingTo: paths[1])
    try process.run()
    process.waitUntilExit()
    let texts = try paths.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Result(
      status: process.terminationStatus,
      crashed: process.terminationReason == .uncaughtSignal, output: texts[0], errors: texts[1])
  }

  static let shipped = [
    "advise", "--profile", "profiles/scaling/li2025-vqq-textvqa.yaml",
    "--cost", "profiles/compute/llava-1.5-7b.yaml",
    "--policy", "policies/max-score-per-flop.yaml",
  ]
}
