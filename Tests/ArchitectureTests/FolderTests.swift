import Foundation
import Testing

/// The rooms as they are: which module imports which, and which folder of a module uses which, drawn in
/// `docs/architecture.md`. A folder uses only folders above it in the drawing, so that there are no circles.
///
/// A use is a type or a free function of another folder, by its name. Names that are declared more than once
/// say nothing and are left out; members are found by the types that they belong to.
@Suite struct FolderTests {
  /// One module of the drawing.
  struct Room: Equatable {
    let name: String
    let imports: Set<String>
    var folders: [Folder]
  }

  struct Folder: Equatable {
    let name: String
    let uses: Set<String>
  }

  /// What every platform's C library is called; the drawing leaves them out.
  private static let platforms: Set<String> = ["Darwin", "Glibc", "Musl"]

  private static let document = SwiftSource.root.appendingPathComponent("docs/architecture.md")

  // MARK: The drawing

  private static func drawing() throws -> (before: String, rooms: [Room], after: String) {
    let text = try String(contentsOf: document, encoding: .utf8)
    let parts = text.split(separator: "```rooms\n", maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2, "docs/architecture.md has no block 'rooms'")
    let rest = parts[1].split(separator: "```", maxSplits: 1, omittingEmptySubsequences: false)
    var rooms: [Room] = []
    for line in rest[0].split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let others = Set(words.dropFirst(2))
      if line.hasPrefix("  ") {
        rooms[rooms.count - 1].folders.append(Folder(name: words[0], uses: others))
      } else {
        rooms.append(Room(name: words[0], imports: others, folders: []))
      }
    }
    return (parts[0] + "```rooms\n", rooms, "```" + rest[1])
  }

  private static func text(_ rooms: [Room]) -> String {
    rooms.map { room in
      ([
        row(room.name, "imports", room.imports, indent: "")
      ]
        + room.folders.map { row($0.name, "uses", $0.uses, indent: "  ") })
        .joined(separator: "\n") + "\n"
    }.joined()
  }

  private static func row(
    _ name: String, _ verb: String, _ others: Set<String>, indent: String
  ) -> String {
    guard !others.isEmpty else { return indent + name }
    let padding = String(repeating: " ", count: max(1, 20 - name.count - indent.count))
    return "\(indent)\(name)\(padding)\(verb) \(others.sorted().joined(separator: " "))"
  }

  // MARK: The sources

  private static func imports(of files: [SwiftSource]) -> Set<String> {
    let statement =
      /^\s*(?:#if .*)?(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
    var found: Set<String> = []
    for file in files {
      for line in file.text.split(separator: "\n") where line.contains("import") {
        if let match = line.firstMatch(of: statement) { found.insert(String(match.1)) }
      }
    }
    return found.subtracting(platforms)
  }

  /// For each folder the folders that it uses, with one example of each.
  private static func uses(
    _ files: [SwiftSource], declaredElsewhere: Set<String>
  ) -> [String: [String: String]] {
    var home: [String: Set<String>] = [:]
    for file in files {
      for name in file.declared { home[name, default: []].insert(file.folder) }
    }
    var found: [String: [String: String]] = [:]
    for file in files {
      found[file.folder, default: [:]] = found[file.folder] ?? [:]
      for name in Set(file.words.map(String.init)).subtracting(file.local) {
        guard let folders = home[name], folders.count == 1, let folder = folders.first,
          folder != file.folder, !declaredElsewhere.contains(name)
        else { continue }
        let example = "\(file.name) uses \(name)"
        let known = found[file.folder]?[folder]
        found[file.folder]?[folder] = known.map { min($0, example) } ?? example
      }
    }
    return found
  }

  /// Names of the standard library, and of generic parameters, which are no use of a type of ours.
  private static let common: Set<String> = ["Law", "Result"]

  private static func rooms(in order: [Room]) throws -> ([Room], [String: String]) {
    let names = try FileManager.default.contentsOfDirectory(atPath: SwiftSource.sources.path)
      .filter { !$0.hasPrefix(".") }.sorted()
    let all = try names.map { ($0, try SwiftSource.files(of: $0)) }
    var examples: [String: String] = [:]
    var declared: [String: Int] = [:]
    for (_, files) in all {
      for name in files.reduce(into: Set<String>(), { $0.formUnion($1.declared) }) {
        declared[name, default: 0] += 1
      }
    }
    let elsewhere = common.union(declared.filter { $0.value > 1 }.keys)
    let found = all.map { name, files in
      let uses = uses(files, declaredElsewhere: elsewhere)
      for (folder, others) in uses {
        for (other, example) in others { examples["\(name)/\(folder) → \(other)"] = example }
      }
      let drawn = order.first { $0.name == name }?.folders.map(\.name) ?? []
      let folders = uses.keys.filter { !$0.isEmpty }.sorted {
        (drawn.firstIndex(of: $0) ?? .max, $0) < (drawn.firstIndex(of: $1) ?? .max, $1)
      }
      return Room(
        name: name, imports: imports(of: files),
        folders: folders.map { folder in
          Folder(name: folder, uses: Set((uses[folder] ?? [:]).keys.filter { !$0.isEmpty }))
        })
    }
    let places = order.map(\.name)
    return (
      found.sorted {
        (places.firstIndex(of: $0.name) ?? .max, $0.name)
          < (places.firstIndex(of: $1.name) ?? .max, $1.name)
      },
      examples
    )
  }

  // MARK: The tests

  /// `RECORD_FIXTURES=1` draws the rooms anew, folders in the order that the drawing has them in.
  @Test func theDrawingIsOfTheSources() throws {
    let (before, drawn, after) = try Self.drawing()
    let (found, examples) = try Self.rooms(in: drawn)
    if ProcessInfo.processInfo.environment["RECORD_FIXTURES"] == "1" {
      try (before + Self.text(found) + after).write(
        to: Self.document, atomically: true, encoding: .utf8)
      return
    }
    #expect(drawn.map(\.name) == found.map(\.name))
    for (old, new) in zip(drawn, found) where old != new {
      #expect(old.imports == new.imports, "imports of \(new.name)")
      #expect(old.folders.map(\.name) == new.folders.map(\.name), "folders of \(new.name)")
      for (was, now) in zip(old.folders, new.folders) {
        for folder in now.uses.symmetricDifference(was.uses).sorted() {
          let place = "\(new.name)/\(now.name) → \(folder)"
          Issue.record(
            Comment(
              rawValue: "\(place): "
                + (examples[place].map { "not drawn, but \($0)" } ?? "drawn, not used")))
        }
      }
    }
  }

  /// The core does sums: no files, no YAML, no clock, and no Foundation.
  @Test(arguments: ["BudgetSearch", "ScalingLaws", "ComputeCosts"])
  func theCoreIsPure(module: String) throws {
    let room = try #require(Self.drawing().rooms.first { $0.name == module })
    #expect(room.imports.isSubset(of: ["LongWork", "RealModule"]))
  }

  @Test func folderUseGoesOneWay() throws {
    let (found, examples) = try Self.rooms(in: Self.drawing().rooms)
    for room in found {
      var above: Set<String> = []
      for folder in room.folders {
        for other in folder.uses.subtracting(above).sorted() {
          let place = "\(room.name)/\(folder.name) → \(other)"
          Issue.record(
            Comment(rawValue: "\(place) points down: \(examples[place] ?? "")"))
        }
        above.insert(folder.name)
      }
      // What stands at the root of a module with folders belongs to one of them, re-exports aside.
      let rooted = examples.keys.filter { $0.hasPrefix(room.name) && $0.hasSuffix("→ ") }
      #expect(rooted.isEmpty, "\(rooted.sorted())")
    }
  }
}
