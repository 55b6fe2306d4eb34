import Foundation
import Testing

/// What the tool does with files, names and devices that are not as they should be.
@Suite struct HostileInputCommandTests {
  private static let table = "tokens,score\n1,30\n4,40\n16,45\n64,55\n144,60\n256,61\n"

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A shell command with the tool as `$0`: for bytes and devices that no argument of a process can hold here.
  private func shell(_ command: String) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command, Tool.executablePath]
    process.currentDirectoryURL = Tool.root
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// What cannot be written is a failure of its own, exit code 1, and is in the JSON.
  @Test func filesThatCannotBeWritten() throws {
    let table = try Scratch.file(Self.table, "t.csv")
    let config = try Scratch.file("{\"model_type\": \"llama\"}", "config.json")
    let readOnly = try Scratch.file(
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\nstage: sft\ntemplate: qwen2_vl\nimage_max_pixels: 1280*28*28\n",
      "train.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: readOnly)
    for command in [
      ["fit", table, "-o", "/nonexistent/p.yaml"],
      ["embed", "--into", readOnly, "--tokens", "256"],
      ["check", "--fix", readOnly],
    ] {
      let result = try Tool.run(command + ["--format", "json"])
      #expect(result.status == 1, "\(command)")
      let diagnostics = try object(result.output)["diagnostics"] as? [[String: Any]]
      let codes = diagnostics?.compactMap { $0["code"] as? String } ?? []
      #expect(codes.contains("file.not-writable"), "\(command)")
      let text = try Tool.run(command)
      #expect(text.status == 1 && text.errors.contains("[file.not-writable]"))
    }
    // Invalid input weighs more.
    let invalid = try Tool.run("import", config, "-o", "/nonexistent/c.yaml", "--format", "json")
    #expect(invalid.status == 65)
    _ = try object(invalid.output)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func helpOnAFullDevice() throws {
    for arguments in ["--help", "advise --help", "--version", "help fit"] {
      let full = try shell("\"$0\" \(arguments) > /dev/full")
      #expect(full.status == 1 && full.errors.contains("cannot write the result"))
    }
    let help = try Tool.run("fit", "--help")
    #expect(help.status == 0 && help.output.hasPrefix("OVERVIEW: ") && help.output.hasSuffix("\n"))
    #expect(try Tool.run("--version").output == "0.1.0\n")
    #expect(try Tool.run("fit", "--nonsense").status == 64)
  }

  /// A file's name that is no text cannot be in a report: it is refused by its place, and /dev/stdin takes the file.
  @Test func namesThatAreNoText() throws {
    let path = try Scratch.file(Self.table, "t.csv")
    let folder = (path as NSString).deletingLastPathComponent
    let refused = try shell(
      "cd \(folder); name=$(printf 'caf\\351.csv'); cp t.csv \"$name\"; \"$0\" fit \"$name\"")
    #expect(refused.status == 64 && refused.errors.contains("argument 2 is not UTF-8"))
    #expect(refused.errors.contains("/dev/stdin"))
    #expect(
      try shell("cd \(folder); \"$0\" fit /dev/stdin < \"$(printf 'caf\\351.csv')\"").status == 0)
  }

  /// Text of a file reaches no terminal and no log as it is.
  @Test func escapeSequencesOfFiles() throws {
    let evil = "\\u001b[2J\\u001b]0;pwn\\u0007\\n::error::x\\u202e"
    let config = try Scratch.file(
      "{\"model_type\": \"qwen2_5_vl\", \"hidden_size\": \"\(evil)\"}", "config.json")
    let imported = try Tool.run("import", config)
    #expect(imported.status == 65 && imported.errors.contains("\\u{1B}[2J"))
    let train = try Scratch.file(
      "model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\nstage: sft\ntemplate: qwen2_vl\n"
        + "x: y # \u{1B}[2J\u{202E}\nimage_max_pixels: 1280*28*28\nimage_min_pixels: \"\(evil)\"\n",
      "train.yaml")
    for command in [
      ["check", train], ["check", train, "--format", "github"],
      ["check", train, "--format", "sarif"], ["check", train, "--format", "json"],
      ["embed", "--into", train, "--tokens", "256", "--dry-run"], ["check", train, "--fix"],
    ] {
      let result = try Tool.run(command)
      for text in [result.output, result.errors, imported.errors, imported.output] {
        #expect(
          text.unicodeScalars.allSatisfy {
            $0 == "\n" || $0.value != 0x202E && $0.properties.generalCategory != .control
          }, "\(command)")
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("::error::x") })
      }
    }
  }

  @Test(arguments: [
    ["--at", "1e-300"], ["--at", "1e300"], ["--chance", "1e300"], ["--metric-range", "5,5"],
    ["--metric-range=-1e308,1e308"], ["--params-billions", "1e300"],
    ["--metric-range", "0,1e-300"],
  ])
  func optionsOutOfBounds(arguments: [String]) throws {
    let path = try Scratch.file(Self.table, "t.csv")
    #expect(try Tool.run(["fit", path] + arguments).status == 64)
  }
}
