/// What the names of some of a family's published models have, such as `Qwen/Qwen2.5-VL-7B-Instruct`.
public struct PublishedName: Sendable, Equatable {
  /// Parts that all must be there, in lower case, with `-` for `_` and blanks.
  let parts: [String]
  /// Parts of which none may be there.
  let without: [String]
  /// The alias whose presets these models have; `nil` for what the family's best-known model has.
  let alias: String?

  /// What names have.
  ///
  /// - Parameters:
  ///   - parts: Parts that all must be there, in lower case, with `-` for `_` and blanks.
  ///   - without: Parts of which none may be there.
  ///   - alias: The alias of the family whose presets these models have.
  public init(_ parts: String..., without: [String] = [], alias: String? = nil) {
    self.parts = parts
    self.without = without
    self.alias = alias
  }

  /// Whether a name has these parts.
  package func matches(_ name: String) -> Bool { fits(Self.folded(name)) }

  fileprivate func fits(_ folded: String) -> Bool {
    parts.allSatisfy(folded.contains) && !without.contains(where: folded.contains)
  }

  fileprivate static func folded(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
  }
}

extension ModelFamily {
  /// The family of a published model.
  ///
  /// - Parameter name: A repository, a path or a file name.
  /// - Returns: `nil` for a name that says nothing, and for one that says two things.
  /// - Complexity: O(length of the name · families).
  public static func published(_ name: String) -> ModelFamily? {
    let folded = PublishedName.folded(name)
    var found: ModelFamily?
    for family in all {
      guard let known = family.publishedNames.first(where: { $0.fits(folded) }) else { continue }
      if found != nil { return nil }
      found = named(known.alias ?? family.name)
    }
    return found
  }
}
