#if os(Linux)
  import Foundation
  import Testing

  /// What is left of a file when writing it fails, or when another program writes it too.
  @Suite struct WritingTests {
    private static let config = """
      model_name_or_path: Qwen/Qwen3-VL-8B-Instruct
      image_max_pixels: 1003520  # 1280*28*28
      stage: sft
      template: qwen3_vl

      """

    private static let table = "tokens,score\n1,10\n4,20\n16,30\n64,38\n256,42\n"

    /// A system whose disk is full for all files but the process's streams, or on which another program appends
    /// a line to the file that `APPEND` names while the tool brings its own file to the disk.
    private static let library: Result<String, any Error> = Result {
      let code = try Scratch.file(
        """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        ssize_t write(int descriptor, const void *bytes, size_t count) {
          if (descriptor > 2 && getenv("FULL")) {
            if (count > 8) return syscall(SYS_write, descriptor, bytes, (size_t)8);
            errno = ENOSPC;
            return -1;
          }
          return syscall(SYS_write, descriptor, bytes, count);
        }
        int fsync(int descriptor) {
          const char *path = getenv("APPEND");
          FILE *file = path ? fopen(path, "a") : 0;
          if (file) { fputs("# a line of another program\\n", file); fclose(file); }
          unsetenv("APPEND");
          return 0;
        }
        """, "system.c")
      let compiler = Process()
      compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      compiler.arguments = ["clang", "-shared", "-fPIC", "-o", code + ".so", code]
      try compiler.run()
      compiler.waitUntilExit()
      try #require(compiler.terminationStatus == 0, "the toolchain's clang is needed")
      return code + ".so"
    }

    private func run(_ arguments: [String], _ environment: [String: String]) throws -> Tool.Result {
      let library = try Self.library.get()
      return try Tool.run(
        arguments, environment: environment.merging(["LD_PRELOAD": library]) { $1 })
    }

    private func text(_ path: String) throws -> String {
      try String(contentsOfFile: path, encoding: .utf8)
    }

    private func neighbours(_ path: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(
        atPath: (path as NSString).deletingLastPathComponent
      ).sorted()
    }

    @Test func aFullDiskLeavesTheOldFileWhole() throws {
      let table = try Scratch.file(Self.table, "table.csv")
      let model = try Scratch.file(CostCommandTests.sparseLLaVA, "config.json")
      for arguments in [["fit", table], ["import", model]] {
        let old = try Scratch.file("an old document\n", "out.yaml")
        let result = try run(arguments + ["-o", old], ["FULL": "1"])
        #expect(result.status == 1, "\(arguments[0]): \(result.errors)")
        #expect(
          result.errors.contains("cannot be written") && result.errors.contains("No space left"))
        #expect(try text(old) == "an old document\n")
        #expect(try neighbours(old) == ["out.yaml"])
        // With room it is replaced, its mode kept.
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: old)
        #expect(try run(arguments + ["-o", old], [:]).status == 0)
        #expect(try text(old).hasPrefix("kind: "))
        let mode = try FileManager.default.attributesOfItem(atPath: old)[.posixPermissions] as? Int
        #expect(mode == 0o604)
      }
      for arguments in [["embed", "--tokens", "576", "--into"], ["check", "--fix"]] {
        let old = try Scratch.file(Self.config, "train.yaml")
        let result = try run(arguments + [old], ["FULL": "1"])
        #expect(result.status != 0 && result.errors.contains("No space left"), "\(result.errors)")
        #expect(try text(old) == Self.config)
        #expect(try neighbours(old) == ["train.yaml"])
      }
    }

    @Test func aNewFileTakesTheProcessesMode() throws {
      let table = try Scratch.file(Self.table, "table.csv")
      let path = table + ".yaml"
      let result = try Tool.run("fit", table, "-o", path)
      #expect(result.status == 0, "\(result.errors)")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      let mask = umask(0)
      umask(mask)
      #expect(mode == 0o666 & ~Int(mask))
      #expect(try neighbours(path) == ["table.csv", "table.csv.yaml"])
      // What is no regular file is written to, not replaced.
      #expect(try Tool.run("fit", table, "-o", "/dev/null").status == 0)
      #expect(FileManager.default.fileExists(atPath: "/dev/null"))
      let folder = (path as NSString).deletingLastPathComponent
      // A pipe has no path of its own, and a link may lead to what is still to be made.
      let pipe = Process()
      pipe.executableURL = URL(fileURLWithPath: "/bin/sh")
      pipe.arguments = [
        "-c", "\"$0\" fit \"$1\" -o /dev/stdout 2>/dev/null | cat > \"$1.piped\"",
        Tool.executablePath,
        table,
      ]
      try pipe.run()
      pipe.waitUntilExit()
      #expect(try text(table + ".piped").contains("kind: scaling-profile"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link.yaml", withDestinationPath: "made.yaml")
      #expect(try Tool.run("fit", table, "-o", folder + "/link.yaml").status == 0)
      #expect(try text(folder + "/made.yaml").contains("kind: scaling-profile"))
      let refused = try Tool.run("fit", table, "-o", folder + "/none/a.yaml")
      #expect(refused.status == 1 && refused.errors.contains("cannot be written"))
    }

    @Test(arguments: [["embed", "--tokens", "576", "--into"], ["check", "--fix"]])
    func whatAnotherProgramWritesMeanwhileIsKept(arguments: [String]) throws {
      let path = try Scratch.file(Self.config, "train.yaml")
      let result = try run(arguments + [path], ["APPEND": path])
      #expect(result.errors.contains("[file.changed-meanwhile]"), "\(result.errors)")
      #expect(result.status != 0 && !result.crashed)
      #expect(try text(path) == Self.config + "# a line of another program\n")
      #expect(try neighbours(path) == ["train.yaml"])
      // The next run starts from what is there.
      #expect(try run(arguments + [path], [:]).status == 0)
      #expect(try text(path).hasSuffix("# a line of another program\n"))
      #expect(try text(path) != Self.config + "# a line of another program\n")
    }
  }
#endif
