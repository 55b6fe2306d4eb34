import Foundation
import Testing

/// The parameters that the libraries' texts refer to are options of the tool.
@Suite struct ParameterOptionsTests {
  private struct Help: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    struct Argument: Decodable {
      let names: [Name]?
    }
    struct Command: Decodable {
      let commandName: String
      let subcommands: [Command]?
      let arguments: [Argument]?

      var options: [String] {
        let own = (arguments ?? []).flatMap { $0.names ?? [] }
        let below = (subcommands ?? []).flatMap { $0.options }
        return own.filter { $0.kind == "long" }.map { $0.name } + below
      }
    }
    let command: Command
  }

  @Test func everyParameterIsAnOption() throws {
    let dump = try Tool.run("--experimental-dump-help")
    let command = try JSONDecoder().decode(Help.self, from: Data(dump.output.utf8)).command
    let options = command.options
    let commands = (command.subcommands ?? []).map(\.commandName)
    try #require(options.count > 40)

    var names: Set<String> = []
    for library in ["BudgetDocuments", "ConfigEmbedding"] {
      let declarations = try String(
        contentsOf: Tool.root.appendingPathComponent("Sources/\(library)/Parameters.swift"),
        encoding: .utf8)
      for match in declarations.matches(of: /static let \w+ = Parameter\("(\w+)"\)/) {
        names.insert(String(match.1))
      }
    }
    try #require(names.count > 20)
    for name in names.sorted() where name != "advice_as_json" {
      #expect(
        options.contains(name.replacing("_", with: "-")) || commands.contains(name),
        "no command has a --\(name) or is called so")
    }
  }

  /// What is said of a parameter is said of its option, in text and in JSON.
  @Test func textsSpeakOfOptions() throws {
    let text = try Tool.run("tokens", "--image", "640x480")
    #expect(text.status == 65)
    #expect(text.errors.contains("= give --family, --config or --processor; families: "))
    let json = try Tool.run("tokens", "--image", "640x480", "--format", "json")
    #expect(json.output.contains(#""suggestion" : "give --family, --config or --processor; "#))
  }

  /// What can be set, as every other report is written.
  @Test func pathsAreListedAsJSON() throws {
    let list = try Tool.run(
      ["what-if", "--paths", "--format", "json"] + Tool.shipped.dropFirst())
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
    #expect(object["schema_version"] as? Int == 2)
    for key in ["profile", "cost", "policy"] {
      #expect((object[key] as? [String])?.contains("title") == true, "\(key)")
    }
  }
}
