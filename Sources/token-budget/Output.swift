import ArgumentParser
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether diagnostics are coloured.
struct ColourOptions: ParsableArguments {
  enum Colour: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
  }

  @Option(
    name: .customLong("color"),
    help: "Colour of diagnostics. 'auto' colours on a terminal, unless NO_COLOR is set.")
  var colourChoice: Colour = .auto

  /// Whether diagnostics are coloured.
  var colour: Bool {
    switch colourChoice {
    case .always: true
    case .never: false
    case .auto:
      isatty(STDERR_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
        && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
    }
  }
}

/// How a command writes its result.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "Text for people, or JSON with sorted keys and a schema version.")
  var format: Format = .text

  @OptionGroup private var colours: ColourOptions

  /// Whether diagnostics are coloured.
  var colour: Bool { colours.colour }

  /// Writes a result to standard output in the chosen format.
  ///
  /// - Parameter text: `nil` where people are served by the diagnostics alone.
  /// - Throws: ``ExitStatus/internalFailure`` when it cannot be written.
  func write(
    text: @autoclosure () -> String?, json: @autoclosure () -> String
  ) throws {
    switch format {
    case .text: if let text = text() { try Terminal.write(text) }
    case .json: try Terminal.write(json())
    }
  }
}

/// The process's streams.
enum Terminal {
  /// Writes to standard output.
  ///
  /// - Throws: ``ExitStatus/internalFailure`` after saying why on standard error.
  static func write(_ text: String) throws {
    if let reason = put(text, on: STDOUT_FILENO) {
      _ = put("token-budget: error: cannot write the result: \(reason)\n", on: STDERR_FILENO)
      throw ExitStatus.internalFailure
    }
  }

  /// Whether two paths lead to one file, by links too.
  static func isSameFile(_ first: String, _ second: String) -> Bool {
    var (one, other) = (stat(), stat())
    guard stat(first, &one) == 0, stat(second, &other) == 0 else { return first == second }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// Writes a file, over one that is there.
  ///
  /// - Throws: ``InvalidDocument`` that says why it cannot be written.
  static func write(_ text: String, to path: String) throws(InvalidDocument) {
    try FileReplacement.write(Array(text.utf8), to: path)
  }

  /// Makes a folder, unless it is there.
  ///
  /// - Throws: ``InvalidDocument`` that says why it cannot be made.
  static func makeFolder(_ path: String) throws(InvalidDocument) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileReplacement.failure(path, "the folder cannot be made: \(describe(errno))")
  }

  /// Writes to standard error what is no diagnostic, such as progress.
  static func note(_ text: String) { _ = put(text, on: STDERR_FILENO) }

  /// Writes diagnostics to standard error. Where that fails nobody is left to tell.
  static func report(_ diagnostics: [Diagnostic], colour: Bool) {
    for diagnostic in diagnostics {
      _ = put(diagnostic.rendered(colour: colour) + "\n", on: STDERR_FILENO)
    }
  }

  private static func put(_ text: String, on descriptor: Int32) -> String? {
    put(Array(text.utf8), on: descriptor)
  }

  /// - Returns: Why not all of it was written; `nil` when it was.
  static func put(_ bytes: [UInt8], on descriptor: Int32) -> String? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        return describe(code)
      }
      rest = rest.dropFirst(count)
    }
    return nil
  }
}

/// An error of the system in words.
private func describe(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}

/// `write(2)`, under a name that `Terminal.write` does not shadow.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

/// What the process exits with; `token-budget --help` lists the codes.
enum ExitStatus {
  static let internalFailure = ExitCode(1)
  static let nothingFeasible = ExitCode(3)
  static let mistakesFound = ExitCode(4)
  static let invalidInput = ExitCode(65)
  static let unreadable = ExitCode(66)

  /// The status for documents that could not be used: invalid weighs more than not to be written, and that more
  /// than unreadable.
  static func of(_ failures: [InvalidDocument]) -> ExitCode {
    guard failures.allSatisfy({ $0.isUnreadable || $0.isUnwritable }) else { return invalidInput }
    return failures.contains(where: \.isUnwritable) ? internalFailure : unreadable
  }
}
